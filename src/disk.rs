//! Files on disk: those that others wrote are read so that nothing can hang, and what was written is waited for. Only an
//! ordinary file is read, and only so much of it. What a name stands for can change between a look and an open, so the
//! open file itself is asked.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

use rustix::fs::{OFlags, fcntl_getfl, fcntl_setfl, syncfs};

/// What a text may begin with to say that it is UTF-8; editors put it there, and it belongs to no content.
const BYTE_ORDER_MARK: char = '\u{FEFF}';

/// Opens an ordinary file, and waits for nobody: opening a pipe would wait for somebody who writes into it.
///
/// # Errors
/// It cannot be opened, or is not an ordinary file (`InvalidInput`).
pub fn open(path: &Path) -> io::Result<File> {
    let file = open_anything(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(io::ErrorKind::InvalidInput.into()) }
}

/// At most `limit` bytes of an ordinary file, and one more where it is longer.
///
/// # Errors
/// As [`open`], and the file cannot be read.
pub fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    read_to(open(path)?, limit)
}

/// As [`read`], and also of a pipe that a shell holds open for us (`<(command)`), which has a writer. A pipe that lies
/// in a folder is refused: nobody may ever write into it.
///
/// # Errors
/// As [`read`].
pub fn read_or_receive(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let file = open_anything(path)?;
    let kind = file.metadata()?.file_type();
    // a pipe of a shell has no name of its own, so no real path leads to it
    let is_handed_over = kind.is_fifo() && (path.starts_with("/dev/fd") || path.canonicalize().is_err());
    if is_handed_over {
        fcntl_setfl(&file, fcntl_getfl(&file)? - OFlags::NONBLOCK)?;
    } else if kind.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    } else if !kind.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    read_to(file, limit)
}

/// At most `limit` bytes of an open file, and one more where it is longer.
///
/// # Errors
/// It cannot be read.
pub fn read_to(file: File, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Waits until the disk has the names in a folder.
///
/// # Errors
/// The folder cannot be opened, or the disk refuses.
pub fn sync_folder(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

/// Waits until the disk has everything of the file system in which this folder lies.
///
/// # Errors
/// The folder cannot be opened, or the disk refuses.
pub fn sync_file_system(folder: &Path) -> io::Result<()> {
    Ok(syncfs(File::open(folder)?)?)
}

/// The secret in the text of a file: without the mark that an editor put before it, and the line ends behind it.
pub fn secret_in(text: &str) -> &str {
    text.trim_start_matches(BYTE_ORDER_MARK).trim_end_matches(['\r', '\n'])
}

/// Which file it is, whatever its names are: its device and its number there.
pub fn identity(metadata: &Metadata) -> (u64, u64) {
    (metadata.dev(), metadata.ino())
}

fn open_anything(path: &Path) -> io::Result<File> {
    let flags = OFlags::NONBLOCK | OFlags::NOCTTY;
    OpenOptions::new().read(true).custom_flags(flags.bits().cast_signed()).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_ordinary_file_is_read_and_nobody_waits_for_another() {
        let folder = tempfile::tempdir().unwrap();
        let (file, pipe) = (folder.path().join("file"), folder.path().join("pipe"));
        std::fs::write(&file, "12345").unwrap();
        assert_eq!(read(&file, 5).unwrap(), b"12345");
        assert_eq!(read(&file, 3).unwrap().len(), 4, "one more tells that it is longer");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        for other in [&pipe, folder.path(), Path::new("/dev/zero")] {
            assert_eq!(read(other, 9).unwrap_err().kind(), io::ErrorKind::InvalidInput, "{other:?}");
            assert!(read_or_receive(other, 9).is_err(), "{other:?}");
        }
    }

    #[test]
    fn the_mark_and_the_line_ends_of_an_editor_are_no_part_of_a_secret() {
        assert_eq!(secret_in("\u{FEFF}s3cret\r\n\n"), "s3cret");
        assert_eq!(secret_in(" s3cret "), " s3cret ");
    }
}
