//! What runs within loops and sub-workflows, as the timeline shows it.

use serde_json::json;

use crate::support::Client;

#[tokio::test]
async fn turns_and_inner_steps_are_shown_under_what_they_run_within() {
    let client = Client::open().await;
    let inner = json!({
        "format": "heddle/v1", "id": "inner", "name": "Inner",
        "steps": [
            { "id": "a", "name": "First", "agent": { "kind": "transform" }, "mapping": { "n": "input.n" } },
            { "id": "b", "name": "Second", "agent": { "kind": "transform" }, "mapping": { "n": "steps.a.output.n * 2" } },
        ],
        "edges": [{ "id": "e", "from": "a", "to": "b" }],
    });
    let outer = json!({
        "format": "heddle/v1", "id": "outer", "name": "Outer",
        "steps": [{
            "id": "each", "name": "Each one", "loop": { "for_each": { "items": "input.items" } },
            "mapping": { "n": "item" }, "agent": { "kind": "workflow", "config": { "workflow": "inner" } },
        }],
        "edges": [],
    });
    client.create(inner).await;
    client.create(outer).await;
    let id = client.start("/api/workflows/outer/execute", json!({ "input": { "items": [5, 6, 7] } })).await;
    let detail = client.ended(&id).await;
    assert_eq!(detail["output_value"], json!([{ "n": 10 }, { "n": 12 }, { "n": 14 }]), "{detail:#}");
    assert_eq!((detail["total_steps"].as_u64(), detail["completed_steps"].as_u64()), (Some(1), Some(1)));
    assert_eq!(detail["steps"].as_array().unwrap().len(), 1);
    let nested = detail["nested"].as_array().unwrap();
    assert_eq!(nested.len(), 3 + 6);
    assert_eq!(
        nested[2],
        json!({ "path": "each[2]", "id": "each", "parent": "each", "turn": 2, "name": "Each one", "kind": "workflow", "position": 1,
            "after": [], "status": "completed", "inherited": false, "output": nested[2]["output"], "attempts": nested[2]["attempts"] })
    );
    let second = nested.iter().find(|step| step["path"] == "each[1]/b").unwrap();
    assert_eq!((&second["name"], &second["parent"]), (&json!("Second"), &json!("each[1]")));
    assert_eq!((&second["after"], &second["kind"]), (&json!(["each[1]/a"]), &json!("transform")));
    let groups = detail["groups"].as_array().unwrap();
    assert_eq!(groups[0], json!({ "parent": "each", "total": 3, "counts": { "completed": 3 } }));
}

#[tokio::test]
async fn thousands_of_turns_come_a_page_at_a_time() {
    let client = Client::open().await;
    let many = json!({
        "format": "heddle/v1", "id": "many", "name": "Many",
        "steps": [{
            "id": "each", "loop": { "for_each": { "items": "input.items", "concurrency": 16 } },
            "mapping": { "n": "item" }, "agent": { "kind": "transform" },
        }],
        "edges": [],
    });
    client.create(many).await;
    let items: Vec<u32> = (0..1_200).collect();
    let id = client.start("/api/workflows/many/execute", json!({ "input": { "items": items } })).await;
    let detail = client.ended(&id).await;
    assert_eq!(detail["nested"].as_array().unwrap().len(), 1_000);
    let group = &detail["groups"][0];
    assert_eq!((group["total"].as_u64(), &group["counts"]["completed"]), (Some(1_200), &json!(1_200)));
    let next = group["next"].as_str().unwrap().replace('[', "%5B").replace(']', "%5D");
    let page = client.get(&format!("/api/executions/{id}/steps?parent=each&after={next}&limit=150")).await;
    let turns: Vec<_> = page["steps"].as_array().unwrap().iter().map(|step| step["turn"].as_u64().unwrap()).collect();
    assert_eq!(turns, (1_000..1_150).collect::<Vec<u64>>());
    let next = page["next"].as_str().unwrap().replace('[', "%5B").replace(']', "%5D");
    let page = client.get(&format!("/api/executions/{id}/steps?parent=each&after={next}")).await;
    assert_eq!((page["steps"].as_array().unwrap().len(), page.get("next")), (50, None));
}

#[tokio::test]
async fn the_turn_that_brought_a_loop_down_is_told_wherever_it_is() {
    let client = Client::open().await;
    let inner = json!({
        "format": "heddle/v1", "id": "inner", "name": "Inner",
        "steps": [{
            "id": "check", "name": "Check", "agent": { "kind": "assertion", "config": { "checks": [{ "expression": "input.n", "op": "less_than", "value": 1_100 }] } },
        }],
        "edges": [],
    });
    let many = json!({
        "format": "heddle/v1", "id": "many", "name": "Many",
        "steps": [{
            "id": "each", "name": "Each", "loop": { "for_each": { "items": "input.items", "concurrency": 16 } },
            "mapping": { "n": "item" }, "agent": { "kind": "workflow", "config": { "workflow": "inner" } },
        }],
        "edges": [],
    });
    client.create(inner).await;
    client.create(many).await;
    let items: Vec<u32> = (0..1_200).collect();
    let id = client.start("/api/workflows/many/execute", json!({ "input": { "items": items } })).await;
    let detail = client.ended(&id).await;
    assert_eq!(detail["status"], "failed", "{}", detail["failure"]);
    let began = detail["failed_within"].as_array().unwrap();
    let paths: Vec<_> = began.iter().map(|step| step["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["each[1100]", "each[1100]/check"]);
    assert_eq!((&began[0]["name"], &began[1]["name"]), (&json!("Each"), &json!("Check")));
}
