//! What people do to an execution that is kept: note something, star it, delete it, make its row anew.

use heddle_engine::StoreError;
use heddle_model::ExecutionId;
use rusqlite::params;
use serde_json::{Map, Value};

use super::{delete, number, save, stored};
use crate::error::Fault;
use crate::folds::catch_up;
use crate::sql;
use crate::store::Store;
use crate::tally::Tally;

impl Store {
    /// Notes something about an execution, in place of what was noted before. Says whether there is such an execution.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be written.
    pub async fn put_metadata(&self, id: &ExecutionId, metadata: &Map<String, Value>) -> Result<bool, StoreError> {
        let id = id.clone();
        let metadata = sql::to_json(metadata)?;
        self.write(metadata.len(), move |conn| {
            Ok(conn
                .prepare_cached("UPDATE executions SET metadata = ?2 WHERE id = ?1")?
                .execute(params![id.as_str(), metadata])?
                > 0)
        })
        .await
    }

    /// Stars an execution, or takes the star away: a starred one is kept, however old it gets. Says whether there is such
    /// an execution.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be written.
    pub async fn star(&self, id: &ExecutionId, starred: bool) -> Result<bool, StoreError> {
        let id = id.clone();
        self.write(0, move |conn| {
            let mut update = conn.prepare_cached("UPDATE executions SET starred = ?2 WHERE id = ?1")?;
            Ok(update.execute(params![id.as_str(), starred])? > 0)
        })
        .await
    }

    /// Deletes a settled execution with its log. Says whether it was there. Its payloads stay until [`Store::reclaim`].
    ///
    /// # Errors
    /// [`StoreError::Conflict`] while it has not settled: cancel it first.
    pub async fn delete_execution(&self, id: &ExecutionId) -> Result<bool, StoreError> {
        let wanted = id.clone();
        let deleted = self.write(0, move |conn| {
            let Some((n, row)) = stored(conn, &wanted)? else { return Ok(false) };
            if !row.status.is_settled() {
                return Err(Fault::Store(StoreError::Conflict(format!(
                    "execution {wanted} is {}; cancel it before deleting it",
                    row.status.as_str()
                ))));
            }
            delete(conn, n)?;
            Ok(true)
        });
        let deleted = deleted.await?;
        self.folds().forget(id);
        Ok(deleted)
    }

    /// Makes the row of an execution anew from its log. Says whether there is such an execution.
    ///
    /// # Errors
    /// [`StoreError`] when the log could not be read or the row not be written.
    pub async fn rebuild(&self, id: &ExecutionId) -> Result<bool, StoreError> {
        let wanted = id.clone();
        let rebuilt = self.write(0, move |session| {
            let Some(n) = number(session, &wanted)? else { return Ok(false) };
            session.take_head(&wanted);
            let mut tally = Tally::default();
            catch_up(session, n, &mut tally)?;
            save(session, n, &tally, None)?;
            Ok(true)
        });
        let rebuilt = rebuilt.await?;
        self.folds().forget(id);
        Ok(rebuilt)
    }
}
