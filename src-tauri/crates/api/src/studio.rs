//! Store, engine and agents wired together: what the window, the port and the command line all stand on.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use heddle_agents::{Deps, Providers, Runner};
use heddle_engine::{Clock as _, Engine, NewExecution, Plan, Running, SystemClock};
use heddle_model::{
    Agent, AgentId, ExecutionId, Payload, RunMode, RunOptions, Timestamp, VersionNumber, Workflow, WorkflowId, parse_workflow,
};
use heddle_store::{ExecutionRow, OpenError, Store};
use heddle_validate::{Diagnostic, Severity};
use serde_json::{Value, json};

use crate::error::{ApiError, ErrorCode};
use crate::input::check_input;

/// The setting that holds the default language model, see [`heddle_agents::Providers`].
pub(crate) const PROVIDERS: &str = "providers";

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

struct Inner {
    store: Store,
    engine: Engine,
    runner: Runner,
    built_in: Vec<Agent>,
    data_dir: Option<PathBuf>,
}

/// Which state of a workflow to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhichDocument {
    /// The draft as it is now.
    Draft,
    /// A saved version.
    Version(VersionNumber),
    /// The latest saved version, or the draft while there is none.
    LatestOrDraft,
}

/// An execution to start.
#[derive(Debug, Clone)]
pub struct Start {
    /// The workflow.
    pub workflow: WorkflowId,
    /// Which state of it.
    pub which: WhichDocument,
    /// For real, or to try it out.
    pub mode: RunMode,
    /// The execution's input.
    pub input: Payload,
    /// The execution this one tries again.
    pub retry_of: Option<ExecutionId>,
}

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
        let studio = Self(Arc::new(Inner { store, engine, runner, built_in, data_dir: options.data_dir }));
        if let Some(value) = studio.store().setting(PROVIDERS).await? {
            studio.use_providers(&value);
        }
        if options.examples {
            studio.seed().await?;
        }
        if options.recover {
            studio.tidy();
            for (id, resumed) in studio.engine().recover().await? {
                match resumed {
                    Ok(_) => tracing::info!(execution = %id, "taken up again"),
                    Err(error) => tracing::warn!(execution = %id, %error, "could not be taken up again"),
                }
            }
        }
        Ok(studio)
    }

    /// Lets go of texts nothing refers to any more (edits that fell out of the journal, deleted executions), in the
    /// background: nobody waits for it, and what it leaves behind the next start finds.
    fn tidy(&self) {
        let store = self.store().clone();
        tokio::spawn(async move {
            if let Err(error) = store.reclaim().await {
                tracing::warn!(%error, "texts nothing refers to could not be dropped");
            }
        });
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

    /// Stops driving executions; they are taken up again on the next start.
    pub async fn shutdown(&self) {
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

    /// The document with every agent it refers to carried along, as far as the library has them.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub async fn resolve(&self, workflow: Workflow) -> Result<Workflow, ApiError> {
        let library = self.library().await?;
        let find = |id: &AgentId| library.iter().find(|(agent, _)| agent.id == *id).map(|(agent, _)| agent.clone());
        Ok(workflow.with_agents(find).0)
    }

    /// What is wrong with a document, seen with this library.
    ///
    /// # Errors
    /// When the library cannot be read.
    pub async fn validate(&self, workflow: &Workflow) -> Result<Vec<Diagnostic>, ApiError> {
        let resolved = self.resolve(workflow.clone()).await?;
        Ok(heddle_validate::validate(&resolved, &heddle_validate::Options::default()))
    }

    /// A workflow's draft.
    pub(crate) async fn draft(&self, id: &WorkflowId) -> Result<(Workflow, heddle_store::Draft), ApiError> {
        let draft = self.store().draft(id).await?.ok_or_else(|| ApiError::not_found(format!("workflow `{id}`")))?;
        Ok((read_document(&draft.document)?, draft))
    }

    /// The exact document an execution runs.
    pub(crate) async fn document_of(&self, row: &ExecutionRow) -> Result<Workflow, ApiError> {
        let text = self.store().payload_by_hash(row.document).await?;
        let text = text.ok_or_else(|| {
            ApiError::new(ErrorCode::Damaged, format!("the document of execution `{}` is missing", row.id))
        })?;
        read_document(&text)
    }

    /// Starts an execution of a stored workflow.
    ///
    /// # Errors
    /// `not_found`, `workflow_has_errors` (with the diagnostics), `input_invalid` (with what is wrong), or the store's.
    pub async fn start(&self, start: Start) -> Result<Running, ApiError> {
        let (draft, state) = self.draft(&start.workflow).await?;
        if state.deleted_at.is_some() {
            return Err(ApiError::not_found(format!(
                "workflow `{}`: it was deleted; restore it first",
                start.workflow
            )));
        }
        let number = match start.which {
            WhichDocument::Draft => None,
            WhichDocument::Version(number) => Some(number),
            WhichDocument::LatestOrDraft => state.latest_version,
        };
        let workflow = match number {
            None => draft,
            Some(number) => self.version_document(&start.workflow, number).await?,
        };
        self.start_document(workflow, number, start.mode, start.input, start.retry_of).await
    }

    /// A saved version's document.
    pub(crate) async fn version_document(&self, id: &WorkflowId, number: VersionNumber) -> Result<Workflow, ApiError> {
        match self.store().version(id, number).await? {
            Some((_, text)) => read_document(&text),
            None => Err(ApiError::not_found(format!("version {} of workflow `{id}`", number.0))),
        }
    }

    /// Starts an execution of any document, stored or not.
    ///
    /// # Errors
    /// As [`Studio::start`].
    async fn start_document(
        &self,
        workflow: Workflow,
        version: Option<VersionNumber>,
        mode: RunMode,
        input: Payload,
        retry_of: Option<ExecutionId>,
    ) -> Result<Running, ApiError> {
        let workflow = self.resolve(workflow).await?;
        let PreparedExecution { execution, plan } = prepare(workflow, version, mode, input, retry_of)?;
        Ok(self.engine().start_planned(execution, plan).await?)
    }

    /// Runs an execution again: the same document, the same input.
    ///
    /// # Errors
    /// `not_found`, or the store's.
    pub async fn retry(&self, id: &ExecutionId) -> Result<Running, ApiError> {
        let row = self.store().execution(id).await?;
        let row = row.ok_or_else(|| ApiError::not_found(format!("execution `{id}`")))?;
        let workflow = self.document_of(&row).await?;
        let input =
            self.store().payload_by_hash(row.input.hash).await?.ok_or_else(|| {
                ApiError::new(ErrorCode::Damaged, format!("the input of execution `{id}` is missing"))
            })?;
        self.start_document(workflow, row.version, row.mode, input, Some(id.clone())).await
    }
}

