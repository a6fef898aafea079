//! The conversation: one fan who writes, comes and goes, and a clock that stands until it is moved. It uses the parts
//! that serve real fans: the ruleset decides, the effects of a message go into a store, and what is due is claimed from
//! there and judged as the deliverer judges it. Nothing is sent.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::deliver::judge::{Judgement, judge};
use crate::engine::effect::Effects;
use crate::engine::effect::delivery::RIGHT_AFTER;
use crate::engine::ruleset::RuleSet;
use crate::engine::subject::Context;
use crate::model::decision::{Decision, Due};
use crate::model::delivery::{Delivery, EndReason};
use crate::model::id::UserId;
use crate::model::message::{Content, Format, InboundMessage};
use crate::model::profile::Profile;
use crate::model::received::Received;
use crate::store::{Commit, Finish, Held, Store, StoreFault};

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
    pub profile: &'static Profile,
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
    Sent(Delivery, Timestamp),
    /// It did not, for that reason.
    NotSent(Delivery, Timestamp, EndReason),
    /// It was due, and its hours or the longer window move it to the second moment.
    Postponed(Delivery, Timestamp, Timestamp),
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
        let Partners { zone, account_name, profile, .. } = &self.partners;
        let received_at = self.last.as_ref().map_or(self.now, |message| message.created_at);
        Context { received_at, zone, account_name, profile }
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
        let received = Received::new(&message, at, self.partners.profile);
        let effects = Effects::of(received, rules, &decision, true);
        self.store.record(Commit::of(received, effects, None)).await?;
        let own = |delivery: &Delivery| delivery.created == at && delivery.step.is_some();
        let promised: Vec<Delivery> = self.pending().await?.into_iter().filter(own).collect();
        let steps = decision.follow_ups.iter().filter_map(|follow_up| match follow_up.due {
            Due::Never => Some(Happening::NeverDue(follow_up.step)),
            Due::At(_) => {
                let is_promised = promised.iter().any(|own| own.step == i32::try_from(follow_up.step).ok());
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
        while let Some(due) = self.store.next_due(&Held::default()).await?.filter(|due| *due <= until) {
            self.now = self.now.max(due);
            let claimed = self.store.claim(self.now, 1, LEASE, &Held::default()).await?;
            let Some(claimed) = claimed.into_iter().next() else { break };
            let now = self.now;
            let judgement = judge(&claimed, rules, now, &self.partners.zone);
            let finish = match judgement {
                Judgement::Send => Finish::End(EndReason::Sent, None),
                Judgement::End(reason) => Finish::End(reason, None),
                Judgement::Later(at) => Finish::Postpone(at),
            };
            self.store.finish(&claimed, finish, now).await?;
            happenings.push(match judgement {
                Judgement::Send => Happening::Sent(claimed.delivery, now),
                Judgement::End(reason) => Happening::NotSent(claimed.delivery, now, reason),
                Judgement::Later(at) => Happening::Postponed(claimed.delivery, now, at),
            });
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::load;
    use crate::language::source::{RuleSource, SourceFile};
    use crate::language::surroundings::Surroundings;

    fn rules(follow_up: &str) -> RuleSet {
        let text = format!(
            "rules:\n  - name: order\n    when: {{keyword: 下单}}\n    reply: 好的\n    follow_up: {{{follow_up}, text: 还在吗}}\n"
        );
        let file = SourceFile { path: "a.yaml".into(), bytes: text.into_bytes().into() };
        load(&RuleSource::new(vec![file]), &Surroundings::default()).ruleset.unwrap()
    }

    fn at(text: &str) -> Timestamp {
        format!("{text}:00+08:00").parse().unwrap()
    }

    fn conversation() -> Conversation {
        let partners = Partners {
            account: UserId::SOMEBODY,
            account_name: "shop".to_owned(),
            sender: UserId::new(2).unwrap(),
            zone: Surroundings::default().zone,
            profile: Surroundings::default().profile,
        };
        Conversation::new(partners, Store::in_memory().unwrap(), at("2026-11-23T12:00"))
    }

    fn order() -> Content {
        Content::Text("下单".to_owned())
    }

    #[tokio::test]
    async fn a_clock_that_was_set_back_makes_no_repeat_of_a_new_message() {
        let (mut conversation, rules) = (conversation(), rules("after: 1h, again: add"));
        for _ in 0..2 {
            conversation.hear(order(), &rules).await.unwrap();
            conversation.now = at("2026-11-23T12:00");
        }
        assert_eq!(conversation.pending().await.unwrap().len(), 2);
        let happenings = conversation.pass(at("2026-11-23T13:00"), &rules).await.unwrap();
        assert!(matches!(happenings[..], [Happening::Sent(..), Happening::Sent(..)]), "{happenings:?}");
    }

    #[tokio::test]
    async fn what_waits_for_the_windows_end_is_held_back_when_the_window_grows() {
        let (mut conversation, rules) = (conversation(), rules("before_window_closes: 1h"));
        conversation.hear(order(), &rules).await.unwrap();
        conversation.pass(at("2026-11-24T12:00"), &rules).await.unwrap();
        conversation.hear(Content::Text("在吗".to_owned()), &rules).await.unwrap();
        let happenings = conversation.pass(at("2026-11-30T12:00"), &rules).await.unwrap();
        let [Happening::Postponed(_, due, until), Happening::Sent(_, sent)] = &happenings[..] else {
            panic!("{happenings:?}")
        };
        assert_eq!((*due, until), (at("2026-11-25T11:00"), sent));
        assert_eq!(sent.duration_since(*due), SignedDuration::from_hours(24));
    }

    #[tokio::test]
    async fn every_message_takes_a_second_and_is_the_last_one() {
        let (mut conversation, rules) = (conversation(), rules("after: 1h"));
        let happenings = conversation.hear(order(), &rules).await.unwrap();
        assert!(matches!(happenings[..], [Happening::Answered(_), Happening::Promised(_)]), "{happenings:?}");
        assert_eq!(conversation.now.duration_since(at("2026-11-23T12:00")), RIGHT_AFTER);
        assert_eq!(conversation.context().received_at, at("2026-11-23T12:00"));
        assert_eq!(conversation.last.map(|message| message.content), Some(order()));
    }
}
