//! Templates: texts with `{{ name }}` and `{% if %}`, filled in for each message. They are sandboxed: no files, no
//! network, bounded work. A text without a placeholder is a literal and is never given to the template engine.

mod allowed;
mod check;
mod days;
pub mod filters;
mod rendered;
mod scope;

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;

use minijinja::machinery::parse;
use minijinja::syntax::SyntaxConfig;
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State, UndefinedBehavior, functions};

pub use allowed::Refused;
pub use rendered::Rendered;
use rendered::Writer;
pub use scope::{BUILT_IN_NAMES, Names, Scope, insertable};

/// Steps and units of data that one rendering may use; an ordinary text needs a few dozen.
const FUEL: u64 = 3_000;

/// Steps that all texts together may use which answer one message; the text that goes beyond them is the last.
const FUEL_OF_ANSWER: u64 = 30_000;

/// Bytes of a text with something to fill in, as its author wrote it.
const LONGEST_TEMPLATE: usize = 64 << 10;

/// What a template can call.
pub const FUNCTIONS: &[&str] = &["range", "days_until"];

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

/// Why a text is no valid template, and which bytes of it are at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TemplateError {
    pub kind: TemplateErrorKind,
    pub range: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TemplateErrorKind {
    /// It breaks the grammar of templates; in the words of the template engine.
    Syntax(String),
    /// Nothing of this name can be inserted. A part of something has a point before it.
    UnknownName(String),
    /// The expressions of the rule have fewer groups than this.
    UnknownGroup(usize),
    UnknownFilter(String),
    UnknownTest(String),
    UnknownFunction(String),
    /// No template may do this, whatever it is called.
    Refused(Refused),
}

/// A template could not be filled in, and why, in the words of the template engine.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RenderFailure(String);

