//! A client of the API, and documents for it.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use heddle_api::{Studio, StudioOptions};
use serde_json::{Value, json};
use tower::ServiceExt as _;

pub(crate) struct Client {
    pub(crate) router: Router,
    pub(crate) studio: Studio,
    _folder: tempfile::TempDir,
}

impl Client {
    pub(crate) async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let studio = Studio::open(StudioOptions::at(folder.path())).await.unwrap();
        Self { router: studio.router(), studio, _folder: folder }
    }

    pub(crate) async fn send(&self, method: &str, path: &str, body: Option<Value>) -> (StatusCode, Value) {
        self.send_text(method, path, body.map(|body| body.to_string())).await
    }

    pub(crate) async fn send_text(&self, method: &str, path: &str, body: Option<String>) -> (StatusCode, Value) {
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        let request = request.body(body.map_or_else(Body::empty, Body::from)).unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
        (status, body)
    }

    pub(crate) async fn get(&self, path: &str) -> Value {
        let (status, body) = self.send("GET", path, None).await;
        assert_eq!(status, StatusCode::OK, "{path}: {body}");
        body
    }

    /// Puts a workflow there.
    pub(crate) async fn create(&self, document: Value) {
        let (status, made) = self.send("POST", "/api/workflows", Some(json!({ "document": document }))).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
    }

    /// Posts what is accepted, and answers with the execution's id.
    pub(crate) async fn start(&self, path: &str, body: Value) -> String {
        let (status, started) = self.send("POST", path, Some(body)).await;
        assert_eq!(status, StatusCode::ACCEPTED, "{path}: {started}");
        started["id"].as_str().unwrap().to_owned()
    }

    /// Follows an execution until it waits for a person.
    pub(crate) async fn until_paused(&self, id: &str) -> Value {
        let mut after = 0;
        loop {
            let page = self.get(&format!("/api/executions/{id}/events?after={after}&wait_ms=20000")).await;
            after = page["last_seq"].as_u64().unwrap();
            match page["status"].as_str().unwrap() {
                "paused" => return self.get(&format!("/api/executions/{id}")).await,
                "running" | "pending" => {}
                ended => panic!("{ended}: {page:#}"),
            }
        }
    }

    /// Follows an execution until that step waits.
    pub(crate) async fn until_paused_at(&self, id: &str, step: &str) -> Value {
        loop {
            let detail = self.until_paused(id).await;
            let steps = detail["steps"].as_array().unwrap();
            if steps.iter().any(|one| one["id"] == step && one["status"] == "waiting") {
                return detail;
            }
        }
    }

    /// The same data folder, opened by another studio once this one is closed.
    pub(crate) async fn reopened(self) -> Self {
        let Self { router, studio, _folder: folder } = self;
        studio.shutdown().await;
        drop((router, studio));
        let studio = Studio::open(StudioOptions::at(folder.path())).await.unwrap();
        Self { router: studio.router(), studio, _folder: folder }
    }

    /// Follows an execution to its end and shows it.
    pub(crate) async fn ended(&self, id: &str) -> Value {
        self.follow(id).await;
        self.get(&format!("/api/executions/{id}")).await
    }

    /// Follows an execution by its events, as the UI does, until it has settled.
    pub(crate) async fn follow(&self, id: &str) -> (String, Vec<String>) {
        let (mut after, mut names) = (0, Vec::new());
        loop {
            let page = self.get(&format!("/api/executions/{id}/events?after={after}&wait_ms=20000")).await;
            names.extend(
                page["events"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|event| event["kind"]["type"].as_str().unwrap().to_owned()),
            );
            after = page["last_seq"].as_u64().unwrap();
            let status = page["status"].as_str().unwrap();
            if ["completed", "failed", "cancelled"].contains(&status) {
                return (status.to_owned(), names);
            }
        }
    }
}

pub(crate) fn chain(id: &str) -> Value {
    json!({
        "format": "heddle/v1", "id": id, "name": "Chain", "x-team": "ops",
        "input_schema": { "type": "object", "required": ["n"], "properties": { "n": { "type": "integer" } } },
        "steps": [
            { "id": "first", "agent": { "kind": "transform" }, "mapping": { "n": "input.n" }, "x-colour": 12345678901234567890123_u128.to_string() },
            { "id": "second", "agent": { "kind": "transform" }, "mapping": { "n": "steps.first.output.n" } },
        ],
        "edges": [{ "id": "e1", "from": "first", "to": "second" }],
    })
}
