//! What takes how much space.

use heddle_engine::StoreError;
use heddle_model::Storage;
use rusqlite::Connection;

use crate::error::Outcome;
use crate::open::{self, FILE};
use crate::sql;
use crate::store::Store;

impl Store {
    /// What takes how much space. It looks at every page of the file (a second or two for a gigabyte) while others go on.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be read.
    pub async fn storage(&self) -> Result<Storage, StoreError> {
        let wal = self.data_dir().map(|folder| open::beside(&folder.join(FILE), "-wal"));
        self.read(move |conn| {
            let mut storage = measure(conn)?;
            storage.wal_bytes = wal.as_deref().map_or(0, open::len);
            Ok(storage)
        })
        .await
    }

    /// What is in use of the file, in bytes; cheap.
    pub(crate) async fn used_bytes(&self) -> Result<u64, StoreError> {
        self.read(|conn| {
            let (pages, free, size) = pages(conn)?;
            Ok(pages.saturating_sub(free) * size)
        })
        .await
    }
}

/// Pages of the file, empty ones of them, and the size of one.
fn pages(conn: &Connection) -> Outcome<(u64, u64, u64)> {
    let ask = |name: &str| conn.pragma_query_value(None, name, |row| sql::count(row, 0));
    Ok((ask("page_count")?, ask("freelist_count")?, ask("page_size")?))
}

fn measure(conn: &Connection) -> Outcome<Storage> {
    let (count, free, size) = pages(conn)?;
    let mut storage = Storage { database_bytes: count * size, free_bytes: free * size, ..Storage::default() };
    let mut known = 0;
    let mut parts = conn.prepare(
        "SELECT parts.tbl_name, sum(dbstat.pgsize) FROM dbstat JOIN sqlite_schema AS parts ON parts.name = dbstat.name
         WHERE dbstat.aggregate = TRUE GROUP BY parts.tbl_name",
    )?;
    let mut rows = parts.query([])?;
    while let Some(row) = rows.next()? {
        let bytes = sql::count(row, 1)?;
        known += bytes;
        let part = match row.get_ref(0)?.as_str().unwrap_or_default() {
            "workflows" | "edits" | "versions" | "agents" => &mut storage.workflow_bytes,
            "executions" | "log" => &mut storage.execution_bytes,
            "blobs" => &mut storage.payload_bytes,
            "cache" => &mut storage.cache_bytes,
            _ => &mut storage.other_bytes,
        };
        *part += bytes;
    }
    // Bookkeeping pages belong to no table.
    storage.other_bytes += storage.used_bytes().saturating_sub(known);
    let count = |what: &str| conn.query_row(&format!("SELECT {what}"), [], |row| sql::count(row, 0));
    storage.workflows = count("count(*) FROM workflows")?;
    storage.executions = count("count(*) FROM executions")?;
    storage.starred = count("count(*) FROM executions WHERE starred")?;
    storage.unsettled = count("count(*) FROM executions WHERE status IN ('pending', 'running', 'paused')")?;
    storage.payloads = count("count(*) FROM blobs")?;
    storage.payload_text_bytes = count("coalesce(sum(bytes), 0) FROM blobs")?;
    storage.answers = count("count(*) FROM cache")?;
    Ok(storage)
}
