//! Store, engine and agents wired together: what the window, the port and the command line all stand on.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use heddle_agents::{Deps, Providers, Runner};
use heddle_engine::{Engine, Plan, SystemClock};
use heddle_model::{Agent, ExecutionId, Payload, PayloadHash, VersionNumber, Workflow, WorkflowId, parse_workflow};
use heddle_store::{ExecutionRow, OpenError, Store};
use heddle_validate::{Diagnostic, Severity};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::error::{ApiError, ErrorCode};
use crate::views::Steps;
use crate::{takeover, upkeep};

/// The setting that holds the default language model, see [`heddle_agents::Providers`].
pub(crate) const PROVIDERS: &str = "providers";

/// The setting that holds the limits of named pools, see [`heddle_engine::PoolLimits`].
pub(crate) const POOLS: &str = "pools";

/// The setting that says the examples have been put into this data folder.
const SEEDED: &str = "examples.seeded";

/// How to open a studio.
#[derive(Debug, Clone)]
pub struct StudioOptions {
    /// Where everything is kept. None: in memory, forgotten at the end.
    pub data_dir: Option<PathBuf>,
    /// Whether a new data folder gets the example workflows.
    pub examples: bool,
    /// Whether executions that had not settled are taken up again.
    pub recover: bool,
}

impl StudioOptions {
    /// What the window and the server use: everything kept in `data_dir`, examples, recovery.
    pub fn at(data_dir: impl Into<PathBuf>) -> Self {
        Self { data_dir: Some(data_dir.into()), examples: true, recover: true }
    }
}

/// Why a studio could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum StudioError {
    /// The data folder cannot be used.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database could not be read or written.
    #[error(transparent)]
    Store(#[from] heddle_engine::StoreError),
}

/// An open data folder, with everything that works on it. A cheap handle.
#[derive(Clone)]
pub struct Studio(Arc<Inner>);

/// A studio that may be gone by now.
pub(crate) struct WeakStudio(Weak<Inner>);

impl WeakStudio {
    pub(crate) fn studio(&self) -> Option<Studio> {
        self.0.upgrade().map(Studio)
    }
}

struct Inner {
    store: Store,
    engine: Engine,
    runner: Runner,
    built_in: Vec<Agent>,
    data_dir: Option<PathBuf>,
    /// Plans of documents whose executions were looked at, by the document's hash. None: it cannot be planned.
    plans: Mutex<HashMap<PayloadHash, Option<Arc<Plan>>>>,
    stopped: CancellationToken,
}

/// Most plans remembered; beyond that all are forgotten and made again.
const REMEMBERED_PLANS: usize = 64;

impl Studio {
    /// Opens a data folder, or memory.
    ///
    /// # Errors
    /// [`StudioError`] when the folder or its database cannot be used; nothing in it is changed then.
    pub async fn open(options: StudioOptions) -> Result<Self, StudioError> {
        let store = match &options.data_dir {
            Some(folder) => Store::open(folder)?,
            None => Store::open_ephemeral()?,
        };
        let base_dir = options.data_dir.clone().unwrap_or_else(|| PathBuf::from("."));
        let runner = Runner::new(Deps::new(base_dir));
        let engine = Engine::new(Arc::new(runner.clone()), Arc::new(store.clone()), Arc::new(SystemClock));
        let built_in = heddle_agents::library();
        let (data_dir, plans, stopped) = (options.data_dir, Mutex::default(), CancellationToken::new());
        let studio = Self(Arc::new(Inner { store, engine, runner, built_in, data_dir, plans, stopped }));
        if let Some(value) = studio.store().setting(PROVIDERS).await? {
            studio.use_providers(&value);
        }
        if let Some(value) = studio.store().setting(POOLS).await? {
            studio.use_pools(&value);
        }
        if options.examples {
            studio.seed().await?;
        }
        if options.recover {
            for (id, resumed) in studio.engine().recover().await? {
                match resumed {
                    Ok(_) => tracing::info!(execution = %id, "taken up again"),
                    Err(error) => tracing::warn!(execution = %id, %error, "could not be taken up again"),
                }
            }
            takeover::begin(&studio);
            upkeep::begin(&studio);
        }
        Ok(studio)
    }

    /// Puts the example workflows into a data folder that has never had them.
    async fn seed(&self) -> Result<(), StudioError> {
        if self.store().setting(SEEDED).await?.is_some() {
            return Ok(());
        }
        // The list shows what was edited last first; so the first example comes last.
        for example in heddle_agents::examples().into_iter().rev() {
            if self.store().draft(&example.id).await?.is_none() {
                self.store().create_workflow(Arc::new(example), "Example").await?;
            }
        }
        self.store().put_setting(SEEDED, Some(&Value::Bool(true))).await?;
        Ok(())
    }

    /// A handle that does not keep it open.
    pub(crate) fn weak(&self) -> WeakStudio {
        WeakStudio(Arc::downgrade(&self.0))
    }

    /// The store.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The engine.
    pub fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// What runs agents here, with this data folder's settings.
    pub fn runner(&self) -> &Runner {
        &self.0.runner
    }

    /// Where everything is kept. None: in memory.
    pub fn data_dir(&self) -> Option<&Path> {
        self.0.data_dir.as_deref()
    }

    /// Agents that come with Heddle.
    pub fn built_in(&self) -> &[Agent] {
        &self.0.built_in
    }

    /// Fires when the studio stops driving executions.
    pub(crate) fn stopped(&self) -> CancellationToken {
        self.0.stopped.clone()
    }

    /// Stops driving executions; they are taken up again on the next start.
    pub async fn shutdown(&self) {
        self.0.stopped.cancel();
        self.engine().shutdown().await;
    }

