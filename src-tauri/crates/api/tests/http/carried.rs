//! Workflows that run other workflows.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Client, chain};

/// A workflow whose only step runs another one.
fn runs(id: &str, other: Value) -> Value {
    json!({
        "format": "heddle/v1", "id": id, "name": format!("Runs {other}"),
        "steps": [{ "id": "sub", "name": "Inner", "agent": { "kind": "workflow", "config": other } }], "edges": [],
    })
}

#[tokio::test]
async fn a_sub_workflow_is_carried_along_in_the_version_asked_for() {
    let client = Client::open().await;
    client.create(chain("inner")).await;
    client.send("POST", "/api/workflows/inner/versions", Some(json!({}))).await;
    let mut changed = client.get("/api/workflows/inner").await["document"].clone();
    changed["steps"][1]["mapping"] = json!({ "n": "steps.first.output.n + 1" });
    let save = json!({ "document": changed, "base_revision": 1, "label": "Add one" });
    assert_eq!(client.send("PUT", "/api/workflows/inner", Some(save)).await.0, StatusCode::OK);
    client.create(runs("first", json!({ "workflow": "inner", "version": 1 }))).await;
    client.create(runs("latest", json!({ "workflow": "inner" }))).await;
    client.create(runs("outer", json!({ "workflow": "latest" }))).await;
    let n = async |id: &str| {
        let id = client.start(&format!("/api/workflows/{id}/execute"), json!({ "input": { "n": 1 } })).await;
        client.ended(&id).await["output_value"]["n"].clone()
    };
    assert_eq!((n("first").await, n("latest").await, n("outer").await), (json!(1), json!(1), json!(1)));
    client.send("POST", "/api/workflows/inner/versions", Some(json!({}))).await;
    assert_eq!((n("first").await, n("latest").await, n("outer").await), (json!(1), json!(2), json!(2)));
    let export = client.get("/api/workflows/outer/export").await;
    let carried: Vec<_> = export["workflows"].as_array().unwrap().iter().map(|one| one["id"].clone()).collect();
    assert_eq!(carried, [json!("latest"), json!("inner")], "one level after the other");
}

#[tokio::test]
async fn a_missing_workflow_is_an_error_and_one_with_errors_is_named() {
    let client = Client::open().await;
    let found =
        client.send("POST", "/api/validate", Some(json!({ "document": runs("a", json!({ "workflow": "gone" })) })));
    let found = found.await.1;
    let finding =
        found["diagnostics"].as_array().unwrap().iter().find(|one| one["code"] == "missing_workflow").unwrap();
    assert_eq!((&finding["severity"], &finding["step"]), (&json!("error"), &json!("sub")), "{finding}");
    let mut cyclic = chain("inner");
    cyclic["name"] = json!("Going round");
    cyclic["edges"].as_array_mut().unwrap().push(json!({ "id": "e2", "from": "second", "to": "first" }));
    client.create(cyclic).await;
    client.create(runs("outer", json!({ "workflow": "inner" }))).await;
    for (path, body) in [("execute", json!({})), ("versions", json!({}))] {
        let (status, refused) = client.send("POST", &format!("/api/workflows/outer/{path}"), Some(body)).await;
        assert_eq!((status, &refused["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("workflow_has_errors")));
        assert!(refused["message"].as_str().unwrap().contains("In the workflow `Going round`"), "{refused}");
    }
}

#[tokio::test]
async fn a_workflow_may_run_itself_as_it_is() {
    let client = Client::open().await;
    let mut itself = runs("down", json!({ "workflow": "down" }));
    itself["steps"] = json!([
        { "id": "less", "agent": { "kind": "transform" }, "mapping": { "n": "input.n - 1", "depth": "input.depth + 1" } },
        { "id": "sub", "when": "steps.less.output.n > 0", "agent": { "kind": "workflow", "config": { "workflow": "down" } } },
    ]);
    itself["edges"] = json!([{ "id": "e", "from": "less", "to": "sub" }]);
    itself["settings"] = json!({ "output": { "mapping": { "deepest": "has(steps.sub.output) ? steps.sub.output.deepest : steps.less.output.depth" } } });
    client.create(itself).await;
    let id = client.start("/api/workflows/down/execute", json!({ "input": { "n": 3, "depth": 0 } })).await;
    let detail = client.ended(&id).await;
    assert_eq!(detail["status"], "completed", "{detail:#}");
    let paths: Vec<_> = detail["nested"].as_array().unwrap().iter().map(|step| step["path"].clone()).collect();
    assert!(paths.contains(&json!("sub/sub/less")), "{paths:?}");
    // A version carries itself; the draft that is made of it again does not.
    client.send("POST", "/api/workflows/down/versions", Some(json!({}))).await;
    let version = client.get("/api/workflows/down/versions/1").await;
    assert_eq!(version["document"]["workflows"][0]["id"], "down");
    let (_, restored) = client.send("POST", "/api/workflows/down/versions/1/restore", None).await;
    assert!(restored["document"].get("workflows").is_none(), "{restored:#}");
}
