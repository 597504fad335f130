//! The world around the pure scheduler: starts, resumes and cancels executions, one tokio task each.

mod attempt;
mod conclude;
mod control;
mod driver;
mod pickup;
mod pools;
mod record;
mod scope;
mod script;
mod start;
mod time;

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use heddle_model::{EventKind, ExecutionId, ExecutionStatus, Failure, Payload, StepId, Workflow};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

pub use self::control::{Control, Refused};
use self::driver::{Beginning, Driver, Signal};
pub use self::pools::PoolLimits;
use self::pools::Pools;
use crate::plan::{Plan, PlanError};
use crate::ports::{AgentRunner, Clock, NewExecution, RunStore, StoreError};
use crate::scheduler::RunState;

/// Runs executions. A cheap handle: clones drive the same executions.
#[derive(Clone)]
pub struct Engine(Arc<World>);

struct World {
    runner: Arc<dyn AgentRunner>,
    store: Arc<dyn RunStore>,
    clock: Arc<dyn Clock>,
    shutdown: CancellationToken,
    drivers: TaskTracker,
    pools: Arc<Pools>,
    live: Mutex<HashMap<ExecutionId, Live>>,
    halted: Mutex<HashMap<ExecutionId, Failure>>,
    planned: Mutex<Option<(Arc<Workflow>, Arc<Plan>)>>,
}

/// An execution being driven here.
struct Live {
    signals: mpsc::UnboundedSender<Signal>,
    /// Stops the attempts under way, without waiting for the driver.
    stop: CancellationToken,
}

/// How an execution ended.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The execution.
    pub id: ExecutionId,
    /// Its last status.
    pub status: ExecutionStatus,
    /// Its output, when it completed.
    pub output: Option<Payload>,
    /// Why it failed, when it did.
    pub failure: Option<Failure>,
    /// How many events its log has.
    pub events: u64,
}

/// An execution under way.
#[derive(Debug)]
pub struct Running {
    /// Its id.
    pub id: ExecutionId,
    done: watch::Receiver<Option<Outcome>>,
}

impl Running {
    /// Waits for the end. None: Heddle stopped first; the execution is taken up again on the next start.
    pub async fn outcome(mut self) -> Option<Outcome> {
        self.done.wait_for(Option::is_some).await.ok().and_then(|outcome| outcome.clone())
    }
}

/// Why an execution could not be started or resumed.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The workflow cannot be run.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// It could not be kept or read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such execution.
    #[error("there is no execution `{0}`")]
    NotFound(ExecutionId),
    /// It has ended.
    #[error("execution `{0}` has ended ({1})")]
    Settled(ExecutionId, &'static str),
    /// It is being driven already.
    #[error("execution `{0}` is running already")]
    Running(ExecutionId),
    /// There is no such step in the execution to go on from.
    #[error("execution `{0}` has no step `{1}` to go on from")]
    NoSuchStep(ExecutionId, StepId),
    /// The step to go on from ran in an earlier execution, and this one took over a step around it.
    #[error("`{step}` lies within a step that was taken over as a whole; fork execution `{origin}`, in which it ran")]
    TakenOver {
        /// The step.
        step: StepId,
        /// Where it ran.
        origin: ExecutionId,
    },
    /// A payload its log speaks of is missing.
    #[error("execution `{0}` cannot be resumed: a payload of its log is missing from the database")]
    PayloadMissing(ExecutionId),
}

impl Engine {
    /// An engine that runs nothing yet. Must be used within a tokio runtime.
    pub fn new(runner: Arc<dyn AgentRunner>, store: Arc<dyn RunStore>, clock: Arc<dyn Clock>) -> Self {
        Self(Arc::new(World {
            runner,
            store,
            clock,
            shutdown: CancellationToken::new(),
            drivers: TaskTracker::new(),
            pools: Arc::default(),
            live: Mutex::default(),
            halted: Mutex::default(),
            planned: Mutex::default(),
        }))
    }

    /// Keeps a new execution and begins to drive it; returns once it is durable.
    ///
    /// # Errors
    /// [`EngineError::Plan`] when the workflow cannot be run (nothing is kept then), [`EngineError::Store`] when the
    /// execution cannot be kept.
    pub async fn start(&self, execution: NewExecution) -> Result<Running, EngineError> {
        let plan = self.plan(&execution.workflow)?;
        self.start_planned(execution, plan).await
    }

    /// The plan of a document. Executions of the same document, one after the other, share one.
    fn plan(&self, workflow: &Arc<Workflow>) -> Result<Arc<Plan>, PlanError> {
        match self.shared_plan(workflow) {
            Some(plan) => Ok(plan),
            None => Ok(self.share(workflow, Arc::new(Plan::new(workflow)?))),
        }
    }

    fn shared_plan(&self, workflow: &Arc<Workflow>) -> Option<Arc<Plan>> {
        let last = locked(&self.0.planned).clone()?;
        (Arc::ptr_eq(&last.0, workflow) || last.0 == *workflow).then_some(last.1)
    }

    fn share(&self, workflow: &Arc<Workflow>, plan: Arc<Plan>) -> Arc<Plan> {
        *locked(&self.0.planned) = Some((Arc::clone(workflow), Arc::clone(&plan)));
        plan
    }

