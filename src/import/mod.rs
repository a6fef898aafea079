//! Rules of other systems made ours, pure: bytes of a file → the text of a rule file that loads and proves
//! itself, and a list of everything that did not come along as it was. It touches no disk.

pub mod draft;
pub mod encoding;
pub mod finding;
pub mod html;
pub mod prove;
pub mod scalar;
pub mod table;
pub mod text;
pub mod unreadable;
pub mod wechat;
pub mod written;

use draft::Draft;
use finding::Finding;

/// Bytes of a file that is imported.
pub const LARGEST_FILE: usize = 16 << 20;

/// What a file held, in the order in which its rules are tried.
#[derive(Debug, Default)]
pub struct Gathered {
    pub drafts: Vec<Draft>,
    pub findings: Vec<Finding>,
}
