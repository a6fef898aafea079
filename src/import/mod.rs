//! Importing the rules of other systems, pure: from the bytes of a file to the text of a rule file that loads and whose
//! examples pass, and a list of everything that was not carried over as it was.

pub mod draft;
pub mod export;
pub mod finding;
pub mod html;
pub mod prove;
pub mod scalar;
pub mod stamp;
pub mod table;
pub mod text;
pub mod unreadable;
pub mod wechat;
pub mod written;

use draft::Draft;
use finding::{Finding, FindingKind, FindingPlace};

/// Bytes of a file that is imported.
pub const LARGEST_FILE: usize = 16 << 20;

/// What a file held, in the order in which its rules are tried.
#[derive(Debug, Default)]
pub struct Gathered {
    pub drafts: Vec<Draft>,
    pub findings: Vec<Finding>,
}

impl Gathered {
    fn find(&mut self, at: FindingPlace, what: FindingKind) {
        self.findings.push(Finding { at, what });
    }
}
