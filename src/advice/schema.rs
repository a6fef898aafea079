//! The JSON Schema of a rule file (draft 7), made from the grammar, so that an editor with a YAML language server
//! completes and explains keys. It accepts more than the checker does, because it knows the form of values, not their
//! meaning.

use serde_json::{Map, Value, json};

use crate::language::grammar::file::FILE;
use crate::language::grammar::{ANY, Form, Key, Mapping, Needs};
use crate::language::registry::GRAMMAR;

/// The schema, with descriptions in English and Chinese.
pub fn schema() -> Value {
    let definitions: Map<String, Value> =
        GRAMMAR.mappings.iter().map(|mapping| (mapping.name.to_owned(), object(mapping))).collect();
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "fanreply rules / fanreply 规则文件",
        "allOf": [{"$ref": reference(&FILE)}],
        "definitions": definitions,
    })
}

fn reference(mapping: &Mapping) -> String {
    format!("#/definitions/{}", mapping.name)
}

fn object(mapping: &Mapping) -> Value {
    let properties: Map<String, Value> =
        mapping.keys.iter().map(|key| (key.name.to_owned(), property(key))).collect();
    let needs: Vec<Value> = mapping.needs.iter().map(needs).collect();
    let (en, zh) = (mapping.title.en, mapping.title.zh);
    let mut object = json!({
        "type": "object",
        "title": if en == zh { en.to_owned() } else { format!("{en} / {zh}") },
        "description": format!("{}\n\n{}", mapping.about.en, mapping.about.zh),
        "properties": properties,
        "additionalProperties": false,
    });
    if !needs.is_empty() {
        object["allOf"] = Value::Array(needs);
    }
    object
}

fn property(key: &Key) -> Value {
    json!({
        "description": format!("{}\n\n{}", key.meaning.en, key.meaning.zh),
        "allOf": [of(&key.form)],
    })
}

fn needs(needs: &Needs) -> Value {
    let each = |keys: &[&str]| keys.iter().map(|key| json!({"required": [key]})).collect::<Vec<_>>();
    match needs {
        Needs::All(keys) => json!({"required": keys}),
        Needs::ExactlyOne(keys) => json!({"oneOf": each(keys)}),
        Needs::AtLeastOne(keys) => json!({"anyOf": each(keys)}),
        Needs::Something => json!({"minProperties": 1}),
        Needs::Apart(one, other) => json!({"not": {"allOf": [{"anyOf": each(one)}, {"anyOf": each(other)}]}}),
        Needs::NotBesideTrue(key, boolean) => {
            let is_true = json!({(*boolean): {"enum": [true, "true"]}});
            json!({"not": {"required": [key, boolean], "properties": is_true}})
        }
        Needs::InEach { list, keys } => {
            let entries = json!({(*list): {"items": {"anyOf": each(keys)}}});
            json!({"anyOf": [{"required": [keys[0]]}, {"properties": entries}]})
        }
    }
}

fn of(form: &Form) -> Value {
    match form {
        Form::Text => text(),
        Form::Written(example) => {
            let mut text = text();
            text["examples"] = json!([example]);
            text
        }
        // a quoted word counts as well
        Form::Boolean => json!({"enum": [true, false, "true", "false"]}),
        Form::Integer(least, most) => json!({
            "anyOf": [
                {"type": "integer", "minimum": least, "maximum": most},
                {"type": "string", "pattern": "^[+-]?[0-9]+$"},
            ],
        }),
        Form::Degrees(most) => json!({
            "anyOf": [
                {"type": "number", "minimum": -most, "maximum": most},
                {"type": "string", "pattern": "^\\s*[+-]?[0-9.eE+-]+\\s*$"},
            ],
        }),
        Form::Choice(words) => choice(words),
        Form::Is(mapping) => json!({"$ref": reference(mapping)}),
        Form::Without(mapping, keys) => {
            let any: Vec<Value> = keys.iter().map(|key| json!({"required": [key]})).collect();
            json!({"allOf": [{"$ref": reference(mapping)}, {"not": {"anyOf": any}}]})
        }
        Form::Either(forms) => json!({"anyOf": forms.iter().map(of).collect::<Vec<_>>()}),
        Form::OneOrMany(form) => json!({"anyOf": [of(form), list(form, 1, ANY)]}),
        Form::Many(form, least, most) => list(form, *least, *most),
        Form::Told(_, form) => of(form),
        Form::Named(form) => json!({"type": "object", "additionalProperties": of(form)}),
    }
}

/// A YAML reader may take an unquoted text for a number, a boolean or null.
fn text() -> Value {
    json!({"type": ["string", "number", "boolean", "null"]})
}

fn choice(words: &[&str]) -> Value {
    let numbers = words.iter().filter_map(|word| word.parse::<i64>().ok()).map(Value::from);
    let words: Vec<Value> = words.iter().map(|word| Value::from(*word)).chain(numbers).collect();
    json!({"enum": words})
}

fn list(form: &Form, least: usize, most: usize) -> Value {
    let mut list = json!({"type": "array", "items": of(form), "minItems": least});
    if most != ANY {
        list["maxItems"] = json!(most);
    }
    list
}
