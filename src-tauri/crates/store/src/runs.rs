//! [`RunStore`]: what the engine asks of the store.

use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use heddle_engine::{Batch, NewExecution, RunStore, StoreError, StoredExecution};
use heddle_model::{ExecutionId, Payload, PayloadRef, Workflow};
use rusqlite::Connection;

use crate::error::{Fault, Outcome};
use crate::events::Written;
use crate::store::Store;
use crate::{blobs, events, executions, sql};

impl RunStore for Store {
    fn create(&self, execution: NewExecution) -> BoxFuture<'static, Result<(), StoreError>> {
        let store = self.clone();
        async move {
            let document = sql::canonical(execution.workflow.as_ref())?;
            let hash = document.hash();
            let prepared = store.prepare(vec![document, execution.input.clone()]).await?;
            let owner = store.instance().to_owned();
            let work = move |conn: &Connection| {
                if executions::find(conn, &execution.id)?.is_some() {
                    return Err(Fault::Store(StoreError::Conflict(format!("execution {}", execution.id))));
                }
                blobs::put_all(conn, &prepared)?;
                executions::insert(conn, &execution, hash, &owner)
            };
            store.write(0, work).await
        }
        .boxed()
    }

    fn append(&self, id: ExecutionId, batch: Batch) -> BoxFuture<'static, Result<(), StoreError>> {
        let store = self.clone();
        async move {
            let prepared = store.prepare(batch.payloads).await?;
            let written = batch.events.into_iter().map(Written::new).collect::<Outcome<Vec<_>>>()?;
            let bytes = blobs::weight(&prepared) + written.iter().map(|event| event.kind.len()).sum::<usize>();
            let owner = store.instance().to_owned();
            let watchers = Arc::clone(store.watchers());
            let watched = id.clone();
            let work = move |conn: &Connection| {
                blobs::put_all(conn, &prepared)?;
                events::append(conn, &id, &written, &owner)
            };
            store.write_then(bytes, work, move |last| watchers.advance(&watched, *last)).await?;
            Ok(())
        }
        .boxed()
    }

    fn load(&self, id: ExecutionId) -> BoxFuture<'static, Result<Option<StoredExecution>, StoreError>> {
        let store = self.clone();
        async move { store.read(move |conn| load(conn, &id)).await }.boxed()
    }

    fn payload(&self, reference: PayloadRef) -> BoxFuture<'static, Result<Option<Payload>, StoreError>> {
        let store = self.clone();
        async move { store.payload_by_hash(reference.hash).await }.boxed()
    }

    /// Leaves out those that another process, still alive, is running.
    fn unsettled(&self) -> BoxFuture<'static, Result<Vec<ExecutionId>, StoreError>> {
        let store = self.clone();
        async move {
            let candidates = store.read(executions::unsettled).await?;
            let alive = store.other_instances().await?;
            Ok(candidates.into_iter().filter(|(_, owner)| !alive.contains(owner)).map(|(id, _)| id).collect())
        }
        .boxed()
    }
}

fn load(conn: &Connection, id: &ExecutionId) -> Outcome<Option<StoredExecution>> {
    let Some(row) = executions::find(conn, id)? else { return Ok(None) };
    let document = blobs::require(conn, row.document)?;
    let workflow: Workflow = serde_json::from_str(document.text()).map_err(|error| {
        Fault::Store(StoreError::Damaged(format!("the document of execution {id} cannot be read: {error}")))
    })?;
    let execution = NewExecution {
        id: row.id,
        workflow_id: row.workflow_id,
        version: row.version,
        workflow: Arc::new(workflow),
        mode: row.mode,
        input: blobs::require(conn, row.input.hash)?,
        total_steps: row.total_steps,
        created_at: row.created_at,
        retry_of: row.retry_of,
        options: row.options,
    };
    Ok(Some(StoredExecution { execution, events: events::page(conn, id, 0, -1)? }))
}
