//! Files that end in the middle: a fault in the last lines of a file without an end of its last line is perhaps no slip of
//! its author's, and is told so.

use std::collections::HashMap;
use std::sync::Arc;

use crate::engine::place::Place;
use crate::language::diagnostic::{Code, Diagnostic, Edit, Fault, Severity};
use crate::language::source::RuleSource;
use crate::language::yaml::parse::text_of;
use crate::words::lang::Lang;

/// A rule without its condition or answer, a follow-up or card without what it sends: what lacks was to stand below.
const LACKING: [Code; 4] = [Code(244), Code(267), Code(280), Code(281)];

/// What a cut leaves unread: quotes and brackets without their ends, lines that YAML cannot fit in, and keys without a value.
const BROKEN: [Code; 5] = [Code(120), Code(122), Code(129), Code(133), Code(149)];

/// Says of what is wrong at the very end of a file that the file may be cut off.
pub fn tell_cut_off(found: &mut [Diagnostic], source: &RuleSource) {
    let is_unmended = |found: &&mut Diagnostic| found.is_error() && found.fault.correction().is_none();
    let mut unmended = found.iter_mut().filter(is_unmended).peekable();
    if unmended.peek().is_none() {
        return;
    }
    let without_end = source.files().iter().filter(|file| !file.bytes.ends_with(b"\n"));
    let texts: HashMap<&str, &str> =
        without_end.filter_map(|file| Some((&*file.path, text_of(&file.bytes)?))).collect();
    for found in unmended {
        if texts.get(&*found.place.file).is_some_and(|text| ends_there(text, found)) {
            found.fault = Arc::new(AtTheEnd(Arc::clone(&found.fault)));
        }
    }
}

/// Whether the file ends with the line of this fault, or with the mapping that lacks something.
fn ends_there(text: &str, found: &Diagnostic) -> bool {
    let Place { span, column, .. } = &found.place;
    let Some(rest) = text.get(span.start..).filter(|_| !span.is_empty()) else { return false };
    let mut below = rest.lines().skip(1);
    let is_deep = |line: &str| line.len() - line.trim_start_matches(' ').len() + 1 >= *column;
    match LACKING.contains(&found.fault.code()) {
        true => below.all(is_deep),
        false => BROKEN.contains(&found.fault.code()) && below.next().is_none(),
    }
}

/// A fault at the end of a file that may be cut off.
#[derive(Debug)]
struct AtTheEnd(Arc<dyn Fault>);

impl Fault for AtTheEnd {
    fn code(&self) -> Code {
        self.0.code()
    }

    fn severity(&self) -> Severity {
        self.0.severity()
    }

    fn message(&self, lang: Lang) -> String {
        self.0.message(lang)
    }

    fn help(&self, lang: Lang) -> String {
        let help = self.0.help(lang);
        let cut_off = lang.pick(
            "the file ends here without a new line: perhaps it was cut off while it was saved or copied",
            "文件到这里就结束了，最后也没有换行：可能是保存或复制时中断了，后面的内容没有了",
        );
        format!("{help}{}{cut_off}", lang.pick("; ", "；"))
    }

    fn correction(&self) -> Option<&Edit> {
        self.0.correction()
    }

    fn other_place(&self) -> Option<&Place> {
        self.0.other_place()
    }

    fn without_correction(&self) -> Option<Arc<dyn Fault>> {
        self.0.without_correction()
    }
}
