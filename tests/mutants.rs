//! The shipped rules with one slip of the hand each: a line dropped, a line indented, a colon deleted, a line
//! written twice, two characters exchanged, a sign typed in full width, a blank that is none, a blank or a closing sign
//! left out. No such file may be accepted with a meaning that nobody wrote: what it says elsewhere than on the line in
//! question stays the same, or the set is refused and the line is named. And no advice may mislead: `mending.rs`.
//!
//! `FANREPLY_SLIPS=all` makes every slip, `some` those of which docs/BENCHMARKS.md has the table, and an ordinary run one
//! of ten of these.

#[path = "rules/copying.rs"]
mod copying;
#[path = "mutants/mending.rs"]
mod mending;
#[path = "mutants/slips.rs"]
mod slips;

use std::collections::BTreeMap;
use std::fs;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

use fanreply::advice::lint::lint;
use fanreply::language::diagnostic::Diagnostic;
use fanreply::language::load;
use fanreply::language::registry::GRAMMAR;
use fanreply::language::source::{RuleSource, SourceFile};
use fanreply::language::source_text::SourceText;
use fanreply::language::surroundings::Surroundings;
use fanreply::language::yaml::parse::parse;
use fanreply::language::yaml::{Node, Value};
use fanreply::words::lang::Lang;

