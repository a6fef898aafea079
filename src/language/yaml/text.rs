//! Reads one text of a tree, or several. A text that YAML silently changed is refused, and a comment that may
//! be meant as a part of a text is warned of.

use crate::language::diagnostic::Correction;
use crate::language::yaml::fault::{BlockBegin, YamlFault};
use crate::language::yaml::line::{is_exchanged, is_key, list_of, quoted};
use crate::language::yaml::reader::{Noted, Reader, Text};
use crate::language::yaml::signs::{
    EMOTICONS, Stands, curly_quoted, is_next_key, listed_with_other_sign, misread_word,
};
use crate::language::yaml::value_fault::{Unwritten, ValueFault};
use crate::language::yaml::words_alone::misread;
use crate::language::yaml::{Node, Scalar, Span, Style, Value};

impl Reader<'_> {
    /// The one text at `node`. Faults: it is empty, a list or a mapping, or YAML changed it.
    pub fn text(&mut self, node: &Node) -> Result<Text, Noted> {
        let span = node.span.clone();
        match &node.value {
            Value::Scalar(scalar) => {
                self.refuse_changed(scalar, &span)?;
                Ok(Text { value: scalar.text.clone(), span })
            }
            Value::Empty => self.nothing_there(node),
            Value::List(items) => {
                let written = self.written(&span);
                if items.len() == 1 && written.starts_with('[') {
                    let fixed = self.without_brackets(&items[0], &span);
                    return self.refuse(ValueFault::ListOfOne { fixed }, span);
                }
                self.refuse(ValueFault::ListForText {}, span)
            }
            Value::Map(_) => {
                let line = self.line_from(span.start);
                let quoted_line = Correction::new(span.start..span.start + line.len(), quoted(line));
                if node.has_key("list") {
                    return self.refuse(ValueFault::ListNotHere {}, span);
                }
                if line.starts_with("{{") {
                    return self.refuse(YamlFault::LeadingBraces { fixed: quoted_line }, span);
                }
                let is_one_line = !self.written(&span).contains('\n');
                let fixed = if is_one_line { self.in_quotes(&span) } else { Correction::NONE };
                self.refuse(ValueFault::MapForText { fixed }, span)
            }
        }
    }

    /// As [`Reader::text`], for a text in which anything may stand, so that a remark behind it may be meant as a
    /// part of it. Warning: there is one.
    pub fn free_text(&mut self, node: &Node) -> Result<Text, Noted> {
        let text = self.text(node)?;
        self.warn_of_remarks(node);
        Ok(text)
    }

    /// Warns of remarks behind texts without quotes, one or a list.
    pub fn warn_of_remarks(&mut self, node: &Node) {
        match &node.value {
            Value::Scalar(Scalar { text, style: Style::Plain, comment: Some(comment) })
                if self.written(comment).trim_matches('#').len() > 1 =>
            {
                let whole = node.span.start..comment.end;
                let fixed = self.in_quotes(&whole);
                self.fault(ValueFault::RemarkBehindText { left: text.clone(), fixed }, whole);
            }
            Value::List(items) => items.iter().for_each(|item| self.warn_of_remarks(item)),
            _ => {}
        }
    }

    /// One text or a list of texts, at least one. Faults as [`Reader::text`], for each of them.
    pub fn texts(&mut self, node: &Node) -> Vec<Text> {
        match &node.value {
            Value::List(_) => self.list(node).iter().flat_map(|item| self.text(item)).collect(),
            _ => self.text(node).into_iter().collect(),
        }
    }

    /// As [`Reader::texts`], for words that are looked for. Faults beside those: several words written
    /// as one, and lines that YAML joined because the blank behind their `-` is missing.
    pub fn words(&mut self, node: &Node) -> Vec<Text> {
        let span = node.span.clone();
        if let Value::Scalar(Scalar { text, style: Style::Plain, .. }) = &node.value
            && let Some(word) = text.strip_prefix('-')
        {
            if self.written(&span).contains('\n') {
                return self.refuse(ValueFault::JoinedWords {}, span).unwrap_or_default();
            }
            // alone on its line it was to be an item; behind the key it may be a word
            let is_item = self.file.text[..span.start].trim_end_matches(' ').ends_with('\n');
            if is_item && !word.starts_with('-') {
                if word.starts_with(char::is_whitespace) && self.refuse_lookalike(text, &span).is_err() {
                    return Vec::new();
                }
                let fixed = || Correction::new(span.clone(), format!("- {word}"));
                let fixed = if is_exchanged(word) { Correction::NONE } else { fixed() };
                let fault = YamlFault::NoBlankAfterDash { fixed };
                return self.refuse(fault, span).unwrap_or_default();
            }
        }
        let fixed = self.without_first_dash(node);
        if let (Value::Scalar(_), true) = (&node.value, fixed != Correction::NONE) {
            return self.refuse(ValueFault::NotAList { fixed }, span).unwrap_or_default();
        }
        if let Some(fault) = self.words_on_lines(node) {
            return self.refuse(fault, span).unwrap_or_default();
        }
        if let Some(list) = self.without_commas(node) {
            let fixed = Correction::new(span.clone(), list);
            return self.refuse(YamlFault::BadlyParted { fixed }, span).unwrap_or_default();
        }
        let words = self.texts(node);
        if !words.is_empty() {
            self.warn_of_remarks(node);
        }
        // in quotes, and as an item on a line of its own, a word may hold what it likes
        let alone = !matches!(node.value, Value::List(_));
        let stands = match () {
            () if alone => Stands::BehindItsKey,
            () if self.written(&node.span).starts_with('[') => Stands::InBrackets,
            () => Stands::OnItsLine,
        };
        for word in &words {
            let in_quotes = self.written(&word.span).starts_with(['"', '\'']);
            if !in_quotes && let Some(fault) = misread_word(&word.value, &word.span, stands) {
                self.fault(fault, word.span.clone());
            }
        }
        words
    }

    /// `{几点, 开门}` and `{{ 几点 }}` in the place of words. Faults as [`Reader::text`]; a mapping is always one.
    pub fn words_in_braces(&mut self, node: &Node) -> Result<Text, Noted> {
        let Value::Map(entries) = &node.value else { return self.text(node) };
        let written = self.written(&node.span).trim_end();
        let has_no_values = entries.iter().all(|entry| entry.value.value == Value::Empty);
        if !written.starts_with('{') || written.contains('\n') || !has_no_values {
            return self.text(node);
        }
        let at = node.span.start..node.span.start + written.len();
        self.refuse(misread(written, at.clone(), "keyword"), at)
    }

    /// Words on lines of their own that are no list to YAML.
    fn words_on_lines(&self, node: &Node) -> Option<YamlFault> {
        let Value::Scalar(Scalar { style: Style::Plain, .. }) = &node.value else { return None };
        let lines: Vec<&str> = self.written(&node.span).lines().map(str::trim).collect();
        let is_word = |line: &&str| line.chars().all(|c| c.is_alphanumeric() || " ?!.~？！。～·".contains(c));
        let are_words = lines.iter().all(is_word);
        let fixed = || Correction::new(node.span.clone(), list_of(lines.iter().copied()));
        (lines.len() > 1 && are_words).then(|| YamlFault::SeveralWords { fixed: fixed() })
    }

    /// `你好` on the line below the key and `- 您好` on the next: the list as it should be.
    pub(super) fn without_first_dash(&self, node: &Node) -> Correction {
        let written = self.written(&node.span);
        let first = written.lines().next().unwrap_or_default();
        let before = &self.file.text[..node.span.start];
        let indent = before.len() - before.trim_end_matches(' ').len();
        let on_its_line = before[..before.len() - indent].ends_with('\n');
        let at = node.span.start..node.span.start + first.len();
        match &node.value {
            Value::Scalar(Scalar { style: Style::Plain, .. })
                if on_its_line
                    && written.contains('\n')
                    && written.lines().skip(1).all(|line| line.trim_start().starts_with("- ")) =>
            {
                Correction::new(at, format!("- {first}"))
            }
            // the dash takes the place of two blanks, and the lines below stay where they are
            Value::Map(_) if on_its_line && indent >= 2 => {
                Correction::new(at.start - 2..at.end, format!("- {first}"))
            }
            _ => Correction::NONE,
        }
    }

    /// A list in brackets over several lines, one of which lacks the comma at its end.
    fn without_commas(&self, node: &Node) -> Option<String> {
        let Value::List(items) = &node.value else { return None };
        let lacks_comma = |item: &Node| {
            matches!(&item.value, Value::Scalar(scalar) if scalar.style == Style::Plain)
                && self.written(&item.span).contains('\n')
        };
        if !self.written(&node.span).starts_with('[') || !items.iter().any(lacks_comma) {
            return None;
        }
        let scalars = items.iter().filter_map(|item| match &item.value {
            Value::Scalar(scalar) if scalar.style != Style::Plain => Some(vec![scalar.text.as_str()]),
            Value::Scalar(_) => Some(self.written(&item.span).lines().map(str::trim).collect()),
            _ => None,
        });
        Some(list_of(scalars.flatten()))
    }

    /// Notes that nothing stands behind a key or a dash.
    pub(super) fn nothing_there<T>(&mut self, node: &Node) -> Result<T, Noted> {
        // an empty value has its place behind the colon; its line is that of the key
        let at = node.span.start.min(self.file.text.len());
        let before = self.file.text[..at].trim_end();
        let start = before.rfind('\n').map_or(0, |newline| newline + 1);
        let start = start + (before[start..].len() - before[start..].trim_start().len());
        // `keyword: #优惠#` is a comment to YAML; one for people has a blank behind its mark
        let line = self.line_from(start);
        if let Some((lead, comment)) = line.split_once(" #")
            && lead.trim_end().ends_with([':', '-'])
            && !is_remark(comment)
        {
            let at = start + lead.len() + 1..start + line.len();
            let fixed = Correction::new(at.clone(), quoted(&format!("#{comment}")));
            return self.refuse(YamlFault::CutByHash { fixed }, at);
        }
        let lead = before[start.min(before.len())..].rsplit([' ', '{', ',']).next();
        let is_colon_next = self.file.text[before.len()..].trim_start_matches(' ').starts_with(':');
        let key = lead.filter(|lead| is_colon_next && is_key(lead));
        let place = Unwritten(key.map(str::to_owned));
        self.refuse(ValueFault::NothingThere { place }, start.min(before.len())..before.len())
    }

    /// What is written there, in quotes.
    fn in_quotes(&self, span: &Span) -> Correction {
        Correction::new(span.clone(), quoted(self.written(span)))
    }

    /// The one text of a list in brackets. Those of an emoticon belong to the text, and a word as short as one may be
    /// one that is not known.
    fn without_brackets(&self, item: &Node, list: &Span) -> Correction {
        const LONGEST_EMOTICON: usize = 6;
        match &item.value {
            Value::Scalar(scalar) if scalar.style != Style::Plain => {
                Correction::new(list.clone(), self.written(&item.span))
            }
            Value::Scalar(scalar) if EMOTICONS.contains(&scalar.text.as_str()) => self.in_quotes(list),
            Value::Scalar(scalar) if scalar.text.chars().count() > LONGEST_EMOTICON => {
                Correction::new(list.clone(), quoted(&scalar.text))
            }
            Value::Scalar(_) => Correction::NONE,
            _ => self.in_quotes(list),
        }
    }

    /// Refuses a text that YAML silently changed.
    fn refuse_changed(&mut self, scalar: &Scalar, span: &Span) -> Result<(), Noted> {
        let written = self.file.text.get(span.clone()).unwrap_or("").trim_end();
        let plain = scalar.style == Style::Plain;
        if scalar.style == Style::Literal {
            let swallowed = self.swallowed_key(scalar, span);
            return swallowed.map_or(Ok(()), |(fault, span)| self.refuse(fault, span));
        }
        if let Some((fault, item)) = self.deeper_item(plain, written, span) {
            return self.refuse(fault, item);
        }
        let other_sign =
            (plain && written.contains('\n')).then(|| listed_with_other_sign(written, span)).flatten();
        if let Some(fault) = other_sign {
            self.refuse(fault, span.clone())
        } else if plain && written.lines().next().is_some_and(|first| first == "｜") && written.contains('\n')
        {
            let bar = span.start..span.start + '｜'.len_utf8();
            self.refuse(YamlFault::WideBar { fixed: Correction::new(bar.clone(), "|") }, bar)
        } else if scalar.style == Style::Folded || written.contains('\n') {
            self.refuse(ValueFault::JoinedLines {}, span.clone())
        } else if plain && let Some(inside) = curly_quoted(&scalar.text) {
            let fixed = Correction::new(span.clone(), quoted(inside));
            self.refuse(YamlFault::CurlyQuotes { fixed }, span.clone())
        } else if plain && let Some(whole) = self.cut_by_hash(scalar, span) {
            let fixed = self.in_quotes(&whole);
            self.refuse(YamlFault::CutByHash { fixed }, whole)
        } else if matches!(scalar.style, Style::Plain | Style::SingleQuoted) && scalar.text.contains("\\n") {
            let fixed = format!("\"{}\"", scalar.text.replace('"', "\\\""));
            let fixed = Correction::new(span.clone(), fixed);
            self.refuse(ValueFault::WrittenNewline { fixed }, span.clone())
        } else {
            Ok(())
        }
    }

    /// An item that is indented further than the one above it, and so goes on with its text.
    fn deeper_item(&self, plain: bool, written: &str, item: &Span) -> Option<(YamlFault, Span)> {
        let is_item = self.file.text[..item.start].trim_end_matches(' ').ends_with('-');
        let line = written.lines().skip(1).map(str::trim).find(|line| line.starts_with('-'))?;
        let start = item.start + (line.as_ptr() as usize - written.as_ptr() as usize);
        let at = start..start + line.len();
        let fault = match line.strip_prefix('-').filter(|word| !word.starts_with([' ', '-'])) {
            Some(word) => {
                let fixed = Correction::new(at.clone(), format!("- {word}"));
                YamlFault::NoBlankAfterDash { fixed }
            }
            None => YamlFault::WrongIndent { block: BlockBegin(Some(self.file.place(item.clone()).line)) },
        };
        (plain && is_item).then_some((fault, at))
    }

    /// A text together with what looks like its own end and is a comment to YAML.
    fn cut_by_hash(&self, scalar: &Scalar, span: &Span) -> Option<Span> {
        let comment = scalar.comment.as_ref()?;
        let cut = self.written(comment);
        (!is_remark(cut) || (cut.len() > 1 && cut.ends_with('#'))).then_some(span.start..comment.end)
    }

    /// A line of a text that was to be the next key of the rule.
    fn swallowed_key(&self, scalar: &Scalar, span: &Span) -> Option<(ValueFault, Span)> {
        let line = scalar.text.lines().map(str::trim).find(|line| is_next_key(line))?;
        let at = line.as_ptr() as usize - scalar.text.as_ptr() as usize;
        let text = Text { value: scalar.text.clone(), span: span.clone() };
        let span = self.part_of(&text, at..at + line.len());
        Some((ValueFault::SwallowedKey { line: line.to_owned() }, span))
    }
}

/// Whether this is a comment to its author too: a blank stands behind its mark, or nothing does.
fn is_remark(comment: &str) -> bool {
    comment.trim_start_matches('#').starts_with(char::is_whitespace) || comment.trim_matches('#').is_empty()
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use crate::language::load;
    use crate::language::source::RuleSource;
    use crate::language::surroundings::Surroundings;

    #[test]
    fn a_file_of_one_long_line_is_read_in_bounded_time() {
        let rule = |number| format!("{{when: {{keyword: 词{number}}}, reply: 好}}");
        let rules: Vec<String> = (0..10_000).map(rule).collect();
        let text = format!("rules: [{}{}]", " ".repeat(20 << 20), rules.join(","));
        let began = Instant::now();
        let loaded = load(&RuleSource::of_texts([("a.yaml", text.as_str())]), &Surroundings::default());
        assert!(began.elapsed().as_secs() < 20, "{:?}", began.elapsed());
        assert!(loaded.ruleset.is_some());
    }
}
