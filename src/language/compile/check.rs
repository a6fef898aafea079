//! Checks across the files of a folder: names that are taken, used or missing, buttons and their answers, and
//! what is doubtful in the folder as a whole.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::engine::condition::Condition;
use crate::engine::place::Place;
use crate::engine::rule::Rule;
use crate::language::compile::Folder;
use crate::language::diagnostic::{Diagnostic, KnownNames, Suggestion};
use crate::language::doubt::{LintFault, MoreExpressions};
use crate::language::menu::MenuFault;
use crate::language::reply::fault::ReplyFault;
use crate::language::reply::read_script;
use crate::language::rule::Draft;
use crate::language::rule::fault::{MoreRules, RuleFault};
use crate::language::rule_reader::SUGGESTIONS;
use crate::model::kind::Kind;
use crate::words::nearest::nearest;

impl Folder<'_> {
    /// Reads the named replies that no rule uses, for their own faults; any name may be a group there.
    fn read_unused_replies(&mut self) {
        let used = self.used.replies.clone();
        let unused = self.gathered.names.replies.iter().filter(|(name, _)| !used.contains(*name));
        for (_, reply) in unused {
            let mut reader = self.reader(reply.file);
            reader.groups = None;
            _ = read_script(&mut reader, reply.node);
        }
        self.used.replies = used;
    }

    /// Notes all faults that no single rule shows.
    pub(super) fn check(&mut self) {
        self.read_unused_replies();
        self.check_names();
        self.check_answered_by();
        self.check_open_weight();
        self.warn_of_shared_literals();
        if self.faults.iter().any(Diagnostic::is_error) {
            // a warning might miss the very thing that could not be read
            return;
        }
        self.check_menu();
        self.warn_of_unsent();
        self.warn_of_follows_by_scan();
        self.warn_of_open_patterns();
        let (used, templates) = (&self.used, &self.templates);
        let is_used = |kind: &str, name: &str| match kind {
            "lists" => used.lists.contains(name),
            "replies" => used.replies.contains(name),
            "times" => used.times.contains(name),
            // they stand for whoever asks for days of work
            "holidays" => true,
            _ => templates.inserts(name),
        };
        self.gathered.never_used(is_used, &mut self.faults);
        let answers = self.drafts.iter().any(|(_, draft)| draft.enabled) || self.menu.is_some();
        if let (false, Some(file)) = (answers, self.files.first()) {
            self.faults.push(Diagnostic::of_file(RuleFault::NoRules {}, &file.source.path));
        }
    }

    fn check_names(&mut self) {
        let mut taken: HashMap<&str, &Place> = HashMap::new();
        for (file, draft) in &self.drafts {
            let name = draft.rule.name.as_str();
            match taken.entry(name) {
                Entry::Occupied(first) => {
                    let fault =
                        RuleFault::NameTaken { name: name.to_owned(), place: Place::clone(first.get()) };
                    let file = &self.files[*file].source;
                    self.faults.push(Diagnostic::new(fault, file, draft.named_at.clone()));
                }
                Entry::Vacant(free) => _ = free.insert(&draft.rule.place),
            }
        }
    }

    fn check_answered_by(&mut self) {
        let places: HashMap<&str, &Place> =
            self.drafts.iter().map(|(_, draft)| (draft.rule.name.as_str(), &draft.rule.place)).collect();
        let mut names: HashSet<&str> = places.keys().copied().collect();
        // what waits for a rule that is left out serves without it
        names.extend(self.left_out.iter().map(|left_out| left_out.rule.as_str()));
        let before = self.faults.len();
        for (file, draft) in &self.drafts {
            for text in draft.asks_about.iter().filter(|text| !names.contains(text.value.as_str())) {
                let is_looked_for = self.faults.len() - before < SUGGESTIONS;
                let near = nearest(&text.value, names.iter().copied().filter(|_| is_looked_for));
                let meant = near.map(|near| Box::new((near.to_owned(), places.get(near).copied().cloned())));
                let known = KnownNames { meant, ..KnownNames::default() };
                let fault = ReplyFault::UnknownRule { name: text.value.clone(), known };
                let file = &self.files[*file].source;
                self.faults.push(Diagnostic::new(fault, file, text.span.clone()));
            }
        }
    }

    /// Buttons without an answer, and answers without a button.
    fn check_menu(&mut self) {
        let Some((menu_file, menu)) = &self.menu else { return };
        let own = menu.rules.iter();
        let enabled = self.drafts.iter().filter(|(_, draft)| draft.enabled).map(|(_, draft)| &draft.rule);
        let answered: HashSet<&str> = own.chain(enabled.clone()).flat_map(menu_keys).collect();
        let any_click = enabled.clone().any(answers_any_click);
        let keys: Vec<&str> = menu.keys.iter().map(|(key, _)| key.as_str()).collect();
        let before = self.faults.len();
        for (key, span) in &menu.keys {
            if !any_click && !answered.contains(&key.as_str()) {
                let fault = MenuFault::Unanswered { key: key.clone() };
                let file = &self.files[*menu_file].source;
                self.faults.push(Diagnostic::new(fault, file, span.clone()));
            }
        }
        for (file, draft) in &self.drafts {
            for key in menu_keys(&draft.rule).filter(|key| !keys.contains(key)) {
                let is_looked_for = self.faults.len() - before < SUGGESTIONS;
                let near = nearest(key, keys.iter().copied().filter(|_| is_looked_for));
                let fault = MenuFault::NoSuchButton { key: key.to_owned(), meant: Suggestion::of(near) };
                let file = &self.files[*file].source;
                self.faults.push(Diagnostic::new(fault, file, draft.rule.place.span.clone()));
            }
        }
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

    /// One warning for all expressions that are tried on every message.
    fn warn_of_open_patterns(&mut self) {
        let mut open = std::mem::take(&mut self.lexicons.open_patterns).into_iter();
        if let Some(place) = open.next() {
            let fault = LintFault::NoLiteral { more: MoreExpressions(open.len()) };
            self.faults.push(Diagnostic { fault: Arc::new(fault), place });
        }
    }

    /// Whoever follows by a QR code is pushed as `scan_follow`; whether a `follow` comes as well is not known
    /// (docs/protocol.md 4 and 12).
    fn warn_of_follows_by_scan(&mut self) {
        let enabled = self.drafts.iter().filter(|(_, draft)| draft.enabled);
        let speaks_to = |kind| move |(_, draft): &&(usize, Draft)| draft.rule.kinds().contains(kind);
        let Some((file, draft)) = enabled.clone().find(speaks_to(Kind::Follow)) else { return };
        // a rule for certain scenes is one: whoever names scenes knows of the event
        if enabled.clone().all(|draft| !speaks_to(Kind::ScanFollow)(&draft)) {
            let (file, span) = (*file, draft.rule.place.span.clone());
            self.fault(file, LintFault::FollowsByScan {}, span);
        }
    }
}

fn menu_keys(rule: &Rule) -> impl Iterator<Item = &str> {
    rule.conditions().flat_map(|condition| match condition {
        Condition::Menu(menu) => menu.0.iter().map(|key| &**key).collect::<Vec<_>>(),
        _ => Vec::new(),
    })
}

/// Whether a rule answers every press of a button, because it asks for no key.
fn answers_any_click(rule: &Rule) -> bool {
    rule.alternatives.iter().any(|alternative| {
        let asks = |condition: &Condition| matches!(condition, Condition::Menu(_));
        alternative.kinds.contains(Kind::Click)
            && !alternative.conditions.iter().any(|condition| asks(condition))
    })
}
