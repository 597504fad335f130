//! `script`: JavaScript in a sandbox.
//!
//! The code defines `function run(input, vars) { … return … }`; what `run` returns is the output. It may be `async`,
//! but there is nothing to wait for: no network, no files, no timers, no modules. `console.log` and friends write log
//! lines.

mod encode;
mod input;
mod sandbox;

use std::time::Duration;

use heddle_engine::{AgentAnswer, AgentCall};
use heddle_model::Failure;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::blocking::blocking;
use crate::config;
use crate::report::Report;

/// Settings of a script agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ScriptConfig {
    /// JavaScript (ES2023, strict) that defines `function run(input, vars)`; what it returns is the output.
    #[schemars(title = "Code", extend("x-editor" = "javascript"))]
    pub code: String,
    /// Most processor time one attempt may use, in milliseconds (1 to 600,000).
    #[serde(default = "default_cpu_ms")]
    #[schemars(title = "CPU limit (ms)", range(min = 1, max = 600_000))]
    pub cpu_ms: u64,
}

const fn default_cpu_ms() -> u64 {
    5_000
}

pub(crate) async fn run(call: &AgentCall, report: &mut Report) -> Result<AgentAnswer, Failure> {
    let settings: ScriptConfig = config::read(&call.agent)?;
    let cpu = Duration::from_millis(config::within("config.cpu_ms", settings.cpu_ms, 1..=600_000)?);
    let (input, vars) = (call.input.clone(), call.vars.clone());
    let outcome = blocking(&call.cancel, move |stop| sandbox::run(&settings.code, &input, &vars, cpu, &stop)).await?;
    report.log.extend(outcome.log);
    outcome.result.map(|output| AgentAnswer { output, branch: None, sampled: false })
}
