//! What is doubtful in rules that can serve: warnings alone, which `check --strict` counts as errors. Codes
//! F400 to F419. It judges nothing; whoever reads the thing in question does.

use std::fmt;

use crate::model::lang::Lang;
use crate::rules::diagnostic::{Argument, faults};
use crate::rules::rule::fault::MoreRules;

/// A message that shows what is meant, to stand at the end of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForExample(pub Option<String>);

impl Argument for ForExample {
    fn worded(&self, lang: Lang) -> impl fmt::Display {
        let words = |message: &String| {
            lang.pick(format!(", for example \"{message}\""), format!("，例如“{message}”"))
        };
        self.0.as_ref().map(words).unwrap_or_default()
    }
}

faults! {
    pub enum LintFault {
        400 Warning ShadowedRule { rule: String, place: String, message: ForExample }
            en "this rule can never answer: \"{rule}\" ({place}) is tried before it and answers every such message{message}",
               "move this rule above the other one, give it a higher `priority`, or delete it";
            zh "这条规则永远轮不到：它能回复的消息，排在前面的“{rule}”（{place}）都会先回复{message}",
               "请把这条规则移到它上面，或者写更高的 `priority`；用不到就删掉";
        401 Warning ShadowedWord { word: String, rule: String, place: String }
            en "\"{word}\" can never answer here: \"{rule}\" ({place}) is tried before and answers every message with it, for example \"{word}\"",
               "move this rule above the other one, give it a higher `priority`, or take the word out";
            zh "“{word}”在这里永远轮不到：排在前面的“{rule}”（{place}）会先回复带有它的消息，例如“{word}”",
               "请把这条规则移到它上面，或者写更高的 `priority`；用不到就把这个词删掉";
        402 Warning DuplicateWord { word: String, first: String }
            en "\"{word}\" says the same as \"{first}\"",
               "delete one of them; capitals and small letters, full and half width, traditional and simplified characters are compared as one";
            zh "“{word}”和“{first}”是同一个词",
               "请删掉一个；大小写、全角半角、繁体简体在比较时都算一样";
        403 Warning OneCharacter { word: String }
            en "\"{word}\" is a single character, which stands in very many messages",
               "write a longer word; if the whole message is meant, use `exact: {word}`";
            zh "“{word}”只有一个字，很多消息里都会出现",
               "请写长一点的词；如果是指整条消息就是这个字，请用 `exact: {word}`";
        404 Warning StopWord { word: String }
            en "\"{word}\" stands in messages of every kind, so this rule will answer nearly anything",
               "write what the question is about, or use `all_keywords` together with a more telling word";
            zh "“{word}”在各种消息里都很常见，这条规则几乎什么都会回复",
               "请写问题真正涉及的词，或者用 `all_keywords` 和更具体的词一起写";
        405 Warning MatchesNothing {}
            en "this regular expression also matches nothing at all, so it holds for every message",
               "everything in it is optional: write `+` instead of `*`, or take a `?` out";
            zh "这个正则表达式连空文字也能匹配，所以对每条消息都成立",
               "里面的内容全都可有可无：请把 `*` 改成 `+`，或者去掉某个 `?`";
        406 Warning NoLiteral { more: MoreRules }
            en "this regular expression has no certain letters to look for, so it is tried on every message{more}",
               "if you can, put a word into it that always stands there, such as `订单\\d+`; a few without one do no harm";
            zh "这个正则表达式里没有一定会出现的文字，每条消息都要试一遍{more}",
               "可以的话，请加上一定会出现的词，例如 `订单\\d+`；只有少数几个这样的没有关系";
        407 Warning LongText { length: usize, limit: usize }
            en "this text has {length} characters; one message holds {limit}, so the rest is sent as further messages",
               "shorten it, or part it yourself by writing a list of texts";
            zh "这段文字有 {length} 个字；一条消息最多 {limit} 个字，后面的部分会另发几条",
               "请缩短，或者写成几段文字的列表，自己决定在哪里断开";
        408 Warning UseForgotten { name: String }
            en "fans will read \"{name}\" here, though there is a reply of that name",
               "to send the named reply, write `{{use: {name}}}`; if this very word is meant, give the named reply another name";
            zh "粉丝会看到“{name}”这几个字，但有一个回复就叫这个名字",
               "要发送那个回复，请写 `{{use: {name}}}`；如果就是要发这几个字，请给那个回复换个名字";
        409 Warning NeverHolds { calendar: String }
            en "there is no moment at which all of this holds: {calendar}",
               "the rule's own times and those of its file must have a moment in common";
            zh "没有哪个时刻能同时满足这些时间条件：{calendar}",
               "规则自己的时间和文件里写的时间要有重合的部分";
        410 Warning FollowsByScan {}
            en "whoever follows by scanning a QR code gets no answer: no rule speaks to `scan_follow`",
               "write `event: [follow, scan_follow]`";
            zh "扫二维码关注的人收不到回复：没有规则处理 `scan_follow`",
               "请写 `event: [follow, scan_follow]`";
        412 Warning SameChoice { text: String }
            en "\"{text}\" stands twice among these choices",
               "delete one; to draw it more often, give it a `weight`";
            zh "这些选项里“{text}”写了两次",
               "请删掉一个；想让它更常出现，请用 `weight`";
        411 Warning NoExamples {}
            en "no example shows what this rule answers",
               "add `examples: [a message of a fan]`; they are tried before the rules go live";
            zh "这条规则没有示例",
               "请加上 `examples: [粉丝的一句话]`；规则生效前会先试一遍";
    }
}
