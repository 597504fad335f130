//! Versions: immutable saved states of a workflow, counted 1, 2, 3, …

use std::sync::Arc;

use heddle_engine::StoreError;
use heddle_model::{Payload, PayloadHash, Timestamp, VersionNumber, Workflow, WorkflowId};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::error::{Fault, Outcome};
use crate::migrate::Migration;
use crate::store::Store;
use crate::{blobs, sql};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    // `document` is the hash of the canonical text, with every agent carried along. `revision` is the draft it was made
    // from, so that a draft can tell whether it is saved.
    sql: "CREATE TABLE versions (
              workflow   TEXT    NOT NULL REFERENCES workflows (id) ON DELETE CASCADE,
              number     INTEGER NOT NULL,
              document   BLOB    NOT NULL,
              revision   INTEGER NOT NULL,
              label      TEXT,
              note       TEXT    NOT NULL,
              created_at INTEGER NOT NULL,
              PRIMARY KEY (workflow, number)
          ) WITHOUT ROWID;",
}];

/// A saved state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionRow {
    /// The counter.
    pub number: VersionNumber,
    /// BLAKE3 of the document's text; equal documents have equal hashes.
    pub hash: PayloadHash,
    /// The revision of the draft it was last saved from.
    pub revision: u64,
    /// A semver label somebody gave it.
    pub label: Option<String>,
    /// A note somebody gave it.
    pub note: String,
    /// When it was saved.
    pub created_at: Timestamp,
}

/// A state to be saved.
#[derive(Debug, Clone)]
pub struct NewVersion {
    /// The document, with every agent it refers to carried along ([`Workflow::with_agents`]).
    pub document: Arc<Workflow>,
    /// The revision of the draft it was made from.
    pub revision: u64,
    /// A semver label.
    pub label: Option<String>,
    /// A note.
    pub note: String,
}

const COLUMNS: &str = "number, document, revision, label, note, created_at";

fn read(row: &Row<'_>) -> rusqlite::Result<VersionRow> {
    Ok(VersionRow {
        number: VersionNumber(row.get(0)?),
        hash: sql::hash(row, 1)?,
        revision: sql::count(row, 2)?,
        label: row.get(3)?,
        note: row.get(4)?,
        created_at: sql::at(row, 5)?,
    })
}

impl Store {
    /// Saves a state, and says whether it is a new one: a document equal to that of the newest version adds none, it
    /// gives that version the label and note, if there are any.
    ///
    /// # Errors
    /// [`StoreError::Other`] when there is no such workflow.
    pub async fn save_version(&self, new: NewVersion) -> Result<(VersionRow, bool), StoreError> {
        let prepared = self.prepare(vec![sql::canonical(new.document.as_ref())?]).await?;
        let now = self.now();
        self.write(blobs::weight(&prepared), move |conn| {
            let id = &new.document.id;
            if !conn.prepare_cached("SELECT 1 FROM workflows WHERE id = ?1")?.exists([id.as_str()])? {
                return Err(Fault::Store(StoreError::Other(format!("there is no workflow {id}; create it first"))));
            }
            let hash = sql::canonical(new.document.as_ref())?.hash();
            let newest = newest(conn, id)?;
            let (number, is_new) = match &newest {
                Some(newest) if newest.hash == hash => (newest.number, false),
                Some(newest) => (VersionNumber(newest.number.0 + 1), true),
                None => (VersionNumber(1), true),
            };
            if is_new {
                blobs::put_all(conn, &prepared)?;
                conn.prepare_cached(
                    "INSERT INTO versions (workflow, number, document, revision, label, note, created_at)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute(params![
                    id.as_str(),
                    number.0,
                    hash.0,
                    sql::signed(new.revision),
                    new.label,
                    new.note,
                    now.as_micros()
                ])?;
            } else {
                conn.prepare_cached(
                    "UPDATE versions SET revision = max(revision, ?3), label = coalesce(?4, label),
                         note = CASE ?5 WHEN '' THEN note ELSE ?5 END
                     WHERE workflow = ?1 AND number = ?2",
                )?
                .execute(params![
                    id.as_str(),
                    number.0,
                    sql::signed(new.revision),
                    new.label,
                    new.note
                ])?;
            }
            let row = find(conn, id, number)?.ok_or(Fault::Sqlite(rusqlite::Error::QueryReturnedNoRows))?;
            Ok((row, is_new))
        })
        .await
    }

    /// The versions of a workflow, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when they could not be read.
    pub async fn versions(&self, id: &WorkflowId) -> Result<Vec<VersionRow>, StoreError> {
        let id = id.clone();
        self.read(move |conn| {
            let mut statement = conn
                .prepare_cached(&format!("SELECT {COLUMNS} FROM versions WHERE workflow = ?1 ORDER BY number DESC"))?;
            let rows = statement.query_map([id.as_str()], read)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// One version with its document.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be read.
    pub async fn version(
        &self,
        id: &WorkflowId,
        number: VersionNumber,
    ) -> Result<Option<(VersionRow, Payload)>, StoreError> {
        let id = id.clone();
        self.read(move |conn| {
            let Some(row) = find(conn, &id, number)? else { return Ok(None) };
            let document = blobs::require(conn, row.hash)?;
            Ok(Some((row, document)))
        })
        .await
    }
}

fn find(conn: &Connection, id: &WorkflowId, number: VersionNumber) -> Outcome<Option<VersionRow>> {
    Ok(conn
        .prepare_cached(&format!("SELECT {COLUMNS} FROM versions WHERE workflow = ?1 AND number = ?2"))?
        .query_row(params![id.as_str(), number.0], read)
        .optional()?)
}

fn newest(conn: &Connection, id: &WorkflowId) -> Outcome<Option<VersionRow>> {
    Ok(conn
        .prepare_cached(&format!("SELECT {COLUMNS} FROM versions WHERE workflow = ?1 ORDER BY number DESC LIMIT 1"))?
        .query_row([id.as_str()], read)
        .optional()?)
}
