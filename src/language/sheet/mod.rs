//! Tables as spreadsheets save them: bytes to text, and text to records. What their columns mean is told elsewhere.

pub mod encoding;
pub mod records;

/// Why bytes are no text, or a text no table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SheetFault {
    /// A file of Excel, WPS or Numbers itself.
    Workbook,
    NotText {
        line: usize,
    },
    UnclosedQuote {
        line: usize,
        column: usize,
    },
}
