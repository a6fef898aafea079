//! What can be wrong with an example, and how one can fail. Codes F340 to F359.

use std::fmt;

use crate::engine::rule::Mismatch;
use crate::language::diagnostic::{LibraryMessage, faults};
use crate::language::example::difference::{Difference, Excerpt};
use crate::words::lang::Lang;
use crate::words::texts::Localize;

/// Why a rule does not match, of each of its alternatives.
#[derive(Clone, Debug, PartialEq)]
pub struct Mismatches(pub Vec<Mismatch>);

impl Localize for Mismatches {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        let words: Vec<String> = self.0.iter().map(|mismatch| mismatch.localized(lang)).collect();
        words.join(lang.pick("; or ", "；或"))
    }
}

/// How a rule stands to the one that answers its example first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conflict {
    /// An example of that rule would be answered by this one too.
    pub is_same: bool,
    /// Both stand in one file, and their order there decides.
    pub is_order: bool,
    /// This one is a fallback, and that one is none.
    pub is_fallback: bool,
    /// The priority with which this one is tried before that one.
    pub priority: Option<i32>,
    /// The one word by which that rule matches, where its own examples do not need it.
    pub word: Option<String>,
}

impl Localize for Conflict {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        if self.is_same {
            return lang
                .pick(
                    "an example of that rule matches this one too, so both are for the same words: delete one of them, or join them",
                    "那条规则的示例也符合这条规则，两条回复的是同样的话：请删掉其中一条，或者合并成一条",
                )
                .to_owned();
        }
        let before = match self.is_fallback {
            true => lang.pick("a fallback is tried after all others: ", "兜底规则总是最后才轮到："),
            false => lang.pick("", "请任选一种："),
        };
        let raised = self.priority.map(|priority| match self.is_order {
            true => lang.pick("move this rule above that one", "把这条规则移到那条上面").to_owned(),
            false => lang.pick(
                format!("give this rule `priority: {priority}`"),
                format!("给这条规则写上 `priority: {priority}`"),
            ),
        });
        let narrowed = self.word.as_ref().map(|word| {
            lang.pick(format!("take \"{word}\" out of that rule"), format!("从那条规则里去掉“{word}”"))
        });
        let narrower = || lang.pick("make the conditions of that rule narrower", "把那条规则的条件写窄一些");
        let narrowed = narrowed.or_else(|| raised.is_none().then(|| narrower().to_owned()));
        let dropped = lang.pick("delete this example", "删掉这个示例").to_owned();
        let ways: Vec<String> = raised.into_iter().chain(narrowed).chain([dropped]).collect();
        format!("{before}{}", ways.join(lang.pick(", or ", "，或者")))
    }
}

