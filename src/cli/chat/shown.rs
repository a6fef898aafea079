//! What happens in a conversation, as lines. What the fan gets is marked `<`, what is promised `⏰`, and what only the
//! person at the terminal gets to know `·`.

use jiff::{SignedDuration, Timestamp};

use super::command::ENTRIES;
use super::conversation::{Conversation, Happening};
use crate::cli::moment;
use crate::cli::page::{Page, visible};
use crate::engine::ruleset::RuleSet;
use crate::language::diagnostic::LibraryMessage;
use crate::model::decision::{Decision, Outcome};
use crate::model::delivery::{Delivery, EndReason};
use crate::model::id::RuleName;
use crate::model::kind::Kind;
use crate::model::reply::Reply;
use crate::words::texts::Localize;

/// Draws for one conversation.
pub struct Shown<'a> {
    pub page: Page,
    pub conversation: &'a Conversation,
    pub rules: &'a RuleSet,
}

impl Shown<'_> {
    pub fn lines(&self, happening: &Happening) -> Vec<String> {
        let lang = self.page.lang;
        match happening {
            Happening::Answered(decision) => self.answered(decision),
            Happening::Sent(delivery, at) => self.sent(delivery, *at),
            Happening::NotSent(delivery, at, reason) => {
                let (rule, why) = (&delivery.rule, self.why(*reason));
                let what = lang.pick(
                    format!("not sent, {why} ({rule}): {}", one_line(&delivery.reply)),
                    format!("没有发送，{why}（{rule}）：{}", one_line(&delivery.reply)),
                );
                vec![self.note(&format!("{} {what}", self.time(*at, delivery.created)))]
            }
            Happening::Postponed(delivery, at, until) => {
                // within a minute the seconds tell the two apart
                let created = if until.duration_since(*at) < SignedDuration::from_mins(1) {
                    *at
                } else {
                    delivery.created
                };
                let (at, until, rule) = (self.time(*at, created), self.time(*until, created), &delivery.rule);
                vec![self.note(&lang.pick(
                    format!("{at} held back until {until} ({rule})"),
                    format!("{at} 推迟到 {until}（{rule}）"),
                ))]
            }
            Happening::Promised(delivery) => self.promised(delivery),
            Happening::Replaced(delivery) => {
                let (due, rule) = (self.time(delivery.due, delivery.created), &delivery.rule);
                vec![self.note(&lang.pick(
                    format!("the one promised for {due} is replaced ({rule}, again: restart)"),
                    format!("原定 {due} 的跟进消息被新的代替（{rule}，again: restart）"),
                ))]
            }
            Happening::Kept(step) => vec![self.note(&lang.pick(
                format!("follow-up {} is pending already and stays as it is (again: keep)", step + 1),
                format!("第 {} 条跟进消息已经在等待，保持不变（again: keep）", step + 1),
            ))],
            Happening::NeverDue(step) => vec![self.note(&lang.pick(
                format!(
                    "follow-up {} is never sent: its hours leave no moment before the window closes",
                    step + 1
                ),
                format!("第 {} 条跟进消息不会发送：窗口关闭前没有允许的时间", step + 1),
            ))],
        }
    }

    fn answered(&self, decision: &Decision) -> Vec<String> {
        let (page, lang) = (self.page, self.page.lang);
        let mut lines: Vec<String> = decision.passive.iter().map(|reply| self.reply(reply)).collect();
        let rule = decision.rule.as_ref().map(|name| self.named(name)).unwrap_or_default();
        let note = match decision.outcome {
            Outcome::Answered => rule,
            Outcome::Fallback => lang.pick(
                format!("a fallback, for no other rule answers this: {rule}"),
                format!("兜底回复，没有别的规则回复这条消息：{rule}"),
            ),
            Outcome::Silent => {
                lang.pick(format!("silence, on purpose: {rule}"), format!("有意不回复：{rule}"))
            }
            Outcome::Unanswered => lang
                .pick(
                    "no rule answers this: silence; /why tells what they ask for",
                    "没有规则回复这条消息；输入 /why 看各条规则要求什么",
                )
                .to_owned(),
            Outcome::TemplateFailed => {
                let problem = LibraryMessage(decision.problem.clone().unwrap_or_default());
                let problem = problem.localized(lang).to_string();
                page.bad(&lang.pick(
                    format!("silence, because of a fault: {problem} ({rule})"),
                    format!("没有回复，因为出错了：{problem}（{rule}）"),
                ))
            }
        };
        lines.push(self.note(&note));
        if decision.untried > 0 {
            lines.push(self.note(&page.untried(decision.untried)));
        }
        let kind = self.conversation.last.as_ref().map_or(Kind::Text, |message| message.kind());
        let unsent = decision.unsent(self.conversation.partners.profile.grant(kind).is_some());
        if unsent > 0 {
            lines.push(self.note(&page.bad(&lang.pick(
                format!("{unsent} more cannot be sent: the reply window does not allow it"),
                format!("还有 {unsent} 条发不出：回复窗口不允许"),
            ))));
        }
        lines
    }

    fn sent(&self, delivery: &Delivery, at: Timestamp) -> Vec<String> {
        let lang = self.page.lang;
        let head = match delivery.step {
            None => self.note(lang.pick("right after:", "紧接着：")),
            Some(_) => format!(
                "⏰ {}{}",
                self.time(at, delivery.created),
                self.page.dim(&format!("  {}", delivery.rule))
            ),
        };
        let head = (delivery.part == 0 || delivery.step.is_none()).then_some(head);
        head.into_iter().chain([self.reply(&delivery.reply)]).collect()
    }

    fn promised(&self, delivery: &Delivery) -> Vec<String> {
        let (lang, page) = (self.page.lang, self.page);
        let reply = page.reply(&delivery.reply);
        if delivery.part > 0 {
            return vec![indented("   ", &reply)];
        }
        let span = moment::span(delivery.due.duration_since(delivery.created), lang);
        let due = self.time(delivery.due, delivery.created);
        let step = delivery.step.and_then(|step| usize::try_from(step).ok());
        let step = step.and_then(|step| self.rules.rule_named(&delivery.rule)?.steps.get(step));
        let terms = page.terms(&step.map(|step| step.terms(lang)).unwrap_or_default());
        let head = lang.pick(format!("in {span}, {due}{terms}: "), format!("{span}后，{due}{terms}："));
        let reply = if reply.contains('\n') { format!("\n{reply}") } else { reply };
        vec![indented("⏰ ", &format!("{head}{reply}"))]
    }

    /// Why a promise was not kept, in the words of the conversation.
    fn why(&self, reason: EndReason) -> &'static str {
        let (en, zh) = match reason {
            EndReason::SenderReplied => ("the fan has replied", "粉丝又发来了消息"),
            EndReason::Answered => ("another rule has answered since", "别的规则已经回复过"),
            EndReason::Unfollowed => ("the fan has unfollowed", "粉丝已取消关注"),
            EndReason::Unsubscribed => ("the fan has unsubscribed", "粉丝已退订"),
            EndReason::RuleRemoved => ("its rule is gone", "这条规则已经删除"),
            EndReason::OutsideHours => {
                ("its hours leave no moment before the window closes", "窗口关闭前没有允许的时间")
            }
            EndReason::WindowClosed => ("the reply window has closed", "回复窗口已关闭"),
            other => (other.as_str(), other.as_str()),
        };
        self.page.lang.pick(en, zh)
    }

    fn named(&self, name: &RuleName) -> String {
        let place = self.rules.rule_named(name).map(|rule| rule.place.to_string()).unwrap_or_default();
        format!("{name}  {place}")
    }

    fn reply(&self, reply: &Reply) -> String {
        indented(&self.page.good("< "), &self.page.reply(reply))
    }

    fn note(&self, text: &str) -> String {
        note(self.page, text)
    }

    /// A moment at which something promised at `created` happens: of seconds, where it was promised for soon.
    fn time(&self, at: Timestamp, created: Timestamp) -> String {
        let Conversation { now, partners, .. } = self.conversation;
        let seconds = at.duration_since(created).abs() < SignedDuration::from_mins(2);
        moment::said(at, *now, seconds, &partners.zone, self.page.lang)
    }
}