use slips::{Extent, Mutant, Slip, mutants};

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    /// Accepted, and it means what it meant.
    Same,
    /// Accepted, and all that is different is what stands on the line.
    OwnLine,
    /// Accepted with a warning that names the line or one beside it.
    Warned,
    /// Refused, and an error names the very line.
    Exact,
    /// Refused, and an error names the line before or behind.
    Beside,
    /// Refused by an example that no longer holds: it names the rule, or what stands on the line.
    Example,
    /// Refused, and the errors lie elsewhere because they speak of a name from the line.
    Name,
    /// Refused, and no error leads to the line.
    Elsewhere,
    /// Accepted, and something else has another meaning.
    Silent,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn shipped() -> Vec<(Arc<str>, String)> {
    let mut files: Vec<_> = fs::read_dir(root().join("rules"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .map(|path| (path.file_name().unwrap().to_str().unwrap().into(), fs::read_to_string(&path).unwrap()))
        .collect();
    files.sort();
    files
}

/// A text of a file: the keys and items that lead to it, and on which lines it stands.
#[derive(Debug, PartialEq)]
struct Leaf {
    path: String,
    text: String,
    lines: RangeInclusive<usize>,
}

/// All texts of a file. An item of a list is called by the line on which it begins in the original, so that it
/// keeps its name when a line before it goes or comes.
fn leaves(path: &Arc<str>, text: &str, original: &dyn Fn(usize) -> usize) -> Vec<Leaf> {
    let file = SourceFile { path: path.clone(), bytes: text.as_bytes().into() };
    let Some(parsed) = parse(&file, &GRAMMAR, &mut Vec::new()) else { return Vec::new() };
    let mut found = Vec::new();
    if let Some(root) = &parsed.root {
        walk(root, String::new(), &parsed.source, original, &mut found);
    }
    found
}

fn walk(
    node: &Node,
    path: String,
    source: &SourceText,
    original: &dyn Fn(usize) -> usize,
    found: &mut Vec<Leaf>,
) {
    let line = |offset: usize| source.place(offset..offset).line;
    match &node.value {
        Value::List(items) => {
            let mut on_line: BTreeMap<usize, usize> = BTreeMap::new();
            for item in items {
                let begins = original(line(item.span.start));
                let number = on_line.entry(begins).or_default();
                *number += 1;
                walk(item, format!("{path}[{begins}.{number}]"), source, original, found);
            }
        }
        Value::Map(entries) => {
            for entry in entries {
                let Value::Scalar(key) = &entry.key.value else { continue };
                walk(&entry.value, format!("{path}/{}", key.text), source, original, found);
            }
        }
        Value::Scalar(scalar) => {
            let lines = line(node.span.start)..=line(node.span.end.saturating_sub(1).max(node.span.start));
            found.push(Leaf { path, text: scalar.text.clone(), lines });
        }
        Value::Empty => {}
    }
}

impl Mutant {
    /// The line of the original that a line of the mutant is.
    fn original(&self, line: usize) -> usize {
        match self.slip {
            Slip::DropLine if line >= self.line => line + 1,
            Slip::DoubleLine if line > self.line => line - 1,
            _ => line,
        }
    }

    fn judge(&self, files: &[(Arc<str>, String)]) -> (Verdict, Vec<Diagnostic>) {
        let text_of = |path: &Arc<str>, text: &str| {
            let text = if *path == self.path { self.text.as_str() } else { text };
            SourceFile { path: path.clone(), bytes: text.as_bytes().into() }
        };
        let source = RuleSource::new(files.iter().map(|(path, text)| text_of(path, text)).collect());
        let surroundings = Surroundings { sends: true, ..Surroundings::default() };
        let loaded = load(&source, &surroundings);
        let before = &files.iter().find(|(path, _)| *path == self.path).unwrap().1;
        let (errors, warnings): (Vec<_>, Vec<_>) =
            loaded.diagnostics.into_iter().partition(Diagnostic::is_error);
        let linted = || loaded.ruleset.map(|set| lint(&set, &source, &surroundings)).unwrap_or_default();
        let verdict = if errors.is_empty() {
            match self.accepted(before) {
                Verdict::Silent if self.leads_here(&warnings) || self.leads_here(&linted()) => {
                    Verdict::Warned
                }
                verdict => verdict,
            }
        } else {
            self.refused(before, &errors)
        };
        (verdict, errors)
    }

    fn accepted(&self, before: &str) -> Verdict {
        let mut was = leaves(&self.path, before, &|line| line);
        let is = leaves(&self.path, &self.text, &|line| self.original(line));
        let meaning = |leaves: &[Leaf]| {
            leaves.iter().map(|leaf| (leaf.path.clone(), leaf.text.clone())).collect::<Vec<_>>()
        };
        if meaning(&was) == meaning(&is) {
            return Verdict::Same;
        }
        let elsewhere = |leaves: Vec<Leaf>, touched: &dyn Fn(&Leaf) -> bool| {
            meaning(&leaves.into_iter().filter(|leaf| !touched(leaf)).collect::<Vec<_>>())
        };
        let line = before.lines().nth(self.line - 1).unwrap_or_default().trim();
        if let (Slip::DropLine, Some(key)) = (self.slip, line.strip_suffix(':')) {
            // the key is gone, and what stood below it stands where the key stood
            let below = self.line..=end_of_block(before, self.line);
            let inside = |leaf: &&mut Leaf| below.contains(leaf.lines.start());
            was.iter_mut()
                .filter(inside)
                .for_each(|leaf| leaf.path = leaf.path.replacen(&format!("/{key}"), "", 1));
            if key == "examples" && meaning(&is).iter().any(|(_, text)| text.contains("\n- ")) {
                // a text may well end with dashes: nobody can tell that these were examples
                return Verdict::OwnLine;
            }
        }
        let own: Vec<String> =
            was.iter().filter(|leaf| leaf.lines.contains(&self.line)).map(|leaf| leaf.path.clone()).collect();
        let was = elsewhere(was, &|leaf| own.contains(&leaf.path));
        let is = elsewhere(is, &|leaf| match self.slip {
            // what is left of a text that lost a line
            Slip::DropLine => own.contains(&leaf.path),
            Slip::DoubleLine => leaf.lines.contains(&self.line) || leaf.lines.contains(&(self.line + 1)),
            _ => leaf.lines.contains(&self.line),
        });
        if was == is { Verdict::OwnLine } else { Verdict::Silent }
    }

    /// The lines that are the one in question.
    fn lines(&self) -> (usize, usize) {
        match self.slip {
            // the line is gone: what stood before and behind it is as near as can be
            Slip::DropLine => (self.line.saturating_sub(1), self.line),
            Slip::DoubleLine => (self.line, self.line + 1),
            _ => (self.line, self.line),
        }
    }

    /// The lines that diagnostics name in this file, by their place, as a second place or in their words.
    fn named(&self, found: &[Diagnostic]) -> Vec<usize> {
        let line = regex::Regex::new(r"\bline (\d+)").unwrap();
        let mut lines = Vec::new();
        for Diagnostic { fault, place } in found {
            let places = [Some(place), fault.other_place()].into_iter().flatten();
            lines.extend(places.filter(|place| place.file == self.path).map(|place| place.line));
            if place.file == self.path {
                let said = fault.message(Lang::En) + &fault.help(Lang::En);
                lines.extend(line.captures_iter(&said).map(|found| found[1].parse::<usize>().unwrap()));
            }
        }
        lines
    }

    fn leads_here(&self, found: &[Diagnostic]) -> bool {
        let (first, last) = self.lines();
        self.named(found).iter().any(|line| (first.saturating_sub(1)..=last + 1).contains(line))
    }

    fn refused(&self, before: &str, errors: &[Diagnostic]) -> Verdict {
        let here = |found: &&Diagnostic| found.place.file == self.path;
        let line_of = |found: &Diagnostic| found.place.line;
        let (first, last) = self.lines();
        if self.named(errors).iter().any(|line| (first..=last).contains(line)) {
            return Verdict::Exact;
        }
        if self.leads_here(errors) {
            return Verdict::Beside;
        }
        let said = |found: &Diagnostic| found.fault.message(Lang::En) + &found.fault.help(Lang::En);
        let of_example = errors.iter().all(|found| (340..360).contains(&found.fault.code().0));
        let rule = rule_around(before, self.line);
        let in_rule = |found: &Diagnostic| {
            let place = rule.clone().map(|rule| format!("{}:{}", self.path, rule.start()));
            // what all rules share, such as a named time, is noticed by the examples of those that use it
            let inside = rule
                .as_ref()
                .is_none_or(|rule| here(&found) && rule.contains(&self.original(line_of(found))));
            inside || place.is_some_and(|place| said(found).contains(&place))
        };
        let words = words_of(before, self.line).into_iter().chain(words_of(&self.text, self.line));
        let words: Vec<String> = words.collect();
        let names = |found: &Diagnostic| words.iter().any(|word| said(found).contains(word.as_str()));
        if of_example && errors.iter().any(|found| in_rule(found) || names(found)) {
            Verdict::Example
        } else if errors.iter().any(names) {
            Verdict::Name
        } else {
            Verdict::Elsewhere
        }
    }
}

/// A slip, what became of it, and how many corrected texts were shown, with those that do not mend it.
struct Judged<'m> {
    mutant: &'m Mutant,
    verdict: Verdict,
    errors: Vec<Diagnostic>,
    mended: (usize, Vec<String>),
}

impl Judged<'_> {
    /// The slip, its line, and the first errors that are said of it.
    fn told(&self) -> String {
        let Self { mutant: Mutant { slip, path, line, text }, verdict, errors, .. } = self;
        let written = text.lines().nth(line - 1).unwrap_or_default();
        let said = errors.iter().take(3);
        let said = said.map(|found| {
            format!("\n    {} {} {}", found.fault.code(), found.place, found.fault.message(Lang::En))
        });
        format!("{verdict:?} {slip:?} {path}:{line}: {written:?}{}", said.collect::<String>())
    }
}

