//! Where a file of the rules folder really lies, once its links are followed. A link may lead to anything inside the
//! rules folder and beside it: that is what Kubernetes and git need. What lies outside is read where the rules want it,
//! and never shown.

use std::collections::HashSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::disk::identity;

/// Where something lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Region {
    /// In the rules folder itself.
    Inside,
    /// In the folder in which the rules folder lies.
    Beside,
    /// Anywhere else.
    Far,
}

/// The places round a rules folder.
#[derive(Debug, Default)]
pub struct Regions {
    /// The rules folder as it really lies on the disk.
    folder: PathBuf,
    /// The folders in which it lies: as it is set, and as it really lies.
    beside: Vec<PathBuf>,
    /// Which folders hold it, up to the root.
    above: HashSet<(u64, u64)>,
}

impl Regions {
    /// Round the folder at this path, or round the single file there.
    pub fn around(path: &Path) -> io::Result<Self> {
        let real = fs::canonicalize(path)?;
        let mut above = HashSet::new();
        for folder in real.ancestors().skip(1) {
            above.insert(identity(&fs::metadata(folder)?));
        }
        let as_set = path.parent().map(|parent| match parent.as_os_str().is_empty() {
            true => Path::new("."),
            false => parent,
        });
        let as_set = as_set.and_then(|parent| fs::canonicalize(parent).ok());
        // beside a folder of the root lies everything
        let is_root = |folder: &PathBuf| folder.parent().is_none();
        let beside = as_set.into_iter().chain(real.parent().map(Path::to_owned));
        let beside = beside.filter(|folder| !is_root(folder)).collect();
        Ok(Self { folder: real, beside, above })
    }

    /// Where the file or folder with this real path lies.
    pub fn of(&self, real: &Path) -> Region {
        if real.starts_with(&self.folder) {
            Region::Inside
        } else if self.beside.iter().any(|folder| real.starts_with(folder)) {
            Region::Beside
        } else {
            Region::Far
        }
    }

    /// Whether the rules folder lies in the folder that this is.
    pub fn holds_the_rules(&self, identity: (u64, u64)) -> bool {
        self.above.contains(&identity)
    }
}
