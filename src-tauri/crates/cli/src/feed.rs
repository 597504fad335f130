//! The events of an execution, as they are kept.

use std::collections::VecDeque;
use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use heddle_engine::{Batch, KeptAnswer, NewExecution, RunStore, StoreError, StoredExecution};
use heddle_model::{Event, ExecutionId, Payload, PayloadHash, PayloadRef};
use heddle_store::Store;
use tokio::sync::{mpsc, watch};

/// A store that passes everything on, and hands out what has been kept.
pub(crate) struct Tap {
    inner: Arc<dyn RunStore>,
    kept: mpsc::UnboundedSender<Event>,
}

impl Tap {
    pub(crate) fn new(inner: Arc<dyn RunStore>) -> (Self, Feed) {
        let (kept, events) = mpsc::unbounded_channel();
        (Self { inner, kept }, Feed::Tapped(events))
    }
}

impl RunStore for Tap {
    fn create(&self, execution: NewExecution) -> BoxFuture<'static, Result<(), StoreError>> {
        self.inner.create(execution)
    }

    fn append(&self, id: ExecutionId, batch: Batch) -> BoxFuture<'static, Result<(), StoreError>> {
        let events = batch.events.clone();
        let (appended, kept) = (self.inner.append(id, batch), self.kept.clone());
        async move {
            appended.await?;
            for event in events {
                // Nobody listens any more: fine.
                let _ = kept.send(event);
            }
            Ok(())
        }
        .boxed()
    }

    fn load(&self, id: ExecutionId) -> BoxFuture<'static, Result<Option<StoredExecution>, StoreError>> {
        self.inner.load(id)
    }

    fn payload(&self, reference: PayloadRef) -> BoxFuture<'static, Result<Option<Payload>, StoreError>> {
        self.inner.payload(reference)
    }

    fn cached(&self, key: PayloadHash) -> BoxFuture<'static, Result<Option<KeptAnswer>, StoreError>> {
        self.inner.cached(key)
    }

    fn cache(
        &self,
        key: PayloadHash,
        kept: KeptAnswer,
        ttl_ms: Option<u64>,
    ) -> BoxFuture<'static, Result<(), StoreError>> {
        self.inner.cache(key, kept, ttl_ms)
    }

    fn unsettled(&self) -> BoxFuture<'static, Result<Vec<ExecutionId>, StoreError>> {
        self.inner.unsettled()
    }
}

/// Where the events come from.
pub(crate) enum Feed {
    /// A [`Tap`].
    Tapped(mpsc::UnboundedReceiver<Event>),
    /// The database, in which another engine of this process keeps them.
    Stored(Stored),
}

/// The events of one execution in the database.
pub(crate) struct Stored {
    store: Store,
    id: ExecutionId,
    after: u64,
    watch: watch::Receiver<u64>,
    read: VecDeque<Event>,
}

/// How many events are read together.
const PAGE: u32 = 1_000;

impl Feed {
    /// Those after the event of that number.
    pub(crate) async fn stored(store: &Store, id: &ExecutionId, after: u64) -> Result<Self, StoreError> {
        let watch = store.watch(id).await?;
        Ok(Self::Stored(Stored { store: store.clone(), id: id.clone(), after, watch, read: VecDeque::new() }))
    }

    /// The next event, once there is one. Nothing is lost when it is not waited for. None: there will be no more.
    pub(crate) async fn next(&mut self) -> Result<Option<Event>, StoreError> {
        match self {
            Self::Tapped(events) => Ok(events.recv().await),
            Self::Stored(stored) => {
                while stored.read.is_empty() {
                    let after = stored.after;
                    if stored.watch.wait_for(|last| *last > after).await.is_err() {
                        return Ok(None);
                    }
                    stored.fetch().await?;
                }
                Ok(stored.pop())
            }
        }
    }

    /// The next event if it is there already.
    pub(crate) async fn ready(&mut self) -> Result<Option<Event>, StoreError> {
        match self {
            Self::Tapped(events) => Ok(events.try_recv().ok()),
            Self::Stored(stored) => {
                if stored.read.is_empty() {
                    stored.fetch().await?;
                }
                Ok(stored.pop())
            }
        }
    }
}

impl Stored {
    async fn fetch(&mut self) -> Result<(), StoreError> {
        self.read.extend(self.store.events(&self.id, self.after, PAGE).await?);
        Ok(())
    }

    fn pop(&mut self) -> Option<Event> {
        let event = self.read.pop_front()?;
        self.after = event.seq;
        Some(event)
    }
}
