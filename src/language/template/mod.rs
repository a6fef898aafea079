//! Templates, as authors write them: what the engine cannot take in becomes a fault with a suggestion, and
//! what looks like a template and is none is warned of.

pub mod fault;
pub mod foreign;
mod literal;
pub mod trial;

use std::ops::Range;
use std::sync::Arc;

use crate::engine::template::{
    BUILT_IN_NAMES, Field, Groups, Template, TemplateError, TemplateErrorKind, Templates, filters, insertable,
};
use crate::language::diagnostic::{KnownNames, LibraryMessage, Suggestion};
use crate::language::doubt::slip::SlipFault;
use crate::language::rule_reader::RuleReader;
use crate::language::template::fault::{Instead, TemplateFault, TemplatePart};
use crate::language::template::foreign::{foreign_signs, wide_remark};
use crate::language::template::literal::{literal_braces, wide_sign};
use crate::language::template::trial::{failure, idle_default, insertions};
use crate::language::yaml::reader::{Noted, Text};
use crate::words::nearest::nearest;

/// A fault and where it lies in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Flaw {
    pub fault: TemplateFault,
    pub range: Range<usize>,
}

/// Takes a text in as a template; its flaws are faults at their places.
pub fn read_template(reader: &mut RuleReader, text: &Text, field: Field) -> Result<Template, Noted> {
    match compile(reader.templates, &text.value, field, reader.groups.as_ref()) {
        Ok(template) => {
            warn_of_slips(reader, text, &template, field);
            Ok(template)
        }
        Err(flaws) => {
            for Flaw { mut fault, range } in flaws {
                if let TemplateFault::UnknownName { meant, .. } = &mut fault
                    && let Some((name, place)) = meant.meant.as_deref_mut()
                {
                    let values = reader.names.places.get("values");
                    *place = values.and_then(|places| places.get(name)).cloned();
                }
                let span = reader.yaml.part_of(text, range);
                reader.fault(fault, span);
            }
            Err(reader.yaml.noted(&text.span))
        }
    }
}

/// Warns of what looks as if it were to insert or shape something and does not, and of what inserts nothing.
fn warn_of_slips(reader: &mut RuleReader, text: &Text, template: &Template, field: Field) {
    let groups = reader.groups.clone().unwrap_or_default();
    let values = Arc::clone(reader.templates.values());
    let is_own = |name: &str| groups.names.iter().any(|group| group == name) || values.contains_key(name);
    let known = |name: &str| is_own(name) || BUILT_IN_NAMES.contains(&name);
    let mut slips = foreign_signs(&text.value, field, groups.count, known);
    let is_plain =
        reader.yaml.file.text.get(text.span.clone()).is_some_and(|written| written.trim_end() == text.value);
    slips.extend(wide_remark(&text.value).filter(|_| is_plain));
    if matches!(template, Template::Compiled(_)) {
        let lacking = |name| reader.empty_names.iter().find(|(empty, _)| *empty == name && !is_own(name));
        slips.extend(insertions(&text.value).into_iter().filter_map(|(name, at)| {
            let (name, why) = lacking(name)?.clone();
            Some((SlipFault::AlwaysEmpty { name, why }, at))
        }));
        // of a loop's name nothing is known
        let may_lack = |name: &str| !known(name);
        slips.extend(idle_default(&text.value, may_lack));
        // where any name may be a group, nothing can be tried
        let tried = reader.groups.is_some();
        let fails = tried.then(|| failure(reader.templates, template, &text.value, &groups)).flatten();
        slips.extend(fails.map(|reason| {
            let reason = LibraryMessage(reason);
            (SlipFault::AlwaysFails { reason }, tags_of(&text.value))
        }));
    }
    if let Some(flaw) = literal_braces(&text.value, known) {
        let span = reader.yaml.part_of(text, flaw.range);
        reader.fault(flaw.fault, span);
    }
    for (fault, range) in slips {
        let span = reader.yaml.part_of(text, range);
        reader.fault(fault, span);
    }
}

/// From the first sign of a template to the end of its line.
fn tags_of(text: &str) -> Range<usize> {
    let start = text.find("{{").into_iter().chain(text.find("{%")).min().unwrap_or(0);
    let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
    start..end
}

/// Where the next insertion or statement begins, and what ends it.
pub fn next_tag(text: &str) -> Option<(usize, &'static str)> {
    text.match_indices('{').find_map(|(at, _)| match text.as_bytes().get(at + 1) {
        Some(b'{') => Some((at, "}}")),
        Some(b'%') => Some((at, "%}")),
        _ => None,
    })
}

