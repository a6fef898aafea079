//! The words that people write into tables: for the columns, for ways to match, and for rules that are switched on or
//! off.

use crate::engine::fold::fold;
use crate::import::draft::Way;

/// What a column holds, and what it is called. The words of a row stand between commas.
pub const COLUMNS: [(Column, &str); 5] = [
    (
        Column::Keyword,
        "keyword, keywords, key word, key words, word, words, question, 关键词, 关键字, \
         触发词, 关键词列表, 问题, 提问, 问, 问法, 标准问题, 触发关键词, q",
    ),
    (
        Column::Match,
        "match, matching, match mode, match type, mode, 匹配方式, 匹配, 匹配模式, 匹配类型, \
         匹配规则, 方式",
    ),
    (
        Column::Reply,
        "reply, replies, answer, response, text, content, 回复, 回复内容, 自动回复, 答复, \
         答案, 回答, 内容, 回覆, 回覆内容, 答覆, 标准答案, 标准回复, 答, 话术, a",
    ),
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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Keyword,
    Match,
    Reply,
    /// Whether the rule is in use.
    Switch,
    Name,
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

/// The words of a cell. The signs between them may be a part of an expression.
pub fn words_of(way: Way, cell: &str) -> Vec<String> {
    let between: &[char] = if way == Way::Regex {
        &['\n', '\r']
    } else {
        &['\n', '\r', '、', '，', ',', ';', '；', '|', '｜']
    };
    let words = cell.split(between).map(str::trim).filter(|word| !word.is_empty());
    let words =
        words.flat_map(|word| if is_parted(way, word) { word.split('/').collect() } else { vec![word] });
    words.map(|word| word.trim().to_owned()).collect()
}

/// Whether a `/` stands between words, and not in `24/7` or an address: all of them are Chinese.
fn is_parted(way: Way, word: &str) -> bool {
    let is_chinese = |part: &str| part.chars().filter(|c| !c.is_ascii()).count() >= 2;
    way != Way::Regex && word.contains('/') && word.split('/').all(is_chinese)
}

/// Whether somebody may have meant several words, between signs that part none.
pub fn may_be_several(way: Way, word: &str) -> bool {
    let has_blank = word.contains(char::is_whitespace) && !word.is_ascii();
    let has_slash = word.contains('/') && !word.contains("://");
    way != Way::Regex && (has_blank || has_slash)
}

/// What a column holds, by its name, behind which a remark may stand in brackets.
pub fn column(name: &str) -> Option<Column> {
    let bare = name.split(['(', '（', '[', '【']).next().unwrap_or_default();
    let bare = bare.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '＊' | ':' | '：'));
    known(&COLUMNS, name).or_else(|| known(&COLUMNS, bare))
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
        let tables = COLUMNS.iter().map(|(_, words)| words).chain(WAYS.iter().map(|(_, words)| words));
        for words in tables.chain(SWITCHES.iter().map(|(_, words)| words)) {
            words.split(", ").for_each(|word| assert_eq!(fold(word), word));
        }
    }
}
