//! The API as a client sees it: real store, real engine, real agents, requests through the router.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod approvals;
mod caching;
mod carried;
mod nested;
mod paging;
mod pools;
mod reruns;
mod routing;
mod support;

use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use heddle_api::{Studio, StudioOptions, Token};
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::support::{Client, chain};

#[tokio::test]
async fn a_new_data_folder_holds_examples_that_run() {
    let client = Client::open().await;
    let workflows = client.get("/api/workflows").await;
    let triage = workflows["workflows"].as_array().unwrap().iter().find(|w| w["name"] == "IT ticket triage").unwrap();
    let id = triage["id"].as_str().unwrap();
    let ticket = "TICKET-10422 from CUST-1001: my invoice of 99.99 USD was charged twice, I am very angry!";
    let (status, started) = client
        .send(
            "POST",
            &format!("/api/workflows/{id}/execute"),
            Some(json!({ "input": { "ticket_text": ticket }, "mode": "test" })),
        )
        .await;
    assert_eq!(status, StatusCode::ACCEPTED, "{started}");
    let execution = started["id"].as_str().unwrap();
    let (status, names) = client.follow(execution).await;
    let detail = client.get(&format!("/api/workflows/{id}/executions/{execution}")).await;
    assert_eq!(status, "completed", "{detail:#}");
    assert_eq!(names.first().unwrap(), "execution_started");
    assert_eq!(names.last().unwrap(), "execution_completed");
    assert_eq!((detail["completed_steps"].as_u64(), detail["total_steps"].as_u64()), (Some(3), Some(3)));
    assert!(detail["output_value"]["recommendation"].is_string(), "{detail:#}");
    for step in detail["steps"].as_array().unwrap() {
        assert_eq!(step["attempts"][0]["status"], "completed");
        let hash = step["attempts"][0]["output"]["hash"].as_str().unwrap();
        let part = client.get(&format!("/api/payloads/{hash}")).await;
        assert_eq!(part["complete"], true);
    }
}

#[tokio::test]
async fn edits_are_saved_on_the_revision_they_were_made_on_and_nothing_unknown_is_dropped() {
    let client = Client::open().await;
    let (status, draft) = client.send("POST", "/api/workflows", Some(json!({ "document": chain("chain") }))).await;
    assert_eq!(status, StatusCode::CREATED, "{draft}");
    assert_eq!(draft["document"]["x-team"], "ops");
    let mut document = draft["document"].clone();
    document["name"] = json!("Renamed");
    let save = |document: &Value, base: u64| json!({ "document": document, "base_revision": base, "label": "Rename" });
    let (status, saved) = client.send("PUT", "/api/workflows/chain", Some(save(&document, 1))).await;
    assert_eq!((status, saved["revision"].as_u64()), (StatusCode::OK, Some(2)));
    let (status, refused) = client.send("PUT", "/api/workflows/chain", Some(save(&document, 1))).await;
    assert_eq!((status, &refused["code"]), (StatusCode::CONFLICT, &json!("stale_revision")));
    assert_eq!(refused["details"]["current_revision"], 2);
    let before = client.get("/api/workflows/chain/edits/1").await;
    assert_eq!(before["name"], "Chain");
    let (_, copy) = client.send("POST", "/api/workflows", Some(json!({ "document": chain("chain") }))).await;
    assert_ne!(copy["document"]["id"], "chain", "an import never replaces a workflow");
}

#[tokio::test]
async fn a_document_keeps_numbers_no_double_can_hold() {
    let client = Client::open().await;
    let text =
        chain("big").to_string().replacen("\"x-team\":\"ops\"", "\"x-team\":123456789012345678901234567890.10", 1);
    let (status, _) = client.send_text("POST", "/api/workflows", Some(format!("{{\"document\":{text}}}"))).await;
    assert_eq!(status, StatusCode::CREATED);
    let draft = client.get("/api/workflows/big").await;
    assert_eq!(draft["document"]["x-team"].to_string(), "123456789012345678901234567890.10");
}

