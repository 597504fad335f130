//! `heddle executions`.

use serde_json::{Value, json};

use crate::support::{FAIL, PASS, Place, chain};

fn with_two() -> Place {
    let place = Place::new();
    place.file("good.json", chain(&[("a", PASS), ("b", PASS)]));
    place.file("bad.json", chain(&[("a", FAIL)]));
    assert_eq!(place.heddle(&["run", "good.json", "--data-dir", "data"]).code, 0);
    assert_eq!(place.heddle(&["run", "bad.json", "--data-dir", "data"]).code, 1);
    place
}

#[test]
fn they_are_listed_newest_first() {
    let place = with_two();
    let said = place.heddle(&["executions", "list", "--data-dir", "data"]);
    let lines: Vec<_> = said.out.lines().collect();
    assert_eq!((said.code, lines.len()), (0, 2), "{}", said.out);
    assert!(lines[0].contains("failed") && lines[1].contains("completed") && lines[1].contains("2/2"), "{}", said.out);
    let failed = place.heddle(&["executions", "list", "--status", "failed", "--json", "--data-dir", "data"]).json();
    assert_eq!(failed.as_array().map(Vec::len), Some(1));
    assert_eq!(failed[0]["status"], json!("failed"));
    place
        .heddle(&["executions", "list", "--status", "odd", "--data-dir", "data"])
        .refused(2, &["`odd` is no state: use pending"]);
    place.heddle(&["executions", "list", "--data-dir", "nowhere"]).refused(2, &["there is no data folder at nowhere"]);
    assert!(!place.path("nowhere").exists(), "looking makes nothing");
}

#[test]
fn one_is_shown_with_its_steps_and_its_events() {
    let place = with_two();
    let listed = place.heddle(&["executions", "list", "--json", "--data-dir", "data"]).json();
    let id = listed[1]["id"].as_str().unwrap();
    let said = place.heddle(&["executions", "show", id, "--data-dir", "data"]);
    assert!(
        said.out.starts_with(&format!("{id}  completed  Chain\n")) && said.out.contains("attempt 1"),
        "{}",
        said.out
    );
    let detail = place.heddle(&["executions", "show", id, "--json", "--data-dir", "data"]).json();
    assert_eq!((detail["steps"].as_array().map(Vec::len), detail["id"].as_str()), (Some(2), Some(id)));
    let said = place.heddle(&["executions", "events", id, "--data-dir", "data"]);
    let events: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(events.first().unwrap()["kind"]["type"], json!("execution_started"));
    assert_eq!(events.last().unwrap()["kind"]["type"], json!("execution_completed"));
    for command in ["show", "events"] {
        place
            .heddle(&["executions", command, "nope", "--data-dir", "data"])
            .refused(2, &["there is no execution `nope`"]);
    }
}
