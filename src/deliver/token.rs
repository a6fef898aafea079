//! An account's access token: as it was set, or as its file says now. It is read again when the platform
//! refuses it, so that a renewed file is enough; it is never shown.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use secrecy::{ExposeSecret, SecretString};

/// Where the token comes from, and what it was when it was last read.
#[derive(Debug)]
pub struct Token {
    file: Option<PathBuf>,
    known: Mutex<Option<SecretString>>,
}

impl Token {
    pub fn new(token: Option<SecretString>, file: Option<PathBuf>) -> Self {
        Self { file, known: Mutex::new(token) }
    }

    /// The token, if there is one.
    pub fn get(&self) -> Option<SecretString> {
        self.lock().clone()
    }

    /// Looks at the file again; whether it holds another token now. One that cannot be read holds none.
    pub async fn is_renewed(&self) -> bool {
        let Some(path) = &self.file else { return false };
        let Ok(text) = tokio::fs::read_to_string(path).await else { return false };
        let fresh = text.trim();
        let mut known = self.lock();
        if fresh.is_empty() || known.as_ref().is_some_and(|known| known.expose_secret() == fresh) {
            return false;
        }
        *known = Some(fresh.into());
        true
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<SecretString>> {
        // nothing in here can panic half-way through a change
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_renewed_file_is_a_renewed_token() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("token");
        std::fs::write(&file, "old\n").unwrap();
        let token = Token::new(Some("old".into()), Some(file.clone()));
        assert!(!token.is_renewed().await);
        std::fs::write(&file, "new\n").unwrap();
        assert!(token.is_renewed().await && !token.is_renewed().await);
        assert_eq!(token.get().unwrap().expose_secret(), "new");
        std::fs::remove_file(&file).unwrap();
        assert!(!token.is_renewed().await);
        assert!(!Token::new(Some("set".into()), None).is_renewed().await);
    }
}
