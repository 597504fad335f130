//! Executions that wait for a person: the inbox, decisions, breakpoints.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Client, chain};

/// A chain whose second step asks somebody, with a form.
fn asking(id: &str, deadline_ms: Option<u64>) -> Value {
    let mut document = chain(id);
    let form =
        json!({ "type": "object", "required": ["n"], "properties": { "n": { "type": "integer", "maximum": 10 } } });
    let mut config = json!({ "message": "Pay {{ input.n }}?", "form": form });
    if let Some(ms) = deadline_ms {
        config["deadline_ms"] = json!(ms);
    }
    document["steps"][1]["agent"] = json!({ "kind": "approval", "config": config });
    document["steps"][1]["name"] = json!("Pay");
    document["steps"].as_array_mut().unwrap().push(json!({ "id": "third", "agent": { "kind": "transform" } }));
    document["edges"]
        .as_array_mut()
        .unwrap()
        .push(json!({ "id": "e2", "from": "second", "to": "third", "branch": "approved" }));
    document
}

#[tokio::test]
async fn an_approval_waits_in_the_inbox_and_is_decided_once() {
    let client = Client::open().await;
    client.create(asking("pay", None)).await;
    client.create(asking("soon", Some(600_000))).await;
    let id = client.start("/api/workflows/pay/execute", json!({ "input": { "n": 7 } })).await;
    let soon = client.start("/api/workflows/soon/execute", json!({ "input": { "n": 3 } })).await;
    let detail = client.until_paused(&id).await;
    client.until_paused(&soon).await;
    assert_eq!(detail["steps"][1]["attempts"][0]["waiting"]["what"], "approval", "{detail:#}");
    assert_eq!(detail["current_step_name"], "Pay");
    let inbox = client.get("/api/approvals").await;
    let [first, second] = inbox["approvals"].as_array().unwrap().as_slice() else { panic!("{inbox:#}") };
    assert_eq!((&first["execution"], &second["execution"]), (&json!(soon), &json!(id)), "a deadline is more urgent");
    assert!(first["deadline"].is_string() && second["deadline"].is_null(), "{inbox:#}");
    assert_eq!((&second["message"], &second["step_name"]), (&json!("Pay 7?"), &json!("Pay")));
    assert_eq!((&second["workflow_name"], &second["form"]["required"][0]), (&json!("Chain"), &json!("n")));
    let data = second["data"]["hash"].as_str().unwrap();
    assert_eq!(client.get(&format!("/api/payloads/{data}")).await["text"], r#"{"n":7}"#);

    let path = format!("/api/workflows/pay/executions/{id}/decide");
    let decide = |output: Value| json!({ "step": "second", "decision": "approved", "output": output, "by": "ana" });
    let (status, refused) = client.send("POST", &path, Some(decide(json!({ "n": 11 })))).await;
    assert_eq!((status, &refused["code"]), (StatusCode::UNPROCESSABLE_ENTITY, &json!("input_invalid")));
    assert_eq!(refused["details"]["errors"][0]["path"], "/n", "{refused}");
    let (status, _) = client.send("POST", &path, Some(decide(json!({ "n": 9 })))).await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let (status, refused) = client.send("POST", &path, Some(decide(json!({ "n": 8 })))).await;
    assert_eq!((status, &refused["code"]), (StatusCode::CONFLICT, &json!("already_decided")), "{refused}");
    assert_eq!((&refused["details"]["decision"], &refused["details"]["by"]), (&json!("approved"), &json!("ana")));
    let detail = client.ended(&id).await;
    assert_eq!((&detail["status"], &detail["output_value"]["n"]), (&json!("completed"), &json!(9)), "{detail:#}");
    assert_eq!(detail["steps"][1]["decided"], json!({ "decision": "approved", "by": "ana" }));
    assert_eq!(client.get("/api/approvals").await["approvals"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn of_two_decisions_at_once_one_counts() {
    let client = Client::open().await;
    client.create(asking("pay", None)).await;
    let id = client.start("/api/workflows/pay/execute", json!({ "input": { "n": 7 } })).await;
    client.until_paused(&id).await;
    let path = format!("/api/workflows/pay/executions/{id}/decide");
    let decide = |decision: &str| Some(json!({ "step": "second", "decision": decision }));
    let (one, two) =
        tokio::join!(client.send("POST", &path, decide("approved")), client.send("POST", &path, decide("rejected")));
    let mut answers = [one.0, two.0];
    answers.sort();
    assert_eq!(answers, [StatusCode::ACCEPTED, StatusCode::CONFLICT], "{} {}", one.1, two.1);
    let names = client.follow(&id).await.1;
    assert_eq!(names.iter().filter(|name| *name == "approval_decided").count(), 1, "{names:?}");
}

#[tokio::test]
async fn what_does_not_wait_cannot_be_decided() {
    let client = Client::open().await;
    client.create(asking("pay", None)).await;
    let id = client.start("/api/workflows/pay/execute", json!({ "input": { "n": 7 } })).await;
    client.until_paused(&id).await;
    let path = format!("/api/workflows/pay/executions/{id}/decide");
    let (status, refused) = client.send("POST", &path, Some(json!({ "step": "first", "decision": "approved" }))).await;
    assert_eq!((status, &refused["code"]), (StatusCode::CONFLICT, &json!("not_waiting")), "{refused}");
    let (status, _) = client
        .send("POST", &format!("/api/executions/{id}/cancel"), Some(json!({ "by": "ana", "reason": "too dear" })))
        .await;
    assert_eq!(status, StatusCode::ACCEPTED, "a paused execution can be cancelled");
    assert_eq!(client.follow(&id).await.0, "cancelled");
    let events = client.get(&format!("/api/executions/{id}/events")).await["events"].clone();
    let asked = events.as_array().unwrap().iter().find(|event| event["kind"]["type"] == "cancel_requested").unwrap();
    assert_eq!(asked["kind"]["data"], json!({ "by": "ana", "reason": "too dear" }));
}

#[tokio::test]
async fn an_approval_outlives_the_studio_that_asked() {
    let client = Client::open().await;
    client.create(asking("pay", None)).await;
    let id = client.start("/api/workflows/pay/execute", json!({ "input": { "n": 7 } })).await;
    client.until_paused(&id).await;
    let client = client.reopened().await;
    let inbox = client.get("/api/approvals").await;
    assert_eq!(inbox["approvals"][0]["execution"], json!(id), "{inbox:#}");
    let path = format!("/api/workflows/pay/executions/{id}/decide");
    client.start(&path, json!({ "step": "second", "decision": "approved" })).await;
    assert_eq!(client.ended(&id).await["output_value"], json!({ "n": 7 }));
}

#[tokio::test]
async fn a_debugged_execution_stops_takes_other_data_and_goes_on() {
    let client = Client::open().await;
    let mut document = chain("stops");
    document["steps"][1]["breakpoint"] = json!({});
    client.create(document).await;
    let body = json!({ "input": { "n": 1 }, "mode": "test", "options": { "debug": true, "step_over": true } });
    let id = client.start("/api/workflows/stops/execute", body).await;
    let detail = client.until_paused(&id).await;
    assert_eq!((&detail["options"]["debug"], &detail["steps"][0]["status"]), (&json!(true), &json!("waiting")));
    let path = format!("/api/workflows/stops/executions/{id}/release");
    let (status, refused) = client.send("POST", &path, Some(json!({ "step": "second" }))).await;
    assert_eq!((status, &refused["code"]), (StatusCode::CONFLICT, &json!("not_waiting")), "{refused}");
    client.start(&path, json!({ "step": "first" })).await;
    let detail = client.until_paused_at(&id, "second").await;
    assert_eq!(detail["steps"][1]["attempts"][0]["waiting"]["what"], "breakpoint", "{detail:#}");
    client.start(&path, json!({ "input": { "n": 5 } })).await;
    let detail = client.ended(&id).await;
    assert_eq!((&detail["status"], &detail["output_value"]), (&json!("completed"), &json!({ "n": 5 })), "{detail:#}");
}
