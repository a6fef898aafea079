//! Flow 1, respond: what arrived over HTTP becomes the passive answer. Its phases, in order; none makes a network
//! call, and only those may await that say so:
//!
//! 1. admit (`admit.rs`): the signature, from the head alone. The deadline has begun
//! 2. decode, find the account, take a snapshot of its rules; a repeat gets the answer of the first (`repeats.rs`)
//! 3. recall what is known of the fan (awaits) – no rule asks for it yet
//! 4. choose the rule
//! 5. look up what it asks for (awaits) – no rule does yet
//! 6. take what fans share (awaits), or go back to 4 – no rule does yet
//! 7. fill in what it says
//! 8. encode the bytes that leave
//! 9. commit what must outlive a crash (awaits; `commit.rs`)
//! 10. observe (`observe.rs`)

pub mod admit;
mod commit;
pub mod fan_data;
mod nonces;
mod observe;
pub mod recorder;
pub mod repeats;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Instant;

use admit::{Admitted, Refused};
use fan_data::FanData;
use jiff::SignedDuration;
use nonces::Nonces;
use tokio::sync::Notify;
use tracing::{debug, info, warn};

use crate::account::{Account, Accounts};
use crate::clock::{Clock, Deadline};
use crate::engine::effect::Effects;
use crate::engine::index::Rank;
use crate::engine::ruleset::RuleSet;
use crate::engine::ruleset::choose::RefusedRules;
use crate::engine::ruleset::fill::{LookedUp, Takings};
use crate::engine::subject::Context;
use crate::model::decision::Decision;
use crate::model::id::UserId;
use crate::model::received::Received;
use crate::platform::{self, Inbound};
use crate::store::{Commit, PassiveAnswer, StoreFault};
use crate::telemetry::{Ignored, Metrics};
use crate::words::log::said;

/// Answers the platform.
pub struct Responder {
    accounts: Arc<Accounts>,
    clock: Clock,
    signature_max_age: Option<SignedDuration>,
    /// None: a signature counts for any number of messages.
    nonces: Option<Nonces>,
    fan_data: FanData,
    /// Told when something was promised, so that it is not waited for.
    promised: Arc<Notify>,
    metrics: Metrics,
}

impl Responder {
    pub fn new(
        accounts: Arc<Accounts>,
        clock: Clock,
        signature_max_age: Option<SignedDuration>,
        fan_data: FanData,
        metrics: Metrics,
    ) -> Self {
        Self { accounts, clock, signature_max_age, nonces: None, fan_data, promised: Arc::default(), metrics }
    }

    /// The same, which takes each signature for one message where that is wanted.
    pub fn with_nonces_once(mut self, wanted: bool) -> Self {
        self.nonces = wanted.then(|| Nonces::new(self.signature_max_age));
        self
    }

    /// Is notified whenever something was promised.
    pub fn promised(&self) -> Arc<Notify> {
        self.promised.clone()
    }

    /// Whether every account has rules in service.
    pub fn is_ready(&self) -> bool {
        self.accounts.all.iter().all(|account| account.rules.snapshot().is_some())
    }

    /// Why nothing can be promised now.
    pub fn store_fault(&self) -> Option<StoreFault> {
        self.fan_data.store.fault()
    }

