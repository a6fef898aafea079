//! Why the system refused, in the reader's language where it is one of the usual reasons.

use std::fmt;
use std::io::{self, ErrorKind};

use super::lang::Lang;
use super::texts::Localize;

/// Why the system refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SystemReason {
    kind: ErrorKind,
    /// The system's own words.
    text: String,
}

impl SystemReason {
    /// A reason of which only the words are known.
    pub fn of_words(text: String) -> Self {
        Self { kind: ErrorKind::Other, text }
    }
}

impl From<&io::Error> for SystemReason {
    fn from(error: &io::Error) -> Self {
        // of the system's own "invalid argument" it is not known what it speaks of
        let kind = match (error.kind(), error.raw_os_error()) {
            (ErrorKind::InvalidInput, Some(_)) => ErrorKind::Other,
            (kind, _) => kind,
        };
        Self { kind, text: error.to_string() }
    }
}

impl Localize for SystemReason {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        match usual(self.kind).or_else(|| rare(&self.text)) {
            Some((en, zh)) => lang.pick(en, zh).to_owned(),
            None => lang.pick(self.text.clone(), format!("系统的提示是“{}”", self.text)),
        }
    }
}

impl Localize for io::Error {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        SystemReason::from(self).localized(lang).to_string()
    }
}

fn usual(kind: ErrorKind) -> Option<(&'static str, &'static str)> {
    Some(match kind {
        ErrorKind::NotFound => ("it does not exist", "不存在"),
        ErrorKind::PermissionDenied => ("permission denied", "没有权限"),
        ErrorKind::AlreadyExists => ("it is there already", "已经存在"),
        ErrorKind::NotADirectory => ("it is not a folder", "不是文件夹"),
        ErrorKind::IsADirectory => ("it is a folder", "这是一个文件夹"),
        ErrorKind::DirectoryNotEmpty => ("the folder is not empty", "文件夹不是空的"),
        ErrorKind::StorageFull => ("the disk is full", "磁盘已满"),
        ErrorKind::QuotaExceeded => ("the disk quota is used up", "磁盘配额已用完"),
        ErrorKind::FileTooLarge => {
            ("the file is larger than the system lets it be", "文件超过了系统允许的大小")
        }
        ErrorKind::ReadOnlyFilesystem => ("the file system is read-only", "文件系统是只读的"),
        ErrorKind::InvalidInput => ("it is not an ordinary file", "不是普通文件"),
        ErrorKind::AddrInUse => ("the address is in use already", "地址已被占用"),
        ErrorKind::AddrNotAvailable => ("this machine has no such address", "本机没有这个地址"),
        ErrorKind::ConnectionRefused => ("nobody listens there", "对方没有监听这个地址"),
        ErrorKind::TimedOut => ("it took too long", "等待超时"),
        ErrorKind::ResourceBusy => ("it is in use", "正被占用"),
        _ => return None,
    })
}

/// Reasons that have no kind of their own, by the system's words.
fn rare(text: &str) -> Option<(&'static str, &'static str)> {
    let known = [
        ("Too many open files", ("too many files are open", "打开的文件太多")),
        ("File name too long", ("the name is too long", "名字太长")),
        ("Too many levels of symbolic links", ("links lead round in a circle", "链接绕成了圈")),
        ("Input/output error", ("the disk cannot be read or written", "磁盘读写出错")),
        ("disk I/O error", ("the disk cannot be read or written", "磁盘读写出错")),
        ("No space left on device", ("the disk is full", "磁盘已满")),
        ("Invalid argument", ("the system does not support this here", "这里的系统不支持这个操作")),
    ];
    known.into_iter().find(|(words, _)| text.contains(words)).map(|(_, reason)| reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_system_says_is_said_in_chinese() {
        let said = |code| io::Error::from_raw_os_error(code).localized(Lang::Zh).to_string();
        // the numbers of Linux: ENOENT, EIO, EACCES, EINVAL, EMFILE, ENOSPC, EROFS, ENAMETOOLONG, ELOOP, EADDRINUSE
        let codes = [2, 5, 13, 22, 24, 28, 30, 36, 40, 98];
        for text in codes.map(said) {
            assert!(!text.is_ascii() && !text.contains("os error"), "{text}");
        }
        assert_eq!(said(2), "不存在");
        assert_eq!(
            SystemReason::of_words("odd".to_owned()).localized(Lang::Zh).to_string(),
            "系统的提示是“odd”"
        );
        assert_eq!(SystemReason::of_words("odd".to_owned()).localized(Lang::En).to_string(), "odd");
    }
}
