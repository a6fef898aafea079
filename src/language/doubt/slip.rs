//! Slips of the hand that load and mean something else than their author meant: signs that have a meaning in other
//! programs, and conditions and texts that can never do what they seem to. Codes F430 to F449.

use std::fmt;

use crate::language::diagnostic::{LibraryMessage, faults};
use crate::language::yaml::line::{in_list, list_of};
use crate::words::lang::Lang;
use crate::words::texts::Localize;

/// What to write in the place of words that were written as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WordsApart {
    pub words: Vec<String>,
    /// A message must hold all of them, and not just one.
    pub all: bool,
    pub place: WordPlace,
}

/// Where a word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WordPlace {
    /// Behind `keyword` or `all_keywords`.
    BehindKeyword,
    /// Behind another key.
    Alone,
    InBrackets,
    /// Behind a dash.
    OnALine,
}

impl Localize for WordsApart {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        let words = || self.words.iter().map(String::as_str);
        let list = list_of(words());
        match (self.all, self.place) {
            (true, WordPlace::BehindKeyword) => {
                lang.pick(format!("write: all_keywords: {list}"), format!("请写成：all_keywords: {list}"))
            }
            (true, _) => lang.pick(
                format!(
                    "for messages with all of them, write a condition of its own, `all_keywords: {list}`"
                ),
                format!("要同时出现这几个词，请另写一个条件 `all_keywords: {list}`"),
            ),
            (false, WordPlace::Alone | WordPlace::BehindKeyword) => {
                lang.pick(format!("write: {list}"), format!("请写成：{list}"))
            }
            (false, WordPlace::InBrackets) => {
                let words = words().map(in_list).collect::<Vec<_>>().join(", ");
                lang.pick(format!("write: {words}"), format!("请写成：{words}"))
            }
            (false, WordPlace::OnALine) => {
                let lines = words().map(|word| format!("`- {word}`")).collect::<Vec<_>>();
                lang.pick(
                    format!("give each of them a line of its own: {}", lines.join(", ")),
                    format!("请每个词单独写一行：{}", lines.join("、")),
                )
            }
        }
    }
}

/// Why a name is empty in all texts of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lacking {
    /// The rule answers these kinds alone, and none of them brings it.
    Kinds(String),
    /// No condition of the rule finds a word.
    Word,
}

impl Localize for Lacking {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        match self {
            Self::Kinds(kinds) => lang.pick(
                format!("a rule that sends this text answers {kinds}, and these bring none"),
                format!("发送这段文字的规则回复的是 {kinds}，不带这个内容"),
            ),
            Self::Word => lang.pick(
                "it is the word that `keyword`, `exact` and the like have found, and a rule that sends this text has none of these".to_owned(),
                "它是 `keyword`、`exact` 这类条件找到的词，发送这段文字的规则没有写这类条件".to_owned(),
            ),
        }
    }
}

/// Whose name or number it is, before the word for that.
pub const WHOSE: [&str; 4] = ["粉丝", "用户", "好友", "微博"];

/// A name in braces that other programs would replace, and what stands for it here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholder(pub String);

impl Localize for Placeholder {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        #[rustfmt::skip]
        const OF_FANS: [&str; 16] = [
            "nick", "nickname", "nick_name", "name", "user", "username", "user_name", "fan", "fans",
            "昵称", "姓名", "名字", "称呼", "用户", "用户名", "粉丝",
        ];
        const OF_IDS: [&str; 5] = ["id", "uid", "userid", "user_id", "openid"];
        const OF_TIMES: [&str; 5] = ["date", "time", "datetime", "日期", "时间"];
        const OF_WORDS: [&str; 2] = ["keyword", "关键词"];
        const OF_TEXTS: [&str; 4] = ["content", "message", "msg", "内容"];
        let name = self.0.to_ascii_lowercase();
        let bare = WHOSE.iter().find_map(|whose| name.strip_prefix(whose)).unwrap_or_default();
        let is_of = |words: &[&str]| words.contains(&name.as_str()) || words.contains(&bare);
        let is_name = self.0.chars().all(|c| c.is_alphanumeric() || c == '_')
            && self.0.starts_with(|c: char| c.is_alphabetic() || c == '_');
        if is_of(&OF_FANS) {
            return lang.pick(
                "leave it out: the platform does not tell what a fan is called".to_owned(),
                "请去掉：平台不会告诉我们粉丝叫什么".to_owned(),
            );
        }
        if is_of(&OF_TIMES) {
            return lang.pick(
                "the time of the message is {{ now }}, its day {{ now.date }}".to_owned(),
                "收到消息的时间写成 {{ now }}，日期写成 {{ now.date }}".to_owned(),
            );
        }
        if is_of(&OF_IDS) {
            return lang.pick(
                "the user id of the fan is {{ sender.id }}".to_owned(),
                "粉丝的用户 ID 写成 {{ sender.id }}".to_owned(),
            );
        }
        if is_of(&OF_WORDS) {
            return lang.pick(
                "the word that was found is {{ keyword }}".to_owned(),
                "找到的关键词写成 {{ keyword }}".to_owned(),
            );
        }
        if is_of(&OF_TEXTS) {
            return lang.pick(
                "the text of the message is {{ text }}".to_owned(),
                "粉丝发来的文字写成 {{ text }}".to_owned(),
            );
        }
        let known = |written: &str| {
            lang.pick(
                format!(
                    "to insert a text of your own, give it a name below `values:`, and write {written} here"
                ),
                format!("要插入自己的内容，请先在 `values:` 下面起名字，再在这里写 {written}"),
            )
        };
        known(&if is_name { format!("{{{{ {} }}}}", self.0) } else { "{{ … }}".to_owned() })
    }
}

