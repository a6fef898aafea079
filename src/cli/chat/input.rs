//! Where the lines of a conversation come from: a terminal, with a prompt, history and completion, or a pipe, without
//! them.

use std::io::{self, BufRead, IsTerminal};
use std::path::PathBuf;
use std::sync::Arc;

use rustyline::completion::Completer;
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::FileHistory;
use rustyline::validate::Validator;
use rustyline::{CompletionType, Config, Context, Editor, ExternalPrinter, Helper};

use super::command::{ENTRIES, split};
use crate::reload::LiveRules;
use crate::telemetry::escape::is_active;

/// Its name in the data folder.
const HISTORY: &str = "chat-history";

/// A source of lines.
pub enum Input {
    Terminal {
        editor: Box<Editor<Completion, FileHistory>>,
        history: Option<PathBuf>,
        prompt: (String, String),
    },
    Pipe(io::Stdin),
}

/// What a person does at the prompt.
pub enum Typed {
    Line(String),
    /// Ctrl-C: whatever stood in the line is dropped.
    Interrupt,
    End,
}

impl Input {
    /// A terminal, if a person sits at both ends. What was typed before is remembered below `data`, if that
    /// folder exists: a conversation makes none. `prompt` stands there plainly and in colour.
    pub fn open(data: &std::path::Path, rules: Arc<LiveRules>, prompt: (String, String)) -> io::Result<Self> {
        if !(io::stdin().is_terminal() && io::stdout().is_terminal()) {
            return Ok(Self::Pipe(io::stdin()));
        }
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .completion_show_all_if_ambiguous(true)
            .build();
        let mut editor = Editor::with_config(config).map_err(io::Error::other)?;
        editor.set_helper(Some(Completion(rules)));
        // a pipe there would be waited for
        let may_be_used = |history: &PathBuf| !history.exists() || history.is_file();
        let history = data.is_dir().then(|| data.join(HISTORY)).filter(may_be_used);
        if let Some(history) = &history {
            // one that is not there yet, or cannot be read, is no reason not to talk
            let _ = editor.load_history(history);
        }
        Ok(Self::Terminal { editor: Box::new(editor), history, prompt })
    }

    /// Prints above the line that is being typed; none where nobody types.
    pub fn printer(&mut self) -> Option<impl ExternalPrinter + Send + use<>> {
        match self {
            Self::Terminal { editor, .. } => editor.create_external_printer().ok(),
            Self::Pipe(_) => None,
        }
    }

    /// Whether a person types.
    pub fn is_terminal(&self) -> bool {
        matches!(self, Self::Terminal { .. })
    }

    /// What was typed next.
    pub fn next(&mut self) -> io::Result<Typed> {
        match self {
            Self::Terminal { editor, history, prompt } => match editor.readline(prompt) {
                Ok(line) => {
                    let _ = editor.add_history_entry(line.as_str());
                    if let Some(history) = history {
                        let _ = editor.append_history(history);
                    }
                    Ok(Typed::Line(line))
                }
                Err(ReadlineError::Interrupted) => Ok(Typed::Interrupt),
                Err(ReadlineError::Eof) => Ok(Typed::End),
                Err(fault) => Err(io::Error::other(fault)),
            },
            Self::Pipe(stdin) => {
                let mut line = Vec::new();
                let read = stdin.lock().read_until(b'\n', &mut line)?;
                Ok(match read {
                    0 => Typed::End,
                    _ => Typed::Line(String::from_utf8_lossy(&line).into_owned()),
                })
            }
        }
    }
}

/// Completes commands, and behind `/menu` the keys of the menu.
pub struct Completion(Arc<LiveRules>);

impl Completion {
    fn candidates(&self, line: &str) -> Vec<String> {
        let Ok((name, argument)) = split(line) else { return Vec::new() };
        if !line.contains(char::is_whitespace) {
            let known = ENTRIES.iter().filter(|entry| entry.name.starts_with(name));
            let space = |entry: &super::command::Entry| if entry.argument[0].is_empty() { "" } else { " " };
            return known.map(|entry| format!("/{}{}", entry.name, space(entry))).collect();
        }
        let rules = self.0.snapshot();
        let keys = rules.iter().filter_map(|rules| rules.menu()).flat_map(|menu| menu.keys());
        let keys = keys.filter(|key| name == "menu" && key.starts_with(argument) && !key.contains(is_active));
        keys.map(|key| format!("/menu {key}")).collect()
    }
}

impl Completer for Completion {
    type Candidate = String;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        Ok((0, self.candidates(&line[..at])))
    }
}

impl Hinter for Completion {
    type Hint = String;
}

impl Highlighter for Completion {}

impl Validator for Completion {}

impl Helper for Completion {}
