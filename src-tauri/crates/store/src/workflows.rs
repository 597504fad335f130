//! Workflows: their drafts, and what a list shows of them.
//!
//! A draft is saved with every edit, and every edit goes into the journal ([`crate::EditRow`]) in the same transaction.
//! Deleting hides a workflow; nothing of it is lost until it is restored.

use std::collections::HashMap;
use std::sync::Arc;

use heddle_engine::StoreError;
use heddle_model::{
    AgentId, AgentKind, AgentSource, ExecutionId, ExecutionStatus, Payload, Position, Timestamp, VersionNumber,
    Workflow, WorkflowId,
};
use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

use crate::error::{Fault, Outcome};
use crate::migrate::Migration;
use crate::session::Session;
use crate::store::Store;
use crate::{blobs, edits, sql};

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    // `draft` is the hash of the document's text; the columns before it repeat what a list needs of it.
    sql: "CREATE TABLE workflows (
              id          TEXT    PRIMARY KEY NOT NULL,
              name        TEXT    NOT NULL,
              description TEXT    NOT NULL,
              step_count  INTEGER NOT NULL,
              thumbnail   TEXT    NOT NULL,
              draft       BLOB    NOT NULL,
              revision    INTEGER NOT NULL,
              created_at  INTEGER NOT NULL,
              updated_at  INTEGER NOT NULL,
              deleted_at  INTEGER
          );",
}];

/// A thumbnail shows at most this many steps.
const THUMBNAIL_STEPS: usize = 200;

/// A workflow as a list shows it.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkflowRow {
    /// Its id.
    pub id: WorkflowId,
    /// What people call it.
    pub name: String,
    /// What it is for, in Markdown.
    pub description: String,
    /// When it was created.
    pub created_at: Timestamp,
    /// When its draft last changed.
    pub updated_at: Timestamp,
    /// When it was deleted, if it was.
    pub deleted_at: Option<Timestamp>,
    /// The revision of its draft.
    pub revision: u64,
    /// Its newest saved version.
    pub latest_version: Option<VersionNumber>,
    /// Number of steps of its draft.
    pub step_count: u32,
    /// Its newest execution.
    pub last_execution: Option<LastExecution>,
    /// The graph, small.
    pub thumbnail: Thumbnail,
}

/// The newest execution of a workflow.
#[derive(Debug, Clone, PartialEq)]
pub struct LastExecution {
    /// Its id.
    pub id: ExecutionId,
    /// Where it stands.
    pub status: ExecutionStatus,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When it settled.
    pub completed_at: Option<Timestamp>,
}

/// The graph of a workflow, as much as a card shows: the first 200 steps and the edges between them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Thumbnail {
    /// The steps.
    pub steps: Vec<ThumbnailStep>,
    /// Edges as pairs of places in `steps`: from, to.
    pub edges: Vec<(u32, u32)>,
}

/// A step of a [`Thumbnail`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ThumbnailStep {
    /// Where it sits on the canvas. None: nobody has placed it yet.
    pub position: Option<Position>,
    /// What its agent does, where the document itself says.
    pub kind: Option<AgentKind>,
    /// Its agent, where the document does not say what that does: one of the library.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agent: Option<AgentId>,
}

impl Thumbnail {
    fn of(workflow: &Workflow) -> Self {
        let shown = workflow.steps.iter().take(THUMBNAIL_STEPS);
        let places: HashMap<_, u32> = shown.clone().map(|step| &step.id).zip(0..).collect();
        let steps = shown.map(|step| {
            let kind = workflow.agent_of(step).map(|agent| agent.kind);
            let agent = match &step.agent {
                AgentSource::Ref(id) if kind.is_none() => Some(id.clone()),
                _ => None,
            };
            ThumbnailStep { position: step.position, kind, agent }
        });
        let edges = workflow.edges.iter().filter_map(|edge| Some((*places.get(&edge.from)?, *places.get(&edge.to)?)));
        Self { steps: steps.collect(), edges: edges.collect() }
    }
}

/// A workflow's draft.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// The workflow.
    pub id: WorkflowId,
    /// Grows with every edit; what [`Store::save_draft`] expects back.
    pub revision: u64,
    /// The document as text.
    pub document: Payload,
    /// When it was last edited.
    pub updated_at: Timestamp,
    /// When the workflow was deleted, if it was.
    pub deleted_at: Option<Timestamp>,
    /// Its newest saved version.
    pub latest_version: Option<VersionNumber>,
}

