//! What can be wrong with a reply or a follow-up. Codes F240 to F279.

use crate::rules::diagnostic::{Meant, faults};

faults! {
    pub enum ActionFault {
        240 Error NoKind { known: String }
            en "a reply says exactly one of: {known}",
               "for several messages write a list, each item with one of them";
            zh "一个回复只能写下面的一种：{known}",
               "要发几条消息，请写成列表，每一项写一种";
        241 Error TextTooLong { length: usize, limit: usize }
            en "this text has {length} characters; a mention can be answered with {limit} at most, since only one message is allowed",
               "shorten it";
            zh "这段文字有 {length} 个字；被 @ 时只能回复一条消息，最多 {limit} 个字",
               "请缩短";
        242 Error EmptyText {}
            en "this text is empty",
               "write something; for no answer at all, the rule says `silent: true` instead of `reply`";
            zh "这段文字是空的",
               "请写上内容；如果就是不想回复，请在规则里用 `silent: true` 代替 `reply`";
        243 Error ArticleCount { count: usize }
            en "{count} cards: a reply holds 1 to 8",
               "one or three look best";
            zh "写了 {count} 张图文卡片；一次回复只能有 1 到 8 张",
               "一张或三张的效果最好";
        244 Error MissingArticleKey { key: &'static str }
            en "a card needs `{key}`",
               "a card has title, summary, image and url; title and url must be there";
            zh "图文卡片缺少 `{key}`",
               "图文卡片有 title、summary、image、url，其中 title 和 url 必须写";
        245 Error RelativeUrl { url: String }
            en "\"{url}\" is no full address; the platform drops cards without one",
               "begin it with https:// or http://";
            zh "“{url}”不是完整的网址，平台会丢掉这样的卡片",
               "请以 https:// 或 http:// 开头";
        246 Error TooFewChoices {}
            en "`one_of` needs a list of at least two answers",
               "write each of them on a line that begins with `- `";
            zh "`one_of` 至少要有两个可选的回复",
               "每个回复写一行，以 `- ` 开头";
        247 Error UnknownReply { name: String, meant: Meant }
            en "there is no reply named \"{name}\"",
               "{meant}named replies are written under `replies:` in any file of the folder";
            zh "没有名叫“{name}”的回复",
               "{meant}有名字的回复写在任意一个文件的 `replies:` 下面";
        248 Error ReplyCycle { name: String }
            en "the reply \"{name}\" uses itself, directly or through others",
               "take one of the `use:` out";
            zh "回复“{name}”直接或间接地用到了自己",
               "请去掉其中一个 `use:`";
        249 Error WeightAlone {}
            en "`weight` means something only inside `one_of`",
               "delete it";
            zh "`weight` 只能写在 `one_of` 里面",
               "请删掉";
        250 Error TooManyReplies { most: usize }
            en "the replies of this rule come to more than {most}, counting what `use:` brings in",
               "named replies that use one another multiply; write fewer";
            zh "这条规则的回复（包括 `use:` 引用的）超过了 {most} 个",
               "有名字的回复互相引用时数量会成倍增加，请减少";
        260 Error NoTime {}
            en "a follow-up says when: exactly one of `after`, `at`, `before_window_closes`",
               "for example `after: 2h`";
            zh "跟进消息要写明时间：`after`、`at`、`before_window_closes` 中的一个",
               "例如 `after: 2小时`";
        261 Error BadDuration { text: String }
            en "\"{text}\" is no span of time",
               "write `30s`, `10m`, `2h` or `1d 3h`";
            zh "“{text}”不是有效的时长",
               "请写 `10分钟`、`2小时` 或 `1天 3小时`";
        262 Error BeyondWindow { text: String }
            en "\"{text}\" lies beyond the 48 hours in which the platform lets you answer",
               "choose less than 48h; `before_window_closes: 1h` is the latest moment that makes sense";
            zh "“{text}”超出了平台允许回复的 48 小时",
               "请写小于 48 小时的时间；最晚可以用 `before_window_closes: 1小时`";
        263 Error BadTime { text: String }
            en "\"{text}\" is no time of day",
               "write `09:00` or `tomorrow 09:00`";
            zh "“{text}”不是有效的时刻",
               "请写 `09:00` 或 `明天 09:00`";
        264 Error BadUnless { text: String }
            en "`unless` does not know \"{text}\"",
               "write `sender_replied`, or `answered_by: NAME` with the name of a rule";
            zh "`unless` 里没有“{text}”这个选项",
               "请写 `sender_replied`，或 `answered_by: 规则名`";
        265 Error BadAgain { text: String }
            en "`again` does not know \"{text}\"",
               "write `restart`, `keep` or `add`";
            zh "`again` 里没有“{text}”这个选项",
               "请写 `restart`、`keep` 或 `add`";
        266 Error UnknownRule { name: String, meant: Meant }
            en "there is no rule named \"{name}\"",
               "{meant}write the `name` of a rule of this folder";
            zh "没有名叫“{name}”的规则",
               "{meant}请写这个文件夹里某条规则的 `name`";
        267 Error NoReply {}
            en "this follow-up has nothing to send",
               "add `text: …` or `reply: …`";
            zh "这条跟进消息没有内容",
               "请加上 `text: …` 或 `reply: …`";
        270 Error OneReplyToAMention {}
            en "a mention may be answered with one single message, but this rule promises more",
               "keep one message and take the others and `follow_up` out";
            zh "被 @ 之后只能回复一条消息，这条规则会发出更多",
               "请只保留一条，去掉其他消息和 `follow_up`";
        271 Error NoWindow { kind: String }
            en "after `{kind}` no message can be sent later, so this follow-up can never go out",
               "take `follow_up` out, or the event";
            zh "`{kind}` 之后不能再发消息，这条跟进永远发不出去",
               "请去掉 `follow_up`，或者去掉这个事件";
    }
}
