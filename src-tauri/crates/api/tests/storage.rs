//! Storage through the API: sizes, limits, stars, letting go.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use axum::body::{Body, to_bytes};
use axum::http::Request;
use heddle_api::{Studio, StudioOptions};
use heddle_engine::{Batch, NewExecution, RunStore};
use heddle_model::{Event, EventKind, ExecutionId, Payload, RunMode, Timestamp, Workflow, WorkflowId};
use serde_json::{Value, json};
use tower::ServiceExt as _;

async fn send(studio: &Studio, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
    let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
    let request = request.body(body.map_or_else(Body::empty, |body| Body::from(body.to_string()))).unwrap();
    let response = studio.router().oneshot(request).await.unwrap();
    let status = response.status().as_u16();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
    (status, if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() })
}

/// An execution that was cancelled long ago.
async fn past(studio: &Studio, id: &str) {
    let (workflow_id, at) = (WorkflowId::new("w"), Timestamp::from_micros(1));
    let input = Payload::parse("{}").unwrap();
    let new = NewExecution {
        id: ExecutionId::new(id),
        workflow: Workflow::empty(workflow_id.clone(), "W").into(),
        workflow_id,
        version: None,
        mode: RunMode::Live,
        input: input.clone(),
        total_steps: 0,
        created_at: at,
        retry_of: None,
        options: Default::default(),
    };
    studio.store().create(new).await.unwrap();
    let events = vec![Event { seq: 1, at, kind: EventKind::ExecutionCancelled }];
    studio.store().append(ExecutionId::new(id), Batch { events, payloads: Vec::new() }).await.unwrap();
}

#[tokio::test]
async fn limits_are_set_and_what_is_over_them_goes_except_what_is_starred() {
    let folder = tempfile::tempdir().unwrap();
    let options = StudioOptions { data_dir: Some(folder.path().into()), examples: false, recover: false };
    let studio = Studio::open(options).await.unwrap();
    for id in ["one", "two", "three"] {
        past(&studio, id).await;
    }
    let (status, storage) = send(&studio, "GET", "/api/storage", None).await;
    assert_eq!(
        (status, &storage["executions"], &storage["limits"]["max_executions"]),
        (200, &json!(3), &json!(10_000))
    );
    assert!(storage["database_bytes"].as_u64().unwrap() > 0 && storage["limits"].get("max_age_days").is_none());

    assert_eq!(send(&studio, "PUT", "/api/executions/two/star", None).await.0, 204);
    assert_eq!(send(&studio, "PUT", "/api/executions/none/star", None).await.0, 404);
    let (_, listed) = send(&studio, "GET", "/api/executions", None).await;
    let starred = listed["executions"].as_array().unwrap().iter().filter(|one| one["starred"] == json!(true));
    assert!(starred.map(|one| &one["id"]).eq([&json!("two")]), "{listed}");
    let (status, refused) = send(&studio, "PUT", "/api/settings/storage", Some(json!({"max_age_days": "old"}))).await;
    assert_eq!((status, &refused["code"]), (400, &json!("bad_request")));
    assert_eq!(send(&studio, "PUT", "/api/settings/storage", Some(json!({"max_age_days": 30}))).await.0, 204);
    assert_eq!(send(&studio, "GET", "/api/storage", None).await.1["limits"]["max_age_days"], json!(30));

    let (status, would) = send(&studio, "POST", "/api/storage/clean", Some(json!({"dry_run": true}))).await;
    assert_eq!((status, &would["executions"]), (200, &json!(2)));
    let (_, nothing) = send(&studio, "POST", "/api/storage/clean", Some(json!({"keep": 3}))).await;
    assert_eq!(nothing["executions"], json!(0), "what is asked for takes the place of the setting");
    let (_, cleaned) = send(&studio, "POST", "/api/storage/clean", Some(json!({}))).await;
    assert_eq!(cleaned["executions"], json!(2));
    assert_eq!(send(&studio, "GET", "/api/storage", None).await.1["starred"], json!(1));

    assert_eq!(send(&studio, "DELETE", "/api/executions/two/star", None).await.0, 204);
    let (_, cleaned) = send(&studio, "POST", "/api/storage/clean", Some(json!({"older_than_days": 1}))).await;
    assert_eq!((cleaned["executions"].clone(), cleaned["payloads"].as_u64() > Some(0)), (json!(1), true));
    assert_eq!(send(&studio, "POST", "/api/storage/clean", Some(json!({"max_days": 1}))).await.0, 400);
}
