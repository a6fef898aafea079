//! The conversation: one fan who writes, comes and goes, and a clock that stands until it is moved. It runs on
//! the parts that serve fans: the ruleset decides, what a message leaves behind goes into a store, and what is
//! due is claimed from there and judged as the deliverer judges it. It prints nothing, and sends nothing.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::deliver::judge::{Judgement, judge};
use crate::model::decision::{Decision, Due};
use crate::model::delivery::{Delivery, DeliveryState, EndReason};
use crate::model::id::UserId;
use crate::model::key::MessageKey;
use crate::model::message::{Content, Format, InboundMessage};
use crate::respond::Received;
use crate::respond::memory::{self, RIGHT_AFTER};
use crate::rules::ruleset::RuleSet;
use crate::rules::subject::Context;
use crate::store::{Claimed, Finish, Store, StoreFault};

/// Nobody else claims here, so any lease will do.
const LEASE: SignedDuration = SignedDuration::from_secs(60);
/// How many of the deliveries that ended last are looked through for those that a message has replaced.
const REPLACED: usize = 64;

/// Who talks to whom.
#[derive(Clone, Debug)]
pub struct Partners {
    pub account: UserId,
    pub account_name: String,
    pub sender: UserId,
    /// The account's.
    pub zone: TimeZone,
}

/// A conversation, and what it has promised.
pub struct Conversation {
    pub partners: Partners,
    pub now: Timestamp,
    /// The last message of the fan.
    pub last: Option<InboundMessage>,
    store: Store,
    messages: u64,
}

/// Something that the fan, or the one who looks on, gets to see.
#[derive(Clone, Debug)]
pub enum Happening {
    /// What the rules said to his message.
    Answered(Decision),
    /// A promised message arrived, at that time.
    Sent(Claimed, Timestamp),
    /// It did not, for that reason.
    NotSent(Claimed, Timestamp, EndReason),
    /// It was due, and its hours or the longer window move it to the second moment.
    Postponed(Claimed, Timestamp, Timestamp),
    /// It will be sent, unless something comes between.
    Promised(Delivery),
    /// `again: restart`: a later message promised the same.
    Replaced(Delivery),
    /// `again: keep`: what this step promised before stays, and nothing was added.
    Kept(usize),
    /// A step of the rule finds no moment before the window closes.
    NeverDue(usize),
}

impl Conversation {
    /// A conversation in which nothing was said yet.
    pub fn new(partners: Partners, store: Store, now: Timestamp) -> Self {
        Self { partners, now, last: None, store, messages: 0 }
    }

    pub fn context(&self) -> Context<'_> {
        let Partners { zone, account_name, .. } = &self.partners;
        let received_at = self.last.as_ref().map_or(self.now, |message| message.created_at);
        Context { received_at, zone, account_name }
    }

    /// The fan writes or does something now; it takes as long as it takes to answer, a second.
    pub async fn hear(&mut self, content: Content, rules: &RuleSet) -> Result<Vec<Happening>, StoreFault> {
        self.messages += 1;
        let message = InboundMessage {
            account: self.partners.account,
            sender: self.partners.sender,
            created_at: self.now,
            // a clock that was set back must not make a repeat of a new message
            platform_id: Some(self.messages),
            format: Format::Json,
            content,
        };
        self.last = Some(message.clone());
        let at = self.now;
        let decision = rules.decide(&message, &self.context());
        let received = Received { key: MessageKey::of(&message), message: &message, at };
        self.store.record(memory::action(received, rules, &decision, None, true)).await?;
        let own = |delivery: &Delivery| delivery.created == at && delivery.step.is_some();
        let promised: Vec<Delivery> = self.pending().await?.into_iter().filter(own).collect();
        let steps = decision.follow_ups.iter().filter_map(|follow_up| match follow_up.due {
            Due::Never => Some(Happening::NeverDue(follow_up.step)),
            Due::At(_) => {
                let is_promised = promised.iter().any(|own| own.step == u32::try_from(follow_up.step).ok());
                (!is_promised).then_some(Happening::Kept(follow_up.step))
            }
        });
        let mut rest: Vec<Happening> = steps.collect();
        rest.extend(self.replaced_at(at).await?.into_iter().map(Happening::Replaced));
        let mut happenings = vec![Happening::Answered(decision)];
        happenings.extend(self.pass(at.saturating_add(RIGHT_AFTER).unwrap_or(at), rules).await?);
        happenings.extend(self.pending().await?.into_iter().filter(own).map(Happening::Promised));
        happenings.extend(rest);
        Ok(happenings)
    }

    /// Time passes until then; what falls due on the way is judged and sent in its order, each at its time.
    pub async fn pass(&mut self, until: Timestamp, rules: &RuleSet) -> Result<Vec<Happening>, StoreFault> {
        let mut happenings = Vec::new();
        while let Some(due) = self.store.next_due(&[]).await?.filter(|due| *due <= until) {
            self.now = self.now.max(due);
            let claimed = self.store.claim(self.now, 1, LEASE, &[]).await?;
            let Some(delivery) = claimed.into_iter().next() else { break };
            let (id, attempt, now) = (delivery.id, delivery.attempt, self.now);
            let (finish, happening) = match judge(&delivery, rules, now, &self.partners.zone) {
                Judgement::Send => {
                    let sent = Finish::End(DeliveryState::Sent, EndReason::Sent, None);
                    (sent, Happening::Sent(delivery, now))
                }
                Judgement::End(state, reason) => {
                    (Finish::End(state, reason, None), Happening::NotSent(delivery, now, reason))
                }
                Judgement::Later(at) => (Finish::Postpone(at), Happening::Postponed(delivery, now, at)),
            };
            self.store.finish(id, attempt, finish, now).await?;
            happenings.push(happening);
        }
        self.now = self.now.max(until);
        Ok(happenings)
    }

    /// What is promised and has not ended, in the order in which it is due.
    pub async fn pending(&self) -> Result<Vec<Delivery>, StoreFault> {
        self.store.pending_of(self.partners.account, self.partners.sender).await
    }

    async fn replaced_at(&self, at: Timestamp) -> Result<Vec<Delivery>, StoreFault> {
        let is_replaced = |delivery: &Delivery| {
            delivery.end.is_some_and(|end| end.reason == EndReason::Replaced && end.at == at)
        };
        let mut replaced = self.store.history(REPLACED).await?;
        replaced.retain(|delivery| is_replaced(delivery) && delivery.part == 0);
        // the last came first
        replaced.reverse();
        Ok(replaced)
    }
}
