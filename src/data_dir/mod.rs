//! The data folder: its version, and the small files in it. What is promised is kept in the store.

pub mod last_good;
pub mod listening;
pub mod proof;
pub mod secret;

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::disk::{self, sync_folder};
use crate::words::texts::{ShownPath, texts};

/// The form of the data folder that this program writes.
const VERSION: u32 = 1;
/// Bytes of the file that holds it.
const LONGEST_VERSION: u64 = 64;

texts! {
    /// The data folder cannot be used.
    #[derive(Debug, thiserror::Error)]
    pub enum DataFault {
        Unwritable { path: ShownPath, source: io::Error }
            en "cannot write to the data folder {path}: {source}";
            zh "无法写入数据文件夹 {path}：{source}";
        Newer { path: ShownPath, found: u32 }
            en "the data folder {path} was written by a newer fanreply (version {found}; this one knows {VERSION}): use that one, or another data folder";
            zh "数据文件夹 {path} 是更新版本的 fanreply 写的（版本 {found}，当前程序只支持 {VERSION}）：请使用新版本，或者换一个数据文件夹";
        NoVersion { path: ShownPath }
            en "{path} holds no version number: is this really the data folder?";
            zh "{path} 里没有版本号：请确认这是不是数据文件夹";
        /// The development secret.
        Secret { path: ShownPath, source: io::Error }
            en "the development secret in {path} cannot be used: {source}";
            zh "无法使用 {path} 里的开发密钥：{source}";
        /// By which the server proves itself to the commands beside it.
        Key { path: ShownPath, source: io::Error }
            en "the key {path} cannot be used: {source}; delete it, and the next start makes another";
            zh "无法使用密钥文件 {path}：{source}；可以删除它，下次启动时会重新生成";
    }
}

/// Makes the data folder ready: it exists, can be written to, and is of a version that is known. A disk that is full,
/// or became read-only below a folder that was used before, hinders no start: what is wrong is handed back. It blocks.
///
/// # Errors
/// See [`DataFault`].
pub fn open_data(path: &Path) -> Result<Option<DataFault>, DataFault> {
    let unwritable = |source| DataFault::Unwritable { path: path.into(), source };
    make_folder(path).map_err(unwritable)?;
    let version = path.join("version");
    let was_used = match disk::read(&version, LONGEST_VERSION) {
        Ok(text) => known(path, &version, &text).map(|()| true)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) if error.kind() == io::ErrorKind::InvalidInput => {
            return Err(DataFault::NoVersion { path: version.into() });
        }
        Err(error) => return Err(unwritable(error)),
    };
    // written at each start, which also shows whether the folder can be written to
    match replace_file(&version, format!("{VERSION}\n").as_bytes()) {
        Ok(()) => Ok(None),
        Err(error) if is_full(&error) => Ok(Some(unwritable(error))),
        Err(error) if was_used && error.kind() == io::ErrorKind::ReadOnlyFilesystem => {
            Ok(Some(unwritable(error)))
        }
        Err(error) => Err(unwritable(error)),
    }
}

fn is_full(error: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}

fn known(path: &Path, file: &Path, bytes: &[u8]) -> Result<(), DataFault> {
    match String::from_utf8_lossy(bytes).trim().parse() {
        Ok(found) if found > VERSION => Err(DataFault::Newer { path: path.into(), found }),
        Ok(_) => Ok(()),
        Err(_) => Err(DataFault::NoVersion { path: file.into() }),
    }
}

/// Puts these bytes into a file so that after a crash it holds either the old or the new ones.
fn replace_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut fresh = path.as_os_str().to_owned();
    fresh.push(".new");
    let fresh = PathBuf::from(fresh);
    write_private(&fresh, bytes)?.sync_all()?;
    fs::rename(&fresh, path)?;
    path.parent().map_or(Ok(()), sync_folder)
}

/// Makes a folder, and those above it that are missing. Nobody else on the machine may look into it.
fn make_folder(path: &Path) -> io::Result<()> {
    let mut folder = DirBuilder::new();
    folder.recursive(true).mode(0o700).create(path)
}

/// Writes a file that nobody else on the machine may read. The disk need not have it yet.
fn write_private(path: &Path, bytes: &[u8]) -> io::Result<File> {
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::lang::Lang;

    #[test]
    fn a_data_folder_is_made_and_opens_again() {
        let above = tempfile::tempdir().unwrap();
        let data = above.path().join("deep/data");
        open_data(&data).unwrap();
        open_data(&data).unwrap();
        assert_eq!(fs::read_to_string(data.join("version")).unwrap(), "1\n");
    }

    #[test]
    fn a_newer_folder_is_refused_and_left_as_it_is() {
        let data = tempfile::tempdir().unwrap();
        fs::write(data.path().join("version"), "2\n").unwrap();
        let fault = open_data(data.path()).unwrap_err();
        assert!(matches!(fault, DataFault::Newer { found: 2, .. }));
        assert_eq!(fault.message(Lang::En).lines().count(), 1);
        assert_eq!(fs::read_to_string(data.path().join("version")).unwrap(), "2\n");
    }

    #[test]
    fn a_version_that_is_no_number_is_refused() {
        let data = tempfile::tempdir().unwrap();
        for text in [&b"eleven"[..], b"", b"\xFF\xFE"] {
            fs::write(data.path().join("version"), text).unwrap();
            assert!(matches!(open_data(data.path()), Err(DataFault::NoVersion { .. })));
        }
    }

    #[test]
    fn a_place_that_cannot_be_written_to_is_refused() {
        let above = tempfile::tempdir().unwrap();
        fs::write(above.path().join("data"), "").unwrap();
        assert!(matches!(open_data(&above.path().join("data")), Err(DataFault::Unwritable { .. })));
    }
}