    /// Makes a setting's value the default language model. A value of another form is ignored: it was refused when
    /// it was set.
    pub(crate) fn use_providers(&self, value: &Value) {
        let text =
            |key: &str| value.get(key).and_then(Value::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
        self.0.runner.set_providers(Providers {
            base_url: text("base_url"),
            api_key_name: text("api_key_name"),
            model: text("model"),
        });
    }

    /// Makes a setting's value the limits of pools, also for what waits already. As above for other forms.
    pub(crate) fn use_pools(&self, value: &Value) {
        self.engine().set_pools(serde_json::from_value(value.clone()).unwrap_or_default());
    }

    /// Every agent of the library: the user's own win over built-in ones of the same id.
    pub(crate) async fn library(&self) -> Result<Vec<(Agent, bool)>, ApiError> {
        let mut agents: Vec<(Agent, bool)> =
            self.store().agents().await?.into_iter().map(|row| (row.agent, true)).collect();
        for agent in self.built_in() {
            if !agents.iter().any(|(own, _)| own.id == agent.id) {
                agents.push((agent.clone(), false));
            }
        }
        Ok(agents)
    }

    /// A workflow's draft.
    pub(crate) async fn draft(&self, id: &WorkflowId) -> Result<(Workflow, heddle_store::Draft), ApiError> {
        let draft = self.store().draft(id).await?.ok_or_else(|| ApiError::not_found(format!("workflow `{id}`")))?;
        Ok((read_document(&draft.document)?, draft))
    }

    /// The exact document an execution runs.
    pub(crate) async fn document_of(&self, row: &ExecutionRow) -> Result<Workflow, ApiError> {
        read_document(&self.document(&row.id, row.document).await?)
    }

    async fn document(&self, id: &ExecutionId, hash: PayloadHash) -> Result<Payload, ApiError> {
        let text = self.store().payload_by_hash(hash).await?;
        text.ok_or_else(|| ApiError::new(ErrorCode::Damaged, format!("the document of execution `{id}` is missing")))
    }

    /// What an execution runs, made ready to be looked at. None: it cannot be planned any more.
    pub(crate) async fn plan_of(&self, row: &ExecutionRow) -> Result<Option<Arc<Plan>>, ApiError> {
        self.plan(&row.id, row.document).await
    }

    async fn plan(&self, id: &ExecutionId, document: PayloadHash) -> Result<Option<Arc<Plan>>, ApiError> {
        if let Some(known) = self.known_plan(document) {
            return Ok(known);
        }
        let text = self.document(id, document).await?;
        // Of ten thousand steps: not on a thread that others wait for.
        let plan = tokio::task::spawn_blocking(move || Ok(Plan::new(&read_document(&text)?).ok().map(Arc::new)));
        let plan = plan.await.unwrap_or_else(|error| Err(ApiError::new(ErrorCode::Internal, error.to_string())))?;
        let mut plans = self.plans();
        if plans.len() >= REMEMBERED_PLANS {
            plans.clear();
        }
        plans.insert(document, plan.clone());
        Ok(plan)
    }

    fn known_plan(&self, document: PayloadHash) -> Option<Option<Arc<Plan>>> {
        self.plans().get(&document).cloned()
    }

    fn plans(&self) -> MutexGuard<'_, HashMap<PayloadHash, Option<Arc<Plan>>>> {
        self.0.plans.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers from an execution, the plan of what it runs and its timeline, as of one moment; see [`Store::look`].
    ///
    /// [`Store::look`]: heddle_store::Store::look
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        id: &ExecutionId,
        answer: impl Fn(Steps<'_>) -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let missing = || ApiError::not_found(format!("execution `{id}`"));
        let document = self.store().execution_document(id).await?.ok_or_else(missing)?;
        let plan = match self.known_plan(document) {
            Some(known) => known,
            None => {
                // Both may be long, so the log is read beside the document; what is made of it is remembered.
                let log = async { self.store().look(id, |_, _| ()).await.map_err(ApiError::from) };
                tokio::try_join!(self.plan(id, document), log)?.0
            }
        };
        let answered =
            self.store().look(id, move |row, timeline| answer(Steps { plan: plan.as_ref(), row: &row, timeline }));
        answered.await?.ok_or_else(missing)
    }

    /// A saved version's document.
    pub(crate) async fn version_document(&self, id: &WorkflowId, number: VersionNumber) -> Result<Workflow, ApiError> {
        match self.store().version(id, number).await? {
            Some((_, text)) => read_document(&text),
            None => Err(ApiError::not_found(format!("version {} of workflow `{id}`", number.0))),
        }
    }
}

/// Errors keep a workflow from being run or saved as a version; warnings do not.
pub(crate) fn refuse_errors(diagnostics: &[Diagnostic], to: &str) -> Result<(), ApiError> {
    let errors: Vec<&Diagnostic> = diagnostics.iter().filter(|one| one.severity == Severity::Error).collect();
    let Some(first) = errors.first() else { return Ok(()) };
    let more = match errors.len() - 1 {
        0 => String::new(),
        1 => " (and one more error)".to_owned(),
        more => format!(" (and {more} more errors)"),
    };
    let message = format!("the workflow has errors, so it cannot {to}: {}{more}", first.message);
    Err(ApiError::new(ErrorCode::WorkflowHasErrors, message).with(json!({ "diagnostics": errors })))
}

/// Reads a stored document.
pub(crate) fn read_document(text: &Payload) -> Result<Workflow, ApiError> {
    parse_workflow(text.text()).map_err(|error| ApiError::new(ErrorCode::InvalidDocument, error.to_string()))
}