impl Templates {
    /// No templates yet. `values` are the folder's named texts.
    pub fn new(values: HashMap<String, String>) -> Self {
        let mut environment = Environment::empty();
        // made as a whole: a part of a list that is made while it is walked costs what is left out
        environment.add_function(
            "range",
            |state: &State, from: isize, to: Option<isize>, step: Option<isize>| {
                filters::bounded(state, functions::range(from, to, step)?)
            },
        );
        environment.add_function("days_until", days::days_until);
        filters::add_to(&mut environment);
        environment.set_syntax(syntax());
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        environment.set_auto_escape_callback(|_| AutoEscape::None);
        environment.set_fuel(Some(FUEL));
        environment.set_formatter(|out, state, value| rendered::insert(out, state, value));
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

    pub fn values(&self) -> &Arc<HashMap<String, String>> {
        &self.values
    }

    /// Adds a text. `groups` are the names of the rule's own regex groups; `None` stands for a text
    /// whose rule is not known, and allows every name.
    ///
    /// # Errors
    ///
    /// Everything in the text that could not be filled in, in its order.
    pub fn add(
        &mut self,
        text: &str,
        field: Field,
        groups: Option<&Groups>,
    ) -> Result<Template, Vec<TemplateError>> {
        if !text.contains("{{") && !text.contains("{%") {
            return Ok(Template::Literal(text.into()));
        }
        if text.len() > LONGEST_TEMPLATE {
            return Err(vec![TemplateError {
                kind: TemplateErrorKind::Refused(Refused::Length),
                range: 0..text.len(),
            }]);
        }
        if let Some(error) = allowed::nesting(text) {
            return Err(vec![error]);
        }
        let name = format!("{}{}", if field == Field::Url { 'u' } else { 't' }, self.count);
        self.count += 1;
        let added = self.environment.add_template_owned(name.clone(), text.to_owned());
        added.map_err(|error| vec![syntax_error(&error, text)])?;
        let mut errors =
            parse(text, &name, syntax()).map_or_else(|_| Vec::new(), |parsed| allowed::refused(&parsed));
        if errors.is_empty() {
            errors = self.check(&name, groups);
        }
        if errors.is_empty() {
            let names =
                self.environment.get_template(&name).map(|template| template.undeclared_variables(false));
            self.inserted.extend(names.unwrap_or_default());
            Ok(Template::Compiled(name.into()))
        } else {
            self.environment.remove_template(&name);
            Err(errors)
        }
    }

    /// The text for this message.
    ///
    /// # Errors
    ///
    /// It runs out of fuel, or the texts before it have used that of the whole answer, or it does what no value allows,
    /// such as a sum of texts.
    pub fn render(&self, template: &Template, names: &Arc<Names>) -> Result<Rendered, RenderFailure> {
        match template {
            Template::Literal(text) => Ok(Rendered { text: text.to_string(), inserted: Vec::new() }),
            Template::Compiled(name) => {
                let failed = |error: Error| RenderFailure(one_line(&error));
                let mut written = Writer::default();
                let template = self.environment.get_template(name).map_err(failed)?;
                let rendered = template.render_captured_to(names.to_value(), &mut written).map_err(failed)?;
                let used = rendered.state().fuel_levels().map_or(FUEL, |(used, _)| used);
                if names.used_with(used) > FUEL_OF_ANSWER {
                    return Err(failed(ErrorKind::OutOfFuel.into()));
                }
                written.finish().map_err(|error| RenderFailure(error.to_string()))
            }
        }
    }
}

/// `{#话题#}` is a hashtag in braces, no comment: the mark of a comment is one that nobody writes.
fn syntax() -> SyntaxConfig {
    let mut syntax = SyntaxConfig::builder();
    syntax.comment_delimiters("\u{1}{#", "#}\u{1}").keep_trailing_newline(true);
    syntax.build().unwrap_or_default()
}

fn syntax_error(error: &Error, text: &str) -> TemplateError {
    let within = || text.find("{{").or_else(|| text.find("{%")).unwrap_or(0)..text.len();
    // the engine points at the first byte of a character that it does not know
    let whole = |at: Range<usize>| text.floor_char_boundary(at.start)..text.ceil_char_boundary(at.end);
    let range = error.range().map_or_else(within, whole);
    TemplateError { kind: TemplateErrorKind::Syntax(one_line(error)), range }
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
            now: Moment { date: date(2024, 1, 1), time: time(12, 0, 0, 0) },
            ..Scope::default()
        }
    }

    fn rendered(text: &str, field: Field) -> Result<String, RenderFailure> {
        let mut templates = templates();
        let template = templates.add(text, field, None).unwrap();
        templates.render(&template, &Names::of(scope())).map(|rendered| rendered.text)
    }

    #[test]
    fn names_values_groups_and_conditions_are_filled_in() {
        let text = "{{ text }}|{{ 单号 }}|{{ 电话 }}|{{ sender.id }}|{% if 备注 %}x{% else %}y{% endif %}|{{ groups[1] }}";
        assert_eq!(rendered(text, Field::Text).unwrap(), "订单 42|4 2&|010-1234|1700002001|y|4 2&");
        assert_eq!(rendered("{{ now }} {{ now.weekday }}", Field::Text).unwrap(), "2024-01-01 12:00 星期一");
    }

    #[test]
    fn what_is_inserted_is_told_from_what_the_author_wrote() {
        let mut templates = templates();
        let text =
            "您说{{ text }}{{ 单号 }}，电话{{ 电话 }}。{% filter upper %}a{{ text }}{% endfilter %}{{ '' }}";
        let template = templates.add(text, Field::Text, None).unwrap();
        let Rendered { text, inserted } = templates.render(&template, &Names::of(scope())).unwrap();
        let inserted: Vec<&str> = inserted.into_iter().map(|range| &text[range]).collect();
        assert_eq!(inserted, ["订单 42", "4 2&", "010-1234", "A订单 42"]);
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
            "{% for a in range(100000) %}{% if text is upper %}x{% endif %}{% endfor %}",
            "{{ (text * 1000)|replace('', text * 1000)|length }}",
            "{{ text * 100000000000 }}",
            "{{ range(100000)|list|join(text * 1000)|length }}",
        ] {
            assert!(rendered(bomb, Field::Text).is_err(), "{bomb}");
        }
    }

    #[test]
    fn the_texts_of_one_answer_share_their_fuel() {
        let mut templates = templates();
        let costly = templates.add("{% for a in range(400) %}.{% endfor %}", Field::Text, None).unwrap();
        let names = Names::of(scope());
        let rendered = (0..100).take_while(|_| templates.render(&costly, &names).is_ok()).count();
        assert!((10..30).contains(&rendered), "{rendered}");
        assert!(templates.render(&costly, &Names::of(scope())).is_ok());
    }

    #[test]
    fn what_templates_are_for_stays_possible() {
        for (template, text) in [
            (
                "{% for a in text|list if a != ' ' %}{{ loop.index }}{{ a }}{% endfor %}",
                "1订2单3442".to_owned(),
            ),
            ("{% for a in range(2) %}{{ a }}{% else %}x{% endfor %}", "01".to_owned()),
            ("{% if text in ['a', '订单 42'] %}y{% endif %}", "y".to_owned()),
            ("{{ text|split(' ')|reverse|join('-') }}", "42-订单".to_owned()),
            ("{{ text|replace('4', '5')|length + 1 }}", "6".to_owned()),
            ("{{ 备注|default('无', true)|upper }}{{ groups|last }}", "无".to_owned()),
            ("{% for a in text if a != ' ' %}{{ a }}.{% endfor %}", "订.单.4.2.".to_owned()),
            ("{% filter upper|trim %} a{{ text }}{% endfilter %}", "A订单 42".to_owned()),
            ("{{ groups|map('trim')|sort(reverse=true)|join(d=',') }}", "订单 42,4 2&,".to_owned()),
            ("{{ text[0:2] if text is startingwith('订') else '' }}", "订单".to_owned()),
        ] {
            assert_eq!(rendered(template, Field::Text).unwrap(), text, "{template}");
        }
    }

    #[test]
    fn a_text_that_is_filled_in_has_an_end() {
        let long = Scope { text: "长".repeat(300_000), ..scope() };
        let mut templates = templates();
        let mut render = |text: &str, field| {
            let template = templates.add(text, field, None).unwrap();
            templates.render(&template, &Names::of(long.clone())).map(|rendered| rendered.text)
        };
        let echo = render("{{ text }}", Field::Text).unwrap();
        assert_eq!((echo.chars().count(), echo.chars().last()), (5_001, Some('…')));
        for endless in ["{% for a in range(1000) %}{{ text }}{% endfor %}", "{{ text * 10 }}"] {
            assert!(render(endless, Field::Text).is_err(), "{endless}");
        }
        assert!(render("{{ text * 3 }}", Field::Url).is_err());
        let author = format!("{{{{ text }}}}{}", "x".repeat(LONGEST_TEMPLATE));
        assert!(Templates::new(HashMap::new()).add(&author, Field::Text, None).is_err());
    }
}
