//! The proof: the text of the rule file is loaded and asked before it is written. A draft that does not load is taken out
//! and reported. A word becomes an example if its own rule answers it, and a finding if another one does.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use jiff::Timestamp;

use super::Gathered;
use super::draft::{Draft, Said, Way, When, unique_names};
use super::finding::{Finding, FindingKind, FindingPlace};
use super::unreadable::Unreadable;
use super::written::{Written, write};
use crate::engine::ruleset::RuleSet;
use crate::language::diagnostic::{Diagnostic, Fault};
use crate::language::example::fault::{Conflict, ExampleFault};
use crate::language::rule::fault::RuleFault;
use crate::language::source::{RuleSource, SourceFile};
use crate::language::surroundings::Surroundings;
use crate::language::{Loaded, load};
use crate::model::decision::{Decision, Outcome};
use crate::model::id::UserId;
use crate::model::message::{Content, Event, Format, InboundMessage, Scene};
use crate::words::lang::Lang;

/// As many examples show how a rule is asked for; all words were tried.
const EXAMPLES: usize = 3;
/// Something that fans say and that hardly any rule looks for.
pub const ANYTHING: &[&str] = &["随便说点什么", "今天天气不错", "???", "blah blah"];

/// The text of a rule file that loads, and everything that is to be said about it.
#[derive(Debug)]
pub struct Proven {
    pub text: String,
    pub rules: usize,
    pub examples: usize,
    pub findings: Vec<Finding>,
}

/// Where the rule file is to lie.
#[derive(Clone, Debug, Default)]
pub struct Destination {
    /// The comment above the rules, without `#`.
    pub heading: String,
    pub file: String,
    /// The other files of the folder.
    pub beside: RuleSource,
}

/// Makes a rule file of what was gathered, to stand among other files. Nothing is left of the text where no draft
/// can be used.
///
/// # Errors
///
/// The drafts cannot be served, and no single draft is at fault; or the other files cannot.
pub fn prove(
    gathered: Gathered,
    destination: &Destination,
    surroundings: &Surroundings,
    lang: Lang,
) -> Result<Proven, Unreadable> {
    let Gathered { mut drafts, mut findings } = gathered;
    unique_names(&mut drafts, destination.taken_names(surroundings, lang)?);
    drop_duplicates(&mut drafts, &mut findings);
    while drafts.iter().any(|draft| draft.enabled) {
        let written = write(&destination.heading, &drafts)?;
        let loaded = destination.load(&written, surroundings);
        let mut refused = match &loaded.ruleset {
            Some(ruleset) => add_examples(&mut drafts, ruleset, destination, surroundings, &mut findings),
            None => destination.refused(&loaded.diagnostics, &written.starts, lang)?,
        };
        if refused.is_empty() {
            return finish(destination, &drafts, findings, surroundings, lang);
        }
        for (at, draft) in std::mem::take(&mut drafts).into_iter().enumerate() {
            match refused.remove(&at) {
                Some(reason) => {
                    findings.push(Finding { at: draft.origin, what: FindingKind::Refused { reason } })
                }
                None => drafts.push(draft),
            }
        }
        drafts.iter_mut().for_each(|draft| draft.examples.clear());
        findings.retain(|finding| {
            !matches!(
                finding.what,
                FindingKind::Shadowed { .. }
                    | FindingKind::AnsweredBeside { .. }
                    | FindingKind::NeverReached { .. }
            )
        });
    }
    Ok(Proven { text: String::new(), rules: 0, examples: 0, findings })
}

impl Destination {
    /// The names of the rules beside.
    fn taken_names(&self, surroundings: &Surroundings, lang: Lang) -> Result<HashSet<String>, Unreadable> {
        if self.beside.files().is_empty() {
            return Ok(HashSet::new());
        }
        let loaded = load(&self.beside, surroundings);
        let Some(ruleset) = loaded.ruleset else {
            // lists or texts alone become a folder with the rules that come
            let mut errors = loaded.diagnostics.iter().filter(|found| found.is_error());
            return match errors.all(|found| found.fault.code() == RuleFault::NoRules {}.code()) {
                true => Ok(HashSet::new()),
                false => Err(Unreadable::Beside { reason: first_error(&loaded.diagnostics, lang) }),
            };
        };
        let rules = ruleset.rules().iter().chain(ruleset.switched_off());
        Ok(rules.map(|rule| rule.name.to_string()).collect())
    }

    fn load(&self, written: &Written, surroundings: &Surroundings) -> Loaded {
        let own = SourceFile { path: self.file.as_str().into(), bytes: Arc::from(written.text.as_bytes()) };
        let files = self.beside.files().iter().cloned().chain([own]).collect();
        load(&RuleSource::new(files), surroundings)
    }

    /// The drafts in which errors stand, each with its first one.
    fn refused(
        &self,
        diagnostics: &[Diagnostic],
        starts: &[usize],
        lang: Lang,
    ) -> Result<BTreeMap<usize, String>, Unreadable> {
        let mut refused = BTreeMap::new();
        let own = diagnostics.iter().filter(|found| found.is_error() && *found.place.file == *self.file);
        for diagnostic in own {
            let before = starts.partition_point(|start| *start <= diagnostic.place.span.start);
            if let Some(at) = before.checked_sub(1) {
                refused.entry(at).or_insert_with(|| diagnostic.fault.message(lang));
            }
        }
        if refused.is_empty() {
            let taken_over =
                diagnostics.iter().find(|found| found.is_error() && is_answered_by_another(found));
            return Err(match taken_over {
                Some(found) => {
                    Unreadable::TakesOver { reason: located(found, lang), advice: found.fault.help(lang) }
                }
                None => Unreadable::Beyond { reason: first_error(diagnostics, lang) },
            });
        }
        Ok(refused)
    }
}

