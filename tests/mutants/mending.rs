//! The law of advice: a line that a suggestion shows to be copied, put where it belongs, mends the slip that it is
//! shown for, and the file says what it said before the slip.

use std::sync::Arc;

use fanreply::language::diagnostic::Diagnostic;

use super::copying::copied;
use super::{Leaf, Mutant, Slip, Verdict, leaves};

/// What is wrong with the lines to copy that these errors show.
pub fn flaws(mutant: &Mutant, errors: &[Diagnostic], files: &[(Arc<str>, String)]) -> (usize, Vec<String>) {
    let here = errors.iter().filter(|found| found.place.file == mutant.path);
    let shown: Vec<_> = here.filter_map(|found| Some((found, copied(&mutant.text, found)?))).collect();
    let flaw = |(found, (line, mended)): &(&Diagnostic, (&str, String))| {
        let mends = is_mended(mutant, mended, errors, files);
        let slip = mutant.text.lines().nth(mutant.line - 1).unwrap_or_default();
        let at = found.place.line;
        (!mends).then(|| {
            let code = found.fault.code();
            format!(
                "{:?} {}:{}: {slip:?}\n    {code} in line {at}: {line}",
                mutant.slip, mutant.path, mutant.line
            )
        })
    };
    (shown.len(), shown.iter().filter_map(flaw).collect())
}

/// Whether this text is the file as it was before the slip. What was wrong besides may still be wrong, and a
/// line that is gone stays away.
fn is_mended(mutant: &Mutant, text: &str, before: &[Diagnostic], files: &[(Arc<str>, String)]) -> bool {
    let original = &files.iter().find(|(path, _)| *path == mutant.path).unwrap().1;
    // a line that is back stands where it stood
    let is_back = mutant.slip == Slip::DropLine && text.lines().count() == original.lines().count();
    let slip = if is_back { Slip::IndentLine } else { mutant.slip };
    let mended = Mutant { text: text.to_owned(), path: mutant.path.clone(), slip, line: mutant.line };
    let (verdict, errors) = mended.judge(files);
    match verdict {
        Verdict::Same => true,
        Verdict::OwnLine | Verdict::Warned => mended.slip == Slip::DropLine || says_the_same(&mended, files),
        Verdict::Silent => false,
        _ => {
            let was =
                |found: &Diagnostic| before.iter().any(|other| other.fault.code() == found.fault.code());
            // an example tells that the words of the line changed by the slip
            errors.len() < before.len() && errors.iter().all(was)
                || errors.iter().all(|found| (340..360).contains(&found.fault.code().0))
                    && says_the_same(&mended, files)
        }
    }
}

/// Whether the texts are what they were before; two characters that were exchanged stay so.
fn says_the_same(mended: &Mutant, files: &[(Arc<str>, String)]) -> bool {
    let before = &files.iter().find(|(path, _)| *path == mended.path).unwrap().1;
    let said = |leaves: Vec<Leaf>| -> Vec<(String, Vec<char>)> {
        let said = |leaf: Leaf| {
            let mut said: Vec<char> = leaf.text.chars().collect();
            if mended.slip == Slip::SwapCharacters {
                said.sort_unstable();
            }
            (leaf.path, said)
        };
        leaves.into_iter().map(said).collect()
    };
    said(leaves(&mended.path, before, &|line| line))
        == said(leaves(&mended.path, &mended.text, &|line| mended.original(line)))
}
