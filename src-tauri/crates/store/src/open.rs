//! Opening a database, and leaving alone what is not ours to write to.
//!
//! The header of the file is read before SQLite sees it: a foreign file, a newer schema or a file cut short is refused
//! without SQLite ever opening it. What only SQLite can tell is found out with checkpoints switched off, so that closing
//! again writes nothing either. A new database gets its name when it is complete (see [`crate::create`]).

use std::fs::{self, DirBuilder, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::Duration;

use heddle_engine::StoreError;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::error::{Fault, describe, is_damage};
use crate::{create, lease, migrate, sql};

/// The database within the data folder.
pub(crate) const FILE: &str = "heddle.db";
/// "Hedd": how SQLite files of ours are told from others (`PRAGMA application_id`).
const APPLICATION_ID: i32 = 0x4865_6464;
/// Every SQLite file begins with this (<https://sqlite.org/fileformat2.html>, section 1.3).
const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const HEADER: usize = 100;
/// The first page's own header follows (section 1.6): the kind of page, here 13, and at 3 the number of its cells, which
/// are the tables and indices.
const PAGE_HEADER: usize = 8;

/// How long a connection waits for another process to finish its write.
pub(crate) const BUSY: Duration = Duration::from_secs(5);
/// The log is written back to the database when it has this many pages (16 MB): with SQLite's own 1,000 a busy minute
/// would write most pages back many times.
const WRITE_BACK_PAGES: u32 = 4_000;
/// The writer keeps at most this much of the database in memory. What a group of writes changes should fit.
const CACHE_KIB: i64 = 16 * 1024;
/// The log file is cut back to this after it has been written back.
pub(crate) const KEPT_WAL_BYTES: u64 = 64 * 1024 * 1024;

/// Why a data folder could not be opened. Nothing in it was changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder or the file in it could not be made or reached.
    #[error("cannot use {path}: {source}; give a folder that can be written to")]
    Folder {
        /// The folder or file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// It may be read but not written.
    #[error("{path} cannot be written to ({detail}); make it writable for this user, or choose another data folder")]
    ReadOnly {
        /// The database.
        path: PathBuf,
        /// What exactly was refused.
        detail: String,
    },
    /// A newer Heddle wrote it.
    #[error(
        "{path} was written by a newer Heddle (schema {found}, this one knows {known}); it was left as it is. Open it \
         with that Heddle, or choose another data folder"
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The newest this Heddle knows.
        known: u32,
    },
    /// An earlier Heddle wrote it, and has it open.
    #[error(
        "{path} was written by an earlier Heddle (schema {found}, this one writes {known}) and is open in it; it was \
         left as it is. Close the other Heddle, then start this one again"
    )]
    Old {
        /// The database.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The one this Heddle writes.
        known: u32,
    },
    /// Something else's file.
    #[error(
        "{path} is not a Heddle database ({detail}); it was left as it is. Move it away or choose another data folder"
    )]
    Foreign {
        /// The file.
        path: PathBuf,
        /// What it looks like.
        detail: String,
    },
    /// Ours, but broken.
    #[error(
        "{path} is damaged ({detail}); it was left as it is. Keep a copy of the folder, then restore a backup or choose \
         another data folder"
    )]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// Any other trouble of the database.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Opens the database of a data folder for writing, creating both if need be, and brings its schema up to date.
pub(crate) fn open(data_dir: &Path) -> Result<Connection, OpenError> {
    create_folder(data_dir).map_err(|source| refused(data_dir, source))?;
    let path = data_dir.join(FILE);
    inspect(&path)?;
    create::ensure(data_dir, &path)?;
    let others = lease::living(data_dir).map_err(|source| refused(data_dir, source))?;
    let unclean = others.is_empty() && (len(&beside(&path, "-wal")) > 0 || len(&beside(&path, "-journal")) > 0);

    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut conn = Connection::open_with_flags(&path, flags).map_err(|error| opening(&path, &error))?;
    check(&conn, &path, unclean, others.is_empty())?;
    prepare(&mut conn).map_err(|fault| match fault {
        Fault::Sqlite(error) => opening(&path, &error),
        Fault::Store(error) => OpenError::Store(error),
    })?;
    Ok(conn)
}