/// The last line that is deeper than this one, of those that follow it.
fn end_of_block(text: &str, line: usize) -> usize {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let lines: Vec<&str> = text.lines().collect();
    let own = indent(lines[line - 1]);
    let deeper = |text: &&&str| text.trim().is_empty() || indent(text) > own;
    line + lines[line..].iter().take_while(deeper).count()
}

/// The lines of the rule that a line belongs to.
fn rule_around(text: &str, line: usize) -> Option<RangeInclusive<usize>> {
    let begins: Vec<usize> =
        text.lines().enumerate().filter(|(_, line)| line.starts_with("  - ")).map(|(at, _)| at + 1).collect();
    let first = *begins.iter().rev().find(|begin| **begin <= line)?;
    let last = begins.iter().find(|begin| **begin > line).map_or(usize::MAX, |next| next - 1);
    Some(first..=last)
}

/// The words of a line that say something.
fn words_of(text: &str, line: usize) -> Vec<String> {
    let line = text.lines().nth(line - 1).unwrap_or_default();
    let words = line.split(|c: char| !c.is_alphanumeric() && c != '_' && c != '-');
    words.filter(|word| word.chars().count() >= 2).map(str::to_owned).collect()
}

#[test]
fn no_slip_of_the_hand_changes_what_was_not_touched() {
    let (files, extent) = (shipped(), Extent::asked());
    let all: Vec<Mutant> = files.iter().flat_map(|(path, text)| mutants(path, text, extent)).collect();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let worker = || {
        let mut judged = Vec::new();
        while let Some(mutant) = all.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed)) {
            let (verdict, errors) = mutant.judge(&files);
            let mended = mending::flaws(mutant, &errors, &files);
            judged.push(Judged { mutant, verdict, errors, mended });
        }
        judged
    };
    let judged: Vec<_> = std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    let mut counts: BTreeMap<(Slip, Verdict), usize> = BTreeMap::new();
    let mut wrong = Vec::new();
    for judged in &judged {
        *counts.entry((judged.mutant.slip, judged.verdict)).or_default() += 1;
        match judged.verdict {
            Verdict::Elsewhere | Verdict::Silent => wrong.push(judged.told()),
            Verdict::Beside | Verdict::Example | Verdict::Name => println!("{}", judged.told()),
            _ => {}
        }
    }
    let share = report(&counts);
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), judged.len(), wrong.join("\n"));
    let shown: usize = judged.iter().map(|judged| judged.mended.0).sum();
    let flaws: Vec<&str> = judged.iter().flat_map(|judged| &judged.mended.1).map(String::as_str).collect();
    println!("{shown} corrected texts were copied");
    assert!(flaws.is_empty(), "{} of {shown}:\n{}", flaws.len(), flaws.join("\n"));
    // the share is that of the rules as they are shipped: who changes them may find it elsewhere
    let (slips, copied) = if extent == Extent::Few { (300, 40) } else { (3_000, 400) };
    assert!(judged.len() > slips && shown > copied, "{} slips, {shown} copied", judged.len());
    assert!(share > 0.94, "{share} name the exact line");
}

