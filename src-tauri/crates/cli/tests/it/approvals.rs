//! Executions that wait for a person, from the command line.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{PASS, Place, chain};

const ASK: &str = r#"{"kind":"approval","config":{"message":"Pay {{ input.n }}?","form":{"type":"object","properties":{"n":{"type":"integer"}}}}}"#;

/// Runs a workflow that asks, and gives the execution's id.
fn asked(place: &Place) -> String {
    place.file("ask.json", chain(&[("before", PASS), ("ask", ASK), ("after", PASS)]));
    let said = place.heddle_with(&["run", "ask.json", "--input", "-", "--data-dir", "data"], r#"{"n": 5}"#);
    said.refused(3, &["waits for approval at ask: Pay 5?", "heddle executions approve"]);
    let listed = place.heddle(&["executions", "list", "--json", "--data-dir", "data"]).json();
    assert_eq!(listed[0]["status"], json!("paused"), "{listed}");
    listed[0]["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_run_that_waits_is_kept_and_goes_on_once_somebody_decides() {
    let place = Place::new();
    let id = asked(&place);
    let waiting = place.heddle(&["approvals", "--json", "--data-dir", "data"]).json();
    assert_eq!((&waiting[0]["execution"], &waiting[0]["step"]), (&json!(id), &json!("ask")), "{waiting}");
    let line = place.heddle(&["approvals", "--data-dir", "data"]).out;
    assert!(line.contains(&id) && line.contains("Pay 5?"), "{line}");
    place.file("bad.json", r#"{"n": "many"}"#);
    let said = place.heddle(&["executions", "approve", &id, "ask", "--output", "bad.json", "--data-dir", "data"]);
    said.refused(1, &["the data does not fit at /n"]);
    place.file("more.json", r#"{"n": 9}"#);
    let said = place.heddle(&[
        "executions",
        "approve",
        &id,
        "ask",
        "--output",
        "more.json",
        "--comment",
        "fine",
        "--data-dir",
        "data",
    ]);
    assert_eq!((said.code, said.json()), (0, json!({ "n": 9 })), "{}", said.err);
    place
        .heddle(&["executions", "reject", &id, "ask", "--data-dir", "data"])
        .refused(1, &["step `ask` was approved by "]);
    place.heddle(&["executions", "approve", "nope", "ask", "--data-dir", "data"]).refused(2, &["no execution `nope`"]);
    assert_eq!(place.heddle(&["approvals", "--json", "--data-dir", "data"]).json(), json!([]));
}

#[test]
fn resuming_what_waits_waits_again() {
    let place = Place::new();
    let id = asked(&place);
    place
        .heddle(&["executions", "resume", &id, "--data-dir", "data"])
        .refused(3, &["waits for approval at ask: Pay 5?"]);
    place.heddle(&["executions", "reject", &id, "ask", "--data-dir", "data"]).refused(1, &["ask rejected by"]);
}

#[test]
fn what_waits_is_cancelled_from_the_command_line() {
    let place = Place::new();
    let id = asked(&place);
    let said = place.heddle(&["executions", "cancel", &id, "--reason", "the ticket is closed", "--data-dir", "data"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("cancelled by"), "{}", said.err);
    let events = place.heddle(&["executions", "events", &id, "--data-dir", "data"]).out;
    assert!(events.contains("the ticket is closed"), "{events}");
    place.heddle(&["executions", "cancel", &id, "--data-dir", "data"]).refused(1, &["has ended (cancelled)"]);
    place.heddle(&["executions", "cancel", "nope", "--data-dir", "data"]).refused(2, &["no execution `nope`"]);
}

#[test]
fn nothing_is_kept_of_a_run_that_waits_and_is_ephemeral() {
    let place = Place::new();
    place.file("ask.json", chain(&[("ask", ASK)]));
    let said = place.heddle_with(&["run", "ask.json", "--input", "-", "--ephemeral", "--json"], r#"{"n": 5}"#);
    said.refused(3, &["nothing of it is kept"]);
    assert_eq!(said.json()["status"], json!("paused"));
    place.heddle(&["run", "ask.json", "--ephemeral", "--times", "3"]).refused(2, &["cannot be run many times"]);
}

#[test]
fn what_another_process_drives_is_decided_there() {
    let place = Place::new();
    let id = asked(&place);
    let mut command = place.command(&["serve", "--data-dir", "data"]);
    let mut serving = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(serving.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let said = place.heddle(&["executions", "approve", &id, "ask", "--data-dir", "data"]);
    serving.kill().unwrap();
    serving.wait().unwrap();
    said.refused(1, &["is driven by another Heddle process"]);
    let said = place.heddle(&["executions", "approve", &id, "ask", "--data-dir", "data"]);
    assert_eq!((said.code, said.json()), (0, json!({ "n": 5 })), "{}", said.err);
}

#[test]
fn what_failed_is_retried_resumed_forked_and_replayed() {
    let place = Place::new();
    let picky = r#"{"kind":"script","config":{"code":"function run(i) { if (i.n < 6) throw new Error('too little'); return { n: i.n, x: Math.random() } }"}}"#;
    place.file("w.json", chain(&[("first", PASS), ("second", picky)]));
    let said = place.heddle_with(&["run", "w.json", "--input", "-", "--data-dir", "data"], r#"{"n": 1}"#);
    assert_eq!(said.code, 1, "{}", said.err);
    let newest = || place.heddle(&["executions", "list", "--json", "--data-dir", "data"]).json()[0].clone();
    let id = newest()["id"].as_str().unwrap().to_owned();
    place.heddle(&["executions", "retry", &id, "--data-dir", "data"]).refused(1, &["1 of 2  first", "too little"]);
    assert_eq!(newest()["retry_of"], json!(id));
    place.heddle(&["executions", "resume", &id, "--data-dir", "data"]).refused(1, &["first taken over", "too little"]);
    assert_eq!(newest()["forked_from"], json!(id));
    place.file("more.json", r#"{"n": 7}"#);
    let said =
        place.heddle(&["executions", "fork", &id, "--step", "second", "--input", "more.json", "--data-dir", "data"]);
    assert_eq!((said.code, &said.json()["n"]), (0, &json!(7)), "{}", said.err);
    let forked = newest()["id"].as_str().unwrap().to_owned();
    let replayed = place.heddle(&["replay", &forked, "--data-dir", "data"]);
    assert_eq!((replayed.code, replayed.json()), (0, said.json()), "{}", replayed.err);
    place.heddle(&["executions", "resume", &forked, "--data-dir", "data"]).refused(1, &["has completed"]);
}

#[test]
fn a_documents_tests_are_run_and_summed_up() {
    let place = Place::new();
    let mut document: Value = serde_json::from_str(&chain(&[("a", PASS)])).unwrap();
    document["tests"] = json!([
        { "name": "same", "input": { "n": 1 }, "expect": { "n": 1 } },
        { "name": "other", "input": { "n": 1 }, "expect": { "n": 2 } },
        { "name": "any", "input": {} },
    ]);
    place.file("w.json", document.to_string());
    let said = place.heddle(&["test", "w.json"]);
    assert_eq!(said.code, 1, "{}", said.err);
    assert!(
        said.out.contains("FAILED  other") && said.out.contains(r#"expected {"n":2}, got {"n":1}"#),
        "{}",
        said.out
    );
    assert!(said.out.contains("2 of 3 tests passed"), "{}", said.out);
    let summary = place.heddle(&["test", "w.json", "--json"]).json();
    assert_eq!((&summary["tests"], &summary["failures"]), (&json!(3), &json!(1)));
    assert_eq!((&summary["cases"][1]["passed"], &summary["cases"][0]["passed"]), (&json!(false), &json!(true)));
    document["tests"].as_array_mut().unwrap().remove(1);
    place.file("w.json", document.to_string());
    assert_eq!(place.heddle(&["test", "w.json"]).code, 0);
    place.file("none.json", chain(&[("a", PASS)]));
    place.heddle(&["test", "none.json"]).refused(2, &["none.json has no `tests`"]);
}
