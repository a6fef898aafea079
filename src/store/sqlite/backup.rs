//! The copy of an older file that stays beside it when the file is brought to the present form: the way back
//! to the program that wrote it.

use std::fs::{self, OpenOptions};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use rusqlite::types::{ToSqlOutput, ValueRef};
use tracing::{info, warn};

use crate::store::StoreFault;
use crate::store::fault::CopyFault;
use crate::words::log::said;

/// A copy that is whole and on the disk. It has another name until the file has changed, so that starts that
/// are cut short leave one copy and not many.
pub(super) struct Backup {
    fresh: PathBuf,
    kept: PathBuf,
}

impl Backup {
    /// Copies the database into a file beside its own, before it becomes one of this version.
    ///
    /// # Errors
    ///
    /// The copy cannot be written; nothing is left of it.
    pub(super) fn write(db: &Connection, path: &Path, version: u32) -> Result<Self, StoreFault> {
        let backup = Self::beside(path, version);
        match backup.fill(db) {
            Ok(()) => Ok(backup),
            Err(why) => {
                backup.discard();
                Err(StoreFault::NotCopied { why: CopyFault(Box::new(why)) })
            }
        }
    }

    fn fill(&self, db: &Connection) -> Result<(), StoreFault> {
        let of_io = |error| StoreFault::of_io(&error, &self.kept);
        // a start that was cut short may have left one; nobody else may read what fans wrote
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(true).mode(0o600);
        let file = options.open(&self.fresh).map_err(of_io)?;
        // SQLite writes what stands in its log of changes too; to read the files without it would end its lock
        let name = ToSqlOutput::Borrowed(ValueRef::Text(self.fresh.as_os_str().as_bytes()));
        db.execute("VACUUM INTO ?1", [name]).map_err(|error| StoreFault::of(&error, &self.kept))?;
        file.sync_all().map_err(of_io)
    }

    /// The database as it is here, written beside the place in which its file stood: the name of that copy.
    ///
    /// # Errors
    /// It cannot be written; nothing is left of it.
    pub(super) fn rescue(db: &Connection, path: &Path) -> Result<PathBuf, StoreFault> {
        let mut fresh = path.as_os_str().to_owned();
        fresh.push(".rescued");
        let copy = Self { fresh: fresh.into(), kept: path.to_owned() };
        match copy.fill(db) {
            Ok(()) => Ok(copy.fresh),
            Err(fault) => {
                copy.discard();
                Err(fault)
            }
        }
    }

    /// A name that no earlier copy has.
    fn beside(path: &Path, version: u32) -> Self {
        let named = |ending: &str| {
            let mut name = path.as_os_str().to_owned();
            name.push(format!(".before-{version}{ending}"));
            PathBuf::from(name)
        };
        let mut kept = named("");
        for number in 2.. {
            if !kept.exists() {
                break;
            }
            kept = named(&format!(".{number}"));
        }
        Self { fresh: named(".new"), kept }
    }

    /// The file has changed: the copy gets its name.
    pub(super) fn keep(self) {
        match fs::rename(&self.fresh, &self.kept) {
            Ok(()) => info!(
                copy = %self.kept.display(),
                "{}", said("the store was brought up to this version; a copy of it as it was is kept until you delete it", "数据库已升级到当前版本；原来的数据库留有副本，删不删由您决定")
            ),
            Err(error) => warn!(
                copy = %self.fresh.display(), %error,
                "{}", said("the store was brought up to this version; the copy of it as it was cannot be renamed", "数据库已升级到当前版本；原来数据库的副本没能改名")
            ),
        }
    }

    /// The file stays as it was, and needs no copy.
    pub(super) fn discard(&self) {
        // what cannot be removed is overwritten the next time
        let _ = fs::remove_file(&self.fresh);
    }
}