/// Takes a text in as a template.
///
/// # Errors
///
/// All its flaws, in the order of the text.
pub fn compile(
    templates: &mut Templates,
    text: &str,
    field: Field,
    groups: Option<&Groups>,
) -> Result<Template, Vec<Flaw>> {
    templates
        .add(text, field, groups)
        .map_err(|errors| errors.into_iter().map(|error| flaw(error, text, groups, templates)).collect())
}

fn flaw(error: TemplateError, text: &str, groups: Option<&Groups>, templates: &Templates) -> Flaw {
    let range = error.range;
    let fault = match error.kind {
        TemplateErrorKind::Syntax(reason) => match wide_sign(text) {
            Some(flaw) => return flaw,
            None => TemplateFault::bad(reason, text, range.start),
        },
        TemplateErrorKind::UnknownName(name) => {
            let groups = groups.into_iter().flat_map(|groups| &groups.names);
            let own = groups.chain(templates.values().keys()).map(String::as_str);
            let meant = nearest(&name, insertable().chain(own)).map(str::to_owned);
            unknown(name, meant, insertable().collect())
        }
        TemplateErrorKind::UnknownGroup(number) => {
            unknown(format!("groups[{number}]"), None, insertable().collect())
        }
        TemplateErrorKind::UnknownFunction(name) => {
            unknown(format!("{name}()"), None, BUILT_IN_NAMES.to_vec())
        }
        TemplateErrorKind::UnknownFilter(name) => {
            let meant = Suggestion::of(nearest(&name, filters::names()));
            TemplateFault::UnknownFilter { name, meant }
        }
        TemplateErrorKind::UnknownTest(name) => TemplateFault::BadTemplate {
            reason: LibraryMessage(format!("is {name}?")),
            written: TemplatePart::Name(None),
        },
        TemplateErrorKind::Refused(what) => TemplateFault::NotAllowed { what, instead: Instead(what) },
    };
    Flaw { fault, range }
}

fn unknown(name: String, meant: Option<String>, known: Vec<&str>) -> TemplateFault {
    let meant = KnownNames { meant: meant.map(|meant| Box::new((meant, None))), ..KnownNames::default() };
    TemplateFault::UnknownName { name, meant, known: known.join(", ") }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn templates() -> Templates {
        Templates::new(HashMap::from([("电话".to_owned(), "010-1234".to_owned())]))
    }

    fn flaws(text: &str) -> Vec<Flaw> {
        let groups = Groups { names: vec!["单号".to_owned()], count: 1 };
        compile(&mut templates(), text, Field::Text, Some(&groups)).unwrap_err()
    }

    #[test]
    fn unknown_names_are_pointed_at_with_a_suggestion() {
        let found = &flaws("您好 {{ 单好 }}")[0];
        assert_eq!(&"您好 {{ 单好 }}"[found.range.clone()], "单好");
        let TemplateFault::UnknownName { meant, .. } = &found.fault else { panic!("{found:?}") };
        assert_eq!(meant.meant.as_deref(), Some(&("单号".to_owned(), None)));
        for text in ["{{ sender.name }}", "{{ sender }}", "{% if position %}a{% endif %}"] {
            assert!(matches!(flaws(text)[0].fault, TemplateFault::UnknownName { .. }), "{text}");
        }
    }

    #[test]
    fn a_group_that_cannot_exist_is_no_name() {
        for text in ["{{ groups[2] }}", "{{ 单号.x }}"] {
            assert!(matches!(flaws(text)[0].fault, TemplateFault::UnknownName { .. }), "{text}");
        }
        let none = compile(&mut templates(), "{{ groups[1] }}", Field::Text, Some(&Groups::default()));
        assert!(none.is_err());
    }

    #[test]
    fn unknown_filters_are_found_on_every_branch() {
        let found = flaws("{% if text %}a{% else %}{{ text|uper }}{% endif %}");
        assert!(
            matches!(&found[0].fault, TemplateFault::UnknownFilter { name, .. } if name == "uper"),
            "{found:?}"
        );
    }

    #[test]
    fn syntax_errors_have_a_place() {
        for text in ["{{ text", "{% if text %}x", "{{ text text }}"] {
            let found = flaws(text);
            assert!(matches!(found[0].fault, TemplateFault::BadTemplate { .. }), "{text}");
        }
    }

    #[test]
    fn what_a_template_cannot_do_is_said_in_words_of_its_own() {
        let found = &flaws("好{% set a = text %}")[0];
        assert!(matches!(found.fault, TemplateFault::NotAllowed { .. }), "{found:?}");
        assert!("好{% set a = text %}"[found.range.clone()].starts_with("set"), "{found:?}");
    }
}
