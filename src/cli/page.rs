//! The page: how commands write for a person. Colours are used on a terminal only, columns line up for Chinese
//! characters too, and nothing that is written drives the terminal.

use std::fmt::Arguments;
use std::io::{IsTerminal, Write, stderr, stdout};
use std::sync::{LazyLock, OnceLock};

use serde::Serialize;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::model::reply::{Article, Reply};
use crate::telemetry::escape::{Form, escaped, escaped_but_colours};
use crate::words::lang::Lang;

/// Columns inside the frame of a card, where the terminal has as many.
const CARD: usize = 56;
/// Columns of the frame itself, and of what stands before a card in a conversation.
const FRAME: usize = 6;

/// How the program was called, such as `./fanreply`, and the names of its commands.
static CALLED: OnceLock<(String, Vec<String>)> = OnceLock::new();

/// From now on commands that are shown begin as this one did, so that they can be copied.
pub fn called_as(program: String, commands: Vec<String>) {
    let _ = CALLED.set((program, commands));
}

/// The text with its commands, `fanreply check`, as they have to be typed here.
fn as_typed(text: &str) -> String {
    const NAME: &str = "fanreply ";
    let Some((program, commands)) = CALLED.get() else { return text.to_owned() };
    let mut typed = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once(NAME) {
        let is_part = before.ends_with(|c: char| c.is_ascii_alphanumeric() || "/.-_".contains(c));
        let word = behind.split(|c: char| !c.is_ascii_lowercase() && c != '-').next().unwrap_or_default();
        let is_command = !is_part && commands.iter().any(|command| command == word);
        typed.push_str(before);
        typed.push_str(if is_command { program } else { NAME.trim_end() });
        typed.push(' ');
        rest = behind;
    }
    typed + rest
}

/// Writes a line to stdout. A reader that has gone away, as `head` does, is no reason to stop or to panic.
macro_rules! out {
    ($($text:tt)*) => { $crate::cli::page::write_out(format_args!($($text)*)) };
}
pub(super) use out;

/// Writes a line to stderr, likewise.
macro_rules! err {
    ($($text:tt)*) => { $crate::cli::page::write_err(format_args!($($text)*)) };
}
pub(super) use err;

/// See [`out!`].
pub fn write_out(text: Arguments) {
    let _ = writeln!(stdout(), "{}", shown(&as_typed(&text.to_string())));
}

/// See [`err!`].
pub fn write_err(text: Arguments) {
    let _ = writeln!(stderr(), "{}", shown(&as_typed(&text.to_string())));
}

/// A text as it may stand on the terminal: of what drives one, the colours alone are left, and these only where they
/// are wanted.
pub fn shown(text: &str) -> String {
    if *COLOURS { escaped_but_colours(text, Form::Lines) } else { escaped(text, Form::Lines) }.into_owned()
}

/// Writes a value for machines to stdout, as JSON that may stand on a terminal too.
///
/// # Errors
/// The value has no form in JSON.
pub fn write_json(value: &impl Serialize) -> serde_json::Result<()> {
    let json = serde_json::to_string_pretty(value)?;
    let _ = writeln!(stdout(), "{}", escaped(&json, Form::Json));
    Ok(())
}

/// Whether colours are wanted: on a terminal whose user has not set `NO_COLOR` (https://no-color.org: set and not
/// empty).
pub static COLOURS: LazyLock<bool> = LazyLock::new(|| {
    let wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    wanted && stdout().is_terminal() && stderr().is_terminal()
});

/// A way to write.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    pub lang: Lang,
    pub colours: bool,
    /// Columns of the terminal, if there is one.
    pub columns: Option<u16>,
}

impl Page {
    pub fn error(&self, text: &str) -> String {
        self.headed("1;31", self.lang.pick("error:", "错误："), text)
    }

    pub fn warning(&self, text: &str) -> String {
        self.headed("1;33", self.lang.pick("warning:", "警告："), text)
    }

    fn headed(&self, code: &str, head: &str, text: &str) -> String {
        // a full-width colon needs no blank behind it
        let blank = self.lang.pick(" ", "");
        format!("{}{blank}{text}", self.paint(code, head))
    }

    pub fn good(&self, text: &str) -> String {
        self.paint("32", text)
    }

    pub fn bad(&self, text: &str) -> String {
        self.paint("31", text)
    }

    /// That so many expressions were not tried on a message.
    pub fn untried(&self, expressions: usize) -> String {
        self.bad(&self.lang.pick(
            format!("{expressions} regular expressions were not tried: this message needs too much work"),
            format!("有 {expressions} 个正则表达式没有尝试：这条消息要做的计算太多"),
        ))
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
        let text = text.replace('\n', &format!("\n{}", " ".repeat(WIDTH)));
        format!("{}{}{text}", self.dim(name), margin(name, WIDTH))
    }

    /// A line of a list of things to type.
    pub fn entry(&self, typed: &str, text: &str) -> String {
        format!("  {}{}{}", self.strong(typed), margin(typed, 22), self.dim(text))
    }

