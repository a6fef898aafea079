//! What can be wrong with the keys and values of a file whose YAML is in order, and with a text that YAML
//! silently changed. Codes F101 to F159 and F180 to F199, together with `fault.rs`.

use std::fmt;

use crate::language::diagnostic::lines::RuleBegin;
use crate::language::diagnostic::{Correction, Suggestion, faults};
use crate::language::grammar::Home;
use crate::words::lang::Lang;
use crate::words::texts::Localize;

/// The key behind which nothing is written, where it is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unwritten(pub Option<String>);

impl Localize for Unwritten {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        match &self.0 {
            Some(key) => lang.pick(format!("behind or below `{key}:`"), format!("`{key}:` 后面或下面")),
            None => lang.pick("here", "这里").to_owned(),
        }
    }
}

faults! {
    pub enum ValueFault {
        130 Error NotAMapping { expected: String }
            en "lines of the form `key: value` are expected here",
               "possible keys are: {expected}";
            zh "这里应该写成“字段: 内容”的形式",
               "可以写的字段有：{expected}";
            means "Here something is described by several keys, each with a value of its own. A single text or a list does not say which of them is meant.",
                  "这里需要用几个字段来说明，每个字段有自己的内容。只写一段文字或一个列表，看不出指的是哪一个。";
        182 Error RulesMissing { fixed: Correction }
            en "`rules:` is missing above this list",
               "write it on a line of its own above the first rule{fixed}";
            zh "这个列表上面少了一行 `rules:`",
               "请在第一条规则上面单独写一行{fixed}";
            means "A file may hold rules, lists of words, replies and more, so each part begins with a line that says what it is. Rules stand below `rules:`.",
                  "一个文件里可以有规则、词表、回复等几部分，每一部分都要先写明是什么。规则写在 `rules:` 下面。";
        183 Error ValueAlone { key: &'static str, fixed: Correction }
            en "what this is must stand before it",
               "write `{key}:` before it, and braces round both{fixed}";
            zh "这里没有写明内容属于哪个字段",
               "请在前面写上 `{key}:`，再一起加上花括号{fixed}";
            means "Several things can stand here, each behind a key that says what it is. A value alone does not say it.",
                  "这里可以写几样内容，每一样都要先写字段。只写内容，就不知道它指的是什么。";
        131 Error UnknownKey { key: String, meant: Suggestion, known: String }
            en "there is no key `{key}` here",
               "{meant}possible are: {known}";
            zh "这里没有 `{key}` 这个字段",
               "{meant}可以写的有：{known}";
            means "A key that nobody knows is never skipped: if it was a condition, the rule would answer more messages than you wanted, and if it was an answer, nothing would be sent.",
                  "不认识的字段绝不会跳过：如果它本来是条件，规则就会回复更多的消息；如果它本来是回复，就什么都发不出去。";
        132 Error DuplicateKey { key: String, line: usize, begin: RuleBegin }
            en "`{key}` stands here twice, the first time in line {line}",
               "keep one of them; several values are written as a list, several rules each begin with `- `{begin}";
            zh "`{key}` 写了两次，第一次在第 {line} 行",
               "只保留一个；几个值请写成列表，几条规则每条都以 `- ` 开头{begin}";
            means "Of two lines with the same key only one could count, and the other would be lost without a word.",
                  "同一个字段写两次，只有一次能算数，另一次会悄悄丢掉。";
        133 Error NothingThere { place: Unwritten }
            en "nothing is written {place}",
               "write something, or delete the line; a text that is to be empty is written \"\"";
            zh "{place}没有写内容",
               "请写上内容，或者删掉这一行；如果就是要空的文字，请写 \"\"";
            means "A key with nothing behind it is usually a line that was not finished. It is not guessed what was meant.",
                  "字段后面是空的，通常是没写完。程序不会去猜您想写什么。";
        134 Error ListForText {}
            en "one text is expected here, not a list",
               "write it without `- ` and brackets";
            zh "这里只能写一段文字，不能写列表",
               "请去掉 `- ` 和方括号";
            means "This key takes exactly one text. From a list it could not be told which item counts.",
                  "这个字段只能有一段文字。写成列表，就不知道该用哪一项。";
        135 Error MapForText { fixed: Correction }
            en "YAML reads this as `key: value`, but a text is expected here",
               "put the text in quotes{fixed}";
            zh "这里应该是一段文字，但 YAML 会当成“字段: 内容”",
               "请给文字加上引号{fixed}";
            means "A colon with a blank behind it, or braces, made this a mapping for YAML. In quotes it stays the text that you wrote.",
                  "因为冒号后面有空格，或者用了花括号，YAML 把它当成了一组“字段: 内容”。加上引号，它就是您写的那段文字。";
        137 Error JoinedLines {}
            en "YAML joins these lines into one",
               "for a text of several lines write `|` behind the colon and the lines below it, indented:\nreply: |\n  …\n  …";
            zh "YAML 会把这几行连成一行",
               "要写多行文字，请在冒号后面写 `|`，下面的行缩进：\nreply: |\n  …\n  …";
            means "Lines that simply follow one another are joined with a blank by YAML, also behind `>` and between quotes. The fan would get one long line.",
                  "几行文字直接写在一起，YAML 会用空格把它们连起来，写在 `>` 后面或引号里也一样。粉丝收到的会是长长的一行。";
        138 Error WrittenNewline { fixed: Correction }
            en "`\\n` is only a new line between double quotes; here the fan would see a backslash and an n",
               "put the text in double quotes{fixed}";
            zh "`\\n` 只有在双引号里才表示换行，这样写粉丝会看到反斜杠和 n",
               "请给文字加上双引号{fixed}";
            means "Only between double quotes `\\n` becomes a new line. Anywhere else it stays a backslash and a letter, and that is what the fan would read.",
                  "只有在双引号里，`\\n` 才会变成换行。在别的地方，它就是一个反斜杠加一个字母，粉丝看到的也是这样。";
        139 Error ListOfOne { fixed: Correction }
            en "in brackets this is a list with one item, not a text",
               "take the brackets away; if they belong to the text, as those of an emoticon do, put quotes round all of it{fixed}";
            zh "方括号会让它变成只有一项的列表，而不是文字",
               "请去掉方括号；如果方括号就是文字的一部分，例如表情，请连同方括号一起加上引号{fixed}";
            means "A text in square brackets, like the emoticon `[心]`, is a list with one item to YAML, and the brackets would be lost.",
                  "方括号里的文字，例如表情 `[心]`，在 YAML 看来是只有一项的列表，方括号会丢掉。";
        141 Error JoinedWords {}
            en "YAML joins these lines into one word, because a blank is missing behind the `-`",
               "begin every line with `- ` (a dash and a blank)";
            zh "`-` 后面少了空格，YAML 会把这几行连成一个词",
               "每一行都以 `- ` 开头（减号加一个空格）";
            means "Without the blank a dash does not begin an item, so that YAML joins the lines into one word, which no fan will ever write.",
                  "减号后面没有空格，就不是列表的一项，YAML 会把几行连成一个词，没有粉丝会这么写。";
        142 Error NotAList { fixed: Correction }
            en "a list is expected here",
               "begin every item with `- ` on a line of its own{fixed}";
            zh "这里应该是列表",
               "每一项单独一行，以 `- ` 开头{fixed}";
            means "Several things of the same kind can stand here, so they are written as a list even if there is only one.",
                  "这里可以有几项同样的内容，所以要写成列表，只有一项也一样。";
        143 Error EmptyList {}
            en "this list is empty",
               "write at least one item, or delete the key";
            zh "这个列表是空的",
               "请至少写一项，或者删掉这个字段";
            means "A list without items means that nothing is meant, and the rule could never do what it seems to promise.",
                  "空的列表等于什么都没写，这条规则也就起不了作用。";
        144 Error NotABoolean { text: String }
            en "`true` or `false` is expected here, not \"{text}\"",
               "write `true` for yes, `false` for no";
            zh "这里要写 `true` 或 `false`，不能写“{text}”",
               "是就写 `true`，否就写 `false`";
            means "Only the two words `true` and `false` switch something on or off. Others are refused, so that a slip does not switch a rule on or off without a word.",
                  "开和关只认 `true` 和 `false` 两个词。别的词都不接受，免得写错一个字就悄悄打开或关闭一条规则。";
        145 Error NotANumber { text: String, least: i64, most: i64 }
            en "a whole number from {least} to {most} is expected here, not \"{text}\"",
               "write it in ordinary digits, such as 10";
            zh "这里要写 {least} 到 {most} 之间的整数，不能写“{text}”",
               "请用半角数字，例如 10";
            means "This key is counted with, so it needs a whole number in half-width digits that lies in the given range.",
                  "这里的内容要用来比较大小，所以必须是半角数字写的整数，并且在规定的范围内。";
        146 Error KeyIsNoText {}
            en "a key must be a word",
               "write `key: value`";
            zh "字段必须是一个词",
               "请写成“字段: 内容”";
            means "What stands before a colon is the name of the line. A list or a mapping cannot be a name.",
                  "冒号前面是这一行的名字，列表和映射不能当名字。";
        147 Error Later { key: String }
            en "`{key}` is a part of the language that is not built yet",
               "take it out for now";
            zh "`{key}` 这个功能还没有做好",
               "请先把它删掉";
            means "This key is planned and not built. If it were skipped, the rule would do something else than it says.",
                  "这个功能在计划中，但还没有做。如果跳过它，规则做的事就和写的不一样了。";
        155 Error SwallowedKey { line: String }
            en "this line is a part of the text above, because it is indented as deep: fans would read \"{line}\"",
               "indent it as the key of the text; if it is meant as text, put the whole text in double quotes and write \\n for a new line";
            zh "这一行缩进太深，会算作上面那段文字的一部分，粉丝会看到“{line}”",
               "请让它和那段文字的字段对齐；如果就是要发这行字，请把整段文字写在双引号里，用 \\n 换行";
            means "A text behind `|` goes on as long as its lines are indented as deep as its first one. A key that is indented so is no key any more, but words for the fan.",
                  "`|` 后面的文字，只要缩进和第一行一样深，就一直算在里面。缩进成这样的字段就不再是字段，而是发给粉丝的话。";
        150 Error CutByComma { fixed: Correction }
            en "inside braces the comma ends the text",
               "put the text in quotes{fixed}";
            zh "在花括号里，文字到英文逗号就断开了",
               "请给文字加上引号{fixed}";
            means "Inside braces a comma separates two keys, so the text ended at its comma. Only the full-width comma may stand in such a text without quotes.",
                  "花括号里的英文逗号用来分开两个字段，所以文字在逗号处就断了。不加引号时，这样的文字里只能用中文逗号。";
        156 Warning RemarkBehindText { left: String, fixed: Correction }
            en "YAML takes everything from ` #` on for a remark, so that only \"{left}\" is left of this text",
               "if the rest belongs to the text, put all of it in quotes{fixed}; a remark stands better on a line of its own, or behind a text in quotes";
            zh "空格加 `#` 之后会当成备注，这段文字只剩下“{left}”",
               "如果后面也是文字，请一起放进引号里{fixed}；如果是备注，请单独写一行，或者给前面的文字加上引号";
            means "A `#` behind a blank begins a remark, and YAML throws it away. Whether you meant a remark or a text with a `#` in it cannot be seen. In quotes, a text ends where its quotes do.",
                  "空格后面的 `#` 在 YAML 里表示备注，会被丢掉。您是想写备注，还是文字里本来就有 `#`，从这里看不出来。加上引号，文字到哪里结束就清楚了。";
        157 Error ListInBraces { fixed: Correction, one: String }
            en "inside braces the comma ends the value",
               "several values are written as a list{fixed}; if it is one value with a comma in it, put it in quotes: {one}";
            zh "在花括号里，内容到英文逗号就断开了",
               "有几项就写成列表{fixed}；如果逗号是其中的文字，请加上引号：{one}";
            means "Inside braces a comma separates two keys, so only the first of your values was left. Square brackets keep them together as a list.",
                  "花括号里的英文逗号用来分开两个字段，所以只剩下第一项。加上方括号，它们才是一个列表。";
        151 Error Misplaced { key: String, home: Home, fixed: Correction }
            en "`{key}` does not belong here, but to {home}",
               "move it there; what belongs to a line stands below it, indented two blanks more{fixed}";
            zh "`{key}` 不能写在这里，它属于{home}",
               "请移到那里；属于某一行的内容写在它下面，多缩进两个空格{fixed}";
            means "The key exists, but at another level. Usually a line is indented two blanks too many or too few.",
                  "这个字段是有的，但不在这一层。通常是这一行多缩进或少缩进了两个空格。";
        184 Error NoPictures {}
            en "an answer holds no picture, voice or video: the platform takes none",
               "a picture can be shown on an article card, by its address: `articles: [{{title: …, image: https://…, url: https://…}}]`";
            zh "回复里不能放图片、语音或视频，平台不支持",
               "图片可以用网址放在图文卡片里：`articles: [{{title: …, image: https://…, url: https://…}}]`";
            means "The platform lets an account answer with a text, with article cards, or with a position. A card shows a picture, and opens a page when it is pressed.",
                  "平台只允许用文字、图文卡片或位置来回复。图文卡片上可以显示图片，点开是一个网页。";
        181 Error ListNotHere {}
            en "`{{list: …}}` stands only where words are looked for",
               "write the values themselves here, several in brackets; days and hours that rules share get a name under `times:`";
            zh "`{{list: …}}` 只能写在要找词的地方",
               "请在这里直接写内容，有几项就放在方括号里；几条规则共用的日子和时段，请在 `times:` 里起名字";
            means "A list under `lists:` holds words, and its name takes the place of words in a condition. Dates, keys of buttons, addresses and texts are no words.",
                  "`lists:` 里的词表放的是词，名字只能代替条件里的词。日期、菜单的 key、网址和文字都不是词。";
        152 Error NotNamed {}
            en "names are expected here, each with what it stands for",
               "write one on each line, such as `电话: 010-8888`";
            zh "这里要写名字，每个名字后面写它代表的内容",
               "每行写一个，例如 `电话: 010-8888`";
            means "What stands here is used elsewhere by its name. Without a name nothing could ask for it.",
                  "写在这里的内容，别处要用名字来引用。没有名字，就没法用到它。";
    }
}
