//! What a replay prints: the changes, each with a few of its messages, for a person or as JSON, and in the last line how
//! many answers change.

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::work::Replayed;
use crate::advice::compare::{Change, Sample, Sort, gone, steps};
use crate::cli::page::visible;
use crate::cli::session::Session;
use crate::engine::ruleset::RuleSet;
use crate::model::decision::{Decision, Due, Outcome};
use crate::view::comparison::compared;

/// Most changes of a sort that are printed; JSON has all.
const SHOWN: usize = 50;
/// Characters of a sample.
const SAMPLE: usize = 100;

pub(super) struct Shown<'a> {
    pub session: &'a Session,
    pub zone: &'a TimeZone,
    /// The old set and the new one.
    pub sets: [&'a RuleSet; 2],
    /// Whether messages are lines that a person can look at.
    pub has_lines: bool,
    pub replayed: &'a Replayed,
}

impl Shown<'_> {
    /// Everything, for a program.
    pub fn json(&self) -> Value {
        let Replayed { comparison, left_out, bad_lines, .. } = self.replayed;
        let mut value = compared(comparison, self.sets, self.zone, self.session.lang);
        value["left_out"] = (*left_out).into();
        value["bad_lines"] = (*bad_lines).into();
        value
    }

    /// The form for people.
    pub fn text(&self) -> String {
        let (session, comparison) = (self.session, &self.replayed.comparison);
        let changes = comparison.changes();
        let mut lines = Vec::new();
        for sort in Sort::ALL {
            let own: Vec<&Change> = changes.iter().copied().filter(|change| change.sort == sort).collect();
            if own.is_empty() {
                continue;
            }
            lines.push(session.page().strong(&self.title(sort, comparison.changed(Some(sort)))));
            lines.push(String::new());
            for change in own.iter().take(SHOWN) {
                self.rows(change, &mut lines);
                lines.push(String::new());
            }
            lines.extend(self.more(own.get(SHOWN..).unwrap_or_default()));
        }
        lines.extend(self.notes());
        lines.push(self.sum());
        lines.join("\n")
    }

    /// The changes that are not shown, where there are any.
    fn more(&self, hidden: &[&Change]) -> Vec<String> {
        let messages = grouped(hidden.iter().map(|change| change.messages).sum());
        let (kinds, session) = (grouped(hidden.len() as u64), self.session);
        let text = session.say(
            match hidden.len() {
                0 => return Vec::new(),
                1 => format!("… and 1 rarer change ({messages} ×); --format json has them all"),
                _ => format!("… and {kinds} rarer changes ({messages} ×); --format json has them all"),
            },
            format!("……还有 {kinds} 种较少见的变化（共 {messages} 条）；--format json 会全部列出"),
        );
        vec![text, String::new()]
    }

    fn title(&self, sort: Sort, messages: u64) -> String {
        let messages = grouped(messages);
        let (en, zh) = match sort {
            Sort::NewlyUnanswered => ("Newly unanswered", "变成没有规则回复"),
            Sort::NewlyFallback => ("Newly answered by a fallback alone", "变成只有兜底回复"),
            Sort::NewlyAnswered => ("Newly answered", "变成有规则回复"),
            Sort::Changed => ("Answered otherwise", "回复不同"),
        };
        self.session.say(format!("{en}: {messages}"), format!("{zh}：{messages} 条"))
    }

    fn rows(&self, change: &Change, lines: &mut Vec<String>) {
        let (session, page) = (self.session, self.session.page());
        let name = |decision: &Decision| match &decision.rule {
            Some(rule) => visible(rule.as_str()),
            None => session.say("no rule", "没有规则").to_owned(),
        };
        let (before, after) = (name(&change.before), name(&change.after));
        let rules = if before == after { before } else { format!("{before} → {after}") };
        lines.push(page.row(&format!("{} ×", grouped(change.messages)), &page.strong(&rules)));
        let answer = |side: usize, decision| self.answer(self.sets[side], decision, change.received_at);
        lines.push(page.row(session.say("before", "原来"), &answer(0, &change.before)));
        lines.push(page.row(session.say("after", "现在"), &answer(1, &change.after)));
        let samples: Vec<String> = change.samples.iter().map(|sample| self.sample(sample)).collect();
        lines.push(page.row(session.say("such as", "例如"), &samples.join("\n")));
    }

    fn sample(&self, sample: &Sample) -> String {
        let mut said: String = visible(&sample.said).replace('\n', "⏎").chars().take(SAMPLE).collect();
        if sample.said.chars().nth(SAMPLE).is_some() {
            said.push('…');
        }
        let number = sample.number;
        let place = match self.has_lines {
            true => self.session.say(format!("(line {number})"), format!("（第 {number} 行）")),
            false => self.session.say(format!("(message {number})"), format!("（第 {number} 条）")),
        };
        format!("{said}  {}", self.session.page().dim(&place))
    }

    /// What the fan gets to see, line by line.
    fn answer(&self, set: &RuleSet, decision: &Decision, received_at: Timestamp) -> String {
        let (session, page) = (self.session, self.session.page());
        let mut parts: Vec<String> = decision.replies().map(|reply| page.reply(reply)).collect();
        if let Some(problem) = &decision.problem {
            let problem = visible(problem);
            let text = session.say(
                format!("silence, because the answer cannot be filled in: {problem}"),
                format!("不回复，因为回复无法生成：{problem}"),
            );
            parts.push(page.bad(&text));
        } else if parts.is_empty() {
            parts.push(page.dim(match decision.outcome {
                Outcome::Unanswered => session.say("unanswered", "没有规则回复"),
                _ => session.say("silence, on purpose", "有意不回复"),
            }));
        }
        let terms = steps(set, decision).into_iter().map(|step| step.all_terms(session.lang));
        for (step, terms) in decision.follow_ups.iter().zip(terms) {
            let replies: Vec<String> = step.replies.iter().map(|reply| page.reply(reply)).collect();
            let when = match step.due {
                Due::At(due) => {
                    // to the second: what is finer belongs to the message
                    let span = SignedDuration::from_secs(due.duration_since(received_at).as_secs());
                    let span = format!("{span:#}");
                    let chinese = span.replace('h', "小时").replace('m', "分").replace('s', "秒");
                    session.say(format!("{span} later: "), format!("{chinese}后："))
                }
                Due::Never => session.say("never sent: ", "不会发送：").to_owned(),
            };
            parts.push(format!("{}{}{}", page.dim(&when), replies.join("\n"), page.terms(&terms)));
        }
        parts.join("\n")
    }

    fn notes(&self) -> Vec<String> {
        let (session, replayed) = (self.session, self.replayed);
        let mut notes = Vec::new();
        let mut note = |count: u64, en: &str, zh: &str| {
            if count > 0 {
                let count = grouped(count);
                notes.push(session.say(format!("{count} {en}"), format!("{count} {zh}")));
            }
        };
        note(
            replayed.comparison.moved,
            "answered in the same words by another rule",
            "条由另一条规则回复，内容相同",
        );
        note(
            replayed.left_out,
            "left out: of other accounts, sent by the account itself, or of an unknown kind",
            "条没有参与对比：属于其他账号、账号自己发出，或类型未知",
        );
        let skipped = match replayed.bad_lines {
            1 => "line skipped that cannot be read",
            _ => "lines skipped that cannot be read",
        };
        note(replayed.bad_lines, skipped, "行读不懂，已跳过");
        let gone: Vec<String> = gone(self.sets).into_iter().map(|name| visible(name.as_str())).collect();
        if !gone.is_empty() {
            notes.push(session.say(
                format!(
                    "follow-ups that are pending are cancelled, because the new rules have no rule of this name: {}",
                    gone.join(", ")
                ),
                format!("新规则里没有这些名字的规则，它们还没发出的跟进消息会取消：{}", gone.join("、")),
            ));
        }
        notes
    }

    fn sum(&self) -> String {
        let (session, comparison) = (self.session, &self.replayed.comparison);
        let changed = comparison.changed(None);
        let messages = grouped(comparison.messages);
        let verb = if changed == 1 { "changes" } else { "change" };
        let number = grouped(changed);
        session.say(
            format!("{number} of {messages} answers {verb}"),
            format!("{messages} 条消息中，{number} 条的回复有变化"),
        )
    }
}

/// `2,000`
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_groups_of_three() {
        for (number, text) in [(0, "0"), (999, "999"), (2_000, "2,000"), (1_234_567, "1,234,567")] {
            assert_eq!(grouped(number), text);
        }
    }
}
