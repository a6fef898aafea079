//! What a file looks like that is not saved as UTF-8.

use std::fmt;

use crate::language::sheet::encoding::is_packed;
use crate::words::lang::Lang;
use crate::words::texts::Localize;

/// What it was perhaps saved as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looks {
    Utf16,
    Gbk,
    /// What Word, Excel and WPS write, under whatever name.
    Office,
    Unknown,
}

impl Looks {
    pub fn of(bytes: &[u8]) -> Self {
        if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
            Self::Utf16
        } else if is_packed(bytes) {
            Self::Office
        } else if looks_like_gbk(bytes) {
            Self::Gbk
        } else {
            Self::Unknown
        }
    }
}

impl Localize for Looks {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        match self {
            Self::Utf16 => {
                lang.pick(" (it looks like UTF-16, \"Unicode\")", "（看起来是 UTF-16，也叫 Unicode）")
            }
            Self::Gbk => lang.pick(" (it looks like GBK, \"ANSI\")", "（看起来是 GBK，也叫 ANSI）"),
            Self::Office => lang.pick(
                " (it looks like a document of Word, Excel or WPS)",
                "（看起来是 Word、Excel 或 WPS 的文档，只是改了文件名）",
            ),
            Self::Unknown => "",
        }
    }
}

/// Every byte that is not ASCII begins a pair of the forms that GBK has.
fn looks_like_gbk(bytes: &[u8]) -> bool {
    let mut rest = bytes.iter();
    while let Some(byte) = rest.next() {
        if *byte >= 0x80 {
            let second = rest.next().copied().unwrap_or(0);
            if !(0x81..=0xFE).contains(byte) || !(0x40..=0xFE).contains(&second) {
                return false;
            }
        }
    }
    true
}
