//! The request to a chat endpoint (`POST /chat/completions`, as OpenAI's API reference describes it).

use heddle_engine::AgentCall;
use heddle_model::Failure;
use serde_json::{Map, Value, json};

use super::{LlmConfig, ResponseFormat};
use crate::config::wrong;
use crate::scope::{own, render};

/// Whether the answer is to be JSON.
pub(super) fn wants_json(settings: &LlmConfig, call: &AgentCall) -> bool {
    match settings.response_format {
        ResponseFormat::JsonSchema => call.agent.output_schema.is_some(),
        ResponseFormat::JsonObject => true,
        ResponseFormat::Text => false,
    }
}

/// The body of the request.
pub(super) fn body(settings: &LlmConfig, model: &str, call: &AgentCall) -> Result<String, Failure> {
    let scope = own(call);
    let mut system = render("config.system", &settings.system, &scope)?;
    let prompt = render("config.prompt", &settings.prompt, &scope)?;
    let mut body = Map::new();
    body.insert("model".to_owned(), Value::from(model));
    let format = match (settings.response_format, &call.agent.output_schema) {
        (ResponseFormat::JsonSchema, Some(schema)) => Some(json!({
            "type": "json_schema",
            "json_schema": { "name": schema_name(call), "schema": schema },
        })),
        (ResponseFormat::JsonObject, schema) => {
            if !system.is_empty() {
                system.push_str("\n\n");
            }
            system.push_str("Answer with one JSON object and nothing else.");
            if let Some(schema) = schema {
                system.push_str(&format!(" It must be valid against this JSON Schema:\n{schema}"));
            }
            Some(json!({ "type": "json_object" }))
        }
        (ResponseFormat::JsonSchema, None) | (ResponseFormat::Text, _) => None,
    };
    let mut messages = Vec::new();
    if !system.is_empty() {
        messages.push(json!({ "role": "system", "content": system }));
    }
    messages.push(json!({ "role": "user", "content": prompt }));
    body.insert("messages".to_owned(), Value::from(messages));
    if let Some(temperature) = settings.temperature {
        if !(0.0..=2.0).contains(&temperature) {
            return Err(wrong("config.temperature", format_args!("expected 0 to 2, found {temperature}")));
        }
        body.insert("temperature".to_owned(), Value::from(temperature));
    }
    if let Some(most) = settings.max_tokens {
        body.insert("max_tokens".to_owned(), Value::from(most));
    }
    if let Some(format) = format {
        body.insert("response_format".to_owned(), format);
    }
    body.extend(settings.options.iter().map(|(name, value)| (name.clone(), value.clone())));
    Ok(Value::Object(body).to_string())
}

/// A name endpoints accept: letters, digits, `_` and `-`, at most 64.
fn schema_name(call: &AgentCall) -> String {
    let name: String = call
        .agent
        .id
        .as_str()
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '_' })
        .take(64)
        .collect();
    if name.is_empty() { "answer".to_owned() } else { name }
}
