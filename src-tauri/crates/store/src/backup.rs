//! A copy of the database that is whole, made while others write.
//!
//! SQLite writes one snapshot into a new file (<https://sqlite.org/lang_vacuum.html>, `VACUUM INTO`), without the empty
//! pages. The copy is checked, and only then gets its name. It is a database like any other: put as `heddle.db` into an
//! empty data folder, Heddle opens it.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use heddle_engine::StoreError;
use rusqlite::{Connection, OpenFlags};

use crate::create;
use crate::error::{Fault, Outcome, closed};
use crate::open::{self, FILE};
use crate::store::Store;

/// A backup that was made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    /// Where it is.
    pub path: PathBuf,
    /// Its size.
    pub bytes: u64,
    /// How many executions it holds.
    pub executions: u64,
    /// How many workflows it holds.
    pub workflows: u64,
}

impl Store {
    /// Copies everything as of one moment into a file, in place of an earlier backup there, and checks the copy. Takes a
    /// few seconds for a gigabyte; others go on meanwhile.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be written or the copy is not whole, or when something else than a backup is
    /// there; what was there before is left as it was.
    pub async fn backup(&self, target: &Path) -> Result<Backup, StoreError> {
        let Some(folder) = self.data_dir() else {
            return Err(StoreError::Other("nothing is kept on disk here, so there is nothing to back up".to_owned()));
        };
        let (source, target) = (folder.join(FILE), target.to_owned());
        let making = tokio::task::spawn_blocking(move || make(&source, &target));
        making.await.map_err(|_| closed())?.map_err(StoreError::from)
    }
}

fn make(source: &Path, target: &Path) -> Outcome<Backup> {
    let path = std::path::absolute(target).map_err(|error| unusable(target, &error))?;
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else {
        return Err(refused(target, "it does not name a file"));
    };
    may_be_replaced(source, &path)?;
    // Beside the target, so that giving it its name is one step.
    let partial = folder.join(format!(".{}.partial-{}", name.to_string_lossy(), uuid::Uuid::now_v7().simple()));
    let made = copy(source, &partial).and_then(|()| verify(&partial)).and_then(|backup| {
        fs::rename(&partial, &path).and_then(|()| create::sync(folder)).map_err(|error| unusable(target, &error))?;
        Ok(Backup { path: path.clone(), ..backup })
    });
    if made.is_err() {
        // It may never have been made; and the error that matters is the first.
        let _ = fs::remove_file(&partial);
    }
    made
}

/// Only an earlier backup is replaced, or nothing.
fn may_be_replaced(source: &Path, target: &Path) -> Outcome<()> {
    if !target.try_exists().map_err(|error| unusable(target, &error))? {
        return Ok(());
    }
    let same = |path: &Path| fs::canonicalize(path).ok();
    if same(source) == same(target) {
        return Err(refused(target, "it is the database itself"));
    }
    match open::is_ours(target) {
        Ok(true) => Ok(()),
        Ok(false) => Err(refused(target, "another file is there, and it is no backup of Heddle")),
        Err(error) => Err(unusable(target, &error)),
    }
}

fn copy(source: &Path, partial: &Path) -> Outcome<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(partial).map_err(|error| unusable(partial, &error))?;
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(source, flags)?;
    conn.busy_timeout(open::BUSY)?;
    conn.execute("VACUUM INTO ?1", [partial.to_string_lossy()])?;
    file.sync_all().map_err(|error| unusable(partial, &error))
}

fn verify(partial: &Path) -> Outcome<Backup> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(partial, flags)?;
    let verdict: String = conn.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    if verdict != "ok" {
        return Err(Fault::Store(StoreError::Damaged(format!(
            "the copy is not whole ({verdict}), so it was thrown away; the database itself may be damaged: keep a copy \
             of the data folder"
        ))));
    }
    let count =
        |table: &str| conn.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| crate::sql::count(row, 0));
    let (executions, workflows) = (count("executions")?, count("workflows")?);
    Ok(Backup { path: PathBuf::new(), bytes: open::len(partial), executions, workflows })
}

fn refused(target: &Path, why: &str) -> Fault {
    Fault::Store(StoreError::Other(format!(
        "{} cannot be used for a backup: {why}; name another file",
        target.display()
    )))
}

fn unusable(path: &Path, error: &io::Error) -> Fault {
    let said = format!("{}: {error}", path.display());
    Fault::Store(match error.kind() {
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => StoreError::DiskFull(said),
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => StoreError::ReadOnly(said),
        _ => StoreError::Other(said),
    })
}
