//! Templates: texts with `{{ name }}` and `{% if %}`, filled in per message. They are sandboxed: no
//! files, no network, bounded work. A text without any of that is kept as it is and never gets here twice.

mod literal;
mod scope;

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

pub use crate::language::template::fault::TemplateFault;
use minijinja::machinery::{Instruction, Instructions, get_compiled_template};
use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use scope::insertable;
pub use scope::{BUILT_IN_NAMES, Scope};

use literal::{literal_braces, wide_sign};

use crate::language::diagnostic::Suggestion;
use crate::words::nearest::nearest;

/// Steps and units of data that one rendering may use; an ordinary text needs a few dozen.
const FUEL: u64 = 20_000;

/// Everything but RFC 3986's unreserved characters.
const INSERTED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

const FILTERS: &[&str] = &[
    "abs",
    "capitalize",
    "default",
    "first",
    "float",
    "int",
    "join",
    "last",
    "length",
    "lines",
    "list",
    "lower",
    "max",
    "min",
    "replace",
    "reverse",
    "round",
    "sort",
    "split",
    "string",
    "title",
    "trim",
    "unique",
    "upper",
];

/// What a template can call.
const FUNCTIONS: &[&str] = &["range", "dict", "namespace"];

/// What the text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    Text,
    /// Inserted values are percent-encoded, what the author wrote is not.
    Url,
}

/// A text that may have to be filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Template {
    Literal(Arc<str>),
    /// Its name among the folder's templates.
    Compiled(Arc<str>),
}

/// The groups of a rule's regular expressions, which its texts can insert.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Groups {
    pub names: Vec<String>,
    /// How many the largest expression has, those without a name too.
    pub count: usize,
}

/// All templates of a folder.
#[derive(Debug)]
pub struct Templates {
    environment: Environment<'static>,
    values: Arc<HashMap<String, String>>,
    count: usize,
    /// The names that the texts insert.
    inserted: HashSet<String>,
}

/// A fault and where it lies in the text.
#[derive(Clone, Debug, PartialEq)]
pub struct Flaw {
    pub fault: TemplateFault,
    pub range: Range<usize>,
}

/// A template could not be filled in, and why, in the words of the template engine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RenderFailure(String);

impl Templates {
    /// No templates yet. `values` are the folder's named texts.
    pub fn new(values: HashMap<String, String>) -> Self {
        let mut environment = Environment::new();
        // `{#话题#}` is a hashtag in braces, no comment: the mark of a comment is one that nobody writes
        let syntax = SyntaxConfig::builder()
            .comment_delimiters("\u{1}{#", "#}\u{1}")
            .keep_trailing_newline(true)
            .build();
        environment.set_syntax(syntax.unwrap_or_default());
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        environment.set_fuel(Some(FUEL));
        environment.remove_global("debug");
        environment.set_formatter(|out, state, value| {
            let text = value.to_string();
            let written = if state.name().starts_with('u') {
                out.write_str(&utf8_percent_encode(&text, INSERTED).to_string())
            } else {
                out.write_str(&text)
            };
            written.map_err(|_| Error::new(ErrorKind::WriteFailure, "the text could not be written"))
        });
        Self { environment, values: Arc::new(values), count: 0, inserted: HashSet::new() }
    }

    /// How many texts have something to fill in.
    pub fn count(&self) -> usize {
        self.count
    }

    /// Whether any text inserts this name.
    pub fn inserts(&self, name: &str) -> bool {
        self.inserted.contains(name)
    }

    /// What looks as if it were to insert one of these names, or one that every text knows, and is sent as it
    /// stands.
    pub fn literal_braces(&self, text: &str, groups: Option<&Groups>) -> Option<Flaw> {
        let groups = groups.map_or(&[][..], |groups| &groups.names);
        let known = |name: &str| {
            let own = groups.iter().any(|group| group == name) || self.values.contains_key(name);
            own || BUILT_IN_NAMES.contains(&name)
        };
        literal_braces(text, known)
    }

    pub fn values(&self) -> &Arc<HashMap<String, String>> {
        &self.values
    }

    /// Takes a text in. `groups` are the names of the rule's own regex groups; `None` stands for a text
    /// whose rule is not known, and allows every name.
    pub fn add(&mut self, text: &str, field: Field, groups: Option<&Groups>) -> Result<Template, Vec<Flaw>> {
        if !text.contains("{{") && !text.contains("{%") {
            return Ok(Template::Literal(text.into()));
        }
        let name = format!("{}{}", if field == Field::Url { 'u' } else { 't' }, self.count);
        self.count += 1;
        let added = self.environment.add_template_owned(name.clone(), text.to_owned());
        added.map_err(|error| vec![syntax_flaw(&error, text)])?;
        let flaws = self.flaws(&name, groups);
        if flaws.is_empty() {
            let names =
                self.environment.get_template(&name).map(|template| template.undeclared_variables(false));
            self.inserted.extend(names.unwrap_or_default());
            Ok(Template::Compiled(name.into()))
        } else {
            self.environment.remove_template(&name);
            Err(flaws)
        }
    }

