//! Places: where in which file something stands.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// Where in which file. The whole file is an empty span at its beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file's path below the rules folder.
    pub file: Arc<str>,
    /// Byte offsets into the file's text.
    pub span: Range<usize>,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
}

impl Place {
    /// A file as a whole.
    pub fn of_file(path: &Arc<str>) -> Self {
        Self { file: path.clone(), span: 0..0, line: 1, column: 1 }
    }
}

impl fmt::Display for Place {
    /// `file.yaml:12`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}
