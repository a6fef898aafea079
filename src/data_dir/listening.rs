//! The addresses in use: where the server of a data folder listens, for the commands beside it.

use std::io;
use std::net::SocketAddr;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::data_dir::{DataFault, replace_file};
use crate::disk;

/// Below the data folder.
pub const LISTEN_FILE: &str = "listen.json";
/// Bytes of it.
const LONGEST_NOTE: u64 = 4096;

/// The addresses of a running server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listening {
    pub public: SocketAddr,
    pub admin: SocketAddr,
}

/// Notes where a server listens.
///
/// # Errors
/// [`DataFault::Unwritable`].
pub fn note_listening(data: &Path, listening: &Listening) -> Result<(), DataFault> {
    let text = serde_json::to_string(listening).map_err(io::Error::other);
    let noted = text.and_then(|text| replace_file(&data.join(LISTEN_FILE), (text + "\n").as_bytes()));
    noted.map_err(|source| DataFault::Unwritable { path: data.into(), source })
}

/// Where the server of this data folder listens, or did when it last ran.
///
/// # Errors
/// None ever ran there, or what it noted cannot be read.
pub fn noted_listening(data: &Path) -> io::Result<Listening> {
    serde_json::from_slice(&disk::read(&data.join(LISTEN_FILE), LONGEST_NOTE)?).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_addresses_in_use_are_found_again() {
        let data = tempfile::tempdir().unwrap();
        let listening =
            Listening { public: "127.0.0.1:43211".parse().unwrap(), admin: "[::1]:43212".parse().unwrap() };
        note_listening(data.path(), &listening).unwrap();
        assert_eq!(noted_listening(data.path()).unwrap(), listening);
    }
}
