//! The words that people write into tables: for the columns, for ways to match, for sorts of rules, for how several
//! replies are sent, and for rules that are switched on or off.

use crate::engine::fold::fold;
use crate::import::draft::Way;
use crate::import::finding::MediaKind;

/// What a column holds, and what it is called. The words of a row stand between commas.
pub const COLUMNS: [(Column, &str); 7] = [
    (
        Column::Keyword,
        "keyword, keywords, key word, key words, word, words, question, 关键词, 关键字, \
         触发词, 关键词列表, 关键词内容, 关键字内容, 问题, 提问, 问, 问法, 标准问题, \
         触发关键词, 触发内容, q",
    ),
    (
        Column::Match,
        "match, matching, match mode, match type, mode, 匹配方式, 匹配, 匹配模式, 匹配类型, \
         匹配形式, 匹配规则, 方式",
    ),
    (
        Column::Reply,
        "reply, replies, reply text, answer, response, text, content, 回复, 回复内容, 回复模板, 回复文字, \
         自动回复, 答复, 答案, 回答, 内容, 回覆, 回覆内容, 答覆, 标准答案, 标准回复, 答, 话术, a",
    ),
    (Column::Mode, "reply mode, send, 回复方式, 回复模式, 发送方式"),
    (Column::Sort, "type, kind, rule type, reply type, 类型, 规则类型, 回复类型, 消息类型"),
    (
        Column::Switch,
        "enabled, enable, active, status, state, 启用, 是否启用, 启用状态, 开启, 是否开启, \
         开关, 状态",
    ),
    (Column::Name, "name, rule, rule name, 规则名, 规则名称, 规则, 名称"),
];

/// How a word is looked for, in the words of those who write tables.
pub const WAYS: [(Way, &str); 5] = [
    (
        Way::Keyword,
        "contain, contains, containing, include, includes, keyword, fuzzy, partial, 包含, \
         包含匹配, 模糊, 模糊匹配, 半匹配, 部分匹配, 关键词, 关键词匹配",
    ),
    (
        Way::Exact,
        "equal, equals, exact, exactly, full, whole, =, 完全, 完全匹配, 全匹配, 全部匹配, \
         全字匹配, 精确, 精确匹配, 精准, 精准匹配, 等于, 相等",
    ),
    (
        Way::StartsWith,
        "start, starts, starts with, start with, begins with, prefix, 开头, 开头匹配, \
         开头是, 以此开头, 前缀, 前缀匹配",
    ),
    (
        Way::EndsWith,
        "end, ends, ends with, end with, suffix, 结尾, 结尾匹配, 结尾是, 以此结尾, 后缀, \
         后缀匹配",
    ),
    (Way::Regex, "regex, regexp, regular expression, re, 正则, 正则表达式, 正则匹配"),
];

/// What a rule speaks to, or what it answers with. Other words in such a column are the author's own.
pub const SORTS: [(Sort, &str); 6] = [
    (
        Sort::Words,
        "keyword, keywords, text, 关键词, 关键词回复, 关键字, 关键字回复, 问答, 文字, 文本, 文字回复, 文本回复",
    ),
    (
        Sort::Follow,
        "follow, follow reply, welcome, 关注, 关注回复, 被关注, 被关注回复, 关注后回复, 关注自动回复, 欢迎语",
    ),
    (
        Sort::Fallback,
        "fallback, default, default reply, 默认, 默认回复, 收到消息回复, 消息回复, 兜底, 兜底回复",
    ),
    (Sort::Media(MediaKind::Picture), "picture, image, photo, 图片, 图片回复"),
    (Sort::Media(MediaKind::Voice), "voice, audio, 语音, 语音回复, 音频"),
    (Sort::Media(MediaKind::Video), "video, 视频, 视频回复"),
];

