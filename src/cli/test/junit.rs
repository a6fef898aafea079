//! The report of `fanreply test` in JUnit XML: a suite for each file, a case for each example, and an error for
//! everything else that refuses the rules. A file that is not XML is not overwritten.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::Arc;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::{Unjudged, file_below};
use crate::cli::check::Checked;
use crate::cli::session::{Session, shown};
use crate::language::diagnostic::Diagnostic;
use crate::language::diagnostic::render::render;
use crate::view::diagnostic::LocalizedDiagnostic;
use crate::words::texts::Localize;

/// Cases by file, in the order of the files.
#[derive(Default)]
pub(super) struct Report {
    suites: Vec<Suite>,
    places: HashMap<String, usize>,
}

struct Suite {
    name: String,
    cases: Vec<Case>,
}

struct Case {
    /// The rule; or of what is no example, the code.
    class: String,
    name: String,
    file: String,
    line: usize,
    column: usize,
    fault: Option<Fault>,
}

struct Fault {
    /// `failure` of an example, `error` of anything else.
    element: &'static str,
    code: String,
    message: String,
    text: String,
}

/// The report of a folder that was judged.
pub(super) fn of(session: &Session, folder: &Path, checked: &Checked) -> Report {
    let mut report = Report::default();
    let place = |file: &str| shown(&file_below(folder, file));
    let fault = |element, found: &Diagnostic| {
        let words = LocalizedDiagnostic::of(found, session.lang);
        let text = render(found, checked.source(), session.lang, false);
        let message = format!("{}\n{}", words.message, words.help);
        Fault { element, code: words.code, message: message.trim_end().to_owned(), text }
    };
    let results = &checked.loaded.trial.results;
    for verdict in results {
        let case = Case {
            class: verdict.rule.to_string(),
            name: verdict.title.clone(),
            file: place(&verdict.place.file),
            line: verdict.place.line,
            column: verdict.place.column,
            fault: verdict.failure.as_ref().map(|found| fault("failure", found)),
        };
        report.add(&verdict.place.file, case);
    }
    let failures: Vec<&Diagnostic> = checked.loaded.trial.failures().collect();
    let is_failure =
        |found: &&Diagnostic| failures.iter().any(|failure| Arc::ptr_eq(&failure.fault, &found.fault));
    for found in checked.diagnostics.iter().filter(|found| found.is_error() && !is_failure(found)) {
        let words = LocalizedDiagnostic::of(found, session.lang);
        let case = Case {
            class: words.code.clone(),
            name: format!("{} {}:{}:{}", words.code, words.file, words.line, words.column),
            file: place(&words.file),
            line: words.line,
            column: words.column,
            fault: Some(fault("error", found)),
        };
        report.add(&words.file, case);
    }
    report.tell_apart();
    report
}

/// The report of a run that could judge nothing.
pub(super) fn of_unjudged(unjudged: &Unjudged) -> Report {
    let Unjudged { what, class, fault } = unjudged;
    let message = format!("{fault:#}");
    let fault = Fault { element: "error", code: (*class).to_owned(), text: message.clone(), message };
    let (class, name, file) = ((*class).to_owned(), what.clone(), what.clone());
    let mut report = Report::default();
    report.add(what, Case { class, name, file, line: 1, column: 1, fault: Some(fault) });
    report
}

/// Where a report goes.
pub(super) struct Target<'p>(&'p Path);

impl<'p> Target<'p> {
    /// # Errors
    ///
    /// The file exists and is no report, or it is where the summary goes.
    pub fn of(session: &Session, path: &'p Path) -> anyhow::Result<Self> {
        let file = shown(path);
        if path == Path::new("-") || is_standard_output(path) {
            return Err(session.fault(
                "the standard output has the summary: give --junit a file of its own, such as report.xml",
                "标准输出要显示结果：请给 --junit 另写一个文件名，例如 report.xml",
            ));
        }
        // a pipe gives nothing to read, and nothing in it can be lost
        let is_other = fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() > 0)
            && fs::read(path).is_ok_and(|former| !former.starts_with(b"<?xml"));
        if is_other {
            return Err(session.fault(
                format!("{file} is there and holds no report: choose another file for --junit"),
                format!("{file} 已经存在，而且不是测试报告：请给 --junit 换一个文件名"),
            ));
        }
        // what keeps it from being read will keep it from being written too
        Ok(Self(path))
    }

    /// Writes a report, also over an older one.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    pub fn write(&self, session: &Session, report: &Report) -> anyhow::Result<()> {
        let (path, file) = (self.0, shown(self.0));
        let written = || {
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(path, report.xml()?)
        };
        written().map_err(|fault: io::Error| {
            let why = fault.localized(session.lang);
            session.fault(format!("cannot write {file}: {why}"), format!("无法写入 {file}：{why}"))
        })
    }
}

