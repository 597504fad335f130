//! The limits of pools: a setting that counts from the moment it is made.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::Client;

#[tokio::test]
async fn the_limits_of_a_pool_count_as_soon_as_they_are_set() {
    let client = Client::open().await;
    let step = |id: &str| json!({ "id": id, "agent": { "kind": "wait", "config": { "ms": 1 } }, "policy": { "pool": "narrow" } });
    let document =
        json!({ "format": "heddle/v1", "id": "w", "name": "w", "steps": [step("a"), step("b")], "edges": [] });
    client.create(document).await;
    for (limits, waits) in [(json!({ "narrow": { "slots": 1 } }), true), (Value::Null, false)] {
        let (status, body) = client.send("PUT", "/api/settings/pools", Some(limits)).await;
        assert_eq!(status, StatusCode::NO_CONTENT, "{body}");
        let id = client.start("/api/workflows/w/execute", json!({ "input": {} })).await;
        client.ended(&id).await;
        let log = client.get(&format!("/api/executions/{id}/events?after=0")).await.to_string();
        assert_eq!(log.contains("pool_wait"), waits, "{log}");
    }
}
