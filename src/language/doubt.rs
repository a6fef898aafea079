//! What is doubtful in rules that can serve: warnings alone, which `check --strict` counts as errors. Codes
//! F400 to F419.

pub mod field;
pub mod remedy;
pub mod slip;

use std::fmt;

use crate::language::diagnostic::faults;
use crate::language::doubt::remedy::{Remedy, Winners};
use crate::words::lang::Lang;
use crate::words::texts::Localize;

/// A message that shows what is meant, to stand at the end of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForExample(pub Option<String>);

impl Localize for ForExample {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        let words = |message: &String| {
            lang.pick(format!(", for example \"{message}\""), format!("，例如“{message}”"))
        };
        self.0.as_ref().map(words).unwrap_or_default()
    }
}

/// How many characters a text has, or will have at least once it is filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextLength {
    pub length: usize,
    pub is_exact: bool,
}

impl Localize for TextLength {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        let Self { length, is_exact } = self;
        match is_exact {
            true => lang.pick(format!("{length} characters"), format!("有 {length} 个字")),
            false => lang.pick(format!("at least {length} characters"), format!("至少有 {length} 个字")),
        }
    }
}

/// How many more expressions are like this one, to stand at the end of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoreExpressions(pub usize);

impl Localize for MoreExpressions {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        match self.0 {
            0 => String::new(),
            1 => lang.pick(" (and so is one more)", "（另有 1 个也是这样）").to_owned(),
            more => lang.pick(format!(" (and so are {more} more)"), format!("（另有 {more} 个也是这样）")),
        }
    }
}

