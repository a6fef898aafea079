//! The metrics of one server, in a registry of its own: several servers run in one test program. Labels are
//! closed sets or what the operator wrote; nothing that a fan sends becomes one.

mod answering;
mod register;
mod reloading;
mod rule_hits;
mod sending;
mod serving;
mod times;

use std::sync::Arc;

use prometheus_client::encoding::text;
use prometheus_client::registry::Registry;

use super::resources::Resources;
use answering::Answering;
use register::Register;
use reloading::Reloading;
use sending::Sending;
use serving::Serving;

/// The metrics of one server. Clones are the same metrics. Recording allocates only for a label that was
/// never seen before.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Instruments>);

#[derive(Debug)]
struct Instruments {
    registry: Registry,
    /// What every program is asked under the same names, without our prefix.
    resources: Registry,
    answering: Answering,
    reloading: Reloading,
    sending: Sending,
    serving: Serving,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Metrics that have counted nothing, in a registry of their own.
    pub fn new() -> Self {
        let mut register = Register::new();
        let answering = Answering::joining(&mut register);
        let reloading = Reloading::joining(&mut register);
        let sending = Sending::joining(&mut register);
        let serving = Serving::joining(&mut register);
        answering.begin_at_zero();
        reloading.begin_at_zero();
        sending.begin_at_zero();
        serving.begin_at_zero();
        let mut resources = Registry::default();
        resources.register_collector(Box::new(Resources));
        let registry = register.filled();
        Self(Arc::new(Instruments { registry, resources, answering, reloading, sending, serving }))
    }

