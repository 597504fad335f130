//! `wait`: lets time pass, then answers with its input.

use std::time::Duration;

use heddle_engine::{AgentAnswer, AgentCall};
use heddle_model::Failure;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::config::{self, wrong};
use crate::scope::{own, render};

/// Longest wait: 30 days.
const MAX_MS: u64 = 30 * 24 * 60 * 60 * 1_000;

/// Settings of a wait agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WaitConfig {
    /// How long, in milliseconds (at most 30 days): a number, or a text such as `{{ input.pause_ms }}`.
    #[schemars(title = "Milliseconds", with = "Milliseconds")]
    pub ms: Value,
}

/// What a form offers for [`WaitConfig::ms`].
#[derive(JsonSchema)]
#[schemars(untagged, inline)]
#[expect(dead_code, reason = "only its schema is used")]
enum Milliseconds {
    #[schemars(title = "Number")]
    Number(#[schemars(range(max = 2_592_000_000_u64))] u64),
    #[schemars(title = "Template")]
    Template(String),
}

pub(crate) async fn run(call: &AgentCall) -> Result<AgentAnswer, Failure> {
    let settings: WaitConfig = config::read(&call.agent)?;
    let text = match &settings.ms {
        Value::Number(number) => number.to_string(),
        Value::String(template) => render("config.ms", template, &own(call))?,
        other => return Err(wrong("config.ms", format_args!("expected a number of milliseconds, found {other}"))),
    };
    let ms: u64 = text
        .trim()
        .parse()
        .map_err(|_| wrong("config.ms", format_args!("expected a whole number of milliseconds, found {text:?}")))?;
    tokio::time::sleep(Duration::from_millis(config::within("config.ms", ms, 0..=MAX_MS)?)).await;
    Ok(AgentAnswer { output: call.input.clone(), branch: None, sampled: false })
}
