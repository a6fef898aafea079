//! A rule and its follow-ups.

use crate::language::condition::CONDITIONS;
use crate::language::grammar::example::EXAMPLE;
use crate::language::grammar::reply::{ANSWER, CARDS, CHOICES, DRAWN, POSITION};
use crate::language::grammar::{Form, Mapping, Needs, Words, key, words};

const AN_EXAMPLE_OR_MORE: Words = words(
    "a text, [an example](#an-example), or a list of them",
    "一段文字、一个[示例](#示例)，或由它们组成的列表",
);
const EXAMPLES: Form =
    Form::Told(AN_EXAMPLE_OR_MORE, &Form::OneOrMany(&Form::Either(&[Form::Text, Form::Is(&EXAMPLE)])));
const COUNTEREXAMPLES: Form = Form::Told(
    AN_EXAMPLE_OR_MORE,
    &Form::OneOrMany(&Form::Either(&[Form::Text, Form::Without(&EXAMPLE, &["reply", "reply_contains"])])),
);
const REPLIED: Form = Form::Choice(&["sender_replied"]);

pub static RULE: Mapping = Mapping {
    name: "rule",
    title: words("A rule", "一条规则"),
    about: words(
        "Of all rules that match, one answers: higher `priority` first, then files in path order, then top to bottom. Rules with `fallback: true` are tried only when no other rule matched.",
        "匹配的规则里只有一条会回复：`priority` 高的在前，然后按文件路径的顺序，再从上到下。写着 `fallback: true` 的规则，只在别的规则都不匹配时才会尝试。",
    ),
    keys: &[
        key(
            "name",
            Form::Text,
            "The rule's name, unique in the folder. It may be left out, except where the rule has a `follow_up`.",
            "规则的名字，在整个文件夹里不能重复。可以不写；有 `follow_up` 的规则必须写。",
        ),
        key(
            "note",
            Form::Text,
            "A remark for yourself; fans never see it.",
            "写给自己看的备注，粉丝看不到。",
        ),
        key(
            "enabled",
            Form::Boolean,
            "`false` switches the rule off without deleting it.",
            "写 `false` 就停用这条规则，不用删掉。",
        ),
        key(
            "priority",
            Form::Integer(-1_000_000, 1_000_000),
            "Higher numbers are tried first; 0 where none is written.",
            "数字大的先试；不写就是 0。",
        ),
        key(
            "fallback",
            Form::Boolean,
            "`true`: tried only when no other rule matched.",
            "写 `true`：别的规则都不匹配时才尝试。",
        ),
        key(
            "from",
            Form::Written("2026-02-01"),
            "The first day on which the rule answers.",
            "从这一天开始生效（包括这一天）。",
        ),
        key(
            "until",
            Form::Written("2026-02-15"),
            "The last day on which the rule answers.",
            "到这一天为止有效（包括这一天）。",
        ),
        key(
            "when",
            Form::OneOrMany(&Form::Is(&CONDITIONS)),
            "The conditions: all of one mapping must hold; of a list of mappings, one is enough.",
            "条件：写在一起的都要满足；写成列表时，满足其中一组就可以。",
        ),
        key("reply", ANSWER, "What the rule answers.", "回复的内容。"),
        key(
            "silent",
            Form::Boolean,
            "`true`, instead of `reply`: no answer, on purpose, and none by a later rule either.",
            "写 `true` 代替 `reply`：有意不回复，后面的规则也不会再回复。",
        ),
        key(
            "follow_up",
            Form::OneOrMany(&Form::Is(&FOLLOW_UP)),
            "What is sent later, inside the 48 hours in which the platform allows it. It needs an access token.",
            "稍后再发的消息，只能在平台允许的 48 小时内。需要设置 access token。",
        ),
        key(
            "examples",
            EXAMPLES,
            "Messages that this rule must answer. They are tried at every load; one that fails refuses the new rules.",
            "这条规则必须回复的消息。每次加载都会试一遍，有一个不通过，新规则就不会生效。",
        ),
        key(
            "counterexamples",
            COUNTEREXAMPLES,
            "Messages that this rule must not answer.",
            "这条规则不能回复的消息。",
        ),
    ],
    needs: &[Needs::AtLeastOne(&["reply", "silent"]), Needs::NotBesideTrue("reply", "silent")],
};

