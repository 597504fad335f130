//! `heddle run`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};

use heddle_api::{Studio, StudioOptions};
use serde_json::{Value, json};

use crate::support::{FAIL, PASS, Place, SLOW, Said, chain, example};

#[test]
fn the_example_runs_from_start_to_end() {
    let place = Place::new();
    place.file("w.json", example("it-ticket-triage.json"));
    place.file("i.json", example("it-ticket-triage.input.json"));
    for keep in [["--data-dir", "data"].as_slice(), &["--ephemeral"]] {
        let said = place.heddle(&[["run", "w.json", "--input", "i.json"].as_slice(), keep].concat());
        assert_eq!(said.code, 0, "{}", said.err);
        assert!(said.json()["recommendation"].is_string(), "{}", said.out);
        assert!(
            said.err.contains("1 of 3  Ticket Analyzer") && said.err.contains("3 of 3  Solution Generator"),
            "{}",
            said.err
        );
        assert!(said.err.contains(" completed in "), "{}", said.err);
    }
    assert!(place.path("data/heddle.db").exists());
}

#[test]
fn as_json_the_execution_is_all_that_is_said() {
    let place = Place::new();
    place.file("w.json", chain(&[("a", PASS), ("b", PASS)]));
    let text = r#"{"big": 123456789012345678901234567890, "one": 1.0, "huge": 1e400, "z": "\u00e9", "a": []}"#;
    let said = place.heddle_with(&["run", "w.json", "--input", "-", "--json", "--ephemeral"], text);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let execution = said.json();
    assert_eq!(execution["status"], json!("completed"));
    assert_eq!(execution["events"].as_array().unwrap().len(), 6);
    assert!(said.out.contains("123456789012345678901234567890") && said.out.contains("1e400"), "{}", said.out);
    let said = place.heddle_with(&["run", "w.json", "--input", "-", "--ephemeral"], text);
    assert_eq!(said.json().to_string(), serde_json::from_str::<Value>(text).unwrap().to_string(), "to the letter");
}

#[test]
fn an_output_nested_deeper_than_any_tree_comes_out_whole() {
    let place = Place::new();
    place.file("w.json", chain(&[("a", PASS)]));
    let deep = format!(r#"{{"deep":{}1{}}}"#, "[".repeat(300), "]".repeat(300));
    let said = place.heddle_with(&["run", "w.json", "--input", "-", "--json", "--ephemeral"], &deep);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.out.contains(&"[".repeat(300)), "{}", said.out);
}

#[test]
fn a_failed_execution_ends_with_1_and_says_why() {
    let place = Place::new();
    place.file("w.json", chain(&[("a", PASS), ("b", FAIL), ("c", PASS)]));
    let said = place.heddle(&["run", "w.json", "--data-dir", "data"]);
    said.refused(1, &["b failed, attempt 1", "no luck", " failed in "]);
    assert_eq!(said.out, "");
    let said = place.heddle(&["run", "w.json", "--data-dir", "data", "--json"]);
    assert_eq!((said.code, said.json()["status"].clone()), (1, json!("failed")));
    assert!(said.json()["failure"]["message"].as_str().unwrap().contains("no luck"));
}