/// An execution that may start: its document is well, its input fits.
#[derive(Debug, Clone)]
pub struct PreparedExecution {
    /// What to keep of it.
    pub execution: NewExecution,
    /// Its document, made ready to run.
    pub plan: Arc<Plan>,
}

/// Checks a document and an input, and makes an execution of them. The document's agents must be carried along
/// ([`Workflow::with_agents`]).
///
/// # Errors
/// `workflow_has_errors` (with the diagnostics) or `input_invalid` (with what is wrong).
pub fn prepare(
    workflow: Workflow,
    version: Option<VersionNumber>,
    mode: RunMode,
    input: Payload,
    retry_of: Option<ExecutionId>,
) -> Result<PreparedExecution, ApiError> {
    refuse_errors(&heddle_validate::validate(&workflow, &heddle_validate::Options::default()), "run")?;
    check_input(workflow.input_schema.as_ref(), &input)?;
    let plan = Arc::new(Plan::new(&workflow).map_err(heddle_engine::EngineError::from)?);
    let created_at = SystemClock.now();
    let execution = NewExecution {
        id: new_execution_id(created_at),
        workflow_id: workflow.id.clone(),
        version,
        total_steps: u32::try_from(workflow.steps.len()).unwrap_or(u32::MAX),
        workflow: Arc::new(workflow),
        mode,
        input,
        created_at,
        retry_of,
        options: RunOptions::default(),
    };
    Ok(PreparedExecution { execution, plan })
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

/// `exec-20261120-7f3a91c2d4`: the day, for people, and 40 random bits.
pub fn new_execution_id(at: Timestamp) -> ExecutionId {
    let day: String = at.to_string().chars().take(10).filter(|c| *c != '-').collect();
    let random = uuid::Uuid::new_v4().simple().to_string();
    ExecutionId::new(format!("exec-{day}-{}", &random[..10]))
}
