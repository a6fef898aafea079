//! Compiling: the files of a folder become one ruleset. All faults of all files are gathered; the examples
//! are run last.

mod check;
mod work;

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use crate::engine::index::{Index, IndexBuilder, Rank};
use crate::engine::place::Place;
use crate::engine::rule::Rule;
use crate::engine::ruleset::{Parts, RuleSet};
use crate::engine::template::{Groups, Templates};
use crate::language::condition::when::{Conditions, read_when};
use crate::language::copies::tell_copies;
use crate::language::cut_off::tell_cut_off;
use crate::language::diagnostic::{Diagnostic, Fault};
use crate::language::example::trial::Trial;
use crate::language::grammar::file::FILE;
use crate::language::menu::{MenuDraft, MenuFault, read_menu};
use crate::language::names::{Gathered, gather};
use crate::language::proof::prove;
use crate::language::registry::GRAMMAR;
use crate::language::rule::fault::RuleFault;
use crate::language::rule::{Draft, read_rule};
use crate::language::rule_reader::{Lexicons, RuleReader, Used};
use crate::language::source::RuleSource;
use crate::language::surroundings::Surroundings;
use crate::language::yaml::parse::{Parsed, parse};
use crate::language::yaml::reader::{Fields, Reader};
use crate::language::yaml::{Node, Span};

/// What became of a source: every diagnostic, and the set if none of them is an error.
#[derive(Debug, Default)]
pub struct Loaded {
    pub ruleset: Option<RuleSet>,
    /// In the order of files and lines.
    pub diagnostics: Vec<Diagnostic>,
    /// The rules that the set lacks, where the surroundings say so.
    pub left_out: Vec<LeftOut>,
    /// What came of the examples, in the same order. None are tried where there is an error.
    pub trial: Trial,
}

/// A rule that is refused while the others serve, or a file of which none could be read.
#[derive(Clone, Debug)]
pub struct LeftOut {
    /// The rule's name, or else where it stands.
    pub rule: String,
    pub why: Diagnostic,
}

/// Parses, validates, compiles and tries out a source. All faults of all files come back at once, with corrected texts
/// that mend them.
pub fn load(source: &RuleSource, surroundings: &Surroundings) -> Loaded {
    let (mut loaded, is_all_read) = load_unproved(source, surroundings);
    prove(&mut loaded.diagnostics, source, |mended| {
        let found = load_unproved(mended, surroundings).0.diagnostics.into_iter();
        found.filter(Diagnostic::is_error).collect()
    });
    tell_cut_off(&mut loaded.diagnostics, source);
    if !is_all_read && !surroundings.leaves_out {
        // what the others lack may stand in the file that could not be read: that one comes first
        loaded.diagnostics.retain(|found| !UNKNOWN_NAMES.contains(&found.fault.code().0));
    }
    loaded
}

/// The codes for the name of a list, a time, a reply, a rule or a text that no file gives.
const UNKNOWN_NAMES: [u16; 5] = [204, 236, 247, 266, 300];

/// The source as it loads, and whether all of its files and names could be read.
fn load_unproved(source: &RuleSource, surroundings: &Surroundings) -> (Loaded, bool) {
    let mut faults = Vec::new();
    let files: Vec<Parsed> =
        source.files().iter().filter_map(|file| parse(file, &GRAMMAR, &mut faults)).collect();
    let roots: Vec<_> = files.iter().map(|file| read_root(file, &mut faults)).collect();
    let gathered = gather(&files, &roots, &mut faults);
    let mut folder = Folder {
        files: &files,
        gathered: &gathered,
        surroundings,
        faults,
        lexicons: Lexicons::default(),
        templates: Templates::new(gathered.values.clone()),
        used: Used::default(),
        drafts: Vec::new(),
        left_out: Vec::new(),
        menu: None,
    };
    folder.leave_out_files(source);
    for (number, root) in roots.iter().enumerate() {
        folder.read_file(number, root.as_ref());
    }
    folder.check();
    let mut loaded = folder.finish(source);
    // a named reply is read by each rule that uses it, with the same faults each time
    let mut said = HashSet::new();
    loaded.diagnostics.retain(|found| {
        let place = &found.place;
        said.insert((place.file.clone(), place.span.clone(), found.fault.code()))
    });
    tell_copies(&mut loaded.diagnostics, source);
    in_file_order(&mut loaded.diagnostics, source);
    let order = Order::of(source);
    loaded.trial.results.sort_by_key(|verdict| order.stands(&verdict.place));
    loaded.trial.unreached.sort_by_key(|(_, place)| order.stands(place));
    (loaded, files.len() == source.files().len() && !gathered.lacks_names)
}

