//! Warns of words that are too common to be all that a rule asks for: single characters, and the little words
//! of every other sentence. Such a rule still answers.

use crate::engine::fold::{fold, is_word_char};
use crate::language::doubt::LintFault;
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::reader::Text;

/// Keys beside which a common word does no harm.
pub const NARROWING: &[&str] = &["all_keywords", "exact", "starts_with", "ends_with", "regex", "sender"];

/// Folded. What a fan may well say and nothing else, such as a greeting, is not among them.
#[rustfmt::skip]
const STOP_WORDS: &[&str] = &[
    "请问", "怎么", "什么", "为什么", "怎样", "怎么样", "如何", "哪个", "哪些", "是不是", "有没有", "可以", "可不可以", "能不能",
    "我们", "你们", "他们", "她们", "咱们", "大家", "自己", "这个", "那个", "这些", "那些", "这里", "那里", "这样", "那样",
    "一个", "一下", "一些", "没有", "不是", "就是", "还是", "但是", "因为", "所以", "如果", "然后", "已经", "知道", "觉得",
    "现在", "时候", "的话", "而且", "或者", "以及",
    "a", "an", "the", "i", "you", "he", "she", "it", "we", "they", "me", "my", "your", "is", "are", "am", "was", "be",
    "do", "does", "did", "have", "has", "can", "could", "will", "would", "to", "of", "in", "on", "at", "for", "with",
    "and", "or", "but", "not", "this", "that", "what", "how", "when", "where", "who", "which", "why", "there", "please",
];

/// Warns of each word that is too common to be all that a rule asks for.
pub fn warn_of_broad_words(reader: &mut RuleReader, words: &[Text]) {
    for word in words {
        let folded = fold(&word.value);
        let mut characters = folded.chars();
        let single = characters.next().filter(|_| characters.next().is_none());
        let stands_anywhere = |c: char| {
            matches!(c, '?' | '!' | '。' | '.' | ',' | '、' | '~' | '…')
                || c.is_alphabetic() && !is_word_char(c)
        };
        let fault = if single.is_some_and(stands_anywhere) {
            LintFault::OneCharacter { word: word.value.clone() }
        } else if STOP_WORDS.contains(&folded.as_str()) {
            LintFault::StopWord { word: word.value.clone() }
        } else {
            continue;
        };
        reader.fault(fault, word.span.clone());
    }
}