/// Prints what became of the mutants, as `docs/BENCHMARKS.md` records it. How many of those refused name the exact line.
fn report(counts: &BTreeMap<(Slip, Verdict), usize>) -> f64 {
    let of = |wanted: &dyn Fn(Verdict) -> bool| -> usize {
        counts.iter().filter(|((_, verdict), _)| wanted(*verdict)).map(|(_, count)| count).sum()
    };
    for ((slip, verdict), count) in counts {
        println!("{slip:?} {verdict:?}: {count}");
    }
    let (all, exact) = (of(&|_| true), of(&|verdict| verdict == Verdict::Exact));
    let refused = all
        - of(&|verdict| {
            matches!(verdict, Verdict::Same | Verdict::OwnLine | Verdict::Warned | Verdict::Silent)
        });
    let syntax = of(&|verdict| matches!(verdict, Verdict::Exact | Verdict::Beside));
    println!(
        "{all} mutants, {refused} refused; {exact} name the exact line: {:.1} % of those refused, {:.1} % of those that no example refused",
        100.0 * exact as f64 / refused as f64,
        100.0 * exact as f64
            / (syntax + of(&|verdict| matches!(verdict, Verdict::Name | Verdict::Elsewhere))) as f64,
    );
    exact as f64 / refused as f64
}
