//! What can be wrong with a file before its values are looked at: its bytes, and how its YAML is written. Codes
//! F101 to F159 and F180 to F199, together with `value_fault.rs`.

use std::fmt;

use crate::language::diagnostic::{Correction, LibraryMessage, faults};
use crate::language::yaml::lookalike::Sign;
use crate::language::yaml::looks::Looks;
use crate::words::lang::Lang;
use crate::words::texts::Localize;

/// The line in which a block begins that ends where it should not, to stand at the end of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BlockBegin(pub Option<usize>);

impl Localize for BlockBegin {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        let words = |line: usize| {
            lang.pick(
                format!(", which belong together from line {line} on"),
                format!("（上面这一块从第 {line} 行开始）"),
            )
        };
        self.0.map(words).unwrap_or_default()
    }
}

/// The line whose `|` begins the text, to stand at the end of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkLine(pub Option<usize>);

impl Localize for MarkLine {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        let words = |line: usize| {
            lang.pick(
                format!(" further than line {line}, whose `|` begins a text"),
                format!("（应该比第 {line} 行缩进得更多，那一行的 `|` 开始了一段文字）"),
            )
        };
        self.0.map(words).unwrap_or_default()
    }
}

faults! {
    pub enum YamlFault {
        101 Error NotUtf8 { looks: Looks }
            en "this file is not saved as UTF-8{looks}",
               "save it again as plain text with the encoding UTF-8; in Notepad: Save as → Encoding → UTF-8";
            zh "这个文件不是 UTF-8 编码{looks}",
               "请另存为纯文本，编码选 UTF-8；记事本里是“另存为 → 编码 → UTF-8”";
            means "The program reads UTF-8, the encoding that every current editor can write. In any other encoding Chinese characters would turn into meaningless signs, and fans would get them as answers.",
                  "程序只读 UTF-8 编码，现在的编辑器都能用它保存。换成别的编码，汉字会变成乱码，粉丝收到的也会是乱码。";
        102 Error FileTooLarge { megabytes: usize }
            en "this file is larger than {megabytes} MB",
               "split it into several files; all files of the folder are read";
            zh "这个文件超过了 {megabytes} MB",
               "请拆成几个文件，文件夹里的所有文件都会读取";
            means "A rule file this large is hardly ever meant: it is usually another file that came into the folder by mistake. Reading it would only take time and memory.",
                  "规则文件不会有这么大，多半是别的文件误放进了文件夹。读它只会白白占用时间和内存。";
        103 Error EmptyFile {}
            en "this file is empty: perhaps it was not saved completely",
               "save it again; a file that is not needed can be deleted, or begin with _ so that it is skipped";
            zh "这个文件是空的，可能没有保存完整",
               "请重新保存；不需要的文件可以删掉，或者让文件名以 _ 开头，这样会跳过它";
            means "A file without any content is what an editor or a sync program leaves behind when it was interrupted while saving. If it were taken seriously, all rules of this file would be gone at once.",
                  "编辑器或网盘同步在保存时中断，就会留下一个空文件。如果照样使用，这个文件里的规则会一下子全部消失。";
        104 Error TooDeep { deepest: usize }
            en "lists and mappings stand inside one another more than {deepest} times",
               "a rule needs three or four levels; check the indentation and the brackets";
            zh "内容一层套一层，超过了 {deepest} 层",
               "一条规则只需要三四层；请检查缩进和括号";
            means "Lists within lists within lists: nothing in the rule language goes that deep. Usually a bracket or a run of indentation was copied too often.",
                  "列表里套列表，再套列表——规则用不到这么深的层次，通常是多复制了括号或缩进。";
        105 Error Mark { sign: char }
            en "a text that begins with \"{sign}\" needs quotes",
               "write it as \"{sign}…\"; for words, replies and texts that are used again there are `lists:`, `replies:` and `values:`";
            zh "以“{sign}”开头的文字要加引号",
               "请写成 \"{sign}…\"；要重复使用的词、回复和文字，可以放在 `lists:`、`replies:`、`values:` 里";
            means "In YAML `&` gives a value a name, `*` stands for the named value, and `!` states a type. Rule files have none of that, so the sign can only be part of your text, and YAML would swallow it.",
                  "在 YAML 里，`&` 是给内容取名，`*` 是引用那个名字，`!` 是注明类型。规则文件里没有这些功能，所以它只可能是您文字的一部分，而 YAML 会把它吃掉。";
        106 Error SeveralDocuments {}
            en "`---` begins a second document, which would not be read",
               "delete this line, or put what follows into a file of its own";
            zh "`---` 会开始另一份内容，后面的都不会读取",
               "请删掉这一行，或者把后面的内容放到另一个文件里";
            means "A line of three dashes tells YAML that a new document begins. Only the first one would be read, and the rules below the line would never answer.",
                  "一行三个减号，在 YAML 里表示下面是另一份内容。这样只会读第一份，横线下面的规则永远不会回复。";
        107 Error CutOff {}
            en "this file ends in the middle of a character: it was not saved completely",
               "save it again";
            zh "这个文件在一个字的中间断掉了，没有保存完整",
               "请重新保存";
            means "The last character of the file is there only in part. The file was cut off while it was being saved or copied, and rules may be missing at its end.",
                  "文件最后一个字只剩下一部分，说明保存或复制时中断了，结尾可能少了规则。";
        109 Error ColonInKey { fixed: Correction }
            en "this colon stands inside of a key",
               "put it behind the key{fixed}";
            zh "这个冒号写到字段中间去了",
               "请把它移到字段后面{fixed}";
            means "The colon with a blank behind it separates a key from its value. Inside of the key it cuts it in two, and no half is a key that the rules know.",
                  "英文冒号加空格用来分开字段和内容。写在字段中间，字段就断成了两截，哪一截都不认识。";
        108 Error KeyBehindKey { fixed: Correction }
            en "two keys stand on this line",
               "put braces round the second and its value{fixed}";
            zh "这一行连着写了两个字段",
               "请给第二个字段和它的内容加上花括号{fixed}";
            means "What belongs to a key stands below it, indented two blanks more, or behind it in braces. YAML takes two keys behind one another for a text with a colon in it.",
                  "属于一个字段的内容，写在它下面，多缩进两个空格，或者写在它后面的花括号里。两个字段连着写，YAML 会以为是一段带冒号的文字。";
        180 Error Lookalike { sign: Sign, fixed: Correction }
            en "this is {sign}, which YAML takes for a letter",
               "it came along by copying: delete it and type an ordinary blank where one belongs{fixed}";
            zh "这里有一个{sign}，YAML 会当成文字",
               "多半是复制时带进来的：请删掉它，需要空格的地方重新输入普通空格{fixed}";
            means "Web pages, chat programs and Chinese input methods write blanks that look like the one of the space bar, and characters that are not seen at all. To YAML they are letters, so that a key with one in it is another key.",
                  "网页、聊天软件和中文输入法里有好几种空格，看着和空格键打出的一样，还有完全看不见的字符。YAML 把它们当成文字，字段里有一个，就成了另一个字段。";
        110 Error TabIndent {}
            en "this line is indented with a tab",
               "use blanks: two for each level";
            zh "这一行用了 Tab 缩进",
               "请改用空格，每一层两个空格";
            means "YAML does not allow tabs in front of a line, because a tab is as wide as each editor likes. What looks aligned on your screen would not be aligned for the program.",
                  "YAML 不允许用 Tab 缩进，因为每个编辑器里 Tab 的宽度都不一样。屏幕上看着对齐，程序看来并不对齐。";
        111 Error WideIndent { sign: Sign }
            en "this line is indented with {sign}, which only looks like a blank",
               "delete it and type ordinary blanks; it came along by copying, or from a Chinese input method in full-width mode";
            zh "这一行的缩进里有{sign}，它只是看着像普通空格",
               "请删掉它，重新输入普通空格；它多半是复制时带进来的，或者是输入法在全角状态下打出来的";
            means "Only the ordinary blank of the space bar counts as indentation. The full-width blank of a Chinese input method, or one copied from a web page, looks the same but is a letter to YAML.",
                  "只有空格键打出的普通空格才算缩进。中文输入法的全角空格，或者从网页上复制来的特殊空格，看着一样，YAML 却当成文字。";
        112 Error LeadingSign { sign: char, fixed: Correction }
            en "a text that begins with \"{sign}\" needs quotes",
               "put quotes round the whole text{fixed}";
            zh "以“{sign}”开头的文字要加引号",
               "请给整段文字加上引号{fixed}";
            means "Some signs have a meaning of their own in YAML when a text begins with them. In quotes they are just signs.",
                  "有些符号放在开头时，在 YAML 里有特殊含义；加上引号，它们就只是普通的符号。";
        185 Error TextBehindBar { fixed: Correction }
            en "behind `|` nothing may stand on the same line",
               "if the sign belongs to the text, put all of it in quotes; else write the text on the lines below, indented{fixed}";
            zh "`|` 后面不能在同一行接着写文字",
               "如果这个符号就是文字的一部分，请给整段文字加上引号；否则请换行，把文字缩进写在下面{fixed}";
            means "The sign tells YAML that a text of several lines follows on the lines below. What stands beside it would belong nowhere.",
                  "这个符号告诉 YAML，下面的几行是一段文字。写在它旁边的内容无处可放。";
        186 Error WideBar { fixed: Correction }
            en "this is a full-width bar, which is an ordinary character to YAML",
               "write a half-width one behind the colon{fixed}";
            zh "这里用了中文竖线，YAML 会当成普通的字",
               "冒号后面请改成英文竖线{fixed}";
            means "A text of several lines begins with the half-width `|` behind the colon. With the full-width bar of a Chinese input method YAML joins the lines into one.",
                  "多行文字要在冒号后面写英文竖线 `|`。用了中文竖线，YAML 会把几行连成一行。";
        113 Error LeadingBraces { fixed: Correction }
            en "a text that begins with braces needs quotes",
               "put quotes round the whole text{fixed}";
            zh "以花括号开头的文字要加引号",
               "请给整段文字加上引号{fixed}";
            means "A brace at the beginning of a value opens a mapping for YAML. A text that begins with `{{ … }}` therefore needs quotes; inside a text, braces need none.",
                  "YAML 看到开头的花括号，会以为是一组“字段: 内容”。所以以 `{{ … }}` 开头的文字要加引号；花括号在文字中间则不用。";
        114 Error TextBehindQuote { fixed: Correction }
            en "there is text behind the closing quotation mark",
               "put the whole text in quotes{fixed}";
            zh "引号结束之后还有文字",
               "请把整段文字放进引号里{fixed}";
            means "To YAML the text is over where its quotation mark is closed, and what follows belongs nowhere. A text either stands in quotes from beginning to end, or in none.",
                  "对 YAML 来说，引号一结束，文字就结束了，后面的内容无处可放。要么整段文字都在引号里，要么整段都不加引号。";
        115 Error UnknownEscape { escape: String, fixed: Correction }
            en "`{escape}` means nothing between double quotes",
               "use single quotes, where a backslash is a backslash{fixed}";
            zh "双引号里不能写 `{escape}`",
               "请改用单引号，单引号里反斜杠就是反斜杠{fixed}";
            means "Between double quotes a backslash announces a special character, such as `\\n` for a new line, and this combination is none. Between single quotes a backslash is just a backslash, which is what regular expressions need.",
                  "在双引号里，反斜杠表示特殊字符，例如 `\\n` 是换行，而这个组合没有含义。在单引号里，反斜杠就是反斜杠，写正则表达式正好需要这样。";
        116 Error ColonInText { fixed: Correction }
            en "a text with a colon and a blank in it needs quotes",
               "put quotes round the whole text{fixed}";
            zh "文字里有英文冒号加空格，要加引号",
               "请给整段文字加上引号{fixed}";
            means "A colon with a blank behind it, or at the end of a line, separates a key from its value. YAML would take the beginning of your text for a key.",
                  "英文冒号后面有空格，或者冒号在行尾，就是字段和内容的分界。YAML 会把您文字的前半段当成字段。";
        117 Error WideColon { fixed: Correction }
            en "this is a Chinese colon; after a key stands `:` and a blank",
               "write `:` and a blank{fixed}";
            zh "这里用了中文冒号；字段后面要用英文冒号加一个空格",
               "请改成英文冒号，后面加一个空格{fixed}";
            means "Only the half-width colon separates a key from its value. With the Chinese one the whole line is a single word to YAML, and the rule would lose what the line says.",
                  "只有英文冒号才能分开字段和内容。用了中文冒号，YAML 会把整行当成一个词，这条规则就少了这一行的意思。";
        118 Error NoBlankAfterColon { fixed: Correction }
            en "a blank is missing behind the colon",
               "put a blank behind it{fixed}";
            zh "冒号后面少了一个空格",
               "请在冒号后面加一个空格{fixed}";
            means "The colon only counts when a blank follows; otherwise key and value are one word, as in `9:00` or `https://`.",
                  "冒号后面有空格才算分界，否则前后会连成一个词，就像 `9:00` 和 `https://` 那样。";
        119 Error NoBlankAfterDash { fixed: Correction }
            en "a blank is missing behind the `-`",
               "put a blank behind it{fixed}";
            zh "`-` 后面少了一个空格",
               "请在它后面加一个空格{fixed}";
            means "The dash only begins an item when a blank follows; otherwise it is a part of the word, as in `-5`.",
                  "减号后面有空格才表示列表的一项，否则它只是词的一部分，就像 `-5` 那样。";
        120 Error Unclosed { sign: char }
            en "this `{sign}` is opened and never closed",
               "close it at the end of the text or list, or put the text in other quotes";
            zh "这个 `{sign}` 没有对应的结尾",
               "请在文字或列表的末尾补上，或者换一种引号";
            means "Everything up to the closing sign belongs to the text or list. Since it never comes, the rest of the file would be swallowed.",
                  "从这里开始，一直到对应的结尾，都算在里面。因为没有结尾，后面的内容都会被吞进去。";
        121 Error CurlyQuotes { fixed: Correction }
            en "quotes around a text must be straight",
               "write straight ones{fixed}; if the fan is to see curly quotes, put straight ones around them";
            zh "包住文字的引号要用英文直引号",
               "请改成英文引号{fixed}；如果就是要显示中文引号，请在外面再加一对英文引号";
            means "Curly quotes are ordinary characters to YAML and would become part of the text: the fan would see them, or would have to type them. To show them on purpose, put straight quotes round them: `\"“…”\"`.",
                  "对 YAML 来说，中文引号只是普通的字，会变成文字的一部分：粉丝会看到它，或者必须打出它才能匹配。如果就是要中文引号，请在外面再加一对英文引号：`\"“……”\"`。";
        122 Error WrongIndent { block: BlockBegin }
            en "this line does not fit the indentation of the lines above{block}",
               "lines that belong together begin in the same column; what belongs to a line above is indented two blanks more, and every item of a list begins with `- `";
            zh "这一行的缩进和上面的行对不上{block}",
               "同一层的行要从同一列开始；属于上一行的内容要多缩进两个空格，列表的每一项以 `- ` 开头";
            means "In YAML the number of blanks in front of a line says what the line belongs to. Here it fits no line above, so nobody can tell which rule or key is meant.",
                  "在 YAML 里，一行前面有几个空格，决定了它属于谁。这一行和上面哪一行都对不上，看不出它属于哪条规则、哪个字段。";
        123 Error Unreadable { reason: LibraryMessage }
            en "this cannot be read as YAML: {reason}",
               "put the text in quotes, delete what does not belong here, or compare with a rule that works";
            zh "这里不符合 YAML 的写法：{reason}",
               "请给文字加上引号，删掉多余的内容，或者和一条正常的规则对照一下";
            means "YAML gave up at this place, and none of the usual mistakes explains why. The reason is given in the words of the YAML reader.",
                  "YAML 读到这里读不下去了，又不是常见的几种写错。上面写的是 YAML 给出的原因。";
        124 Error BracketRegex { fixed: Correction }
            en "YAML takes the brackets of a regular expression for its own",
               "put each expression in single quotes{fixed}";
            zh "正则表达式里的括号会被 YAML 当成自己的括号",
               "请给每个表达式加上单引号{fixed}";
            means "In YAML square brackets make a list and braces a mapping; in a regular expression they mean \"one of these characters\" and \"so many times\". Single quotes tell YAML to leave the expression alone.",
                  "在 YAML 里，方括号表示列表，花括号表示一组内容；在正则表达式里，它们表示“其中任意一个字符”和“重复几次”。加上单引号，YAML 就会原样保留。";
        125 Error WideBracket { fixed: Correction }
            en "this is a full-width bracket, which is an ordinary character to YAML",
               "write half-width ones{fixed}; if the brackets belong to a text, put quotes round all of it";
            zh "这里用了中文括号，YAML 会当成普通的字",
               "请改成英文括号{fixed}；如果括号就是文字的一部分，请给整段文字加上引号";
            means "Only half-width brackets make a list or a mapping. The full-width ones of a Chinese input method are ordinary characters, and everything between them would be one text.",
                  "只有英文的方括号和花括号才能组成列表和映射。中文输入法打出的全角括号只是普通的字，里面的内容会变成一整段文字。";
        126 Error WrongDash { sign: String, fixed: Correction }
            en "`{sign}` does not begin an item of a list; `-` and a blank do",
               "write `-` and a blank{fixed}";
            zh "列表的每一项要以英文减号 `-` 加空格开头，不能用“{sign}”",
               "请改成减号加空格{fixed}";
            means "An item of a list begins with the minus sign of the keyboard and a blank. Other dashes, dots and stars look like it and are ordinary characters, so that the lines would become one text.",
                  "列表的每一项要以键盘上的减号加一个空格开头。别的横线、圆点、星号看着像，其实只是普通的字，几行内容会变成一段文字。";
        127 Error WrongComment { fixed: Correction }
            en "a remark begins with `#`, with a blank before it",
               "write `#` and a blank{fixed}";
            zh "备注要以英文的 `#` 开头，前面要有空格",
               "请改成英文的 `#` 加空格{fixed}";
            means "A remark begins with a half-width `#`. Anything else is read as part of the rules.",
                  "备注要以英文的 `#` 开头，别的写法都会当成规则的内容来读。";
        128 Error BehindBracket { fixed: Correction }
            en "there is something behind the closing bracket",
               "delete what is too much{fixed}";
            zh "括号结束之后还有多余的内容",
               "请删掉多余的部分{fixed}";
            means "The bracket ends the list or mapping, and nothing may follow it on its line. Lines need no comma or semicolon at their end.",
                  "括号结束之后，这一行就不能再有别的内容。行尾不需要逗号或分号。";
        129 Error NoColon { fixed: Correction }
            en "there is no colon in this line",
               "put a colon and a blank behind the key{fixed}";
            zh "这一行没有英文冒号",
               "请在字段后面加上英文冒号和空格{fixed}";
            means "Every line of a rule says what it is about and then, behind a colon and a blank, what holds: `reply: …`. Without the colon the line means nothing.",
                  "规则里的每一行都是先写字段，再写英文冒号和空格，然后写内容：`reply: …`。没有冒号，这一行就没有意义。";
        136 Error CutByHash { fixed: Correction }
            en "YAML drops everything from ` #` on, so the text would be cut short",
               "put the text in quotes{fixed}";
            zh "空格加 # 之后的内容会被 YAML 丢掉，这段文字会缺一截",
               "请给文字加上引号{fixed}";
            means "A `#` at the beginning or behind a blank begins a remark, which YAML throws away. A hashtag such as `#双十二#` would vanish from your text without a word.",
                  "开头的 `#`，或者空格后面的 `#`，在 YAML 里表示备注，会被丢掉。像 `#双十二#` 这样的话题会悄悄从文字里消失。";
        140 Error SeveralWords { fixed: Correction }
            en "this is one single word, not several",
               "several words are written as a list, with a half-width comma between two{fixed}; if it is meant as one word, put it in quotes";
            zh "这样写，程序会把整串文字当成一个词，不是几个词",
               "几个词请写成列表，两个词之间用英文逗号{fixed}；如果整串文字就是一个词，请加上引号";
            means "The rule would wait for a message that holds all of this, punctuation included, and practically nobody writes that. Words that should each fire the rule form a list.",
                  "这样，只有消息里原样出现这一整串（包括标点）才会匹配，几乎没有人会这么写。几个词只要出现一个就回复的话，要写成列表。";
        148 Error BracesInBrackets { fixed: Correction }
            en "inside `{{ }}` and `[ ]` a text with double braces needs quotes",
               "put this text in quotes{fixed}";
            zh "写在 `{{ }}` 或 `[ ]` 里的文字，如果含有双花括号，要加引号",
               "请给这段文字加上引号{fixed}";
            means "Inside brackets YAML takes double braces for mappings within mappings. In quotes they are the place where something is inserted.",
                  "在括号里，YAML 会把双花括号当成套在一起的映射。加上引号，它才是要插入内容的地方。";
        149 Error NotIndented { mark: MarkLine }
            en "this line seems to go on with the text above, but is not indented{mark}",
               "in a text of several lines `|` stands behind the colon, and each line below is indented two blanks further:\nreply: |\n  …\n  …";
            zh "这一行像是接着上面的文字，但没有缩进{mark}",
               "多行文字的写法是：冒号后面写 `|`，下面每一行都多缩进两个空格：\nreply: |\n  …\n  …";
            means "A text of several lines begins with `|` behind the colon. Only the lines below it that are indented further than the key belong to it; any other line begins something new.",
                  "多行文字要在冒号后面写 `|`。下面比字段缩进更多的行才属于这段文字，没有缩进的行就是新的内容了。";
        153 Error WideComma { fixed: Correction }
            en "this is a full-width comma; inside brackets a half-width one stands between two keys",
               "write a half-width one and a blank{fixed}";
            zh "这里用了中文逗号；括号里的两个字段之间要用英文逗号",
               "请改成英文逗号加空格{fixed}";
            means "A full-width comma is an ordinary character, so the next key would become part of the text before it.",
                  "中文逗号只是普通的字，后面的字段会变成前面文字的一部分。";
        158 Error BadlyParted { fixed: Correction }
            en "between two items of a list stands one half-width comma",
               "put the list in brackets, with a half-width comma between its items{fixed}";
            zh "列表的两项之间要有一个英文逗号，整个列表放在方括号里",
               "请把列表放在方括号里，两项之间用英文逗号分开{fixed}";
            means "YAML parts the items of a list in brackets by half-width commas alone. A Chinese comma, two commas in a row or none at all do not say where an item ends.",
                  "方括号里的列表，YAML 只用英文逗号来分开每一项。用了中文逗号、连写两个逗号，或者漏了逗号，都看不出一项到哪里结束。";
        159 Error ControlCharacter { sign: String }
            en "here stands a control character ({sign}), which cannot be sent",
               "delete it; such characters come along when something is copied from another program";
            zh "这里有一个发不出去的控制字符（{sign}）",
               "请删掉它；多半是从别的程序复制时带进来的";
            means "Control characters once steered printers and screens. They cannot be seen, YAML does not allow them, and nobody could read them.",
                  "控制字符原本是用来控制打印机和屏幕的，看不见，YAML 也不允许，粉丝更读不到。";
        187 Error SignsRoundWords { fixed: Correction }
            en "only words stand here, without other signs round them or in them",
               "take the signs away, and write several words as a list{fixed}; if fans write the signs as well, put the whole word in quotes";
            zh "这里只写词本身，前后和中间都不要加别的符号",
               "请去掉符号，有几个词就写成列表{fixed}；如果粉丝真的会打出这些符号，请给整个词加上引号";
            means "A word is looked for as it stands. Stars, braces, backquotes and quotes that mean something in other programs mean nothing here: a message would have to hold them as well.",
                  "词会原样去找。星号、花括号、反引号、引号在别的软件里有特别的意思，在这里没有：粉丝的消息里也要有这些符号才会匹配。";
        154 Error MarkdownFence {}
            en "this line marks an example in a text and does not belong to the rules",
               "delete it, and the same line at the end";
            zh "这一行的三个反引号是网页标示代码用的，不属于规则",
               "请删掉这一行，结尾的三个反引号也一并删掉";
            means "Web pages and chat programs put rules between lines of three backticks to show them as an example. Only what stands between those lines is meant for the file.",
                  "网页和聊天软件常用三个反引号把代码前后隔开，复制时会一起带过来。文件里只需要中间的内容。";
    }
}
