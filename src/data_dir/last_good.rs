//! The last good rules on disk: the source files of the set that served last, so that a restart on a
//! broken folder still answers. The bytes are kept, not the compiled rules; a set whose hash is wrong is not used.

use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use sha1::{Digest, Sha1};

use crate::data_dir::{make_folder, replace_file, write_private};
use crate::disk::{self, sync_folder};
use crate::engine::source_hash::SourceHash;
use crate::language::source::{RuleSource, SourceFile};

/// The name of the file that says which set is the last good one.
const CURRENT: &str = "current";
/// Bytes of it: the name of a set and a line end.
const LONGEST_NAME: u64 = 256;
/// Bytes of a file of a set; a larger one was not written here.
const LARGEST_FILE: u64 = 64 << 20;
/// Where a set is written before it has its name.
const INCOMING: &str = "incoming";

/// Keeps the last good rules of one rules folder under `DATA/rules/_<key of the folder>/<hash>/`. One
/// process writes there at a time.
#[derive(Clone, Debug)]
pub struct LastGood {
    room: PathBuf,
}

/// There is a last good set, and it cannot be used.
#[derive(Debug)]
pub enum Unusable {
    Unreadable { path: PathBuf, source: io::Error },
    Damaged { path: PathBuf },
}

impl LastGood {
    /// The place for the rules of `folder` below the data folder. Nothing is read or written yet.
    pub fn new(data: &Path, folder: &Path) -> Self {
        // links are not resolved: a deployment that points a link at each new release must find its rules again
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        let key = hex::encode(Sha1::digest(folder.as_os_str().as_encoded_bytes()));
        // names that begin with `_` are no rules, should the data folder lie inside the rules folder
        Self { room: data.join("rules").join(format!("_{key}")) }
    }

    /// Keeps a source as the last good one, and the one before it; older ones are deleted. It blocks.
    ///
    /// # Errors
    /// The disk refused, or a file's path leads out of its folder; what was kept before stays.
    pub fn keep(&self, source: &RuleSource) -> io::Result<()> {
        let hash = source.hash();
        let former = self.current().ok().flatten();
        let place = self.room.join(hash.to_string());
        if !self.holds(&place, hash) {
            self.write(&place, source)?;
        }
        if former != Some(hash) {
            replace_file(&self.room.join(CURRENT), format!("{hash}\n").as_bytes())?;
            self.prune(&[Some(hash), former]);
        }
        Ok(())
    }

    /// The source that was kept last; none when nothing ever was. It blocks.
    ///
    /// # Errors
    /// See [`Unusable`].
    pub fn read(&self) -> Result<Option<RuleSource>, Unusable> {
        let unreadable = |path: &Path, source| Unusable::Unreadable { path: path.to_owned(), source };
        let current = match self.current() {
            Ok(current) => current,
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(Unusable::Damaged { path: self.room.clone() });
            }
            Err(error) => return Err(unreadable(&self.room, error)),
        };
        let Some(hash) = current else { return Ok(None) };
        let place = self.room.join(hash.to_string());
        match read_tree(&place) {
            Ok(source) if source.hash() == hash => Ok(Some(source)),
            Ok(_) => Err(Unusable::Damaged { path: place }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(Unusable::Damaged { path: place }),
            Err(error) => Err(unreadable(&place, error)),
        }
    }