/// Whether several replies are all sent, or one of them.
pub const MODES: [(bool, &str); 2] = [
    (true, "all, reply all, 全部, 全部回复, 回复全部, 依次, 依次回复, 全部发送, 依次发送"),
    (false, "random, random one, one, 随机, 随机回复, 随机一条, 随机回复一条, 任意一条"),
];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Keyword,
    Match,
    Reply,
    /// How several replies are sent.
    Mode,
    Sort,
    /// Whether the rule is in use.
    Switch,
    Name,
}

/// What a row is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Words,
    Follow,
    Fallback,
    /// A reply that is no text.
    Media(MediaKind),
}

/// Whether a rule is in use, likewise.
pub const SWITCHES: [(bool, &str); 2] = [
    (
        true,
        "1, true, yes, y, on, enabled, active, √, ✓, ✔, 是, 启用, 已启用, 启用中, 开, \
         开启, 已开启, 有效, 正常, 生效, 生效中, 上线, 已上线, 使用中",
    ),
    (
        false,
        "0, false, no, n, off, disabled, inactive, x, ×, ✗, ✘, 否, 停用, 已停用, 禁用, \
         已禁用, 关, 关闭, 已关闭, 无效, 失效, 已失效, 下线, 已下线, 暂停, 未启用, 不启用",
    ),
];

/// What a column holds, by its name, and its number where there are several of the kind (`回复1`, `回复2`). A remark may
/// stand in brackets behind the name.
pub fn column(name: &str) -> Option<(Column, usize)> {
    let bare = name.split(['(', '（', '[', '【']).next().unwrap_or_default();
    let bare = bare.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '＊' | ':' | '：'));
    let alone = known(&COLUMNS, name).or_else(|| known(&COLUMNS, bare));
    alone.map(|column| (column, 0)).or_else(|| {
        let (name, number) = numbered(bare)?;
        let column = known(&COLUMNS, &name)?;
        matches!(column, Column::Keyword | Column::Reply).then_some((column, number))
    })
}

/// A name without the number at its end: `回复1`, `回复２`, `回复三`.
fn numbered(name: &str) -> Option<(String, usize)> {
    const CHINESE: &str = "零一二三四五六七八九十";
    let name = fold(name);
    let bare = name.trim_end_matches(|c: char| c.is_ascii_digit());
    // of two digits: columns are compared with one another
    if let Some(Ok(number)) = name.get(bare.len()..).filter(|digits| digits.len() <= 2).map(str::parse) {
        return Some((bare.to_owned(), number));
    }
    let last = name.chars().last()?;
    let number = CHINESE.chars().position(|own| own == last)?;
    Some((name[..name.len() - last.len_utf8()].to_owned(), number))
}

/// What a word of the table means.
pub fn known<T: Copy>(table: &[(T, &str)], word: &str) -> Option<T> {
    let word = fold(&word.replace(['_', '-'], " "));
    table.iter().find(|(_, words)| words.split(", ").any(|own| own == word)).map(|(meant, _)| *meant)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_for_a_way_to_match_is_written_as_it_is_compared() {
        fn words<T>(table: &[(T, &'static str)]) -> Vec<&'static str> {
            table.iter().flat_map(|(_, words)| words.split(", ")).collect()
        }
        let tables = [words(&COLUMNS), words(&WAYS), words(&SORTS), words(&MODES), words(&SWITCHES)];
        tables.concat().into_iter().for_each(|word| assert_eq!(fold(word), word));
    }

    #[test]
    fn several_columns_of_a_kind_are_numbered() {
        let cases = [
            ("回复1", Some((Column::Reply, 1))),
            ("回复 ２", Some((Column::Reply, 2))),
            ("答案三（选填）", Some((Column::Reply, 3))),
            ("Reply_10", Some((Column::Reply, 10))),
            ("关键词2", Some((Column::Keyword, 2))),
            ("规则名2", None),
            ("1", None),
            ("", None),
        ];
        for (name, expected) in cases {
            assert_eq!(column(name), expected, "{name}");
        }
    }
}
