//! From SQLite's codes to errors that say what happened and what to do.

use heddle_engine::StoreError;
use rusqlite::{ErrorCode, ffi};

/// What goes wrong inside a job: SQLite's own error, kept until somebody needs words, or ours.
#[derive(Debug)]
pub(crate) enum Fault {
    Sqlite(rusqlite::Error),
    Store(StoreError),
}

impl Fault {
    /// Whether SQLite itself calls the file damaged, so that nothing may be written to it any more.
    pub(crate) fn is_damage(&self) -> bool {
        matches!(self, Self::Sqlite(error) if is_damage(error))
    }
}

/// Whether SQLite calls the file damaged.
pub(crate) fn is_damage(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}

pub(crate) type Outcome<T> = Result<T, Fault>;

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<serde_json::Error> for Fault {
    fn from(error: serde_json::Error) -> Self {
        Self::Store(StoreError::Other(format!("a value could not be written as JSON ({error})")))
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Sqlite(error) => describe(&error),
            Fault::Store(error) => error,
        }
    }
}

/// The words for an error of SQLite.
pub(crate) fn describe(error: &rusqlite::Error) -> StoreError {
    use rusqlite::Error as E;
    match error {
        E::SqliteFailure(failure, detail) => by_code(*failure, detail.as_deref().unwrap_or("no further detail")),
        E::FromSqlConversionFailure(..)
        | E::IntegralValueOutOfRange(..)
        | E::Utf8Error(..)
        | E::InvalidColumnType(..) => StoreError::Damaged(format!(
            "a stored row does not have the shape it was written in ({error}); keep a copy of the data folder and \
             restore a backup"
        )),
        other => StoreError::Other(other.to_string()),
    }
}

fn by_code(failure: ffi::Error, detail: &str) -> StoreError {
    match failure.code {
        ErrorCode::DiskFull => full(detail),
        // The shared-memory file beside the database could not grow: in practice a full disk as well.
        ErrorCode::SystemIoFailure if failure.extended_code == ffi::SQLITE_IOERR_SHMSIZE => full(detail),
        ErrorCode::ReadOnly | ErrorCode::PermissionDenied | ErrorCode::CannotOpen => StoreError::ReadOnly(format!(
            "{detail}; make the data folder writable for this user, or choose another one"
        )),
        ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase => StoreError::Damaged(format!(
            "{detail}. Part of it cannot be read any more: keep a copy of the data folder and restore a backup"
        )),
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => StoreError::Busy(
            format!("{detail}; close the other program that has this data folder open, then try again"),
        ),
        ErrorCode::ConstraintViolation
            if matches!(
                failure.extended_code,
                ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_ROWID
            ) =>
        {
            StoreError::Conflict(detail.to_owned())
        }
        ErrorCode::TooBig => StoreError::Other(format!("{detail}; a single value may have at most 1 GiB")),
        _ => StoreError::Other(format!("{detail} (SQLite code {})", failure.extended_code)),
    }
}

fn full(detail: &str) -> StoreError {
    StoreError::DiskFull(format!("{detail}; free some space and try again. What was kept before is safe"))
}

/// A job that the store itself cannot finish: its thread is gone.
pub(crate) fn closed() -> StoreError {
    StoreError::Other("the store is closed; start Heddle again".to_owned())
}
