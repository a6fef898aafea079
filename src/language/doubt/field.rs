//! A field that became a part of a text, because a Chinese colon or no blank stands behind its name.

use crate::language::doubt::slip::SlipFault;
use crate::language::yaml::reader::{Reader, Text};

/// Warns of a text without quotes that begins with the name of one of these fields and a colon.
pub fn warn_of_field(reader: &mut Reader, text: &Text, fields: &[&str]) {
    let Some((field, rest)) = text.value.split_once([':', '：']) else { return };
    let written = reader.file.text.get(text.span.clone()).unwrap_or_default();
    if !fields.contains(&field.trim_end()) || !written.starts_with(field) || rest.trim().is_empty() {
        return;
    }
    let (field, rest) = (field.trim_end(), rest.trim());
    let line = reader.file.text[..text.span.start].rsplit('\n').next().unwrap_or_default();
    let is_on_its_line = line.trim_start_matches([' ', '-']).is_empty();
    let fixed = if is_on_its_line { format!("{field}: {rest}") } else { format!("{{{field}: {rest}}}") };
    reader.fault(SlipFault::FieldInText { field: field.to_owned(), fixed }, text.span.clone());
}
