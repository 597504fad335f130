//! `llm`: one chat completion of a language model behind an OpenAI-compatible endpoint.

mod answer;
mod request;

use std::time::Duration;

use heddle_engine::{AgentAnswer, AgentCall};
use heddle_model::{Failure, FailureCode, Payload, RunMode};
use reqwest::Url;
use reqwest::header::{AUTHORIZATION, HeaderValue};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::config::{self, wrong};
use crate::net;
use crate::report::Report;
use crate::runner::World;

/// Settings of a language model agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct LlmConfig {
    /// What to ask; a template.
    #[schemars(title = "Prompt", extend("x-editor" = "template"))]
    pub prompt: String,
    /// Instructions that come before the prompt; a template.
    #[serde(default)]
    #[schemars(title = "System prompt", extend("x-editor" = "template"))]
    pub system: String,
    /// The model's name. None: the default provider's.
    #[serde(default)]
    #[schemars(title = "Model", with = "String")]
    pub model: Option<String>,
    /// Root of an OpenAI-compatible API, e.g. `http://127.0.0.1:11434/v1`. None: the default provider's.
    #[serde(default)]
    #[schemars(title = "Base URL", with = "String")]
    pub base_url: Option<String>,
    /// Name of the key, never the key itself. None: the default provider's, or no key with a base URL of one's own.
    #[serde(default)]
    #[schemars(title = "Key", with = "String")]
    pub api_key: Option<String>,
    /// How much the answers vary, 0 to 2. None: the model's own.
    #[serde(default)]
    #[schemars(title = "Temperature", with = "f64", range(min = 0, max = 2))]
    pub temperature: Option<f64>,
    /// Most tokens the model may write. None: the model's own limit.
    #[serde(default)]
    #[schemars(title = "Most tokens", with = "u64", range(min = 1))]
    pub max_tokens: Option<u64>,
    /// How the model is told the shape of its answer. Needs an output schema, except for `text`.
    #[serde(default)]
    #[schemars(title = "Answer")]
    pub response_format: ResponseFormat,
    /// Further fields of the request, sent as they are, e.g. `{"seed": 7}`.
    #[serde(default)]
    #[schemars(title = "Further options", with = "std::collections::BTreeMap<String, Value>")]
    pub options: Map<String, Value>,
    /// US dollars for a million tokens read, for the cost of a run.
    #[serde(default)]
    #[schemars(title = "Price per million input tokens ($)", with = "f64", range(min = 0))]
    pub input_price: Option<f64>,
    /// US dollars for a million tokens written.
    #[serde(default)]
    #[schemars(title = "Price per million output tokens ($)", with = "f64", range(min = 0))]
    pub output_price: Option<f64>,
    /// Longest time for the whole answer, in milliseconds (1 to 600,000).
    #[serde(default = "default_timeout_ms")]
    #[schemars(title = "Timeout (ms)", range(min = 1, max = 600_000))]
    pub timeout_ms: u64,
}

/// How a model is told the shape of its answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum ResponseFormat {
    /// JSON by the agent's output schema, enforced by the endpoint; without an output schema the same as `text`.
    #[default]
    JsonSchema,
    /// JSON; the output schema is written into the system prompt, for endpoints that cannot enforce one.
    JsonObject,
    /// Free text; the output is `{"text": "…"}`.
    Text,
}

const fn default_timeout_ms() -> u64 {
    120_000
}

/// The endpoint to ask.
struct Endpoint {
    url: Url,
    model: String,
    key: Option<String>,
}

pub(crate) async fn run(world: &World, call: &AgentCall, report: &mut Report) -> Result<AgentAnswer, Failure> {
    let settings: LlmConfig = config::read(&call.agent)?;
    let timeout = Duration::from_millis(config::within("config.timeout_ms", settings.timeout_ms, 1..=600_000)?);
    let endpoint = match endpoint(world, &settings) {
        Ok(endpoint) => endpoint,
        Err(missing) if missing.code == FailureCode::Unavailable && call.mode == RunMode::Test => {
            return sample(call, report, missing);
        }
        Err(failure) => return Err(failure),
    };
    let key = endpoint.key.clone();
    ask(world, call, &settings, endpoint, timeout, report)
        .await
        .map_err(|failure| net::redacted(failure, key.as_deref()))
}

