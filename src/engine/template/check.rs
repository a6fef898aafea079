//! Looks through a compiled template for what could not be filled in: names, groups, filters, tests and functions that do
//! not exist, also on branches that are seldom taken.

use minijinja::machinery::{Instruction, Instructions, get_compiled_template};

use crate::engine::template::scope::insertable;
use crate::engine::template::{FUNCTIONS, Groups, TemplateError, TemplateErrorKind, Templates, filters};

impl Templates {
    pub(super) fn check(&self, name: &str, groups: Option<&Groups>) -> Vec<TemplateError> {
        let Ok(template) = self.environment.get_template(name) else { return Vec::new() };
        let undeclared = template.undeclared_variables(true);
        let instructions = &get_compiled_template(&template).instructions;
        let mut errors = Vec::new();
        for at in 0.. {
            let Some(instruction) = instructions.get(at) else { break };
            let span = instructions.get_span(at);
            let range = span.map_or(0..0, |span| span.start_offset as usize..span.end_offset as usize);
            let mut refuse = |kind| errors.push(TemplateError { kind, range: range.clone() });
            match instruction {
                Instruction::Lookup(name) => undeclared
                    .iter()
                    .filter(|path| path.split('.').next() == Some(name))
                    .filter(|path| groups.is_some_and(|groups| !self.knows(path, groups)))
                    .for_each(|path| refuse(TemplateErrorKind::UnknownName(path.clone()))),
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

/// The number in `groups[number]`, where the instruction at this place looks that up.
fn group_number(instructions: &Instructions, at: u32) -> Option<usize> {
    let Some(Instruction::Lookup("groups")) = instructions.get(at.checked_sub(2)?) else { return None };
    match instructions.get(at - 1) {
        Some(Instruction::LoadConst(number)) => usize::try_from(number.clone()).ok(),
        _ => None,
    }
}