    fn current(&self) -> io::Result<Option<SourceHash>> {
        match disk::read(&self.room.join(CURRENT), LONGEST_NAME) {
            Ok(name) => {
                let hash = String::from_utf8_lossy(&name).trim().parse();
                hash.map(Some).map_err(|_| io::ErrorKind::InvalidData.into())
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn holds(&self, place: &Path, hash: SourceHash) -> bool {
        read_tree(place).is_ok_and(|kept| kept.hash() == hash)
    }

    /// Writes the files beside their place and moves them there once the disk has all of them.
    fn write(&self, place: &Path, source: &RuleSource) -> io::Result<()> {
        let incoming = self.room.join(INCOMING);
        remove(&incoming)?;
        make_folder(&incoming)?;
        for file in source.files() {
            let path = incoming.join(inside(&file.path)?);
            make_folder(path.parent().unwrap_or(&incoming))?;
            write_private(&path, &file.bytes)?;
        }
        // one wait, and not one for each of thousands of files
        disk::sync_file_system(&incoming)?;
        // what stands there already is damaged
        remove(place)?;
        fs::rename(&incoming, place)?;
        sync_folder(&self.room)
    }

    /// Deletes all sets but these. A set that stays is only disk space, so no fault of it matters.
    fn prune(&self, wanted: &[Option<SourceHash>]) {
        let Ok(entries) = fs::read_dir(&self.room) else { return };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let hash = name.to_str().and_then(|name| name.parse::<SourceHash>().ok());
            if hash.is_some() && !wanted.contains(&hash) {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

fn remove(folder: &Path) -> io::Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// A path that stays below the folder that it is joined to.
fn inside(path: &str) -> io::Result<&Path> {
    let path = Path::new(path);
    let stays = path.components().all(|part| matches!(part, Component::Normal(_)));
    if stays && path.file_name().is_some() { Ok(path) } else { Err(io::ErrorKind::InvalidInput.into()) }
}

fn read_tree(place: &Path) -> io::Result<RuleSource> {
    let mut files = Vec::new();
    read_below(place, "", &mut files)?;
    Ok(RuleSource::new(files))
}

fn read_below(folder: &Path, name: &str, files: &mut Vec<SourceFile>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let last = entry.file_name().to_string_lossy().into_owned();
        let name = if name.is_empty() { last } else { format!("{name}/{last}") };
        let kind = entry.file_type()?;
        // nothing but what was written is taken: no link leads anywhere from here
        if kind.is_dir() {
            read_below(&entry.path(), &name, files)?;
        } else if kind.is_file() {
            files.push(SourceFile {
                path: name.into(),
                bytes: disk::read(&entry.path(), LARGEST_FILE)?.into(),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room() -> (tempfile::TempDir, LastGood) {
        let data = tempfile::tempdir().unwrap();
        let keeper = LastGood::new(data.path(), Path::new("/srv/rules"));
        (data, keeper)
    }

    fn source(text: &str) -> RuleSource {
        RuleSource::of_texts([("10-你好.yaml", text), ("2.yaml", "x"), ("in/deep/a.yaml", "y")])
    }

    #[test]
    fn what_is_kept_is_read_again_byte_for_byte() {
        let (data, keeper) = room();
        assert!(keeper.read().unwrap().is_none());
        keeper.keep(&source("a")).unwrap();
        let again = LastGood::new(data.path(), Path::new("/srv/./rules"));
        assert_eq!(again.read().unwrap(), Some(source("a")));
        let other = LastGood::new(data.path(), Path::new("/srv/other"));
        assert!(other.read().unwrap().is_none(), "each folder has a place of its own");
    }

    #[test]
    fn the_last_two_are_kept_and_older_ones_deleted() {
        let (_data, keeper) = room();
        ["a", "b", "c", "b"].iter().for_each(|text| keeper.keep(&source(text)).unwrap());
        let place = |text: &str| keeper.room.join(source(text).hash().to_string());
        assert!(place("b").is_dir() && place("c").is_dir());
        assert!(!place("a").exists());
        assert_eq!(keeper.read().unwrap(), Some(source("b")));
    }

    #[test]
    fn a_damaged_set_is_not_read_and_is_written_anew() {
        let (_data, keeper) = room();
        keeper.keep(&source("a")).unwrap();
        let place = keeper.room.join(source("a").hash().to_string());
        fs::write(place.join("2.yaml"), "changed").unwrap();
        assert!(matches!(keeper.read(), Err(Unusable::Damaged { .. })));
        keeper.keep(&source("a")).unwrap();
        assert_eq!(keeper.read().unwrap(), Some(source("a")));
        fs::remove_dir_all(&place).unwrap();
        assert!(matches!(keeper.read(), Err(Unusable::Damaged { .. })));
        fs::write(keeper.room.join(CURRENT), "../../etc").unwrap();
        assert!(matches!(keeper.read(), Err(Unusable::Damaged { .. })));
        keeper.keep(&source("b")).unwrap();
        assert_eq!(keeper.read().unwrap(), Some(source("b")));
    }

    #[test]
    fn a_write_that_was_cut_off_leaves_the_former_set() {
        let (_data, keeper) = room();
        keeper.keep(&source("a")).unwrap();
        fs::create_dir_all(keeper.room.join(INCOMING).join("half")).unwrap();
        assert_eq!(keeper.read().unwrap(), Some(source("a")));
        keeper.keep(&source("b")).unwrap();
        assert_eq!(keeper.read().unwrap(), Some(source("b")));
    }

    #[test]
    fn no_path_leads_out_of_its_folder() {
        let (data, keeper) = room();
        for path in ["../../../out.yaml", "/out.yaml", "a/../../b.yaml", ""] {
            assert!(keeper.keep(&RuleSource::of_texts([(path, "x")])).is_err(), "{path}");
        }
        assert!(!data.path().join("out.yaml").exists());
        assert!(keeper.read().unwrap().is_none());
    }
}
