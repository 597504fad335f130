//! `heddle schema` and `heddle completions`.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{Place, Said};

#[test]
fn the_format_has_a_schema() {
    let place = Place::new();
    let schema = place.heddle(&["schema", "workflow"]).json();
    assert_eq!(schema["properties"]["format"]["const"], json!("heddle/v1"));
    assert!(place.heddle(&["schema", "openapi"]).json()["paths"]["/api/workflows/{id}/execute"].is_object());
}

#[test]
fn two_schemas_are_compared_and_the_exit_code_tells() {
    let place = Place::new();
    place.file("int.json", r#"{"type":"integer"}"#);
    place.file("number.json", r#"{"type":"number"}"#);
    place.file("text.json", r#"{"type":"string"}"#);
    place.file("cut.json", r#"{"type":"#);
    for (a, b, code, first) in [
        ("int.json", "number.json", 0, "always"),
        ("number.json", "int.json", 1, "sometimes"),
        ("int.json", "text.json", 1, "never"),
    ] {
        let said = place.heddle(&["schema", "check", a, b]);
        assert_eq!((said.code, said.out.lines().next()), (code, Some(first)), "{}", said.err);
        let answer = place.heddle(&["schema", "check", a, b, "--json"]).json();
        assert_eq!((answer["verdict"].as_str(), answer["micros"].is_u64()), (Some(first), true));
        assert_eq!(answer.get("counterexample").is_some(), code == 1, "{answer}");
        assert_eq!(answer["reasons"].as_array().map(Vec::is_empty), Some(code == 0), "{answer}");
    }
    place.heddle(&["schema", "check", "cut.json", "int.json"]).refused(3, &["cut.json is not JSON"]);
    place.heddle(&["schema", "check", "gone.json", "int.json"]).refused(3, &["cannot open gone.json"]);
    place.file("none.json", r#"{"type":"strng"}"#);
    for pair in [["none.json", "int.json"], ["int.json", "none.json"]] {
        place
            .heddle(&["schema", "check", pair[0], pair[1]])
            .refused(3, &["none.json is not a JSON Schema: at /type: "]);
    }
    place.heddle(&["schema", "check", "int.json"]).refused(2, &["Usage: heddle schema check"]);
}

#[test]
fn properties_that_are_not_declared_can_be_taken_not_to_be_there() {
    let place = Place::new();
    place.file("a.json", r#"{"type":"object","properties":{"x":{"type":"integer"}},"required":["x"]}"#);
    place.file("b.json", r#"{"type":"object","properties":{"x":{}},"additionalProperties":false}"#);
    assert_eq!(place.heddle(&["schema", "check", "a.json", "b.json"]).code, 1, "strict unless said otherwise");
    assert_eq!(place.heddle(&["schema", "check", "a.json", "b.json", "--mode", "declared"]).code, 0);
}

#[test]
fn a_batch_is_judged_line_by_line() {
    let place = Place::new();
    let pair = r#"{"id":"x","a":{"type":"integer"},"b":{"minimum":3}}"#;
    place.file("pairs.jsonl", format!("{pair}\n\n{pair}\n"));
    let said = place.heddle(&["schema", "check", "--batch", "pairs.jsonl"]);
    let answers: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((said.code, answers.len()), (0, 2), "{}", said.err);
    assert_eq!((answers[0]["id"].as_str(), answers[0]["verdict"].as_str()), (Some("x"), Some("sometimes")));
    place.file("bad.jsonl", format!("{pair}\nnothing\n{{\"id\": 7, \"a\": true}}\n"));
    let said = place.heddle(&["schema", "check", "--batch", "bad.jsonl"]);
    let answers: Vec<Value> = said.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((said.code, answers.len()), (3, 3));
    assert!(answers[1]["error"].as_str().unwrap().starts_with("line 2: not a JSON object"), "{}", said.out);
    assert_eq!(answers[2]["id"], json!(7));
}

#[test]
fn values_are_made_of_schemas_and_schemas_of_values() {
    let place = Place::new();
    place.file("s.json", r#"{"type":"integer","minimum":5,"maximum":9}"#);
    place.file("none.json", r#"{"allOf":[{"type":"integer"},{"type":"string"}]}"#);
    let (once, again) = (place.heddle(&["schema", "sample", "s.json"]), place.heddle(&["schema", "sample", "s.json"]));
    assert_eq!((once.code, &once.out), (0, &again.out), "equal seeds, equal values");
    assert!((5..=9).contains(&once.json().as_i64().unwrap()));
    place.heddle(&["schema", "sample", "none.json"]).refused(1, &["no value satisfies the schema"]);
    let schema = place.heddle_with(&["schema", "infer"], "{\"a\": 1}\n{\"a\": 2, \"b\": \"x\"}").json();
    assert_eq!(
        (schema["required"].clone(), schema["properties"]["a"]["type"].clone()),
        (json!(["a"]), json!("integer"))
    );
    let said = place.heddle_with(&["schema", "infer"], "{\"a\": ");
    said.refused(3, &["is not JSON, or stops short"]);
}

#[test]
fn every_shell_gets_completions() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let said = place.heddle(&["completions", shell]);
        assert!(said.code == 0 && said.out.contains("heddle"), "{shell}");
    }
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let place = Place::new();
    let mut command = place.command(&["schema", "openapi"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let said = Said::of(child.wait_with_output().unwrap());
    assert_eq!((said.code, said.err.as_str()), (0, ""));
}
