//! Keys stay out of everything that is kept: failures, log lines, outputs.

use heddle_model::FailureCode::Unavailable;
use serde_json::json;

use crate::server::{Server, answer};
use crate::support::Attempt;

const KEY: &str = "sk-very-secret-0123456789";

#[tokio::test]
async fn a_server_that_quotes_the_key_gives_nothing_away() {
    for status in [200, 401, 500] {
        let server = Server::start(move |asked| {
            let sent = asked.headers["authorization"].to_str().unwrap().to_owned();
            answer(
                status,
                &[("content-type", "application/json"), ("x-echo", &sent)],
                format!("{{\"error\":{{\"message\":\"bad key {sent}\"}}}}"),
            )
        })
        .await;
        for attempt in [
            Attempt::new("http", json!({ "url": server.url, "api_key": "mine" })),
            Attempt::new("llm", json!({ "base_url": server.url, "model": "m", "api_key": "mine", "prompt": "x" })),
        ] {
            let result = attempt.key("mine", KEY).run().await;
            let everything = format!("{result:?}");
            assert!(!everything.contains(KEY), "{everything}");
            assert!(everything.contains("[key]") || status == 200, "{everything}");
        }
        assert!(server.asked().iter().all(|asked| asked.headers["authorization"] == format!("Bearer {KEY}")));
    }
}

#[tokio::test]
async fn a_missing_key_is_named_with_the_variable_to_set() {
    let http = Attempt::new("http", json!({ "url": "http://127.0.0.1:1/", "api_key": "my-crm" }));
    http.fails(Unavailable, &["\"my-crm\"", "HEDDLE_KEY_MY_CRM"]).await;
    let llm = Attempt::new(
        "llm",
        json!({ "base_url": "http://127.0.0.1:1/", "model": "m", "api_key": "my-llm", "prompt": "x" }),
    );
    llm.fails(Unavailable, &["\"my-llm\"", "HEDDLE_KEY_MY_LLM"]).await;
}
