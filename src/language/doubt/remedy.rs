//! What the author of a shadowed rule is told: which rules answer instead, and what would help, which depends
//! on why they are tried before.

use std::fmt;

use crate::words::lang::Lang;
use crate::words::texts::Localize;

/// The rules that answer instead, each with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Winners(pub Vec<(String, String)>);

/// What would let a shadowed rule or word answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remedy {
    pub way: Way,
    /// Several rules answer instead.
    pub several: bool,
    /// Only a word of the rule is shadowed.
    pub word: bool,
}

/// Why others are tried before, and so what is to be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// The order in the file decides.
    Above,
    /// A priority decides, or the order of files: more than this is needed.
    Priority(i32),
    /// A fallback is tried last whatever is done.
    Fallback,
    /// The reply of a button has neither a place nor a priority of its own.
    Button,
}

impl Localize for Remedy {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        let others = match self.several {
            true => lang.pick("others", "它们"),
            false => lang.pick("other one", "它"),
        };
        let way = match self.way {
            Way::Above => lang.pick(
                format!("move this rule above the {others}, give it a higher `priority`"),
                format!("请把这条规则移到{others}上面，或者写更高的 `priority`"),
            ),
            Way::Priority(highest) => lang.pick(
                format!("give this rule a `priority` of {} or more", highest.saturating_add(1)),
                format!("请把这条规则的 `priority` 写成 {} 或更大", highest.saturating_add(1)),
            ),
            Way::Fallback => lang.pick(
                format!("a fallback is tried last wherever it stands: narrow the {others}"),
                "兜底规则写在哪里都是最后才轮到，请把前面规则的条件写窄一些".to_owned(),
            ),
            Way::Button => return lang.pick(
                format!("the rules of the file are tried before the replies of buttons: delete this `reply`, or take the button out of the {others}"),
                "文件里的规则先于按钮自带的回复：请删掉这里的 `reply`，或者把这个按钮从前面的规则里去掉".to_owned(),
            ),
        };
        let rest = match (self.word, self.way) {
            (true, _) => lang.pick(", or take the word out", "；用不到就把这个词删掉"),
            (false, Way::Fallback) => lang.pick(", or delete this rule", "；用不到就删掉"),
            (false, _) => lang.pick(", or delete it", "；用不到就删掉"),
        };
        format!("{way}{rest}")
    }
}

impl Localize for Winners {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        const SHOWN: usize = 3;
        let named: Vec<String> = self
            .0
            .iter()
            .take(SHOWN)
            .map(|(name, place)| lang.pick(format!("\"{name}\" ({place})"), format!("“{name}”（{place}）")))
            .collect();
        let all = match (lang, named.as_slice(), self.0.len() - named.len()) {
            (Lang::Zh, named, 0) => return named.join("、"),
            (Lang::Zh, named, _) => return format!("{}等 {} 条规则", named.join("、"), self.0.len()),
            (Lang::En, [only], 0) => return format!("{only} is tried before it and answers"),
            (Lang::En, [before @ .., last], 0) => format!("{} and {last}", before.join(", ")),
            (Lang::En, named, more) => format!("{} and {more} more", named.join(", ")),
        };
        format!("{all} are tried before it and answer")
    }
}
