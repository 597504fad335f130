//! Keeps executions in memory: for `--ephemeral` runs and for tests.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use futures::FutureExt as _;
use futures::future::{BoxFuture, ready};
use heddle_model::{ExecutionId, Payload, PayloadHash, PayloadRef};

use crate::ports::{Batch, NewExecution, RunStore, StoreError, StoredExecution};

/// A [`RunStore`] that forgets everything when it is dropped.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    executions: HashMap<ExecutionId, StoredExecution>,
    payloads: HashMap<PayloadHash, Payload>,
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    /// Drops an execution; its payloads stay.
    pub fn forget(&self, id: &ExecutionId) {
        self.with(|kept| kept.executions.remove(id));
    }

    fn with<T>(&self, work: impl FnOnce(&mut Kept) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl RunStore for MemoryStore {
    fn create(&self, execution: NewExecution) -> BoxFuture<'static, Result<(), StoreError>> {
        let result = self.with(|kept| {
            if kept.executions.contains_key(&execution.id) {
                return Err(StoreError::Conflict(format!("execution `{}`", execution.id)));
            }
            kept.executions.insert(execution.id.clone(), StoredExecution { execution, events: Vec::new() });
            Ok(())
        });
        ready(result).boxed()
    }

    fn append(&self, id: ExecutionId, batch: Batch) -> BoxFuture<'static, Result<(), StoreError>> {
        let result = self.with(|kept| {
            let Some(stored) = kept.executions.get_mut(&id) else {
                return Err(StoreError::Other(format!("there is no execution `{id}`")));
            };
            for event in batch.events {
                if event.seq != stored.events.len() as u64 + 1 {
                    return Err(StoreError::Conflict(format!("event {} of execution `{id}`", event.seq)));
                }
                stored.events.push(event);
            }
            kept.payloads.extend(batch.payloads.into_iter().map(|payload| (payload.hash(), payload)));
            Ok(())
        });
        ready(result).boxed()
    }

    fn load(&self, id: ExecutionId) -> BoxFuture<'static, Result<Option<StoredExecution>, StoreError>> {
        ready(Ok(self.with(|kept| kept.executions.get(&id).cloned()))).boxed()
    }

    fn payload(&self, reference: PayloadRef) -> BoxFuture<'static, Result<Option<Payload>, StoreError>> {
        ready(Ok(self.with(|kept| kept.payloads.get(&reference.hash).cloned()))).boxed()
    }

    fn unsettled(&self) -> BoxFuture<'static, Result<Vec<ExecutionId>, StoreError>> {
        let ids = self.with(|kept| {
            let open = kept
                .executions
                .values()
                .filter(|stored| stored.events.last().is_none_or(|event| !event.kind.ends_execution()));
            let mut open: Vec<_> =
                open.map(|stored| (stored.execution.created_at, stored.execution.id.clone())).collect();
            open.sort();
            open.into_iter().map(|(_, id)| id).collect()
        });
        ready(Ok(ids)).boxed()
    }
}
