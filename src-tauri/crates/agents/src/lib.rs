//! The kinds of agents, and the agents and workflows Heddle brings along.
//!
//! What it is for: doing the work of a step. [`Runner`] implements the engine's [`heddle_engine::AgentRunner`] for
//! every [`heddle_model::AgentKind`]; [`kinds`] tells the editor how to draw each; [`library`] and [`examples`] are
//! what a new user starts with. Templates and expressions in settings see the step's input as `input` and the
//! workflow's constants as `vars`, and nothing else.
//!
//! What it never does: schedule, retry, check schemas or keep anything; those are the engine's and the store's. No
//! setting, however hostile, makes it panic, and every kind stops soon after its cancellation token fires. Keys are
//! known by name alone and stay out of logs and failures.
//!
//! Start reading at [`Runner`], then at the module of a kind: each holds its settings and its work.

mod assertion;
mod blocking;
mod condition;
mod config;
mod examples;
mod http;
mod kinds;
mod library;
mod llm;
mod net;
mod opened;
mod report;
mod runner;
mod scope;
mod script;
mod secrets;
mod select;
mod sql;
mod transform;
mod wait;

pub use assertion::{AssertionConfig, Check, Op};
pub use condition::{Branch, ConditionConfig, branches};
pub use examples::{example_input, examples};
pub use http::HttpConfig;
pub use kinds::{KindInfo, kinds};
pub use library::library;
pub use llm::{LlmConfig, ResponseFormat};
pub use opened::{ApprovalConfig, OnDeadline, WorkflowConfig};
pub use runner::{Deps, Providers, Runner};
pub use script::ScriptConfig;
pub use secrets::{EnvSecrets, Secrets};
pub use select::{Candidate, SelectConfig, Strategy};
pub use sql::{SqlConfig, SqlMode};
pub use transform::TransformConfig;
pub use wait::WaitConfig;
