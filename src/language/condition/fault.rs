//! What can be wrong with a condition. Codes F201 to F239.

use std::fmt;

use crate::language::diagnostic::lines::Below;
use crate::language::diagnostic::{Correction, KnownNames, LibraryMessage, Suggestion, faults};
use crate::language::doubt::slip::WordsApart;
use crate::schedule::written::NotACalendar;
use crate::words::lang::Lang;
use crate::words::texts::Localize;

/// Why a text is no dates, to stand behind the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WhyNoDates(pub NotACalendar);

impl Localize for WhyNoDates {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        match self.0 {
            NotACalendar::Form => lang.pick("is not written as dates are", "不是日期的写法"),
            NotACalendar::NoSuch => {
                lang.pick("names a day that the calendar does not have", "里有日历上没有的日子")
            }
            NotACalendar::Empty => lang.pick("ends before it begins", "结束早于开始"),
        }
    }
}

faults! {
    pub enum ConditionFault {
        201 Error NeverTogether { first: &'static str, second: &'static str }
            en "`{first}` and `{second}` can never hold for the same message",
               "for \"either of them\", make `when` a list:\nwhen:\n  - {first}: …\n  - {second}: …";
            zh "`{first}` 和 `{second}` 不可能在同一条消息上同时成立",
               "如果意思是“满足其中一个就行”，请把 `when` 写成列表：\nwhen:\n  - {first}: …\n  - {second}: …";
            means "All keys of one `when` must hold for the same message. A message is either a text or a press of a button, so that this rule would never answer.",
                  "同一个 `when` 里的条件要同时成立。一条消息要么是文字，要么是点菜单，不可能两样都是，所以这条规则永远不会回复。";
        202 Error NoCondition {}
            en "this condition says nothing",
               "write at least one, such as `keyword: 你好`";
            zh "这里没有写任何条件",
               "至少写一个，例如 `keyword: 你好`";
            means "Without any condition the rule would answer every message, which nobody wants by accident. For an answer to everything else there is `fallback: true`.",
                  "一个条件都没有，就会回复所有的消息，这多半不是您的本意。要回复其他所有消息，请用 `fallback: true`。";
        203 Error NothingLeft { word: String }
            en "nothing is left of \"{word}\" once blanks and invisible characters are dropped",
               "write a word that can be seen";
            zh "“{word}”去掉空格和看不见的字符之后，什么都没有剩下",
               "请写一个看得见的词";
            means "Blanks and invisible characters do not count when words are compared, so this word would be found in every message.",
                  "在消息里找词的时候，空格和看不见的字符都不算，所以这个“词”在任何消息里都能找到。";
        204 Error UnknownList { name: String, known: KnownNames }
            en "there is no list named \"{name}\"",
               "{known}lists are written under `lists:` in any file of the folder";
            zh "没有名叫“{name}”的词表",
               "{known}词表写在任意一个文件的 `lists:` 下面";
            means "The rule takes its words from a list that no file of the folder contains. Without words it could never answer.",
                  "这条规则用的词表，文件夹里哪个文件都没有。没有词，它就永远不会回复。";
        205 Error BadRegex { reason: LibraryMessage }
            en "this regular expression cannot be understood: {reason}",
               "if plain words are meant, use `keyword` instead of `regex`; a sign such as ( or * that is meant literally needs a backslash before it";
            zh "这个正则表达式有错误：{reason}",
               "如果只想匹配普通的词，请用 `keyword` 代替 `regex`；要匹配 ( 或 * 这类符号本身，前面要加反斜杠";
            means "A regular expression is a pattern with signs of its own, and this one breaks their grammar. The caret shows where; it could not match anything.",
                  "正则表达式是一种有自己语法的写法，这里写错了，^ 指出了位置。它匹配不了任何消息。";
        206 Error RegexTooLarge {}
            en "this regular expression is too large",
               "make its repetitions smaller, such as `{{1,20}}` instead of `{{1,5000}}`, or use fewer groups: `(?:…)` is none";
            zh "这个正则表达式太大了",
               "请把重复次数改小，例如用 `{{1,20}}` 代替 `{{1,5000}}`，或者少用分组：`(?:…)` 不算分组";
            means "Repetitions inside repetitions multiply. This expression would need more memory and time than one message may cost.",
                  "重复里面再套重复，数量会成倍增加。这个表达式要用的内存和时间，超过了一条消息能花的。";
        207 Error UnknownWord { key: &'static str, word: String, nearest: Suggestion, known: String }
            en "`{key}` does not know \"{word}\"",
               "{nearest}possible are: {known}";
            zh "`{key}` 里没有“{word}”这个选项",
               "{nearest}可以写的有：{known}";
            means "This key knows a fixed set of words, and this is none of them. The rule would never answer.",
                  "这个字段只认固定的几个词，这个词不在其中。这样规则永远不会回复。";
        208 Error BadScene { text: String }
            en "\"{text}\" is no scene of a QR code",
               "write its number (`scan: 42`), several (`scan: [1, 2]`) or a range (`scan: 1..30`)";
            zh "“{text}”不是二维码的场景编号",
               "可以写一个编号（`scan: 42`）、几个编号（`scan: [1, 2]`）或一段编号（`scan: 1..30`）";
            means "A QR code made through the platform carries a number, its scene, which the platform sends when somebody scans it. Anything else never comes.",
                  "通过平台生成的二维码都带有一个编号，也就是场景；有人扫码时，平台会把它发过来。别的内容永远不会收到。";
        209 Error BadHours { text: String, fixed: Correction }
            en "\"{text}\" are no hours",
               "write two different times of day{fixed}; they are written like `09:00-18:00`, several as a list: `[09:00-12:00, 13:00-18:00]`";
            zh "“{text}”不是有效的时间段",
               "请写两个不同的时刻{fixed}；写法是 `09:00-18:00`，有几段就写成列表：`[09:00-12:00, 13:00-18:00]`";
            means "The rule answers only at these hours, so they must be understood exactly. An interval over midnight such as `22:00-02:00` is allowed; one of no length is not.",
                  "规则只在这个时间段回复，所以必须写得准确。可以跨过半夜，例如 `22:00-02:00`；但开始和结束不能相同。";
        210 Error BadDays { text: String }
            en "\"{text}\" is no day of the week",
               "write `mon-fri`, `sat`, or `周一至周五`; several are a list: `[mon, wed]`; for days of work or public holidays `workdays` or `holidays`";
            zh "“{text}”不是星期几",
               "请写 `周一至周五`、`周六`，或 `mon-fri`；有几天就写成列表：`[周一, 周三]`；按国家放假安排的，请写 `法定工作日` 或 `法定节假日`";
            means "The rule answers only on these days. Days are named, not numbered, because people count weeks from Monday or from Sunday.",
                  "规则只在这几天回复。要写星期几的名字，不能只写数字，因为有人从周一数起，有人从周日数起。";
        211 Error BadDates { text: String, why: WhyNoDates, fixed: Correction }
            en "\"{text}\" {why}",
               "write year, month and day with dashes{fixed}; for example `2026-02-01`, or `2026-02-01..2026-02-15`; a day of every year has no year: `02-14`";
            zh "“{text}”{why}",
               "年月日之间请用短横线{fixed}；例如 `2026-02-01`，或 `2026-02-01..2026-02-15`；每年都有的日子不写年份：`02-14`";
            means "The rule answers only on these dates, and the calendar must have such a day. Month and day have two digits.",
                  "规则只在这些日期回复，日历上要有这一天。月和日各写两位数字。";
        212 Error BadDistance { text: String }
            en "\"{text}\" is no distance",
               "write metres or kilometres, up to 1000 km: `within: 3km`";
            zh "“{text}”不是有效的距离",
               "请写米或公里，最多 1000 公里：`within: 3km`";
            means "Without a unit nobody can tell metres from kilometres, and the rule would answer the wrong people.",
                  "不写单位，就分不清是米还是公里，会回复到不该回复的人。";
        213 Error BadPosition { text: String }
            en "\"{text}\" is no coordinate of that kind",
               "longitude lies between -180 and 180, latitude between -90 and 90: `longitude: 116.308586`, `latitude: 39.982525`";
            zh "“{text}”不是有效的坐标",
               "经度在 -180 到 180 之间，纬度在 -90 到 90 之间：`longitude: 116.308586`、`latitude: 39.982525`";
            means "Longitude tells east from west, latitude north from south. The two are often exchanged: in China longitude lies between 73 and 135, latitude between 3 and 54.",
                  "经度分东西，纬度分南北，两个很容易写反：在中国，经度在 73 到 135 之间，纬度在 3 到 54 之间。";
        214 Error MissingKey { key: &'static str, within: &'static str, below: Below }
            en "`{within}` needs `{key}`",
               "add `{key}: …`{below}";
            zh "`{within}` 里缺少 `{key}`",
               "请加上 `{key}: …`{below}";
            means "One part of the condition is missing, and without it the condition cannot be judged.",
                  "这个条件少了一部分，没法判断它是否成立。";
        215 Error BadSender { text: String }
            en "\"{text}\" is neither a user id nor the name of a list",
               "write the digits of the user id, or the name of a list of ids under `lists:`";
            zh "“{text}”既不是用户 ID，也不是词表的名字",
               "请写用户 ID 的数字，或 `lists:` 下一个词表的名字";
            means "The platform names fans by a number, not by their nickname, which they can change at any time.",
                  "平台用数字 ID 表示粉丝，不用昵称，因为昵称随时可以改。";
        216 Error UnknownAccount { name: String, nearest: Suggestion }
            en "no account named \"{name}\" is configured for this folder",
               "{nearest}the names stand under `accounts:` in the settings";
            zh "设置里没有使用这个文件夹、名叫“{name}”的账号",
               "{nearest}账号的名字写在设置文件的 `accounts:` 里";
            means "Several accounts can share a folder, and the condition or the example picks one by the name it has in the settings. With a name that is not there the rule would never answer.",
                  "几个账号可以共用一个文件夹，这里按设置里的名字指定其中一个。名字对不上，规则永远不会回复。";
        219 Error TooManyOpenRegexes { most: usize }
            en "more than {most} regular expressions of this folder contain no certain text to look for, so each of them is asked of every message",
               "put a word into them that always stands there, such as `订单[0-9]+` instead of `[0-9]+`";
            zh "这个文件夹里有超过 {most} 个正则表达式不含任何固定的文字，每条消息都要逐个尝试",
               "请在里面写上一定会出现的词，例如用 `订单[0-9]+` 代替 `[0-9]+`";
            means "An expression with a certain text in it is only tried on messages that contain the text. Without one it is tried on every message, and hundreds of them would slow every answer down.",
                  "表达式里有固定的文字，就只在含有这段文字的消息上尝试；没有的话，每条消息都要试一遍，几百个就会拖慢所有的回复。";
        227 Error HeavyRegexes { weight: usize, sum: usize, most: usize, heaviest: String }
            en "the regular expressions of this folder that contain no fixed text weigh {sum} together, and {most} is the most; those of this rule weigh {weight}; the heaviest rules are {heaviest}",
               "put a word into this rule's expression that always stands there, such as `订单[0-9]+` instead of `[0-9]+`, or allow fewer repetitions: `.{{1,200}}` weighs 200, `.+` 2";
            zh "这个文件夹里不含固定文字的正则表达式，权重合计 {sum}，最多 {most}；这条规则占 {weight}；最重的规则是 {heaviest}",
               "请在这条规则的表达式里写上一定会出现的词，例如用 `订单[0-9]+` 代替 `[0-9]+`，或者减少重复次数：`.{{1,200}}` 的权重是 200，`.+` 是 2";
            means "An expression that contains no fixed text is tried on every message. Its weight says how much work that can be: every letter, class and group counts 1, and what is repeated counts as often as it may repeat. Beyond this sum a single message could hold up all answers.",
                  "不含固定文字的表达式，每条消息都要试一遍。权重就是试一遍最多要做多少计算：一个字、一个字符类、一个分组各算 1，重复的按最多次数算。合计超过这个数，一条消息就可能拖住所有的回复。";
        228 Warning SharedLiteral { literal: String, characters: usize, sum: usize, most: usize, heaviest: String }
            en "a message of {characters} characters with \"{literal}\" would need too much work: the regular expressions that contain this text take {sum} steps together, and {most} is the most; the heaviest rules are {heaviest}",
               "give each of them a longer fixed text of its own, allow fewer repetitions, or use `all_keywords` instead";
            zh "一条 {characters} 字、含有“{literal}”的消息要做的计算太多：含有这段文字的正则表达式合计要 {sum} 步，最多 {most} 步；最重的规则是 {heaviest}",
               "请让它们各自含有一段更长的、互不相同的固定文字，或者减少重复次数，或者改用 `all_keywords`";
            means "Each of these expressions is tried on a message that contains the text they share. So that no message holds up all answers, one message gets only so many steps: beyond them no expression is tried, the rules that ask one do not answer, and the log says so. What other fixed texts in the same message cost is added to it.",
                  "消息里有这段共同的文字，这些表达式就要一个个去试。为了不让一条消息拖住所有的回复，每条消息的步数是有限的：超过以后，正则表达式不再尝试，用到它们的规则不会回复，日志里会写明。同一条消息里还有别的固定文字的，步数加在一起算。";
        229 Error TooManyListed { most: usize }
            en "with what stands behind this name, the conditions of this folder take more than {most} words and entries from `lists` and `times`",
               "it counts anew in each condition that names it: write the rules that share it as one, or make it smaller";
            zh "算上这里的内容，整个文件夹的条件从 `lists` 和 `times` 里取的词和时间超过了 {most} 项",
               "每个用到它的条件都要重新算一遍：请把共用它的规则合并成一条，或者把它改小";
            means "A few lines can ask for the same long list thousands of times, and each time costs memory. Beyond this many words a set could take the memory of everything else.",
                  "短短几行就可以把同一个长词表用上几千次，每次都要占内存。超过这个数量，一套规则就可能把内存占光。";
        239 Error TooManyTimes { most: usize }
            en "the times of this rule have more than {most} entries: `hours`, `days`, `dates`, `also` and `except`, counted once for each use",
               "write days that follow one another as one entry, `2026-02-01..2026-02-15`, or split the rule in two";
            zh "这条规则的时间条件超过了 {most} 项：`hours`、`days`、`dates`、`also`、`except` 都算，用到几次就算几次",
               "连着的几天请写成一项，例如 `2026-02-01..2026-02-15`，或者把规则拆成两条";
            means "Each entry may have to be looked at for every message. A few hundred days of a year are no trouble; a list of many thousands would slow every answer down.",
                  "每来一条消息，每一项都可能要看一遍。一年里列出几百天没有关系，列出成千上万项就会拖慢所有的回复。";
        217 Error WordsAlone { fixed: Correction }
            en "`when` must say what is to be done with the words",
               "to look for them in the message, write `keyword`{fixed}";
            zh "`when` 里直接写了词，没有说明怎么匹配",
               "如果消息里出现这些词就回复，请写在 `keyword` 后面{fixed}";
            means "A `when` may look at words, events, buttons, times and more, so it must say which. Words to be looked for stand behind `keyword`.",
                  "`when` 可以看文字、事件、菜单、时间等等，所以要写明看什么。要找的词写在 `keyword` 后面。";
        218 Error NestedNot {}
            en "`not` inside `not` is only confusing",
               "write the condition without both";
            zh "`not` 里面再写 `not` 只会让人糊涂",
               "两个都去掉，直接写条件";
            means "Two denials cancel each other out, and readers of the rule stumble over them.",
                  "两个否定互相抵消，看规则的人也容易看错。";
        222 Warning PatternAsWord { word: String }
            en "\"{word}\" looks like a pattern, but is looked for letter by letter",
               "write the word alone, for it is found anywhere in a message; a pattern stands behind `regex`";
            zh "“{word}”像是通配符或正则，这里却会一字不差地去找",
               "只写词本身就行，它出现在消息的任何位置都算；要用正则，请写在 `regex` 后面";
            means "Words are looked for as they stand. Signs such as `*`, `^`, `$` or `\\d`, which mean \"anything\", \"beginning\", \"end\" or \"a digit\" elsewhere, would have to stand in the fan's message.",
                  "词会原样去找。`*`、`^`、`$`、`\\d` 这样的符号，在别处表示“任意内容”“开头”“结尾”“数字”，在这里却要粉丝真的打出来才行。";
        223 Warning PartedWord { sign: &'static str, instead: WordsApart }
            en "with the `{sign}` in it this is one single word",
               "{instead}; if the sign is a part of the word, put it in quotes";
            zh "中间有 `{sign}`，程序会把整串文字当成一个词",
               "{instead}；如果这个符号就是词的一部分，请加上引号";
            means "Words are looked for as they stand, signs included. For one of several words there are lists, and for all of them `all_keywords`.",
                  "词会原样去找，符号也算在内。几个词满足一个就行，请写成列表；要同时出现，请用 `all_keywords`。";
        224 Warning SlashesRoundRegex { fixed: Correction }
            en "slashes round a regular expression are looked for as well",
               "delete the slashes{fixed}; capitals and small letters are the same anyway";
            zh "正则表达式两头的斜杠也会算在内容里",
               "请去掉斜杠{fixed}；本来就不区分大小写";
            means "Some programming languages write an expression between slashes. Here it stands between single quotes, and a slash is an ordinary character that the message must hold.",
                  "有些编程语言把正则表达式写在两个斜杠之间。这里要写在单引号里，斜杠只是普通的字，消息里必须真的有它。";
        225 Warning TemplateInWord { word: String }
            en "nothing is inserted into \"{word}\": words are looked for as they stand",
               "write the word itself, or several as a list under `lists:`";
            zh "“{word}”里不会插入内容：词会原样去找",
               "请直接写词；几条规则共用的词可以放在 `lists:` 里";
            means "Double braces insert something into replies alone. Here the fan would have to write the braces.",
                  "双花括号只在回复里才会插入内容。写在这里，粉丝得把花括号也打出来才能匹配。";
        226 Warning TemplateInValue { name: String }
            en "nothing is inserted into \"{name}\": what stands under `values:` is sent as it is written",
               "insert both texts in the reply, or make this one a reply under `replies:`";
            zh "“{name}”里不会再插入内容：`values:` 里的文字写什么就发什么",
               "请在回复里分别插入两段文字，或者把这一段放到 `replies:` 里";
            means "A text under `values:` is put into replies as it stands, so fans would see the braces and the name between them.",
                  "`values:` 里的文字会原样放进回复，粉丝会看到花括号和里面的名字。";
        220 Warning WideSigns {}
            en "full-width signs are ordinary characters in a regular expression",
               "if they are to group, choose or repeat, write ( ) [ ] {{ }} | + * instead; if they are meant as they are, put each between square brackets: [（]";
            zh "在正则表达式里，全角符号只是普通的字",
               "如果是用来分组、选择或重复，请改成英文的 ( ) [ ] {{ }} | + *；如果就是要匹配全角符号，请给它加上方括号：[（]";
            means "Only half-width brackets group parts of an expression. With the full-width ones of a Chinese input method the expression waits for a message in which these very brackets stand.",
                  "只有英文括号才能给表达式分组。用了中文输入法的全角括号，消息里就必须真的有这些括号才会匹配。";
        234 Error AlsoAlone {}
            en "`also` adds days to `days` or `dates`, and neither stands here, so that every day counts anyway",
               "if only these days are meant, write `dates` instead of `also`";
            zh "`also` 是在 `days` 或 `dates` 之外再加几天，这里两个都没有写，所以本来每天都算",
               "如果只要这几天，请把 `also` 改成 `dates`";
            means "A time without `days` and `dates` holds on every day. Days that are added to it change nothing, and this is hardly what was meant.",
                  "没有写 `days` 和 `dates` 的时间，每天都成立。再加几天没有任何作用，多半不是您的本意。";
        235 Error EmptyTime {}
            en "this time says nothing",
               "write at least one of hours, days, dates, such as `hours: 09:00-18:00`";
            zh "这个时间里什么都没有写",
               "hours、days、dates 至少写一个，例如 `hours: 09:00-18:00`";
            means "A time without anything in it would hold at every moment, and nobody gives that a name.",
                  "什么都不写的时间，任何时刻都成立，没有必要起名字。";
        236 Error UnknownTime { name: String, known: KnownNames }
            en "there is no time named \"{name}\"",
               "{known}times are written under `times:` in any file of the folder; hours alone are `hours: 09:00-18:00`";
            zh "没有名叫“{name}”的时间",
               "{known}时间写在任意一个文件的 `times:` 下面；只要写几点到几点，请用 `hours: 09:00-18:00`";
            means "The rule goes by a time that no file of the folder contains, so it cannot be known when it answers.",
                  "这条规则用到的时间，文件夹里哪个文件都没有，不知道什么时候该回复。";
        237 Error BadYear { text: String }
            en "\"{text}\" is no year",
               "below `holidays:` each year has its own line, such as `2027:`, with `off` and `work` indented below it";
            zh "“{text}”不是年份",
               "`holidays:` 下面每一年单独写一行，例如 `2027:`，再在它下面缩进写 `off` 和 `work`";
            means "Holidays are announced year by year, so it must be known of which year these are. Years from 2000 to 2100 can be written.",
                  "放假安排是一年一年公布的，所以要写明是哪一年。可以写 2000 到 2100 年。";
        238 Error OtherYear { text: String, year: i16 }
            en "\"{text}\" does not lie in {year}",
               "below `{year}:` write only its own days, such as `10-01..10-07`; the year may be left out";
            zh "“{text}”不在 {year} 年里",
               "`{year}:` 下面只写这一年的日子，例如 `10-01..10-07`，年份可以不写";
            means "The days below a year take the place of all that is known of it. A day of another year would be overlooked there.",
                  "写在某一年下面的日子，会代替这一年原有的安排。别的年份的日子写在这里，容易看漏。";
    }
}
