//! `heddle serve`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::{Place, Said, chain};

/// The status line and the body of an answer.
fn get(address: &str, path: &str, headers: &str) -> (String, String) {
    let mut connection = TcpStream::connect(address).unwrap();
    write!(connection, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{headers}\r\n").unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.lines().next().unwrap_or_default().to_owned(), body.to_owned())
}

#[cfg(unix)]
#[test]
fn the_port_opens_with_the_token_and_closes_when_asked() {
    let place = Place::new();
    let mut command = place.command(&["serve", "--data-dir", "data"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let (address, token) = line.trim().strip_prefix("http://").unwrap().split_once("/#token=").unwrap();
    assert!(address.starts_with("127.0.0.1:"), "{line}");
    assert!(get(address, "/api/workflows", "").0.contains("401"));
    let (status, body) = get(address, "/api/workflows", &format!("Authorization: Bearer {token}\r\n"));
    assert!(status.contains("200") && body.contains("IT ticket triage"), "{status} {body}");
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn a_token_that_is_empty_is_bad_use() {
    let place = Place::new();
    place.heddle(&["serve", "--data-dir", "data", "--token", ""]).refused(2, &["a value is required", "--token"]);
    let said = Said::of(place.command(&["serve", "--data-dir", "data"]).env("HEDDLE_TOKEN", "").output().unwrap());
    said.refused(2, &["a value is required", "--token"]);
}

#[test]
fn a_port_that_is_taken_is_bad_use() {
    let place = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    place.heddle(&["serve", "--data-dir", "data", "--port", &port]).refused(2, &["cannot listen on 127.0.0.1"]);
}

#[cfg(unix)]
#[test]
fn a_run_whose_process_was_killed_is_taken_over() {
    let place = Place::new();
    let asked = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", asked.local_addr().unwrap());
    let agent = json!({ "kind": "http", "config": { "url": url } }).to_string();
    place.file("w.json", chain(&[("ask", agent.as_str())]));
    let mut command = place.command(&["serve", "--data-dir", "data"]);
    let mut serving = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(serving.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let (address, token) = line.trim().strip_prefix("http://").unwrap().split_once("/#token=").unwrap();
    let mut command = place.command(&["run", "w.json", "--data-dir", "data"]);
    let mut run = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let (first, _) = asked.accept().unwrap();
    run.kill().unwrap();
    run.wait().unwrap();
    // Asked once more, by the process that has taken the run over.
    let (mut second, _) = asked.accept().unwrap();
    drop(first);
    let mut lines = BufReader::new(second.try_clone().unwrap()).lines();
    assert!(lines.by_ref().any(|line| line.unwrap().is_empty()), "the whole request, before it is answered");
    second.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok").unwrap();
    let authorized = format!("Authorization: Bearer {token}\r\n");
    let listed: Value = serde_json::from_str(&get(address, "/api/executions", &authorized).1).unwrap();
    let id = listed["executions"][0]["id"].as_str().unwrap();
    let (mut after, mut names) = (0, Vec::new());
    while !names.contains(&json!("execution_completed")) {
        let path = format!("/api/executions/{id}/events?after={after}&wait_ms=20000");
        let page: Value = serde_json::from_str(&get(address, &path, &authorized).1).unwrap();
        names.extend(page["events"].as_array().unwrap().iter().map(|event| event["kind"]["type"].clone()));
        after = page["last_seq"].as_u64().unwrap();
        assert!(["running", "completed"].contains(&page["status"].as_str().unwrap()), "{page}");
    }
    serving.kill().unwrap();
    serving.wait().unwrap();
    assert_eq!(names.iter().filter(|name| **name == json!("resumed")).count(), 1, "{names:?}");
}
