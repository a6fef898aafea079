//! Compiling: the files of a folder become one ruleset. All faults of all files are gathered; what the
//! rules of different files say of one another is checked here; the examples are run last.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use super::action::Script;
use super::action::fault::ActionFault;
use super::action::follow_up::Unless;
use super::diagnostic::{Diagnostic, Meant};
use super::example::run::run;
use super::index::{IndexBuilder, Rank};
use super::matcher::Matcher;
use super::matcher::when::{Conditions, read_when};
use super::menu::{MenuDraft, MenuFault, read_menu};
use super::names::{Gathered, gather};
use super::read::SUGGESTIONS;
use super::read::{Lexicons, NamedReply, Reading, Used};
use super::rule::Rule;
use super::rule::fault::{MoreRules, RuleFault};
use super::rule::read::{Draft, read_rule};
use super::ruleset::{Parts, RuleSet};
use super::source::RuleSource;
use super::subject::Literals;
use super::surroundings::Surroundings;
use super::template::{Groups, Templates};
use super::yaml::Span;
use super::yaml::parse::{Parsed, parse};
use super::yaml::reader::{Fields, Reader};
use crate::model::nearest::nearest;

const ROOT_KEYS: &[&str] = &["version", "rules", "menu", "replies", "lists", "values", "when"];

/// What became of a source: every diagnostic, and the set if none of them is an error.
#[derive(Debug)]
pub struct Loaded {
    pub ruleset: Option<RuleSet>,
    /// In the order of files and lines.
    pub diagnostics: Vec<Diagnostic>,
    /// How many examples were tried and held. None were tried where something else is wrong.
    pub examples_passed: usize,
    pub examples_failed: usize,
}

/// Parses, validates, compiles and tries out a source. All faults of all files come back at once.
pub fn load(source: &RuleSource, surroundings: &Surroundings) -> Loaded {
    let mut faults = Vec::new();
    let files: Vec<Parsed> = source.files().iter().filter_map(|file| parse(file, &mut faults)).collect();
    let roots: Vec<_> = files.iter().map(|file| read_root(file, &mut faults)).collect();
    let gathered = gather(&files, &roots, &mut faults);
    let mut folder = Folder::new(&files, &gathered, surroundings, faults);
    for (number, root) in roots.iter().enumerate() {
        folder.read_file(number, root.as_ref());
    }
    folder.check();
    let mut loaded = folder.finish(source, surroundings);
    let order: HashMap<&str, usize> =
        source.files().iter().enumerate().map(|(number, file)| (&*file.path, number)).collect();
    // a named reply is read by each rule that uses it, and says the same each time
    let mut said = HashSet::new();
    loaded.diagnostics.retain(|found| {
        let place = &found.place;
        said.insert((place.file.clone(), place.span.clone(), found.fault.code()))
    });
    loaded.diagnostics.sort_by_key(|diagnostic| {
        let place = &diagnostic.place;
        (order.get(&*place.file).copied(), place.span.start, diagnostic.fault.code())
    });
    loaded
}

fn read_root<'f>(file: &'f Parsed, faults: &mut Vec<Diagnostic>) -> Option<Fields<'f>> {
    let mut reader = Reader { file: &file.source, faults };
    reader.map(file.root.as_ref()?, ROOT_KEYS)
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
    menu: Option<(usize, MenuDraft)>,
}

impl<'f> Folder<'f> {
    fn new(
        files: &'f [Parsed],
        gathered: &'f Gathered<'f>,
        surroundings: &'f Surroundings,
        faults: Vec<Diagnostic>,
    ) -> Self {
        Self {
            files,
            gathered,
            surroundings,
            faults,
            lexicons: Lexicons::default(),
            templates: Templates::new(gathered.values.clone()),
            used: Used::default(),
            drafts: Vec::new(),
            menu: None,
        }
    }

