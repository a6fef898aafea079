//! What can be wrong with a rule as a whole. Codes F280 to F299.

use std::fmt;

use crate::model::lang::Lang;
use crate::rules::diagnostic::{Argument, faults};

/// How many more rules have the same fault, to stand at the end of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoreRules(pub usize);

impl Argument for MoreRules {
    fn worded(&self, lang: Lang) -> impl fmt::Display {
        match self.0 {
            0 => String::new(),
            1 => lang.pick(" (and so in one more rule)", "（另有 1 条规则也是这样）").to_owned(),
            more => lang
                .pick(format!(" (and so in {more} more rules)"), format!("（另有 {more} 条规则也是这样）")),
        }
    }
}

faults! {
    pub enum RuleFault {
        280 Error NoWhen {}
            en "this rule does not say when it answers",
               "add `when:`, for example `when: {{keyword: 你好}}`; to answer whatever no other rule answers, write `fallback: true`";
            zh "这条规则没有写什么时候回复",
               "请加上 `when:`，例如 `when: {{keyword: 你好}}`；如果想在别的规则都不匹配时回复，请写 `fallback: true`";
        281 Error NoAnswer {}
            en "this rule does not say what it answers",
               "add `reply: …`, or `silent: true` to say nothing on purpose";
            zh "这条规则没有写回复什么",
               "请加上 `reply: …`；如果就是不想回复，请写 `silent: true`";
        282 Error AnswerAndSilence {}
            en "this rule has a `reply` and is `silent`",
               "delete one of them";
            zh "这条规则既写了 `reply` 又写了 `silent`",
               "请删掉其中一个";
        283 Error NameTaken { name: String, place: String }
            en "another rule is called \"{name}\" already, in {place}",
               "give one of them another name";
            zh "已经有一条规则叫“{name}”，在 {place}",
               "请给其中一条换个名字";
        284 Error NameNeeded { key: &'static str }
            en "a rule with `{key}` needs a `name`, because something is remembered under it",
               "add a line such as `name: opening-hours`, and keep it when the rule is changed";
            zh "带有 `{key}` 的规则要有名字，因为系统会用这个名字记住一些内容",
               "请加一行，例如 `name: 营业时间`，以后修改规则时不要改它";
        285 Error BadName { name: String }
            en "\"{name}\" cannot be the name of a rule",
               "a name has 1 to 64 characters on one line, without # and blanks at its ends";
            zh "“{name}”不能作为规则的名字",
               "名字要写在一行里，1 到 64 个字，不含 #，首尾没有空格";
        286 Error BadDate { text: String }
            en "\"{text}\" is no date",
               "write year, month and day: `2026-02-01`";
            zh "“{text}”不是有效的日期",
               "请写年月日：`2026-02-01`";
        287 Error NeverInForce {}
            en "`until` lies before `from`, so this rule would never answer",
               "exchange the two dates";
            zh "`until` 早于 `from`，这条规则永远不会生效",
               "请把两个日期对调";
        289 Error NoRules {}
            en "there is no rule in this folder",
               "write one, or begin with the example rules that `fanreply init` writes";
            zh "这个文件夹里没有任何规则",
               "请写一条规则，或者用 `fanreply init` 生成示例规则";
        290 Warning NotSent { more: MoreRules }
            en "this goes out by the customer-service interface, which needs an access token; without one it is lost{more}",
               "set FANREPLY_ACCESS_TOKEN on the server; what fits into the answer itself is sent in any case";
            zh "这部分要通过客服接口发送，需要 access token；没有设置的话就发不出去{more}",
               "请在服务器上设置 FANREPLY_ACCESS_TOKEN；回复本身能装下的内容不受影响";
        291 Warning CannotReach {}
            en "somebody who has left cannot be reached any more: this reply is never seen",
               "write `silent: true` instead of `reply`, or delete the rule";
            zh "取消关注或退订的人已经收不到消息，这个回复没有人会看到",
               "请用 `silent: true` 代替 `reply`，或者删掉这条规则";
        288 Error TooManyAlternatives { most: usize }
            en "the lists of `when` of this rule and of its file come to more than {most} combinations",
               "list words in one `keyword` instead of many conditions";
            zh "这条规则的 `when` 列表和文件的 `when` 列表组合起来超过了 {most} 种",
               "请把词写进同一个 `keyword` 里，不要写成很多条件";
        292 Error BadVersion { text: String }
            en "this program reads version 1 of the rule language, not \"{text}\"",
               "write `version: 1` or leave the line out";
            zh "这个程序读取的是规则格式第 1 版，不是“{text}”",
               "请写 `version: 1`，或者删掉这一行";
        293 Error TooManyWords {}
            en "the conditions of this folder hold more words than fit into one search",
               "split the folder, or use `exact` for long lists of whole messages";
            zh "这个文件夹里的词太多，放不进一次查找",
               "请拆分文件夹；整句匹配的长列表请改用 `exact`";
    }
}
