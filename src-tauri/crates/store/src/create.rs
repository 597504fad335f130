//! Making a new database: complete, or not at all.
//!
//! Its first bytes are made in memory, written to a file of another name, and given the real name in one step. So nobody
//! ever finds a half-made `heddle.db`, whatever stops the start in between: a full disk, a kill, a power cut.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use heddle_engine::StoreError;
use rusqlite::MAIN_DB;

use crate::open::{self, OpenError, refused};

/// What the names of unfinished files begin with, after the database's own.
const UNFINISHED: &str = "-new-";

/// Makes the database if there is none, readable and writable for its owner only; files SQLite adds beside it take the
/// same permissions.
pub(crate) fn ensure(folder: &Path, path: &Path) -> Result<(), OpenError> {
    if !path.try_exists().map_err(|source| refused(path, source))? {
        let mut empty = open::open_in_memory()?;
        let content = empty.serialize(MAIN_DB).map_err(|error| StoreError::Other(error.to_string()))?;
        let new = open::beside(path, &format!("{UNFINISHED}{}", uuid::Uuid::now_v7().simple()));
        let made = write(&new, &content).and_then(|()| name(&new, path));
        let cleared = remove(&new);
        made.and(cleared).and_then(|()| sync(folder)).map_err(|source| refused(path, source))?;
    }
    sweep(folder).map_err(|source| refused(folder, source))
}

fn write(new: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(new)?;
    file.write_all(content)?;
    file.sync_all()
}

/// Gives the file its name unless another start was faster; then that one's database is as good.
fn name(new: &Path, path: &Path) -> io::Result<()> {
    match fs::hard_link(new, path) {
        Ok(()) => Ok(()),
        Err(_) if path.try_exists()? => Ok(()),
        // Some file systems have no links. There two first starts at the very same moment are not told apart.
        Err(_) => fs::rename(new, path),
    }
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Clears away what starts left that were killed. The database has its name by now, so nobody needs them any more.
fn sweep(folder: &Path) -> io::Result<()> {
    let prefix = format!("{}{UNFINISHED}", open::FILE);
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name().to_str().is_some_and(|name| name.starts_with(&prefix)) {
            remove(&entry.path())?;
        }
    }
    Ok(())
}

/// The name itself must outlive a power cut, not only what is written under it.
#[cfg(unix)]
pub(crate) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Elsewhere folders cannot be synced, nor need to be.
#[cfg(not(unix))]
pub(crate) fn sync(_: &Path) -> io::Result<()> {
    Ok(())
}