#[tokio::test]
async fn an_input_and_an_output_keep_every_digit() {
    let client = Client::open().await;
    client.send("POST", "/api/workflows", Some(json!({ "document": chain("chain") }))).await;
    let body = r#"{"input": {"n": 123456789012345678901234567890}}"#;
    let (status, started) = client.send_text("POST", "/api/workflows/chain/execute", Some(body.into())).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{started}");
    let id = started["id"].as_str().unwrap();
    client.follow(id).await;
    let detail = client.get(&format!("/api/executions/{id}")).await;
    assert_eq!(detail["output_value"].to_string(), r#"{"n":123456789012345678901234567890}"#);
}

#[tokio::test]
async fn a_workflow_with_errors_is_kept_but_neither_run_nor_saved_as_a_version() {
    let client = Client::open().await;
    let mut cyclic = chain("cyclic");
    cyclic["edges"].as_array_mut().unwrap().push(json!({ "id": "e2", "from": "second", "to": "first" }));
    let (status, _) = client.send("POST", "/api/workflows", Some(json!({ "document": cyclic }))).await;
    assert_eq!(status, StatusCode::CREATED);
    let found = client.send("POST", "/api/validate", Some(json!({ "document": cyclic }))).await.1;
    assert!(found["diagnostics"].as_array().unwrap().iter().any(|one| one["code"] == "cycle"), "{found}");
    for (path, body) in [("versions", json!({})), ("execute", json!({ "input": { "n": 1 } }))] {
        let (status, refused) = client.send("POST", &format!("/api/workflows/cyclic/{path}"), Some(body)).await;
        assert_eq!((status, &refused["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("workflow_has_errors")));
        assert!(refused["message"].as_str().unwrap().contains("first"), "{refused}");
    }
}

#[tokio::test]
async fn versions_are_counted_carry_their_agents_and_can_be_restored() {
    let client = Client::open().await;
    client.send("POST", "/api/workflows", Some(json!({ "document": chain("chain") }))).await;
    let (status, first) =
        client.send("POST", "/api/workflows/chain/versions", Some(json!({ "label": "1.0.0", "note": "first" }))).await;
    assert_eq!((status, first["number"].as_u64(), &first["label"]), (StatusCode::CREATED, Some(1), &json!("1.0.0")));
    let (status, again) = client.send("POST", "/api/workflows/chain/versions", Some(json!({}))).await;
    assert_eq!((status, again["number"].as_u64()), (StatusCode::OK, Some(1)), "the same state adds no version");
    assert_eq!(client.get("/api/workflows/chain").await["changed_since_version"], false);
    let mut document = client.get("/api/workflows/chain").await["document"].clone();
    document["steps"][0]["agent"] = json!("ticket-analyzer");
    document["steps"][0]["mapping"] = json!({ "ticket_text": "string(input.n)" });
    document["steps"][1]["mapping"] = json!({ "n": "input.n" });
    let body = json!({ "document": document, "base_revision": 1, "label": "Use the analyzer" });
    client.send("PUT", "/api/workflows/chain", Some(body)).await;
    let listed = client.get("/api/workflows").await;
    let chain = listed["workflows"].as_array().unwrap().iter().find(|one| one["id"] == "chain").unwrap();
    assert_eq!(chain["thumbnail"]["steps"][0]["kind"], "script", "that of the library's agent");
    let (_, second) = client.send("POST", "/api/workflows/chain/versions", Some(json!({}))).await;
    assert_eq!(second["number"], 2, "{second}");
    let kept = client.get("/api/workflows/chain/versions/2").await;
    assert_eq!(kept["document"]["agents"][0]["id"], "ticket-analyzer");
    let (status, restored) = client.send("POST", "/api/workflows/chain/versions/1/restore", None).await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(restored["document"]["steps"][0]["agent"]["kind"], "transform");
    assert_eq!(restored["revision"], 3);
}

#[tokio::test]
async fn an_input_that_does_not_fit_is_refused_with_the_place() {
    let client = Client::open().await;
    client.send("POST", "/api/workflows", Some(json!({ "document": chain("chain") }))).await;
    let (status, refused) =
        client.send("POST", "/api/workflows/chain/execute", Some(json!({ "input": { "n": "five" } }))).await;
    assert_eq!((status, &refused["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("input_invalid")));
    assert_eq!(refused["details"]["errors"][0]["path"], "/n");
    assert!(client.get("/api/executions").await["executions"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn a_failed_execution_says_what_failed_and_can_be_retried() {
    let client = Client::open().await;
    let mut failing = chain("failing");
    failing["steps"][1]["agent"] = json!({ "kind": "script", "name": "Thrower", "config": { "code": "function run(input) { throw new Error('no such customer') }" } });
    client.send("POST", "/api/workflows", Some(json!({ "document": failing }))).await;
    let (_, started) =
        client.send("POST", "/api/workflows/failing/execute", Some(json!({ "input": { "n": 1 } }))).await;
    let id = started["id"].as_str().unwrap().to_owned();
    assert_eq!(client.follow(&id).await.0, "failed");
    let detail = client.get(&format!("/api/executions/{id}")).await;
    let error = &detail["error"];
    assert_eq!(
        (&error["step"], error["position"].as_u64(), error["total"].as_u64()),
        (&json!("second"), Some(2), Some(2))
    );
    assert!(error["failure"]["message"].as_str().unwrap().contains("no such customer"), "{error:#}");
    assert_eq!(error["completed"], json!(["first"]));
    let (status, again) = client.send("POST", &format!("/api/workflows/failing/executions/{id}/retry"), None).await;
    assert_eq!((status, &again["retry_of"]), (StatusCode::ACCEPTED, &json!(id)));
    let (status, _) = client.send("POST", &format!("/api/workflows/other/executions/{id}/retry"), None).await;
    assert_eq!(status, StatusCode::NOT_FOUND, "an execution belongs to its workflow");
}

#[tokio::test]
async fn a_running_execution_can_be_cancelled() {
    let client = Client::open().await;
    let mut slow = chain("slow");
    slow["steps"][0]["agent"] = json!({ "kind": "wait", "config": { "ms": 600_000 } });
    client.send("POST", "/api/workflows", Some(json!({ "document": slow }))).await;
    let (_, started) = client.send("POST", "/api/workflows/slow/execute", Some(json!({ "input": { "n": 1 } }))).await;
    let id = started["id"].as_str().unwrap().to_owned();
    let (status, _) = client.send("POST", &format!("/api/executions/{id}/cancel"), Some(json!({ "by": "ana" }))).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    assert_eq!(client.follow(&id).await.0, "cancelled");
    let (status, refused) = client.send("POST", &format!("/api/executions/{id}/cancel"), Some(json!({}))).await;
    assert_eq!((status, &refused["code"]), (StatusCode::CONFLICT, &json!("conflict")));
}

#[tokio::test]
async fn deleting_a_workflow_can_be_undone() {
    let client = Client::open().await;
    client.send("POST", "/api/workflows", Some(json!({ "document": chain("chain") }))).await;
    assert_eq!(client.send("DELETE", "/api/workflows/chain", None).await.0, StatusCode::NO_CONTENT);
    let deleted = client.get("/api/workflows?deleted=true").await;
    assert_eq!(deleted["workflows"][0]["id"], "chain");
    assert_eq!(
        client.send("POST", "/api/workflows/chain/execute", Some(json!({ "input": { "n": 1 } }))).await.0,
        StatusCode::NOT_FOUND
    );
    assert_eq!(client.send("POST", "/api/workflows/chain/restore", None).await.0, StatusCode::OK);
    assert_eq!(client.get("/api/workflows/chain").await["deleted"], false);
}

#[tokio::test]
async fn bad_requests_get_an_error_body_of_our_own() {
    let client = Client::open().await;
    for (method, path, body) in [
        ("POST", "/api/workflows", "{ not json"),
        ("POST", "/api/workflows", r#"{"document": {"format": "heddle/v1", "id": 5}}"#),
        ("GET", "/api/executions?status=sleeping", ""),
        ("GET", "/api/payloads/zz", ""),
        ("PUT", "/api/settings/nonsense", "1"),
        ("PUT", "/api/settings/pools", "[]"),
        ("PUT", "/api/settings/pools", r#"{"gpu": {"slots": 0}}"#),
        ("PUT", "/api/settings/pools", r#"{"gpu": {"seats": 1}}"#),
        ("POST", "/api/route", r#"{"version": "newest"}"#),
        ("PUT", "/api/settings/providers", r#"{"api_key": "sk-123"}"#),
    ] {
        let (status, refused) = client.send_text(method, path, Some(body.to_owned())).await;
        assert!(status.is_client_error(), "{method} {path}: {status}");
        assert_eq!(refused["code"], "bad_request", "{method} {path}: {refused}");
        assert!(refused["message"].as_str().is_some_and(|message| !message.is_empty()));
    }
    let (status, refused) = client.send("GET", "/api/nothing", None).await;
    assert_eq!((status, &refused["code"]), (StatusCode::NOT_FOUND, &json!("not_found")));
    let newer = json!({ "document": { "format": "heddle/v2", "id": "x", "name": "x" } });
    assert_eq!(client.send("POST", "/api/workflows", Some(newer)).await.1["code"], "invalid_document");
}

#[tokio::test]
async fn the_description_names_every_operation_and_is_readable_without_a_token() {
    let folder = tempfile::tempdir().unwrap();
    let studio = Studio::open(StudioOptions::at(folder.path())).await.unwrap();
    let router = studio.guarded_router(Token::new("secret"));
    let request = |path: &str| Request::builder().uri(path).header("host", "127.0.0.1:1").body(Body::empty()).unwrap();
    let response = router.clone().oneshot(request("/api/openapi.json")).await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    let text = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    let description: Value = serde_json::from_slice(&text).unwrap();
    assert!(description["paths"]["/api/workflows/{id}/execute"]["post"].is_object());
    assert!(description["paths"]["/api/workflows/{id}/executions/{execution_id}"]["get"].is_object());
    assert!(description["paths"]["/api/workflows/{id}/executions/{execution_id}/retry"]["post"].is_object());
    assert_eq!(router.clone().oneshot(request("/api/docs/")).await.unwrap().status(), StatusCode::OK);
    assert_eq!(router.oneshot(request("/api/workflows")).await.unwrap().status(), StatusCode::UNAUTHORIZED);
}

#[test]
fn the_page_about_errors_is_what_the_table_prints() {
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/errors.md");
    let hint = "run `cargo run -p heddle-api --example errors > docs/errors.md`";
    assert_eq!(std::fs::read_to_string(page).unwrap(), heddle_api::ErrorCode::table(), "{hint}");
}
