//! Messages of libraries: what the parsers of YAML, of regular expressions and of templates say of an author's
//! text, in plainer English and in Chinese. What is not in the table stays as the parser says it.

use std::fmt;

use crate::words::lang::Lang;
use crate::words::texts::Localize;

/// What a library says of an author's text, in its own English words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryMessage(pub String);

impl Localize for LibraryMessage {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        in_other_words(&self.0, lang).unwrap_or_else(|| self.0.clone())
    }
}

/// The sentences of the libraries, each in plainer English and in Chinese; an empty one stays as the library
/// says it. `{}` stands for a part, which may be one of [`PARTS`]. The first row that fits counts.
#[rustfmt::skip]
const SENTENCES: &[(&str, &str, &str)] = &[
    // regular expressions
    ("unclosed group", "a ( has no ) to close it", "有一个 ( 没有对应的 )"),
    ("unopened group", "a ) has no ( before it", "有一个 ) 没有对应的 ("),
    ("unclosed character class", "a [ has no ] to close it", "有一个 [ 没有对应的 ]"),
    ("invalid character class range, the start must be <= the end", "", "方括号里的范围前后颠倒了"),
    ("invalid range boundary, must be a literal", "", "方括号里的范围两端必须是单个字符"),
    ("repetition operator missing expression", "nothing stands before *, +, ? or { } that could be repeated", "*、+、? 或 { } 前面没有可以重复的内容"),
    ("unclosed counted repetition", "a { has no } to close it", "有一个 { 没有对应的 }"),
    ("repetition quantifier expects a valid decimal", "a number is missing between { and }, such as {2} or {2,5}", "{ } 里要写重复的次数，例如 {2} 或 {2,5}"),
    ("invalid repetition count range, the start must be <= the end", "the larger number stands first between { and }", "{ } 里的次数前大后小"),
    ("decimal literal empty", "a number is missing between { and }, such as {2} or {2,5}", "{ } 里缺少数字"),
    ("decimal literal invalid", "", "{ } 里的数字无效"),
    ("look-around, including look-ahead and look-behind, is not supported",
     "(?=…), (?!…), (?<=…) and (?<!…) cannot be used", "不支持 (?=…)、(?!…)、(?<=…)、(?<!…) 这类写法"),
    ("backreferences are not supported", "\\1 and the like, which stand for what a group found, cannot be used", "不支持用 \\1 这样的写法引用前面的分组"),
    ("duplicate capture group name", "", "两个分组用了同一个名字"),
    ("empty capture group name", "", "分组的名字是空的"),
    ("invalid capture group character", "", "分组的名字里有不能用的字符，只能用文字、数字和下划线"),
    ("unclosed capture group name", "", "分组的名字后面缺少 >"),
    ("unrecognized escape sequence", "", "反斜杠后面的字符没有特殊含义，不能这样写"),
    ("incomplete escape sequence, reached end of pattern prematurely", "", "末尾的反斜杠后面什么都没有"),
    ("invalid escape sequence found in character class", "", "方括号里不能写这个反斜杠组合"),
    ("unrecognized flag", "", "(?…) 里的字母没有这种含义"),
    ("duplicate flag", "", "(?…) 里的同一个字母写了两次"),
    ("Unicode property not found", "", "没有这样的字符类别；汉字是 \\p{Han}"),
    ("Unicode property value not found", "", "没有这样的字符类别；汉字是 \\p{Han}"),
    ("pattern can match invalid UTF-8", "", "这样写会把一个字拆开"),
    ("exceeded the maximum number of nested parentheses/brackets ({})", "", "括号一层套一层，超过了 {} 层"),
    // templates
    ("unexpected character", "", "有一个不认识的字符"),
    ("unexpected end of string", "a quotation mark between the braces is never closed", "花括号里有一个引号没有对应的结尾"),
    ("unexpected end of input, expected end of block",
     "it is not finished: behind `{% if … %}` there must be `{% endif %}`", "没有写完，`{% if … %}` 之后要有 `{% endif %}`"),
    ("unexpected end of input, expected end of variable block", "it is not finished: `}}` is missing", "没有写完，缺少“}}”"),
    ("unexpected end of input, expected {}", "", "没有写完，缺少{}"),
    ("unexpected `=`, expected end of block", "what is the same is asked with two signs, `==`", "判断是否相等要写两个等号 `==`"),
    ("unexpected identifier, expected end of variable block", "a second word stands here where `}}` should be", "这里不应该是一个名字，应该是“}}”"),
    ("unexpected {}, expected end of variable block", "here stands {} where `}}` should be", "这里不应该是{}，应该是“}}”"),
    ("unexpected {}, expected end of block", "here stands {} where `%}` should be", "这里不应该是{}，应该是“%}”"),
    ("unexpected {}, expected {}", "", "这里不应该是{}，应该是{}"),
    ("unexpected {}", "", "这里不应该是{}"),
    ("unknown statement {}", "there is no `{% {} %}`", "没有 {% {} %} 这种写法；可以写 {% if … %}、{% elif … %}、{% else %}、{% endif %}"),
    ("is {}?", "there is no test `is {}`", "没有 is {} 这种判断"),
    ("{} is unknown", "", "没有 {} 这个函数"),
    ("missing argument", "", "过滤器的括号里少了内容"),
    ("too many arguments", "", "过滤器的括号里内容太多"),
    ("undefined value", "something is used that is not there", "用到的内容不存在"),
    ("invalid operation", "these cannot be calculated with one another", "这些内容不能这样计算"),
    ("unable to calculate {}", "", "无法计算 {}"),
    ("tried to use {} operator on unsupported types {} and {}", "", "{} 两边的内容不能这样计算"),
    ("engine ran out of fuel", "it takes too long to calculate", "计算量太大"),
    ("I/O error during rendering", "the text gets too long", "文字太长了"),
    ("a text or a list gets too long", "", "文字或列表太长了"),
    ("too much text is inserted", "", "插入的内容太多"),
    ("a list would hold a list", "", "列表里不能再放列表"),
    ("invalid float literal", "", "这段文字不是数字"),
    ("invalid integer literal", "", "这段文字不是整数"),
    // YAML
    ("invalid trailing content after double-quoted scalar", "something stands behind the closing quotation mark", "引号结束之后还有内容；列表里的两项之间要有英文逗号"),
    ("unclosed bracket '{}'", "", "有一个 {} 没有对应的结尾"),
    ("unclosed quote", "", "有一个引号没有对应的结尾"),
    ("misplaced bracket", "", "这里多了一个右括号"),
    ("while parsing a flow sequence, expected ',' or ']'", "", "方括号里的两项之间要有逗号，最后要有 ]"),
    ("while parsing a flow mapping, did not find expected ',' or '}'", "", "花括号里的两项之间要有逗号，最后要有 }"),
    ("invalid trailing content after single-quoted scalar", "something stands behind the closing quotation mark", "引号结束之后还有内容；列表里的两项之间要有英文逗号"),
    ("illegal placement of ':' indicator", "", "这里不应该有英文冒号"),
    ("invalid content after document end marker", "three dots end the rules, and nothing may stand behind them", "三个点表示内容结束，后面不能再写"),
    ("invalid indentation in multiline quoted scalar", "", "引号里的第二行要缩进"),
    ("invalid indentation in flow construct", "", "括号里的第二行要缩进"),
    ("tab cannot be used as indentation", "", "不能用 Tab 缩进"),
    ("a block scalar content cannot start with a tab", "", "文字不能以 Tab 开头"),
    ("comments must be separated from other tokens by whitespace", "", "# 前面要有空格"),
    ("while scanning a block scalar, did not find expected comment or line break", "", "`|` 后面不能再写文字"),
    ("plain scalar cannot start with '-' followed by ,[]{}", "", "减号后面不能直接写逗号或括号"),
    ("while parsing a node, did not find expected node content", "", "这里缺少内容"),
    ("while scanning an anchor or alias, did not find expected alphabetic or numeric character", "", "& 和 * 后面缺少名字"),
    ("a BOM must not appear inside a document", "", "文件中间有一个看不见的字符（BOM）"),
    ("unexpected EOF while parsing a {}", "", "内容没有写完"),
    ("unexpected character: `{}'", "", "这里不能写 {}"),
];

