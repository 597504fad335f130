//! The right workflow for a request.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Client, chain};

async fn with(documents: &[(&str, &str, Option<&str>)]) -> Client {
    let client = Client::open().await;
    for (id, name, route) in documents {
        let mut document = chain(id);
        document["name"] = json!(name);
        if let Some(route) = route {
            document["settings"] = json!({ "route": route });
        }
        client.create(document).await;
    }
    client
}

async fn routed(client: &Client, body: Value) -> Value {
    let (status, started) = client.send("POST", "/api/route", Some(body)).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{started}");
    started
}

#[tokio::test]
async fn a_request_finds_its_workflow_by_name_or_by_what_is_asked() {
    let client =
        with(&[("a", "Small", Some("input.n < 10")), ("b", "Large", Some("input.n >= 5")), ("c", "Other", None)]).await;
    assert_eq!(routed(&client, json!({ "input": { "n": 1 } })).await["workflow_id"], "a");
    assert_eq!(routed(&client, json!({ "input": { "n": 20 } })).await["workflow_id"], "b");
    assert_eq!(routed(&client, json!({ "name": "Other", "input": { "n": 20 } })).await["workflow_id"], "c");
    let (status, refused) = client.send("POST", "/api/route", Some(json!({ "input": { "n": 7 } }))).await;
    assert_eq!((status, &refused["code"]), (StatusCode::CONFLICT, &json!("ambiguous_route")));
    let names: Vec<_> =
        refused["details"]["workflows"].as_array().unwrap().iter().map(|one| one["name"].clone()).collect();
    assert_eq!(names, [json!("Large"), json!("Small")], "in the order of their names");
    for body in [json!({ "input": { "m": 7 } }), json!({ "name": "Nobody" })] {
        let (status, refused) = client.send("POST", "/api/route", Some(body)).await;
        assert_eq!((status, &refused["code"]), (StatusCode::NOT_FOUND, &json!("no_route")), "{refused}");
    }
}

#[tokio::test]
async fn the_highest_version_in_the_range_is_run() {
    let client = with(&[("a", "Counted", None)]).await;
    for (revision, label) in [(1, "1.9.0"), (2, "1.10.0"), (3, "2.0.0"), (4, "not semver")] {
        client.send("POST", "/api/workflows/a/versions", Some(json!({ "label": label }))).await;
        let mut document = client.get("/api/workflows/a").await["document"].clone();
        document["description"] = json!(label);
        let save = json!({ "document": document, "base_revision": revision, "label": "Describe" });
        assert_eq!(client.send("PUT", "/api/workflows/a", Some(save)).await.0, StatusCode::OK);
    }
    let version = async |range: &str| {
        routed(&client, json!({ "name": "Counted", "version": range, "input": { "n": 1 } })).await["version"].clone()
    };
    assert_eq!((version("^1").await, version("~1.9").await, version("*").await), (json!(2), json!(1), json!(3)));
    let body = json!({ "name": "Counted", "version": ">=3", "input": { "n": 1 } });
    assert_eq!(client.send("POST", "/api/route", Some(body)).await.1["code"], "no_route");
}
