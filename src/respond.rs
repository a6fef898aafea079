//! Flow 1, respond: what arrived over HTTP → verify → decode → seen before? → decide → encode → commit. It
//! makes no network call, and touches the disk only where a set can promise something; it knows HTTP's words
//! only as far as the protocol does.

pub mod recorder;
pub mod repeats;
#[cfg(test)]
mod tests;

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use jiff::{SignedDuration, Timestamp};
use recorder::Recorder;
use repeats::Repeats;
use tokio::sync::Notify;
use tokio::time::timeout;
use tracing::{debug, error, info, warn};

use crate::account::{Account, Accounts};
use crate::clock::{Clock, Deadline};
use crate::engine::effect::Effects;
use crate::engine::ruleset::RuleSet;
use crate::engine::subject::Context;
use crate::model::decision::Decision;
use crate::model::delivery::{DeliveryState, EndReason};
use crate::model::id::UserId;
use crate::model::kind::Kind;
use crate::model::message::{Format, InboundMessage};
use crate::model::received::Received;
use crate::platform::signature::{self, SignatureFault, Signed};
use crate::platform::{self, DecodeFault, Inbound};
use crate::store::{Commit, Recorded, Store, StoreFault, StoredAnswer};
use crate::telemetry::{Ignored, Metrics, Refusal};

/// Answers the platform.
pub struct Responder {
    accounts: Arc<Accounts>,
    clock: Clock,
    signature_max_age: Option<SignedDuration>,
    repeats: Repeats<Answer>,
    store: Store,
    /// Keeps the most recent messages, where that is wanted.
    recorder: Option<Recorder>,
    /// Told when something was promised, so that it is not waited for.
    promised: Arc<Notify>,
    metrics: Metrics,
}

/// A request that the platform signed. Its instant of receipt is the time of everything that follows.
#[derive(Debug)]
pub struct Admitted<'a> {
    /// The accounts whose secret signed it; accounts may share one (protocol 11).
    signers: Vec<&'a Account>,
    /// Whether the path named the account.
    named: bool,
    received_at: Timestamp,
}

/// What goes back to the platform with status 200.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    Reply {
        body: Bytes,
        format: Format,
    },
    /// An empty body: no reply, and no reason to send the message again (protocol 3).
    Silence,
}

