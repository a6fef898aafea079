//! Observing: what is seen of a decision from outside – one line in the log, counts, and the recording. No answer
//! waits for it.

use std::time::Instant;

use tracing::{debug, info, warn};

use super::Responder;
use crate::account::Account;
use crate::model::decision::Decision;
use crate::model::delivery::EndReason;
use crate::model::hits::Hits;
use crate::model::kind::Kind;
use crate::model::received::Received;
use crate::words::log::said;

impl Responder {
    /// One line for each decision; what the fan wrote is only seen at debug, and in a recording.
    pub(super) fn observe(
        &self,
        account: &Account,
        received: Received,
        decision: &Decision,
        hits: Option<&Hits>,
        began: Instant,
    ) {
        let message = received.message;
        let kind = message.kind();
        let rule = decision.rule.as_ref().map_or("", |rule| rule.as_str());
        let micros = began.elapsed().as_micros() as u64;
        let outcome = decision.outcome.as_str();
        info!(account = account.name, sender = %message.sender, kind = kind.as_str(), rule, outcome, micros, "{}", said("decided", "已处理"));
        debug!(text = message.words().unwrap_or_default(), "message");
        self.metrics.message(kind, decision.outcome);
        if let Some(hits) = hits {
            hits.add_one();
        }
        if let Some(problem) = &decision.problem {
            warn!(
                account = account.name,
                rule,
                problem,
                "{}",
                said("no answer, because its text could not be filled in", "没有回复：回复的文字无法生成")
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
                rule,
                expressions,
                "{}",
                said(
                    "not tried, because the message needs too much work",
                    "这条消息计算量太大，有的正则没有尝试"
                )
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
            (false, _) => {
                (decision.lost + promised, said("there is no access token", "没有设置 access token"))
            }
            (true, None) => (
                promised,
                said("this kind of message lets nothing follow its answer", "这种消息只能当场回复"),
            ),
            (true, Some(_)) => (decision.lost, said("a mention gets one message", "@提到只能回复一条")),
        };
        if unsent > 0 {
            warn!(
                account = account.name,
                rule,
                unsent,
                "{}",
                said(format!("not sent: {why}"), format!("没有发送：{why}"))
            );
            self.metrics.not_sent(unsent as u64);
        }
        if never > 0 {
            let why = said("its hours leave no moment before the window closes", "窗口关闭前没有允许的时间");
            warn!(
                account = account.name,
                rule,
                unsent = never,
                "{}",
                said(format!("not sent: {why}"), format!("没有发送：{why}"))
            );
            self.metrics.deliveries(EndReason::OutsideHours, never as u64);
        }
    }
}
