//! Why the store did not do what it was asked. A fault names the file and the reason, never what was to be
//! written.

use std::fmt;
use std::path::Path;

use crate::words::lang::Lang;
use crate::words::os::SystemReason;
use crate::words::texts::{Localize, ShownPath, texts};

texts! {
    /// What keeps a store from working. Each is one line.
    #[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
    pub enum StoreFault {
        /// The disk has no room left.
        Full { path: ShownPath }
            en "the disk is full: {path} cannot grow";
            zh "磁盘已满，{path} 无法继续写入";
        /// The file, or where it lies, cannot be written to.
        ReadOnly { path: ShownPath }
            en "{path} cannot be written to: see its permissions, and whether the disk is mounted read-only";
            zh "无法写入 {path}：请检查文件权限，以及磁盘是否以只读方式挂载";
        /// No name leads to it any more.
        Gone { path: ShownPath }
            en "{path} was taken away or replaced below the running server: what is promised now would not be found again";
            zh "服务运行时，{path} 被删除或替换了：现在承诺的内容以后会找不到";
        /// Another process has it.
        Locked { path: ShownPath }
            en "another program uses this file, most likely another fanreply: {path}";
            zh "这个文件正被其他程序使用，很可能是另一个 fanreply：{path}";
        /// It is damaged, or was never a file of ours.
        Damaged { path: ShownPath }
            en "{path} is damaged, or not a file of fanreply; it was left as it is: restore it from a backup, or move it away to begin anew";
            zh "{path} 已损坏，或者不是 fanreply 的文件；文件未作任何改动：请用备份恢复，或者把它移走后重新开始";
        /// A later version of this program wrote it.
        Newer { path: ShownPath, found: u32, known: u32 }
            en "{path} was written by a newer fanreply (version {found}; this one knows {known}): use that one, or another data folder";
            zh "{path} 是更新版本的 fanreply 写的（版本 {found}，当前程序只支持 {known}）：请使用新版本，或者换一个数据文件夹";
        /// It is of an older version, and was left as it was, because no copy of it could be kept.
        NotCopied { why: CopyFault }
            en "{why}; this copy of the store must be kept before the store is brought up to this version, so the store was left as it was";
            zh "{why}；升级数据之前必须先保留这份副本，副本没有写成，原来的数据未作任何改动";
        /// The system refused in another way.
        Io { path: ShownPath, reason: SystemReason }
            en "{path} cannot be used: {reason}";
            zh "无法使用 {path}：{reason}";
        /// The store was closed before.
        Closed
            en "the store is closed";
            zh "存储已关闭";
    }
}

/// What kept a copy from being written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyFault(pub Box<StoreFault>);

impl Localize for CopyFault {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        self.0.message(lang)
    }
}

impl StoreFault {
    pub(super) fn of_io(error: &std::io::Error, path: &Path) -> Self {
        let path = ShownPath::from(path);
        match error.kind() {
            std::io::ErrorKind::StorageFull => Self::Full { path },
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                Self::ReadOnly { path }
            }
            _ => Self::Io { path, reason: error.into() },
        }
    }

    /// Whether it may pass without another start: there is room again, the disk takes what it is given, or the file is
    /// brought back from a backup.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Full { .. }
            | Self::ReadOnly { .. }
            | Self::Gone { .. }
            | Self::Damaged { .. }
            | Self::Io { .. } => true,
            Self::NotCopied { why } => why.0.may_pass(),
            Self::Locked { .. } | Self::Newer { .. } | Self::Closed => false,
        }
    }

    /// The word of logs and metrics.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Full { .. } => "full",
            Self::ReadOnly { .. } => "read_only",
            Self::Gone { .. } => "gone",
            Self::Locked { .. } => "locked",
            Self::Damaged { .. } => "damaged",
            Self::Newer { .. } => "newer",
            Self::NotCopied { why } => why.0.as_str(),
            Self::Io { .. } => "io",
            Self::Closed => "closed",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_one_line_in_both_languages() {
        let path = ShownPath::from("/data/fanreply.db");
        let faults = [
            StoreFault::Full { path: path.clone() },
            StoreFault::ReadOnly { path: path.clone() },
            StoreFault::Locked { path: path.clone() },
            StoreFault::Gone { path: path.clone() },
            StoreFault::Damaged { path: path.clone() },
            StoreFault::Newer { path: path.clone(), found: 2, known: 1 },
            StoreFault::NotCopied { why: CopyFault(Box::new(StoreFault::Full { path: path.clone() })) },
            StoreFault::Io { path, reason: SystemReason::of_words("why".to_owned()) },
        ];
        for fault in faults {
            for lang in [Lang::En, Lang::Zh] {
                let line = fault.message(lang);
                assert!(line.lines().count() == 1 && line.contains("/data/fanreply.db"), "{line}");
            }
            assert!(!fault.message(Lang::En).contains(&fault.message(Lang::Zh)));
        }
    }
}
