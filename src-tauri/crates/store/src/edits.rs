//! The journal: every edit of every workflow, so that undo reaches back over a restart.

use heddle_engine::StoreError;
use heddle_model::{Payload, PayloadRef, Timestamp, WorkflowId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::error::Outcome;
use crate::migrate::Migration;
use crate::store::Store;
use crate::{blobs, sql};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    sql: "CREATE TABLE edits (
              workflow TEXT    NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
              revision INTEGER NOT NULL,
              at       INTEGER NOT NULL,
              label    TEXT    NOT NULL,
              document BLOB    NOT NULL,
              bytes    INTEGER NOT NULL,
              PRIMARY KEY (workflow, revision)
          ) WITHOUT ROWID;",
}];

/// The journal keeps this many edits of a workflow, the newest.
pub const KEPT_EDITS: u64 = 500;

/// One edit of a workflow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditRow {
    /// The revision it made; the draft after it.
    pub revision: u64,
    /// When it was made.
    pub at: Timestamp,
    /// What was done, in the editor's words, e.g. "Move Analyzer".
    pub label: String,
    /// The document after it.
    pub document: PayloadRef,
}

fn read(row: &Row<'_>) -> rusqlite::Result<EditRow> {
    Ok(EditRow {
        revision: sql::count(row, 0)?,
        at: sql::at(row, 1)?,
        label: row.get(2)?,
        document: sql::reference(row, 3)?,
    })
}

impl Store {
    /// Edits of a workflow, newest first: those before revision `before` (None: from the newest), at most `limit`.
    ///
    /// # Errors
    /// [`StoreError`] when they could not be read.
    pub async fn history(&self, id: &WorkflowId, before: Option<u64>, limit: u32) -> Result<Vec<EditRow>, StoreError> {
        let id = id.clone();
        let before = before.map_or(i64::MAX, sql::signed);
        self.read(move |conn| {
            let mut statement = conn.prepare_cached(
                "SELECT revision, at, label, document, bytes FROM edits
                 WHERE workflow = ?1 AND revision < ?2 ORDER BY revision DESC LIMIT ?3",
            )?;
            let rows = statement.query_map(params![id.as_str(), before, limit], read)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// One edit with the document after it.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be read.
    pub async fn edit(&self, id: &WorkflowId, revision: u64) -> Result<Option<(EditRow, Payload)>, StoreError> {
        let id = id.clone();
        self.read(move |conn| {
            let row = conn
                .prepare_cached(
                    "SELECT revision, at, label, document, bytes FROM edits WHERE workflow = ?1 AND revision = ?2",
                )?
                .query_row(params![id.as_str(), sql::signed(revision)], read)
                .optional()?;
            let Some(row) = row else { return Ok(None) };
            let document = blobs::require(conn, row.document.hash)?;
            Ok(Some((row, document)))
        })
        .await
    }
}

/// Notes an edit and lets go of the one that is now too old.
pub(crate) fn add(
    conn: &Connection,
    id: &WorkflowId,
    revision: u64,
    at: Timestamp,
    label: &str,
    document: PayloadRef,
) -> Outcome<()> {
    conn.prepare_cached(
        "INSERT INTO edits (workflow, revision, at, label, document, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        id.as_str(),
        sql::signed(revision),
        at.as_micros(),
        label,
        document.hash.0,
        sql::signed(document.bytes)
    ])?;
    if let Some(oldest) = revision.checked_sub(KEPT_EDITS) {
        conn.prepare_cached("DELETE FROM edits WHERE workflow = ?1 AND revision <= ?2")?
            .execute(params![id.as_str(), sql::signed(oldest)])?;
    }
    Ok(())
}
