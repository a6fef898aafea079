//! Keys that are written otherwise than they are called: in Chinese, in the words of another product, in
//! other letters, misspelt, or not built yet. It knows no rule; who reads a mapping says which keys it has.

use std::fmt;

use crate::language::diagnostic::Argument;
use crate::language::grammar::condition::{CONDITIONS, NEAR};
use crate::language::grammar::reply::{CARD, REPLY};
use crate::language::grammar::rule::{FOLLOW_UP, RULE};
use crate::language::grammar::{Form, MAPPINGS, Mapping};
use crate::words::lang::Lang;
use crate::words::nearest::nearest;

/// Parts of the language that an author may have read of, and that are not built.
pub const LATER: &[&str] = &[
    "tagged",
    "first_message",
    "asked",
    "fetch",
    "ask",
    "remember",
    "tag",
    "forward",
    "pause",
    "cooldown",
    "once",
    "like",
    "table",
    "tests",
];

/// Keys as people write them who think in Chinese, or in the words of another product.
#[rustfmt::skip]
const OTHER_WORDS: &[(&str, &str)] = &[
    ("规则", "rules"), ("名称", "name"), ("名字", "name"), ("条件", "when"), ("当", "when"), ("关键词", "keyword"),
    ("关键字", "keyword"), ("回复", "reply"), ("答复", "reply"), ("正则", "regex"), ("完全匹配", "exact"),
    ("事件", "event"), ("菜单", "menu"), ("扫码", "scan"), ("链接", "link"), ("提到", "mention"), ("附近", "near"),
    ("时间", "hours"), ("星期", "days"), ("日期", "dates"), ("不", "not"), ("文字", "text"), ("图文", "articles"),
    ("标题", "title"), ("摘要", "summary"), ("图片", "image"), ("网址", "url"), ("位置", "position"),
    ("跟进", "follow_up"), ("追问", "follow_up"), ("示例", "examples"), ("例子", "examples"),
    ("反例", "counterexamples"), ("备注", "note"), ("优先级", "priority"), ("启用", "enabled"), ("兜底", "fallback"),
    ("沉默", "silent"), ("if", "when"), ("match", "when"), ("replies", "reply"), ("answer", "reply"),
    ("response", "reply"), ("contains", "keyword"), ("equals", "exact"), ("pattern", "regex"), ("default", "fallback"),
    ("description", "note"), ("comment", "note"), ("disabled", "enabled"), ("link", "url"), ("picture", "image"),
    ("url", "link"), ("网址", "link"), ("key", "click"), ("sub_button", "items"), ("children", "items"),
    ("message", "text"), ("content", "text"), ("内容", "text"), ("pic", "image"), ("picurl", "image"), ("img", "image"), ("desc", "summary"), ("描述", "summary"), ("关注", "follow"),
    ("取消关注", "unfollow"), ("取关", "unfollow"), ("订阅", "subscribe"), ("退订", "unsubscribe"), ("点击", "click"),
    ("文本", "text"), ("语音", "voice"), ("评论", "comment"), ("微博", "status"), ("@", "mention"),
];

/// The known key that was perhaps meant: the same in other letters, in other words, or nearly the same.
pub fn nearest_key<'k>(key: &str, known: &[&'k str]) -> Option<&'k str> {
    same_key(key, known).or_else(|| nearest(&plain(key), known.iter().copied()))
}

/// The known key that means the same: in other letters or in other words.
pub fn same_key<'k>(key: &str, known: &[&'k str]) -> Option<&'k str> {
    let plain = plain(key);
    let same = known
        .iter()
        .find(|name| **name == plain || format!("{name}s") == plain || **name == format!("{plain}s"));
    let other = || {
        let named = OTHER_WORDS.iter().filter(|(word, _)| *word == plain || *word == key);
        named.flat_map(|(_, name)| known.iter().find(|known| *known == name)).next()
    };
    same.or_else(other).copied()
}

/// Whether a list may stand behind a key of this form.
pub fn takes_several(form: &Form) -> bool {
    match form {
        Form::OneOrMany(_) | Form::Many(..) => true,
        Form::Told(_, form) => takes_several(form),
        _ => false,
    }
}

/// Whether there is a key of this name behind which a list may stand.
pub fn key_takes_several(name: &str) -> bool {
    let mut keys = MAPPINGS.iter().flat_map(|mapping| mapping.keys);
    keys.any(|key| key.name == name && takes_several(&key.form))
}

fn plain(key: &str) -> String {
    crate::engine::fold::fold(key).replace(['-', ' '], "_")
}

/// Where a key belongs that stands in another place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Home {
    Rule,
    Within(&'static str),
}

const HOMES: &[(Home, &Mapping)] = &[
    (Home::Rule, &RULE),
    (Home::Within("when"), &CONDITIONS),
    (Home::Within("reply"), &REPLY),
    (Home::Within("follow_up"), &FOLLOW_UP),
    (Home::Within("articles"), &CARD),
    (Home::Within("near"), &NEAR),
];

impl Home {
    /// The home of a key that has one alone.
    pub fn of(key: &str) -> Option<Self> {
        HOMES.iter().find(|(_, mapping)| mapping.names().any(|name| name == key)).map(|(home, _)| *home)
    }
}

impl Argument for Home {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        match self {
            Self::Rule => lang
                .pick("the rule itself, in line with its `when:`", "规则本身，要和 `when:` 对齐")
                .to_owned(),
            Self::Within(key) => lang.pick(format!("`{key}:`"), format!(" `{key}:`")),
        }
    }
}
