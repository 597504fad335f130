//! Who has a data folder open.
//!
//! Each open store holds a lock on a file of its own in `live/`. The operating system lets go of the lock when the
//! process ends, however it ends; so a locked file means a living store, and an execution whose owner's file is not
//! locked has been left behind by a crash.

use std::collections::HashSet;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// This store's own lock. Dropping it gives it up.
#[derive(Debug)]
pub(crate) struct Lease {
    folder: PathBuf,
    instance: String,
    /// Held for the lock.
    _file: File,
}

impl Lease {
    /// Takes a lock of its own, and clears away those of stores that are gone.
    pub(crate) fn take(data_dir: &Path) -> io::Result<Self> {
        let folder = data_dir.join("live");
        match fs::create_dir(&folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        others(&folder, None)?;
        let instance = uuid::Uuid::now_v7().simple().to_string();
        // Locked before it gets its name: nobody can find it unlocked and take it for dead.
        let unnamed = folder.join(format!(".{instance}"));
        let file = File::create_new(&unnamed)?;
        match file.try_lock() {
            // Some network file systems have no locks; then a crash is told from a living store by nothing.
            Ok(()) | Err(TryLockError::Error(_)) => {}
            Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::AlreadyExists.into()),
        }
        fs::rename(&unnamed, folder.join(&instance))?;
        Ok(Self { folder, instance, _file: file })
    }

    /// The name executions are marked with.
    pub(crate) fn instance(&self) -> &str {
        &self.instance
    }

    /// Whether the store of that name is open, in this process or another.
    pub(crate) fn is_alive(&self, instance: &str) -> io::Result<bool> {
        let file = match File::open(self.folder.join(instance)) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            Err(error) => return Err(error),
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(false),
            Err(TryLockError::WouldBlock) => Ok(true),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Other stores that have the folder open, in this process or another.
    pub(crate) fn others(&self) -> io::Result<HashSet<String>> {
        others(&self.folder, Some(&self.instance))
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(self.folder.join(&self.instance)) {
            tracing::debug!("removing the lease: {error}");
        }
    }
}

/// The living stores of a folder, without our own; files of dead ones are removed.
pub(crate) fn living(data_dir: &Path) -> io::Result<HashSet<String>> {
    others(&data_dir.join("live"), None)
}

fn others(folder: &Path, own: Option<&str>) -> io::Result<HashSet<String>> {
    let mut alive = HashSet::new();
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(alive),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let Ok(name) = entry?.file_name().into_string() else { continue };
        if name.starts_with('.') || Some(name.as_str()) == own {
            continue;
        }
        let path = folder.join(&name);
        // Gone since the folder was listed: its store was closed.
        let Ok(file) = File::open(&path) else { continue };
        // Shared: two that look at the same time do not take one another for the owner.
        match file.try_lock_shared() {
            Err(TryLockError::WouldBlock) => {
                alive.insert(name);
            }
            Ok(()) => match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {
                    tracing::debug!("removing the lease of a store that is gone: {error}");
                }
                _ => {}
            },
            Err(TryLockError::Error(error)) => tracing::debug!("looking at a lease: {error}"),
        }
    }
    Ok(alive)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_living_are_told_from_the_dead() {
        let dir = tempfile::tempdir().unwrap();
        let (one, two) = (Lease::take(dir.path()).unwrap(), Lease::take(dir.path()).unwrap());
        fs::write(dir.path().join("live/dead"), "").unwrap();
        assert_eq!(one.others().unwrap(), HashSet::from([two.instance.clone()]));
        assert!(!dir.path().join("live/dead").exists());
        drop(two);
        assert!(one.others().unwrap().is_empty());
        assert_eq!(living(dir.path()).unwrap().len(), 1);
    }
}
