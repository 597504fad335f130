//! The user's library of agents.

use heddle_engine::StoreError;
use heddle_model::{Agent, AgentId, Timestamp};
use rusqlite::{OptionalExtension, Row, params};

use crate::migrate::Migration;
use crate::sql;
use crate::store::Store;

pub(crate) const MIGRATIONS: &[Migration] = &[Migration {
    version: 1,
    sql: "CREATE TABLE agents (
              id         TEXT PRIMARY KEY NOT NULL,
              name       TEXT NOT NULL,
              kind       TEXT NOT NULL,
              document   TEXT NOT NULL,
              created_at INTEGER NOT NULL,
              updated_at INTEGER NOT NULL
          ) WITHOUT ROWID;",
}];

/// An agent of the library.
#[derive(Debug, Clone, PartialEq)]
pub struct AgentRow {
    /// The agent itself.
    pub agent: Agent,
    /// When it was first put into the library.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

const COLUMNS: &str = "document, created_at, updated_at";

fn read(row: &Row<'_>) -> rusqlite::Result<AgentRow> {
    Ok(AgentRow { agent: sql::json(row, 0)?, created_at: sql::at(row, 1)?, updated_at: sql::at(row, 2)? })
}

impl Store {
    /// Every agent of the library, by name.
    ///
    /// # Errors
    /// [`StoreError`] when they could not be read.
    pub async fn agents(&self) -> Result<Vec<AgentRow>, StoreError> {
        self.read(|conn| {
            let mut statement =
                conn.prepare_cached(&format!("SELECT {COLUMNS} FROM agents ORDER BY name COLLATE NOCASE, id"))?;
            let rows = statement.query_map([], read)?;
            Ok(rows.collect::<Result<_, _>>()?)
        })
        .await
    }

    /// One agent of the library.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be read.
    pub async fn agent(&self, id: &AgentId) -> Result<Option<AgentRow>, StoreError> {
        let id = id.clone();
        self.read(move |conn| {
            Ok(conn
                .prepare_cached(&format!("SELECT {COLUMNS} FROM agents WHERE id = ?1"))?
                .query_row([id.as_str()], read)
                .optional()?)
        })
        .await
    }

    /// Puts an agent into the library, in place of the one of the same id. Says whether it is new.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be written.
    pub async fn put_agent(&self, agent: &Agent) -> Result<bool, StoreError> {
        let (id, name, kind) = (agent.id.clone(), agent.name.clone(), agent.kind);
        let document = sql::to_json(agent)?;
        let now = self.now().as_micros();
        self.write(document.len(), move |conn| {
            let known = conn.prepare_cached("SELECT 1 FROM agents WHERE id = ?1")?.exists([id.as_str()])?;
            conn.prepare_cached(
                "INSERT INTO agents (id, name, kind, document, created_at, updated_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?5)
                 ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind,
                     document = excluded.document, updated_at = excluded.updated_at",
            )?
            .execute(params![id.as_str(), name, kind.as_str(), document, now])?;
            Ok(!known)
        })
        .await
    }

    /// Takes an agent out of the library. Says whether it was there. Versions and executions carry their own copy.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be written.
    pub async fn delete_agent(&self, id: &AgentId) -> Result<bool, StoreError> {
        let id = id.clone();
        self.write(0, move |conn| {
            Ok(conn.prepare_cached("DELETE FROM agents WHERE id = ?1")?.execute([id.as_str()])? > 0)
        })
        .await
    }
}