pub static FOLLOW_UP: Mapping = Mapping {
    name: "follow_up",
    title: words("A follow-up", "跟进消息"),
    about: words(
        "It is judged once more right before it is sent: it goes out only while the window is open, the fan has not left, and the rule is still there.",
        "发送前会再判断一次：窗口还开着、粉丝没有离开、规则还在，才会发出去。",
    ),
    keys: &[
        key(
            "after",
            Form::Written("2h"),
            "So long after the message: `30s`, `10m`, `2h`, `1d 3h`, `2小时`.",
            "收到消息之后多久：`30秒`、`10分钟`、`2小时`、`1天 3小时`。",
        ),
        key(
            "at",
            Form::Written("09:00"),
            "Instead: the next time the clock shows it, `09:00` or `tomorrow 09:00`.",
            "或者写时刻：`09:00`（下一次到这个时刻）、`明天 09:00`。",
        ),
        key(
            "before_window_closes",
            Form::Written("1h"),
            "Instead: so long before the fan's 48 hours end; it moves along when they begin anew.",
            "或者写 48 小时窗口结束之前多久；窗口重新算的话，它也跟着往后。",
        ),
        key(
            "unless",
            Form::OneOrMany(&Form::Either(&[REPLIED, Form::Is(&ANSWERED)])),
            "Not sent if any of these holds: `sender_replied` (the fan has written, pressed a button or scanned since), or `{answered_by: NAME}`.",
            "满足其中一项就不发：`sender_replied`（粉丝又发了私信、点了菜单或扫了码），或 `{answered_by: 规则名}`。",
        ),
        key(
            "hours",
            Form::OneOrMany(&Form::Written("09:00-21:00")),
            "Sent only in these hours; otherwise put off to the next allowed moment inside the window, or cancelled.",
            "只在这些时段发；不在时段内就推迟到窗口内下一个允许的时间，推迟不了就取消。",
        ),
        key(
            "days",
            Form::OneOrMany(&Form::Written("mon-fri")),
            "Sent only on these weekdays.",
            "只在这几天发，写星期几。",
        ),
        key(
            "again",
            Form::Choice(&["restart", "keep", "add"]),
            "What if the same follow-up is pending for this fan already: `restart` the time (so it is where nothing is written), `keep` the first one, or `add` another.",
            "这位粉丝已经有一条同样的跟进在等时：`restart` 重新计时（不写就是它），`keep` 保留原来的，`add` 再加一条。",
        ),
        key("reply", ANSWER, "What is sent, in any form of a reply.", "发送的内容，可以用任何一种回复形式。"),
        key("text", Form::Text, "Short for `reply: {text: …}`.", "`reply: {text: …}` 的简写。"),
        key("articles", CARDS, "Short for `reply: {articles: …}`.", "`reply: {articles: …}` 的简写。"),
        key(
            "position",
            Form::Is(&POSITION),
            "Short for `reply: {position: …}`.",
            "`reply: {position: …}` 的简写。",
        ),
        key(
            "one_of",
            Form::Told(CHOICES, &DRAWN),
            "Short for `reply: {one_of: …}`.",
            "`reply: {one_of: …}` 的简写。",
        ),
        key("use", Form::Text, "Short for `reply: {use: …}`.", "`reply: {use: …}` 的简写。"),
    ],
    needs: &[
        Needs::ExactlyOne(&["after", "at", "before_window_closes"]),
        Needs::ExactlyOne(&["reply", "text", "articles", "position", "one_of", "use"]),
    ],
};

pub static ANSWERED: Mapping = Mapping {
    name: "answered",
    title: words("`answered_by`", "`answered_by`"),
    about: words("An entry of `unless`.", "`unless` 里的一项。"),
    keys: &[key(
        "answered_by",
        Form::OneOrMany(&Form::Text),
        "The names of rules: not sent if one of them has answered the fan since.",
        "规则名：其中一条之后回复过这位粉丝，就不发。",
    )],
    needs: &[Needs::All(&["answered_by"])],
};