    /// The terms of a follow-up, behind what they are the terms of; nothing where it has none.
    pub fn terms(&self, terms: &str) -> String {
        match terms {
            "" => String::new(),
            terms => self.dim(&self.lang.pick(format!(" ({terms})"), format!("（{terms}）"))),
        }
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
                articles.iter().map(|article| self.card(article)).collect::<Vec<_>>().join("\n")
            }
        }
    }

    /// A card in a frame that is as wide as its longest line.
    fn card(&self, article: &Article) -> String {
        let room = self.columns.map_or(CARD, |columns| usize::from(columns).saturating_sub(FRAME));
        let room = room.clamp(1, CARD);
        let named = |name: &str, text: &str| match text {
            "" => Vec::new(),
            text => folded(&format!("{name}{}", visible(text)), room),
        };
        let title = folded(&visible(&article.title), room);
        let body = [
            named("", &article.summary),
            named(self.lang.pick("image ", "图片 "), &article.image),
            named(self.lang.pick("link ", "链接 "), &article.url),
        ];
        let body = body.concat();
        let width = title.iter().chain(&body).map(|line| columns(line)).max().unwrap_or_default();
        let line = |text: &str, shown: String| {
            let margin = " ".repeat(width - columns(text));
            format!("{bar} {shown}{margin} {bar}", bar = self.dim("│"))
        };
        let edge = |left: &str, right: &str| self.dim(&format!("{left}{}{right}", "─".repeat(width + 2)));
        let title = title.iter().map(|text| line(text, self.strong(text)));
        let body = body.iter().map(|text| line(text, text.clone()));
        let lines = [edge("┌", "┐")].into_iter().chain(title).chain(body).chain([edge("└", "┘")]);
        lines.collect::<Vec<_>>().join("\n")
    }

    fn paint(&self, code: &str, text: &str) -> String {
        if self.colours { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// A text of others, which has no colours.
pub fn visible(text: &str) -> String {
    escaped(text, Form::Lines).into_owned()
}

/// The blanks that fill a name up to so many columns; one at least.
fn margin(name: &str, width: usize) -> String {
    " ".repeat(width.saturating_sub(columns(name)).max(1))
}

/// Columns on a terminal: a Chinese character takes two.
fn columns(text: &str) -> usize {
    text.width()
}

/// The lines of a text, none wider than `width`: broken at the last blank, if it is not far from the end.
fn folded(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for mut rest in text.lines() {
        while let Some(end) = overflow(rest, width) {
            let blank = rest[..end].rfind(' ').map(|blank| blank + 1).filter(|blank| blank * 2 > end);
            let (line, more) = rest.split_at(blank.unwrap_or(end));
            lines.push(line.trim_end().to_owned());
            rest = more;
        }
        lines.push(rest.to_owned());
    }
    lines
}

/// Where a line becomes wider than that, behind its first character at the earliest.
fn overflow(line: &str, width: usize) -> Option<usize> {
    let mut taken = 0;
    let found = line.char_indices().find(|(_, c)| {
        taken += c.width().unwrap_or(0);
        taken > width
    });
    found.map(|(at, _)| at).filter(|at| *at > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_fan_wrote_cannot_drive_the_terminal() {
        assert_eq!(visible("a\x1b[2Jb\r\nc\u{202E}"), "a\\u{1b}[2Jb\\r\nc\\u{202e}");
    }

    #[test]
    fn the_frame_of_a_card_is_straight_whatever_is_written_in_it() {
        let page = Page { lang: Lang::Zh, colours: false, columns: None };
        let card = |title: &str, summary: &str| {
            let (title, summary) = (title.to_owned(), summary.to_owned());
            let article =
                Article { title, summary, url: "https://example.com/a".to_owned(), ..Article::default() };
            page.reply(&Reply::Articles(vec![article]))
        };
        assert_eq!(
            card("新书 New", ""),
            "┌────────────────────────────┐\n│ 新书 New                   │\n│ 链接 https://example.com/a │\n└────────────────────────────┘"
        );
        let long = "很长的一段话，".repeat(20) + "and some words in English that go on and on and on 👍🏽";
        for line in card("标题\n两行", &long).lines() {
            assert!(columns(line) <= CARD + 4, "{line}");
            assert_eq!(columns(line), columns(card("标题\n两行", &long).lines().next().unwrap()), "{line}");
        }
    }

    #[test]
    fn a_card_is_no_wider_than_the_terminal() {
        for width in [12, 30, 60, 200] {
            let page = Page { lang: Lang::En, colours: false, columns: Some(width) };
            let (title, summary) = ("书".repeat(60), "word ".repeat(30));
            let url = "https://example.com/a/long/address/that/goes/on".to_owned();
            let card =
                page.reply(&Reply::Articles(vec![Article { title, summary, url, ..Article::default() }]));
            assert!(card.lines().all(|line| columns(line) + 2 <= usize::from(width)), "{card}");
        }
    }

    #[test]
    fn rows_line_up_in_both_languages() {
        let page = Page { lang: Lang::Zh, colours: false, columns: None };
        assert_eq!(page.row("回复", "一\n二"), "回复        一\n            二");
        assert_eq!(page.row("answer", "one"), "answer      one");
        assert_eq!(page.error("不行"), "错误：不行");
    }
}