    /// The same for a workflow that has been planned before; many executions can share a plan.
    ///
    /// # Errors
    /// As [`Engine::start`].
    pub async fn start_planned(&self, execution: NewExecution, plan: Arc<Plan>) -> Result<Running, EngineError> {
        let plan = self.shared_plan(&execution.workflow).unwrap_or_else(|| self.share(&execution.workflow, plan));
        let fresh = RunState::new(execution.id.clone(), plan);
        let (beginning, first) = self.beginning(fresh, &execution).await?;
        self.0.store.create(execution.clone()).await?;
        self.drive(beginning, &execution, first)
    }

    /// Takes an execution up where its log ends: finished steps are not run again, attempts that were under way are,
    /// with the same idempotency key.
    ///
    /// # Errors
    /// [`EngineError`] says why it cannot be resumed.
    pub async fn resume(&self, id: &ExecutionId) -> Result<Running, EngineError> {
        if self.is_running(id) {
            return Err(EngineError::Running(id.clone()));
        }
        let stored = self.0.store.load(id.clone()).await?.ok_or_else(|| EngineError::NotFound(id.clone()))?;
        let (beginning, first) = self.pick_up(&stored).await?;
        self.drive(beginning, &stored.execution, first)
    }

    /// Takes up everything that has not settled, e.g. after a crash. What cannot be resumed is returned with the
    /// reason.
    ///
    /// # Errors
    /// A [`StoreError`] when the store cannot say what has not settled.
    pub async fn recover(&self) -> Result<Vec<(ExecutionId, Result<Running, EngineError>)>, StoreError> {
        let mut taken_up = Vec::new();
        for id in self.0.store.unsettled().await? {
            let resumed = self.resume(&id).await;
            taken_up.push((id, resumed));
        }
        Ok(taken_up)
    }

    /// Asks an execution to stop; false when it is not running here. Agents at work are told at once, whatever the
    /// driver waits for; who asked is recorded before anything that follows.
    pub fn cancel(&self, id: &ExecutionId, by: impl Into<String>, reason: Option<String>) -> bool {
        let live = locked(&self.0.live);
        let Some(Live { signals, stop }) = live.get(id) else { return false };
        // In this order: the request stands in the inbox before the end of any attempt it stops.
        let sent = signals.send(Signal::Cancel(Box::new((by.into(), reason)))).is_ok();
        stop.cancel();
        sent
    }

    /// The pools there are, with their limits.
    pub fn pools(&self) -> HashMap<String, PoolLimits> {
        self.0.pools.limits()
    }

    /// Defines the pools there are, in place of those before. What waits for a place is looked at again.
    pub fn set_pools(&self, pools: HashMap<String, PoolLimits>) {
        self.0.pools.define(pools);
    }

    /// Whether the execution is being driven here.
    pub fn is_running(&self, id: &ExecutionId) -> bool {
        locked(&self.0.live).contains_key(id)
    }

    /// Why an execution stands still although its log has no end: the log could not be written.
    pub fn halted(&self, id: &ExecutionId) -> Option<Failure> {
        locked(&self.0.halted).get(id).cloned()
    }

    /// Stops driving, without ending the executions: they are taken up again on the next start.
    pub async fn shutdown(&self) {
        self.0.shutdown.cancel();
        self.0.drivers.close();
        self.0.drivers.wait().await;
    }

    fn drive(&self, beginning: Beginning, execution: &NewExecution, first: EventKind) -> Result<Running, EngineError> {
        let id = execution.id.clone();
        let (signals, inbox) = mpsc::unbounded_channel();
        let life = self.0.shutdown.child_token();
        let stop = life.child_token();
        match locked(&self.0.live).entry(id.clone()) {
            Entry::Occupied(_) => return Err(EngineError::Running(id)),
            Entry::Vacant(free) => free.insert(Live { signals: signals.clone(), stop: stop.clone() }),
        };
        locked(&self.0.halted).remove(&id);
        let (done, watching) = watch::channel(None);
        let mut driver = Driver::new(self.0.clone(), execution, beginning, (signals, inbox), (life, stop));
        let world = self.0.clone();
        let running = Running { id: id.clone(), done: watching };
        self.0.drivers.spawn(async move {
            let result = driver.run(first).await;
            drop(driver);
            if let Err(error) = &result {
                tracing::error!(execution = %id, %error, "the log could not be written; the execution stands still");
                locked(&world.halted).insert(id.clone(), driver::storage_failure(error));
            }
            locked(&world.live).remove(&id);
            let outcome = match result {
                Ok(outcome) => outcome,
                Err(error) => Some(Outcome {
                    id,
                    status: ExecutionStatus::Failed,
                    output: None,
                    failure: Some(driver::storage_failure(&error)),
                    events: 0,
                }),
            };
            if let Some(outcome) = outcome {
                // Nobody may be waiting; that is fine.
                let _ = done.send(Some(outcome));
            }
        });
        Ok(running)
    }
}

/// The maps stay whole even if a thread panics while it holds one: every change is a single call.
fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
