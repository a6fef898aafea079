//! `use`: a reply of `replies:`, brought in by its name.

use crate::engine::reply::Script;
use crate::language::reply::fault::ReplyFault;
use crate::language::reply::read_script;
use crate::language::rule_reader::RuleReader;
use crate::language::yaml::Node;
use crate::language::yaml::reader::Noted;

/// It is read anew with the names that this rule has.
pub fn read(reader: &mut RuleReader, node: &Node) -> Result<Script, Noted> {
    let name = reader.yaml.text(node)?;
    let names = reader.names;
    let Some(named) = names.replies.get(&name.value) else {
        let known = reader.known_names("replies", &name.value);
        return reader.refuse(ReplyFault::UnknownReply { name: name.value, known }, name.span);
    };
    if reader.using.contains(&name.value) {
        return reader.refuse(ReplyFault::ReplyCycle { name: name.value }, name.span);
    }
    reader.used.replies.insert(name.value.clone());
    reader.using.push(name.value);
    let script = reader.in_file(named.file, |reader| read_script(reader, named.node));
    reader.using.pop();
    script
}
