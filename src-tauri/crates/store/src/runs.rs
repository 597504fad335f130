//! [`RunStore`]: what the engine asks of the store.

use std::sync::Arc;

use futures::FutureExt;
use futures::future::BoxFuture;
use heddle_engine::{Batch, KeptAnswer, NewExecution, RunStore, StoreError, StoredExecution};
use heddle_model::{ExecutionId, Payload, PayloadHash, PayloadRef, Workflow};
use rusqlite::Connection;

use crate::error::{Fault, Outcome};
use crate::events::Chunk;
use crate::session::{Head, Session};
use crate::store::Store;
use crate::tally::Tally;
use crate::{blobs, events, executions};

impl RunStore for Store {
    fn create(&self, execution: NewExecution) -> BoxFuture<'static, Result<(), StoreError>> {
        let store = self.clone();
        async move {
            let document = store.last_document().text(&execution.workflow)?;
            let hash = document.hash();
            let prepared = store.prepare(vec![document, execution.input.clone()]).await?;
            let owner = store.owner().clone();
            let work = move |session: &Session| {
                blobs::put_all(session, &prepared)?;
                let n = executions::insert(session, &execution, hash, owner.name())?;
                session.put_head(execution.id.clone(), Head { n, tally: Tally::default(), seen: session.others() });
                Ok(())
            };
            store.write(0, work).await
        }
        .boxed()
    }

    fn append(&self, id: ExecutionId, batch: Batch) -> BoxFuture<'static, Result<(), StoreError>> {
        let store = self.clone();
        async move {
            let prepared = store.prepare(batch.payloads).await?;
            let chunk = Chunk::new(batch.events)?;
            let bytes = blobs::weight(&prepared) + chunk.bytes();
            let owner = store.owner().clone();
            let watchers = Arc::clone(store.watchers());
            let watched = id.clone();
            let work = move |session: &Session| {
                blobs::put_all(session, &prepared)?;
                events::append(session, &id, &chunk, &owner)
            };
            store.write_then(bytes, work, move |last| watchers.advance(&watched, *last)).await?;
            Ok(())
        }
        .boxed()
    }

    fn load(&self, id: ExecutionId) -> BoxFuture<'static, Result<Option<StoredExecution>, StoreError>> {
        let store = self.clone();
        let reading = store.clone();
        async move { store.read(move |conn| load(conn, &reading, &id)).await }.boxed()
    }

    fn payload(&self, reference: PayloadRef) -> BoxFuture<'static, Result<Option<Payload>, StoreError>> {
        let store = self.clone();
        async move { store.payload_by_hash(reference.hash).await }.boxed()
    }

    /// Those of another process that is alive are left to it; those of processes that are gone are this store's from
    /// now on.
    fn unsettled(&self) -> BoxFuture<'static, Result<Vec<ExecutionId>, StoreError>> {
        let store = self.clone();
        async move { store.claim_unsettled().await }.boxed()
    }

    fn cached(&self, key: PayloadHash) -> BoxFuture<'static, Result<Option<KeptAnswer>, StoreError>> {
        let store = self.clone();
        async move { store.cached_answer(key).await }.boxed()
    }

    fn cache(
        &self,
        key: PayloadHash,
        kept: KeptAnswer,
        ttl_ms: Option<u64>,
    ) -> BoxFuture<'static, Result<(), StoreError>> {
        let store = self.clone();
        async move { store.keep_answer(key, kept, ttl_ms).await }.boxed()
    }
}

fn load(conn: &Connection, store: &Store, id: &ExecutionId) -> Outcome<Option<StoredExecution>> {
    let Some((_, row)) = executions::find(conn, store.folds(), id)? else { return Ok(None) };
    let workflow = match store.last_document().object(row.document) {
        Some(known) => known,
        None => {
            let document = blobs::require(conn, row.document)?;
            let workflow: Workflow = serde_json::from_str(document.text()).map_err(|error| {
                Fault::Store(StoreError::Damaged(format!("the document of execution {id} cannot be read: {error}")))
            })?;
            let workflow = Arc::new(workflow);
            store.last_document().put(&workflow, document);
            workflow
        }
    };
    let execution = NewExecution {
        id: row.id,
        workflow_id: row.workflow_id,
        version: row.version,
        workflow,
        mode: row.mode,
        input: blobs::require(conn, row.input.hash)?,
        total_steps: row.total_steps,
        created_at: row.created_at,
        retry_of: row.retry_of,
        options: row.options,
    };
    Ok(Some(StoredExecution { execution, events: events::page(conn, id, 0, usize::MAX)? }))
}
