//! The handle.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use heddle_engine::{Clock, StoreError, SystemClock};
use heddle_model::Timestamp;
use rusqlite::Connection;

use crate::claim::Owner;
use crate::document::LastDocument;
use crate::error::Outcome;
use crate::folds::Folds;
use crate::lease::Lease;
use crate::open::{self, OpenError};
use crate::readers::Readers;
use crate::session::Session;
use crate::watch::Watchers;
use crate::writer::{Writer, WriterStats};

/// An open data folder. Clones are cheap and share it; the last one dropped finishes what was asked for, closes it and
/// waits for that (some milliseconds).
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

/// In the order they are closed: readers before the writer, so that the writer leaves a clean file; the lease last.
struct Inner {
    /// None in memory, where there is one connection for all.
    readers: Option<Readers>,
    writer: Writer,
    watchers: Arc<Watchers>,
    folds: Arc<Folds>,
    document: LastDocument,
    clock: Arc<dyn Clock>,
    folder: Option<PathBuf>,
    owner: Owner,
}

/// How a store is opened.
#[derive(Clone)]
pub struct Options {
    /// Where times come from.
    pub clock: Arc<dyn Clock>,
    /// Largest size of the database in bytes, rounded up to whole pages; a write over it is refused as on a full disk.
    /// None: as far as the disk goes.
    pub max_bytes: Option<u64>,
}

impl Default for Options {
    fn default() -> Self {
        Self { clock: Arc::new(SystemClock), max_bytes: None }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("folder", &self.inner.folder).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens a data folder, and makes it if need be: the folder for its owner only (0700), `heddle.db` in it (0600).
    /// Blocks for some milliseconds; after a crash for as long as the file takes to be checked.
    ///
    /// # Errors
    /// [`OpenError`] for a file that is foreign, damaged or of a newer Heddle; it is left as it was, byte for byte.
    pub fn open(data_dir: &Path) -> Result<Self, OpenError> {
        Self::open_with(data_dir, Options::default())
    }

    /// The same with options.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open_with(data_dir: &Path, options: Options) -> Result<Self, OpenError> {
        let conn = open::open(data_dir)?;
        let lease = Lease::take(data_dir).map_err(|source| open::refused(&data_dir.join("live"), source))?;
        let readers = Readers::new(data_dir.join(open::FILE));
        Self::start(conn, Some(readers), Some(data_dir.to_owned()), Some(lease), options)
    }

    /// A store that keeps everything in memory and nothing on disk.
    ///
    /// # Errors
    /// [`OpenError`] when there is not enough memory.
    pub fn open_ephemeral() -> Result<Self, OpenError> {
        Self::start(open::open_in_memory()?, None, None, None, Options::default())
    }

    fn start(
        conn: Connection,
        readers: Option<Readers>,
        folder: Option<PathBuf>,
        lease: Option<Lease>,
        options: Options,
    ) -> Result<Self, OpenError> {
        if let Some(bytes) = options.max_bytes {
            limit(&conn, bytes).map_err(StoreError::from)?;
        }
        let folds = Arc::<Folds>::default();
        let writer = Writer::start(Session::new(conn, Arc::clone(&folds)), open::KEPT_WAL_BYTES)
            .map_err(|error| StoreError::Other(format!("the store's thread could not be started: {error}")))?;
        Ok(Self {
            inner: Arc::new(Inner {
                readers,
                writer,
                watchers: Arc::default(),
                folds,
                document: LastDocument::default(),
                clock: options.clock,
                folder,
                owner: Owner::new(lease),
            }),
        })
    }

    /// The data folder. None in memory.
    pub fn data_dir(&self) -> Option<&Path> {
        self.inner.folder.as_deref()
    }

    /// What the writer did since the store was opened: how well writes share commits.
    pub fn writer_stats(&self) -> WriterStats {
        self.inner.writer.stats()
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    pub(crate) fn watchers(&self) -> &Arc<Watchers> {
        &self.inner.watchers
    }

    pub(crate) fn folds(&self) -> &Arc<Folds> {
        &self.inner.folds
    }

    pub(crate) fn last_document(&self) -> &LastDocument {
        &self.inner.document
    }

    /// This store in its role as owner of executions.
    pub(crate) fn owner(&self) -> &Owner {
        &self.inner.owner
    }

    pub(crate) fn in_memory(&self) -> bool {
        self.inner.readers.is_none()
    }

    /// Runs a job of the writer; see [`Writer::submit`].
    pub(crate) async fn write<T, W>(&self, bytes: usize, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: FnMut(&Session) -> Outcome<T> + Send + 'static,
    {
        self.write_then(bytes, work, |_| ()).await
    }

    pub(crate) async fn write_then<T, W, A>(&self, bytes: usize, work: W, after: A) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: FnMut(&Session) -> Outcome<T> + Send + 'static,
        A: FnOnce(&T) + Send + 'static,
    {
        self.inner.writer.submit(bytes, work, after).await
    }

    /// Reads from one snapshot of what is committed.
    pub(crate) async fn read<T, W>(&self, mut work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: FnMut(&Connection) -> Outcome<T> + Send + 'static,
    {
        match &self.inner.readers {
            // The handle goes along, so that the file is not closed under a read.
            Some(readers) => readers.read(self.clone(), work).await,
            None => self.inner.writer.submit(0, move |session| work(session), |_| ()).await,
        }
    }
}

fn limit(conn: &Connection, bytes: u64) -> Outcome<()> {
    let page: i64 = conn.pragma_query_value(None, "page_size", |row| row.get(0))?;
    let pages = bytes.div_ceil(page.unsigned_abs().max(1));
    conn.pragma_update_and_check(None, "max_page_count", crate::sql::signed(pages), |_| Ok(()))?;
    Ok(())
}
