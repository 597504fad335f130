use heddle_agents::Providers;
use heddle_model::FailureCode::{AgentFailed, Config, Interrupted, OutputFormat, RateLimited, Remote, Unavailable};
use heddle_model::{LogLevel, RunMode};
use serde_json::{Value, json};

use crate::server::{Server, answer, silent};
use crate::support::Attempt;

/// A server that answers every chat with this message.
async fn model(message: Value, finish: &'static str) -> Server {
    Server::start(move |_| {
        let completion = json!({
            "choices": [{ "index": 0, "message": message, "finish_reason": finish }],
            "usage": { "prompt_tokens": 1200, "completion_tokens": 300, "total_tokens": 1500 },
        });
        answer(200, &[("content-type", "application/json")], completion.to_string())
    })
    .await
}

async fn says(content: &str) -> Server {
    model(json!({ "role": "assistant", "content": content }), "stop").await
}

fn llm(server: &Server, mut more: Value) -> Attempt {
    more["base_url"] = json!(format!("{}/v1/", server.url));
    more["model"] = json!("tiny");
    if more["prompt"].is_null() {
        more["prompt"] = json!("Hello");
    }
    Attempt::new("llm", more)
}

#[tokio::test]
async fn asks_with_rendered_prompts_and_the_output_schema() {
    let schema = json!({ "type": "object", "properties": { "n": { "type": "number" } } });
    let server = says("{\"n\":1.0}").await;
    let more = json!({
        "system": "Be {{ vars.tone }}.", "prompt": "Count {{ input.items }}", "temperature": 0.5, "max_tokens": 64,
        "options": { "seed": 7 }, "input_price": 2.0, "output_price": 10.0,
    });
    let wanted = schema.clone();
    let result = llm(&server, more)
        .agent(move |agent| agent.output_schema = Some(wanted))
        .input(r#"{"items":[1,2.0]}"#)
        .vars(r#"{"tone":"brief"}"#)
        .run()
        .await;
    assert_eq!(result.outcome.unwrap().output.text(), r#"{"n":1.0}"#);
    assert_eq!((result.usage.llm_calls, result.usage.input_tokens, result.usage.output_tokens), (1, 1200, 300));
    assert!((result.usage.cost_usd.unwrap() - 0.0054).abs() < 1e-12);
    let asked = &server.asked()[0];
    assert_eq!(asked.uri, "/v1/chat/completions");
    assert!(!asked.headers.contains_key("authorization"));
    assert_eq!(
        serde_json::from_slice::<Value>(&asked.body).unwrap(),
        json!({
            "model": "tiny",
            "messages": [
                { "role": "system", "content": "Be brief." },
                { "role": "user", "content": "Count [1,2.0]" },
            ],
            "temperature": 0.5, "max_tokens": 64,
            "response_format": { "type": "json_schema", "json_schema": { "name": "it", "schema": schema } },
            "seed": 7,
        })
    );
}

#[tokio::test]
async fn without_a_schema_the_answer_is_text_and_the_cost_unknown() {
    let server = says("Hi there").await;
    let result = llm(&server, json!({})).run().await;
    assert_eq!(result.outcome.unwrap().output.text(), r#"{"text":"Hi there"}"#);
    assert_eq!(result.usage.cost_usd, None);
    let body: Value = serde_json::from_slice(&server.asked()[0].body).unwrap();
    assert!(body.get("response_format").is_none());
    assert_eq!(body["messages"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn json_object_mode_writes_the_schema_into_the_system_prompt() {
    let server = says("```json\n{\"a\":1}\n```").await;
    let attempt = llm(&server, json!({ "response_format": "json_object" }))
        .agent(|agent| agent.output_schema = Some(json!({ "title": "Mine" })));
    assert_eq!(attempt.answer().await, r#"{"a":1}"#);
    let body: Value = serde_json::from_slice(&server.asked()[0].body).unwrap();
    assert_eq!(body["response_format"], json!({ "type": "json_object" }));
    assert!(body["messages"][0]["content"].as_str().unwrap().contains(r#"{"title":"Mine"}"#));
}

#[tokio::test]
async fn answers_that_are_no_json_fail_and_still_count() {
    let json = |server: &Server| llm(server, json!({ "response_format": "json_object" }));
    let chatty = says("I would rather not.").await;
    let result = json(&chatty).run().await;
    let failure = result.outcome.unwrap_err();
    assert_eq!((failure.code, failure.transient), (OutputFormat, true));
    assert_eq!(result.usage.output_tokens, 300);
    let cut = model(json!({ "content": "{\"a\":" }), "length").await;
    assert!(!json(&cut).fails(OutputFormat, &["max_tokens"]).await.transient);
    let refusal = model(json!({ "content": null, "refusal": "no way" }), "stop").await;
    json(&refusal).fails(AgentFailed, &["refused", "no way"]).await;
    let empty = Server::start(|_| answer(200, &[], "{\"choices\":[]}")).await;
    json(&empty).fails(Remote, &["no choices"]).await;
    let page = Server::start(|_| answer(200, &[], "<html>Welcome</html>")).await;
    json(&page).fails(Remote, &["OpenAI-compatible", "Welcome"]).await;
}

#[tokio::test]
async fn errors_of_the_endpoint_are_explained_and_sorted() {
    let busy =
        Server::start(|_| answer(429, &[("retry-after", "2")], r#"{"error":{"message":"slow down","type":"x"}}"#))
            .await;
    let failure = llm(&busy, json!({})).fails(RateLimited, &["429", "slow down"]).await;
    assert_eq!((failure.transient, failure.retry_after_ms), (true, Some(2_000)));
    let down = Server::start(|_| answer(503, &[], "overloaded")).await;
    assert!(llm(&down, json!({})).fails(Remote, &["503", "overloaded"]).await.transient);
    let wrong = Server::start(|_| answer(404, &[], r#"{"error":"model not found"}"#)).await;
    assert!(!llm(&wrong, json!({})).fails(Remote, &["404", "model not found"]).await.transient);
}

#[tokio::test]
async fn a_slow_model_can_be_cancelled() {
    let (url, mut came) = silent().await;
    let attempt = Attempt::new("llm", json!({ "base_url": url, "model": "m", "prompt": "x" }));
    let cancel = attempt.call.cancel.clone();
    let running = tokio::spawn(attempt.failure());
    let connection = came.recv().await;
    cancel.cancel();
    assert_eq!(running.await.unwrap().code, Interrupted);
    drop(connection);
}

#[tokio::test]
async fn without_a_provider_only_test_runs_answer_and_only_with_a_labelled_sample() {
    let bare = || {
        Attempt::new("llm", json!({ "prompt": "x" })).agent(|agent| agent.sample = Some(json!({ "text": "sample" })))
    };
    let result = bare().mode(RunMode::Test).run().await;
    let sampled = result.outcome.unwrap();
    assert!(sampled.sampled);
    assert_eq!(sampled.output.text(), r#"{"text":"sample"}"#);
    assert_eq!(result.log[0].level, LogLevel::Warn);
    assert!(result.log[0].text.contains("sample"));
    assert_eq!(result.usage.llm_calls, 0);

    bare().fails(Unavailable, &["base_url", "settings"]).await;
    let nothing = bare().agent(|agent| agent.sample = None).mode(RunMode::Test);
    nothing.fails(Unavailable, &["base_url", "no sample"]).await;
    let keyless = Providers {
        base_url: Some("http://127.0.0.1:1".to_owned()),
        api_key_name: Some("absent".to_owned()),
        model: Some("m".to_owned()),
    };
    assert!(bare().providers(keyless.clone()).mode(RunMode::Test).run().await.outcome.unwrap().sampled);
    bare().providers(keyless).fails(Unavailable, &["HEDDLE_KEY_ABSENT"]).await;
}

#[tokio::test]
async fn the_default_provider_is_used_but_its_key_goes_nowhere_else() {
    let server = says("hi").await;
    let providers = Providers {
        base_url: Some(server.url.clone()),
        api_key_name: Some("default".to_owned()),
        model: Some("big".to_owned()),
    };
    let default = Attempt::new("llm", json!({ "prompt": "x" })).providers(providers.clone()).key("default", "secret");
    default.answer().await;
    let other = says("hi").await;
    llm(&other, json!({})).providers(providers).key("default", "secret").answer().await;
    assert_eq!(server.asked()[0].headers["authorization"], "Bearer secret");
    assert_eq!(serde_json::from_slice::<Value>(&server.asked()[0].body).unwrap()["model"], "big");
    assert!(!other.asked()[0].headers.contains_key("authorization"));
}

#[tokio::test]
async fn mistakes_in_the_settings_name_the_field() {
    let server = says("hi").await;
    llm(&server, json!({ "temperature": 3 })).fails(Config, &["config.temperature"]).await;
    llm(&server, json!({ "timeout_ms": 0 })).fails(Config, &["config.timeout_ms"]).await;
    llm(&server, json!({ "prompt": "{{" })).fails(Config, &["config.prompt"]).await;
    let address = Attempt::new("llm", json!({ "prompt": "x", "base_url": "nowhere", "model": "m" }));
    address.mode(RunMode::Test).fails(Config, &["config.base_url"]).await;
    Attempt::new("llm", json!({})).fails(Config, &["`prompt`"]).await;
    assert!(server.asked().is_empty());
}
