//! The forms of a reply.

use crate::language::grammar::{ANY, Form, Key, Mapping, Needs, Words, key, words};
use crate::platform::weibo::profile::WEIBO;

/// A text, one of the forms, or several messages.
pub const ANSWER: Form = Form::Told(
    words(
        "a text, [a form of a reply](#a-reply), or a list of several messages",
        "一段文字、[一种回复形式](#回复)，或由几条消息组成的列表",
    ),
    &Form::Either(&[
        Form::Text,
        Form::Is(&REPLY),
        Form::Many(&Form::Either(&[Form::Text, Form::Is(&REPLY)]), 1, ANY),
    ]),
);

/// One card, or a list of them.
pub const CARDS: Form = Form::Told(
    words(
        "[an article card](#an-article-card), or a list of up to 8",
        "一张[图文卡片](#图文卡片)，或由最多 8 张组成的列表",
    ),
    &Form::Either(&[Form::Is(&CARD), Form::Many(&Form::Is(&CARD), 1, WEIBO.article_limit)]),
);

/// What is drawn from.
pub const CHOICES: Words = words(
    "a list of texts and [other forms of a reply](#an-entry-of-one_of)",
    "列表，每一项是一段文字或[别的回复形式](#one_of-里的一项)",
);

/// What a reply may be; one of them.
pub const FORMS: &[&str] = &["text", "articles", "position", "one_of", "use"];

/// Replies, of which one is drawn.
pub static DRAWN: Form = Form::Many(&Form::Either(&[Form::Text, Form::Is(&CHOICE)]), 2, ANY);

const TEXT: Key = key("text", Form::Text, "A text.", "一段文字。");
const ARTICLES: Key = key("articles", CARDS, "1 to 8 article cards.", "1 到 8 张图文卡片。");
const PLACE: Key = key("position", Form::Is(&POSITION), "A position on the map.", "地图上的一个位置。");
const USE: Key =
    key("use", Form::Text, "The name of a reply under `replies`.", "`replies` 里一个回复的名字。");

pub static REPLY: Mapping = Mapping {
    name: "reply",
    title: words("A reply", "回复"),
    about: words(
        "A plain text is enough: `reply: Welcome!`. A list is several messages: the first is the answer, the rest are sent right after it by the customer-service interface, which needs an access token. In texts, `{{ name }}` inserts something.",
        "最简单的就是一段文字：`reply: 欢迎光临！`。写成列表就是几条消息：第一条直接回复，其余的随后通过客服接口发送，需要设置 access token。文字里写 `{{ 名字 }}` 可以插入内容。",
    ),
    keys: &[
        TEXT,
        ARTICLES,
        PLACE,
        key(
            "one_of",
            Form::Told(CHOICES, &DRAWN),
            "One of several replies, drawn by chance; two at least.",
            "从几个回复里随机选一个，至少写两个。",
        ),
        USE,
    ],
    needs: &[Needs::ExactlyOne(FORMS)],
};

pub static CHOICE: Mapping = Mapping {
    name: "choice",
    title: words("An entry of `one_of`", "`one_of` 里的一项"),
    about: words("A text, or a form of a reply with a weight.", "一段文字，或者一种回复形式，可以加权重。"),
    keys: &[
        TEXT,
        ARTICLES,
        PLACE,
        key("one_of", Form::Told(CHOICES, &DRAWN), "Again one of several.", "再从几个里选一个。"),
        USE,
        key(
            "weight",
            Form::Integer(1, 1_000_000),
            "How often it is drawn, beside the others; 1 where none is written.",
            "和其他几个相比抽中的比重；不写就是 1。",
        ),
    ],
    needs: &[Needs::ExactlyOne(FORMS)],
};

pub static CARD: Mapping = Mapping {
    name: "card",
    title: words("An article card", "图文卡片"),
    about: words(
        "What is inserted into `url` and `image` is percent-encoded.",
        "插入 `url` 和 `image` 的内容会自动做网址编码。",
    ),
    keys: &[
        key("title", Form::Text, "The title.", "标题。"),
        key("summary", Form::Text, "A sentence below it.", "标题下面的一句话。"),
        key("image", Form::Text, "The full address of a picture.", "图片的完整网址。"),
        key("url", Form::Text, "The full address that opens.", "点开后的完整网址。"),
    ],
    needs: &[Needs::All(&["title", "url"])],
};

pub static POSITION: Mapping = Mapping {
    name: "position",
    title: words("A position", "位置"),
    about: words("In degrees, as map services show them.", "单位是度，可以从地图上查到。"),
    keys: &[
        key("longitude", Form::Degrees(180), "East is positive: 121.49.", "经度，例如 121.49。"),
        key("latitude", Form::Degrees(90), "North is positive: 31.24.", "纬度，例如 31.24。"),
    ],
    needs: &[Needs::All(&["longitude", "latitude"])],
};
