//! The conditions of `when`, and the words for kinds of message.

use crate::language::grammar::{Form, Mapping, Needs, key, words};
use crate::model::kind::KindSet;

/// `mention` stands among them for a mention anywhere.
pub const MESSAGES: &[(&str, KindSet)] =
    &KindSet::PRIVATE.in_rules::<{ KindSet::PRIVATE.len() + 1 }>(("mention", KindSet::MENTIONS));
pub const EVENTS: &[(&str, KindSet)] =
    &KindSet::EVENTS.in_rules::<{ KindSet::EVENTS.len() }>(("", KindSet::NONE));
pub const MENTIONS: &[(&str, KindSet)] =
    &KindSet::MENTIONS.in_rules::<{ KindSet::MENTIONS.len() }>(("", KindSet::NONE));

/// The words of a table.
const fn names<const N: usize>(table: &[(&'static str, KindSet)]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut i = 0;
    while i < N {
        names[i] = table[i].0;
        i += 1;
    }
    names
}

pub const MESSAGE: Form = Form::Choice(&names::<{ MESSAGES.len() }>(MESSAGES));
pub const EVENT: Form = Form::Choice(&names::<{ EVENTS.len() }>(EVENTS));
pub const MENTION: Form = Form::Choice(&names::<{ MENTIONS.len() }>(MENTIONS));

/// Words, or the name of a list of them.
const WORDS: Form = Form::Told(
    words("a word or a list of words; also `{list: NAME}`", "一个词或一个列表，也可以写 `{list: 名字}`"),
    &Form::OneOrMany(&Form::Either(&[Form::Text, Form::Is(&LIST)])),
);

/// The keys that look at words.
const WORDED: &[&str] = &["keyword", "all_keywords", "exact", "starts_with", "ends_with", "regex"];

pub static CONDITIONS: Mapping = Mapping {
    name: "when",
    title: words("Conditions", "条件"),
    about: words(
        "All that stand together must hold. Each takes one value or a list, of which any may fit. A rule that names no kind of message speaks to private messages only. Words are compared after traditional characters, full width, capitals and blanks are evened out; a `regex` looks at the message as it was written, and keys, links and ids must be the same letter for letter.",
        "写在一起的条件都要满足。每个条件可以写一个值，也可以写列表，满足列表里任意一个就行。没有写明消息类型的规则只处理私信。比较词的时候不分繁体简体、全角半角、大小写和空格；`regex` 看的是原文，菜单的 key、网址和 ID 要一字不差。",
    ),
    keys: &[
        key("keyword", WORDS, "The message contains one of these words.", "消息里出现其中一个词。"),
        key("all_keywords", WORDS, "The message contains all of these words.", "消息里这些词全都出现。"),
        key(
            "exact",
            WORDS,
            "The whole message is one of these; punctuation at its ends does not count.",
            "整条消息就是其中一个，首尾的标点不算。",
        ),
        key("starts_with", WORDS, "The message begins with one of these.", "消息以其中一个开头。"),
        key("ends_with", WORDS, "The message ends with one of these.", "消息以其中一个结尾。"),
        key(
            "regex",
            Form::OneOrMany(&Form::Text),
            "A regular expression matches, ignoring case; write it between single quotes. Named groups can be inserted into the reply.",
            "正则表达式能匹配上，不分大小写；请用单引号包起来。有名字的分组可以插入回复。",
        ),
        key(
            "message",
            Form::OneOrMany(&MESSAGE),
            "The kind of message; `mention` is public, the others are private.",
            "消息的类型：文字、位置、语音、图片；`mention` 是被公开 @，其他都是私信。",
        ),
        key(
            "event",
            Form::OneOrMany(&EVENT),
            "What the fan did; `scan_follow` is a follow by scanning a QR code, `click` and `view` are any menu button and any link.",
            "粉丝做了什么：关注、取消关注、订阅、退订、扫码、扫码关注、点菜单按钮、点菜单链接。",
        ),
        key(
            "menu",
            WORDS,
            "A menu button with this key was pressed; a button without a key of its own has its name as key.",
            "点了这个 key 的菜单按钮；没有单独写 key 的按钮，名字就是 key。",
        ),
        key("link", WORDS, "A menu button with this link was pressed.", "点了带这个链接的菜单按钮。"),
        key(
            "scan",
            Form::OneOrMany(&Form::Text),
            "A QR code with this scene was scanned, also by somebody who followed with it: `42`, or a range `1..30`.",
            "扫了这个场景编号的二维码，扫码关注也算：`42`，或一个范围 `1..30`。",
        ),
        key(
            "mention",
            Form::OneOrMany(&MENTION),
            "The account was named in public: in a `status` or a `comment`.",
            "被公开 @：在微博里（`status`）或评论里（`comment`）。",
        ),
        key("near", Form::Is(&NEAR), "A position near a point was sent.", "发来的位置在某个地点附近。"),
        key("sender", WORDS, "One of these user ids wrote.", "由这些用户 ID 中的一个发来。"),
        key(
            "account",
            WORDS,
            "One of these configured accounts was written to.",
            "发给其中一个账号（设置里的名字）。",
        ),
        key(
            "hours",
            Form::OneOrMany(&Form::Written("09:00-18:00")),
            "The time of day; it may pass midnight, and its end no longer counts.",
            "时段，可以跨过零点；结束的那一刻不算。",
        ),
        key(
            "days",
            Form::OneOrMany(&Form::Written("mon-fri")),
            "Weekdays: `mon-fri`, `sat`, `weekend`, `周一至周五`.",
            "星期：`周一至周五`、`周六`、`周末`、`工作日`。",
        ),
        key(
            "dates",
            Form::OneOrMany(&Form::Written("2026-02-01..2026-02-15")),
            "A day, or the days from one to another, both included.",
            "某一天，或从哪天到哪天，首尾两天都算。",
        ),
        key(
            "not",
            Form::Without(&CONDITIONS, &["not"]),
            "What stands in it must not hold; of several conditions in it, not all at once.",
            "里面的条件不能成立；里面写了几个条件时，不能同时成立。",
        ),
    ],
    needs: &[
        Needs::Something,
        Needs::Apart(WORDED, &["event", "menu", "link", "scan", "near"]),
        Needs::Apart(&["message", "mention"], &["event", "menu", "link", "scan"]),
        Needs::Apart(&["near"], &["event", "menu", "link", "scan", "mention"]),
        Needs::Apart(&["menu"], &["link", "scan"]),
        Needs::Apart(&["link"], &["scan"]),
    ],
};

pub static LIST: Mapping = Mapping {
    name: "list",
    title: words("The name of a list", "词表的名字"),
    about: words("Stands wherever words may stand.", "可以写词的地方都可以写。"),
    keys: &[key("list", Form::Text, "A name under `lists`.", "`lists` 里的一个名字。")],
    needs: &[Needs::All(&["list"])],
};

pub static NEAR: Mapping = Mapping {
    name: "near",
    title: words("`near`", "`near`"),
    about: words("A circle on the map.", "地图上的一个圆。"),
    keys: &[
        key("longitude", Form::Degrees(180), "Of the middle, in degrees.", "中心的经度。"),
        key("latitude", Form::Degrees(90), "Of the middle, in degrees.", "中心的纬度。"),
        key(
            "within",
            Form::Written("3km"),
            "How far away at most: `500m`, `3km`, `3公里`.",
            "最远多远：`500米`、`3公里`。",
        ),
    ],
    needs: &[Needs::All(&["longitude", "latitude", "within"])],
};
