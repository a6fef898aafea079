//! What SQLite's errors mean for whoever keeps something.

use std::path::Path;

use rusqlite::ErrorCode;

use crate::store::StoreFault;
use crate::words::os::SystemReason;

impl StoreFault {
    pub(in crate::store) fn of(error: &rusqlite::Error, path: &Path) -> Self {
        let path = path.into();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full { path },
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => Self::ReadOnly { path },
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked { path },
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged { path },
            Some(_) => Self::Io { path, reason: SystemReason::of_words(error.to_string()) },
            // a column holds what nothing here ever writes
            None => Self::Damaged { path },
        }
    }
}
