//! What an author does who copies the corrected text that a suggestion shows to the place of his own.

use fanreply::language::diagnostic::{Diagnostic, Edit};
use fanreply::words::lang::Lang;

/// The corrected text that a diagnostic shows, and the file with it.
pub fn copied<'f>(text: &str, found: &'f Diagnostic) -> Option<(&'f str, String)> {
    let Edit { at, text: correction } = found.fault.correction()?;
    for lang in [Lang::En, Lang::Zh] {
        assert!(found.fault.help(lang).contains(correction), "{found:?}");
    }
    let mut mended = text.to_owned();
    mended.replace_range(at.clone(), correction);
    Some((correction, mended))
}
