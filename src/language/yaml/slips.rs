//! Values that cannot be read because of a slip that is not the value's own: a character that only looks like a blank, a
//! Chinese comma between several, Chinese colons behind names.

use crate::language::diagnostic::{Correction, Fault};
use crate::language::yaml::fault::YamlFault;
use crate::language::yaml::line::{is_key, key_and_value};
use crate::language::yaml::lookalike::{Sign, lookalike, with_plain_key, without_lookalikes};
use crate::language::yaml::reader::{Noted, Reader, Text};
use crate::language::yaml::signs::several;
use crate::language::yaml::value_fault::ValueFault;
use crate::language::yaml::{Node, Span, Value};

impl Reader<'_> {
    /// Refuses what holds a character that only looks like a blank, or that nobody sees.
    pub fn refuse_lookalike(&mut self, text: &str, span: &Span) -> Result<(), Noted> {
        self.refuse_mended(text, span, without_lookalikes)
    }

    /// The same of a key and what stands behind it, of which the key alone is wrong.
    pub(super) fn refuse_lookalike_key(&mut self, text: &str, span: &Span) -> Result<(), Noted> {
        self.refuse_mended(text, span, with_plain_key)
    }

    fn refuse_mended(&mut self, text: &str, span: &Span, mended: fn(&str) -> String) -> Result<(), Noted> {
        let Some((sign, _)) = lookalike(text) else { return Ok(()) };
        let written = self.file.text.get(span.clone()).unwrap_or_default();
        let at =
            written.find(sign).map_or(span.clone(), |at| span.start + at..span.start + at + sign.len_utf8());
        let fixed = Correction::new(span.start..span.start + written.len(), mended(written).trim());
        self.refuse(YamlFault::Lookalike { sign: Sign(sign), fixed }, at)
    }

    /// As [`Reader::parsed`], of a value beside which others may stand. Fault beside `fault`: several are written as
    /// one.
    pub fn parsed_apart<T, F: Fault + 'static>(
        &mut self,
        parsed: Option<T>,
        text: Text,
        node: &Node,
        fault: impl FnOnce(String) -> F,
    ) -> Result<T, Noted> {
        let in_list = matches!(node.value, Value::List(_));
        let is_parted = parsed.is_none() && text.value.contains(['，', '、', '；']);
        match several(&text.value, in_list).filter(|_| is_parted) {
            Some(fixed) => {
                let fixed = fixed.map_or(Correction::NONE, |fixed| Correction::new(text.span.clone(), fixed));
                self.refuse(YamlFault::SeveralWords { fixed }, text.span)
            }
            None => self.parsed(parsed, text, fault),
        }
    }

    /// Notes that a key is missing before this text.
    pub fn refuse_alone(&mut self, key: &'static str, node: &Node) {
        let fixed = format!("{{{key}: {}}}", self.written(&node.span));
        let fixed = Correction::new(node.span.clone(), fixed);
        self.fault(ValueFault::ValueAlone { key, fixed }, node.span.clone());
    }

    /// `营业：{hours: 09:00-21:00}` and `营业 {hours: …}`: to YAML the name goes on to the colon between the braces.
    pub(super) fn misnamed(&self, key: &str, span: &Span) -> Option<YamlFault> {
        let (lead, rest) = key.split_once('{')?;
        let is_wide = lead.trim_end().ends_with('：');
        // a name may well hold braces, behind which no key of the language stands
        if self.grammar.keys(rest.trim()).next().is_none() || !is_wide && !lead.ends_with(' ') {
            return None;
        }
        let name = lead.trim_end().trim_end_matches('：').trim_end();
        // in braces of its own nobody looks for the end of its value
        let begins_line = self.file.text[..span.start].trim_end_matches(' ').ends_with('\n');
        let line = self.line_from(span.start);
        let value = line.strip_prefix(lead).filter(|_| begins_line && is_key(name))?;
        let fixed = Correction::new(span.start..span.start + line.len(), key_and_value(name, value));
        Some(if is_wide { YamlFault::WideColon { fixed } } else { YamlFault::NoColon { fixed } })
    }

    /// Notes that names are missing, or only the colons behind them.
    pub(super) fn not_named<T>(&mut self, node: &Node) -> Result<T, Noted> {
        let written = self.written(&node.span).to_owned();
        let named = |line: &str| {
            let (name, value) = line.split_once('：')?;
            let indent = &name[..name.len() - name.trim_start().len()];
            Some(format!("{indent}{}", key_and_value(name, value)))
        };
        let lines: Option<Vec<String>> = written.lines().map(named).collect();
        match lines.filter(|lines| !lines.is_empty()) {
            Some(lines) => {
                let fixed =
                    Correction::new(node.span.start..node.span.start + written.len(), lines.join("\n"));
                self.refuse(YamlFault::WideColon { fixed }, node.span.clone())
            }
            None => self.refuse(ValueFault::NotNamed {}, node.span.clone()),
        }
    }
}
