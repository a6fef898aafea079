//! Wrong usage in the operator's words: what was not understood, what was probably meant, and how the command is
//! written. Whether usage is wrong is decided by the argument parser.

use std::path::Path;
use std::process::ExitCode;

use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::page::{Page, err, out};
use super::session::typed;
use crate::words::lang::Lang;

/// What the parser calls its places in a line of usage, and what they are called in Chinese.
const PLACES: [(&str, &str); 2] = [("[OPTIONS]", "[选项]"), ("Usage: ", "用法：")];

/// Prints help, or what is wrong with the arguments, and says how the program ends.
pub fn end(mut fault: clap::Error, page: Page) -> ExitCode {
    let is_wrong = fault.use_stderr() && fault.kind() != ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand;
    let text = match page.lang {
        Lang::Zh if is_wrong => page.error(&in_chinese(&fault)),
        lang => {
            let quotes = || "a text or a name with blanks needs quotation marks: \"a b\"".to_owned();
            let tip = whole_command(&fault).map(|command| format!("write {command}"));
            let tip = tip.or_else(|| is_second_word(&fault).then(quotes));
            if let Some(tip) = tip.map(StyledStr::from) {
                fault.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip]));
            }
            let shown = fault.render();
            let shown = if page.colours { shown.ansi().to_string() } else { shown.to_string() };
            if lang == Lang::Zh { named_in_chinese(shown) } else { shown }
        }
    };
    if fault.use_stderr() {
        err!("{}", text.trim_end());
    } else {
        out!("{}", text.trim_end());
    }
    ExitCode::from(u8::try_from(fault.exit_code()).unwrap_or(2))
}

fn named_in_chinese(text: String) -> String {
    PLACES.iter().fold(text, |text, (place, name)| text.replace(place, name))
}

/// Whether a word stands where none is expected, and is no option: mostly the rest of a sentence.
fn is_second_word(fault: &clap::Error) -> bool {
    fault.kind() == ErrorKind::UnknownArgument && !of(fault, ContextKind::InvalidArg).starts_with('-')
}

/// `import` and `export` with the kind of table that was left out before the file or the folder.
fn whole_command(fault: &clap::Error) -> Option<String> {
    let given = of(fault, ContextKind::InvalidSubcommand);
    let usage = of(fault, ContextKind::Usage);
    let given_path = typed(Path::new(&given));
    match fault.kind() {
        ErrorKind::InvalidSubcommand if usage.contains(" import ") => {
            let kind = if given.ends_with(".json") { "wechat" } else { "csv" };
            given.contains('.').then(|| format!("fanreply import {kind} {given_path}"))
        }
        ErrorKind::InvalidSubcommand if usage.contains(" export ") => {
            // else the kind may be mistyped
            let is_folder = given.contains(['/', '.']) || Path::new(&given).is_dir();
            is_folder.then(|| format!("fanreply export csv {given_path} replies.csv"))
        }
        _ => None,
    }
}

fn in_chinese(fault: &clap::Error) -> String {
    let given = of(fault, ContextKind::InvalidArg);
    let value = of(fault, ContextKind::InvalidValue);
    // the nearest stands last
    let meant = |kind| match of(fault, kind).rsplit('、').next() {
        None | Some("") => String::new(),
        Some(word) => format!("，是不是想写“{word}”？"),
    };
    let possible = |kind| match of(fault, kind) {
        words if words.is_empty() => String::new(),
        words => format!("，可以写：{words}"),
    };
    let what = match fault.kind() {
        ErrorKind::UnknownArgument if is_second_word(fault) => {
            format!("多了“{given}”：含有空格的句子或名字要用英文引号括起来，例如 \"你好 在吗\"")
        }
        ErrorKind::UnknownArgument => {
            format!("没有“{given}”这个选项{}", meant(ContextKind::SuggestedArg))
        }
        ErrorKind::InvalidSubcommand if let Some(command) = whole_command(fault) => {
            format!("少写了表格的种类，请写成：{command}")
        }
        ErrorKind::InvalidSubcommand => {
            let command = of(fault, ContextKind::InvalidSubcommand);
            format!("没有“{command}”这个命令{}", meant(ContextKind::SuggestedSubcommand))
        }
        ErrorKind::MissingSubcommand => {
            let command = of(fault, ContextKind::InvalidSubcommand);
            format!("“{command}”后面还要写一个命令{}", possible(ContextKind::ValidSubcommand))
        }
        ErrorKind::MissingRequiredArgument => format!("还要写：{given}"),
        ErrorKind::InvalidValue if value.is_empty() => {
            format!("“{given}”后面还没有写内容{}", possible(ContextKind::ValidValue))
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            format!("“{given}”不能写“{value}”{}", possible(ContextKind::ValidValue))
        }
        ErrorKind::ArgumentConflict => match of(fault, ContextKind::PriorArg) {
            other if other == given => format!("“{given}”只能写一次"),
            other => format!("“{given}”不能和“{other}”一起写"),
        },
        _ => "命令写错了".to_owned(),
    };
    let usage = of(fault, ContextKind::Usage);
    let usage = if usage.is_empty() { usage } else { format!("\n\n{}", named_in_chinese(usage)) };
    format!("{what}{usage}\n\n更多说明请加 -h")
}

/// What the fault knows of this kind; several of them stand side by side.
fn of(fault: &clap::Error, kind: ContextKind) -> String {
    match fault.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join("、"),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        Some(ContextValue::StyledStrs(texts)) => {
            texts.iter().map(StyledStr::to_string).collect::<Vec<_>>().join("、")
        }
        _ => String::new(),
    }
}
