//! The metrics of one server, in a registry of its own: several servers run in one test program. Labels are
//! closed sets or what the operator wrote; nothing that a fan sends becomes one.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use prometheus_client::encoding::text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Metric, Registry, Unit};

use super::labels::{
    DeliveryLabels, FolderLabels, Ignored, IgnoredLabels, Listener, ListenerLabels, MessageLabels, Refusal,
    RefusalLabels, ReloadLabels, RuleLabels, Word,
};
use crate::model::decision::Outcome;
use crate::model::delivery::{DeliveryState, EndReason};
use crate::model::id::RuleName;
use crate::model::kind::Kind;

/// The content type of [`Metrics::encode`].
pub const METRICS_CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Upper bounds in seconds: an answer takes milliseconds, and after five seconds the platform hangs up
/// (protocol 3).
const REPLY_TIMES: [f64; 13] =
    [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];

/// The metrics of one server. Clones are the same metrics. Recording allocates only for a label that was
/// never seen before.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Instruments>);

#[derive(Debug)]
struct Instruments {
    registry: Registry,
    messages: Family<MessageLabels, Counter>,
    reply_time: Histogram,
    refused: Family<RefusalLabels, Counter>,
    ignored: Family<IgnoredLabels, Counter>,
    repeats: Counter,
    rule_hits: Family<RuleLabels, Counter>,
    not_sent: Counter,
    deliveries: Family<DeliveryLabels, Counter>,
    reloads: Family<ReloadLabels, Counter>,
    reload_successful: Family<FolderLabels, Gauge>,
    reload_success_time: Family<FolderLabels, Gauge>,
    rules: Family<FolderLabels, Gauge>,
    open_connections: Family<ListenerLabels, Gauge>,
    turned_away: Family<ListenerLabels, Counter>,
}

impl Default for Metrics {
    fn default() -> Self {
        Self::new()
    }
}

impl Metrics {
    /// Metrics that have counted nothing, in a registry of their own.
    pub fn new() -> Self {
        let mut register = Register(Registry::with_prefix("fanreply"));
        register.build();
        let instruments = Instruments {
            messages: register.add(
                "messages",
                "Messages, by kind and what became of them",
                Family::default(),
            ),
            reply_time: register.seconds(
                "reply",
                "Time from a whole request to its answer",
                Histogram::new(REPLY_TIMES),
            ),
            refused: register.add("refused", "Requests that were refused, by reason", Family::default()),
            ignored: register.add(
                "ignored",
                "Messages that were let pass without an answer, by reason",
                Family::default(),
            ),
            repeats: register.add(
                "repeats",
                "Messages that the platform pushed again and that got the same answer",
                Counter::default(),
            ),
            rule_hits: register.add("rule_hits", "Messages that a rule won", Family::default()),
            not_sent: register.add(
                "not_sent",
                "Messages that were promised and are lost because they cannot be sent",
                Counter::default(),
            ),
            deliveries: register.add(
                "deliveries",
                "Deliveries that ended, by state and reason",
                Family::default(),
            ),
            reloads: register.add("reloads", "Looks at a changed rules folder, by result", Family::default()),
            reload_successful: register.add(
                "last_reload_successful",
                "Whether the rules folder as it is now could be put in service",
                Family::default(),
            ),
            reload_success_time: register.seconds(
                "last_reload_success_timestamp",
                "When a rules folder was last put in service, in Unix time",
                Family::default(),
            ),
            rules: register.add("rules", "Rules in service", Family::default()),
            open_connections: register.add("open_connections", "Connections open now", Family::default()),
            turned_away: register.add(
                "turned_away_connections",
                "Connections closed because too many were open",
                Family::default(),
            ),
            registry: register.0,
        };
        instruments.begin_at_zero();
        Self(Arc::new(instruments))
    }

    /// A message was answered, or met with silence.
    pub fn message(&self, kind: Kind, outcome: Outcome) {
        let labels = MessageLabels { kind: Word(kind), outcome: Word(outcome) };
        self.0.messages.get_or_create(&labels).inc();
    }

    /// How long an answer took.
    pub fn reply_took(&self, time: Duration) {
        self.0.reply_time.observe(time.as_secs_f64());
    }

    pub fn refused(&self, reason: Refusal) {
        self.0.refused.get_or_create(&RefusalLabels { reason: Word(reason) }).inc();
    }

    /// A message was let pass.
    pub fn ignored(&self, reason: Ignored) {
        self.0.ignored.get_or_create(&IgnoredLabels { reason: Word(reason) }).inc();
    }

