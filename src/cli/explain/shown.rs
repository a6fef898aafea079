//! An explanation as a page for people: the message as it came and as it is compared, the rule that answers and why,
//! what the fan gets and when, and why the other rules do not answer.

use jiff::Timestamp;

use crate::advice::explain::{Explanation, TriedRule, Why};
use crate::cli::moment;
use crate::cli::session::Session;
use crate::engine::fold::reveal;
use crate::engine::ruleset::RuleSet;
use crate::engine::subject::Context;
use crate::language::diagnostic::{Fault, LibraryMessage};
use crate::language::example::said;
use crate::model::decision::{Decision, Due, FollowUp};
use crate::model::message::InboundMessage;
use crate::words::texts::Localize;

/// A list of rules that is longer shows those that came near, and counts the others.
const SHOWN: usize = 20;

/// What the page is drawn from.
pub struct Shown<'a> {
    pub session: &'a Session,
    pub ruleset: &'a RuleSet,
    pub message: &'a InboundMessage,
    pub context: &'a Context<'a>,
    /// Whether every rule is listed, however many there are.
    pub all: bool,
}

impl Shown<'_> {
    pub fn page(&self, explanation: &Explanation) -> String {
        let (session, page) = (self.session, self.session.page());
        let mut lines = vec![page.row(session.say("message", "消息"), &reveal(&said(&self.message.content)))];
        let words = self.message.words();
        if words.is_some_and(|words| words != explanation.folded) {
            let folded = match explanation.folded.as_str() {
                "" => session.say("(nothing is left)", "（什么都不剩）"),
                folded => folded,
            };
            lines.push(page.row(session.say("compared as", "匹配时看作"), folded));
        }
        let mut received = moment::of_a_day(self.context.received_at, self.context.zone, session.lang);
        if let Some(fault) = &explanation.unknown_holidays {
            received = format!("{received}\n{}", page.bad(&fault.message(session.lang)));
        }
        lines.push(page.row(session.say("received", "时间"), &received));
        lines.push(page.row(session.say("window", "回复窗口"), &self.window()));
        lines.push(String::new());
        lines.extend(self.winner(explanation));
        lines.extend(self.answer(&explanation.decision));
        let winner = explanation.steps.iter().position(|step| step.why == Why::Answers);
        let (earlier, later) = explanation.steps.split_at(winner.unwrap_or(explanation.steps.len()));
        let earlier: Vec<&TriedRule> = earlier.iter().collect();
        let later: Vec<&TriedRule> = later.iter().skip(1).filter(|step| step.matched).collect();
        let titles = session.say(
            [
                "Rules that were tried before:",
                "Rules that would match too:",
                "Rules that match, but are switched off:",
            ],
            ["排在前面的规则：", "也匹配的规则：", "匹配但已停用的规则："],
        );
        lines.extend(self.list(titles[0], &earlier));
        lines.extend(self.list(titles[1], &later));
        lines.extend(self.list(titles[2], &explanation.switched_off.iter().collect::<Vec<_>>()));
        lines.join("\n")
    }

    /// What this message allows the account to send, and until when.
    fn window(&self) -> String {
        let (session, kind, profile) = (self.session, self.message.kind(), self.context.profile);
        let (grant, closes_at) = (profile.grant(kind), profile.closes_at(kind, self.context.received_at));
        let until = closes_at.map(|at| self.time(at)).unwrap_or_default();
        match grant.map(|grant| grant.messages) {
            Some(None) => session.say(format!("open until {until}"), format!("{until} 之前可以发消息")),
            Some(Some(_)) => {
                session.say(format!("one reply only, until {until}"), format!("{until} 之前只能回复一条"))
            }
            None if profile.closed_by.contains(kind) => {
                session.say("closed: the fan has left", "已关闭：粉丝离开了，不能再给他发消息").to_owned()
            }
            None => session
                .say("not opened by this: nothing can follow the answer", "这个动作不打开窗口，只能当场回复")
                .to_owned(),
        }
    }

    /// The rule that answers, and what it asked for.
    fn winner(&self, explanation: &Explanation) -> Vec<String> {
        let (session, page) = (self.session, self.session.page());
        let row = |text: &str| page.row(session.say("rule", "规则"), text);
        let Some(name) = &explanation.decision.rule else {
            let none = session.say(
                "none: no answer, and the message counts as unanswered",
                "没有：不回复，这条消息计入“没有规则回复”",
            );
            return vec![row(none)];
        };
        let rule = self.ruleset.rule_named(name);
        let place = rule.map(|rule| rule.place.to_string()).unwrap_or_default();
        let mut because: Vec<String> =
            explanation.because.iter().map(|held| held.localized(session.lang)).collect();
        if rule.is_some_and(|rule| rule.fallback) {
            let fallback =
                session.say("it is a fallback, and no other rule matched", "兜底规则，没有别的规则匹配");
            because.insert(0, fallback.to_owned());
        } else if because.is_empty() {
            let kind = self.message.kind();
            because.push(session.say(format!("it speaks to {kind}"), format!("它处理 {kind}")));
        }
        vec![
            row(&format!("{} {}", page.strong(name.as_str()), page.dim(&place))),
            page.row(session.say("because", "原因"), &because.join("\n")),
        ]
    }

    fn answer(&self, decision: &Decision) -> Vec<String> {
        let (session, page) = (self.session, self.session.page());
        let mut lines = Vec::new();
        match (&decision.passive, &decision.problem) {
            (Some(reply), _) => lines.push(page.row(session.say("answer", "回复"), &page.reply(reply))),
            (None, Some(problem)) => {
                let problem = LibraryMessage(problem.clone()).localized(session.lang).to_string();
                lines.push(page.row(session.say("problem", "问题"), &page.bad(&problem)));
            }
            (None, None) if decision.rule.is_some() && decision.then.is_empty() => {
                lines.push(
                    page.row(session.say("answer", "回复"), session.say("silence, on purpose", "有意不回复")),
                );
            }
            (None, None) => {}
        }
        if decision.untried > 0 {
            lines.push(page.row(session.say("not tried", "没有尝试"), &page.untried(decision.untried)));
        }
        for reply in &decision.then {
            lines.push(page.row(session.say("right after", "随后发送"), &page.reply(reply)));
        }
        let unsent = decision.unsent(self.context.profile.grant(self.message.kind()).is_some());
        if unsent > 0 {
            let text = session.say(
                format!("{unsent}: the reply window does not allow more (see above)"),
                format!("{unsent} 条：回复窗口不允许（见上）"),
            );
            lines.push(page.row(session.say("not sent", "发不出"), &page.bad(&text)));
        }
        lines.extend(decision.follow_ups.iter().map(|step| self.follow_up(decision, step)));
        lines
    }

    fn follow_up(&self, decision: &Decision, follow_up: &FollowUp) -> String {
        let (session, page, lang) = (self.session, self.session.page(), self.session.lang);
        let when = match follow_up.due {
            Due::At(due) => {
                let (time, span) =
                    (self.time(due), moment::span(due.duration_since(self.context.received_at), lang));
                session.say(format!("{time}, in {span}"), format!("{time}，{span}后"))
            }
            Due::Never => session
                .say(
                    "never: no allowed moment is left before the window closes",
                    "不会发送：窗口关闭前没有允许的时间",
                )
                .to_owned(),
        };
        let rule = decision.rule.as_ref().and_then(|name| self.ruleset.rule_named(name));
        let terms = rule.and_then(|rule| rule.steps.get(follow_up.step)).map(|step| step.terms(lang));
        let terms = page.terms(&terms.unwrap_or_default());
        let replies: Vec<String> = follow_up.replies.iter().map(|reply| page.reply(reply)).collect();
        let text = format!("{when}{terms}\n{}", replies.join("\n"));
        page.row(session.say("later", "跟进"), &text)
    }

    /// Rules and why they do not answer. Of very many, those that share something with the message are shown.
    fn list(&self, title: &str, steps: &[&TriedRule]) -> Vec<String> {
        let (session, page) = (self.session, self.session.page());
        if steps.is_empty() {
            return Vec::new();
        }
        let is_long = steps.len() > SHOWN && !self.all;
        let near = steps.iter().filter(|step| !is_long || step.is_near());
        let line = |step: &&TriedRule| {
            let mark = if step.matched { page.good("✓") } else { page.bad("✗") };
            let (rule, place) = (&step.rule, page.dim(&step.place.to_string()));
            format!("  {mark} {rule}  {place}\n      {}", step.why.localized(session.lang))
        };
        let shown: Vec<String> = near.take(if is_long { SHOWN } else { usize::MAX }).map(line).collect();
        let more = steps.len() - shown.len();
        let mut lines = vec![String::new(), title.to_owned()];
        lines.extend(shown);
        if more > 0 {
            let text = session.say(
                format!(
                    "  … and {more} more, which ask for other things (`fanreply explain --all` lists them)"
                ),
                format!("  ……还有 {more} 条，要求的都是别的内容（用 `fanreply explain --all` 全部列出）"),
            );
            lines.push(page.dim(&text));
        }
        lines
    }

    fn time(&self, at: Timestamp) -> String {
        moment::full(at, self.context.zone)
    }
}
