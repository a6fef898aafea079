//! The page: how commands write for a person: colours on a terminal only, columns that hold for Chinese
//! characters, and control characters of a fan's message never as they are.

use crate::model::lang::Lang;
use crate::model::reply::Reply;

/// Writes a line to stdout. A reader that has gone away, as `head` does, is no reason to stop or to panic.
macro_rules! out {
    ($($text:tt)*) => {{
        use std::io::Write;
        let _ = writeln!(std::io::stdout(), $($text)*);
    }};
}
pub(super) use out;

/// Writes a line to stderr, likewise.
macro_rules! err {
    ($($text:tt)*) => {{
        use std::io::Write;
        let _ = writeln!(std::io::stderr(), $($text)*);
    }};
}
pub(super) use err;

/// A way to write.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    pub lang: Lang,
    pub colours: bool,
}

impl Page {
    pub fn error(&self, text: &str) -> String {
        format!("{} {text}", self.paint("1;31", self.lang.pick("error:", "错误：")))
    }

    pub fn warning(&self, text: &str) -> String {
        format!("{} {text}", self.paint("1;33", self.lang.pick("warning:", "警告：")))
    }

    pub fn good(&self, text: &str) -> String {
        self.paint("32", text)
    }

    pub fn bad(&self, text: &str) -> String {
        self.paint("31", text)
    }

    pub fn strong(&self, text: &str) -> String {
        self.paint("1", text)
    }

    pub fn dim(&self, text: &str) -> String {
        self.paint("2", text)
    }

    /// A name and what stands behind it; further lines stand below its first.
    pub fn row(&self, name: &str, text: &str) -> String {
        const WIDTH: usize = 12;
        let margin = " ".repeat(WIDTH.saturating_sub(columns(name)).max(1));
        let text = text.replace('\n', &format!("\n{}", " ".repeat(WIDTH)));
        format!("{}{margin}{text}", self.dim(name))
    }

    /// A reply as a person would see it.
    pub fn reply(&self, reply: &Reply) -> String {
        match reply {
            Reply::Text(text) => visible(text),
            Reply::Position(position) => {
                let at = format!("{}, {}", position.longitude(), position.latitude());
                self.lang.pick(format!("[position {at}]"), format!("[位置 {at}]"))
            }
            Reply::Articles(articles) => {
                let cards = articles.iter().map(|article| {
                    let parts = [
                        self.strong(&visible(&article.title)),
                        visible(&article.summary),
                        visible(&article.url),
                    ];
                    let parts: Vec<String> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                    format!("▢ {}", parts.join("\n  "))
                });
                cards.collect::<Vec<_>>().join("\n")
            }
        }
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colours { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// Text without control characters: what a fan wrote must not drive a terminal.
pub fn visible(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{FFFD}' } else { c }).collect()
}

/// Columns on a terminal: a Chinese character takes two.
fn columns(text: &str) -> usize {
    text.chars()
        .map(|c| if matches!(c, '\u{1100}'..='\u{115F}' | '\u{2E80}'..='\u{FFE6}') { 2 } else { 1 })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_fan_wrote_cannot_drive_the_terminal() {
        assert_eq!(visible("a\x1b[2Jb\r\nc"), "a\u{FFFD}[2Jb\u{FFFD}\nc");
    }

    #[test]
    fn rows_line_up_in_both_languages() {
        let page = Page { lang: Lang::Zh, colours: false };
        assert_eq!(page.row("回复", "一\n二"), "回复        一\n            二");
        assert_eq!(page.row("answer", "one"), "answer      one");
    }
}