    /// All metrics as OpenMetrics text.
    pub fn encode(&self) -> String {
        let mut page = String::with_capacity(16 << 10);
        // writing into a String cannot fail
        let _ = text::encode_registry(&mut page, &self.0.registry);
        let _ = text::encode_registry(&mut page, &self.0.resources);
        let _ = text::encode_eof(&mut page);
        page
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::time::Duration;

    use jiff::Timestamp;

    use super::*;
    use crate::model::decision::Outcome;
    use crate::model::depth::Depth;
    use crate::model::id::RuleName;
    use crate::model::kind::Kind;
    use crate::telemetry::labels::{Listener, Refusal, TokenState};

    fn holds(metrics: &Metrics, line: &str) -> bool {
        metrics.encode().lines().any(|found| found == line)
    }

    #[test]
    fn what_is_recorded_is_shown_under_its_name() {
        let metrics = Metrics::new();
        metrics.message(Kind::ScanFollow, Outcome::Answered);
        metrics.message(Kind::ScanFollow, Outcome::Answered);
        metrics.refused(Refusal::StaleSignature);
        metrics.repeat();
        metrics.hits_of(&RuleName::new("问候 \"早\"\n")).add_one();
        metrics.not_sent(3);
        metrics.reply_took(Duration::from_millis(3));
        metrics.open_connections(Listener::Public, 7);
        metrics.turned_away(Listener::Admin, 1);
        for line in [
            "fanreply_messages_total{kind=\"scan_follow\",outcome=\"answered\"} 2",
            "fanreply_refused_total{reason=\"stale_signature\"} 1",
            "fanreply_repeats_total 1",
            "fanreply_rule_hits_total{rule=\"问候 \\\"早\\\"\\n\"} 1",
            "fanreply_not_sent_total 3",
            "fanreply_reply_seconds_sum 0.003",
            "fanreply_reply_seconds_bucket{le=\"0.0025\"} 0",
            "fanreply_reply_seconds_bucket{le=\"0.005\"} 1",
            "fanreply_reply_seconds_bucket{le=\"+Inf\"} 1",
            "fanreply_open_connections{listener=\"public\"} 7",
            "fanreply_turned_away_connections_total{listener=\"admin\"} 1",
            concat!("fanreply_build_info{version=\"", env!("CARGO_PKG_VERSION"), "\"} 1"),
            "# EOF",
        ] {
            assert!(holds(&metrics, line), "{line} is not in:\n{}", metrics.encode());
        }
    }

    #[test]
    fn a_rule_that_another_set_still_holds_counts_on() {
        let (metrics, rule) = (Metrics::new(), RuleName::new("hello"));
        let of_the_other = metrics.hits_of(&rule);
        metrics.hits_of(&rule).add_one();
        metrics.rule_gone(&rule);
        of_the_other.add_one();
        assert!(holds(&metrics, "fanreply_rule_hits_total{rule=\"hello\"} 2"));
        assert!(holds(&metrics, "# HELP fanreply_rule_hits Messages that a rule won."));
        drop(of_the_other);
        metrics.rule_gone(&rule);
        assert!(!metrics.encode().contains("rule_hits"));
    }

    #[test]
    fn a_refused_reload_leaves_the_time_and_the_rules_of_the_last_good_one() {
        let (metrics, folder) = (Metrics::new(), Path::new("rules/shop"));
        metrics.reload_succeeded(folder, Timestamp::from_second(1_795_500_000).unwrap());
        metrics.rules_in_service(folder, 12, None, Some("abc"));
        metrics.reload_refused(folder);
        metrics.reload_succeeded(Path::new("other"), Timestamp::UNIX_EPOCH);
        for line in [
            "fanreply_reloads_total{result=\"success\"} 2",
            "fanreply_reloads_total{result=\"refused\"} 1",
            "fanreply_last_reload_successful{folder=\"rules/shop\"} 0",
            "fanreply_last_reload_successful{folder=\"other\"} 1",
            "fanreply_last_reload_success_timestamp_seconds{folder=\"rules/shop\"} 1795500000",
            "fanreply_rules{folder=\"rules/shop\"} 12",
        ] {
            assert!(holds(&metrics, line), "{line} is not in:\n{}", metrics.encode());
        }
    }

    #[test]
    fn only_what_serves_now_has_a_hash() {
        let (metrics, folder) = (Metrics::new(), Path::new("rules"));
        metrics.rules_in_service(folder, 1, None, Some("old"));
        metrics.rules_in_service(folder, 2, Some("old"), Some("new"));
        assert!(holds(&metrics, "fanreply_rules_info{folder=\"rules\",hash=\"new\"} 1"));
        assert!(!metrics.encode().contains("\"old\""));
    }

    #[test]
    fn a_token_is_in_one_state_and_without_a_file_nobody_knows_its_age() {
        let metrics = Metrics::new();
        metrics.account("shop", true, TokenState::Refused, Some(Timestamp::from_second(17).unwrap()));
        for line in [
            "fanreply_token_state{account=\"shop\",state=\"ok\"} 0",
            "fanreply_token_state{account=\"shop\",state=\"refused\"} 1",
            "fanreply_account_paused{account=\"shop\"} 1",
            "fanreply_token_set_timestamp_seconds{account=\"shop\"} 17",
        ] {
            assert!(holds(&metrics, line), "{line} is not in:\n{}", metrics.encode());
        }
        metrics.account("shop", false, TokenState::Ok, None);
        assert!(!metrics.encode().contains("fanreply_token_set_timestamp_seconds{"));
    }

    #[test]
    fn a_store_that_does_not_answer_leaves_what_it_said_last_and_is_told_so() {
        let metrics = Metrics::new();
        let (now, oldest_due) = (Timestamp::from_millisecond(1_500).unwrap(), Some(Timestamp::UNIX_EPOCH));
        metrics.outbox(Some(Depth { pending: 8, running: 2, retryable: 1, due: 3, oldest_due }), now);
        assert!(holds(&metrics, "fanreply_store_responding 1"));
        metrics.outbox(None, now);
        for line in [
            "fanreply_store_responding 0",
            "fanreply_outbox_deliveries{state=\"scheduled\"} 5",
            "fanreply_outbox_due 3",
            "fanreply_outbox_oldest_due_age_seconds 1.5",
        ] {
            assert!(holds(&metrics, line), "{line} is not in:\n{}", metrics.encode());
        }
    }

    #[test]
    fn known_labels_begin_at_zero() {
        let metrics = Metrics::new();
        for reason in Refusal::ALL {
            let line = format!("fanreply_refused_total{{reason=\"{}\"}} 0", reason.as_str());
            assert!(holds(&metrics, &line), "{line}");
        }
        assert!(holds(&metrics, "fanreply_reloads_total{result=\"refused\"} 0"));
    }

    #[test]
    fn two_servers_count_apart_and_clones_together() {
        let (one, other) = (Metrics::new(), Metrics::new());
        one.clone().repeat();
        assert!(holds(&one, "fanreply_repeats_total 1"));
        assert!(holds(&other, "fanreply_repeats_total 0"));
    }
}
