//! A survey of a rules folder: which files its rules are in, and how everything looks from outside,
//! without opening a file. The periodic comparison compares two surveys.
//!
//! Each folder is walked once, whatever links lead to it: what lies in the rules folder itself first, then what links
//! lead to. Where a link may lead is told by `region.rs`.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs::{self, Metadata};
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use super::fault::FolderFault;
use super::naming::{Named, named};
use super::region::{Region, Regions};
use crate::disk::identity;
use crate::language::diagnostic::{Diagnostic, Fault};
use crate::language::doubt::slip::SlipFault;
use crate::language::source::natural_order;
use crate::words::os::SystemReason;

/// Rule files of one folder.
pub const MOST_FILES: usize = 10_000;
/// Everything that is walked over.
const MOST_ENTRIES: usize = 100_000;
/// Of these, what lies behind links that lead far away.
pub const MOST_FAR: usize = 1_000;
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
    pub regions: Regions,
    looks: Vec<(PathBuf, Stamp)>,
}

/// A file that holds rules.
#[derive(Clone, Debug)]
pub struct RuleFile {
    pub path: PathBuf,
    /// Below the rules folder, with `/` between its parts.
    pub name: Arc<str>,
    /// Where it really lies.
    pub region: Region,
    /// Which file that is.
    pub identity: (u64, u64),
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
        let regions = Regions::around(path)?;
        let mut walk = Walk { survey: Self { regions, ..Self::default() }, ..Walk::default() };
        if metadata.is_dir() {
            walk.whole(path, &metadata)?;
        } else {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
            walk.rule_file(path, &name, &metadata, Region::Inside);
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
    /// Of these, behind links that lead far away.
    far: usize,
    /// The folders that were walked.
    walked: HashSet<(u64, u64)>,
    /// Links to folders, which are walked once nothing else is left.
    links: Vec<Linked>,
    full: bool,
}

/// A folder that is to be walked.
struct Linked {
    path: PathBuf,
    name: String,
    metadata: Metadata,
    region: Region,
    depth: usize,
}

impl Walk {
    /// The rules folder, and then what its links lead to.
    fn whole(&mut self, path: &Path, metadata: &Metadata) -> io::Result<()> {
        let (path, metadata) = (path.to_owned(), metadata.clone());
        self.folder(&Linked { path, name: String::new(), metadata, region: Region::Inside, depth: 0 })?;
        while !self.links.is_empty() {
            let mut links = std::mem::take(&mut self.links);
            // in the order of their names, and not in that of the disk: which of two links is walked must not change
            links.sort_by(|a, b| natural_order(&a.name, &b.name));
            for link in links {
                if self.full {
                    return Ok(());
                }
                if let Err(error) = self.folder(&link) {
                    self.unseen(&link.path, &link.name, &error);
                }
            }
        }
        Ok(())
    }

    fn folder(&mut self, folder: &Linked) -> io::Result<()> {
        let identity = identity(&folder.metadata);
        if self.survey.regions.holds_the_rules(identity) {
            self.looks(&folder.path, &folder.metadata);
            self.fault(&folder.name, FolderFault::LeadsAround {});
            return Ok(());
        }
        if !self.walked.insert(identity) {
            // its files are taken already
            return Ok(());
        }
        if folder.depth == DEEPEST {
            self.fault(&folder.name, FolderFault::TooDeep { deepest: DEEPEST });
            return Ok(());
        }
        let entries = fs::read_dir(&folder.path)?;
        self.survey.folders.push(folder.path.clone());
        for entry in entries {
            let entry = entry?;
            self.entries += 1;
            self.far += usize::from(folder.region == Region::Far);
            if self.entries > MOST_ENTRIES {
                self.overflow(THE_FOLDER, MOST_ENTRIES);
            } else if self.far > MOST_FAR {
                self.overflow(&folder.name, MOST_FAR);
            }
            if self.full {
                break;
            }
            if !is_skipped(&entry.file_name()) {
                self.entry(&entry, folder);
            }
        }
        Ok(())
    }

    fn entry(&mut self, entry: &fs::DirEntry, folder: &Linked) {
        let (path, os_name) = (entry.path(), entry.file_name());
        let last = os_name.to_string_lossy();
        let name = if folder.name.is_empty() { last.to_string() } else { format!("{}/{last}", folder.name) };
        let metadata = match fs::metadata(&path) {
            Ok(metadata) => metadata,
            Err(error) => return self.unseen(&path, &name, &error),
        };
        let is_meant = metadata.is_dir() || !matches!(named(&last), Named::OtherFormat | Named::Otherwise);
        if os_name.to_str().is_none() && is_meant {
            self.looks(&path, &metadata);
            return self.fault(&name, FolderFault::NameNotUtf8 {});
        }
        let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
        let region = match is_link && is_meant {
            true => match fs::canonicalize(&path) {
                Ok(real) => self.survey.regions.of(&real),
                Err(error) => return self.unseen(&path, &name, &error),
            },
            false => folder.region,
        };
        if region == Region::Far && folder.region != Region::Far && is_meant {
            let is_above = self.survey.regions.holds_the_rules(identity(&metadata));
            if !is_above {
                self.fault(&name, FolderFault::LeadsFar {});
            }
        }
        if metadata.is_dir() {
            let found = Linked { path, name, metadata, region, depth: folder.depth + 1 };
            if is_link {
                self.links.push(found);
            } else if let Err(error) = self.folder(&found) {
                self.unseen(&found.path, &found.name, &error);
            }
            return;
        }
        match named(&last) {
            Named::Rules => self.rule_file(&path, &name, &metadata, region),
            Named::Wrongly { fixed } => {
                self.looks(&path, &metadata);
                self.fault(&name, FolderFault::Misnamed { name: last.to_string(), fixed });
            }
            Named::Document { fixed } => {
                self.looks(&path, &metadata);
                self.fault(&name, FolderFault::Document { name: last.to_string(), fixed });
            }
            Named::OtherFormat => self.fault(&name, SlipFault::NotRules { name: last.to_string() }),
            Named::Otherwise => {}
        }
    }

    fn rule_file(&mut self, path: &Path, name: &str, metadata: &Metadata, region: Region) {
        self.looks(path, metadata);
        if !metadata.is_file() {
            // a pipe would keep its reader waiting for ever
            let reason = SystemReason::from(&io::Error::from(io::ErrorKind::InvalidInput));
            return self.fault(name, FolderFault::Unreadable { reason });
        }
        if self.survey.files.len() == MOST_FILES {
            return self.overflow(THE_FOLDER, MOST_FILES);
        }
        if is_replaced(metadata) {
            self.fault(name, FolderFault::Replaced {});
        }
        let (path, name, identity) = (path.to_owned(), name.into(), identity(metadata));
        self.survey.files.push(RuleFile { path, name, region, identity });
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

    fn overflow(&mut self, name: &str, most: usize) {
        if !std::mem::replace(&mut self.full, true) {
            self.fault(name, FolderFault::TooManyFiles { most });
        }
    }

    fn fault(&mut self, name: &str, fault: impl Fault + 'static) {
        self.survey.faults.push(at_file(name, fault));
    }
}

/// How diagnostics name the rules folder itself.
pub const THE_FOLDER: &str = ".";

/// A fault of a whole file.
pub fn at_file(name: &str, fault: impl Fault + 'static) -> Diagnostic {
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