/// Why a draft was not saved.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DraftError {
    /// Somebody else has edited it meanwhile; theirs stays.
    #[error(
        "this workflow was edited elsewhere: the edit was made on revision {expected}, the newest is {current}; \
         load the newest and make the edit there"
    )]
    Stale {
        /// The revision the edit was made on.
        expected: u64,
        /// The newest one.
        current: u64,
    },
    /// No such workflow.
    #[error("there is no workflow {0}; create it first")]
    Unknown(WorkflowId),
    /// It was deleted.
    #[error("workflow {0} was deleted; restore it before editing it")]
    Deleted(WorkflowId),
    /// The store's own trouble.
    #[error(transparent)]
    Store(#[from] StoreError),
}

fn read(row: &Row<'_>) -> rusqlite::Result<WorkflowRow> {
    let last_execution = match row.get::<_, Option<String>>(10)? {
        Some(id) => Some(LastExecution {
            id: id.into(),
            status: sql::word(row, 11)?,
            created_at: sql::at(row, 12)?,
            completed_at: sql::maybe_at(row, 13)?,
        }),
        None => None,
    };
    Ok(WorkflowRow {
        id: row.get::<_, String>(0)?.into(),
        name: row.get(1)?,
        description: row.get(2)?,
        created_at: sql::at(row, 3)?,
        updated_at: sql::at(row, 4)?,
        deleted_at: sql::maybe_at(row, 5)?,
        revision: sql::count(row, 6)?,
        step_count: row.get(7)?,
        thumbnail: sql::json(row, 8)?,
        latest_version: row.get::<_, Option<u32>>(9)?.map(VersionNumber),
        last_execution,
    })
}

impl Store {
    /// Workflows, the most recently edited first.
    ///
    /// # Errors
    /// [`StoreError`] when they could not be read.
    pub async fn workflows(&self) -> Result<Vec<WorkflowRow>, StoreError> {
        self.read(|conn| list(conn, "w.deleted_at IS NULL ORDER BY w.updated_at DESC, w.id")).await
    }

    /// Deleted workflows, the most recently deleted first.
    ///
    /// # Errors
    /// [`StoreError`] when they could not be read.
    pub async fn deleted_workflows(&self) -> Result<Vec<WorkflowRow>, StoreError> {
        self.read(|conn| list(conn, "w.deleted_at IS NOT NULL ORDER BY w.deleted_at DESC, w.id")).await
    }

    /// A workflow's draft, also of a deleted one.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be read.
    pub async fn draft(&self, id: &WorkflowId) -> Result<Option<Draft>, StoreError> {
        let id = id.clone();
        self.read(move |conn| {
            let row = conn
                .prepare_cached(
                    "SELECT revision, draft, updated_at, deleted_at,
                            (SELECT max(number) FROM versions WHERE workflow = ?1)
                     FROM workflows WHERE id = ?1",
                )?
                .query_row([id.as_str()], |row| {
                    let (revision, hash) = (sql::count(row, 0)?, sql::hash(row, 1)?);
                    let version = row.get::<_, Option<u32>>(4)?.map(VersionNumber);
                    Ok((revision, hash, sql::at(row, 2)?, sql::maybe_at(row, 3)?, version))
                })
                .optional()?;
            let Some((revision, hash, updated_at, deleted_at, latest_version)) = row else { return Ok(None) };
            let document = blobs::require(conn, hash)?;
            Ok(Some(Draft { id: id.clone(), revision, document, updated_at, deleted_at, latest_version }))
        })
        .await
    }