#[test]
fn what_cannot_be_started_is_bad_use() {
    let place = Place::new();
    place.file("ok.json", chain(&[("a", PASS)]));
    place.file("cut.json", &chain(&[("a", PASS)])[..40]);
    place.file("unknown.json", chain(&[("a", r#""nobody""#)]));
    place.file("bad-input.json", r#"{"a": "#);
    place.file("triage.json", example("it-ticket-triage.json"));
    std::fs::File::create(place.path("big.json")).unwrap().set_len(100 * 1024 * 1024).unwrap();
    for (arguments, part) in [
        (["run", "gone.json"].as_slice(), "cannot open gone.json"),
        (&["run", "cut.json"], "cut.json: not JSON: EOF while parsing"),
        (&["run", "unknown.json"], "uses the agent `nobody`"),
        (&["run", "big.json"], "big.json has more than 67108864 bytes"),
        (&["run", "ok.json", "--input", "gone.json"], "cannot open gone.json"),
        (&["run", "ok.json", "--input", "big.json"], "big.json has more than 67108864 bytes"),
        (&["run", "ok.json", "--input", "bad-input.json"], "the input bad-input.json cannot be used: not JSON: EOF"),
        (&["run", "triage.json"], "\"ticket_text\" is a required property"),
        (&["run", "ok.json", "--times", "0"], "invalid value '0'"),
        (&["run", "ok.json", "--concurrency", "2"], "--times"),
        (&["run"], "Usage: heddle run"),
    ] {
        let said = place.heddle(&[arguments, &["--ephemeral"]].concat());
        said.refused(2, &[part]);
        assert_eq!(said.out, "", "{arguments:?}");
        let line = said.err.lines().next().unwrap_or_default();
        assert!(line.matches("EOF while parsing").count() <= 1, "a cause is said once: {line}");
    }
}

#[test]
fn a_data_folder_that_cannot_be_used_is_left_as_it_is() {
    let place = Place::new();
    place.file("w.json", chain(&[("a", PASS)]));
    place.file("plain", "just a file");
    std::fs::create_dir(place.path("foreign")).unwrap();
    place.file("foreign/heddle.db", "somebody else's");
    for (folder, part) in [
        ("plain", "cannot use plain"),
        ("plain/below", "cannot use plain/below"),
        ("foreign", "is not a Heddle database"),
    ] {
        place.heddle(&["run", "w.json", "--data-dir", folder]).refused(2, &[part]);
    }
    #[cfg(target_os = "linux")]
    place.heddle(&["run", "w.json", "--data-dir", "/proc/heddle"]).refused(2, &["/proc/heddle"]);
    assert_eq!(std::fs::read_to_string(place.path("plain")).unwrap(), "just a file");
    assert_eq!(std::fs::read_to_string(place.path("foreign/heddle.db")).unwrap(), "somebody else's");
}

#[cfg(unix)]
#[test]
fn a_disk_that_takes_no_more_loses_nothing() {
    let place = Place::new();
    place.file("w.json", chain(&[("a", PASS)]));
    assert_eq!(place.heddle(&["run", "w.json", "--data-dir", "data"]).code, 0);
    // No file may grow past what the database already has.
    let script = format!(
        "ulimit -f 4; trap '' XFSZ; exec {:?} run w.json --data-dir data --input - --json",
        env!("CARGO_BIN_EXE_heddle")
    );
    let mut shell = Command::new("bash");
    shell.args(["-c", &script]).current_dir(place.path(".")).stdin(Stdio::piped());
    let mut child = shell.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Text that does not compress.
    let noise: String = (0..200_000_u64)
        .map(|n| char::from(b'!' + (n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 58) as u8))
        .map(|c| if c == '"' || c == '\\' { 'x' } else { c })
        .collect();
    child.stdin.take().unwrap().write_all(format!("\"{noise}\"").as_bytes()).unwrap();
    let said = Said::of(child.wait_with_output().unwrap());
    said.refused(2, &["heddle: the disk is full: "]);
    let listed = place.heddle(&["executions", "list", "--data-dir", "data", "--json"]);
    let statuses: Vec<_> = listed.json().as_array().unwrap().iter().map(|one| one["status"].clone()).collect();
    assert!(statuses.contains(&json!("completed")), "{statuses:?}");
}

#[cfg(unix)]
#[test]
fn an_interrupt_cancels_the_execution_and_waits_for_it() {
    let place = Place::new();
    place.file("w.json", chain(&[("quick", PASS), ("slow", SLOW)]));
    let mut command = place.command(&["run", "w.json", "--data-dir", "data"]);
    let mut child = command.stdin(Stdio::null()).stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    assert!(first.contains("1 of 2  quick"), "{first}");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    let rest: Vec<String> = lines.map(Result::unwrap).collect();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{rest:?}");
    assert!(rest.iter().any(|line| line.contains(" cancelled in ")), "{rest:?}");
    let listed = place.heddle(&["executions", "list", "--data-dir", "data", "--json"]).json();
    assert_eq!(listed[0]["status"], json!("cancelled"));
}

/// `script` lends the program a terminal. The program takes the place of the shell that starts it: one that stayed
/// would be interrupted as well, and some shells then answer with an exit code of their own.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_at_a_question_cancels_the_execution() {
    let place = Place::new();
    place.file("w.json", example("patterns/pattern-approval.json"));
    place.file("i.json", r#"{"customer": "CUST-1001", "amount": 120}"#);
    let program = env!("CARGO_BIN_EXE_heddle");
    let line = format!("exec {program} run w.json --input i.json --data-dir data");
    let mut command = Command::new("script");
    command.args(["-qec", &line, "/dev/null"]).env("SHELL", "/bin/sh").current_dir(place.path("."));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(child.stdout.take().unwrap());
    let mut question = Vec::new();
    while !question.ends_with(b"[l]ater: ") {
        assert!(said.read_until(b' ', &mut question).unwrap() > 0, "{}", String::from_utf8_lossy(&question));
    }
    child.stdin.as_mut().unwrap().write_all(b"\x03").unwrap();
    let mut rest = String::new();
    said.read_to_string(&mut rest).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1), "{rest}");
    assert!(rest.contains(" cancelled in "), "{rest}");
}

#[test]
fn runs_keep_to_the_pools_of_their_data_folder() {
    let place = Place::new();
    let (settings, pools) = (StudioOptions::at(place.path("data")), json!({ "narrow": { "slots": 1 } }));
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let studio = Studio::open(settings).await.unwrap();
        studio.store().put_setting("pools", Some(&pools)).await.unwrap();
        studio.shutdown().await;
    });
    let step = |id: &str| json!({ "id": id, "agent": { "kind": "wait", "config": { "ms": 1 } }, "policy": { "pool": "narrow" } });
    let document =
        json!({ "format": "heddle/v1", "id": "w", "name": "w", "steps": [step("a"), step("b")], "edges": [] });
    place.file("w.json", document.to_string());
    assert_eq!(place.heddle(&["run", "w.json", "--data-dir", "data"]).code, 0);
    let listed = place.heddle(&["executions", "list", "--data-dir", "data", "--json"]).json();
    let id = listed[0]["id"].as_str().unwrap();
    let events = place.heddle(&["executions", "events", id, "--data-dir", "data"]).out;
    assert!(events.contains("pool_wait"), "{events}");
}

#[test]
fn many_runs_are_summed_up() {
    let place = Place::new();
    place.file("w.json", chain(&[("a", PASS), ("b", PASS), ("c", PASS)]));
    let said = place.heddle(&["run", "w.json", "--ephemeral", "--times", "50", "--concurrency", "8", "--json"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let summary = said.json();
    assert_eq!((summary["executions"].clone(), summary["failed"].clone()), (json!(50), json!(0)));
    for name in ["wall_ms", "p50_ms", "p95_ms", "p99_ms", "per_transition_ms"] {
        assert!(summary[name].as_f64().is_some_and(|ms| ms > 0.0), "{name}: {summary}");
    }
    let said = place.heddle(&["run", "w.json", "--data-dir", "data", "--times", "5"]);
    assert!(said.out.starts_with("5 executions, 1 at once, 0 failed\n"), "{}", said.out);
    place.file("bad.json", chain(&[("a", FAIL)]));
    assert_eq!(place.heddle(&["run", "bad.json", "--ephemeral", "--times", "2"]).code, 1);
}

#[cfg(unix)]
#[test]
fn an_interrupt_cancels_what_runs_of_many_and_sums_up_what_ended() {
    let place = Place::new();
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", server.local_addr().unwrap());
    let agent = json!({ "kind": "http", "config": { "url": url } }).to_string();
    place.file("w.json", chain(&[("ask", agent.as_str())]));
    let mut command = place.command(&["run", "w.json", "--data-dir", "data", "--times", "100", "--json"]);
    let child = command.stdin(Stdio::null()).stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let (mut first, _) = server.accept().unwrap();
    let mut lines = BufReader::new(first.try_clone().unwrap()).lines();
    assert!(lines.by_ref().any(|line| line.unwrap().is_empty()), "the whole request, before it is answered");
    first.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok").unwrap();
    let (mut second, _) = server.accept().unwrap();
    let mut asked = [0; 6];
    second.read_exact(&mut asked).unwrap();
    assert_eq!(&asked, b"GET / ", "the request is under way");
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    // The other side closes: the request itself ends, not only the wait for it.
    second.read_to_end(&mut Vec::new()).unwrap();
    let said = Said::of(child.wait_with_output().unwrap());
    said.refused(1, &["cancelling 1 of 100 executions, 98 are not started"]);
    let summary = said.json();
    let numbers = ["executions", "failed", "cancelled", "not_started"].map(|name| summary[name].as_u64().unwrap());
    assert_eq!(numbers, [1, 0, 1, 98]);
    assert!(summary["p50_ms"].as_f64().is_some_and(|ms| ms > 0.0), "{summary}");
    let listed = place.heddle(&["executions", "list", "--data-dir", "data", "--json"]).json();
    let statuses: Vec<_> = listed.as_array().unwrap().iter().map(|one| one["status"].clone()).collect();
    assert_eq!(statuses, [json!("cancelled"), json!("completed")]);
}
