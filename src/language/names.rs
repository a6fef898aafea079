//! What a folder names: word lists, replies, texts and times, known in all of its files. They are gathered before
//! any rule is read, so that a file may use what a later one defines.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use crate::engine::place::Place;
use crate::engine::template::{BUILT_IN_NAMES, FUNCTIONS, Field};
use crate::language::condition::fault::ConditionFault;
use crate::language::condition::signs::{warn_of_last_signs, warn_of_signs};
use crate::language::condition::times::read_named_time;
use crate::language::condition::word_set::distinct;
use crate::language::diagnostic::{Diagnostic, faults};
use crate::language::holidays::read_arrangement;
use crate::language::registry::GRAMMAR;
use crate::language::rule_reader::{NamedReply, Names};
use crate::language::template::foreign::foreign_signs;
use crate::language::yaml::Node;
use crate::language::yaml::parse::Parsed;
use crate::language::yaml::reader::{Fields, Reader, Text};
use crate::schedule::calendar::arrangements::Arrangements;

faults! {
    /// What can be wrong with a name. Codes F320 to F329.
    pub enum NameFault {
        320 Error NamedTwice { name: String, place: Place }
            en "the name \"{name}\" is taken already, in {place}",
               "give one of them another name; names are known in all files of the folder";
            zh "“{name}”这个名字已经在 {place} 用过了",
               "请给其中一个换个名字；名字在整个文件夹里通用";
            means "Lists, replies, texts and times are known by their names in all files. If two have the same name, one of them would be hidden.",
                  "词表、回复、文字和时间的名字在所有文件里通用。两个同名，其中一个就会被盖住。";
        321 Error BadName { name: String }
            en "\"{name}\" cannot be inserted under this name",
               "a name under `values:` begins with a letter and holds only letters, digits and _";
            zh "“{name}”不能用作 `values` 里的名字",
               "名字要以文字或字母开头，只能包含文字、字母、数字和下划线 _";
            means "The name is written between double braces, where blanks, dashes and the like have other meanings.",
                  "这个名字要写在双花括号里，在那里空格、横线等有别的含义。";
        323 Error BuiltIn { name: String }
            en "\"{name}\" is a built-in name, so this text would never be inserted",
               "give it another name";
            zh "“{name}”是内置的名字，这段文字永远不会插入",
               "请换一个名字";
            means "Built-in names such as `text` always stand for something of the message. A text of your own under such a name could never be reached.",
                  "`text` 这样的内置名字总是指消息里的内容。您自己的文字用了这个名字，就永远用不到。";
        322 Warning NeverUsed { kind: &'static str, name: String }
            en "\"{name}\" under `{kind}` is never used",
               "delete it, or look for a misspelt name where it should be used";
            zh "`{kind}` 下面的“{name}”从来没有用到",
               "可以删掉；也可能是用到它的地方把名字写错了";
            means "Nobody asks for this, so it does nothing. Often the place that should use it has the name misspelt, or says the word itself.",
                  "没有任何地方用到它，所以它不起作用。往往是用它的地方名字写错了，或者直接写成了文字。";
    }
}

/// Everything named in a folder.
#[derive(Debug, Default)]
pub struct Gathered<'f> {
    pub names: Names<'f>,
    /// There is something of which the name cannot be read.
    pub lacks_names: bool,
    pub values: HashMap<String, String>,
}

/// Gathers what the files name. `roots` are the known keys of each file.
pub fn gather<'f>(
    files: &'f [Parsed],
    roots: &[Option<Fields<'f>>],
    faults: &mut Vec<Diagnostic>,
) -> Gathered<'f> {
    let mut gathered = Gathered::default();
    gathered.gather_holidays(files, roots, faults);
    for (number, (file, root)) in files.iter().zip(roots).enumerate() {
        let Some(root) = root else { continue };
        let mut reader = Reader { file: &file.source, grammar: &GRAMMAR, faults };
        for kind in ["lists", "replies", "values", "times"] {
            let before = reader.faults.len();
            let named = root.get(kind).map(|node| reader.named(node)).unwrap_or_default();
            gathered.lacks_names |= reader.faults.len() > before;
            for (name, node) in named {
                if !gathered.take(&mut reader, kind, &name) {
                    continue;
                }
                match kind {
                    "lists" => _ = gathered.names.lists.insert(name.value, read_list(&mut reader, node)),
                    "replies" => {
                        let reply = NamedReply { file: number, node };
                        gathered.names.replies.insert(name.value, reply);
                    }
                    "times" => {
                        let known = &gathered.names.arrangements;
                        let time = read_named_time(&mut reader, known, &name.value, node);
                        gathered.names.times.insert(name.value, Arc::new(time));
                    }
                    _ => gathered.read_value(&mut reader, name, node),
                }
            }
        }
    }
    gathered
}

