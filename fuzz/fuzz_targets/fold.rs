//! Folding, for any text: folding twice changes nothing more, and nothing grows beyond measure.
#![cfg_attr(fuzzing, no_main)]

use fanreply::engine::fold::{fold, half_width, trim_punctuation};

#[cfg(fuzzing)]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| endures(bytes));

/// Panics where a law is broken.
pub fn endures(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let folded = fold(&text);
    assert_eq!(fold(&folded), folded, "{text:?}");
    assert_eq!(folded.trim(), folded, "{text:?}");
    assert!(!folded.contains(|c: char| c.is_ascii_uppercase()) && !folded.contains("  "), "{text:?}");
    // one character stands for eighteen in the worst case
    assert!(folded.len() <= 18 * text.len() + 16, "{text:?}");
    // what is dropped or joined somewhere does not change what a text is compared with elsewhere
    assert_eq!(fold(&format!(" {text}\u{3000}")), folded, "{text:?}");

    let trimmed = trim_punctuation(&folded);
    assert_eq!(trim_punctuation(trimmed), trimmed, "{text:?}");
    let half = half_width(&text);
    assert_eq!(half_width(&half), half, "{text:?}");
    assert_eq!(half.chars().count(), text.chars().count(), "{text:?}");
}