/// Whether an example fails because another rule answers it.
fn is_answered_by_another(found: &Diagnostic) -> bool {
    let (said, rule, place) = (String::new(), String::new(), String::new());
    let other = ExampleFault::OtherRule { said, rule, place, conflict: Conflict::default() };
    found.fault.code() == other.code()
}

/// The last look, at the very bytes that will be written.
fn finish(
    destination: &Destination,
    drafts: &[Draft],
    mut findings: Vec<Finding>,
    surroundings: &Surroundings,
    lang: Lang,
) -> Result<Proven, Unreadable> {
    let written = write(&destination.heading, drafts)?;
    let loaded = destination.load(&written, surroundings);
    let Some(ruleset) = loaded.ruleset else {
        return Err(Unreadable::Beyond { reason: first_error(&loaded.diagnostics, lang) });
    };
    let own = ruleset.rules().iter().filter(|rule| *rule.place.file == *destination.file);
    let promising = own.filter(|rule| rule.promises(surroundings.profile)).count();
    if promising > 0 && !surroundings.sends {
        findings.push(Finding { at: FindingPlace::File, what: FindingKind::NeedsToken { rules: promising } });
    }
    let examples = drafts.iter().map(|draft| draft.examples.len()).sum();
    Ok(Proven { text: written.text, rules: drafts.len(), examples, findings })
}

fn first_error(diagnostics: &[Diagnostic], lang: Lang) -> String {
    let error = diagnostics.iter().find(|diagnostic| diagnostic.is_error());
    error.map(|error| located(error, lang)).unwrap_or_default()
}

fn located(found: &Diagnostic, lang: Lang) -> String {
    format!("{}: {}", found.place, found.fault.message(lang))
}

/// Asks the set for every word. The drafts whose answer cannot be filled in come back with the reason.
fn add_examples(
    drafts: &mut [Draft],
    ruleset: &RuleSet,
    destination: &Destination,
    surroundings: &Surroundings,
    findings: &mut Vec<Finding>,
) -> BTreeMap<usize, String> {
    let mut failing = BTreeMap::new();
    for (at, draft) in drafts.iter_mut().enumerate().filter(|(_, draft)| draft.enabled) {
        let candidates: Vec<(Option<Way>, Said)> = match &draft.when {
            When::Follow => ["follow", "scan_follow"].map(|event| (None, Said::Event(event))).to_vec(),
            When::Fallback => ANYTHING.iter().map(|text| (None, Said::Text((*text).to_owned()))).collect(),
            When::Words(_) => {
                draft.when.words().map(|(way, word)| (Some(way), Said::Text(word.to_owned()))).collect()
            }
        };
        // another rule that answers every follow, or whatever no word is known for
        let mut rule_of_all = None;
        let most = if draft.when == When::Fallback { 1 } else { EXAMPLES };
        for (way, said) in candidates {
            let decision = decide(ruleset, &said, surroundings);
            let winner = decision.rule.as_ref().and_then(|name| ruleset.rule_named(name));
            let Some(winner) = winner else { continue };
            let rule = winner.name.to_string();
            if rule == draft.name {
                if decision.outcome == Outcome::TemplateFailed {
                    failing.insert(at, decision.problem.unwrap_or_default());
                } else if draft.examples.len() < most {
                    draft.examples.push(said);
                }
            } else if let (Some(way), Said::Text(word)) = (way, said) {
                // an expression is no message
                if way != Way::Regex {
                    let is_own = *winner.place.file != *destination.file;
                    let what = match is_own {
                        true => FindingKind::AnsweredBeside { word, rule },
                        false => FindingKind::Shadowed { word, rule },
                    };
                    findings.push(Finding { at: draft.origin.clone(), what });
                }
            } else if winner.fallback || draft.when == When::Follow {
                rule_of_all.get_or_insert(rule);
            }
        }
        if let Some(rule) = rule_of_all.filter(|_| draft.examples.is_empty()) {
            findings.push(Finding { at: draft.origin.clone(), what: FindingKind::NeverReached { rule } });
        }
    }
    failing
}

fn decide(ruleset: &RuleSet, said: &Said, surroundings: &Surroundings) -> Decision {
    let content = match said {
        Said::Text(text) => Content::Text(text.clone()),
        Said::Event("follow") => Content::Event(Event::Follow),
        Said::Event(_) => Content::Event(Event::ScanFollow(Scene::new(""))),
    };
    let account = surroundings.accounts.first();
    let message = InboundMessage {
        account: account.and_then(|account| account.id).unwrap_or(UserId::SOMEBODY),
        sender: UserId::SOMEBODY,
        created_at: Timestamp::UNIX_EPOCH,
        platform_id: None,
        format: Format::Json,
        content,
    };
    let account_name = account.map(|account| account.name.as_str()).unwrap_or_default();
    let context = surroundings.context(Timestamp::UNIX_EPOCH, account_name);
    ruleset.decide(&message, &context)
}

/// A rule that says word for word what an earlier one says can never answer.
fn drop_duplicates(drafts: &mut Vec<Draft>, findings: &mut Vec<Finding>) {
    let mut known: HashMap<String, String> = HashMap::new();
    drafts.retain(|draft| {
        let means = meaning(draft);
        if let Some(first) = known.get(&means) {
            let what = FindingKind::Duplicate { of: first.clone() };
            findings.push(Finding { at: draft.origin.clone(), what });
            return false;
        }
        known.insert(means, draft.name.clone());
        true
    });
}

/// Equal for rules that answer the same messages in the same way.
fn meaning(draft: &Draft) -> String {
    format!("{} {} {:?}", draft.when.meaning(), draft.enabled, draft.answer)
}
