//! Giving space back: texts nothing refers to any more, and the pages they leave empty.

use std::collections::HashSet;

use heddle_engine::StoreError;
use rusqlite::{Connection, OptionalExtension};

use crate::error::Outcome;
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

/// Rows that refer to a text.
const BY_ROWS: &str = "
    SELECT draft FROM workflows
    UNION SELECT document FROM edits
    UNION SELECT document FROM versions
    UNION SELECT document FROM executions
    UNION SELECT input_hash FROM executions
    UNION SELECT output_hash FROM executions WHERE output_hash IS NOT NULL
    UNION SELECT output_hash FROM steps WHERE output_hash IS NOT NULL
    UNION SELECT input_hash FROM attempts WHERE input_hash IS NOT NULL
    UNION SELECT output_hash FROM attempts WHERE output_hash IS NOT NULL";

/// Events that refer to a text: whatever is called `hash` in them, however deep.
const BY_EVENTS: &str = "
    SELECT unhex(tree.value) FROM events, json_tree(events.kind) AS tree
    WHERE tree.key = 'hash' AND tree.type = 'text' AND unhex(tree.value) IS NOT NULL";

impl Store {
    /// Drops every text that no workflow, edit, version or execution refers to, and gives the empty pages back to the
    /// file system. It reads every event once (some seconds for a million) while others write; they wait only while
    /// what it found is dropped.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be written; then nothing was dropped.
    pub async fn reclaim(&self) -> Result<Reclaimed, StoreError> {
        let candidates = self.read(|conn| hashes(conn, &unreferred())).await?;
        if candidates.is_empty() {
            return Ok(Reclaimed::default());
        }
        let reclaimed = self
            .write(0, move |conn| {
                // Referred to again since they were found: by a row, for whatever is new in the log is in the rows.
                let kept: HashSet<[u8; 32]> = hashes(conn, BY_ROWS)?.into_iter().collect();
                let mut size = conn.prepare_cached("SELECT length(data) FROM blobs WHERE hash = ?1")?;
                let mut delete = conn.prepare_cached("DELETE FROM blobs WHERE hash = ?1")?;
                let mut reclaimed = Reclaimed::default();
                for hash in candidates.iter().filter(|hash| !kept.contains(*hash)) {
                    reclaimed.bytes += size.query_row([hash], |row| sql::count(row, 0)).optional()?.unwrap_or(0);
                    reclaimed.blobs += delete.execute([hash])? as u64;
                }
                Ok(reclaimed)
            })
            .await?;
        self.write(0, |conn| {
            // A pragma that frees a page with every step; it has to be stepped to its end.
            let mut statement = conn.prepare("PRAGMA incremental_vacuum")?;
            let mut freed = statement.query([])?;
            while freed.next()?.is_some() {}
            Ok(())
        })
        .await?;
        Ok(reclaimed)
    }
}

fn unreferred() -> String {
    format!("SELECT hash FROM blobs EXCEPT SELECT * FROM ({BY_ROWS}) EXCEPT SELECT * FROM ({BY_EVENTS})")
}

fn hashes(conn: &Connection, select: &str) -> Outcome<Vec<[u8; 32]>> {
    let mut statement = conn.prepare(select)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
