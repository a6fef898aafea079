//! A rule.

use std::ops::RangeInclusive;

use crate::language::condition::CONDITIONS;
use crate::language::follow_up::FOLLOW_UP;
use crate::language::grammar::example::EXAMPLE;
use crate::language::grammar::{Form, Mapping, Needs, Words, key, words};
use crate::language::reply::ANSWER;

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

/// What `priority` may be.
pub const PRIORITY: RangeInclusive<i32> = -1_000_000..=1_000_000;

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
            Form::Integer(*PRIORITY.start() as i64, *PRIORITY.end() as i64),
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
            "The first day on which the rule answers; with a time, the moment: `2026-12-01 10:00`.",
            "从这一天开始生效（包括这一天）；可以带时刻：`2026-12-01 10:00`。",
        ),
        key(
            "until",
            Form::Written("2026-02-15"),
            "The last day on which the rule answers; with a time, the moment from which on it no longer does.",
            "到这一天为止有效（包括这一天）；带时刻的话，到这一刻就失效。",
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