    /// The text for this message.
    pub fn render(&self, template: &Template, scope: &Scope) -> Result<String, RenderFailure> {
        match template {
            Template::Literal(text) => Ok(text.to_string()),
            Template::Compiled(name) => {
                let failed = |error: Error| RenderFailure(one_line(&error));
                self.environment
                    .get_template(name)
                    .and_then(|template| template.render(scope.to_value()))
                    .map_err(failed)
            }
        }
    }

    fn flaws(&self, name: &str, groups: Option<&Groups>) -> Vec<Flaw> {
        let Ok(template) = self.environment.get_template(name) else { return Vec::new() };
        let undeclared = template.undeclared_variables(true);
        let instructions = &get_compiled_template(&template).instructions;
        let mut flaws = Vec::new();
        for at in 0.. {
            let Some(instruction) = instructions.get(at) else { break };
            let span = instructions.get_span(at);
            let range = span.map_or(0..0, |span| span.start_offset as usize..span.end_offset as usize);
            match instruction {
                Instruction::Lookup(name) => {
                    let paths = undeclared.iter().filter(|path| path.split('.').next() == Some(name));
                    for path in paths {
                        if let Some(fault) = self.unknown_name(path, groups) {
                            flaws.push(Flaw { fault, range: range.clone() });
                        }
                    }
                }
                // `groups[9]` of a rule with fewer groups
                Instruction::GetItem => {
                    let number = group_number(instructions, at);
                    if let (Some(number), Some(groups)) = (number, groups)
                        && number > groups.count
                    {
                        let (name, meant) = (format!("groups[{number}]"), Suggestion(None));
                        let known = insertable().collect::<Vec<_>>().join(", ");
                        flaws.push(Flaw { fault: TemplateFault::UnknownName { name, meant, known }, range });
                    }
                }
                Instruction::ApplyFilter(name, ..)
                    if self.lacks(&format!("{{{{ ''|{name} }}}}"), ErrorKind::UnknownFilter) =>
                {
                    let meant = Suggestion(nearest(name, FILTERS.iter().copied()).map(str::to_owned));
                    flaws.push(Flaw {
                        fault: TemplateFault::UnknownFilter { name: (*name).to_owned(), meant },
                        range,
                    });
                }
                Instruction::PerformTest(name, ..)
                    if self.lacks(&format!("{{{{ '' is {name} }}}}"), ErrorKind::UnknownTest) =>
                {
                    let fault = TemplateFault::bad(format!("is {name}?"), "{%", 0);
                    flaws.push(Flaw { fault, range });
                }
                Instruction::CallFunction(name, ..) if !FUNCTIONS.contains(name) => {
                    let (name, known) = (format!("{name}()"), BUILT_IN_NAMES.join(", "));
                    let fault = TemplateFault::UnknownName { name, meant: Suggestion(None), known };
                    flaws.push(Flaw { fault, range });
                }
                _ => {}
            }
        }
        flaws.dedup();
        flaws
    }

    fn unknown_name(&self, path: &str, groups: Option<&Groups>) -> Option<TemplateFault> {
        let groups = groups?;
        let (first, _) = path.split_once('.').unwrap_or((path, ""));
        let known = insertable().any(|name| name == path)
            || self.values.contains_key(path)
            || groups.names.iter().any(|group| group == path)
            || (first == "groups" && groups.count > 0)
            || FUNCTIONS.contains(&first);
        if known {
            return None;
        }
        let all = insertable().chain(groups.names.iter().map(String::as_str));
        let all = all.chain(self.values.keys().map(String::as_str));
        let meant = Suggestion(nearest(path, all).map(str::to_owned));
        let known = insertable().collect::<Vec<_>>().join(", ");
        Some(TemplateFault::UnknownName { name: path.to_owned(), meant, known })
    }

    /// Whether a filter or test is missing: the engine only says so when it meets one.
    fn lacks(&self, probe: &str, kind: ErrorKind) -> bool {
        self.environment.render_str(probe, ()).is_err_and(|error| error.kind() == kind)
    }
}

/// The number in `groups[number]`, where the instruction at this place looks that up.
fn group_number(instructions: &Instructions, at: u32) -> Option<usize> {
    let Some(Instruction::Lookup("groups")) = instructions.get(at.checked_sub(2)?) else { return None };
    match instructions.get(at - 1) {
        Some(Instruction::LoadConst(number)) => usize::try_from(number.clone()).ok(),
        _ => None,
    }
}