    /// The answer to a pushed message (docs/protocol.md 2 to 6).
    ///
    /// # Errors
    /// It cannot be decoded, is for no account that signed it, has a signature that was used, or no rules are in service.
    pub async fn push(&self, admitted: Admitted<'_>, body: &[u8]) -> Result<PassiveAnswer, Refused> {
        let began = Instant::now();
        let (received_at, deadline) = (admitted.received_at, admitted.deadline);
        let (receiver, message) = match (platform::of(admitted.profile).decode)(body)? {
            Inbound::Message(message) => (message.account, Ok(message)),
            Inbound::Unknown { account, what, .. } => (account, Err(what)),
        };
        let account = self.account_for(&admitted, receiver)?;
        let message = match message {
            Ok(message) if message.sender == message.account => {
                return Ok(self.ignore(Ignored::OwnMessage, ""));
            }
            Ok(message) => message,
            Err(what) => return Ok(self.ignore(Ignored::UnknownKind, &what)),
        };
        let rules = account.rules.snapshot().ok_or(Refused::NotReady)?;
        let received = Received::new(&message, received_at, account.profile);
        let key = received.key;
        if let (Some(nonces), Some(signature)) = (&self.nonces, &admitted.once)
            && !nonces.take(signature, key, received_at)
        {
            return Err(Refused::UsedSignature);
        }
        let answer = match self.fan_data.repeats.claim(key, message.sender, received_at).await {
            Ok(claim) => {
                let answer = self.answer(account, &rules, received, deadline).await;
                claim.keep(&answer);
                answer
            }
            Err(answer) => {
                info!(account = account.name, key = %key, "{}", said("repeat: the same answer again", "重复推送：返回同样的回复"));
                self.metrics.repeat();
                answer
            }
        };
        self.metrics.reply_took(began.elapsed());
        Ok(answer)
    }

    /// The account that a message is for, among those whose secret signed it.
    fn account_for<'a>(&self, admitted: &Admitted<'a>, receiver: UserId) -> Result<&'a Account, Refused> {
        let mut signers = admitted.signers.iter().copied();
        let found = signers.find(|account| self.accounts.is_of(account, receiver));
        found.ok_or(if admitted.named { Refused::OtherReceiver } else { Refused::UnknownAccount })
    }

    fn ignore(&self, why: Ignored, what: &str) -> PassiveAnswer {
        self.metrics.ignored(why);
        debug!(why = why.as_str(), what, "ignored");
        None
    }

    /// The answer to a message that is no repeat of one in memory: the phases from the third on.
    async fn answer(
        &self,
        account: &Account,
        rules: &RuleSet,
        received: Received<'_>,
        deadline: Deadline,
    ) -> PassiveAnswer {
        let began = Instant::now();
        let (decision, winner) = decide(account, rules, received);
        let answer = encode(account, received, &decision);
        if self.must_commit(account, rules, &decision) {
            let effects = Effects::of(received, rules, &decision, account.sends());
            let commit = Commit::of(received, effects, answer.clone());
            // boxed: messages that leave nothing behind need no room for it
            if let Some(former) = Box::pin(self.commit(account, commit, &decision, deadline)).await {
                return former;
            }
        }
        let hits = winner.map(|rank| rules.hits(rank, |rule| self.metrics.hits_of(rule)));
        self.observe(account, received, &decision, hits, began);
        answer
    }

    /// Whether a message leaves anything behind: a set that can promise nothing touches no disk.
    fn must_commit(&self, account: &Account, rules: &RuleSet, decision: &Decision) -> bool {
        // what was promised before the rules changed still asks what its fan has done since
        rules.promises()
            || self.fan_data.store.has_open_deliveries()
            || (decision.promised() > 0 && account.sends())
    }
}

/// What the rules say to a message of which they know nothing else, and the place of the rule that says it.
fn decide(account: &Account, rules: &RuleSet, received: Received) -> (Decision, Option<Rank>) {
    let Received { message, at, profile, .. } = received;
    let context = Context { received_at: at, zone: &account.zone, account_name: &account.name, profile };
    let choice = rules.choose(message, &context, None, &RefusedRules::default());
    let decision = rules.fill(&choice, &Takings::default(), &LookedUp::default());
    (decision, choice.winner.map(|winner| winner.rank))
}

/// The bytes that leave, before the commit: the row of the message holds the very same.
fn encode(account: &Account, received: Received, decision: &Decision) -> PassiveAnswer {
    let message = received.message;
    match (platform::of(account.profile).encode_reply)(decision.passive.as_ref()?, message, received.at) {
        // it is kept for repeats: no room to spare is kept with it
        Ok(body) => Some((message.format, body.into_boxed_slice().into())),
        // composing has put what this format cannot carry elsewhere
        Err(fault) => {
            warn!(account = account.name, %fault, "{}", said("the reply could not be encoded", "回复无法编码"));
            None
        }
    }
}
