//! Signs of other programs round the words of a condition: `*几点*`, `{{ 几点 }}`, `` `几点` ``, `{几点, 开门}`. In quotes they
//! would be looked for as they stand, so the words are shown without them, where it is certain which these are.

use crate::engine::fold::is_chinese;
use crate::language::diagnostic::Correction;
use crate::language::yaml::Span;
use crate::language::yaml::fault::YamlFault;
use crate::language::yaml::line::list_of;
use crate::language::yaml::signs::EMOTICONS;

/// The keys behind which words stand.
const WORD_KEYS: [&str; 5] = ["keyword", "all_keywords", "starts_with", "ends_with", "exact"];
/// Signs that other programs put round a word. A star stands for more than the word where the whole message is compared.
const ROUND_WORDS: [char; 3] = ['`', '*', '%'];

/// Words in a line that YAML cannot parse for the signs round them.
pub fn words_in_signs(line: &str) -> Option<(YamlFault, Span)> {
    line.match_indices(": ").find_map(|(colon, _)| {
        let key = line[..colon].rsplit(|c: char| !(c.is_alphanumeric() || c == '_')).next()?;
        let rest = line[colon + 1..].trim_start();
        let start = line.len() - rest.len();
        let end = WORD_KEYS.contains(&key).then(|| end_of_words(rest))??;
        let behind = rest[end..].trim_start();
        let is_whole = behind.is_empty() || behind.starts_with([',', '}', '#']);
        let fault = misread(&rest[..end], start..start + end, key);
        is_whole.then_some((fault, start..start + end))
    })
}

/// Where words end that stand in the signs with which this text begins.
fn end_of_words(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    if text.starts_with("{{") {
        return text.find("}}").map(|at| at + 2);
    }
    if ROUND_WORDS.contains(&first) {
        return text[1..].find(first).map(|at| at + 2);
    }
    let closed = text.strip_prefix('[')?.find(']')? + 2;
    match text[closed..].strip_prefix(", ").filter(|more| more.starts_with('[')) {
        Some(more) => {
            let behind = end_of_words(more).unwrap_or_else(|| more.find(']').map_or(more.len(), |at| at + 1));
            Some(closed + 2 + behind)
        }
        None => {
            let is_misread = text[..closed].contains(['`', '*', '“', '”']) || text[..closed].contains("{{");
            is_misread.then_some(closed)
        }
    }
}

/// What is wrong with words in such signs, which stand behind this key.
pub fn misread(written: &str, at: Span, key: &str) -> YamlFault {
    let is_part = matches!(key, "keyword" | "all_keywords");
    let certain = is_part || !written.contains(['*', '%']);
    let fixed = words(written).filter(|_| certain).map(|words| Correction::new(at, words));
    YamlFault::SignsRoundWords { fixed: fixed.unwrap_or(Correction::NONE) }
}

/// The words without the signs round them, as a list where there are several or brackets stand round them.
fn words(written: &str) -> Option<String> {
    let parts: Vec<&str> = written.split([',', '，', '、']).map(str::trim).collect();
    let words: Vec<&str> = parts.iter().map(|part| word(part)).collect::<Option<_>>()?;
    // a name between braces may be one of those that templates insert
    let is_name = written.contains("{{") && !words.iter().all(|word| word.contains(is_chinese));
    let is_emoticon = written.starts_with('[') && words.iter().any(|word| EMOTICONS.contains(word));
    let is_list = words.len() > 1 || written.starts_with('[');
    let shown = if is_list { list_of(words.iter().copied()) } else { words[0].to_owned() };
    (!is_name && !is_emoticon).then_some(shown)
}

/// A word without the signs at its ends. `None` where others stand within.
fn word(part: &str) -> Option<&str> {
    const SIGNS: &[char] = &['[', ']', '{', '}', '`', '*', '%', '"', '\'', '“', '”', '‘', '’', ' '];
    let word = part.trim_matches(SIGNS);
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '?' | '？' | '!' | '！');
    // a sign at one end alone may be a part of the word
    let count = |sign: char| part.matches(sign).count();
    let are_pairs = ROUND_WORDS.iter().all(|sign| count(*sign).is_multiple_of(2));
    (!word.is_empty() && are_pairs && word.chars().all(is_word)).then_some(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_told_from_the_signs_round_them() {
        for (written, shown) in [
            ("{几点开门, 营业时间}", Some("[几点开门, 营业时间]")),
            ("[几点开门], [营业时间]", Some("[几点开门, 营业时间]")),
            ("`几点开门`", Some("几点开门")),
            ("[`几点开门`, `营业`]", Some("[几点开门, 营业]")),
            ("[\"开门\", \"关门”]", Some("[开门, 关门]")),
            ("**几点开门**", Some("几点开门")),
            ("{{ 几点开门 }}", Some("几点开门")),
            ("{{ text }}", None),
            ("[心], [泪]", None),
            ("[几点*, *开门]", None),
            ("*几点*开门*", None),
        ] {
            assert_eq!(words(written).as_deref(), shown, "{written}");
        }
    }

    #[test]
    fn words_end_where_their_signs_do() {
        for (line, part) in [
            ("- {when: {keyword: `几点`, hours: 09:00-18:00}, reply: 九点}", Some("`几点`")),
            ("keyword: [几点], [开门]", Some("[几点], [开门]")),
            ("keyword: [几点], [开门], [关门] # 三个", Some("[几点], [开门], [关门]")),
            ("keyword: *几点*开门", None),
            ("keyword: [几点, 开门]", None),
            ("reply: *几点*", None),
        ] {
            let found = words_in_signs(line).map(|(_, at)| &line[at]);
            assert_eq!(found, part, "{line}");
        }
    }
}
