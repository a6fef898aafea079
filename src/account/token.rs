//! An account's access token: as it was set, or as its file says now. It is read again when the platform
//! refuses it, so that a file that is written anew is enough; it is never shown.

use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use crate::disk::{self, secret_in};

/// Bytes of a token's file that are read.
const LONGEST_TOKEN: u64 = 64 << 10;

/// Where the token comes from, and what it was when it was last read.
#[derive(Debug)]
pub struct Token {
    file: Option<PathBuf>,
    known: Mutex<Known>,
}

/// A token, and how often it became another or was to be tried again.
#[derive(Debug)]
struct Known {
    token: Option<SecretString>,
    generation: u64,
    /// What told the last writing of the file from the one before, once it was read again.
    written: Option<(SystemTime, u64)>,
}

impl Token {
    pub fn new(token: Option<SecretString>, file: Option<PathBuf>) -> Self {
        Self { file, known: Mutex::new(Known { token, generation: 0, written: None }) }
    }

    /// The token, if there is one.
    pub fn get(&self) -> Option<SecretString> {
        self.lock().token.clone()
    }

    pub fn is_set(&self) -> bool {
        self.lock().token.is_some()
    }

    /// Another token has another generation, and so has one that is to be tried again.
    pub fn generation(&self) -> u64 {
        self.lock().generation
    }

    /// Has it tried again, if it was refused.
    pub fn try_again(&self) {
        self.lock().generation += 1;
    }

    /// When its file was last written; `None` where it has none, for nobody knows then.
    pub async fn written_at(&self) -> Option<Timestamp> {
        let file = tokio::fs::metadata(self.file.as_ref()?).await.ok()?;
        file.modified().ok()?.try_into().ok()
    }

    /// Looks at the file again. One that cannot be read, or is empty, changes nothing.
    pub async fn refresh(&self) {
        let Some(path) = &self.file else { return };
        let Ok((text, written)) = read(path).await else { return };
        let fresh = secret_in(&text).trim();
        let mut known = self.lock();
        let is_other = known.token.as_ref().is_none_or(|token| token.expose_secret() != fresh);
        let is_written = known.written.replace(written).is_some_and(|before| before != written);
        if !fresh.is_empty() && (is_other || is_written) {
            known.token = Some(fresh.into());
            known.generation += 1;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Known> {
        // nothing in here can panic half-way through a change
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The text of a small file, and what tells this writing of it from others: its time and the file's number.
async fn read(path: &Path) -> io::Result<(String, (SystemTime, u64))> {
    let path = path.to_owned();
    let reading = tokio::task::spawn_blocking(move || {
        let file = disk::open(&path)?;
        let metadata = file.metadata()?;
        let text = String::from_utf8(disk::read_to(file, LONGEST_TOKEN)?).map_err(io::Error::other)?;
        Ok((text, (metadata.modified()?, metadata.ino())))
    });
    reading.await.map_err(io::Error::other)?
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn a_renewed_file_is_a_renewed_token() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        std::fs::write(&file, "old\n").unwrap();
        let token = Token::new(Some("old".into()), Some(file.clone()));
        token.refresh().await;
        // saved again by an editor that marks its texts
        std::fs::write(&file, "\u{FEFF}old\r\n").unwrap();
        token.refresh().await;
        assert_eq!(token.get().unwrap().expose_secret(), "old");
        let before = token.generation();
        std::fs::write(&file, "new\n").unwrap();
        token.refresh().await;
        token.refresh().await;
        assert_eq!((token.get().unwrap().expose_secret(), token.generation()), ("new", before + 1));
        let (again, day) =
            (std::fs::File::options().write(true).open(&file).unwrap(), Duration::from_secs(86_400));
        again.set_modified(SystemTime::UNIX_EPOCH + day).unwrap();
        token.refresh().await;
        token.refresh().await;
        assert_eq!(token.generation(), before + 2, "the same token, written again");
        std::fs::remove_file(&file).unwrap();
        token.refresh().await;
        assert_eq!(token.generation(), before + 2, "a file that is gone takes no token away");
        let made = std::process::Command::new("mkfifo").arg(&file).status();
        if made.is_ok_and(|made| made.success()) {
            token.refresh().await;
            assert_eq!(token.generation(), before + 2, "nobody waits for a pipe");
        }
    }
}
