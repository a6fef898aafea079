//! How a server proves to the commands beside it that it is the one of their data folder. A note of its addresses may be
//! older than whoever listens there now: before a command says anything that others must not learn, it asks for this.

use std::fmt;
use std::io;
use std::path::Path;

use ring::hmac::{HMAC_SHA256, Key, sign, verify};
use secrecy::{ExposeSecret, SecretString};

use super::DataFault;
use super::listening::Listening;
use super::secret::{found_or_made, random_text, read_secret};

/// Below the data folder: what only its owner can read.
pub const KEY_FILE: &str = "server-key";
/// Characters of a challenge.
pub const LONGEST_CHALLENGE: usize = 64;

/// The key of a data folder, with the addresses that a proof is made for: one that was fetched elsewhere and handed on
/// counts for nothing.
#[derive(Clone)]
pub struct Proof {
    key: Key,
    listening: Listening,
}

impl Proof {
    /// For the server that listens there; the key is made when there is none.
    ///
    /// # Errors
    /// [`DataFault::Key`].
    pub fn of_server(data: &Path, listening: Listening) -> Result<Self, DataFault> {
        let key = found_or_made(&data.join(KEY_FILE));
        let key = key.map_err(|source| DataFault::Key { path: data.join(KEY_FILE).into(), source })?;
        Ok(Self::new(&key, listening))
    }

    /// For a server whose disk takes no key: no command will hold its proof for right.
    pub fn nobody_knows(listening: Listening) -> Self {
        Self::new(&random_text().unwrap_or_default(), listening)
    }

    /// For a command that looks for the server there.
    ///
    /// # Errors
    /// No server has made a key here, or it cannot be read.
    pub fn known(data: &Path, listening: Listening) -> io::Result<Self> {
        Ok(Self::new(&read_secret(&data.join(KEY_FILE))?, listening))
    }

    fn new(key: &SecretString, listening: Listening) -> Self {
        Self { key: Key::new(HMAC_SHA256, key.expose_secret().as_bytes()), listening }
    }

    /// The answer to a challenge.
    pub fn answer(&self, challenge: &str) -> String {
        hex::encode(sign(&self.key, self.signed(challenge).as_bytes()))
    }

    /// Whether that is the answer to the challenge.
    pub fn holds(&self, challenge: &str, answer: &str) -> bool {
        let answer = hex::decode(answer.trim());
        answer.is_ok_and(|answer| verify(&self.key, self.signed(challenge).as_bytes(), &answer).is_ok())
    }

    fn signed(&self, challenge: &str) -> String {
        let Listening { public, admin } = self.listening;
        format!("fanreply server\n{public}\n{admin}\n{challenge}")
    }
}

impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proof").field("listening", &self.listening).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_counts_for_its_folder_its_addresses_and_its_challenge() {
        let (data, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let at = |port: u16| Listening {
            public: ([127, 0, 0, 1], 80).into(),
            admin: ([127, 0, 0, 1], port).into(),
        };
        assert!(Proof::known(data.path(), at(81)).is_err(), "no server has run here");
        let answer = Proof::of_server(data.path(), at(81)).unwrap().answer("c");
        assert!(Proof::known(data.path(), at(81)).unwrap().holds("c", &format!("{answer}\n")));
        assert!(!Proof::known(data.path(), at(82)).unwrap().holds("c", &answer));
        assert!(!Proof::known(data.path(), at(81)).unwrap().holds("d", &answer));
        assert!(!Proof::of_server(other.path(), at(81)).unwrap().holds("c", &answer));
        assert!(!Proof::known(data.path(), at(81)).unwrap().holds("c", "zz"));
    }
}
