//! What the editor asks about wires: verdicts, fits, proposals, previews; through the router, as a client does.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use heddle_api::{Studio, StudioOptions};
use serde_json::{Value, json};
use tower::ServiceExt as _;

async fn ask(path: &str, body: Value) -> (StatusCode, Value) {
    let studio = Studio::open(StudioOptions { data_dir: None, examples: false, recover: false }).await.unwrap();
    let request = Request::builder().method("POST").uri(path).header("content-type", "application/json");
    let request = request.body(Body::from(body.to_string())).unwrap();
    let response = studio.router().oneshot(request).await.unwrap();
    let status = response.status();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap())
}

async fn answer(path: &str, body: Value) -> Value {
    let (status, body) = ask(path, body).await;
    assert_eq!(status, StatusCode::OK, "{path}: {body}");
    body
}

/// `source` gives a number where `target` wants a text.
fn document() -> Value {
    let object = |kind: &str| json!({ "type": "object", "properties": { "id": { "type": kind } }, "required": ["id"] });
    json!({
        "format": "heddle/v1", "id": "w", "name": "W",
        "input_schema": { "type": "object", "properties": { "ticket_text": { "type": "string", "maxLength": 1000 } }, "required": ["ticket_text"] },
        "steps": [
            { "id": "source", "agent": { "kind": "llm", "sample": { "id": 7 }, "output_schema": object("integer") } },
            { "id": "target", "agent": { "kind": "llm", "input_schema": object("string") }, "mapping": { "id": "steps.source.output.id" } },
        ],
        "edges": [{ "id": "e1", "from": "source", "to": "target" }],
    })
}

#[tokio::test]
async fn a_wire_has_a_verdict_a_counterexample_and_a_repair_that_mends_it() {
    let mut document = document();
    let found = answer("/api/validate", json!({ "document": document })).await;
    let wire = &found["wires"][0];
    assert_eq!((wire["verdict"].as_str(), wire["mode"].as_str()), (Some("never"), Some("declared")));
    assert!(wire["counterexample"]["id"].is_number(), "{wire}");
    assert_eq!(wire["reasons"][0]["path"], json!("/id"));
    assert_eq!(found["diagnostics"][0]["code"], json!("incompatible_input"));
    assert_eq!(found["steps"].as_array().map(Vec::len), Some(2));
    let repair = &wire["repairs"][0];
    assert_eq!(repair["title"], json!("Convert id to text"));
    assert_eq!(repair["edit"]["type"], json!("set_mapping_field"));
    document["steps"][1]["mapping"]["id"] = repair["edit"]["data"]["expression"].clone();
    let found = answer("/api/validate", json!({ "document": document, "flows": ["target"], "mode": "strict" })).await;
    assert_eq!((found["wires"][0]["verdict"].as_str(), found["diagnostics"].clone()), (Some("always"), json!([])));
    assert_eq!(found["steps"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn agents_of_the_library_are_ranked_for_a_first_step_and_for_a_wire() {
    let first = answer("/api/fit", json!({ "document": document(), "from": null })).await;
    assert_eq!(first["agents"][0]["id"], json!("ticket-analyzer"), "{first}");
    assert_eq!(first["agents"][0]["verdict"], json!("always"));
    let fits =
        answer("/api/fit", json!({ "document": document(), "from": "source", "agents": ["customer-data"] })).await;
    assert_eq!(fits["agents"][0]["verdict"], json!("never"), "nothing gives a customer id: {fits}");
    assert_eq!(fits["steps"][0]["id"], json!("target"));
    let (status, refused) = ask("/api/fit", json!({ "document": document(), "from": "gone" })).await;
    assert_eq!((status, refused["code"].as_str()), (StatusCode::NOT_FOUND, Some("not_found")));
}

#[tokio::test]
async fn a_mapping_is_proposed() {
    let found = answer("/api/automap", json!({ "document": document(), "step": "target" })).await;
    let field = &found["fields"][0];
    assert_eq!((field["field"].as_str(), field["required"].as_bool()), (Some("id"), Some(true)));
    assert_eq!(field["current"], json!("steps.source.output.id"));
    assert_eq!(field["proposals"][0]["verdict"], json!("never"));
    let (status, _) = ask("/api/automap", json!({ "document": document(), "step": "gone" })).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn data_flows_through_a_preview_and_expressions_are_worked_out() {
    let seen = answer("/api/preview", json!({ "document": document(), "input": { "ticket_text": "x" } })).await;
    assert_eq!(seen["input_from"], json!("given"));
    assert_eq!(seen["steps"][0]["output"], json!({ "id": 7 }));
    assert_eq!(seen["steps"][0]["output_from"], json!("sample"));
    assert_eq!(seen["steps"][1]["input"], json!({ "id": 7 }));
    let problem = &seen["steps"][1]["problems"][0];
    assert_eq!(problem["message"], json!("Expected string, got number at /id"));
    assert_eq!((problem["path"].as_str(), problem["field"].as_str()), (Some("/id"), Some("id")));
    let made = answer("/api/preview", json!({ "document": document() })).await;
    assert!(made["input"]["ticket_text"].is_string() && made["input_from"] == json!("generated"), "{made}");

    let evaluate = async |expression: &str| {
        answer("/api/evaluate", json!({ "document": document(), "step": "target", "expression": expression })).await
    };
    assert_eq!(evaluate("steps.source.output.id + 1").await, json!({ "value": 8 }));
    assert_eq!(evaluate("null").await, json!({ "value": null }));
    let error = evaluate("steps.source.output.name").await;
    assert!(error["error"].as_str().unwrap().contains("there is no field `name`"), "{error}");
    assert!(evaluate("1 +").await["error"].is_string());
}

#[tokio::test]
async fn what_an_execution_gave_stands_for_its_agents() {
    let (status, refused) = ask("/api/preview", json!({ "document": document(), "execution": "exec-none" })).await;
    assert_eq!((status, refused["code"].as_str()), (StatusCode::NOT_FOUND, Some("not_found")));
}