    fn reading(&mut self, file: usize) -> Reading<'_> {
        Reading {
            reader: Reader { file: &self.files[file].source, faults: &mut self.faults },
            files: self.files,
            names: &self.gathered.names,
            surroundings: self.surroundings,
            lexicons: &mut self.lexicons,
            templates: &mut self.templates,
            used: &mut self.used,
            groups: Some(Groups::default()),
            using: Vec::new(),
            actions: 0,
        }
    }

    fn read_file(&mut self, number: usize, root: Option<&Fields>) {
        let Some(root) = root else { return };
        let mut reading = self.reading(number);
        read_version(&mut reading, root);
        let common: Option<Vec<Conditions>> = root.get("when").map(|when| read_when(&mut reading, when));
        let rules = root.get("rules").map(|rules| reading.reader.list(rules)).unwrap_or_default();
        let read = |(position, node)| read_rule(&mut reading, node, position + 1, common.as_deref());
        let drafts: Vec<Draft> = rules.iter().enumerate().filter_map(read).collect();
        self.drafts.extend(drafts.into_iter().map(|draft| (number, draft)));
        if let (Some(node), Some(span)) = (root.get("menu"), root.key_span("menu")) {
            self.read_menu(number, node, span);
        }
    }

    fn read_menu(&mut self, number: usize, node: &super::yaml::Node, span: Span) {
        let first = self.menu.as_ref().map(|(file, menu)| {
            let span = menu.keys.first().map_or(0..0, |(_, span)| span.clone());
            self.files[*file].source.place(span).to_string()
        });
        let mut reading = self.reading(number);
        if let Some(place) = first {
            reading.fault(MenuFault::SecondMenu { place }, span);
        } else if let Some(menu) = read_menu(&mut reading, node) {
            self.menu = Some((number, menu));
        }
    }

    fn fault(&mut self, file: usize, fault: impl super::diagnostic::Fault + 'static, span: Span) {
        self.faults.push(Diagnostic::new(fault, &self.files[file].source, span));
    }

    /// Reads the named replies that no rule uses, for their own faults; any name may be a group there.
    fn read_unused_replies(&mut self) {
        let mut unused: Vec<NamedReply> = Vec::new();
        let names = &self.gathered.names.replies;
        unused.extend(
            names.iter().filter(|(name, _)| !self.used.replies.contains(*name)).map(|(_, reply)| reply),
        );
        let used = self.used.replies.clone();
        for reply in unused {
            let mut reading = self.reading(reply.file);
            reading.groups = None;
            Script::read(&mut reading, reply.node);
        }
        self.used.replies = used;
    }

    /// What rules of different files say of one another.
    fn check(&mut self) {
        self.read_unused_replies();
        self.check_names();
        self.check_answered_by();
        if self.faults.iter().any(Diagnostic::is_error) {
            // what is wrong may be the very thing whose absence a warning would speak of
            return;
        }
        self.check_menu();
        self.warn_of_unsent();
        let (used, templates) = (&self.used, &self.templates);
        let is_used = |kind: &str, name: &str| match kind {
            "lists" => used.lists.contains(name),
            "replies" => used.replies.contains(name),
            _ => templates.inserts(name),
        };
        self.gathered.never_used(self.files, is_used, &mut self.faults);
        let answers = self.drafts.iter().any(|(_, draft)| draft.enabled) || self.menu.is_some();
        if let (false, Some(file)) = (answers, self.files.first()) {
            self.faults.push(Diagnostic::of_file(RuleFault::NoRules {}, &file.source.path));
        }
    }

    fn check_names(&mut self) {
        let mut taken: HashMap<&str, String> = HashMap::new();
        let mut twice = Vec::new();
        for (file, draft) in &self.drafts {
            let name = draft.rule.name.as_str();
            match taken.get(name) {
                Some(place) => twice.push((*file, name.to_owned(), place.clone(), draft.named_at.clone())),
                None => {
                    taken.insert(name, draft.rule.place.to_string());
                }
            }
        }
        for (file, name, place, span) in twice {
            self.fault(file, RuleFault::NameTaken { name, place }, span);
        }
    }

    fn check_answered_by(&mut self) {
        let names: HashSet<&str> = self.drafts.iter().map(|(_, draft)| draft.rule.name.as_str()).collect();
        let mut unknown = Vec::new();
        for (file, draft) in &self.drafts {
            let unless = draft.rule.steps.iter().flat_map(|step| &step.unless);
            for text in unless.filter_map(|unless| match unless {
                Unless::AnsweredBy(text) => Some(text),
                Unless::SenderReplied => None,
            }) {
                if !names.contains(text.value.as_str()) {
                    let near =
                        nearest(&text.value, names.iter().copied().filter(|_| unknown.len() < SUGGESTIONS));
                    let meant = Meant(near.map(str::to_owned));
                    let fault = ActionFault::UnknownRule { name: text.value.clone(), meant };
                    unknown.push((*file, fault, text.span.clone()));
                }
            }
        }
        for (file, fault, span) in unknown {
            self.fault(file, fault, span);
        }
    }

    /// Buttons without an answer, and answers without a button.
    fn check_menu(&mut self) {
        let Some((menu_file, menu)) = &self.menu else { return };
        let own = menu.rules.iter();
        let rules = self.drafts.iter().map(|(_, draft)| &draft.rule);
        let answered: HashSet<&str> = own.chain(rules).flat_map(menu_keys).collect();
        let any_click = self.drafts.iter().any(|(_, draft)| answers_any_click(&draft.rule));
        let keys: Vec<&str> = menu.keys.iter().map(|(key, _)| key.as_str()).collect();
        let mut faults = Vec::new();
        for (key, span) in &menu.keys {
            if !any_click && !answered.contains(&key.as_str()) {
                faults.push(Diagnostic::new(
                    MenuFault::Unanswered { key: key.clone() },
                    &self.files[*menu_file].source,
                    span.clone(),
                ));
            }
        }
        for (file, draft) in &self.drafts {
            for key in menu_keys(&draft.rule).filter(|key| !keys.contains(key)) {
                let near = nearest(key, keys.iter().copied().filter(|_| faults.len() < SUGGESTIONS));
                let meant = Meant(near.map(str::to_owned));
                let fault = MenuFault::NoSuchButton { key: key.to_owned(), meant };
                let span = draft.rule.place.span.clone();
                faults.push(Diagnostic::new(fault, &self.files[*file].source, span));
            }
        }
        self.faults.extend(faults);
    }

    /// One warning for all that needs a token where none is.
    fn warn_of_unsent(&mut self) {
        if self.surroundings.sends {
            return;
        }
        let mut unsent = self.drafts.iter().filter_map(|(file, draft)| Some((*file, draft.sends.clone()?)));
        if let Some((file, span)) = unsent.next() {
            let more = MoreRules(unsent.count());
            self.fault(file, RuleFault::NotSent { more }, span);
        }
    }

    /// The set, if nothing is wrong; its examples are tried.
    fn finish(mut self, source: &RuleSource, surroundings: &Surroundings) -> Loaded {
        let refused =
            |diagnostics| Loaded { ruleset: None, diagnostics, examples_passed: 0, examples_failed: 0 };
        if self.faults.iter().any(Diagnostic::is_error) {
            return refused(self.faults);
        }
        let drafts = in_order(std::mem::take(&mut self.drafts), self.menu.as_mut());
        let examples: Vec<_> = drafts.iter().map(|draft| draft.examples.clone()).collect();
        let rules: Vec<Rule> = drafts.into_iter().map(|draft| draft.rule).collect();
        let is_empty = self.lexicons.literals.is_empty();
        let (Ok(words), Ok(literals)) = (self.lexicons.words.build(), self.lexicons.literals.build()) else {
            let first = self.files.first().map(|file| file.source.path.clone()).unwrap_or_default();
            self.faults.push(Diagnostic::of_file(RuleFault::TooManyWords {}, &first));
            return refused(self.faults);
        };
        let ruleset = RuleSet::new(Parts {
            index: index(&rules),
            rules,
            words,
            literals: Literals { lexicon: literals, is_empty },
            templates: self.templates,
            menu: self.menu.map(|(_, draft)| draft.menu),
            hash: source.hash(),
        });
        let tried = examples
            .iter()
            .enumerate()
            .flat_map(|(rank, examples)| examples.iter().map(move |example| (rank as Rank, example)));
        let verdicts: Vec<_> =
            tried.map(|(rank, example)| run(&ruleset, rank, example, surroundings)).collect();
        let tried = verdicts.len();
        let failures: Vec<Diagnostic> = verdicts.into_iter().flatten().collect();
        let examples_failed = failures.len();
        self.faults.extend(failures);
        Loaded {
            ruleset: (examples_failed == 0).then_some(ruleset),
            diagnostics: self.faults,
            examples_passed: tried - examples_failed,
            examples_failed,
        }
    }
}

