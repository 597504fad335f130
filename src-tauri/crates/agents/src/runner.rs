//! Which kind does the work, and what all kinds share.

use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use futures::future::BoxFuture;
use heddle_engine::{AgentAnswer, AgentCall, AgentRunner, AttemptResult};
use heddle_model::{AgentKind, Failure, FailureCode};

use crate::net::Clients;
use crate::report::Report;
use crate::secrets::{EnvSecrets, Secrets, variable_name};
use crate::{assertion, condition, http, llm, script, select, sql, transform, wait};

/// What agents need from their surroundings.
#[derive(Clone)]
pub struct Deps {
    /// Relative database paths start here.
    pub base_dir: PathBuf,
    /// Where keys are looked up by name.
    pub secrets: Arc<dyn Secrets>,
    /// The language model that agents use unless their settings name another.
    pub providers: Providers,
}

impl Deps {
    /// Keys from the environment and no default provider.
    pub fn new(base_dir: impl Into<PathBuf>) -> Self {
        Self { base_dir: base_dir.into(), secrets: Arc::new(EnvSecrets), providers: Providers::default() }
    }
}

/// The language model that agents use unless their settings name another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Providers {
    /// Root of an OpenAI-compatible API, e.g. `http://127.0.0.1:11434/v1`.
    pub base_url: Option<String>,
    /// Name of the key. None: the endpoint needs none.
    pub api_key_name: Option<String>,
    /// The model's name at that endpoint.
    pub model: Option<String>,
}

/// Runs agents of every kind. Cloning shares it.
#[derive(Clone)]
pub struct Runner(Arc<World>);

/// What the kinds see of [`Deps`].
pub(crate) struct World {
    pub(crate) base_dir: PathBuf,
    pub(crate) secrets: Arc<dyn Secrets>,
    pub(crate) clients: Clients,
    pub(crate) load: Arc<select::Load>,
    providers: RwLock<Providers>,
}

impl Runner {
    /// A runner with these surroundings.
    pub fn new(deps: Deps) -> Self {
        Self(Arc::new(World {
            base_dir: deps.base_dir,
            secrets: deps.secrets,
            clients: Clients::default(),
            load: Arc::default(),
            providers: RwLock::new(deps.providers),
        }))
    }

    /// Changes the default provider for attempts that begin from now on.
    pub fn set_providers(&self, providers: Providers) {
        *self.0.providers.write().unwrap_or_else(PoisonError::into_inner) = providers;
    }
}

impl World {
    pub(crate) fn providers(&self) -> Providers {
        self.providers.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The key of that name.
    ///
    /// # Errors
    /// [`FailureCode::Unavailable`], which says how to set it.
    pub(crate) fn key(&self, field: &str, name: &str) -> Result<String, Failure> {
        self.secrets.get(name).ok_or_else(|| {
            Failure::new(
                FailureCode::Unavailable,
                format!(
                    "{field}: there is no key named {name:?}; set it in the environment as HEDDLE_KEY_{}",
                    variable_name(name)
                ),
            )
        })
    }
}

impl AgentRunner for Runner {
    fn run(&self, call: AgentCall) -> BoxFuture<'static, AttemptResult> {
        let world = Arc::clone(&self.0);
        Box::pin(async move {
            let mut report = Report::default();
            let outcome = tokio::select! {
                biased;
                () = call.cancel.cancelled() => Err(cancelled()),
                outcome = dispatch(&world, &call, &mut report) => outcome,
            };
            AttemptResult { outcome, usage: report.usage, log: report.log, chosen: report.chosen }
        })
    }
}

pub(crate) async fn dispatch(
    world: &Arc<World>,
    call: &AgentCall,
    report: &mut Report,
) -> Result<AgentAnswer, Failure> {
    match call.agent.kind {
        AgentKind::Script => script::run(call, report).await,
        AgentKind::Http => http::run(world, call, report).await,
        AgentKind::Sql => sql::run(world, call, report).await,
        AgentKind::Llm => llm::run(world, call, report).await,
        AgentKind::Condition => condition::run(call, report),
        AgentKind::Wait => wait::run(call).await,
        AgentKind::Assertion => assertion::run(call),
        AgentKind::Transform => transform::run(call),
        AgentKind::Select => select::run(world, call, report).await,
        // The engine opens these itself and never asks a runner.
        AgentKind::Workflow | AgentKind::Approval => Err(Failure::new(
            FailureCode::Internal,
            format!("agents of kind {} are not called, which is a mistake in Heddle", call.agent.kind),
        )),
    }
}

/// What an attempt that was stopped reports.
pub(crate) fn cancelled() -> Failure {
    Failure::new(FailureCode::Interrupted, "the attempt was cancelled")
}