fn syntax_flaw(error: &Error, text: &str) -> Flaw {
    if let Some(flaw) = wide_sign(text) {
        return flaw;
    }
    let within = || text.find("{{").or_else(|| text.find("{%")).unwrap_or(0)..text.len();
    // the engine points at the first byte of a character that it does not know
    let whole = |at: Range<usize>| text.floor_char_boundary(at.start)..text.ceil_char_boundary(at.end);
    let range = error.range().map_or_else(within, whole);
    Flaw { fault: TemplateFault::bad(one_line(error), text, range.start), range }
}

/// What the engine says, without the place, which is shown by other means.
fn one_line(error: &Error) -> String {
    let text = error.detail().map_or_else(|| error.kind().to_string(), str::to_owned);
    text.lines().next().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use jiff::civil::{date, time};

    use super::*;
    use crate::schedule::calendar::Moment;

    fn templates() -> Templates {
        Templates::new(HashMap::from([("电话".to_owned(), "010-1234".to_owned())]))
    }

    fn scope() -> Scope {
        Scope {
            text: "订单 42".to_owned(),
            groups: vec![("单号".to_owned(), "4 2&".to_owned()), ("备注".to_owned(), String::new())],
            values: templates().values().clone(),
            sender_id: "1700002001".to_owned(),
            ..Scope::empty(Moment { date: date(2024, 1, 1), time: time(12, 0, 0, 0) })
        }
    }

    fn rendered(text: &str, field: Field) -> Result<String, RenderFailure> {
        let mut templates = templates();
        let template = templates.add(text, field, None).unwrap();
        templates.render(&template, &scope())
    }

    fn flaws(text: &str) -> Vec<Flaw> {
        {
            let groups = Groups { names: vec!["单号".to_owned()], count: 1 };
            templates().add(text, Field::Text, Some(&groups)).unwrap_err()
        }
    }

    #[test]
    fn names_values_groups_and_conditions_are_filled_in() {
        let text = "{{ text }}|{{ 单号 }}|{{ 电话 }}|{{ sender.id }}|{% if 备注 %}x{% else %}y{% endif %}|{{ groups[1] }}";
        assert_eq!(rendered(text, Field::Text).unwrap(), "订单 42|4 2&|010-1234|1700002001|y|4 2&");
        assert_eq!(rendered("{{ now }} {{ now.weekday }}", Field::Text).unwrap(), "2024-01-01 12:00 星期一");
    }

    #[test]
    fn a_hashtag_in_braces_is_text() {
        assert_eq!(rendered("{#话题#} {{ text }}", Field::Text).unwrap(), "{#话题#} 订单 42");
        assert_eq!(rendered("{#话题#}", Field::Text).unwrap(), "{#话题#}");
    }

    #[test]
    fn inserted_values_are_encoded_in_urls_and_nowhere_else() {
        let text = "https://example.com/?a=1&q={{ 单号 }}";
        assert_eq!(rendered(text, Field::Url).unwrap(), "https://example.com/?a=1&q=4%202%26");
        assert_eq!(rendered(text, Field::Text).unwrap(), "https://example.com/?a=1&q=4 2&");
    }

    #[test]
    fn a_bomb_runs_out_of_fuel() {
        for bomb in [
            "{{ 'x' * 1000000000 }}",
            "{% for a in range(100000) %}{% for b in range(100000) %}x{% endfor %}{% endfor %}",
        ] {
            assert!(rendered(bomb, Field::Text).is_err(), "{bomb}");
        }
    }

    #[test]
    fn unknown_names_are_pointed_at_with_a_suggestion() {
        let found = &flaws("您好 {{ 单好 }}")[0];
        assert_eq!(&"您好 {{ 单好 }}"[found.range.clone()], "单好");
        let TemplateFault::UnknownName { meant, .. } = &found.fault else { panic!("{found:?}") };
        assert_eq!(meant.0.as_deref(), Some("单号"));
        for text in ["{{ sender.name }}", "{{ sender }}", "{% if position %}a{% endif %}"] {
            assert!(matches!(flaws(text)[0].fault, TemplateFault::UnknownName { .. }), "{text}");
        }
    }

    #[test]
    fn a_group_that_cannot_exist_is_no_name() {
        for text in ["{{ groups[2] }}", "{{ 单号.x }}"] {
            assert!(matches!(flaws(text)[0].fault, TemplateFault::UnknownName { .. }), "{text}");
        }
        let none = templates().add("{{ groups[1] }}", Field::Text, Some(&Groups::default()));
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
}
