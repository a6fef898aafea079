//! What stands where a known key or a mapping is expected, and is none: what was meant by it.

use crate::engine::fold::reveal;
use crate::language::diagnostic::{Correction, Suggestion};
use crate::language::grammar::{Home, Mapping};
use crate::language::yaml::fault::YamlFault;
use crate::language::yaml::keys::{LATER, nearest_key, same_key};
use crate::language::yaml::line::{list_of, quoted, with_blank};
use crate::language::yaml::lookalike::lookalike;
use crate::language::yaml::reader::{Field, Noted, Reader};
use crate::language::yaml::signs::without_colon;
use crate::language::yaml::value_fault::ValueFault;
use crate::language::yaml::{Entry, Node, Scalar, Span, Value};

/// What other products answer with, and no answer here may hold.
const MEDIA: &[&str] = &["image", "images", "voice", "video"];

impl Reader<'_> {
    /// The known key that was meant, where the whole value stands behind it.
    pub(super) fn unknown_key(
        &mut self,
        entries: &[Entry],
        number: usize,
        mapping: &Mapping,
        above: Option<&Field>,
    ) -> Option<&'static str> {
        let entry = &entries[number];
        let Value::Scalar(Scalar { text: key, .. }) = &entry.key.value else { return None };
        let key = key.as_str();
        let span = entry.key.span.clone();
        let known: Vec<&'static str> = mapping.names().collect();
        // in `when:{keyword: 你好}` the key ends at the colon inside the braces
        let line = self.line_from(span.start);
        let end = entry.value.span.end.saturating_sub(span.start);
        let whole = line.get(..end).filter(|whole| whole.len() >= key.len()).unwrap_or(line);
        let whole = if entry.value.value == Value::Empty { key } else { whole };
        if lookalike(key).is_some() {
            let whole = span.start..span.start + whole.len();
            return self.refuse_lookalike_key(key, &whole).err().and(None);
        }
        let at = span.start..span.start + whole.len();
        let fixed = |sign| {
            let (name, value) = whole.split_once(sign).unwrap_or((whole, ""));
            with_blank(at.clone(), name, value)
        };
        if let (Value::Empty, Some(fixed)) = (&entry.value.value, without_colon(key, &known)) {
            let fixed = Correction::new(span.clone(), fixed);
            return self.refuse(YamlFault::NoColon { fixed }, span).ok();
        }
        if key.contains('：') {
            return self.refuse(YamlFault::WideColon { fixed: fixed('：') }, span).ok();
        }
        if key.split_once(':').is_some_and(|(name, _)| known.contains(&name.trim_end())) {
            return self.refuse(YamlFault::NoBlankAfterColon { fixed: fixed(':') }, span).ok();
        }
        if let (Value::Empty, Some(cut)) = (&entry.value.value, self.cut_by_comma(&span)) {
            self.refuse_cut(cut, span, mapping);
            return None;
        }
        if ["reply", "choice", "follow_up"].contains(&mapping.name) && nearest_key(key, MEDIA).is_some() {
            return self.refuse(ValueFault::NoPictures {}, span).ok();
        }
        // a list below the key takes it only behind a dash
        let is_home = |above: &&Field| {
            let is_open = matches!(above.value.value, Value::Empty | Value::Map(_));
            is_open && mapping.name != "file" && mapping.takes_key(above.name, key)
        };
        let above = above.filter(is_home);
        let mut nearest = None;
        let fault = if LATER.contains(&key) {
            ValueFault::Later { key: key.to_owned() }
        } else if let (None, Some(home)) =
            (same_key(key, &known), above.map(|above| Home::Within(above.name)).or(self.grammar.home_of(key)))
        {
            let fixed =
                above.map_or(Correction::NONE, |above| self.indented(above, entries, number, mapping));
            ValueFault::Misplaced { key: key.to_owned(), home, fixed }
        } else {
            nearest = nearest_key(key, &known);
            let meant = Suggestion::of(nearest);
            ValueFault::UnknownKey { key: reveal(key), meant, known: mapping.listed() }
        };
        self.fault(fault, span);
        nearest
    }

    /// The keys that follow a key and belong below it, two blanks further than they stand.
    fn indented(&self, above: &Field, entries: &[Entry], at: usize, mapping: &Mapping) -> Correction {
        /// Bytes that are looked at.
        const LONGEST: usize = 4 << 10;
        let column = |span: &Span| self.file.place(span.start..span.start).column;
        let first = &entries[at].key.span;
        let belongs = |entry: &&Entry| match &entry.key.value {
            Value::Scalar(key) => mapping.takes_key(above.name, &key.text),
            _ => false,
        };
        let is_below = at > 0 && entries[at - 1].key.span == above.key && column(&above.key) == column(first);
        let last = entries[at..].iter().take_while(belongs).last();
        let end = last.map_or(first.end, |last| last.value.span.end.max(last.key.span.end));
        match self.file.text.get(first.start..end).filter(|lines| is_below && lines.len() <= LONGEST) {
            Some(lines) => {
                let lines = lines.trim_end();
                let at = first.start..first.start + lines.len();
                Correction::new(at, format!("  {}", lines.replace('\n', "\n  ")))
            }
            None => Correction::NONE,
        }
    }

    /// The text whose later parts became keys, because commas stand in it and brackets round it.
    fn cut_by_comma(&self, key: &Span) -> Option<Span> {
        let line = self.file.text[..key.start].rfind('\n').map_or(0, |newline| newline + 1);
        let before = self.file.text[line..key.start].trim_end().strip_suffix(',')?;
        let start = line + before.rfind(": ")? + 2;
        let rest = self.line_from(key.end);
        let more =
            rest.split_inclusive([',', '}']).scan((), |(), part| (!part.contains(':')).then_some(part));
        let more: usize = more.map(str::len).sum();
        let text = self.file.text[start..key.end + more].split('}').next()?.trim_end_matches([',', ' ']);
        Some(start..start + text.len())
    }

    /// A text or a list without its brackets that commas cut; noted once, at its second part.
    fn refuse_cut(&mut self, cut: Span, key: Span, mapping: &Mapping) {
        let before = &self.file.text[cut.start..key.start];
        if before.matches(',').count() > 1 {
            return;
        }
        let text = self.written(&cut);
        let lead = self.file.text[..cut.start].trim_end().trim_end_matches(':');
        let takes_several =
            mapping.keys.iter().any(|known| lead.ends_with(known.name) && known.form.takes_several());
        let parts = text.split(',').map(|part| part.trim().trim_matches(['"', '\'']));
        let one = quoted(&parts.clone().collect::<Vec<_>>().join(", "));
        if takes_several {
            let fixed = Correction::new(cut, list_of(parts));
            self.fault(ValueFault::ListInBraces { fixed, one }, key);
        } else {
            let fixed = Correction::new(cut, one);
            self.fault(ValueFault::CutByComma { fixed }, key);
        }
    }

    /// The first line of a list with `rules:` above it.
    fn below_rules(&self, list: &Node) -> Correction {
        let start = self.file.text[..list.span.start].rfind('\n').map_or(0, |newline| newline + 1);
        let line = self.line_from(start);
        let fixed = || Correction::new(start..start + line.len(), format!("rules:\n{line}"));
        if line.trim_start().starts_with('-') { fixed() } else { Correction::NONE }
    }

    pub(super) fn not_a_mapping<T>(&mut self, node: &Node, mapping: &Mapping) -> Result<T, Noted> {
        let written = self.line_from(node.span.start).to_owned();
        let known: Vec<&str> = mapping.names().collect();
        let at = node.span.start..node.span.start + written.len();
        if let (Value::Scalar(_), Some((_, sign))) = (&node.value, lookalike(&written))
            && written[..sign]
                .trim_end_matches([':', ' '])
                .chars()
                .all(|c| c.is_ascii_alphabetic() || c == '_')
        {
            self.refuse_lookalike_key(&written, &at)?;
        }
        let fixed = |line: String| Correction::new(at.clone(), line);
        let key_of = |sign: char| {
            let (key, value) = written.split_once(sign)?;
            known.contains(&key.trim()).then(|| with_blank(at.clone(), key, value))
        };
        let colon = match &node.value {
            Value::Empty => return self.nothing_there(node),
            Value::Scalar(_) => match (key_of('：'), key_of(':')) {
                (Some(fixed), _) => Some(YamlFault::WideColon { fixed }),
                (None, Some(fixed)) => Some(YamlFault::NoBlankAfterColon { fixed }),
                (None, None) => {
                    without_colon(&written, &known).map(|line| YamlFault::NoColon { fixed: fixed(line) })
                }
            },
            _ => None,
        };
        if let (Value::List(items), "file") = (&node.value, mapping.name)
            && items.iter().all(|item| matches!(item.value, Value::Map(_)))
        {
            let fixed = self.below_rules(node);
            return self.refuse(ValueFault::RulesMissing { fixed }, node.span.clone());
        }
        match colon {
            Some(fault) => self.refuse(fault, node.span.clone()),
            None => self.refuse(ValueFault::NotAMapping { expected: mapping.listed() }, node.span.clone()),
        }
    }
}
