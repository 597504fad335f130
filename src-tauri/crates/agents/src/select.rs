//! `select`: chooses one of several agents to do the work: by rules on the input, the one that is least busy, or the
//! first that succeeds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use heddle_engine::{AgentAnswer, AgentCall};
use heddle_model::{Agent, Failure, FailureCode};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::config::{self, wrong};
use crate::report::Report;
use crate::runner::{World, dispatch};
use crate::scope::{evaluate_bool, own};

/// Settings of a select agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SelectConfig {
    /// How the agent is chosen.
    #[serde(default)]
    #[schemars(title = "Choose")]
    pub strategy: Strategy,
    /// The agents there are to choose from, in order.
    #[schemars(title = "Agents")]
    pub candidates: Vec<Candidate>,
}

/// How one of several agents is chosen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Strategy {
    /// The first whose rule holds.
    #[default]
    Rules,
    /// The one with the fewest attempts under way; ties in order.
    LeastBusy,
    /// Each in order until one succeeds.
    FirstSuccess,
}

/// An agent there is to choose.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(inline)]
pub struct Candidate {
    /// The agent's id in the library or the document.
    #[schemars(title = "Agent", length(min = 1), extend("x-editor" = "agent"))]
    pub agent: String,
    /// A condition, e.g. `input.priority == "high"`; the agent is not considered where it is false. None: always.
    #[serde(default)]
    #[schemars(title = "When", with = "String", extend("x-editor" = "expression"))]
    pub when: Option<String>,
}

/// How many attempts each agent has under way here.
#[derive(Debug, Default)]
pub(crate) struct Load(Mutex<HashMap<String, usize>>);

impl Load {
    fn with<T>(&self, work: impl FnOnce(&mut HashMap<String, usize>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The least busy of those; it counts as busier until the guard is dropped.
    fn take<'a>(self: &Arc<Self>, ids: impl Iterator<Item = &'a str>) -> Option<(usize, Busy)> {
        self.with(|load| {
            let (place, id) =
                ids.enumerate().min_by_key(|(place, id)| (load.get(*id).copied().unwrap_or(0), *place))?;
            *load.entry(id.to_owned()).or_default() += 1;
            Some((place, Busy { load: Arc::clone(self), id: id.to_owned() }))
        })
    }
}

/// An attempt under way.
struct Busy {
    load: Arc<Load>,
    id: String,
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.load.with(|load| {
            if let Some(count) = load.get_mut(&self.id) {
                *count -= 1;
                if *count == 0 {
                    load.remove(&self.id);
                }
            }
        });
    }
}

pub(crate) async fn run(world: &Arc<World>, call: &AgentCall, report: &mut Report) -> Result<AgentAnswer, Failure> {
    let settings: SelectConfig = config::read(&call.agent)?;
    let mut fitting = Vec::new();
    for (index, candidate) in settings.candidates.iter().enumerate() {
        let field = format!("config.candidates[{index}]");
        let holds = match &candidate.when {
            None => true,
            Some(when) => evaluate_bool(&format!("{field}.when"), when, &own(call))?,
        };
        if holds {
            fitting.push((candidate.agent.as_str(), find(call, &field, &candidate.agent)?));
        }
    }
    if fitting.is_empty() {
        return Err(Failure::new(
            FailureCode::AgentFailed,
            format!("none of the {} agents may be chosen: no rule holds for this input", settings.candidates.len()),
        ));
    }
    match settings.strategy {
        Strategy::Rules => work(world, call, &fitting[0].1, report).await,
        Strategy::LeastBusy => {
            let taken = world.load.take(fitting.iter().map(|(id, _)| *id));
            let Some((place, _busy)) = taken else { return Err(wrong("config.candidates", "expected at least one")) };
            work(world, call, &fitting[place].1, report).await
        }
        Strategy::FirstSuccess => first_success(world, call, &fitting, report).await,
    }
}

/// Asks one agent after the other; the failures of all are told when none succeeds.
async fn first_success(
    world: &Arc<World>,
    call: &AgentCall,
    fitting: &[(&str, Arc<Agent>)],
    report: &mut Report,
) -> Result<AgentAnswer, Failure> {
    let mut failures = Vec::new();
    for (id, agent) in fitting {
        match work(world, call, agent, report).await {
            Ok(answer) => return Ok(answer),
            Err(failure) => {
                report.warn(format!("{id} failed: {}", failure.message));
                failures.push((id, failure));
            }
        }
    }
    let transient = failures.iter().any(|(_, failure)| failure.transient);
    let retry_after_ms = failures.iter().filter_map(|(_, failure)| failure.retry_after_ms).min();
    let causes = failures.iter().map(|(id, failure)| format!("{id}: {}", failure.message)).collect();
    let message = format!("none of the {} agents succeeded", failures.len());
    Err(Failure { transient, retry_after_ms, causes, ..Failure::new(FailureCode::AgentFailed, message) })
}

async fn work(
    world: &Arc<World>,
    call: &AgentCall,
    agent: &Arc<Agent>,
    report: &mut Report,
) -> Result<AgentAnswer, Failure> {
    let name = if agent.name.is_empty() { agent.id.as_str() } else { &agent.name };
    report.info(format!("chose {name}"));
    report.chosen = Some(name.to_owned());
    let call = AgentCall { agent: Arc::clone(agent), ..call.clone() };
    Box::pin(dispatch(world, &call, report)).await
}

fn find(call: &AgentCall, field: &str, id: &str) -> Result<Arc<Agent>, Failure> {
    let found = call.candidates.iter().find(|agent| agent.id.as_str() == id).cloned();
    let agent = found.ok_or_else(|| wrong(&format!("{field}.agent"), format_args!("there is no agent `{id}`")))?;
    match agent.kind.is_called() {
        true => Ok(agent),
        false => Err(wrong(
            &format!("{field}.agent"),
            format_args!("`{id}` is of kind {}, which cannot be chosen", agent.kind),
        )),
    }
}

/// The settings of a new agent of this kind.
pub(crate) fn default_config() -> Map<String, Value> {
    let mut settings = Map::new();
    settings.insert("strategy".into(), "rules".into());
    settings.insert("candidates".into(), Value::Array(Vec::new()));
    settings
}
