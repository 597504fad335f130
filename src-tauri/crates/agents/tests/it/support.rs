//! One attempt of one agent, without an engine around it.

use std::collections::HashMap;
use std::sync::Arc;

use heddle_agents::{Deps, Providers, Runner, Secrets};
use heddle_engine::{AgentCall, AgentRunner, AttemptResult};
use heddle_model::{Agent, Failure, FailureCode, Payload, RunMode};
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

/// Keys of a test.
pub(crate) struct Keys(pub(crate) HashMap<String, String>);

impl Secrets for Keys {
    fn get(&self, name: &str) -> Option<String> {
        self.0.get(name).cloned()
    }
}

/// One attempt to be made.
pub(crate) struct Attempt {
    pub(crate) call: AgentCall,
    deps: Deps,
}

impl Attempt {
    /// An agent of a kind with these settings.
    pub(crate) fn new(kind: &str, config: Value) -> Self {
        Self::of(serde_json::from_value(json!({ "id": "it", "kind": kind, "config": config })).unwrap())
    }

    pub(crate) fn of(agent: Agent) -> Self {
        let call = AgentCall {
            candidates: Arc::default(),
            execution: "exec-1".into(),
            step: "step".into(),
            attempt: 1,
            idempotency_key: "exec-1/step/1".to_owned(),
            agent: Arc::new(agent),
            input: Payload::parse("{}").unwrap(),
            vars: Payload::parse("{}").unwrap(),
            mode: RunMode::Live,
            cancel: CancellationToken::new(),
        };
        Self { call, deps: Deps { secrets: Arc::new(Keys(HashMap::new())), ..Deps::new("/nowhere") } }
    }

    pub(crate) fn input(mut self, text: &str) -> Self {
        self.call.input = Payload::parse(text).unwrap();
        self
    }

    pub(crate) fn vars(mut self, text: &str) -> Self {
        self.call.vars = Payload::parse(text).unwrap();
        self
    }

    pub(crate) fn agent(mut self, change: impl FnOnce(&mut Agent)) -> Self {
        change(Arc::make_mut(&mut self.call.agent));
        self
    }

    /// The agents it may choose.
    pub(crate) fn candidates(mut self, agents: &[Value]) -> Self {
        let agents = agents.iter().map(|agent| Arc::new(serde_json::from_value(agent.clone()).unwrap()));
        self.call.candidates = agents.collect();
        self
    }

    pub(crate) fn mode(mut self, mode: RunMode) -> Self {
        self.call.mode = mode;
        self
    }

    pub(crate) fn base(mut self, folder: &std::path::Path) -> Self {
        self.deps.base_dir = folder.to_owned();
        self
    }

    pub(crate) fn key(mut self, name: &str, key: &str) -> Self {
        self.deps.secrets = Arc::new(Keys(HashMap::from([(name.to_owned(), key.to_owned())])));
        self
    }

    pub(crate) fn providers(mut self, providers: Providers) -> Self {
        self.deps.providers = providers;
        self
    }

    /// For attempts that are made by hand.
    pub(crate) fn ready(self) -> (Runner, AgentCall) {
        (Runner::new(self.deps), self.call)
    }

    pub(crate) async fn run(self) -> AttemptResult {
        Runner::new(self.deps).run(self.call).await
    }

    /// The text of the output.
    pub(crate) async fn answer(self) -> String {
        let result = self.run().await;
        result.outcome.expect("the agent answers").output.text().to_owned()
    }

    /// Why it failed.
    pub(crate) async fn failure(self) -> Failure {
        self.run().await.outcome.expect_err("the agent fails")
    }

    /// That it fails with a code, and a message that says all of this.
    pub(crate) async fn fails(self, code: FailureCode, says: &[&str]) -> Failure {
        let failure = self.failure().await;
        assert_eq!(failure.code, code, "{failure:?}");
        for part in says {
            assert!(failure.message.contains(part), "{part:?} is missing in {:?}", failure.message);
        }
        failure
    }
}
