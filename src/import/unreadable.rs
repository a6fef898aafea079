//! Why a file could not be imported at all. Each fault is one line that names the place.

use std::fmt;

use crate::language::sheet::SheetFault;
use crate::words::lang::Lang;
use crate::words::texts::{Localize, texts};

texts! {
    /// A file that is not what it was said to be.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub enum Unreadable {
        TooLarge { megabytes: usize }
            en "the file is larger than {megabytes} MB: split it, and import each part into a folder of its own";
            zh "文件超过了 {megabytes} MB：请拆成几个文件，分别导入到不同的文件夹";
        Empty
            en "the file is empty";
            zh "文件是空的";
        /// A file of Excel, WPS or Numbers itself.
        Workbook
            en "this is a workbook, not a table as text: open it and save it as CSV (UTF-8)";
            zh "这是表格软件的工作簿（例如 .xlsx），不是文本：请打开它，另存为 CSV（UTF-8）";
        NotText { line: usize }
            en "line {line}: this is neither UTF-8 nor GBK text: save the file as UTF-8";
            zh "第 {line} 行：既不是 UTF-8，也不是 GBK 文字：请用 UTF-8 编码重新保存";
        BadJson { line: usize, column: usize, fault: JsonFault }
            en "line {line}, column {column}: this is not the JSON that the interface answers with: {fault}";
            zh "第 {line} 行第 {column} 列：不是接口返回的 JSON：{fault}";
        /// The interface answered with an error instead of rules.
        Refused { code: i64, reason: String }
            en "the file holds WeChat's error {code} ({reason}) instead of rules: fetch them again";
            zh "文件里是微信返回的错误 {code}（{reason}），没有规则：请重新获取";
        NoAutoReplies
            en "there are no auto-reply rules in this file: it must be the answer of get_current_autoreply_info";
            zh "文件里没有自动回复规则：应该是 get_current_autoreply_info 接口返回的内容";
        UnclosedQuote { line: usize, column: usize }
            en "line {line}, column {column}: the quotation mark that opens here is never closed";
            zh "第 {line} 行第 {column} 列：这里的双引号没有结尾";
        /// The first row names no column of the kind.
        NoColumn { known: &'static str, found: String }
            en "no column is called {known}; the columns here are: {found}";
            zh "没有名叫 {known} 的列；现有的列是：{found}";
        /// The names of the columns stand between Chinese commas.
        WideCommas
            en "the columns are parted by Chinese commas (，): only , ; or a tab parts them, so save the table as CSV from a spreadsheet";
            zh "列之间用了中文逗号（，）：只能用英文逗号、分号或制表符隔开，请从表格软件另存为 CSV";
        /// Two columns mean the same.
        ColumnTwice { column: String }
            en "\"{column}\" is a second column for the same: delete or rename one of them";
            zh "“{column}”和前面的某一列意思相同：请删掉或改名其中一列";
        /// The folder in which the rules are to lie cannot be served as it is.
        Beside { reason: String }
            en "the other rules of the folder cannot be served as they are ({reason}): mend them first, `fanreply check` shows where";
            zh "文件夹里原有的规则就有错误（{reason}）：请先改好，`fanreply check` 会指出位置";
        /// A rule of another file would lose what one of its examples shows.
        TakesOver { reason: String, advice: String }
            en "a rule of your own in this folder would no longer answer what its example says ({reason}). {advice}; then import again";
            zh "文件夹里您自己写的一条规则会因此答不到它的示例（{reason}）。{advice}；然后重新导入";
        /// The rules are too much for one folder.
        Beyond { reason: String }
            en "these rules do not make a folder that could be served: {reason}";
            zh "这些规则无法组成一个可用的规则文件夹：{reason}";
    }
}

impl std::error::Error for Unreadable {}

impl From<SheetFault> for Unreadable {
    fn from(fault: SheetFault) -> Self {
        match fault {
            SheetFault::Workbook => Self::Workbook,
            SheetFault::NotText { line } => Self::NotText { line },
            SheetFault::UnclosedQuote { line, column } => Self::UnclosedQuote { line, column },
        }
    }
}

/// What is wrong with JSON at its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JsonFault {
    Syntax,
    /// The text ends in the middle.
    CutShort,
    /// Good JSON, but not what stands there in the interface's answer.
    OtherShape,
}

impl Localize for JsonFault {
    fn localized(&self, lang: Lang) -> impl fmt::Display {
        match self {
            Self::Syntax => lang.pick("no JSON goes on like this", "JSON 不能这样写"),
            Self::CutShort => {
                lang.pick("the file ends in the middle: fetch it again", "文件到这里就断了：请重新获取")
            }
            Self::OtherShape => lang.pick(
                "what stands before this place is of another kind than there",
                "这个位置前面的内容，和接口返回的类型不同",
            ),
        }
    }
}