    /// Keeps a new workflow; its draft has revision 1. `label` says in the journal how it came to be.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when there is one of that id already, even a deleted one.
    pub async fn create_workflow(&self, document: Arc<Workflow>, label: &str) -> Result<u64, StoreError> {
        let edit = self.edit_of(&document, label).await?;
        self.write(edit.bytes(), move |conn| {
            if current(conn, &document.id)?.is_some() {
                return Err(Fault::Store(StoreError::Conflict(format!("workflow {}", document.id))));
            }
            conn.prepare_cached(
                "INSERT INTO workflows (id, name, description, step_count, thumbnail, draft, revision, created_at,
                                        updated_at)
                 VALUES (?1, '', '', 0, '', x'', 0, ?2, ?2)",
            )?
            .execute(params![document.id.as_str(), edit.at.as_micros()])?;
            save(conn, &document, 1, &edit)?;
            Ok(1)
        })
        .await
    }

    /// Saves a draft and notes the edit in the journal; answers with the new revision. `expected` is the revision the
    /// edit was made on; None saves on top of whatever is there (an import), which the journal keeps. A document that is
    /// what the draft is already changes nothing and keeps its revision.
    ///
    /// # Errors
    /// [`DraftError::Stale`] when the draft has another revision by now, whatever it holds.
    pub async fn save_draft(
        &self,
        expected: Option<u64>,
        document: Arc<Workflow>,
        label: &str,
    ) -> Result<u64, DraftError> {
        let edit = self.edit_of(&document, label).await?;
        let saved = self.write(edit.bytes(), move |conn| {
            let Some(now) = current(conn, &document.id)? else {
                return Ok(Err(DraftError::Unknown(document.id.clone())));
            };
            if now.deleted {
                return Ok(Err(DraftError::Deleted(document.id.clone())));
            }
            if let Some(expected) = expected.filter(|expected| *expected != now.revision) {
                return Ok(Err(DraftError::Stale { expected, current: now.revision }));
            }
            if now.draft == edit.text.hash().0 {
                return Ok(Ok(now.revision));
            }
            save(conn, &document, now.revision + 1, &edit)?;
            Ok(Ok(now.revision + 1))
        });
        saved.await?
    }

    /// Hides a workflow. Says whether it was there and not hidden already. Executions and versions stay.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be written.
    pub async fn delete_workflow(&self, id: &WorkflowId) -> Result<bool, StoreError> {
        let (id, now) = (id.clone(), self.now().as_micros());
        self.write(0, move |conn| {
            Ok(conn
                .prepare_cached("UPDATE workflows SET deleted_at = ?2 WHERE id = ?1 AND deleted_at IS NULL")?
                .execute(params![id.as_str(), now])?
                > 0)
        })
        .await
    }

    /// Brings a deleted workflow back as it was. Says whether there was one to bring back.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be written.
    pub async fn restore_workflow(&self, id: &WorkflowId) -> Result<bool, StoreError> {
        let id = id.clone();
        self.write(0, move |conn| {
            Ok(conn
                .prepare_cached("UPDATE workflows SET deleted_at = NULL WHERE id = ?1 AND deleted_at IS NOT NULL")?
                .execute([id.as_str()])?
                > 0)
        })
        .await
    }

    /// Everything about an edit that can be worked out before the writer's thread gets it.
    async fn edit_of(&self, document: &Workflow, label: &str) -> Result<Edit, StoreError> {
        let at = self.now();
        let thumbnail = sql::to_json(&Thumbnail::of(document))?;
        let mut texts = self.prepare(vec![sql::canonical(document)?]).await?;
        let text = texts.pop().ok_or_else(|| StoreError::Other("the document has no text".to_owned()))?;
        Ok(Edit { text, thumbnail, label: label.to_owned(), at })
    }
}

/// An edit on its way into the database.
struct Edit {
    text: blobs::Prepared,
    thumbnail: String,
    label: String,
    at: Timestamp,
}

impl Edit {
    fn bytes(&self) -> usize {
        self.text.bytes() + self.thumbnail.len()
    }
}

struct Current {
    revision: u64,
    draft: [u8; 32],
    deleted: bool,
}

fn current(conn: &Connection, id: &WorkflowId) -> Outcome<Option<Current>> {
    Ok(conn
        .prepare_cached("SELECT revision, draft, deleted_at IS NOT NULL FROM workflows WHERE id = ?1")?
        .query_row([id.as_str()], |row| {
            Ok(Current { revision: sql::count(row, 0)?, draft: row.get(1)?, deleted: row.get(2)? })
        })
        .optional()?)
}

fn save(conn: &Session, document: &Workflow, revision: u64, edit: &Edit) -> Outcome<()> {
    blobs::put(conn, &edit.text)?;
    conn.prepare_cached(
        "UPDATE workflows SET name = ?2, description = ?3, step_count = ?4, thumbnail = ?5, draft = ?6, revision = ?7,
             updated_at = ?8 WHERE id = ?1",
    )?
    .execute(params![
        document.id.as_str(),
        document.name,
        document.description,
        sql::signed(document.steps.len() as u64),
        edit.thumbnail,
        edit.text.hash().0,
        sql::signed(revision),
        edit.at.as_micros(),
    ])?;
    edits::add(conn, &document.id, revision, edit.at, &edit.label, edit.text.reference())
}

fn list(conn: &Connection, which: &str) -> Outcome<Vec<WorkflowRow>> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT w.id, w.name, w.description, w.created_at, w.updated_at, w.deleted_at, w.revision, w.step_count,
                w.thumbnail, (SELECT max(number) FROM versions WHERE workflow = w.id),
                e.id, e.status, e.created_at, e.completed_at
         FROM workflows w LEFT JOIN executions e ON e.id = (
             SELECT id FROM executions WHERE workflow = w.id ORDER BY created_at DESC, id DESC LIMIT 1)
         WHERE {which}"
    ))?;
    let rows = statement.query_map([], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