async fn ask(
    world: &World,
    call: &AgentCall,
    settings: &LlmConfig,
    endpoint: Endpoint,
    timeout: Duration,
    report: &mut Report,
) -> Result<AgentAnswer, Failure> {
    let body = request::body(settings, &endpoint.model, call)?;
    let what = net::described("POST", &endpoint.url);
    let mut post = world
        .clients
        .to(&endpoint.url)?
        .post(endpoint.url)
        .header("idempotency-key", &call.idempotency_key)
        .header("content-type", "application/json")
        .body(body);
    if let Some(key) = &endpoint.key {
        let mut bearer = HeaderValue::from_str(&format!("Bearer {key}"))
            .map_err(|_| wrong("config.api_key", "the key holds characters that a header cannot carry"))?;
        bearer.set_sensitive(true);
        post = post.header(AUTHORIZATION, bearer);
    }
    report.usage.llm_calls += 1;
    let reply = net::send(&what, post, timeout).await?;
    if !reply.status.is_success() {
        return Err(net::refused(&what, &reply, &answer::explanation(&reply.body)));
    }
    let completion = answer::read(&what, &reply.body)?;
    completion.count(settings, &mut report.usage);
    report.info(format!(
        "{}: {} tokens read, {} written",
        endpoint.model, report.usage.input_tokens, report.usage.output_tokens
    ));
    let output = completion.output(request::wants_json(settings, call))?;
    Ok(AgentAnswer { output, branch: None, sampled: false })
}

/// Where to ask, from the agent's settings and the default provider.
///
/// # Errors
/// [`FailureCode::Unavailable`] when there is no provider or its key is not set, [`FailureCode::Config`] when the
/// settings are wrong.
fn endpoint(world: &World, settings: &LlmConfig) -> Result<Endpoint, Failure> {
    let set = |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let providers = world.providers();
    let own = set(&settings.base_url);
    // A key goes only to the server it was meant for: the default key never to an address of the agent's own.
    let key_name = set(&settings.api_key).or_else(|| if own.is_some() { None } else { set(&providers.api_key_name) });
    let Some(base) = own.or_else(|| set(&providers.base_url)) else {
        return Err(Failure::new(
            FailureCode::Unavailable,
            "no language model is configured: choose a provider in the settings, or give the agent a `base_url` \
             (any OpenAI-compatible endpoint, e.g. http://127.0.0.1:11434/v1) and a `model`",
        ));
    };
    let Some(model) = set(&settings.model).or_else(|| set(&providers.model)) else {
        return Err(Failure::new(
            FailureCode::Unavailable,
            "no model is chosen: name one in the agent's settings (`model`) or in the default provider's",
        ));
    };
    let url = Url::parse(&format!("{}/chat/completions", base.trim_end_matches('/')))
        .ok()
        .filter(|url| matches!(url.scheme(), "http" | "https"))
        .ok_or_else(|| {
            wrong("config.base_url", format_args!("expected an http:// or https:// address, found {base:?}"))
        })?;
    let key = match key_name {
        Some(name) => Some(world.key("config.api_key", &name)?),
        None => None,
    };
    Ok(Endpoint { url, model, key })
}

/// The agent's sample, labelled as such.
fn sample(call: &AgentCall, report: &mut Report, missing: Failure) -> Result<AgentAnswer, Failure> {
    let Some(sample) = &call.agent.sample else {
        return Err(Failure {
            message: format!("{}; the agent has no sample to answer with either", missing.message),
            ..missing
        });
    };
    report.warn(format!("This is the agent's sample, not an answer: {}", missing.message));
    Ok(AgentAnswer { output: Payload::from_value(sample), branch: None, sampled: true })
}