/// The words of a list, each once.
fn read_list(reader: &mut Reader, node: &Node) -> Vec<String> {
    let texts = reader.words(node);
    warn_of_signs(reader, node, &texts);
    warn_of_last_signs(reader, &texts);
    let distinct = distinct(reader, texts, |folded| Some(folded.to_owned()));
    distinct.into_iter().map(|(_, word)| word.into_string()).collect()
}

impl<'f> Gathered<'f> {
    /// The holidays of all files come first, because times go by them.
    fn gather_holidays(
        &mut self,
        files: &'f [Parsed],
        roots: &[Option<Fields<'f>>],
        faults: &mut Vec<Diagnostic>,
    ) {
        let mut arrangements = Arrangements::default();
        for (file, root) in files.iter().zip(roots) {
            let Some(node) = root.as_ref().and_then(|root| root.get("holidays")) else { continue };
            let mut reader = Reader { file: &file.source, grammar: &GRAMMAR, faults };
            for (year, node) in reader.named(node) {
                if self.take(&mut reader, "holidays", &year) {
                    read_arrangement(&mut reader, &year, node, &mut arrangements);
                }
            }
        }
        self.names.arrangements = Arc::new(arrangements);
    }

    /// Whether the name was free.
    fn take(&mut self, reader: &mut Reader, kind: &'static str, name: &Text) -> bool {
        match self.names.places.entry(kind).or_default().entry(name.value.clone()) {
            Entry::Occupied(first) => {
                let fault =
                    NameFault::NamedTwice { name: name.value.clone(), place: Place::clone(first.get()) };
                reader.fault(fault, name.span.clone());
                false
            }
            Entry::Vacant(free) => {
                free.insert(reader.file.place(name.span.clone()));
                true
            }
        }
    }

    fn read_value(&mut self, reader: &mut Reader, name: Text, node: &Node) {
        let fits = |c: char| c.is_alphanumeric() || c == '_';
        if !name.value.chars().all(fits) || !name.value.starts_with(|c: char| c.is_alphabetic() || c == '_') {
            reader.fault(NameFault::BadName { name: name.value.clone() }, name.span.clone());
        }
        if [BUILT_IN_NAMES, FUNCTIONS].concat().contains(&name.value.as_str()) {
            reader.fault(NameFault::BuiltIn { name: name.value.clone() }, name.span.clone());
        }
        if let Ok(text) = reader.free_text(node) {
            if text.value.contains("{{") {
                reader.fault(ConditionFault::TemplateInValue { name: name.value.clone() }, text.span.clone());
            }
            for (slip, range) in foreign_signs(&text.value, Field::Text, 0, |_| false) {
                let span = reader.part_of(&text, range);
                reader.fault(slip, span);
            }
            self.values.insert(name.value, text.value);
        }
    }

    /// Warnings for what no rule uses. `is_used` is asked with the key and the name.
    pub fn never_used(&self, is_used: impl Fn(&str, &str) -> bool, faults: &mut Vec<Diagnostic>) {
        let given = self.names.places.iter();
        let given =
            given.flat_map(|(kind, names)| names.iter().map(move |(name, place)| (kind, name, place)));
        let unused = given.filter(|(kind, name, _)| !is_used(kind, name));
        faults.extend(unused.map(|(kind, name, place)| {
            let fault = NameFault::NeverUsed { kind, name: name.clone() };
            Diagnostic { fault: Arc::new(fault), place: place.clone() }
        }));
    }
}