/// Where places stand in the order of files and lines.
struct Order<'s>(HashMap<&'s str, usize>);

impl<'s> Order<'s> {
    fn of(source: &'s RuleSource) -> Self {
        Self(source.files().iter().enumerate().map(|(number, file)| (&*file.path, number)).collect())
    }

    fn stands(&self, place: &Place) -> (Option<usize>, usize) {
        (self.0.get(&*place.file).copied(), place.span.start)
    }
}

/// Diagnostics in the order of files and lines.
pub fn in_file_order(diagnostics: &mut [Diagnostic], source: &RuleSource) {
    let order = Order::of(source);
    diagnostics.sort_by_key(|diagnostic| (order.stands(&diagnostic.place), diagnostic.fault.code()));
}

fn read_root<'f>(file: &'f Parsed, faults: &mut Vec<Diagnostic>) -> Option<Fields<'f>> {
    let mut reader = Reader { file: &file.source, grammar: &GRAMMAR, faults };
    reader.map(file.root.as_ref()?, &FILE).ok()
}

/// A folder while its files are read.
struct Folder<'f> {
    files: &'f [Parsed],
    gathered: &'f Gathered<'f>,
    surroundings: &'f Surroundings,
    faults: Vec<Diagnostic>,
    lexicons: Lexicons,
    templates: Templates,
    used: Used,
    /// In file order, each with the number of its file.
    drafts: Vec<(usize, Draft)>,
    left_out: Vec<LeftOut>,
    menu: Option<(usize, MenuDraft)>,
}

impl Folder<'_> {
    fn reader(&mut self, file: usize) -> RuleReader<'_> {
        RuleReader {
            yaml: Reader { file: &self.files[file].source, grammar: &GRAMMAR, faults: &mut self.faults },
            files: self.files,
            names: &self.gathered.names,
            surroundings: self.surroundings,
            lexicons: &mut self.lexicons,
            templates: &mut self.templates,
            used: &mut self.used,
            groups: Some(Groups::default()),
            empty_names: Vec::new(),
            is_narrow: false,
            using: Vec::new(),
            messages: 0,
        }
    }

    fn read_file(&mut self, number: usize, root: Option<&Fields>) {
        let Some(root) = root else { return };
        let mut reader = self.reader(number);
        read_version(&mut reader, root);
        let before = reader.yaml.faults.len();
        let common: Option<Vec<Conditions>> = root.get("when").map(|when| read_when(&mut reader, when));
        let of_file = first_error(&reader.yaml.faults[before..]);
        let rules = root.get("rules").map(|rules| reader.yaml.list(rules)).unwrap_or_default();
        let (mut drafts, mut left_out) = (Vec::new(), Vec::new());
        for (position, node) in rules.iter().enumerate() {
            let before = reader.yaml.faults.len();
            let draft = read_rule(&mut reader, node, position + 1, common.as_deref());
            let error = || of_file.clone().or_else(|| first_error(&reader.yaml.faults[before..]));
            // a fault of a named reply stands elsewhere, and is the rule's all the same
            match error().filter(|_| reader.surroundings.leaves_out) {
                Some(why) => {
                    let place = reader.place(&node.span);
                    let rule = node.text_at("name").map_or_else(|| place.to_string(), str::to_owned);
                    left_out.push(LeftOut { rule, why });
                }
                None => drafts.extend(draft.ok().map(|draft| (number, draft))),
            }
        }
        self.drafts.extend(drafts);
        self.left_out.extend(left_out);
        if let (Some(node), Some(span)) = (root.get("menu"), root.key_span("menu")) {
            self.read_menu(number, node, span);
        }
    }

    fn read_menu(&mut self, number: usize, node: &Node, span: Span) {
        let first = self.menu.as_ref().map(|(file, menu)| {
            let span = menu.keys.first().map_or(0..0, |(_, span)| span.clone());
            self.files[*file].source.place(span)
        });
        let mut reader = self.reader(number);
        if let Some(place) = first {
            reader.fault(MenuFault::SecondMenu { place }, span);
        } else if let Ok(menu) = read_menu(&mut reader, node) {
            self.menu = Some((number, menu));
        }
    }

    /// Notes the files of which nothing could be read.
    fn leave_out_files(&mut self, source: &RuleSource) {
        if !self.surroundings.leaves_out {
            return;
        }
        let read =
            |path: &str| self.files.iter().any(|file| file.root.is_some() && *file.source.path == *path);
        for file in source.files().iter().filter(|file| !read(&file.path)) {
            let why = self.faults.iter().find(|fault| fault.is_error() && fault.place.file == file.path);
            self.left_out.extend(why.map(|why| LeftOut { rule: file.path.to_string(), why: why.clone() }));
        }
    }

    /// Takes the rules out of the set for which there is an error in what several rules say together.
    fn leave_out_refused(&mut self) {
        let errors: Vec<&Diagnostic> = self.faults.iter().filter(|fault| fault.is_error()).collect();
        let left_out = &mut self.left_out;
        self.drafts.retain(|(_, draft)| {
            let Place { file, span, .. } = &draft.rule.place;
            let lies_in =
                |error: &&&Diagnostic| error.place.file == *file && span.contains(&error.place.span.start);
            let why = errors.iter().find(lies_in);
            let rule = draft.rule.name.to_string();
            left_out.extend(why.map(|why| LeftOut { rule, why: Diagnostic::clone(why) }));
            why.is_none()
        });
    }

    fn fault(&mut self, file: usize, fault: impl Fault + 'static, span: Span) {
        self.faults.push(Diagnostic::new(fault, &self.files[file].source, span));
    }

    /// The set, if nothing is wrong; its examples are tried.
    fn finish(mut self, source: &RuleSource) -> Loaded {
        let refused = |diagnostics| Loaded { diagnostics, ..Loaded::default() };
        let leaves_out = self.surroundings.leaves_out;
        if leaves_out {
            self.leave_out_refused();
        } else if self.faults.iter().any(Diagnostic::is_error) {
            return refused(self.faults);
        }
        let (enabled, off): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.drafts).into_iter().partition(|(_, draft)| draft.enabled);
        let switched_off = off.into_iter().map(|(_, draft)| draft.rule).collect();
        let drafts = in_order(enabled, self.menu.as_mut());
        let examples: Vec<_> = drafts.iter().map(|draft| draft.examples.clone()).collect();
        let rules: Vec<Rule> = drafts.into_iter().map(|draft| draft.rule).collect();
        let ruleset = RuleSet::new(Parts {
            index: index(&rules),
            rules,
            words: self.lexicons.words.build(),
            literals: self.lexicons.literals.build(),
            templates: self.templates,
            menu: self.menu.map(|(_, draft)| draft.menu),
            hash: source.hash(),
            switched_off,
            profile: self.surroundings.profile,
        });
        if leaves_out {
            let ruleset = (!ruleset.rules().is_empty()).then_some(ruleset);
            let (diagnostics, left_out) = (self.faults, self.left_out);
            return Loaded { ruleset, diagnostics, left_out, trial: Trial::default() };
        }
        let trial = Trial::of(&ruleset, &examples, self.surroundings);
        self.faults.extend(trial.failures().cloned());
        let ruleset = (trial.failed() == 0).then_some(ruleset);
        Loaded { ruleset, diagnostics: self.faults, trial, left_out: Vec::new() }
    }
}

