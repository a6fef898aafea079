//! The reference of the rule language as a page, made from the grammar: a section for each mapping, a row for each key.

use std::fmt::Write as _;

use crate::language::grammar::{ANY, Form, Key, Mapping, Needs};
use crate::language::registry::GRAMMAR;
use crate::words::lang::Lang;

/// The reference in Markdown, a section for each mapping.
pub fn reference(lang: Lang) -> String {
    GRAMMAR.mappings.iter().map(|mapping| section(mapping, lang)).collect()
}

fn section(mapping: &Mapping, lang: Lang) -> String {
    let (key, form, meaning) = lang.pick(("key", "value", "meaning"), ("字段", "写什么", "含义"));
    let mut page = format!(
        "### {}\n\n{}\n\n| {key} | {form} | {meaning} |\n| --- | --- | --- |\n",
        mapping.title.pick(lang),
        mapping.about.pick(lang)
    );
    for key in mapping.keys {
        // writing to a text cannot fail
        let _ = writeln!(page, "{}", row(key, lang));
    }
    page.push('\n');
    for needed in
        mapping.needs.iter().filter(|_| mapping.keys.len() > 1).filter_map(|needs| needed(needs, lang))
    {
        let _ = writeln!(page, "{needed}\n");
    }
    page
}

/// `None` for what the meanings of the keys tell already.
fn needed(needs: &Needs, lang: Lang) -> Option<String> {
    let listed = |keys: &[&str]| {
        keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(lang.pick(", ", "、"))
    };
    Some(match needs {
        Needs::All(keys) => {
            lang.pick(format!("It needs {}.", listed(keys)), format!("必须写：{}。", listed(keys)))
        }
        Needs::ExactlyOne(keys) => lang.pick(
            format!("It needs exactly one of {}.", listed(keys)),
            format!("必须写其中一个，只能写一个：{}。", listed(keys)),
        ),
        Needs::AtLeastOne(keys) => lang.pick(
            format!("It needs one of {}.", listed(keys)),
            format!("必须写其中一个：{}。", listed(keys)),
        ),
        Needs::Something | Needs::Apart(..) | Needs::NotBesideTrue(..) | Needs::InEach { .. } => return None,
    })
}

fn row(key: &Key, lang: Lang) -> String {
    let form = rendered(&key.form, lang).replace('|', "\\|");
    format!("| `{}` | {form} | {} |", key.name, key.meaning.pick(lang))
}

/// A form in a few words.
fn rendered(form: &Form, lang: Lang) -> String {
    let or = lang.pick(", or ", "，或");
    match form {
        Form::Text => lang.pick("a text", "文字").to_owned(),
        Form::Written(example) => lang.pick(format!("such as `{example}`"), format!("例如 `{example}`")),
        Form::Boolean => lang.pick("`true` or `false`", "`true` 或 `false`").to_owned(),
        Form::Integer(..) => lang.pick("a whole number", "整数").to_owned(),
        Form::Degrees(_) => lang.pick("degrees", "度数").to_owned(),
        Form::Choice(words) => {
            words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(lang.pick(", ", "、"))
        }
        Form::Is(mapping) | Form::Without(mapping, _) => linked(mapping, lang),
        Form::Either(forms) => {
            let mut forms: Vec<String> = forms.iter().map(|form| rendered(form, lang)).collect();
            forms.dedup();
            forms.join(or)
        }
        Form::OneOrMany(form) => {
            let one = rendered(form, lang);
            lang.pick(format!("{one}; one or a list"), format!("{one}；可以写一个，也可以写列表"))
        }
        Form::Many(form, _, most) => {
            let one = rendered(form, lang);
            match *most {
                ANY => lang.pick(format!("a list: {one}"), format!("列表，每一项是{one}")),
                most => lang.pick(
                    format!("a list of {most} at most: {one}"),
                    format!("列表，最多 {most} 项，每一项是{one}"),
                ),
            }
        }
        Form::Told(told, _) => told.pick(lang).to_owned(),
        Form::Named(form) => {
            let one = rendered(form, lang);
            lang.pick(format!("names, each with: {one}"), format!("一些名字，每个名字后面写{one}"))
        }
    }
}

/// A link to the section of a mapping, as its heading makes it an anchor.
fn linked(mapping: &Mapping, lang: Lang) -> String {
    let title = mapping.title.pick(lang);
    let anchor: String = title
        .to_lowercase()
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            '`' => None,
            c => Some(c),
        })
        .collect();
    format!("[{title}](#{anchor})")
}
