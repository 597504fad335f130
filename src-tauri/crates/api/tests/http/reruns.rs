//! Executions that go on from earlier ones.

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::{Client, chain};

/// A chain whose second step fails unless it is given more than 5.
fn picky(id: &str) -> Value {
    let mut document = chain(id);
    let code = "function run(input) { if (input.n < 6) throw new Error('too little'); return { n: input.n } }";
    document["steps"][1]["agent"] = json!({ "kind": "script", "config": { "code": code } });
    document
}

fn step<'a>(detail: &'a Value, id: &str) -> &'a Value {
    detail["steps"].as_array().unwrap().iter().find(|step| step["id"] == id).unwrap()
}

#[tokio::test]
async fn a_failed_execution_goes_on_from_its_last_good_step_with_other_data_or_another_document() {
    let client = Client::open().await;
    client.create(picky("picky")).await;
    let id = client.start("/api/workflows/picky/execute", json!({ "input": { "n": 1 } })).await;
    assert_eq!(client.ended(&id).await["status"], "failed");
    let at = |what: &str| format!("/api/workflows/picky/executions/{id}/{what}");

    let resumed = client.start(&at("resume"), json!(null)).await;
    let detail = client.ended(&resumed).await;
    assert_eq!((&detail["status"], &detail["forked_from"]), (&json!("failed"), &json!(id)));
    assert_eq!((detail.get("forked_at"), &detail["failed_step_name"]), (None, &step(&detail, "second")["name"]));
    assert_eq!((&step(&detail, "first")["inherited"], &step(&detail, "first")["attempts"]), (&json!(true), &json!([])));

    let forked = client.start(&at("fork"), json!({ "step": "second", "input": { "n": 8 } })).await;
    let detail = client.ended(&forked).await;
    assert_eq!((&detail["status"], &detail["output_value"]), (&json!("completed"), &json!({ "n": 8 })), "{detail:#}");
    assert_eq!((&detail["forked_at"], &detail["forked_at_name"]), (&json!("second"), &step(&detail, "second")["name"]));
    assert_eq!(client.get(&format!("/api/executions/{id}")).await["status"], "failed", "history stays");

    let mut milder = client.get("/api/workflows/picky").await["document"].clone();
    milder["steps"][1]["agent"] = json!({ "kind": "transform" });
    let save = json!({ "document": milder, "base_revision": 1, "label": "Be milder" });
    assert_eq!(client.send("PUT", "/api/workflows/picky", Some(save)).await.0, StatusCode::OK);
    let forked = client.start(&at("fork"), json!({ "step": "second", "document": "draft" })).await;
    let detail = client.ended(&forked).await;
    assert_eq!((&detail["status"], &detail["output_value"]), (&json!("completed"), &json!({ "n": 1 })), "{detail:#}");

    let (status, refused) =
        client.send("POST", &format!("/api/workflows/picky/executions/{forked}/resume"), None).await;
    assert_eq!((status, &refused["code"]), (StatusCode::CONFLICT, &json!("conflict")), "{refused}");
    for (step, expected, code) in
        [("nowhere", StatusCode::NOT_FOUND, "not_found"), ("~fallback/send", StatusCode::CONFLICT, "conflict")]
    {
        let (status, refused) = client.send("POST", &at("fork"), Some(json!({ "step": step }))).await;
        assert_eq!((status, &refused["code"]), (expected, &json!(code)), "{refused}");
    }
}

#[tokio::test]
async fn a_replayed_execution_gets_the_same_answers() {
    let client = Client::open().await;
    let mut document = chain("dice");
    let code = "function run(input) { return { n: Math.random() } }";
    document["steps"][0]["agent"] = json!({ "kind": "script", "config": { "code": code } });
    client.create(document).await;
    let id = client.start("/api/workflows/dice/execute", json!({ "input": { "n": 1 } })).await;
    let first = client.ended(&id).await;
    assert_eq!(first["status"], "completed", "{first:#}");
    let path = format!("/api/workflows/dice/executions/{id}/replay");
    let again = client.start(&path, json!({})).await;
    let replayed = client.ended(&again).await;
    assert_eq!(replayed["output_value"], first["output_value"]);
    assert_eq!(
        (&replayed["replay_of"], &step(&replayed, "first")["attempts"][0]["source"]),
        (&json!(id), &json!("record"))
    );
    let live = client.start(&path, json!({ "steps": { "first": "live", "second": "live" } })).await;
    let live = client.ended(&live).await;
    assert_eq!(step(&live, "first")["attempts"][0].get("source"), Some(&json!("agent")), "{live:#}");
    let (status, refused) = client.send("POST", &path, Some(json!({ "steps": { "frist": "live" } }))).await;
    assert_eq!((status, refused["message"].as_str().unwrap().contains("`frist`")), (StatusCode::NOT_FOUND, true));
}

#[tokio::test]
async fn what_went_on_from_an_execution_can_be_run_again_when_that_is_gone() {
    let client = Client::open().await;
    client.create(picky("picky")).await;
    let origin = client.start("/api/workflows/picky/execute", json!({ "input": { "n": 1 } })).await;
    client.ended(&origin).await;
    let at = |id: &str, what: &str| format!("/api/workflows/picky/executions/{id}/{what}");
    let forked = client.start(&at(&origin, "fork"), json!({ "step": "second", "input": { "n": 8 } })).await;
    client.ended(&forked).await;
    let (status, body) = client.send("DELETE", &format!("/api/executions/{origin}"), None).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{body}");
    for (what, body) in [("retry", Value::Null), ("replay", json!({}))] {
        let again = client.start(&at(&forked, what), body).await;
        let detail = client.ended(&again).await;
        assert_eq!(
            (&detail["status"], &detail["output_value"]),
            (&json!("completed"), &json!({ "n": 8 })),
            "{detail:#}"
        );
        assert_eq!(step(&detail, "first")["inherited"], json!(true), "{what}");
    }
}

