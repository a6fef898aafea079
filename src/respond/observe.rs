//! Observing: what is seen of a decision from outside – one line in the log, counts, and the recording. No answer
//! waits for it.

use std::time::Instant;

use tracing::{debug, info, warn};

use super::Responder;
use crate::account::Account;
use crate::model::decision::Decision;
use crate::model::delivery::EndReason;
use crate::model::kind::Kind;
use crate::model::received::Received;

impl Responder {
    /// One line for each decision; what the fan wrote is only seen at debug, and in a recording.
    pub(super) fn observe(&self, account: &Account, received: Received, decision: &Decision, began: Instant) {
        let message = received.message;
        let kind = message.kind();
        let rule = decision.rule.as_ref().map_or("", |rule| rule.as_str());
        let micros = began.elapsed().as_micros() as u64;
        let outcome = decision.outcome.as_str();
        info!(account = account.name, sender = %message.sender, kind = kind.as_str(), rule, outcome, micros, "decided");
        debug!(text = message.words().unwrap_or_default(), "message");
        self.metrics.message(kind, decision.outcome);
        if let Some(rule) = &decision.rule {
            self.metrics.rule_hit(rule);
        }
        if let Some(problem) = &decision.problem {
            warn!(
                account = account.name,
                rule, problem, "no answer, because its text could not be filled in"
            );
        }
        if decision.cut > 0 {
            debug!(account = account.name, rule, texts = decision.cut, "the end of what was inserted is cut");
            self.metrics.texts_cut(decision.cut as u64);
        }
        if decision.untried > 0 {
            let expressions = decision.untried;
            warn!(
                account = account.name,
                rule, expressions, "not tried, because the message needs too much work"
            );
            self.metrics.not_tried(expressions as u64);
        }
        self.observe_unsent(account, kind, decision);
        if let Some(recorder) = &self.fan_data.recorder {
            recorder.record(received, decision, account.sends());
        }
    }

    /// Counts and logs what a decision wants to say and cannot be sent.
    fn observe_unsent(&self, account: &Account, kind: Kind, decision: &Decision) {
        let rule = decision.rule.as_ref().map_or("", |rule| rule.as_str());
        let never = decision.never_due();
        let promised = decision.promised() - never;
        let (unsent, why) = match (account.sends(), account.profile.grant(kind)) {
            (false, _) => (decision.lost + promised, "there is no access token"),
            (true, None) => (promised, "this kind of message lets nothing follow its answer"),
            (true, Some(_)) => (decision.lost, "a mention gets one message"),
        };
        if unsent > 0 {
            warn!(account = account.name, rule, unsent, "not sent: {why}");
            self.metrics.not_sent(unsent as u64);
        }
        if never > 0 {
            let why = "its hours leave no moment before the window closes";
            warn!(account = account.name, rule, unsent = never, "not sent: {why}");
            self.metrics.deliveries(EndReason::OutsideHours, never as u64);
        }
    }
}
