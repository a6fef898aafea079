//! What is said of a file that lies outside the rules folder: the code and the line, and not a word of its text. A
//! diagnostic quotes what is wrong, and behind a link anything can stand, also a secret.

use std::sync::Arc;

use crate::language::diagnostic::{Code, Diagnostic, Fault, Severity};
use crate::words::lang::Lang;

/// A fault whose words are not told.
#[derive(Debug)]
struct Withheld {
    code: Code,
    severity: Severity,
}

/// Takes what stands in the file out of a diagnostic.
pub fn withheld(found: &mut Diagnostic) {
    let (code, severity) = (found.fault.code(), found.fault.severity());
    found.fault = Arc::new(Withheld { code, severity });
    // without a span no line is shown
    found.place.span = 0..0;
}

impl Fault for Withheld {
    fn code(&self) -> Code {
        self.code
    }

    fn severity(&self) -> Severity {
        self.severity
    }

    fn message(&self, lang: Lang) -> String {
        let words = lang.pick(
            "something is wrong on this line; this is a link that leads out of the rules folder, so nothing of its text is shown",
            "这一行有问题；这里是指向规则文件夹外面的链接，所以不显示其中的文字",
        );
        words.to_owned()
    }

    fn help(&self, lang: Lang) -> String {
        let code = self.code;
        lang.pick(
            format!("`fanreply check --explain {code}` says what it means; run `fanreply check` on the file itself to see the line"),
            format!("用 `fanreply check --explain {code}` 查看含义；要看到这一行，请直接对那个文件运行 `fanreply check`"),
        )
    }
}
