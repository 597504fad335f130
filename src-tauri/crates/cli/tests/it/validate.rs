//! `heddle validate`.

use serde_json::json;

use crate::support::{PASS, Place, chain, example};

#[test]
fn a_sound_document_is_valid() {
    let place = Place::new();
    place.file("w.json", example("it-ticket-triage.json"));
    let said = place.heddle(&["validate", "w.json"]);
    assert_eq!(
        (said.code, said.out.as_str()),
        (0, "✓ analyze → customer  always\n✓ customer → solve  always\nw.json: valid\n"),
        "{}",
        said.err
    );
    assert_eq!(said.err, "");
    let said = place.heddle(&["validate", "w.json", "--json"]);
    assert_eq!((said.code, said.json()["valid"].clone()), (0, json!(true)));
    assert_eq!(place.heddle_with(&["validate", "-"], &example("it-ticket-triage.json")).code, 0);
}

#[test]
fn findings_are_told_and_the_exit_code_is_1() {
    let place = Place::new();
    let mut document: serde_json::Value = serde_json::from_str(&chain(&[("a", PASS), ("b", r#""nobody""#)])).unwrap();
    document["edges"].as_array_mut().unwrap().push(json!({ "id": "back", "from": "b", "to": "a" }));
    place.file("w.json", document.to_string());
    let said = place.heddle(&["validate", "w.json"]);
    said.refused(
        1,
        &[
            "error: These steps wait for one another: a → b → a. To run them again and again, move them into a workflow of \
             their own and give the step that runs it a loop. [cycle]",
            "uses the agent `nobody`",
            "fix: Remove the wire b → a",
        ],
    );
    assert_eq!(said.out, "w.json: not valid\n");
    let found = place.heddle(&["validate", "w.json", "--json"]).json();
    assert_eq!(found["valid"], json!(false));
    let codes: Vec<_> = found["diagnostics"].as_array().unwrap().iter().map(|one| one["code"].clone()).collect();
    assert_eq!(codes, [json!("cycle"), json!("missing_agent")]);
    assert_eq!(found["diagnostics"][0]["steps"], json!(["a", "b"]));
}

#[test]
fn a_wire_that_never_fits_makes_a_document_not_valid() {
    let place = Place::new();
    let gives =
        |kind: &str| format!(r#"{{"type":"object","properties":{{"id":{{"type":"{kind}"}}}},"required":["id"]}}"#);
    for (kind, code, mark) in
        [("string", 0, "✓ a → b  always"), ("integer", 1, "✗ a → b  never: id may be an integer; a string is expected")]
    {
        let first = format!(r#"{{"kind":"script","config":{{"code":""}},"output_schema":{}}}"#, gives(kind));
        let second = format!(r#"{{"kind":"script","config":{{"code":""}},"input_schema":{}}}"#, gives("string"));
        place.file("w.json", chain(&[("a", &first), ("b", &second)]));
        let said = place.heddle(&["validate", "w.json"]);
        assert_eq!(said.code, code, "{}{}", said.out, said.err);
        assert!(said.out.starts_with(mark), "{}", said.out);
        assert_eq!(said.out.contains("refused, for example: {"), code == 1);
        let wire = place.heddle(&["validate", "w.json", "--json"]).json()["wires"][0].clone();
        assert_eq!((wire["from"].as_str(), wire["mode"].as_str()), (Some("a"), Some("declared")));
        assert_eq!(wire["counterexample"]["id"].is_number(), code == 1);
    }
    let strict = place.heddle(&["validate", "w.json", "--mode", "strict", "--json"]).json();
    assert_eq!(strict["wires"][0]["mode"], json!("strict"));
}

#[test]
fn what_is_no_document_is_not_valid_and_says_why() {
    let place = Place::new();
    let whole = example("it-ticket-triage.json");
    for (text, part) in [
        (&whole[..300], "not JSON: EOF while parsing"),
        ("", "not JSON: EOF while parsing"),
        (r#"{"format":"heddle/v1","id":"w","name":"W","steps":"x"}"#, "expected a sequence at line 1"),
        (r#"{"format":"heddle/v1","id":"w","name":"W","steps":[{"id":"a","agent":7}]}"#, "an agent is the id of one"),
        (r#"{"format":"heddle/v9"}"#, "open it with a newer Heddle"),
        (r#"{"id":"w"}"#, "no `format` field"),
        ("[]", "not"),
    ] {
        place.file("w.json", text);
        place.heddle(&["validate", "w.json"]).refused(1, &["w.json: ", part]);
        let said = place.heddle(&["validate", "w.json", "--json"]);
        assert_eq!(said.code, 1);
        assert!(said.json()["error"].as_str().unwrap().contains(part), "{}", said.out);
    }
}

#[test]
fn a_message_does_not_repeat_a_megabyte_it_complains_about() {
    let place = Place::new();
    place
        .file("w.json", format!(r#"{{"format":"heddle/v1","id":"w","name":"W","steps":"{}"}}"#, "x".repeat(1_000_000)));
    let said = place.heddle(&["validate", "w.json"]);
    said.refused(1, &["invalid type: string", "expected a sequence at line 1"]);
    assert!(said.err.len() < 2_000, "{} bytes", said.err.len());
}

#[test]
fn what_cannot_be_read_is_bad_use() {
    let place = Place::new();
    place.heddle(&["validate", "gone.json"]).refused(2, &["heddle: cannot open gone.json: No such file"]);
    place.file("latin1.json", b"{\"format\": \"\xe9\"}");
    place.heddle(&["validate", "latin1.json"]).refused(2, &["is not UTF-8 text"]);
    std::fs::File::create(place.path("big.json")).unwrap().set_len(100 * 1024 * 1024).unwrap();
    place.heddle(&["validate", "big.json"]).refused(2, &["big.json has more than 67108864 bytes"]);
    place.heddle(&["validate", "."]).refused(2, &["cannot read ."]);
    place.heddle(&["validate"]).refused(2, &["Usage: heddle validate"]);
    place.heddle(&["frobnicate"]).refused(2, &["unrecognized subcommand 'frobnicate'"]);
}

#[test]
fn help_has_examples() {
    let place = Place::new();
    for command in ["validate", "run", "serve", "completions"] {
        let said = place.heddle(&[command, "--help"]);
        assert_eq!(said.code, 0);
        assert!(said.out.contains(&format!("Examples:\n  heddle {command}")), "{}", said.out);
    }
}
