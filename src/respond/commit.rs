//! Committing: what a message leaves behind is on disk before its answer leaves.

use tokio::time::timeout;
use tracing::{error, info, warn};

use super::Responder;
use crate::account::Account;
use crate::clock::Deadline;
use crate::model::decision::Decision;
use crate::store::{Commit, PassiveAnswer, Recorded};
use crate::words::log;
use crate::words::log::said;

impl Responder {
    /// Commits what a message leaves behind. Returns the answer of an earlier push of the same message, where there
    /// was one. When the disk refuses or the deadline has passed, the answer still leaves, and what is lost by that is
    /// counted and logged.
    pub(super) async fn commit(
        &self,
        account: &Account,
        commit: Commit,
        decision: &Decision,
        deadline: Deadline,
    ) -> Option<PassiveAnswer> {
        let promised = commit.effects.promised();
        let rule = decision.rule.as_ref().map_or("", |rule| rule.as_str());
        let Ok(recorded) = timeout(deadline.left(), self.fan_data.store.record(commit)).await else {
            // it is recorded when the disk comes round, unless the power fails first
            self.metrics.store_slow();
            warn!(
                account = account.name,
                rule,
                promised,
                "{}",
                said(
                    "the disk is too slow: the answer does not wait for it",
                    "磁盘太慢：回复先发出，不再等它"
                )
            );
            return None;
        };
        match recorded {
            Ok(Recorded::First) => {
                if promised > 0 {
                    self.promised.notify_one();
                }
                None
            }
            Ok(Recorded::Repeat { answer }) => {
                info!(
                    account = account.name,
                    "{}",
                    said("repeat: the stored answer again", "重复推送：返回保存的回复")
                );
                self.metrics.repeat();
                Some(answer)
            }
            // the store has said itself why it cannot be used
            Err(_) if promised == 0 => None,
            Err(fault) => {
                error!(
                    account = account.name,
                    rule,
                    promised,
                    fault = fault.message(log::lang()),
                    "{}",
                    said("what this answer promises is lost", "这条回复答应的后续消息丢失了")
                );
                self.metrics.not_sent(promised as u64);
                None
            }
        }
    }
}