faults! {
    pub enum ExampleFault {
        340 Error OtherRule { said: String, rule: String, place: String, conflict: Conflict }
            en "the example \"{said}\" is answered by the rule \"{rule}\" ({place})",
               "{conflict}";
            zh "示例“{said}”被规则“{rule}”（{place}）抢先回复了",
               "{conflict}";
            means "The first rule that matches answers. This one matches too, but another comes first. Fans who write this would get the other answer.",
                  "第一条匹配的规则负责回复。这条规则也匹配，但另一条先轮到。粉丝这样写，得到的是另一个回复。";
        341 Error Unanswered { said: String, mismatches: Mismatches }
            en "no rule answers the example \"{said}\"",
               "this rule {mismatches}";
            zh "没有规则回复示例“{said}”",
               "这条规则{mismatches}";
            means "You say that this rule answers this message, and it does not. The help says which condition is missing.",
                  "您说这条规则会回复这条消息，其实不会。建议里写明了差哪个条件。";
        342 Error Answered { said: String }
            en "the counterexample \"{said}\" is answered by this rule",
               "make the conditions narrower, or take the counterexample out";
            zh "反例“{said}”被这条规则回复了",
               "请把条件写得更窄，或者去掉这个反例";
            means "You say that this rule leaves this message alone, and it does not. Words are found inside others: 退 is a part of 退票.",
                  "您说这条规则不会回复这条消息，其实会。一个词在别的词里面也算出现：“退票”里就有“退”。";
        343 Error OtherReply { said: String, difference: Difference }
            en "the answer to the example \"{said}\" is another one",
               "{difference}";
            zh "示例“{said}”的回复和预期不同",
               "{difference}";
            means "The rule answers, but with another text than the example expects. One of the two is out of date.",
                  "规则回复了，但内容和示例里写的不一样。两者之中有一个没有更新。";
        344 Error ReplyLacks { said: String, expected: Excerpt, actual: Excerpt }
            en "the answer to the example \"{said}\" does not contain what it should",
               "expected in it: {expected}\nactual:         {actual}";
            zh "示例“{said}”的回复里没有预期的内容",
               "应包含：{expected}\n实际：  {actual}";
            means "The rule answers, but the words that the example looks for are not in the answer.",
                  "规则回复了，但示例要找的文字不在回复里。";
        345 Error NoSuchAnswer { said: String, reason: LibraryMessage }
            en "the answer to the example \"{said}\" could not be filled in: {reason}",
               "look at the `{{{{ … }}}}` of this rule's reply";
            zh "示例“{said}”的回复无法生成：{reason}",
               "请检查这条规则回复里的 `{{{{ … }}}}`";
            means "The rule matches, but its text could not be made, for example because something is calculated with that is no number. The fan would get no answer.",
                  "规则匹配了，但回复的文字生成不出来，例如拿不是数字的内容去计算。粉丝得不到回复。";
        346 Error NotOneMessage { known: String }
            en "an example is one message: a text, or exactly one of {known}",
               "for example `- 几点开门` or `- {{event: follow}}`";
            zh "一个示例就是一条消息：一段文字，或者下面的一种：{known}",
               "例如 `- 几点开门` 或 `- {{event: follow}}`";
            means "An example stands for one message that a fan could send or one thing he could do. Two at once cannot happen.",
                  "一个示例代表粉丝发的一条消息，或者做的一件事，不可能同时是两样。";
        347 Error BadMoment { text: String }
            en "\"{text}\" is no valid date and time",
               "write `2026-11-23 09:00`";
            zh "“{text}”不是有效的日期和时间",
               "请写 `2026-11-23 09:00`";
            means "`at` sets the clock for this example, so that rules with hours or dates can be tried. It needs the day and the time.",
                  "`at` 用来指定这个示例发生的时间，好检验带有时间条件的规则，所以日期和时刻都要写。";
        348 Error ExpectedOfNothing { key: &'static str }
            en "`{key}` says nothing in a counterexample, which this rule must not answer at all",
               "delete it";
            zh "反例就是这条规则不应该回复的消息，写 `{key}` 没有意义",
               "请删掉";
            means "A counterexample is a message that the rule must not answer, so no answer can be expected of it.",
                  "反例就是规则不应该回复的消息，所以不可能有预期的回复。";
        349 Error BadUser { text: String }
            en "\"{text}\" is no user id",
               "write its digits";
            zh "“{text}”不是用户 ID",
               "请写数字 ID";
            means "`sender` says which fan the example comes from, and the platform knows fans by their number.",
                  "`sender` 表示示例来自哪个粉丝，平台用数字 ID 表示粉丝。";
        350 Error LeftToAnother { said: String, rule: String, place: String, mismatches: Mismatches }
            en "the example \"{said}\" does not match this rule, so \"{rule}\" ({place}) answers it",
               "this rule {mismatches}";
            zh "示例“{said}”不符合这条规则的条件，所以由规则“{rule}”（{place}）回复",
               "这条规则{mismatches}";
            means "You say that this rule answers this message, and it does not, so the message goes on to another one, often the fallback. The order of the rules is not at fault; the help says which condition is missing.",
                  "您说这条规则会回复这条消息，其实不会，于是轮到了别的规则，常常是兜底规则。这和规则的先后无关；建议里写明了差哪个条件。";
    }
}