/// Why the platform gets no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("{0}")]
    Signature(#[from] SignatureFault),
    #[error("{0}")]
    Undecodable(#[from] DecodeFault),
    #[error("no such account")]
    UnknownAccount,
    #[error("the message is for another account")]
    OtherReceiver,
    /// No rules are in service yet: the platform tries again.
    #[error("no rules are in service")]
    NotReady,
}

impl Refused {
    /// The word of logs and metrics.
    pub fn reason(&self) -> Refusal {
        match self {
            Self::Signature(SignatureFault::Missing) => Refusal::MissingSignature,
            Self::Signature(SignatureFault::NoTimestamp | SignatureFault::Stale) => Refusal::StaleSignature,
            Self::Signature(SignatureFault::Malformed | SignatureFault::Wrong) => Refusal::WrongSignature,
            Self::Undecodable(_) => Refusal::Undecodable,
            Self::UnknownAccount => Refusal::UnknownAccount,
            Self::OtherReceiver => Refusal::OtherReceiver,
            Self::NotReady => Refusal::Unavailable,
        }
    }
}

impl Responder {
    pub fn new(
        accounts: Arc<Accounts>,
        clock: Clock,
        signature_max_age: Option<SignedDuration>,
        store: Store,
        recorder: Option<Recorder>,
        metrics: Metrics,
    ) -> Self {
        let (repeats, promised) = (Repeats::new(Answer::bytes), Arc::default());
        Self { accounts, clock, signature_max_age, repeats, store, recorder, promised, metrics }
    }

    /// Is notified whenever something was promised.
    pub fn promised(&self) -> Arc<Notify> {
        self.promised.clone()
    }

    /// Admits a request that is signed by the platform (protocol 1.1, 1.2). `name` is the account in the
    /// path; without one any account's secret will do, and the receiver decides.
    pub fn admit(&self, name: Option<&str>, signed: Signed) -> Result<Admitted<'_>, Refused> {
        let received_at = self.clock.now();
        let mut fault = None;
        let mut signers = Vec::with_capacity(1);
        for account in self.accounts.named(name) {
            match signature::verify(&account.secret, signed, received_at, self.signature_max_age) {
                Ok(()) => signers.push(account),
                // stale is the one fault that only a knower of the secret gets to see
                Err(found) if found == SignatureFault::Stale => fault = Some(found),
                Err(found) => fault = fault.or(Some(found)),
            }
        }
        match (signers.is_empty(), fault) {
            (false, _) => Ok(Admitted { signers, named: name.is_some(), received_at }),
            (true, Some(fault)) => Err(fault.into()),
            (true, None) => Err(Refused::UnknownAccount),
        }
    }

    /// The answer to a pushed message (protocol 2 to 6).
    pub async fn push(
        &self,
        admitted: Admitted<'_>,
        body: &[u8],
        deadline: Deadline,
    ) -> Result<Answer, Refused> {
        let began = Instant::now();
        let received_at = admitted.received_at;
        let (receiver, message) = match platform::decode(body)? {
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
        let first = self.decide(account, &rules, received, deadline);
        let (answer, is_repeat) = self.repeats.answer(key, message.sender, received_at, first).await;
        if is_repeat {
            info!(account = account.name, key = %key, "repeat: the same answer again");
            self.metrics.repeat();
        }
        self.metrics.reply_took(began.elapsed());
        Ok(answer)
    }

    /// Forgets what is kept in memory about a fan; tells how many answers that were.
    pub fn forget(&self, sender: UserId) -> usize {
        self.repeats.forget(sender)
    }

    /// Erases what is kept on disk about a fan, or is on its way there; tells how many rows that were.
    pub async fn erase(&self, sender: UserId) -> Result<usize, StoreFault> {
        if let Some(recorder) = &self.recorder {
            recorder.written().await;
        }
        self.store.forget(sender).await
    }

    /// Up to `limit` recorded messages behind this number, the oldest first, each with its number; `None`
    /// where none are recorded.
    pub async fn recent_after(
        &self,
        number: i64,
        limit: u32,
    ) -> Result<Option<Vec<(i64, String)>>, StoreFault> {
        let Some(recorder) = &self.recorder else { return Ok(None) };
        recorder.written().await;
        self.store.recent_after(number, limit).await.map(Some)
    }

    /// Whether every account has rules in service.
    pub fn is_ready(&self) -> bool {
        self.accounts.all.iter().all(|account| account.rules.snapshot().is_some())
    }

    /// The account that a message is for, among those whose secret signed it.
    fn account_for<'a>(&self, admitted: &Admitted<'a>, receiver: UserId) -> Result<&'a Account, Refused> {
        let mut signers = admitted.signers.iter().copied();
        let found = signers.find(|account| self.accounts.is_of(account, receiver));
        found.ok_or(if admitted.named { Refused::OtherReceiver } else { Refused::UnknownAccount })
    }

    fn ignore(&self, why: Ignored, what: &str) -> Answer {
        self.metrics.ignored(why);
        debug!(why = why.as_str(), what, "ignored");
        Answer::Silence
    }

    async fn decide(
        &self,
        account: &Account,
        rules: &RuleSet,
        received: Received<'_>,
        deadline: Deadline,
    ) -> Answer {
        let Received { message, at, profile, .. } = received;
        let context = Context { received_at: at, zone: &account.zone, account_name: &account.name, profile };
        let began = Instant::now();
        let decision = rules.decide(message, &context);
        let answer = encode(account, message, &decision, at);
        // what was promised before the rules changed still asks what its fan has done since
        if rules.promises()
            || self.store.has_open_deliveries()
            || (decision.promised() > 0 && account.sends())
        {
            let effects = Effects::of(received, rules, &decision, account.sends());
            let commit = Commit::of(received, effects, answer.stored());
            if let Some(former) = self.commit(account, commit, &decision, deadline).await {
                return former;
            }
        }
        self.record(account, received, &decision, began);
        answer
    }

    /// Commits what a message leaves behind before its answer leaves. The answer of an earlier delivery of
    /// the same message, where there was one. When the disk refuses or the time is over, the answer still
    /// leaves; what is lost by that is counted and said.
    async fn commit(
        &self,
        account: &Account,
        commit: Commit,
        decision: &Decision,
        deadline: Deadline,
    ) -> Option<Answer> {
        let promised = commit.effects.promised();
        let rule = decision.rule.as_ref().map_or("", |rule| rule.as_str());
        let Ok(recorded) = timeout(deadline.left(), self.store.record(commit)).await else {
            // it is recorded when the disk comes round, unless the power fails first
            self.metrics.store_slow();
            warn!(
                account = account.name,
                rule, promised, "the disk is too slow: the answer does not wait for it"
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
                info!(account = account.name, "repeat: the stored answer again");
                self.metrics.repeat();
                Some(Answer::of_stored(answer))
            }
            Err(fault) => {
                error!(account = account.name, rule, promised, %fault, "what this answer promises is lost");
                self.metrics.not_sent(promised as u64);
                None
            }
        }
    }

    /// What a decision wants to say and nobody will hear is counted and said.
    fn record_unsent(&self, account: &Account, kind: Kind, decision: &Decision) {
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
            self.metrics.deliveries(DeliveryState::Cancelled, EndReason::OutsideHours, never as u64);
        }
    }

    /// One line for each decision; what the fan wrote is only seen at debug, and in a recording.
    fn record(&self, account: &Account, received: Received, decision: &Decision, began: Instant) {
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
        self.record_unsent(account, kind, decision);
        if let Some(recorder) = &self.recorder {
            recorder.record(received, decision);
        }
    }
}

impl Answer {
    fn bytes(&self) -> usize {
        match self {
            Self::Reply { body, .. } => body.len(),
            Self::Silence => 0,
        }
    }

    fn stored(&self) -> StoredAnswer {
        match self {
            Self::Reply { body, format } => Some((*format, body.clone())),
            Self::Silence => None,
        }
    }

    fn of_stored(answer: StoredAnswer) -> Self {
        answer.map_or(Self::Silence, |(format, body)| Self::Reply { body, format })
    }
}

fn encode(
    account: &Account,
    message: &InboundMessage,
    decision: &Decision,
    received_at: Timestamp,
) -> Answer {
    let Some(reply) = &decision.passive else { return Answer::Silence };
    match platform::encode_reply(reply, message, received_at) {
        // it is kept for repeats: no room to spare is kept with it
        Ok(body) => Answer::Reply { body: body.into_boxed_slice().into(), format: message.format },
        // composing has put what this format cannot carry elsewhere
        Err(fault) => {
            warn!(account = account.name, %fault, "the reply could not be encoded");
            Answer::Silence
        }
    }
}
