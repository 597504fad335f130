//! Who runs which execution: never two at once, and nobody's are taken over.
//!
//! An execution belongs to the store (`executions.owner`) that created it or took it over. Only its owner may append to
//! it; it can be taken over once its owner's lock is gone (lease.rs), by one statement, so that of several who try one
//! gets it.

use std::collections::HashSet;
use std::sync::Arc;

use heddle_engine::StoreError;
use heddle_model::ExecutionId;
use rusqlite::{Connection, OptionalExtension, params};

use crate::error::{Fault, Outcome};
use crate::lease::Lease;
use crate::store::Store;

/// A store in its role as owner of executions.
#[derive(Debug, Clone)]
pub(crate) struct Owner {
    name: Arc<str>,
    /// None in memory, where nobody else can be.
    lease: Option<Arc<Lease>>,
}

impl Owner {
    pub(crate) fn new(lease: Option<Lease>) -> Self {
        let name = lease.as_ref().map_or("memory", |lease| lease.instance()).into();
        Self { name, lease: lease.map(Arc::new) }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Makes an execution this store's, if it is not, and answers with its number. None: there is no such execution.
    ///
    /// # Errors
    /// A conflict when its owner is alive.
    pub(crate) fn claim(&self, conn: &Connection, id: &ExecutionId) -> Outcome<Option<i64>> {
        let found: Option<(i64, String)> = conn
            .prepare_cached("SELECT n, owner FROM executions WHERE id = ?1")?
            .query_row([id.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let Some((n, owner)) = found else { return Ok(None) };
        if owner == *self.name {
            return Ok(Some(n));
        }
        if let Some(lease) = &self.lease
            && lease.is_alive(&owner).map_err(unknown)?
        {
            return Err(Fault::Store(StoreError::Conflict(format!(
                "execution {id} is run by another Heddle that has this data folder open; follow or cancel it there"
            ))));
        }
        conn.prepare_cached("UPDATE executions SET owner = ?2 WHERE n = ?1")?.execute(params![n, self.name])?;
        Ok(Some(n))
    }

    /// Whether an execution that has not settled belongs to another store.
    pub(crate) fn is_foreign(&self, conn: &Connection, id: &ExecutionId) -> Outcome<bool> {
        Ok(conn
            .prepare_cached(
                "SELECT 1 FROM executions
                 WHERE id = ?1 AND owner <> ?2 AND status IN ('pending', 'running', 'paused')",
            )?
            .exists(params![id.as_str(), self.name])?)
    }

    /// Executions that have not settled and belong to this store, oldest first: those it has, unless only `new` ones are
    /// asked for, and those of stores that are gone, which it takes over.
    fn unsettled(&self, conn: &Connection, new: bool) -> Outcome<Vec<ExecutionId>> {
        let rows: Vec<(i64, ExecutionId, String)> = conn
            .prepare_cached(
                "SELECT n, id, owner FROM executions
                 WHERE status IN ('pending', 'running', 'paused') AND (owner <> ?1 OR NOT ?2) ORDER BY created_at, id",
            )?
            .query_map(params![self.name, new], |row| Ok((row.get(0)?, row.get::<_, String>(1)?.into(), row.get(2)?)))?
            .collect::<Result<_, _>>()?;
        let others = match &self.lease {
            Some(lease) if rows.iter().any(|(_, _, owner)| *owner != *self.name) => lease.others().map_err(unknown)?,
            _ => HashSet::new(),
        };
        let mut ours = Vec::new();
        for (n, id, owner) in rows.into_iter().filter(|(_, _, owner)| !others.contains(owner)) {
            if owner != *self.name {
                conn.prepare_cached("UPDATE executions SET owner = ?2 WHERE n = ?1")?.execute(params![n, self.name])?;
            }
            ours.push(id);
        }
        Ok(ours)
    }
}

fn unknown(error: std::io::Error) -> Fault {
    Fault::Store(StoreError::Other(format!("cannot tell who has the data folder open: {error}")))
}

impl Store {
    /// Executions that have not settled and are this store's to run, oldest first: its own, and those left behind by
    /// stores that are gone, which are its own from now on. Those of living stores are theirs.
    pub(crate) async fn claim_unsettled(&self) -> Result<Vec<ExecutionId>, StoreError> {
        let owner = self.owner().clone();
        self.write(0, move |conn| owner.unsettled(conn, false)).await
    }

    /// Makes one execution this store's to run, and says whether there is such an execution.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] while it belongs to another store that is alive.
    pub async fn claim(&self, id: &ExecutionId) -> Result<bool, StoreError> {
        let (owner, id) = (self.owner().clone(), id.clone());
        self.write(0, move |conn| Ok(owner.claim(conn, &id)?.is_some())).await
    }

    /// Takes over what stores that are gone left behind, and answers with those executions, oldest first. To be asked
    /// every now and then while Heddle runs; each execution is given to one store only. Costs one look at an index of
    /// what has not settled, and a commit only when there is something to take over.
    ///
    /// # Errors
    /// [`StoreError`] when it could not be read or written.
    pub async fn adopt(&self) -> Result<Vec<ExecutionId>, StoreError> {
        let owner = self.owner().clone();
        let me = owner.name().to_owned();
        let any = move |conn: &Connection| {
            Ok(conn
                .prepare_cached(
                    "SELECT 1 FROM executions WHERE status IN ('pending', 'running', 'paused') AND owner <> ?1",
                )?
                .exists([&me])?)
        };
        if self.in_memory() || !self.read(any).await? {
            return Ok(Vec::new());
        }
        self.write(0, move |conn| owner.unsettled(conn, true)).await
    }
}
