//! A few connections that only read, lent to the blocking threads of tokio.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use heddle_engine::StoreError;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::Semaphore;

use crate::error::{Outcome, closed};
use crate::open;

/// Most reads at the same time; who comes later waits.
const READERS: usize = 4;

/// The pool. Connections are opened when first needed and kept.
pub(crate) struct Readers {
    file: PathBuf,
    idle: Arc<Mutex<Vec<Connection>>>,
    slots: Arc<Semaphore>,
}

impl Readers {
    pub(crate) fn new(file: PathBuf) -> Self {
        Self { file, idle: Arc::default(), slots: Arc::new(Semaphore::new(READERS)) }
    }

    /// Runs `work` on a connection of the pool, on a thread that may block; all it reads is one snapshot. `keep` lives
    /// until the connection is back.
    pub(crate) async fn read<T, W>(&self, keep: impl Send + 'static, mut work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: FnMut(&Connection) -> Outcome<T> + Send + 'static,
    {
        let slot = Arc::clone(&self.slots).acquire_owned().await.map_err(|_| closed())?;
        let idle = Arc::clone(&self.idle);
        let file = self.file.clone();
        let reading = tokio::task::spawn_blocking(move || -> Outcome<T> {
            let (_slot, _keep) = (slot, keep);
            // Dropped before `_keep`: the last to close the file must be the writer, who leaves it clean.
            let idle = idle;
            let lent = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let conn = match lent {
                Some(conn) => conn,
                None => connect(&file)?,
            };
            // Dropped without a commit: a snapshot has nothing to keep.
            let snapshot = conn.unchecked_transaction()?;
            let result = work(&snapshot);
            drop(snapshot);
            idle.lock().unwrap_or_else(PoisonError::into_inner).push(conn);
            result
        });
        match reading.await {
            Ok(result) => result.map_err(StoreError::from),
            Err(error) => Err(StoreError::Other(format!("a read was stopped ({error}); try again"))),
        }
    }
}

fn connect(file: &std::path::Path) -> Outcome<Connection> {
    let conn = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    conn.busy_timeout(open::BUSY)?;
    conn.pragma_update(None, "query_only", true)?;
    conn.set_prepared_statement_cache_capacity(64);
    Ok(conn)
}
