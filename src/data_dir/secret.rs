//! The development secret: where the operator has set no AppSecret, the server and the commands beside it sign with
//! this one.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

use crate::data_dir::DataFault;
use crate::disk::{self, secret_in};

/// Bytes of its file.
const LONGEST_SECRET: u64 = 64 << 10;

/// Below the data folder.
pub const SECRET_FILE: &str = "development-secret";

/// The development secret: the one that is there, or else a new random one. Only the owner can read it.
///
/// # Errors
/// [`DataFault::Secret`]: it can be neither read nor made.
pub fn development_secret(data: &Path) -> Result<SecretString, DataFault> {
    found_or_made(&data.join(SECRET_FILE)).map_err(|source| DataFault::Secret { path: data.into(), source })
}

/// What the file holds; a new random text where there is none.
pub(super) fn found_or_made(path: &Path) -> io::Result<SecretString> {
    match read_secret(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        found => return found,
    }
    let secret = random_text()?;
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(secret.expose_secret().as_bytes())?;
    file.sync_all()?;
    Ok(secret)
}

pub(super) fn random_text() -> io::Result<SecretString> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(io::Error::other)?;
    Ok(hex::encode(random).into())
}

/// The development secret of a server that was started here.
///
/// # Errors
/// There is none, or it cannot be read.
pub fn known_secret(data: &Path) -> io::Result<SecretString> {
    read_secret(&data.join(SECRET_FILE))
}

/// What the file holds.
pub(super) fn read_secret(path: &Path) -> io::Result<SecretString> {
    let text = String::from_utf8(disk::read(path, LONGEST_SECRET)?).map_err(io::Error::other)?;
    let secret = secret_in(&text).trim().to_owned();
    if secret.is_empty() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the file is empty"));
    }
    Ok(secret.into())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn the_development_secret_is_made_once_and_only_its_owner_reads_it() {
        let data = tempfile::tempdir().unwrap();
        let first = development_secret(data.path()).unwrap();
        assert_eq!(first.expose_secret().len(), 32);
        assert_eq!(development_secret(data.path()).unwrap().expose_secret(), first.expose_secret());
        let mode = fs::metadata(data.path().join(SECRET_FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(known_secret(tempfile::tempdir().unwrap().path()).is_err());
    }
}
