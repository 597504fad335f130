//! From the endpoint's answer to the agent's output.

use heddle_model::{Failure, FailureCode, Payload, Usage};
use serde::Deserialize;
use serde_json::Value;

use super::LlmConfig;
use crate::net::excerpt;

/// What an endpoint answers; fields that are not needed are left out.
#[derive(Deserialize)]
pub(super) struct Completion {
    #[serde(default)]
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Option<Tokens>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
    #[serde(default)]
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    content: Option<String>,
    #[serde(default)]
    refusal: Option<String>,
}

#[derive(Deserialize)]
struct Tokens {
    #[serde(default)]
    prompt_tokens: u64,
    #[serde(default)]
    completion_tokens: u64,
}

/// Reads an answer with a success status.
pub(super) fn read(what: &str, body: &[u8]) -> Result<Completion, Failure> {
    serde_json::from_slice(body).map_err(|error| {
        Failure::new(
            FailureCode::Remote,
            format!(
                "{what}: expected a chat completion, found {:?}; is this an OpenAI-compatible endpoint?",
                excerpt(&String::from_utf8_lossy(body))
            ),
        )
        .caused_by(&error)
    })
}

/// What an endpoint says about an error: `error.message` or `message` if there is one, else the body itself.
pub(super) fn explanation(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    let said = serde_json::from_slice::<Value>(body).ok().and_then(|value| {
        [value.pointer("/error/message"), value.get("message"), value.get("error")]
            .into_iter()
            .flatten()
            .find_map(|message| message.as_str().map(str::to_owned))
    });
    said.unwrap_or_else(|| text.into_owned())
}

impl Completion {
    /// Adds what the answer used.
    pub(super) fn count(&self, settings: &LlmConfig, usage: &mut Usage) {
        let Some(tokens) = &self.usage else { return };
        usage.input_tokens += tokens.prompt_tokens;
        usage.output_tokens += tokens.completion_tokens;
        if settings.input_price.is_some() || settings.output_price.is_some() {
            let million = 1_000_000.0;
            #[expect(clippy::cast_precision_loss, reason = "token counts are far below 2^53")]
            let cost = tokens.prompt_tokens as f64 / million * settings.input_price.unwrap_or(0.0)
                + tokens.completion_tokens as f64 / million * settings.output_price.unwrap_or(0.0);
            usage.cost_usd = Some(usage.cost_usd.unwrap_or(0.0) + cost);
        }
    }

    /// The agent's output: the JSON the model wrote, or `{"text": …}`.
    pub(super) fn output(self, json: bool) -> Result<Payload, Failure> {
        let Some(choice) = self.choices.into_iter().next() else {
            return Err(Failure::transient(FailureCode::Remote, "the model answered nothing: no choices"));
        };
        if let Some(refusal) = choice.message.refusal.filter(|refusal| !refusal.is_empty()) {
            return Err(Failure::new(FailureCode::AgentFailed, format!("the model refused: {}", excerpt(&refusal))));
        }
        let text = choice.message.content.unwrap_or_default();
        if !json {
            return Ok(Payload::from_value(&serde_json::json!({ "text": text })));
        }
        match json_in(&text) {
            Some(payload) => Ok(payload),
            None if choice.finish_reason.as_deref() == Some("length") => Err(Failure::new(
                FailureCode::OutputFormat,
                "the model's answer was cut off before its JSON was complete; raise `max_tokens`",
            )),
            // Models are not deterministic: another attempt may well be JSON.
            None => Err(Failure::transient(
                FailureCode::OutputFormat,
                format!("expected JSON from the model, found {:?}", excerpt(&text)),
            )),
        }
    }
}

/// The JSON in a model's answer: the whole of it, the inside of a code fence, or the one object or array in the text.
fn json_in(text: &str) -> Option<Payload> {
    let whole = Payload::parse(text).ok();
    whole.or_else(|| fenced(text).and_then(|inner| Payload::parse(inner).ok())).or_else(|| {
        let start = text.find(['{', '['])?;
        let end = text.rfind(['}', ']'])?;
        Payload::parse(text.get(start..=end)?).ok()
    })
}

/// What stands between the first ``` and the next.
fn fenced(text: &str) -> Option<&str> {
    let (_, after) = text.split_once("```")?;
    let (_language, inner) = after.split_once('\n')?;
    inner.split_once("```").map(|(inner, _)| inner)
}

#[cfg(test)]
mod tests {
    use super::json_in;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(json_in(text).as_ref().map(|payload| payload.text()), expected, "{text}");
    }

    #[test]
    fn finds_json_in_what_models_write() {
        check(r#"{"a":1.0}"#, Some(r#"{"a":1.0}"#));
        check("  [1] \n", Some("[1]"));
        check("```json\n{\"a\":1}\n```", Some(r#"{"a":1}"#));
        check("Here you are:\n```\n[1,2]\n```\nAnything else?", Some("[1,2]"));
        check(r#"Sure! {"a":{"b":2}} Hope that helps."#, Some(r#"{"a":{"b":2}}"#));
        check("I cannot do that.", None);
        check("{\"a\":", None);
        check("", None);
        check("}{", None);
    }
}
