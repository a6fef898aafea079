//! The nearest word: what was perhaps meant by a misspelt one.

/// The nearest of the known words, whatever its letters' case, when it is near enough to be what was meant.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let length = word.chars().count();
    // comparing long words costs the product of their lengths, and the word may be hostile
    if length > 64 {
        return None;
    }
    // nor may very many names take a noticeable time
    const MOST: usize = 2_000;
    let allowed = (length / 3).clamp(1, 4);
    let folded = word.to_lowercase();
    known
        .into_iter()
        .take(MOST)
        .filter(|known| *known != word && known.chars().count().abs_diff(length) <= allowed)
        .map(|known| (strsim::damerau_levenshtein(&folded, &known.to_lowercase()), known))
        .filter(|(distance, _)| *distance <= allowed && *distance < length)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, known)| known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_seen_and_another_word_is_not() {
        let known = ["keyword", "exact", "regex", "电话"];
        let meant = |word| nearest(word, known);
        assert_eq!(meant("keywrod"), Some("keyword"));
        assert_eq!(meant("KEYWORD"), Some("keyword"));
        assert_eq!(meant("电活"), Some("电话"));
        assert_eq!(meant("weather"), None);
        assert_eq!(meant("x"), None);
        assert_eq!(meant(&"k".repeat(100)), None);
    }
}