/// What the engine of templates expects or finds.
const PARTS: &[(&str, &str)] = &[
    ("end of variable block", "“}}”"),
    ("end of block", "“%}”"),
    ("end of input", "结尾"),
    ("identifier", "一个名字"),
    ("string", "引号里的文字"),
    ("integer", "数字"),
    ("float", "数字"),
    ("expression", "内容"),
    ("keyword", "固定的词"),
];

fn in_other_words(text: &str, lang: Lang) -> Option<String> {
    let (parts, words) = SENTENCES
        .iter()
        .find_map(|(form, en, zh)| Some((parts(text, form)?, lang.pick(*en, *zh))))
        .filter(|(_, words)| !words.is_empty())?;
    let mut pieces = words.split("{}");
    let mut said = pieces.next()?.to_owned();
    for (piece, part) in pieces.zip(parts) {
        said.push_str(&lang.pick(part.to_owned(), part_in_chinese(part)));
        said.push_str(piece);
    }
    Some(said)
}

fn part_in_chinese(part: &str) -> String {
    let sign = || part.strip_prefix('`')?.strip_suffix('`');
    match (PARTS.iter().find(|(en, _)| *en == part), sign()) {
        (Some((_, zh)), _) => (*zh).to_owned(),
        (None, Some(sign)) => format!("“{sign}”"),
        (None, None) => part.to_owned(),
    }
}

/// What stands in the places of `{}`, where the text is of this form.
fn parts<'t>(text: &'t str, form: &str) -> Option<Vec<&'t str>> {
    let mut pieces = form.split("{}");
    let mut rest = text.strip_prefix(pieces.next()?)?;
    let mut found = Vec::new();
    for piece in pieces {
        let at = if piece.is_empty() { rest.len() } else { rest.find(piece)? };
        found.push(&rest[..at]);
        rest = &rest[at + piece.len()..];
    }
    rest.is_empty().then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        LibraryMessage(text.to_owned()).localized(Lang::Zh).to_string()
    }

    #[test]
    fn what_is_known_is_said_in_chinese_with_its_parts() {
        assert_eq!(said("unclosed group"), "有一个 ( 没有对应的 )");
        assert_eq!(said("unexpected `}`, expected end of variable block"), "这里不应该是“}”，应该是“}}”");
        assert_eq!(said("unexpected end of input, expected end of variable block"), "没有写完，缺少“}}”");
        assert_eq!(said("foo is unknown"), "没有 foo 这个函数");
    }

    #[test]
    fn what_is_not_known_stays_as_it_is() {
        assert_eq!(said("something new"), "something new");
    }

    #[test]
    fn english_readers_need_not_know_the_trade_either() {
        let said = |text: &str| LibraryMessage(text.to_owned()).localized(Lang::En).to_string();
        assert_eq!(said("unclosed group"), "a ( has no ) to close it");
        assert_eq!(
            said("unexpected `}`, expected end of variable block"),
            "here stands `}` where `}}` should be"
        );
        assert_eq!(said("something new"), "something new");
    }
}