    /// The platform pushed a message again.
    pub fn repeat(&self) {
        self.0.repeats.inc();
    }

    /// A rule won. The name is one of a ruleset, never a text from outside.
    pub fn rule_hit(&self, rule: &RuleName) {
        self.0.rule_hits.get_or_create(&RuleLabels { rule: Word(rule.clone()) }).inc();
    }

    /// So many promised messages are lost because they cannot be sent.
    pub fn not_sent(&self, messages: u64) {
        self.0.not_sent.inc_by(messages);
    }

    /// A delivery ended.
    pub fn delivery(&self, state: DeliveryState, reason: EndReason) {
        self.deliveries(state, reason, 1);
    }

    /// So many deliveries ended alike.
    pub fn deliveries(&self, state: DeliveryState, reason: EndReason, count: u64) {
        let labels = DeliveryLabels { state: Word(state), reason: Word(reason) };
        self.0.deliveries.get_or_create(&labels).inc_by(count);
    }

    /// A rules folder was put in service.
    pub fn reload_succeeded(&self, folder: &Path, rules: usize, at: Timestamp) {
        let labels = FolderLabels::of(folder);
        self.0.reloads.get_or_create(&ReloadLabels::SUCCESS).inc();
        self.0.reload_successful.get_or_create(&labels).set(1);
        self.0.reload_success_time.get_or_create(&labels).set(at.as_second());
        self.rules_in_service(folder, rules);
    }

    /// A rules folder was refused; what served before still serves.
    pub fn reload_refused(&self, folder: &Path) {
        self.0.reloads.get_or_create(&ReloadLabels::REFUSED).inc();
        self.0.reload_successful.get_or_create(&FolderLabels::of(folder)).set(0);
    }

    /// How many rules of a folder serve, also when they come from the last good set.
    pub fn rules_in_service(&self, folder: &Path, rules: usize) {
        let rules = i64::try_from(rules).unwrap_or(i64::MAX);
        self.0.rules.get_or_create(&FolderLabels::of(folder)).set(rules);
    }

    pub fn open_connections(&self, listener: Listener, open: usize) {
        let open = i64::try_from(open).unwrap_or(i64::MAX);
        self.0.open_connections.get_or_create(&ListenerLabels { listener: Word(listener) }).set(open);
    }

    /// So many connections were closed because too many were open.
    pub fn turned_away(&self, listener: Listener, count: usize) {
        let labels = ListenerLabels { listener: Word(listener) };
        self.0.turned_away.get_or_create(&labels).inc_by(count as u64);
    }

    /// All metrics as OpenMetrics text.
    pub fn encode(&self) -> String {
        let mut page = String::with_capacity(8 << 10);
        // writing into a String cannot fail
        let _ = text::encode(&mut page, &self.0.registry);
        page
    }
}

/// A registry while it is filled.
struct Register(Registry);

impl Register {
    fn add<M: Metric + Clone>(&mut self, name: &str, help: &str, metric: M) -> M {
        self.0.register(name, help, metric.clone());
        metric
    }

    fn seconds<M: Metric + Clone>(&mut self, name: &str, help: &str, metric: M) -> M {
        self.0.register_with_unit(name, help, Unit::Seconds, metric.clone());
        metric
    }

    fn build(&mut self) {
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        self.0.register("build", "The program that runs", version);
    }
}

impl Instruments {
    /// Counters whose labels are known show their zero: a rate needs a first value to rise from.
    fn begin_at_zero(&self) {
        for reason in Refusal::ALL {
            drop(self.refused.get_or_create(&RefusalLabels { reason: Word(reason) }));
        }
        for result in [ReloadLabels::SUCCESS, ReloadLabels::REFUSED] {
            drop(self.reloads.get_or_create(&result));
        }
        for listener in [Listener::Public, Listener::Admin] {
            let labels = ListenerLabels { listener: Word(listener) };
            drop(self.open_connections.get_or_create(&labels));
            drop(self.turned_away.get_or_create(&labels));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
        metrics.rule_hit(&RuleName::new("问候 \"早\"\n"));
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
    fn a_refused_reload_leaves_the_time_and_the_rules_of_the_last_good_one() {
        let (metrics, folder) = (Metrics::new(), Path::new("rules/shop"));
        metrics.reload_succeeded(folder, 12, Timestamp::from_second(1_795_500_000).unwrap());
        metrics.reload_refused(folder);
        metrics.reload_succeeded(Path::new("other"), 1, Timestamp::UNIX_EPOCH);
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
