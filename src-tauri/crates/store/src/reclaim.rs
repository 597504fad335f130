//! Giving space back: texts nothing refers to any more, and the pages they leave empty.

use heddle_engine::StoreError;

use crate::sql;
use crate::store::Store;

/// What [`Store::reclaim`] gave back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reclaimed {
    /// Texts that were dropped.
    pub blobs: u64,
    /// What they took in the database, in bytes.
    pub bytes: u64,
}

/// Every place that refers to a text. The events of an execution speak of no others than its rows: an attempt's input
/// and output, a step's output, the input in a step's error, and the execution's own.
const REFERRED: &str = "
    SELECT draft FROM workflows
    UNION SELECT document FROM edits
    UNION SELECT document FROM versions
    UNION SELECT document FROM executions
    UNION SELECT input_hash FROM executions
    UNION SELECT output_hash FROM executions WHERE output_hash IS NOT NULL
    UNION SELECT output_hash FROM steps WHERE output_hash IS NOT NULL
    UNION SELECT unhex(error ->> '$.input.hash') FROM steps WHERE error ->> '$.input.hash' IS NOT NULL
    UNION SELECT input_hash FROM attempts WHERE input_hash IS NOT NULL
    UNION SELECT output_hash FROM attempts WHERE output_hash IS NOT NULL";

impl Store {
    /// Drops every text that no workflow, edit, version or execution refers to, and gives the empty pages back to the
    /// file system. Other writes wait meanwhile; it takes about a second for a million attempts.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be written; then nothing was dropped.
    pub async fn reclaim(&self) -> Result<Reclaimed, StoreError> {
        let reclaimed = self
            .write(0, |conn| {
                let unreferred = format!("FROM blobs WHERE hash NOT IN ({REFERRED})");
                let found = conn.query_row(
                    &format!("SELECT count(*), coalesce(sum(length(data)), 0) {unreferred}"),
                    [],
                    |row| Ok(Reclaimed { blobs: sql::count(row, 0)?, bytes: sql::count(row, 1)? }),
                )?;
                if found.blobs > 0 {
                    conn.execute(&format!("DELETE {unreferred}"), [])?;
                }
                Ok(found)
            })
            .await?;
        if reclaimed.blobs > 0 {
            self.write(0, |conn| {
                // A pragma that frees a page with every step; it has to be stepped to its end.
                let mut statement = conn.prepare("PRAGMA incremental_vacuum")?;
                let mut freed = statement.query([])?;
                while freed.next()?.is_some() {}
                Ok(())
            })
            .await?;
        }
        Ok(reclaimed)
    }
}
