//! What can be wrong with an example, and how one can fail. Codes F340 to F359.

use std::fmt;

use super::difference::{Actual, Difference};
use crate::model::lang::Lang;
use crate::rules::diagnostic::{Argument, faults};
use crate::rules::rule::Mismatch;

/// Why a rule does not match, of each of its alternatives.
#[derive(Clone, Debug, PartialEq)]
pub struct Mismatches(pub Vec<Mismatch>);

impl Argument for Mismatches {
    fn worded(&self, lang: Lang) -> impl fmt::Display {
        let words: Vec<String> = self.0.iter().map(|mismatch| mismatch.worded(lang)).collect();
        words.join(lang.pick("; or ", "；或"))
    }
}

faults! {
    pub enum ExampleFault {
        340 Error OtherRule { said: String, rule: String, place: String }
            en "the example \"{said}\" is answered by the rule \"{rule}\" ({place})",
               "that rule is tried first: move this one above it, give it a higher `priority`, or change the example";
            zh "示例“{said}”被规则“{rule}”（{place}）抢先回复了",
               "那条规则排在前面：请把这条规则移到它上面，或提高 `priority`，或修改示例";
        341 Error Unanswered { said: String, condition: Mismatches }
            en "no rule answers the example \"{said}\"",
               "this rule {condition}";
            zh "没有规则回复示例“{said}”",
               "这条规则{condition}";
        342 Error Answered { said: String }
            en "the counterexample \"{said}\" is answered by this rule",
               "make the conditions narrower, or take the counterexample out";
            zh "反例“{said}”被这条规则回复了",
               "请把条件写得更窄，或者去掉这个反例";
        343 Error OtherReply { said: String, difference: Difference }
            en "the answer to the example \"{said}\" is another one",
               "{difference}";
            zh "示例“{said}”的回复和预期不同",
               "{difference}";
        344 Error ReplyLacks { said: String, expected: String, actual: Actual }
            en "the answer to the example \"{said}\" does not contain what it should",
               "expected in it: {expected}\nactual:         {actual}";
            zh "示例“{said}”的回复里没有预期的内容",
               "应包含：{expected}\n实际：{actual}";
        345 Error NoSuchAnswer { said: String, reason: String }
            en "the answer to the example \"{said}\" could not be filled in: {reason}",
               "look at the `{{{{ … }}}}` of this rule's reply";
            zh "示例“{said}”的回复无法生成：{reason}",
               "请检查这条规则回复里的 `{{{{ … }}}}`";
        346 Error NotOneMessage { known: String }
            en "an example is one message: a text, or exactly one of {known}",
               "for example `- 几点开门` or `- {{event: follow}}`";
            zh "一个示例就是一条消息：一段文字，或者下面的一种：{known}",
               "例如 `- 几点开门` 或 `- {{event: follow}}`";
        347 Error BadMoment { text: String }
            en "\"{text}\" is no date and time",
               "write `2026-11-23 09:00`";
            zh "“{text}”不是有效的日期和时间",
               "请写 `2026-11-23 09:00`";
        348 Error ExpectedOfNothing { key: &'static str }
            en "`{key}` says nothing in a counterexample, which this rule must not answer at all",
               "delete it";
            zh "反例就是这条规则不应该回复的消息，写 `{key}` 没有意义",
               "请删掉";
        349 Error BadUser { text: String }
            en "\"{text}\" is no user id",
               "write its digits";
            zh "“{text}”不是用户 ID",
               "请写数字 ID";
    }
}