/// What only the one who looks on gets to know.
pub fn note(page: Page, text: &str) -> String {
    page.dim(&format!("· {text}"))
}

/// `/help`
pub fn help(page: Page) -> String {
    let number = page.lang.pick(0, 1);
    let rows = ENTRIES.iter().map(|entry| {
        let command = format!("/{} {}", entry.name, entry.argument[number]);
        page.entry(command.trim_end(), entry.help[number])
    });
    let notes = page.lang.pick(
        "\nEverything else is what the fan writes; // at the beginning stands for one slash.\nThe clock stands until /later or /at moves it; a message takes a second.",
        "\n其他内容都当作粉丝发来的文字；开头写 // 表示一个斜杠。\n时间不会自动前进，用 /later 或 /at 调整；每条消息算一秒。",
    );
    rows.chain([page.dim(notes)]).collect::<Vec<_>>().join("\n")
}

/// Further lines stand below the first, behind its mark; every mark is two columns wide or three.
fn indented(mark: &str, text: &str) -> String {
    let margin = if mark.starts_with(['⏰', ' ']) { "\n   " } else { "\n  " };
    format!("{mark}{}", text.replace('\n', margin))
}

fn one_line(reply: &Reply) -> String {
    const LONGEST: usize = 40;
    let shown = visible(&reply.rendered()).replace('\n', " ");
    let mut line: String = shown.chars().take(LONGEST).collect();
    if line.len() < shown.len() {
        line.push('…');
    }
    line
}
