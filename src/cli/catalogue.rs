//! The catalogue of diagnostics: what a code means, with an example. It is read from the page in `docs/`, which tests
//! compare with the tables of faults and their fixtures.

use super::session::Session;
use crate::words::lang::Lang;
use crate::words::nearest::nearest;

/// Where the page lies that says more.
pub fn page_name(lang: Lang) -> &'static str {
    lang.pick("docs/diagnostics.md", "docs/diagnostics.zh-CN.md")
}

/// The section of a code, as text for a terminal; written as `F117`, `f117` or `117`.
pub fn section(session: &Session, code: &str) -> anyhow::Result<String> {
    let page = session
        .lang
        .pick(include_str!("../../docs/diagnostics.md"), include_str!("../../docs/diagnostics.zh-CN.md"));
    let wanted = format!("F{}", code.trim().trim_start_matches(['F', 'f']));
    let sections = || page.split("\n## ").filter_map(|section| section.split_once('\n'));
    match sections().find(|(title, _)| *title == wanted) {
        Some((title, text)) => Ok(plain(title, text)),
        None => Err(unknown(session, code, nearest(&wanted, sections().map(|(title, _)| title)))),
    }
}

/// A section without the marks of Markdown.
fn plain(title: &str, text: &str) -> String {
    let mut plain = String::new();
    let mut inside = false;
    for line in text.trim().lines() {
        if line.starts_with("```") {
            inside = !inside;
        } else if inside && !line.is_empty() {
            plain.push_str(&format!("    {line}\n"));
        } else if let Some(message) = line.strip_prefix("**").and_then(|line| line.strip_suffix("**")) {
            plain.push_str(&format!("{title} {message}\n"));
        } else {
            plain.push_str(&format!("{line}\n"));
        }
    }
    plain
}

fn unknown(session: &Session, code: &str, near: Option<&str>) -> anyhow::Error {
    let meant = match near {
        Some(near) => session.say(format!("did you mean {near}? "), format!("是不是想查 {near}？")),
        None => String::new(),
    };
    session.fault(
        format!(
            "there is no code \"{code}\"; {meant}a code stands in the brackets of a diagnostic, such as F117"
        ),
        format!("没有“{code}”这个编号；{meant}编号写在诊断信息的方括号里，例如 F117"),
    )
}
