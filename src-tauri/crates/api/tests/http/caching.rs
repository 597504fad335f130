//! Answers that are given again: for the same question to the same agent, unless somebody wants them anew.

use serde_json::{Value, json};

use crate::support::Client;

/// Two agents, chosen by a rule on the input; the answer may be used again.
fn chooses(second: &str) -> Value {
    let agent = |id: &str, name: &str, said: &str| {
        json!({ "id": id, "name": name, "kind": "transform", "config": {},
            "input_schema": { "type": "object" }, "x-said": said })
    };
    json!({
        "format": "heddle/v1", "id": "w", "name": "w",
        "agents": [agent("first", "First line", "hello"), agent("second", "Second line", second)],
        "steps": [{
            "id": "ask", "mapping": { "level": "input.level" }, "policy": { "cache": {} },
            "agent": { "kind": "select", "config": {
                "strategy": "rules",
                "candidates": [{ "agent": "second", "when": "input.level > 1" }, { "agent": "first" }],
            } },
        }],
        "edges": [],
    })
}

#[tokio::test]
async fn an_answer_is_given_again_with_the_agent_that_had_given_it() {
    let client = Client::open().await;
    client.create(chooses("hello")).await;
    let asked = async |level: u64, options: Value| {
        let start = json!({ "input": { "level": level }, "options": options });
        let id = client.start("/api/workflows/w/execute", start).await;
        let detail = client.ended(&id).await;
        assert_eq!(detail["status"], "completed", "{detail:#}");
        assert_eq!(detail["output_value"], json!({ "level": level }));
        let attempt = &detail["steps"][0]["attempts"][0];
        (attempt["source"].clone(), attempt["chosen"].clone())
    };
    let plain = || json!({});
    assert_eq!(asked(2, plain()).await, (json!("agent"), json!("Second line")));
    assert_eq!(asked(2, plain()).await, (json!("cache"), json!("Second line")));
    assert_eq!(asked(1, plain()).await, (json!("agent"), json!("First line")), "another question");
    assert_eq!(asked(2, json!({ "bypass_cache": true })).await, (json!("agent"), json!("Second line")));

    // The agents that may be chosen are part of the question.
    let mut document = client.get("/api/workflows/w").await["document"].clone();
    document["agents"] = chooses("good day")["agents"].clone();
    let edit = json!({ "document": document, "base_revision": 1, "label": "Edit" });
    client.send("PUT", "/api/workflows/w", Some(edit)).await;
    assert_eq!(asked(2, plain()).await, (json!("agent"), json!("Second line")));
}