/// A database in memory, gone with its connection.
pub(crate) fn open_in_memory() -> Result<Connection, OpenError> {
    let path = PathBuf::from(":memory:");
    let mut conn = Connection::open_in_memory().map_err(|error| opening(&path, &error))?;
    prepare(&mut conn).map_err(StoreError::from)?;
    Ok(conn)
}

/// Trouble of the file system, told apart by whether writing was refused.
pub(crate) fn refused(path: &Path, source: io::Error) -> OpenError {
    use io::ErrorKind as K;
    match source.kind() {
        K::PermissionDenied | K::ReadOnlyFilesystem => {
            OpenError::ReadOnly { path: path.to_owned(), detail: source.to_string() }
        }
        K::StorageFull | K::QuotaExceeded => OpenError::Store(StoreError::DiskFull(format!(
            "{}: {source}; free some space and start again",
            path.display()
        ))),
        _ => OpenError::Folder { path: path.to_owned(), source },
    }
}

/// Trouble of SQLite while opening.
fn opening(path: &Path, error: &rusqlite::Error) -> OpenError {
    let path = path.to_owned();
    if is_damage(error) {
        return OpenError::Damaged { path, detail: error.to_string() };
    }
    match describe(error) {
        StoreError::ReadOnly(_) => OpenError::ReadOnly { path, detail: error.to_string() },
        other => OpenError::Store(other),
    }
}

fn create_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

pub(crate) fn len(path: &Path) -> u64 {
    fs::metadata(path).map_or(0, |metadata| metadata.len())
}

/// Whether a file is a database of Heddle's, by its header.
pub(crate) fn is_ours(path: &Path) -> io::Result<bool> {
    let mut header = Vec::with_capacity(HEADER);
    File::open(path)?.take(HEADER as u64).read_to_end(&mut header)?;
    Ok(header.starts_with(MAGIC) && number(&header, 68) == APPLICATION_ID.cast_unsigned())
}

/// Looks at the header of an existing file and refuses what must not be written to.
fn inspect(path: &Path) -> Result<(), OpenError> {
    let mut file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(refused(path, error)),
    };
    let metadata = file.metadata().map_err(|error| refused(path, error))?;
    let foreign = |detail: &str| OpenError::Foreign { path: path.to_owned(), detail: detail.to_owned() };
    let damaged = |detail: String| OpenError::Damaged { path: path.to_owned(), detail };
    if !metadata.is_file() {
        return Err(foreign("it is not a file"));
    }
    let has_wal = len(&beside(path, "-wal")) > 0;
    if metadata.len() == 0 {
        // Made and never written to; but SQLite would throw away a log that belongs to an empty file.
        return if has_wal { Err(damaged("it is empty, but has a log beside it".to_owned())) } else { Ok(()) };
    }
    let mut header = Vec::with_capacity(HEADER + PAGE_HEADER);
    file.by_ref().take((HEADER + PAGE_HEADER) as u64).read_to_end(&mut header).map_err(|error| refused(path, error))?;
    if !header.starts_with(&MAGIC[..MAGIC.len().min(header.len())]) {
        return Err(foreign("it does not begin like a SQLite file"));
    }
    if header.len() < HEADER {
        return Err(damaged(format!("it is cut off after {} bytes", header.len())));
    }
    // Without any table it is nobody's: a start that got no further than the first page.
    let bare = header.get(HEADER..).is_some_and(|page| matches!(page, [0x0D, _, _, 0, 0, ..]));
    let unmarked =
        [60, 68].iter().all(|at| number(&header, *at) == 0) && bare && !has_wal && len(&beside(path, "-journal")) == 0;
    if number(&header, 68) != APPLICATION_ID.cast_unsigned() && !unmarked {
        return Err(foreign("it is a SQLite file of another program"));
    }
    let (found, known) = (number(&header, 60), migrate::latest());
    if found > known {
        return Err(OpenError::Newer { path: path.to_owned(), found: i64::from(found), known });
    }
    // The page count counts only when written by the same change as the counter, and while no log holds newer pages.
    let page = match u16::from_be_bytes([header[16], header[17]]) {
        1 => 65_536,
        size => u64::from(size),
    };
    let expected = u64::from(number(&header, 28)) * page;
    if !has_wal
        && len(&beside(path, "-journal")) == 0
        && number(&header, 24) == number(&header, 92)
        && metadata.len() < expected
    {
        return Err(damaged(format!("{} of {expected} bytes are there", metadata.len())));
    }
    Ok(())
}

