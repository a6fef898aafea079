//! Looks through a compiled template for what could not be filled in: names, groups, filters, tests and functions that do
//! not exist, also on branches that are seldom taken.

use minijinja::machinery::{Instruction, Instructions, get_compiled_template};

use crate::engine::template::scope::insertable;
use crate::engine::template::{FUNCTIONS, Groups, TemplateError, TemplateErrorKind, Templates, filters};

impl Templates {
    pub(super) fn check(&self, name: &str, groups: Option<&Groups>) -> Vec<TemplateError> {
        let Ok(template) = self.environment.get_template(name) else { return Vec::new() };
        let undeclared = template.undeclared_variables(false);
        let instructions = &get_compiled_template(&template).instructions;
        let mut errors = Vec::new();
        for at in 0.. {
            let Some(instruction) = instructions.get(at) else { break };
            let span = instructions.get_span(at);
            let range = span.map_or(0..0, |span| span.start_offset as usize..span.end_offset as usize);
            let mut refuse = |kind| errors.push(TemplateError { kind, range: range.clone() });
            match instruction {
                Instruction::Lookup(name) if undeclared.contains(*name) => {
                    let path = path(instructions, at, name);
                    if groups.is_some_and(|groups| !self.knows(&path, groups)) {
                        refuse(TemplateErrorKind::UnknownName(path));
                    }
                }
                Instruction::GetItem => {
                    if let (Some(number), Some(groups)) = (group_number(instructions, at), groups)
                        && number > groups.count
                    {
                        refuse(TemplateErrorKind::UnknownGroup(number));
                    }
                }
                Instruction::ApplyFilter(name, ..) if filters::made(name).is_none() => {
                    refuse(TemplateErrorKind::UnknownFilter((*name).to_owned()));
                }
                Instruction::PerformTest(name, ..) if !filters::is_test(name) => {
                    refuse(TemplateErrorKind::UnknownTest((*name).to_owned()));
                }
                Instruction::CallFunction(name, ..) if !FUNCTIONS.contains(name) => {
                    refuse(TemplateErrorKind::UnknownFunction((*name).to_owned()));
                }
                _ => {}
            }
        }
        errors.dedup();
        errors
    }

    fn knows(&self, path: &str, groups: &Groups) -> bool {
        let first = path.split('.').next().unwrap_or(path);
        insertable().any(|name| name == path)
            || self.values.contains_key(path)
            || groups.names.iter().any(|group| group == path)
            || (first == "groups" && groups.count > 0)
            || FUNCTIONS.contains(&first)
    }
}

/// The name that the instruction at this place looks up, with the parts that are taken of it.
fn path(instructions: &Instructions, at: u32, name: &str) -> String {
    let parts = (at + 1..).map_while(|at| match instructions.get(at) {
        Some(Instruction::GetAttr(part)) => Some(*part),
        _ => None,
    });
    std::iter::once(name).chain(parts).collect::<Vec<_>>().join(".")
}

/// The number in `groups[number]`, where the instruction at this place looks that up.
fn group_number(instructions: &Instructions, at: u32) -> Option<usize> {
    let Some(Instruction::Lookup("groups")) = instructions.get(at.checked_sub(2)?) else { return None };
    match instructions.get(at - 1) {
        Some(Instruction::LoadConst(number)) => usize::try_from(number.clone()).ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use crate::engine::template::{Field, Groups, Templates};

    #[test]
    fn a_wrong_name_is_told_once_for_each_place() {
        let text: String = (0..2_000).map(|number| format!("{{{{ sender.a{number} }}}}")).collect();
        let mut templates = Templates::new(HashMap::new());
        let errors = templates.add(&text, Field::Text, Some(&Groups::default())).unwrap_err();
        assert_eq!(errors.len(), 2_000);
    }
}