/// Whether the file is what the standard output goes to, by whatever name.
fn is_standard_output(path: &Path) -> bool {
    let own = io::stdout().as_fd().try_clone_to_owned();
    let found = [own.and_then(|own| fs::File::from(own).metadata()), fs::metadata(path)];
    let [Ok(own), Ok(there)] = found else { return false };
    (own.dev(), own.ino()) == (there.dev(), there.ino())
}

impl Report {
    fn add(&mut self, file: &str, case: Case) {
        let next = self.suites.len();
        let place = *self.places.entry(file.to_owned()).or_insert(next);
        if place == next {
            self.suites.push(Suite { name: file.to_owned(), cases: Vec::new() });
        }
        self.suites[place].cases.push(case);
    }

    /// Cases of one class and one name get their places: of those readers show the first alone.
    fn tell_apart(&mut self) {
        let mut known: HashMap<(String, String), usize> = HashMap::new();
        let key = |case: &Case| (one_line(&case.class), one_line(&case.name));
        let cases = self.suites.iter().flat_map(|suite| &suite.cases);
        cases.for_each(|case| *known.entry(key(case)).or_default() += 1);
        for case in self.suites.iter_mut().flat_map(|suite| &mut suite.cases) {
            if known[&key(case)] > 1 {
                case.name.push_str(&format!(" ({}:{})", case.line, case.column));
            }
        }
    }

    fn xml(&self) -> io::Result<Vec<u8>> {
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let counts = counts(self.suites.iter().flat_map(|suite| &suite.cases));
        writer
            .create_element("testsuites")
            .with_attribute(("name", "fanreply"))
            .with_attributes(counts.iter().map(|(name, count)| (*name, count.as_str())))
            .write_inner_content(|writer| self.suites.iter().try_for_each(|suite| suite.write(writer)))?;
        writer.write_event(Event::Text(BytesText::new("\n")))?;
        Ok(writer.into_inner())
    }
}

impl Suite {
    fn write(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let counts = counts(self.cases.iter());
        writer
            .create_element("testsuite")
            .with_attribute(("name", one_line(&self.name).as_str()))
            .with_attributes(counts.iter().map(|(name, count)| (*name, count.as_str())))
            .write_inner_content(|writer| self.cases.iter().try_for_each(|case| case.write(writer)))?;
        Ok(())
    }
}

impl Case {
    fn write(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let (class, name, file) = (one_line(&self.class), one_line(&self.name), one_line(&self.file));
        let line = self.line.to_string();
        let attributes =
            [("classname", class.as_str()), ("name", &name), ("file", &file), ("line", line.as_str())];
        let element = writer.create_element("testcase").with_attributes(attributes);
        let Some(fault) = &self.fault else { return element.write_empty().map(drop) };
        let message = one_line(&fault.message);
        let attributes = [("type", fault.code.as_str()), ("message", message.as_str())];
        let text = lawful(&fault.text);
        let within = |writer: &mut Writer<Vec<u8>>| -> io::Result<()> {
            let element = writer.create_element(fault.element).with_attributes(attributes);
            element.write_text_content(BytesText::new(&text)).map(drop)
        };
        element.write_inner_content(within).map(drop)
    }
}

/// How many cases there are, and how many have a failure or an error.
fn counts<'c>(cases: impl Iterator<Item = &'c Case> + Clone) -> [(&'static str, String); 3] {
    let with = |element| {
        let faults = cases.clone().filter_map(|case| case.fault.as_ref());
        faults.filter(|fault| fault.element == element).count().to_string()
    };
    let tests = cases.clone().count().to_string();
    [("tests", tests), ("failures", with("failure")), ("errors", with("error"))]
}

/// The text with U+FFFD for what XML 1.0 can hold in no form.
fn lawful(text: &str) -> String {
    let is_lawful = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    text.chars().map(|c| if is_lawful(c) { c } else { '\u{fffd}' }).collect()
}

/// The same for an attribute, in which readers take a line end for a blank.
fn one_line(text: &str) -> String {
    lawful(text).replace('\n', "⏎").replace('\t', " ")
}
