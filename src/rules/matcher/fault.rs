//! What can be wrong with a condition. Codes F201 to F239.

use crate::rules::diagnostic::{Meant, faults};

faults! {
    pub enum MatcherFault {
        201 Error NeverTogether { first: &'static str, second: &'static str }
            en "`{first}` and `{second}` can never hold for the same message",
               "for \"either of them\", make `when` a list:\nwhen:\n  - {first}: …\n  - {second}: …";
            zh "`{first}` 和 `{second}` 不可能在同一条消息上同时成立",
               "如果意思是“满足其中一个就行”，请把 `when` 写成列表：\nwhen:\n  - {first}: …\n  - {second}: …";
        202 Error NoCondition {}
            en "this condition says nothing",
               "write at least one, such as `keyword: 你好`";
            zh "这里没有写任何条件",
               "至少写一个，例如 `keyword: 你好`";
        203 Error NothingLeft { word: String }
            en "nothing is left of \"{word}\" once blanks and invisible characters are dropped",
               "write a word that can be seen";
            zh "“{word}”去掉空格和看不见的字符之后，什么都没有剩下",
               "请写一个看得见的词";
        204 Error UnknownList { name: String, nearest: Meant }
            en "there is no list named \"{name}\"",
               "{nearest}lists are written under `lists:` in any file of the folder";
            zh "没有名叫“{name}”的词表",
               "{nearest}词表写在任意一个文件的 `lists:` 下面";
        205 Error BadRegex { reason: String }
            en "this regular expression cannot be understood: {reason}",
               "if plain words are meant, use `keyword` instead of `regex`; a sign such as ( or * that is meant literally needs a backslash before it";
            zh "这个正则表达式有错误：{reason}",
               "如果只想匹配普通的词，请用 `keyword` 代替 `regex`；要匹配 ( 或 * 这类符号本身，前面要加反斜杠";
        206 Error RegexTooLarge {}
            en "this regular expression is too large",
               "make its repetitions smaller, such as `{{1,20}}` instead of `{{1,5000}}`";
            zh "这个正则表达式太大了",
               "请把重复次数改小，例如用 `{{1,20}}` 代替 `{{1,5000}}`";
        207 Error UnknownWord { key: &'static str, word: String, nearest: Meant, known: String }
            en "`{key}` does not know \"{word}\"",
               "{nearest}possible are: {known}";
            zh "`{key}` 里没有“{word}”这个选项",
               "{nearest}可以写的有：{known}";
        208 Error BadScene { text: String }
            en "\"{text}\" is no scene of a QR code",
               "write its number (`scan: 42`), several (`scan: [1, 2]`) or a range (`scan: 1..30`)";
            zh "“{text}”不是二维码的场景编号",
               "可以写一个编号（`scan: 42`）、几个编号（`scan: [1, 2]`）或一段编号（`scan: 1..30`）";
        209 Error BadHours { text: String }
            en "\"{text}\" are no hours",
               "write two different times of day: `09:00-18:00`";
            zh "“{text}”不是有效的时间段",
               "请写两个不同的时刻：`09:00-18:00`";
        210 Error BadDays { text: String }
            en "\"{text}\" is no day of the week",
               "write `mon-fri`, `sat`, or `周一至周五`";
            zh "“{text}”不是星期几",
               "请写 `周一至周五`、`周六`，或 `mon-fri`";
        211 Error BadDates { text: String }
            en "\"{text}\" is no date, or its end lies before its beginning",
               "write `2026-02-01`, or `2026-02-01..2026-02-15`";
            zh "“{text}”不是有效的日期，或者结束早于开始",
               "请写 `2026-02-01`，或 `2026-02-01..2026-02-15`";
        212 Error BadDistance { text: String }
            en "\"{text}\" is no distance",
               "write metres or kilometres, up to 1000 km: `within: 3km`";
            zh "“{text}”不是有效的距离",
               "请写米或公里，最多 1000 公里：`within: 3km`";
        213 Error BadPosition { text: String }
            en "\"{text}\" is no coordinate of that kind",
               "longitude lies between -180 and 180, latitude between -90 and 90: `longitude: 116.308586`, `latitude: 39.982525`";
            zh "“{text}”不是有效的坐标",
               "经度在 -180 到 180 之间，纬度在 -90 到 90 之间：`longitude: 116.308586`、`latitude: 39.982525`";
        214 Error MissingKey { key: &'static str, within: &'static str }
            en "`{within}` needs `{key}`",
               "add a line `{key}: …` here";
            zh "`{within}` 里缺少 `{key}`",
               "请在这里加一行 `{key}: …`";
        215 Error BadSender { text: String }
            en "\"{text}\" is neither a user id nor the name of a list",
               "write the digits of the user id, or the name of a list of ids under `lists:`";
            zh "“{text}”既不是用户 ID，也不是词表的名字",
               "请写用户 ID 的数字，或 `lists:` 下一个词表的名字";
        216 Error UnknownAccount { name: String, nearest: Meant }
            en "no account named \"{name}\" is configured for this folder",
               "{nearest}the names stand under `accounts:` in the settings";
            zh "设置里没有使用这个文件夹、名叫“{name}”的账号",
               "{nearest}账号的名字写在设置文件的 `accounts:` 里";
        219 Error TooManyOpenRegexes { most: usize }
            en "more than {most} regular expressions of this folder contain no certain text to look for, so each of them is asked of every message",
               "put a word into them that always stands there, such as `订单[0-9]+` instead of `[0-9]+`";
            zh "这个文件夹里有超过 {most} 个正则表达式不含任何固定的文字，每条消息都要逐个尝试",
               "请在里面写上一定会出现的词，例如用 `订单[0-9]+` 代替 `[0-9]+`";
        218 Error NestedNot {}
            en "`not` inside `not` is only confusing",
               "write the condition without both";
            zh "`not` 里面再写 `not` 只会让人糊涂",
               "两个都去掉，直接写条件";
    }
}
