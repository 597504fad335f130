//! `heddle serve`.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use crate::support::Place;

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
fn a_port_that_is_taken_is_bad_use() {
    let place = Place::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    place.heddle(&["serve", "--data-dir", "data", "--port", &port]).refused(2, &["cannot listen on 127.0.0.1"]);
}
