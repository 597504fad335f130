//! Tells on standard error what happens, as it is kept.

use std::sync::Arc;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use heddle_engine::{Batch, NewExecution, Plan, RunStore, StoreError, StoredExecution};
use heddle_model::{Event, EventKind, ExecutionId, Payload, PayloadRef, StepId, Timestamp};

use crate::report;

/// A store that passes everything on, and says what has been kept.
pub(crate) struct Narrator {
    inner: Arc<dyn RunStore>,
    told: Arc<Story>,
}

/// What is needed to tell the events of one execution.
struct Story {
    plan: Arc<Plan>,
    progress: std::sync::Mutex<Progress>,
}

#[derive(Default)]
struct Progress {
    done: usize,
    started: std::collections::HashMap<StepId, Timestamp>,
}

impl Narrator {
    pub(crate) fn new(inner: Arc<dyn RunStore>, plan: Arc<Plan>) -> Self {
        Self { inner, told: Arc::new(Story { plan, progress: std::sync::Mutex::default() }) }
    }
}

impl RunStore for Narrator {
    fn create(&self, execution: NewExecution) -> BoxFuture<'static, Result<(), StoreError>> {
        self.inner.create(execution)
    }

    fn append(&self, id: ExecutionId, batch: Batch) -> BoxFuture<'static, Result<(), StoreError>> {
        let events = batch.events.clone();
        let (kept, told) = (self.inner.append(id, batch), self.told.clone());
        async move {
            kept.await?;
            events.iter().for_each(|event| told.tell(event));
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

    fn unsettled(&self) -> BoxFuture<'static, Result<Vec<ExecutionId>, StoreError>> {
        self.inner.unsettled()
    }
}

impl Story {
    fn tell(&self, event: &Event) {
        let mut progress = self.progress.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        match &event.kind {
            EventKind::AttemptStarted { step, .. } => {
                progress.started.insert(step.clone(), event.at);
            }
            EventKind::AttemptSucceeded { step, sampled, .. } => {
                progress.done += 1;
                let took = progress.started.get(step).map(|from| report::duration(*from, event.at)).unwrap_or_default();
                let sample = if *sampled { "  (sample)" } else { "" };
                eprintln!("  {} of {}  {}  {took}{sample}", progress.done, self.plan.steps.len(), self.name(step));
            }
            EventKind::AttemptFailed { step, attempt, failure, .. } => {
                eprintln!("  {} failed, attempt {attempt}: {}", self.name(step), report::failure(failure));
            }
            EventKind::RetryScheduled { step, attempt, due } => {
                eprintln!(
                    "  {} is tried again (attempt {attempt}) in {}",
                    self.name(step),
                    report::duration(event.at, *due)
                );
            }
            EventKind::StepSkipped { step, .. } => eprintln!("  {} skipped", self.name(step)),
            EventKind::CancelRequested { by, .. } => eprintln!("  cancelled by {by}"),
            _ => {}
        }
    }

    fn name<'a>(&'a self, step: &'a StepId) -> &'a str {
        self.plan.index(step.as_str()).map_or(step.as_str(), |index| &self.plan.steps[index].name)
    }
}
