//! Keys that are not written as the language has them: in Chinese, in the words of another product, in other
//! letters, misspelt, or not built yet. The caller says which keys a mapping has.

use crate::engine::fold::fold;
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
    ("文本", "text"), ("语音", "voice"), ("视频", "video"), ("评论", "comment"), ("微博", "status"), ("@", "mention"),
    ("时间", "times"), ("节假日", "holidays"), ("放假", "off"), ("上班", "work"), ("除外", "except"), ("除了", "except"),
    ("另外", "also"),
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

fn plain(key: &str) -> String {
    fold(key).replace(['-', ' '], "_")
}
