//! What can be wrong with a reply or a follow-up. Codes F240 to F279.

use crate::language::diagnostic::lines::Below;
use crate::language::diagnostic::{Correction, KnownNames, Suggestion, faults};

faults! {
    pub enum ReplyFault {
        240 Error NoKind { known: String }
            en "a reply says exactly one of: {known}",
               "for several messages write a list, each item with one of them";
            zh "一个回复只能写下面的一种：{known}",
               "要发几条消息，请写成列表，每一项写一种";
            means "A reply is one message: a text, or cards, or a position. If two kinds are named, or none, it cannot be told which should be sent.",
                  "一个回复就是一条消息：文字、图文卡片或位置。写了两种，或者一种都没写，就不知道该发什么。";
        241 Error TextTooLong { length: usize, limit: usize }
            en "this text has {length} characters; a mention can be answered with {limit} at most, since only one message is allowed",
               "shorten it";
            zh "这段文字有 {length} 个字；被 @ 时只能回复一条消息，最多 {limit} 个字",
               "请缩短";
            means "The platform allows one single answer to a mention, so a long text cannot be split in two as it is elsewhere.",
                  "被 @ 之后平台只允许回复一次，所以不能像平时那样把长文字拆成两条。";
        242 Error EmptyText {}
            en "this text is empty",
               "write something; for no answer at all, the rule says `silent: true` instead of `reply`";
            zh "这段文字是空的",
               "请写上内容；如果就是不想回复，请在规则里用 `silent: true` 代替 `reply`";
            means "The platform does not accept a message without text, and the fan would get nothing.",
                  "平台不接受没有内容的消息，粉丝什么都收不到。";
        243 Error ArticleCount { count: usize }
            en "{count} cards: a reply holds 1 to 8",
               "keep 1 to 8 of them, where one or three look best; more can stand in a second reply of a list";
            zh "写了 {count} 张图文卡片；一次回复只能有 1 到 8 张",
               "请写 1 到 8 张，一张或三张的效果最好；再多就写成列表里的第二条回复";
            means "The platform shows at most eight cards in one message, and refuses the message otherwise.",
                  "平台一条消息最多显示八张图文卡片，超过了就会拒绝。";
        244 Error MissingArticleKey { key: &'static str, below: Below }
            en "a card needs `{key}`",
               "add `{key}: …`{below}; a card has title, summary, image and url; title and url must be there";
            zh "图文卡片缺少 `{key}`",
               "请加上 `{key}: …`{below}；图文卡片有 title、summary、image、url，其中 title 和 url 必须写";
            means "Without a title or a link a card cannot be shown, and the platform drops it.",
                  "没有标题或链接，图文卡片显示不出来，平台会丢掉它。";
        245 Error RelativeUrl { url: String, meant: Suggestion }
            en "\"{url}\" is no full address; the platform drops cards without one",
               "{meant}begin it with https:// or http://";
            zh "“{url}”不是完整的网址，平台会丢掉这样的卡片",
               "{meant}请以 https:// 或 http:// 开头";
            means "An address in a card must begin with `https://` or `http://`; what a browser adds by itself is missing here. The platform drops such cards without a word.",
                  "图文卡片里的网址必须以 `https://` 或 `http://` 开头；浏览器会自动补上，这里不会。平台会悄悄丢掉这样的卡片。";
        246 Error TooFewChoices {}
            en "`one_of` needs a list of at least two answers",
               "write each of them on a line that begins with `- `";
            zh "`one_of` 至少要有两个可选的回复",
               "每个回复写一行，以 `- ` 开头";
            means "`one_of` draws one of several answers by chance. With fewer than two there is nothing to draw.",
                  "`one_of` 会从几个回复里随机选一个，不到两个就没得选。";
        247 Error UnknownReply { name: String, known: KnownNames }
            en "there is no reply named \"{name}\"",
               "{known}named replies are written under `replies:` in any file of the folder";
            zh "没有名叫“{name}”的回复",
               "{known}有名字的回复写在任意一个文件的 `replies:` 下面";
            means "The rule uses a named reply that no file of the folder contains, so that there would be nothing to send.",
                  "这条规则用到的回复，文件夹里哪个文件都没有，这样就没有内容可发。";
        248 Error ReplyCycle { name: String }
            en "the reply \"{name}\" uses itself, directly or through others",
               "take one of the `use:` out";
            zh "回复“{name}”直接或间接地用到了自己",
               "请去掉其中一个 `use:`";
            means "A reply that contains itself would never come to an end.",
                  "回复里包含它自己，就永远没有结尾。";
        249 Error WeightAlone {}
            en "`weight` means something only inside `one_of`",
               "delete it";
            zh "`weight` 只能写在 `one_of` 里面",
               "请删掉";
            means "`weight` says how often one answer is drawn compared with the others. Where nothing is drawn it has no effect.",
                  "`weight` 表示一个回复比其他的更容易抽到。不是随机选的地方，它不起作用。";
        250 Error TooManyReplies { most: usize }
            en "the replies of this rule come to more than {most}, counting what `use:` brings in",
               "named replies that use one another multiply; write fewer";
            zh "这条规则的回复（包括 `use:` 引用的）超过了 {most} 个",
               "有名字的回复互相引用时数量会成倍增加，请减少";
            means "Each named reply brings in all that it uses, and those again; a few lines can become millions of answers.",
                  "每个有名字的回复会带上它用到的所有回复，一层一层下去，几行就可能变成几百万个回复。";
        251 Warning TooManyParts { parts: usize, most: usize }
            en "this answer comes to {parts} messages; an answer has {most} at most, and the next version of fanreply refuses more",
               "shorten it, or put the rest on a page and send its address; what should come later belongs into `follow_up`";
            zh "这个回复要发 {parts} 条消息；一次回复最多 {most} 条，fanreply 的下一个版本会拒绝更多的",
               "请缩短，或者把其余内容放到网页上，回复里只发网址；想晚些再发的，请写进 `follow_up`";
            means "A fan who asks one thing does not read a dozen messages, and at the platform's rate they hold up the answers to others. A text of more than 300 characters counts as several messages.",
                  "粉丝问一句话，不会去看十几条消息；平台限制发送速度，发得太多，别人的回复也要等。超过 300 字的文字按几条消息计算。";
        260 Error NoTime {}
            en "a follow-up says when: exactly one of `after`, `at`, `before_window_closes`",
               "for example `after: 2h`";
            zh "跟进消息要写明时间：`after`、`at`、`before_window_closes` 中的一个",
               "例如 `after: 2小时`";
            means "It must be clear when the follow-up is sent. With no time it would never go out, with two it could not be told which counts.",
                  "跟进消息什么时候发，必须写清楚。没写就永远不会发，写了两个就不知道以哪个为准。";
        261 Error BadDuration { text: String }
            en "\"{text}\" is no span of time",
               "write `30s`, `10m`, `2h` or `1d 3h`";
            zh "“{text}”不是有效的时长",
               "请写 `10分钟`、`2小时` 或 `1天 3小时`";
            means "A span of time is a number with its unit. Without the unit seconds could not be told from hours.",
                  "时长要写数字和单位。没有单位，就分不清是秒还是小时。";
        262 Error BeyondWindow { text: String }
            en "\"{text}\" lies beyond the 48 hours in which the platform lets you answer",
               "choose less than 48h; `before_window_closes: 1h` is the latest moment that makes sense";
            zh "“{text}”超出了平台允许回复的 48 小时",
               "请写小于 48 小时的时间；最晚可以用 `before_window_closes: 1小时`";
            means "The platform lets an account write to a fan for 48 hours after his last message. A message planned for later would be refused.",
                  "粉丝最后一次发消息之后的 48 小时里，平台允许给他发消息。安排在这之后的消息会被拒绝。";
        263 Error BadTime { text: String }
            en "\"{text}\" is no time of day",
               "write `09:00` or `tomorrow 09:00`";
            zh "“{text}”不是有效的时刻",
               "请写 `09:00` 或 `明天 09:00`";
            means "The follow-up is sent when the clock shows this time, so it needs hours and minutes.",
                  "跟进消息会在这个时刻发出，所以要写几点几分。";
        264 Error BadUnless { text: String, fixed: Correction }
            en "`unless` does not know \"{text}\"",
               "write `sender_replied`, or `{{answered_by: NAME}}` with the name of a rule{fixed}";
            zh "`unless` 里没有“{text}”这个选项",
               "请写 `sender_replied`，或 `{{answered_by: 规则名}}`{fixed}";
            means "`unless` cancels the follow-up when something has happened in the meantime. What it does not know it cannot wait for.",
                  "`unless` 表示这期间发生了某件事就不再发跟进消息。它不认识的事，没法判断。";
        265 Error BadAgain { text: String }
            en "`again` does not know \"{text}\"",
               "write `restart`, `keep` or `add`";
            zh "`again` 里没有“{text}”这个选项",
               "请写 `restart`、`keep` 或 `add`";
            means "`again` says what happens when the same fan fires the same rule once more while the follow-up is still waiting: count anew, keep the first, or send both.",
                  "`again` 表示跟进消息还没发出，同一个粉丝又触发了同一条规则时怎么办：重新计时、保留原来的，还是两条都发。";
        266 Error UnknownRule { name: String, known: KnownNames }
            en "there is no rule named \"{name}\"",
               "{known}write the `name` of a rule of this folder";
            zh "没有名叫“{name}”的规则",
               "{known}请写这个文件夹里某条规则的 `name`";
            means "The follow-up is to be cancelled when a certain rule has answered, but no rule has this name. So it would always be sent.",
                  "某条规则回复过之后就不再发跟进消息，但没有规则叫这个名字。这样它总会发出去。";
        267 Error NoReply { below: Below }
            en "this follow-up has nothing to send",
               "add `text: …` or `reply: …`{below}";
            zh "这条跟进消息没有内容",
               "请加上 `text: …` 或 `reply: …`{below}";
            means "A time without a message: when the moment comes there would be nothing to send.",
                  "只有时间，没有内容：到了时候也没有东西可发。";
        270 Error OneReplyToAMention {}
            en "a mention may be answered with one single message, but this rule promises more",
               "keep one message and take the others and `follow_up` out";
            zh "被 @ 之后只能回复一条消息，这条规则会发出更多",
               "请只保留一条，去掉其他消息和 `follow_up`";
            means "The platform allows exactly one message in answer to a mention. The second would be refused and the fan would only see half of the answer.",
                  "被 @ 之后，平台只允许回复一条消息。第二条会被拒绝，粉丝只能看到一半。";
        271 Error NoWindow { kind: String }
            en "after `{kind}` no message can be sent later, so this follow-up can never go out",
               "take `follow_up` out, or the event";
            zh "`{kind}` 之后不能再发消息，这条跟进永远发不出去",
               "请去掉 `follow_up`，或者去掉这个事件";
            means "Once somebody has left, and also after some other events, the platform lets nothing be sent any more.",
                  "粉丝取消关注之后，还有其他一些事件之后，平台不允许再给他发消息。";
        272 Error WindowClosed {}
            en "this is the moment at which the window closes, when nothing can be sent any more",
               "leave some time, such as `before_window_closes: 1h`";
            zh "这正是 48 小时结束的时刻，已经发不出去了",
               "请提前一些，例如 `before_window_closes: 1小时`";
            means "The platform lets an account write to a fan for 48 hours after his last message. At their end it is too late.",
                  "粉丝最后一次发消息之后的 48 小时里，平台允许给他发消息。到了结束的那一刻就晚了。";
        273 Error NoSite { url: String }
            en "\"{url}\" names no site",
               "write the whole address, such as `https://example.com/shop`";
            zh "“{url}”后面没有写网站",
               "请写完整的网址，例如 `https://example.com/shop`";
            means "Nothing would open when somebody presses it.",
                  "点了之后，什么也打不开。";
        274 Error BlankInUrl { url: String }
            en "\"{url}\" has a blank in it, which no address can have",
               "take the blank out; if it belongs there, write `%20`";
            zh "“{url}”里有空格，网址里不能有空格",
               "请去掉空格；如果确实需要，请写成 `%20`";
            means "A blank ends an address, so that another page would open than the one that is meant, or none.",
                  "网址遇到空格就断了，打开的会是别的网页，或者打不开。";
        278 Error SilentAndForm {}
            en "this entry of `one_of` says nothing and something at once",
               "delete `silent: true`, or else the rest of the entry but for its `weight`";
            zh "`one_of` 的这一项既写了不回复，又写了回复内容",
               "请删掉 `silent: true`，或者只留下它和 `weight`";
            means "An entry with `silent: true` draws no answer. What stands beside it would never be sent, or would be sent though it says silence.",
                  "写了 `silent: true` 的一项，抽到时就不回复。旁边再写内容，到底发不发就说不清了。";
        279 Error SilentReply {}
            en "`silent` stands in the rule itself or in an entry of `one_of`, and is no reply",
               "for no answer at all write `silent: true` in line with `when:`, and no `reply`";
            zh "`silent` 要写在规则本身，或者 `one_of` 的一项里，不能当作回复",
               "如果就是不想回复，请把 `silent: true` 和 `when:` 对齐写，不写 `reply`";
            means "A reply is a message. Whether a rule says nothing is decided for the rule, or drawn by chance.",
                  "回复就是一条消息。不回复是整条规则的事，或者由 `one_of` 随机抽到。";
    }
}
