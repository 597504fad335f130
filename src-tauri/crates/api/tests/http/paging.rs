//! Executions of many steps, a page at a time, and what has changed since an event.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::Client;

/// Five steps in a row; the fourth is a loop.
async fn ran(client: &Client) -> String {
    let ids = ["a", "b", "c", "each", "z"];
    let steps: Vec<Value> = ids
        .iter()
        .map(|id| {
            let mut step = json!({ "id": id, "mapping": {}, "agent": { "kind": "transform" } });
            if *id == "each" {
                step["loop"] = json!({ "for_each": { "items": "input.items" } });
            }
            step
        })
        .collect();
    let edges: Vec<Value> = ids.windows(2).map(|two| json!({ "id": two[1], "from": two[0], "to": two[1] })).collect();
    let document = json!({ "format": "heddle/v1", "id": "row", "name": "Row", "steps": steps, "edges": edges });
    client.create(document).await;
    let id = client.start("/api/workflows/row/execute", json!({ "input": { "items": [1, 2, 3] } })).await;
    client.ended(&id).await;
    id
}

fn paths(steps: &Value) -> Vec<String> {
    steps.as_array().unwrap().iter().map(|step| step["path"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn the_pages_of_an_execution_are_what_it_is_in_one_piece() {
    let client = Client::open().await;
    let id = ran(&client).await;
    let whole = client.get(&format!("/api/executions/{id}")).await;
    assert_eq!((paths(&whole["steps"]).len(), whole.get("next")), (5, None));

    let first = client.get(&format!("/api/executions/{id}?limit=2")).await;
    assert_eq!((&first["next"], &first["total_steps"], &first["groups"]), (&json!("b"), &json!(5), &json!([])));
    let mut steps = first["steps"].as_array().unwrap().clone();
    let mut groups = Vec::new();
    let mut next = first["next"].clone();
    while let Some(after) = next.as_str() {
        let page = client.get(&format!("/api/executions/{id}/steps?after={after}&limit=2")).await;
        steps.extend(page["steps"].as_array().unwrap().clone());
        groups.extend(page["groups"].as_array().unwrap().clone());
        next = page["next"].clone();
    }
    assert_eq!(Value::from(steps), whole["steps"]);
    let folded = json!([{ "parent": "each", "total": 3, "counts": { "completed": 3 }, "next": "each" }]);
    assert_eq!(Value::from(groups), folded);
    let turns = client.get(&format!("/api/executions/{id}/steps?parent=each&after=each")).await;
    assert_eq!(turns["steps"], whole["nested"]);
}

#[tokio::test]
async fn what_has_changed_since_an_event_is_what_later_events_are_about() {
    let client = Client::open().await;
    let id = ran(&client).await;
    let page = client.get(&format!("/api/executions/{id}/events?after=0")).await;
    let events = page["events"].as_array().unwrap();
    for since in 0..=events.len() {
        let about: BTreeSet<&str> = events[since..]
            .iter()
            .filter_map(|event| event["kind"]["data"]["step"].as_str())
            .map(|step| step.split('[').next().unwrap())
            .collect();
        let changed = client.get(&format!("/api/executions/{id}/steps?since={since}")).await;
        assert_eq!(changed["last_seq"], json!(events.len()));
        assert_eq!(
            paths(&changed["steps"]).iter().map(String::as_str).collect::<BTreeSet<_>>(),
            about,
            "since {since}"
        );
    }
    let turns = client.get(&format!("/api/executions/{id}/steps?parent=each&since=0&limit=2")).await;
    assert_eq!(
        (paths(&turns["steps"]), &turns["next"]),
        (vec!["each[0]".to_owned(), "each[1]".to_owned()], &json!("each[1]"))
    );
}