/// The order in which rules are tried: fallbacks last, then by priority, then as they stand. The rules of
/// menu items stand behind those of the menu's file. What is switched off is left out.
fn in_order(drafts: Vec<(usize, Draft)>, menu: Option<&mut (usize, MenuDraft)>) -> Vec<Draft> {
    let mut drafts: Vec<(usize, Draft)> = drafts.into_iter().filter(|(_, draft)| draft.enabled).collect();
    if let Some((file, menu)) = menu {
        let own = std::mem::take(&mut menu.rules).into_iter();
        let draft = |rule: Rule| Draft {
            named_at: rule.place.span.clone(),
            rule,
            enabled: true,
            examples: Vec::new(),
            sends: None,
        };
        drafts.extend(own.map(|rule| (*file, draft(rule))));
    }
    // the sort is stable: within a file the rules keep their order
    drafts.sort_by_key(|(file, draft)| (draft.rule.fallback, Reverse(draft.rule.priority), *file));
    drafts.into_iter().map(|(_, draft)| draft).collect()
}

fn index(rules: &[Rule]) -> super::index::Index {
    let mut builder = IndexBuilder::default();
    for (rank, rule) in rules.iter().enumerate() {
        for trigger in rule.alternatives.iter().flat_map(|alternative| alternative.triggers()) {
            builder.add(trigger, rank as Rank);
        }
    }
    builder.build()
}

fn menu_keys(rule: &Rule) -> impl Iterator<Item = &str> {
    rule.matchers().flat_map(|matcher| match matcher {
        Matcher::Menu(menu) => menu.0.iter().map(|key| &**key).collect::<Vec<_>>(),
        _ => Vec::new(),
    })
}

/// Whether a rule speaks to menu clicks without asking which.
fn answers_any_click(rule: &Rule) -> bool {
    rule.alternatives.iter().any(|alternative| {
        let asks = alternative.matchers.iter().any(|matcher| matches!(&**matcher, Matcher::Menu(_)));
        alternative.kinds.contains(crate::model::kind::Kind::Click) && !asks
    })
}

fn read_version(reading: &mut Reading, root: &Fields) {
    let Some(text) = root.get("version").and_then(|node| reading.reader.text(node)) else { return };
    if text.value != "1" {
        reading.fault(RuleFault::BadVersion { text: text.value }, text.span);
    }
}