faults! {
    pub enum LintFault {
        400 Warning ShadowedRule { winners: Winners, message: ForExample, remedy: Remedy }
            en "this rule can never answer: {winners} every such message{message}",
               "{remedy}";
            zh "这条规则永远轮不到：能由它回复的消息，都被前面的{winners}先回复了{message}",
               "{remedy}";
            means "Rules are tried from top to bottom, and the first that matches answers. Whatever this rule waits for, an earlier rule has taken already: it is dead, though it looks alive.",
                  "规则从上到下依次尝试，第一条匹配的就会回复。这条规则等的消息，前面的规则都已经回复了：它看着有用，其实永远轮不到。";
        401 Warning ShadowedWord { word: String, rule: String, place: String, remedy: Remedy }
            en "\"{word}\" can never answer here: \"{rule}\" ({place}) is tried before and answers every message with it, for example \"{word}\"",
               "{remedy}";
            zh "“{word}”在这里永远轮不到：排在前面的“{rule}”（{place}）会先回复带有它的消息，例如“{word}”",
               "{remedy}";
            means "The rule can still answer by its other words. This one an earlier rule always finds first, because each message with it holds a word of that rule, too.",
                  "这条规则靠别的词还能回复。但带有这个词的消息，也都符合前面那条规则，所以总是由前面那条回复。";
        402 Warning DuplicateWord { word: String, first: String }
            en "\"{word}\" says the same as \"{first}\"",
               "delete one of them; capitals and small letters, full and half width, traditional and simplified characters are compared as one";
            zh "“{word}”和“{first}”是同一个词",
               "请删掉一个；大小写、全角半角、繁体简体都不区分";
            means "Before they are compared, words lose what a fan does not mean: capitals, full width, traditional characters. Two that are the same then are one word.",
                  "粉丝不在意大小写、全角半角、繁体简体，所以找词的时候也不区分。只有这些差别的两个词，就是同一个词。";
        403 Warning OneCharacter { word: String }
            en "\"{word}\" is a single character, which stands in very many messages",
               "write a longer word; if the whole message is meant, use `exact: {word}`";
            zh "“{word}”只有一个字，很多消息里都会出现",
               "请写长一点的词；如果是指整条消息就是这个字，请用 `exact: {word}`";
            means "A keyword is found anywhere in a message, also inside longer words: 退 is in 退票, 退房 and 退休. The rule will answer much that it does not mean.",
                  "关键词在消息的任何地方出现都算，在更长的词里也算：“退票”“退房”“退休”里都有“退”。这条规则会回复很多不相干的消息。";
        404 Warning StopWord { word: String }
            en "\"{word}\" stands in messages of every kind, so this rule will answer nearly anything",
               "write what the question is about, or use `all_keywords` together with a more telling word";
            zh "“{word}”在各种消息里都很常见，这条规则几乎什么都会回复",
               "请写问题真正涉及的词，或者用 `all_keywords` 和更具体的词一起写";
            means "Words such as 请问 or 怎么 say that somebody asks, and not what. A rule that waits for them alone stands in the way of all rules below it.",
                  "“请问”“怎么”这样的词只说明有人在问，没有说问什么。只靠它们的规则，会挡住后面所有的规则。";
        405 Warning MatchesNothing {}
            en "this regular expression also matches nothing at all, so it holds for every message",
               "everything in it is optional: write `+` instead of `*`, or take a `?` out";
            zh "这个正则表达式什么都没有也能匹配，所以对每条消息都成立",
               "里面的内容全都可有可无：请把 `*` 改成 `+`，或者去掉某个 `?`";
            means "Everything in the expression may be left out, so the empty text fits, and that stands in every message.",
                  "表达式里的每一部分都可以没有，所以粉丝不管写什么，都能匹配上。";
        406 Warning NoLiteral { more: MoreExpressions }
            en "this regular expression has no certain letters to look for, so it is tried on every message{more}",
               "if you can, put a word into it that always stands there, such as `订单\\d+`; a few without one do no harm";
            zh "这个正则表达式里没有一定会出现的文字，每条消息都要试一遍{more}",
               "可以的话，请加上一定会出现的词，例如 `订单\\d+`；只有少数几个这样的没有关系";
            means "Rules with words cost nothing while nobody writes the words. An expression without a certain text, such as `\\d{11}`, has to be tried on every single message.",
                  "有固定文字的规则，没有人写那些字时不花时间。没有固定文字的表达式，例如 `\\d{11}`，每条消息都得试一遍。";
        407 Warning LongText { length: TextLength, limit: usize }
            en "this text has {length}; one message holds {limit}, so the rest is sent as further messages",
               "shorten it, or part it yourself by writing a list of texts";
            zh "这段文字{length}；一条消息最多 {limit} 个字，后面的部分会另发几条",
               "请缩短，或者写成几段文字的列表，自己决定在哪里断开";
            means "The platform takes 300 characters in one message. The rest of a longer text is sent right after it by the customer-service interface, which needs an access token.",
                  "平台一条消息最多 300 个字。更长的文字，后面的部分会随后通过客服接口发送，需要 access token。";
        408 Warning UseForgotten { name: String }
            en "fans will read \"{name}\" here, though there is a reply of that name",
               "to send the named reply, write `{{use: {name}}}`; if this very word is meant, give the named reply another name";
            zh "粉丝会看到“{name}”这几个字，但有一个回复就叫这个名字",
               "要发送那个回复，请写 `{{use: {name}}}`；如果就是要发这几个字，请给那个回复换个名字";
            means "A reply that is only a name is sent as it stands. A named reply is brought in by `use`.",
                  "只写一个名字，发出去的就是这几个字。要用 `replies:` 里的回复，请写 `use`。";
        409 Warning NeverHolds { calendar: String }
            en "there is no moment at which all of this holds: {calendar}",
               "the rule's own times and those of its file must have a moment in common";
            zh "没有哪个时刻能同时满足这些时间条件：{calendar}",
               "规则自己的时间和文件里写的时间要有重合的部分";
            means "`hours`, `days`, `dates`, `from` and `until`, those of the file included, must all hold at once. These never do, so the rule would never answer.",
                  "`hours`、`days`、`dates`、`from`、`until`，包括文件里写的，要同时满足才行。这几个永远凑不到一起，这条规则就永远不会回复。";
        410 Warning FollowsByScan {}
            en "whoever follows by scanning a QR code gets no answer: no rule speaks to `scan_follow`",
               "write `event: [follow, scan_follow]`";
            zh "扫二维码关注的人收不到回复：没有规则处理 `scan_follow`",
               "请写 `event: [follow, scan_follow]`";
            means "The platform tells a follow and a follow by QR code apart: `follow` and `scan_follow`. A fan who scans your code and follows is sent only the second.",
                  "平台把直接关注（`follow`）和扫码关注（`scan_follow`）分开推送。扫码关注的粉丝只会触发后一种。";
        413 Warning MatchesAnything {}
            en "this regular expression fits every text, so it holds for whatever anybody writes",
               "put into it what must stand in the message, such as `订单\\d+`; if every text is meant, write `message: text` instead";
            zh "这个正则表达式什么文字都能匹配，不管粉丝写什么都成立",
               "请加上消息里一定要有的内容，例如 `订单\\d+`；如果就是要回复所有文字，请改用 `message: text`";
            means "A `.` stands for any sign, so one of them is in every text. No rule that waits for words and is tried after this one is ever asked.",
                  "`.` 表示任何一个字，而每条消息里都至少有一个字。排在这条规则后面、等着某些词的规则，永远轮不到。";
        414 Warning TimeAlone {}
            en "each dash of `when` is a case of its own, so at this time the rule answers every message",
               "if it must hold together with the others, write them below one `when` without dashes:\nwhen:\n  keyword: …\n  hours: …";
            zh "`when` 里每个短横线各是一种情况，满足一种就会回复，所以在这个时间会回复所有消息",
               "如果要和别的条件同时成立，请去掉短横线，写在同一个 `when` 下面：\nwhen:\n  keyword: …\n  hours: …";
            means "In a list of conditions one is enough; in a mapping all must hold. A time that stands alone in a list lets the rule answer whatever anybody writes then.",
                  "`when` 写成列表，满足其中一项就行；不写短横线，才要求同时满足。时间单独写成一项，到了那个时间，不管粉丝写什么都会回复。";
        412 Warning SameChoice { text: String }
            en "\"{text}\" stands twice among these choices",
               "delete one; to draw it more often, give it a `weight`";
            zh "这些选项里“{text}”写了两次",
               "请删掉一个；想让它更常出现，请用 `weight`";
            means "The dice draw each line with the same chance, so a text that stands twice comes twice as often. That is seldom meant, and better said with `weight`.",
                  "抽选时每一项的机会相同，写了两次的就会多出现一倍。多半不是有意的；真要这样，用 `weight` 更清楚。";
        411 Warning NoExamples {}
            en "no example shows what this rule answers",
               "add `examples: [a message of a fan]`; they are tried before the rules go live";
            zh "这条规则没有示例",
               "请加上 `examples: [粉丝的一句话]`；规则生效前会先试一遍";
            means "Examples are tried at every load and keep a later change from breaking what works today. A rule without one has no such net.",
                  "示例每次加载都会试一遍，以后改动时就不会把现在好用的改坏。没有示例的规则没有这层保护。";
        418 Warning HolidaysUnknown { year: i16 }
            en "the holidays of {year} are not known: in that year `workdays` are Monday to Friday, save for the days that are off in every year, and `holidays` are those days alone, without the Spring Festival",
               "write them into a file of the rules folder, under `holidays:`, as \"Named times and holidays\" in docs/rules.md shows, or install a newer fanreply";
            zh "还不知道 {year} 年的放假安排：那一年的“法定工作日”只能按周一至周五算，再去掉每年固定放假的日子；“法定节假日”也只有这几天，不含春节等",
               "请把放假安排写进规则文件夹里的一个文件（写在 `holidays:` 下面，见 docs/rules.zh-CN.md“共用的时间和节假日”），或者更新 fanreply";
            means "The State Council announces the holidays of a year in the autumn before. fanreply knows those that were announced when it was built.",
                  "下一年的放假安排一般在前一年秋天由国务院公布。fanreply 只知道它发布时已经公布的年份。";
        419 Warning WhichWorkdays {}
            en "`工作日` means Monday to Friday here, public holidays included, and not the weekends that are worked",
               "write `周一至周五` if that is meant; `法定工作日` goes by the State Council's arrangements";
            zh "“工作日”在这里只是周一至周五，节假日也算在内，调休上班的周末不算",
               "如果就是这个意思，请写 `周一至周五`；要按国家的放假安排，请写 `法定工作日`";
            means "On National Day a rule with `工作日` would answer that somebody is there, and on a Saturday that is worked it would not.",
                  "国庆节当天，写着“工作日”的规则会照样回复“有人在”；调休上班的周六反而不会。";
    }
}
