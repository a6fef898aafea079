//! A survey of a rules folder: which files its rules are in, and how everything looks from outside,
//! without opening a file. The periodic comparison compares two surveys.

use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::fault::{FolderFault, Reason};
use super::naming::{Named, named};
use crate::language::diagnostic::Diagnostic;

/// Rule files of one folder.
pub const MOST_FILES: usize = 10_000;
/// Everything that is walked over, so that a link to `/` ends.
const MOST_ENTRIES: usize = 100_000;
/// Folders inside one another.
const DEEPEST: usize = 16;

/// What lies in a rules folder.
#[derive(Debug, Default)]
pub struct Survey {
    pub files: Vec<RuleFile>,
    /// Every folder that was walked; one of them tells when a file comes or goes.
    pub folders: Vec<PathBuf>,
    pub faults: Vec<Diagnostic>,
    /// Something went away while the survey was made.
    pub vanished: bool,
    looks: Vec<(PathBuf, Stamp)>,
}

/// A file that holds rules.
#[derive(Clone, Debug)]
pub struct RuleFile {
    pub path: PathBuf,
    /// Below the rules folder, with `/` between its parts.
    pub name: Arc<str>,
}

/// How a file looks without being opened. What a reader does to it changes none of this.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Stamp {
    size: u64,
    modified: Option<SystemTime>,
    /// Device, inode, and when the inode was changed: a copy that keeps its old date still differs.
    identity: (u64, u64, i64, i64),
}

impl Survey {
    /// Walks the folder at `path`, or takes the single file there.
    ///
    /// # Errors
    /// Nothing is there, or it cannot be listed.
    pub fn of(path: &Path) -> io::Result<Self> {
        let metadata = fs::metadata(path)?;
        let mut walk = Walk::default();
        if metadata.is_dir() {
            walk.folder(path, "")?;
        } else {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
            walk.rule_file(path, &name, &metadata);
            let beside = path.parent().filter(|parent| !parent.as_os_str().is_empty());
            walk.survey.folders.push(beside.unwrap_or(Path::new(".")).to_owned());
        }
        walk.survey.looks.sort();
        Ok(walk.survey)
    }

    pub fn looks_like(&self, other: &Self) -> bool {
        self.looks == other.looks
    }
}

#[derive(Default)]
struct Walk {
    survey: Survey,
    entries: usize,
    /// The folders that are open, as they really lie on the disk.
    above: Vec<PathBuf>,
    full: bool,
}

impl Walk {
    fn folder(&mut self, path: &Path, name: &str) -> io::Result<()> {
        let real = fs::canonicalize(path)?;
        if self.above.contains(&real) {
            // a link back to a folder in which we stand: its files are taken already
            return Ok(());
        }
        if self.above.len() == DEEPEST {
            self.fault(name, FolderFault::TooDeep { deepest: DEEPEST });
            return Ok(());
        }
        let entries = fs::read_dir(path)?;
        self.survey.folders.push(path.to_owned());
        self.above.push(real);
        let walked = self.entries(entries, name);
        self.above.pop();
        walked
    }

    fn entries(&mut self, entries: fs::ReadDir, folder: &str) -> io::Result<()> {
        for entry in entries {
            let entry = entry?;
            self.entries += 1;
            if self.entries > MOST_ENTRIES {
                self.overflow(MOST_ENTRIES);
            }
            if self.full {
                break;
            }
            let name = entry.file_name();
            if !is_skipped(&name) {
                self.entry(&entry.path(), &name, folder);
            }
        }
        Ok(())
    }

    fn entry(&mut self, path: &Path, os_name: &OsStr, folder: &str) {
        let last = os_name.to_string_lossy();
        let name = if folder.is_empty() { last.to_string() } else { format!("{folder}/{last}") };
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            Err(error) => return self.unseen(path, &name, &error),
        };
        if os_name.to_str().is_none() && (metadata.is_dir() || !matches!(named(&last), Named::Otherwise)) {
            self.looks(path, &metadata);
            return self.fault(&name, FolderFault::NameNotUtf8 {});
        }
        if metadata.is_dir() {
            if let Err(error) = self.folder(path, &name) {
                self.unseen(path, &name, &error);
            }
            return;
        }
        match named(&last) {
            Named::Rules => self.rule_file(path, &name, &metadata),
            Named::Wrongly { fixed } => {
                self.looks(path, &metadata);
                self.fault(&name, FolderFault::Misnamed { name: last.to_string(), fixed });
            }
            Named::Document { fixed } => {
                self.looks(path, &metadata);
                self.fault(&name, FolderFault::Document { name: last.to_string(), fixed });
            }
            Named::Otherwise => {}
        }
    }

    fn rule_file(&mut self, path: &Path, name: &str, metadata: &Metadata) {
        self.looks(path, metadata);
        if !metadata.is_file() {
            // a pipe would keep its reader waiting for ever
            let reason = Reason::from(&io::Error::from(io::ErrorKind::InvalidInput));
            return self.fault(name, FolderFault::Unreadable { reason });
        }
        if self.survey.files.len() == MOST_FILES {
            return self.overflow(MOST_FILES);
        }
        if is_replaced(metadata) {
            self.fault(name, FolderFault::Replaced {});
        }
        self.survey.files.push(RuleFile { path: path.to_owned(), name: name.into() });
    }

    /// An entry that the folder lists and that cannot be looked at.
    fn unseen(&mut self, path: &Path, name: &str, error: &io::Error) {
        let link = fs::read_link(path);
        if is_gone(error) && link.is_err() {
            self.survey.vanished = true;
            return;
        }
        self.survey.looks.push((path.to_owned(), Stamp { size: 0, modified: None, identity: (0, 0, 0, 0) }));
        match link {
            Ok(target) if is_gone(error) => {
                self.fault(name, FolderFault::BrokenLink { target: target.to_string_lossy().into_owned() });
            }
            _ => self.fault(name, FolderFault::Unreadable { reason: error.into() }),
        }
    }

    fn looks(&mut self, path: &Path, metadata: &Metadata) {
        let identity = (metadata.dev(), metadata.ino(), metadata.ctime(), metadata.ctime_nsec());
        let stamp = Stamp { size: metadata.len(), modified: metadata.modified().ok(), identity };
        self.survey.looks.push((path.to_owned(), stamp));
    }

    fn overflow(&mut self, most: usize) {
        if !std::mem::replace(&mut self.full, true) {
            self.fault(THE_FOLDER, FolderFault::TooManyFiles { most });
        }
    }

    fn fault(&mut self, name: &str, fault: FolderFault) {
        self.survey.faults.push(at_file(name, fault));
    }
}

/// How diagnostics name the rules folder itself.
pub const THE_FOLDER: &str = ".";

/// A fault of a whole file.
pub fn at_file(name: &str, fault: FolderFault) -> Diagnostic {
    Diagnostic::of_file(fault, &name.into())
}

/// Whether this says that something was there a moment ago.
pub fn is_gone(error: &io::Error) -> bool {
    use io::ErrorKind::{NotADirectory, NotFound, StaleNetworkFileHandle};
    matches!(error.kind(), NotFound | NotADirectory | StaleNetworkFileHandle)
}

fn is_skipped(name: &OsStr) -> bool {
    matches!(name.as_encoded_bytes().first(), Some(b'.' | b'_'))
}

/// A file that no folder lists any more is reached by its own mount alone: what was mounted is the file, and
/// not its name, which means another one by now.
fn is_replaced(metadata: &Metadata) -> bool {
    metadata.nlink() == 0
}
