//! Diagnostics as JSON shows them, in the reader's language.

use serde::Serialize;

use crate::language::diagnostic::Diagnostic;
use crate::words::lang::Lang;

#[derive(Clone, Debug, Serialize)]
pub struct LocalizedDiagnostic {
    pub code: String,
    pub severity: &'static str,
    /// Below the rules folder.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    pub message: String,
    pub help: String,
}

/// What `check` finds in a folder.
#[derive(Debug, Serialize)]
pub struct CheckReport {
    pub ok: bool,
    pub rules: usize,
    pub diagnostics: Vec<LocalizedDiagnostic>,
}

impl LocalizedDiagnostic {
    pub fn of(diagnostic: &Diagnostic, lang: Lang) -> Self {
        let (fault, place) = (&diagnostic.fault, &diagnostic.place);
        Self {
            code: fault.code().to_string(),
            severity: fault.severity().as_str(),
            file: place.file.to_string(),
            line: place.line,
            column: place.column,
            message: fault.message(lang),
            help: fault.help(lang),
        }
    }

    /// Each of them, in their order.
    pub fn all(diagnostics: &[Diagnostic], lang: Lang) -> Vec<Self> {
        diagnostics.iter().map(|diagnostic| Self::of(diagnostic, lang)).collect()
    }
}