#[tokio::test]
async fn what_was_taken_over_as_a_whole_is_forked_where_it_ran() {
    let client = Client::open().await;
    let mut document = chain("loops");
    document["input_schema"] = json!({});
    document["steps"][0]["loop"] = json!({ "for_each": { "items": "input.ns" } });
    document["steps"][0]["mapping"] = json!({ "n": "item" });
    document["steps"][1]["mapping"] = json!({ "all": "steps.first.output" });
    client.create(document).await;
    let id = client.start("/api/workflows/loops/execute", json!({ "input": { "ns": [1, 2] } })).await;
    let detail = client.ended(&id).await;
    assert_eq!(detail["status"], "completed", "{detail:#}");
    let fork = |id: &str| format!("/api/workflows/loops/executions/{id}/fork");
    let forked = client.start(&fork(&id), json!({ "step": "second" })).await;
    client.ended(&forked).await;
    let (status, refused) = client.send("POST", &fork(&forked), Some(json!({ "step": "first[1]" }))).await;
    assert_eq!((status, refused["message"].as_str().unwrap().contains(&id)), (StatusCode::CONFLICT, true), "{refused}");
    let again = client.start(&fork(&id), json!({ "step": "first[1]", "input": { "n": 7 } })).await;
    let detail = client.ended(&again).await;
    assert_eq!(detail["output_value"], json!({ "all": [{ "n": 1 }, { "n": 7 }] }));
    let name = step(&detail, "first")["name"].as_str().unwrap();
    assert_eq!(detail["forked_at_name"], json!(format!("{name}, turn 2")));
}

#[tokio::test]
async fn an_execution_is_resumed_once_at_a_time() {
    let client = Client::open().await;
    let mut document = chain("slow");
    document["steps"][1]["agent"] = json!({ "kind": "wait", "config": { "ms": 600_000 } });
    client.create(document).await;
    let stopped = async |id: &str| {
        client.send("POST", &format!("/api/executions/{id}/cancel"), Some(json!({}))).await;
        assert_eq!(client.ended(id).await["status"], "cancelled");
    };
    let id = client.start("/api/workflows/slow/execute", json!({ "input": { "n": 1 } })).await;
    stopped(&id).await;
    let path = format!("/api/workflows/slow/executions/{id}/resume");
    let (one, other) = tokio::join!(client.send("POST", &path, None), client.send("POST", &path, None));
    let (accepted, refused) = if one.0 == StatusCode::ACCEPTED { (one.1, other) } else { (other.1, one) };
    let resumed = accepted["id"].as_str().unwrap();
    assert_eq!(refused.0, StatusCode::CONFLICT, "{}", refused.1);
    assert!(refused.1["message"].as_str().unwrap().contains(resumed), "{}", refused.1);
    stopped(resumed).await;
    let again = client.start(&path, Value::Null).await;
    stopped(&again).await;
}

#[tokio::test]
async fn null_is_data_like_any_other() {
    let client = Client::open().await;
    let mut document = chain("free");
    document["steps"][1]["agent"] =
        json!({ "kind": "script", "config": { "code": "function run(input) { return { got: input } }" } });
    client.create(document).await;
    let id = client.start("/api/workflows/free/execute", json!({ "input": { "n": 1 } })).await;
    client.ended(&id).await;
    let at = format!("/api/workflows/free/executions/{id}/fork");
    for (body, got) in
        [(json!({ "step": "second", "input": null }), json!(null)), (json!({ "step": "second" }), json!({ "n": 1 }))]
    {
        let forked = client.start(&at, body).await;
        assert_eq!(client.ended(&forked).await["output_value"]["got"], got);
    }
}

#[tokio::test]
async fn an_execution_up_to_a_step_runs_that_step_and_those_it_needs() {
    let client = Client::open().await;
    let mut document = chain("part");
    document["steps"].as_array_mut().unwrap().push(json!({ "id": "third", "agent": { "kind": "transform" } }));
    document["edges"].as_array_mut().unwrap().push(json!({ "id": "e2", "from": "second", "to": "third" }));
    document["settings"] = json!({ "output": { "mapping": { "all": "steps.third.output" } } });
    client.create(document).await;
    let body = json!({ "input": { "n": 4 }, "mode": "test", "options": { "up_to": "second" } });
    let id = client.start("/api/workflows/part/execute", body).await;
    let detail = client.ended(&id).await;
    assert_eq!((&detail["output_value"], detail["total_steps"].as_u64()), (&json!({ "n": 4 }), Some(2)), "{detail:#}");
    assert_eq!(detail["options"]["up_to"], "second");
    for options in [json!({ "up_to": "nowhere" }), json!({ "replay": { "of": "nothing" } })] {
        let (status, refused) = client
            .send("POST", "/api/workflows/part/execute", Some(json!({ "input": { "n": 4 }, "options": options })))
            .await;
        assert_eq!((status, &refused["code"]), (StatusCode::NOT_FOUND, &json!("not_found")), "{refused}");
    }
}