fn number(header: &[u8], at: usize) -> u32 {
    header.get(at..at + 4).map_or(0, |bytes| bytes.iter().fold(0, |sum, byte| sum << 8 | u32::from(*byte)))
}

/// What only SQLite can tell: the same questions again with the log taken into account, and, after an unclean end,
/// whether the file is whole.
fn check(conn: &Connection, path: &Path, unclean: bool, alone: bool) -> Result<(), OpenError> {
    let ask = || -> rusqlite::Result<(i32, i64, bool)> {
        conn.busy_timeout(BUSY)?;
        conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
        Ok((
            conn.pragma_query_value(None, "application_id", |row| row.get(0))?,
            conn.pragma_query_value(None, "user_version", |row| row.get(0))?,
            conn.query_row("SELECT count(*) = 0 FROM sqlite_schema", [], |row| row.get(0))?,
        ))
    };
    let (application, found, empty) = ask().map_err(|error| opening(path, &error))?;
    if application == 0 && empty {
        return Ok(());
    }
    if application != APPLICATION_ID {
        let detail = "it is a SQLite file of another program".to_owned();
        return Err(OpenError::Foreign { path: path.to_owned(), detail });
    }
    let known = migrate::latest();
    if found > i64::from(known) {
        return Err(OpenError::Newer { path: path.to_owned(), found, known });
    }
    if found < i64::from(known) && !alone {
        return Err(OpenError::Old { path: path.to_owned(), found, known });
    }
    if unclean {
        let verdict: String =
            conn.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(|error| opening(path, &error))?;
        if verdict != "ok" {
            return Err(OpenError::Damaged { path: path.to_owned(), detail: verdict });
        }
    }
    Ok(())
}

/// Makes the connection the writer's: schema, journal mode and durability.
fn prepare(conn: &mut Connection) -> Result<(), Fault> {
    conn.busy_timeout(BUSY)?;
    // Only an empty file takes this on: freed pages can be given back later without rewriting everything.
    if conn.pragma_query_value(None, "page_count", |row| row.get::<_, i64>(0))? == 0 {
        conn.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    }
    let tx = conn.transaction_with_behavior(rusqlite::TransactionBehavior::Exclusive)?;
    let application: i32 = tx.pragma_query_value(None, "application_id", |row| row.get(0))?;
    if application != APPLICATION_ID {
        tx.pragma_update(None, "application_id", APPLICATION_ID)?;
    }
    migrate::run(&tx)?;
    tx.commit()?;

    conn.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "foreign_keys", true)?;
    conn.pragma_update_and_check(None, "journal_size_limit", sql::signed(KEPT_WAL_BYTES), |_| Ok(()))?;
    conn.pragma_update_and_check(None, "wal_autocheckpoint", WRITE_BACK_PAGES, |_| Ok(()))?;
    conn.pragma_update(None, "cache_size", -CACHE_KIB)?;
    conn.set_prepared_statement_cache_capacity(128);
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, false)?;
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    Ok(())
}
