//! What a shadowed rule's author is told: which rules answer instead, and what would help, which depends on why
//! they are tried before. It only words; what is shadowed was found before.

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

impl Remedy {
    fn in_english(self) -> String {
        let others = if self.several { "others" } else { "other one" };
        let way = match self.way {
            Way::Above => format!("move this rule above the {others}, give it a higher `priority`"),
            Way::Priority(highest) => format!("give this rule a `priority` above {highest}"),
            Way::Fallback => {
                format!("a fallback is tried last wherever it stands: narrow the {others}")
            }
            Way::Button => {
                return format!(
                    "the rules of the file are tried before the replies of buttons: delete this `reply`, or take the button out of the {others}"
                );
            }
        };
        let rest = match (self.word, self.way) {
            (true, _) => "take the word out",
            (false, Way::Fallback) => "delete this rule",
            (false, _) => "delete it",
        };
        format!("{way}, or {rest}")
    }

    fn in_chinese(self) -> String {
        let others = if self.several { "它们" } else { "它" };
        let way = match self.way {
            Way::Above => format!("请把这条规则移到{others}上面，或者写更高的 `priority`"),
            Way::Priority(highest) => format!("请给这条规则写一个比 {highest} 大的 `priority`"),
            Way::Fallback => "兜底规则写在哪里都是最后才轮到，请把前面规则的条件写窄一些".to_owned(),
            Way::Button => {
                return "文件里的规则先于按钮自带的回复：请删掉这里的 `reply`，或者把这个按钮从前面的规则里去掉"
                    .to_owned();
            }
        };
        let rest = if self.word { "用不到就把这个词删掉" } else { "用不到就删掉" };
        format!("{way}；{rest}")
    }
}

impl Localize for Remedy {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        lang.pick(self.in_english(), self.in_chinese())
    }
}

impl Winners {
    fn in_english(&self, shown: &[String], more: usize) -> String {
        let are = if self.0.len() == 1 {
            "is tried before it and answers"
        } else {
            "are tried before it and answer"
        };
        let all = match (shown, more) {
            ([only], 0) => only.clone(),
            ([before @ .., last], 0) => format!("{} and {last}", before.join(", ")),
            (shown, more) => format!("{} and {more} more", shown.join(", ")),
        };
        format!("{all} {are}")
    }

    fn in_chinese(shown: &[String], more: usize) -> String {
        let rest = if more > 0 { format!("等 {} 条规则", shown.len() + more) } else { String::new() };
        format!("{}{rest}", shown.join("、"))
    }
}

impl Localize for Winners {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        const SHOWN: usize = 3;
        let shown =
            self.0.iter().take(SHOWN).map(|(name, place)| {
                lang.pick(format!("\"{name}\" ({place})"), format!("“{name}”（{place}）"))
            });
        let shown: Vec<String> = shown.collect();
        let more = self.0.len() - shown.len();
        lang.pick(self.in_english(&shown, more), Self::in_chinese(&shown, more))
    }
}
