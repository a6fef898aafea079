//! What can be wrong with a rule as a whole. Codes F280 to F299.

use std::fmt;

use crate::engine::place::Place;
use crate::language::diagnostic::faults;
use crate::language::diagnostic::lines::Below;
use crate::words::lang::Lang;
use crate::words::texts::Localize;

/// How many more rules have the same fault, to stand at the end of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoreRules(pub usize);

impl Localize for MoreRules {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
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
        280 Error NoWhen { below: Below }
            en "this rule does not say when it answers",
               "add `when:`{below}, for example `when: {{keyword: 你好}}`; to answer whatever no other rule answers, write `fallback: true`";
            zh "这条规则没有写什么时候回复",
               "请加上 `when:`{below}，例如 `when: {{keyword: 你好}}`；如果想在别的规则都不匹配时回复，请写 `fallback: true`";
            means "A rule without `when` does not say which messages it is for. It is not assumed that it is for all.",
                  "没有 `when`，就不知道这条规则用来回复哪些消息。程序不会默认它回复所有消息。";
        281 Error NoAnswer { below: Below }
            en "this rule does not say what it answers",
               "add `reply: …`{below}, or `silent: true` to say nothing on purpose";
            zh "这条规则没有写回复什么",
               "请加上 `reply: …`{below}；如果就是不想回复，请写 `silent: true`";
            means "A message would fire this rule and get no answer, and the rules below it would not be asked either.",
                  "消息匹配了这条规则，却得不到回复，排在后面的规则也不会再看。";
        282 Error AnswerAndSilence {}
            en "this rule has a `reply` and is `silent`",
               "delete one of them";
            zh "这条规则既写了 `reply` 又写了 `silent`",
               "请删掉其中一个";
            means "The rule says what to answer and also that nothing is to be answered.",
                  "这条规则既写了回复的内容，又写了不回复。";
        283 Error NameTaken { name: String, place: Place }
            en "another rule is called \"{name}\" already, in {place}",
               "give one of them another name";
            zh "已经有一条规则叫“{name}”，在 {place}",
               "请给其中一条换个名字";
            means "Names are how logs, follow-ups and `explain` speak of a rule. Two rules with one name could not be told apart.",
                  "日志、跟进消息和 `explain` 都用名字来指一条规则。两条规则同名，就分不清是哪一条。";
        294 Error CopiedFile { original: String }
            en "this file seems to be a copy of {original}: the same names stand in both",
               "delete the copy, or the old file if the copy is the newer one; a file whose name begins with _ is kept and not read";
            zh "这个文件好像是 {original} 的副本：两个文件里的名字一样",
               "请删掉副本；如果副本才是新的，请删掉旧文件。文件名以 _ 开头的会保留，但不会读取";
            means "All rule files of the folder are read, copies too. Sync programs and the file manager make them beside the file, and the rules would then stand there twice.",
                  "文件夹里的规则文件都会读取，副本也一样。网盘同步和“复制、粘贴”会在旁边留下副本，规则就变成了两份。";
        284 Error NameNeeded { key: &'static str }
            en "a rule with `{key}` needs a `name`, because something is remembered under it",
               "add a line such as `name: opening-hours`, and keep it when the rule is changed";
            zh "带有 `{key}` 的规则要有名字，因为要晚些发的消息是按规则的名字保存的",
               "请加一行，例如 `name: 营业时间`，以后修改规则时不要改它";
            means "What is to be sent later is kept on disk under the name of its rule. A number would not do, because it changes when a line is inserted above.",
                  "没有名字的规则只有序号，在上面插入一条规则，序号就变了，保存的消息就找不到它的规则了。";
        285 Error BadName { name: String }
            en "\"{name}\" cannot be the name of a rule",
               "a name has 1 to 64 characters on one line, without # and blanks at its ends";
            zh "“{name}”不能作为规则的名字",
               "名字要写在一行里，1 到 64 个字，不含 #，首尾没有空格";
            means "The name is written into logs and kept on disk, so it must be short, on one line, and different from the `file#3` that nameless rules are called.",
                  "名字会写进日志，也会保存在磁盘上，所以要短，要写在一行里，也不能像没有名字的规则那样带 `#`（例如 `文件#3`）。";
        286 Error BadDate { text: String }
            en "\"{text}\" is no date",
               "write year, month and day: `2026-02-01`; a time may follow: `2026-02-01 18:00`";
            zh "“{text}”不是有效的日期",
               "请写年月日：`2026-02-01`；后面可以带时刻：`2026-02-01 18:00`";
            means "The rule is in force from or until this day, so the date must be complete and exist.",
                  "规则从这一天起或到这一天止有效，所以日期要完整，而且日历上要有这一天。";
        287 Error NeverInForce {}
            en "`until` does not come after `from`, so this rule would never answer",
               "write a later `until`, or an earlier `from`";
            zh "`until` 没有晚于 `from`，这条规则永远不会生效",
               "请把 `until` 改晚，或者把 `from` 改早";
            means "The rule would be over before it began.",
                  "这条规则还没开始就已经结束了。";
        289 Error NoRules {}
            en "there is no rule in this folder",
               "write one, or begin with the example rules that `fanreply init` writes";
            zh "这个文件夹里没有任何规则",
               "请写一条规则，或者用 `fanreply init` 生成示例规则";
            means "With no rule at all nobody would be answered. This is rather a mistake than a wish, so the rules that were in service before stay.",
                  "一条规则都没有，谁都得不到回复。这多半是弄错了，所以会继续使用之前的规则。";
        290 Warning NotSent { more: MoreRules }
            en "this goes out by the customer-service interface, for which no access token is set here{more}",
               "on the computer on which you only write and check rules, nothing needs to be done; on the server set FANREPLY_ACCESS_TOKEN, or this is lost and only the answer itself is sent";
            zh "这部分要通过客服接口发送，这里没有设置 access token{more}",
               "如果只是在这台电脑上写规则、检查规则，不用管它；在服务器上请设置 FANREPLY_ACCESS_TOKEN，否则这部分发不出去，只发回复本身";
            means "The answer to a push can carry one message. Everything else is sent by a second way, which needs the account's access token. It is a warning, because the token is often only on the server and not where you check the rules.",
                  "收到消息时，直接回复只能带一条消息，其余的要走另一个接口，需要账号的 access token。这里只是警告，因为 token 往往只在服务器上，检查规则的电脑上没有。";
        291 Warning CannotReach {}
            en "somebody who has left cannot be reached any more: this reply is never seen",
               "write `silent: true` instead of `reply`, or delete the rule";
            zh "取消关注或退订的人已经收不到消息，这个回复没有人会看到",
               "请用 `silent: true` 代替 `reply`，或者删掉这条规则";
            means "When somebody stops following or subscribing, the platform closes the way to him. The rule does no harm, but its answer arrives nowhere.",
                  "粉丝取消关注或退订之后，平台就不让再发消息给他。这条规则没有坏处，但回复谁也收不到。";
        288 Error TooManyAlternatives { most: usize }
            en "the lists of `when` of this rule and of its file come to more than {most} combinations",
               "list words in one `keyword` instead of many conditions";
            zh "这条规则的 `when` 列表和文件的 `when` 列表组合起来超过了 {most} 种",
               "请把词写进同一个 `keyword` 里，不要写成很多条件";
            means "Each alternative of the file is combined with each of the rule. Two long lists multiply to more than anyone can check.",
                  "文件里的每个条件都要和规则里的每个条件组合一次。两个长列表相乘，多得谁都看不过来。";
        292 Error BadVersion { text: String }
            en "this program reads version 1 of the rule language, not \"{text}\"",
               "write `version: 1` or leave the line out";
            zh "这个程序读取的是规则格式第 1 版，不是“{text}”",
               "请写 `version: 1`，或者删掉这一行";
            means "The number says which form of the rule language a file is written in. A newer form may mean something else by the same words.",
                  "这个数字表示文件用的是哪一版规则格式。新版里同样的词可能是别的意思。";
    }
}
