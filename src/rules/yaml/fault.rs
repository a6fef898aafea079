//! What can be wrong with a file before its rules are looked at: its bytes, its YAML, and what YAML
//! silently makes of a text. Codes F101 to F159.

use std::fmt;

use crate::model::lang::Lang;
use crate::rules::diagnostic::{Argument, Meant, faults};

/// The line in which a block begins that ends where it should not, to stand at the end of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockBegin(pub Option<usize>);

impl Argument for BlockBegin {
    fn worded(&self, lang: Lang) -> impl fmt::Display {
        let words = |line: usize| {
            lang.pick(
                format!(", which belong together from line {line} on"),
                format!("（上面这一块从第 {line} 行开始）"),
            )
        };
        self.0.map(words).unwrap_or_default()
    }
}

faults! {
    pub enum YamlFault {
        101 Error NotUtf8 { encoding: &'static str }
            en "this file is not saved as UTF-8 (it looks like {encoding})",
               "save it again with the encoding UTF-8; in Notepad: Save as → Encoding → UTF-8";
            zh "这个文件不是 UTF-8 编码（看起来是 {encoding}）",
               "请用 UTF-8 编码重新保存；记事本里是“另存为 → 编码 → UTF-8”";
        102 Error FileTooLarge { megabytes: usize }
            en "this file is larger than {megabytes} MB",
               "split it into several files; all files of the folder are read";
            zh "这个文件超过了 {megabytes} MB",
               "请拆成几个文件，文件夹里的所有文件都会读取";
        103 Error EmptyFile {}
            en "this file is empty: perhaps it was not saved completely",
               "save it again; a file that is not needed can be deleted, or begin with _ so that it is skipped";
            zh "这个文件是空的，可能没有保存完整",
               "请重新保存；不需要的文件可以删掉，或者让文件名以 _ 开头，这样会跳过它";
        104 Error TooDeep { deepest: usize }
            en "lists and mappings stand inside one another more than {deepest} times",
               "a rule needs three or four levels; check the indentation and the brackets";
            zh "内容一层套一层，超过了 {deepest} 层",
               "一条规则只需要三四层；请检查缩进和括号";
        105 Error Mark { sign: char }
            en "a text that begins with `{sign}` needs quotes",
               "write it as \"{sign}…\"; for words, replies and texts that are used again there are `lists:`, `replies:` and `values:`";
            zh "以 `{sign}` 开头的文字要加引号",
               "请写成 \"{sign}…\"；要重复使用的词、回复和文字，可以放在 `lists:`、`replies:`、`values:` 里";
        106 Error SeveralDocuments {}
            en "`---` begins a second document, which would not be read",
               "delete this line, or put what follows into a file of its own";
            zh "`---` 会开始另一份内容，后面的都不会读取",
               "请删掉这一行，或者把后面的内容放到另一个文件里";
        107 Error CutOff {}
            en "this file ends in the middle of a character: it was not saved completely",
               "save it again";
            zh "这个文件在一个字的中间断掉了，没有保存完整",
               "请重新保存";
        110 Error TabIndent {}
            en "this line is indented with a tab",
               "use blanks: two for each level";
            zh "这一行用了 Tab 缩进",
               "请改用空格，每一层两个空格";
        111 Error WideIndent {}
            en "this line is indented with a character that only looks like a blank",
               "delete it and type ordinary blanks; Chinese input methods type the wide blank in full-width mode";
            zh "这一行的缩进里有全角空格或其他特殊空格",
               "请删掉它，切换到半角后重新输入普通空格";
        112 Error LeadingSign { sign: char, fixed: String }
            en "a text that begins with `{sign}` needs quotes",
               "write: {fixed}";
            zh "以 `{sign}` 开头的文字要加引号",
               "请写成：{fixed}";
        113 Error LeadingBraces { fixed: String }
            en "a text that begins with braces needs quotes",
               "write: {fixed}";
            zh "以花括号开头的文字要加引号",
               "请写成：{fixed}";
        114 Error TextBehindQuote { fixed: String }
            en "there is text behind the closing quotation mark",
               "put the whole text in quotes: {fixed}";
            zh "引号结束之后还有文字",
               "请把整段文字放进引号里：{fixed}";
        115 Error UnknownEscape { escape: String, fixed: String }
            en "`{escape}` means nothing between double quotes",
               "use single quotes, where a backslash is a backslash: {fixed}";
            zh "双引号里不能写 `{escape}`",
               "请改用单引号，单引号里反斜杠就是反斜杠：{fixed}";
        116 Error ColonInText { fixed: String }
            en "a text with a colon and a blank in it needs quotes",
               "write: {fixed}";
            zh "文字里有英文冒号加空格，要加引号",
               "请写成：{fixed}";
        117 Error WideColon { fixed: String }
            en "this is a Chinese colon; after a key stands `:` and a blank",
               "write: {fixed}";
            zh "这里用了中文冒号；关键字后面要用英文冒号加一个空格",
               "请写成：{fixed}";
        118 Error NoBlankAfterColon { fixed: String }
            en "a blank is missing behind the colon",
               "write: {fixed}";
            zh "冒号后面少了一个空格",
               "请写成：{fixed}";
        119 Error NoBlankAfterDash { fixed: String }
            en "a blank is missing behind the `-`",
               "write: {fixed}";
            zh "`-` 后面少了一个空格",
               "请写成：{fixed}";
        120 Error Unclosed { sign: char }
            en "this `{sign}` is opened and never closed",
               "close it at the end of the text or list, or put the text in other quotes";
            zh "这个 `{sign}` 没有对应的结尾",
               "请在文字或列表的末尾补上，或者换一种引号";
        121 Error CurlyQuotes { fixed: String }
            en "quotes around a text must be straight",
               "write: {fixed}";
            zh "包住文字的引号要用英文直引号",
               "请写成：{fixed}";
        122 Error WrongIndent { block: BlockBegin }
            en "this line does not fit the indentation of the lines above{block}",
               "lines that belong together begin in the same column; what belongs to a line above is indented two blanks more, and every item of a list begins with `- `";
            zh "这一行的缩进和上面的行对不上{block}",
               "同一层的行要从同一列开始；属于上一行的内容要多缩进两个空格，列表的每一项以 `- ` 开头";
        123 Error Unreadable { reason: String }
            en "this cannot be read as YAML: {reason}",
               "put the text in quotes, or compare with a rule that works";
            zh "这里不符合 YAML 的写法：{reason}",
               "请给文字加上引号，或者和一条正常的规则对照一下";
        124 Error BracketRegex { fixed: String }
            en "YAML reads a regular expression in brackets as a list",
               "put it in single quotes: {fixed}";
            zh "以方括号开头的正则表达式会当成列表",
               "请加上单引号：{fixed}";
        125 Error MissingColon { key: String, fixed: String }
            en "a colon is missing behind `{key}`",
               "write: {fixed}";
            zh "`{key}` 后面少了冒号",
               "请写成：{fixed}";
        130 Error NotAMapping { expected: String }
            en "lines of the form `key: value` are expected here",
               "possible keys are: {expected}";
            zh "这里应该是“关键字: 内容”这样的行",
               "可以写的关键字有：{expected}";
        131 Error UnknownKey { key: String, meant: Meant, known: String }
            en "there is no key `{key}` here",
               "{meant}possible are: {known}";
            zh "这里没有 `{key}` 这个关键字",
               "{meant}可以写的有：{known}";
        132 Error DuplicateKey { key: String, line: usize }
            en "`{key}` stands here twice, the first time in line {line}",
               "keep one of them; several values are written as a list, several rules each begin with `- `";
            zh "`{key}` 写了两次，第一次在第 {line} 行",
               "只保留一个；几个值请写成列表，几条规则每条都以 `- ` 开头";
        133 Error NothingThere {}
            en "there is nothing behind the colon",
               "write something, or delete the line; a text that is to be empty is written \"\"";
            zh "冒号后面什么都没有",
               "请写上内容，或者删掉这一行；如果就是要空的文字，请写 \"\"";
        134 Error ListForText {}
            en "one text is expected here, not a list",
               "write it without `- ` and brackets";
            zh "这里只能写一段文字，不能写列表",
               "请去掉 `- ` 和方括号";
        135 Error MapForText { fixed: String }
            en "YAML reads this as `key: value`, but a text is expected here",
               "put the text in quotes: {fixed}";
            zh "这里应该是一段文字，但 YAML 会当成“关键字: 内容”",
               "请给文字加上引号：{fixed}";
        136 Error CutByHash { fixed: String }
            en "YAML drops everything from ` #` on, so the text would be cut short",
               "put the text in quotes: {fixed}";
            zh "空格加 # 之后的内容会被 YAML 丢掉，这段文字会缺一截",
               "请给文字加上引号：{fixed}";
        137 Error JoinedLines {}
            en "YAML joins these lines into one",
               "for a text of several lines write `|` behind the colon and the lines below it, indented:\nreply: |\n  …\n  …";
            zh "YAML 会把这几行连成一行",
               "要写多行文字，请在冒号后面写 `|`，下面的行缩进：\nreply: |\n  …\n  …";
        138 Error WrittenNewline { fixed: String }
            en "`\\n` is only a new line between double quotes; here the fan would see a backslash and an n",
               "write: {fixed}";
            zh "`\\n` 只有在双引号里才表示换行，这样写粉丝会看到反斜杠和 n",
               "请写成：{fixed}";
        139 Error ListOfOne { fixed: String }
            en "in brackets this is a list with one item, not a text",
               "put the text in quotes: {fixed}";
            zh "方括号会让它变成只有一项的列表，而不是文字",
               "请给文字加上引号：{fixed}";
        140 Error SeveralWords { fixed: String }
            en "this is one single word to YAML, with the punctuation in it",
               "several words are written as a list: {fixed}; if it is meant as one word, put it in quotes";
            zh "这样写是一个整词，标点也算在里面",
               "几个词请写成列表：{fixed}；如果就是一个整词，请加上引号";
        141 Error JoinedWords {}
            en "YAML joins these lines into one word, because a blank is missing behind the `-`",
               "begin every line with `- ` (a dash and a blank)";
            zh "`-` 后面少了空格，YAML 会把这几行连成一个词",
               "每一行都以 `- ` 开头（减号加一个空格）";
        142 Error NotAList {}
            en "a list is expected here",
               "begin every item with `- ` on a line of its own";
            zh "这里应该是列表",
               "每一项单独一行，以 `- ` 开头";
        143 Error EmptyList {}
            en "this list is empty",
               "write at least one item, or delete the key";
            zh "这个列表是空的",
               "请至少写一项，或者删掉这个关键字";
        144 Error NotATruth { text: String }
            en "`true` or `false` is expected here, not \"{text}\"",
               "write `true` for yes, `false` for no";
            zh "这里要写 `true` 或 `false`，不能写“{text}”",
               "是就写 `true`，否就写 `false`";
        145 Error NotANumber { text: String, least: i64, most: i64 }
            en "a whole number from {least} to {most} is expected here, not \"{text}\"",
               "write it in ordinary digits, such as 10";
            zh "这里要写 {least} 到 {most} 之间的整数，不能写“{text}”",
               "请用半角数字，例如 10";
        146 Error KeyIsNoText {}
            en "a key must be a word",
               "write `key: value`";
            zh "关键字必须是一个词",
               "请写成“关键字: 内容”";
        147 Error Later { key: String }
            en "`{key}` is a part of the language that is not built yet",
               "take it out for now";
            zh "`{key}` 这个功能还没有做好",
               "请先把它删掉";
        149 Error SwallowedKey { line: String }
            en "this line is a part of the text above, because it is indented as deep: fans would read \"{line}\"",
               "indent it as the key of the text; if it is meant as text, put the whole text in double quotes and write \\n for a new line";
            zh "这一行缩进太深，会算作上面那段文字的一部分，粉丝会看到“{line}”",
               "请让它和那段文字的关键字对齐；如果就是要发这行字，请把整段文字写在双引号里，用 \\n 换行";
        148 Error BracesInBrackets { fixed: String }
            en "inside `{{ }}` and `[ ]` a text with double braces needs quotes",
               "write this text as {fixed}";
            zh "写在 `{{ }}` 或 `[ ]` 里的文字，如果含有双花括号，要加引号",
               "请把这段文字写成 {fixed}";
    }
}