/// A tag or an entity of a web page, and what stands for it here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markup(pub String);

impl Localize for Markup {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        let tag = self.0.to_ascii_lowercase();
        let is =
            |names: &[&str]| names.iter().any(|name| tag.trim_start_matches(['<', '/']).starts_with(name));
        if is(&["br", "p"]) {
            lang.pick(
                "for a new line, write `|` behind the key and begin the line below it",
                "要换行，请在字段的冒号后面写 `|`，从下一行开始写，在要换行的地方换行",
            )
        } else if is(&["a ", "a>"]) || tag.starts_with('[') {
            lang.pick(
                "write the address itself, which fans can tap; for a title above it, send a card with `articles`",
                "请直接写网址，粉丝可以点开；想显示标题，请用图文卡片 `articles`",
            )
        } else if tag.starts_with('&') {
            lang.pick("write the sign itself: a blank, &, < or >", "请直接写这个符号：空格、&、< 或 >")
        } else {
            lang.pick("leave it out: texts have no formatting", "请去掉：文字没有样式")
        }
    }
}

faults! {
    pub enum SlipFault {
        430 Warning SignDemanded { word: String, sign: char, bare: String }
            en "\"{word}\" is only found where the fan writes the `{sign}` as well",
               "write: {bare}; if the sign must be there, put the word in quotes";
            zh "粉丝也打出“{sign}”时，才能匹配“{word}”",
               "请写成：{bare}；如果一定要有这个符号，请给整个词加上引号";
            means "Words are looked for as they stand, signs included. Many fans leave the sign at the end out, and would get no answer.",
                  "词会原样去找，符号也算在内。很多粉丝不打最后的标点，这样就得不到回复。";
        431 Warning EndOfQuestion { word: String, instead: WordsApart }
            en "a message does not end with \"{word}\" where a question mark stands behind it",
               "{instead}";
            zh "后面还有问号的消息，不算以“{word}”结尾",
               "{instead}";
            means "`ends_with` looks at the very end of the message, signs included. Some fans write a question mark and some do not.",
                  "`ends_with` 看的是消息的最后几个字，标点也算在内。有的粉丝会打问号，有的不打。";
        432 Warning DollarGroup { written: String, fixed: String }
            en "`{written}` is sent as it stands: nothing is inserted",
               "what the regular expression found in its brackets is inserted by {fixed}";
            zh "“{written}”会原样发出去，不会插入内容",
               "要插入正则括号里找到的内容，请写成 {fixed}";
            means "Other programs put what a group of an expression found in the place of `$1`. Here double braces insert it.",
                  "别的软件用 `$1` 表示正则表达式里第一个括号找到的内容，这里要用双花括号。";
        433 Warning UnknownPlaceholder { written: String, instead: Placeholder }
            en "`{written}` is sent as it stands: nothing is inserted",
               "{instead}";
            zh "“{written}”会原样发出去，不会插入内容",
               "{instead}";
            means "Other programs put something in the place of a name in braces. Here double braces insert what has a name, and nothing else: fans would read the braces.",
                  "别的软件会把花括号里的名字换成内容。这里只有双花括号才会插入内容，粉丝会看到这对花括号。";
        434 Warning NewlineInText { written: &'static str }
            en "`{written}` is sent as it stands, and begins no new line here",
               "begin a new line there; a text of several lines stands below its key, with `|` behind the key";
            zh "这里的“{written}”不会换行，会原样发出去",
               "请直接换行；文字有几行时，在字段的冒号后面写 `|`，从下一行开始写";
            means "Only between double quotes `\\n` begins a new line. In a block behind `|` each line is a line already.",
                  "只有在双引号里，`\\n` 才表示换行。用 `|` 写的多行文字，直接换行就可以。";
        435 Warning MarkupInText { written: String, instead: Markup }
            en "`{written}` is sent as it stands: a text is not a web page",
               "{instead}";
            zh "“{written}”会原样发出去：文字消息不是网页",
               "{instead}";
            means "Weibo shows texts as they are. Fans would read the tag with its brackets, as it may have come from a web page or from another platform.",
                  "微博会原样显示文字。从网页或别的平台复制来的标签，粉丝会连尖括号一起看到。";
        436 Warning WideRemark { remark: String }
            en "fans will read \"{remark}\": a full-width ＃ begins no remark",
               "delete it, or write the remark on a line of its own that begins with `# `; if fans are to read it, put the text in quotes";
            zh "粉丝会看到“{remark}”：全角的 ＃ 不表示备注",
               "请删掉，或者另起一行，用英文的 `# ` 开头写备注；如果就是要让粉丝看到，请给整段文字加上引号";
            means "Only a half-width `#` behind a blank begins a remark, which nobody but the authors sees. The one of a Chinese input method is an ordinary sign of the text.",
                  "空格加英文的 `#` 才表示备注，只有写规则的人看得到。中文输入法的 ＃ 只是文字的一部分。";
        437 Warning AlwaysEmpty { name: &'static str, why: Lacking }
            en "\"{name}\" is empty here: {why}",
               "take it out, or write `{{{{ {name}|default('…', true) }}}}` with what is to stand there; if the rule is to answer other messages too, name them in `when`";
            zh "这里的“{name}”是空的：{why}",
               "请去掉，或者写 `{{{{ {name}|default('…', true) }}}}` 给出空着时的文字；如果还要回复别的消息，请在 `when` 里写明";
            means "Not every message brings everything: a voice has no text, and only a scan has a scene. The answer would have a hole where the name stands.",
                  "不是每种消息都带着所有内容：语音没有文字，只有扫码才有场景编号。发出去的文字会在这里缺一块。";
        438 Warning AlwaysFails { reason: LibraryMessage }
            en "this text can never be filled in, so that fans would get nothing: {reason}",
               "calculate with numbers alone: the days until a date are {{{{ days_until('2026-12-31') }}}}, the time has the parts {{{{ now.year }}}}, {{{{ now.month }}}}, {{{{ now.day }}}}, {{{{ now.hour }}}}, and a text of digits becomes a number by `|int`";
            zh "这段文字永远填不出来，粉丝什么都收不到：{reason}",
               "只有数字能计算：到某一天还有几天，写 {{{{ days_until('2026-12-31') }}}}；时间可以取 {{{{ now.year }}}}、{{{{ now.month }}}}、{{{{ now.day }}}}、{{{{ now.hour }}}}；由数字组成的文字，加上 `|int` 就成了数字";
            means "It was tried with messages of several kinds, and failed each time. A text that fails while it is filled in is not sent at all.",
                  "用几种消息试过，每次都失败。填不出来的文字根本不会发出去。";
        439 Warning Over { last: String }
            en "the last day of this rule was {last}: it never answers again",
               "delete the rule, or move its dates";
            zh "这条规则到 {last} 为止，以后再也不会回复",
               "用不到就删掉；还要用的话，请改日期";
            means "`until` and `dates` say when a rule answers, and all of these days lie in the past. That may be right after a campaign; a wrong year looks just like it.",
                  "`until` 和 `dates` 写明规则什么时候回复，这些日子都已经过去了。活动结束后可以这样；年份写错了，看起来也一样。";
        440 Warning NotRules { name: String }
            en "\"{name}\" is not read: rules stand in files that end in `.yaml`",
               "`fanreply import csv` makes rules of a table that was saved as CSV; keep other documents elsewhere, or begin the name with _";
            zh "“{name}”不会被读取：规则要写在以 `.yaml` 结尾的文件里",
               "表格请另存为 CSV，再用 `fanreply import csv` 变成规则；别的文档请放到别处，或者让文件名以 _ 开头";
            means "A table or a document in the rules folder looks as if its words were rules. Nothing in it ever answers.",
                  "表格或文档放在规则文件夹里，看起来好像是规则，其实里面的内容永远不会用来回复。";
        441 Warning InvisibleInUrl { code: String, fixed: String }
            en "an invisible character ({code}) stands in this address, which therefore leads elsewhere",
               "it came along when the address was copied; write: {fixed}";
            zh "这个网址里有一个看不见的字符（{code}），打开的会是别的地方",
               "它是复制网址时带进来的；请写成：{fixed}";
            means "Some programs put characters without a width into what is copied. They cannot be seen, but to a browser they are a part of the address.",
                  "有些软件会在复制的内容里带上没有宽度的字符。眼睛看不见，但浏览器会把它当作网址的一部分。";
        442 Warning EmoticonAsList { name: String, fixed: String }
            en "`[{name}]` is a list with one word, \"{name}\", to YAML; the emoticon is a text",
               "write: {fixed}; if the word is meant, write it without brackets";
            zh "不加引号的 `[{name}]` 是一个列表，里面只有“{name}”这个词，不是表情",
               "请写成：{fixed}；如果就是指这个词，请去掉方括号";
            means "Weibo sends an emoticon as its name in brackets. Brackets are also how YAML writes a list, so the name alone is looked for, wherever it stands in a message: 心 is in 心情, too.",
                  "微博把表情发成方括号里的名字，而 YAML 用方括号表示列表。这样找的只是名字这几个字，出现在消息的任何地方都算：“心情”里也有“心”。";
        443 Warning ExactMention {}
            en "the text of a mention holds `@` and the name of the account as well, so it is never exactly this",
               "write `keyword` instead of `exact`: a keyword is found anywhere in the text";
            zh "被 @ 时，消息里还有“@账号名”，永远不会和这里一字不差",
               "请把 `exact` 改成 `keyword`：关键词出现在消息的任何位置都算";
            means "Whoever names the account writes @, its name, and then what he wants, and all of this is the text of the message. The rule would never answer.",
                  "粉丝 @ 账号时，会先写 @ 和账号名，再写想说的话，这些都在消息文字里。这条规则永远不会回复。";
        446 Warning HalfPair { sign: char, bare: String }
            en "one half of a pair, `{sign}`, stands in this word and is looked for as well",
               "if the word is meant without it, write: {bare}; if a list is meant, put it between `[` and `]`; if fans write the sign, put the word in quotes";
            zh "这个词里只有半边 `{sign}`，粉丝也要打出它才会匹配",
               "如果它是多打的，请写成：{bare}；如果是想写列表，请用 `[` 和 `]` 括起来；如果粉丝真的会打这个符号，请加上引号";
            means "Words are looked for as they stand, signs included. A bracket or a quote without its other half is hardly ever what fans write.",
                  "词会原样去找，符号也算在内。只有半边的括号或引号，粉丝几乎不会这样写。";
        445 Warning FieldInText { field: String, fixed: String }
            en "this is an ordinary text that begins with \"{field}\": behind a field stand a colon `:` and a blank",
               "write: {fixed}; if this very text is meant, put it in quotes";
            zh "这里会当成以“{field}”开头的普通文字：字段后面要写英文冒号 `:`，再加一个空格",
               "请写成：{fixed}；如果就是这段文字，请加上引号";
            means "A field and what belongs to it are parted by a colon and a blank. With a Chinese colon, or without the blank, the whole line is a text: fans would read it, or it would be looked for in what they write.",
                  "字段和内容之间要用英文冒号加一个空格隔开。写成中文冒号，或者少了空格，整行就成了普通文字：会原样发给粉丝，或者拿去和粉丝的消息比对。";
        444 Warning IdleDefault { name: String, fixed: String }
            en "this `default` never stands in: \"{name}\" is always there, and at most empty",
               "write: {fixed}";
            zh "这个 `default` 不起作用：“{name}”一直都在，只是可能是空的",
               "请写成：{fixed}";
            means "A `default` without `true` stands in for a name that does not exist, and all names here exist. With `true` it stands in for an empty one, too.",
                  "不带 `true` 的 `default`，名字不存在时才起作用，而这里的名字都存在。带上 `true`，内容为空时就会用它。";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_other_programs_insert_is_told_by_its_whole_name() {
        let told = |name: &str| Placeholder(name.to_owned()).localized(Lang::En).to_string();
        for (names, expected) in [
            ("nickname userName 昵称 粉丝昵称 名字 称呼 用户名", "leave it out"),
            ("user_id uid openid", "{{ sender.id }}"),
            ("keyword 关键词", "{{ keyword }}"),
            ("content message 内容", "{{ text }}"),
            ("date 时间", "{{ now.date }}"),
            ("filename", "{{ filename }}"),
            ("update", "{{ update }}"),
            ("shop_name", "{{ shop_name }}"),
            ("店名", "{{ 店名 }}"),
        ] {
            for name in names.split(' ') {
                assert!(told(name).contains(expected), "{name}: {}", told(name));
            }
        }
    }
}