/// The order in which rules are tried: fallbacks last, then by priority, then as they stand. The rules of
/// menu items stand behind those of the menu's file.
fn in_order(mut drafts: Vec<(usize, Draft)>, menu: Option<&mut (usize, MenuDraft)>) -> Vec<Draft> {
    if let Some((file, menu)) = menu {
        let own = std::mem::take(&mut menu.rules).into_iter();
        let draft = |rule: Rule| Draft {
            named_at: rule.place.span.clone(),
            rule,
            enabled: true,
            examples: Vec::new(),
            asks_about: Vec::new(),
            sends: None,
        };
        drafts.extend(own.map(|rule| (*file, draft(rule))));
    }
    // the sort is stable: within a file the rules keep their order
    drafts.sort_by_key(|(file, draft)| (draft.rule.fallback, Reverse(draft.rule.priority), *file));
    drafts.into_iter().map(|(_, draft)| draft).collect()
}

fn index(rules: &[Rule]) -> Index {
    let mut builder = IndexBuilder::default();
    for (rank, rule) in rules.iter().enumerate() {
        for trigger in rule.alternatives.iter().flat_map(|alternative| alternative.triggers()) {
            builder.add(trigger, rank as Rank);
        }
    }
    builder.build()
}

fn first_error(faults: &[Diagnostic]) -> Option<Diagnostic> {
    faults.iter().find(|fault| fault.is_error()).cloned()
}

fn read_version(reader: &mut RuleReader, root: &Fields) {
    let Some(Ok(text)) = root.get("version").map(|node| reader.yaml.text(node)) else { return };
    if text.value != "1" {
        reader.fault(RuleFault::BadVersion { text: text.value }, text.span);
    }
}
