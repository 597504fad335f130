//! Single pairs: verdicts, reasons, modes and limits.

use heddle_schema::{Draft, Mode, Options, Report, Verdict, check, describe, sample};
use serde_json::{Value, json};

fn ask(a: &Value, b: &Value) -> Report {
    check(a, b, &Options::default())
}

fn name(report: &Report) -> &'static str {
    match report.verdict {
        Verdict::Always => "always",
        Verdict::Sometimes { .. } => "sometimes",
        Verdict::Never { .. } => "never",
        Verdict::Unknown { .. } => "unknown",
    }
}

#[test]
fn pairs_get_the_verdict_they_deserve() {
    let tree = |leaf: Value| {
        json!({
            "$ref": "#/$defs/tree",
            "$defs": {"tree": {"type": "object", "properties": {"leaf": leaf, "kids": {"type": "array", "items": {"$ref": "#/$defs/tree"}}}}}
        })
    };
    for (a, b, expected) in [
        (json!({"type": "integer"}), json!({"type": "number"}), "always"),
        (json!({"type": "number"}), json!({"type": "integer"}), "sometimes"),
        (json!({"type": "string"}), json!({"type": "integer"}), "never"),
        (json!(false), json!({"type": "integer"}), "always"),
        // Exact decimals.
        (json!({"multipleOf": 0.3}), json!({"multipleOf": 0.1}), "always"),
        (
            json!({"type": "integer", "minimum": 9_007_199_254_740_993u64}),
            json!({"exclusiveMinimum": 9_007_199_254_740_992u64}),
            "always",
        ),
        (json!({"type": "integer", "minimum": 1, "maximum": 2, "not": {"enum": [1, 2]}}), json!(false), "always"),
        // Languages.
        (json!({"type": "string", "pattern": "^[a-f]+$"}), json!({"pattern": "^[a-z]*$"}), "always"),
        (json!({"type": "string", "pattern": "^a+$"}), json!({"minLength": 1}), "always"),
        (json!({"type": "string", "pattern": "^(ab|cd)$"}), json!({"enum": ["ab", "cd"]}), "always"),
        (json!({"type": "string", "pattern": "\\bfoo\\b"}), json!({"pattern": "foo"}), "always"),
        (json!({"type": "string", "pattern": "^(?!x)"}), json!({"pattern": "^[^x]"}), "sometimes"),
        (json!({"type": "string", "pattern": "^(.)\\1$"}), json!({"minLength": 1, "pattern": "^(.)\\1$"}), "unknown"),
        // Arrays.
        (json!({"type": "array", "items": {"enum": [1, 2]}, "uniqueItems": true}), json!({"maxItems": 2}), "always"),
        (
            json!({"type": "array", "prefixItems": [{"const": 1}], "minItems": 1}),
            json!({"contains": {"type": "integer"}}),
            "always",
        ),
        (json!({"type": "array", "minItems": 20_000_000}), json!({"minItems": 10}), "always"),
        // Objects.
        (
            json!({"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": false}),
            json!({"maxProperties": 1}),
            "always",
        ),
        (json!({"type": "object", "required": ["abc"]}), json!({"minProperties": 1}), "always"),
        (
            json!({"type": "object", "patternProperties": {"^x": {"type": "integer"}}, "propertyNames": {"pattern": "^xy"}}),
            json!({"additionalProperties": {"type": "number"}}),
            "always",
        ),
        (json!({"oneOf": [{"const": 1}, {"const": 2}]}), json!({"type": "integer"}), "always"),
        // Recursion.
        (tree(json!({"type": "integer"})), tree(json!({"type": "number"})), "always"),
        (tree(json!({"type": "number"})), tree(json!({"type": "integer"})), "sometimes"),
    ] {
        let report = ask(&a, &b);
        assert_eq!(name(&report), expected, "{a} -> {b}: {:?}", report.verdict);
    }
}

#[test]
fn an_empty_producer_is_said_to_be_empty() {
    let report = ask(&json!({"type": "integer", "minimum": 3, "maximum": 2}), &json!({"type": "string"}));
    assert_eq!((name(&report), report.empty), ("always", true));
    let report = ask(&json!({"type": "integer"}), &json!({"type": "number"}));
    assert!(!report.empty);
}

#[test]
fn undeclared_properties_matter_in_strict_mode_only() {
    let open = json!({"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"]});
    let consumer = json!({"type": "object", "properties": {"id": {"type": "integer"}, "note": {"type": "string"}}, "required": ["id"]});
    let closed = json!({"type": "object", "properties": {"id": {}}, "additionalProperties": false});
    let explicit = json!({"type": "object", "properties": {"id": {"type": "integer"}}, "required": ["id"], "additionalProperties": true});
    let declared = Options { mode: Mode::Declared, ..Options::default() };
    for consumer in [&consumer, &closed] {
        assert_eq!(name(&ask(&open, consumer)), "sometimes");
        assert_eq!(name(&check(&open, consumer, &declared)), "always");
        assert_eq!(name(&check(&explicit, consumer, &declared)), "sometimes");
    }
    // What stands in a condition is asked, not emitted.
    let condition = json!({"not": {"properties": {"x": {"properties": {"y": {"type": "string"}}}}, "required": ["x"]}});
    let report = check(&condition, &json!({"not": {"required": ["x"]}}), &declared);
    assert_eq!(name(&report), "sometimes");
    let either = json!({"not": {"required": ["x"], "properties": {"x": {"properties": {"y": {"type": "string"}}}}}});
    assert_eq!(name(&check(&condition, &either, &declared)), "always");
    // An object that declares nothing says nothing about what it holds.
    assert_eq!(name(&check(&json!({"type": "object"}), &closed, &declared)), "sometimes");
    // Each option declares for itself.
    let union = json!({"type": "object", "oneOf": [
        {"properties": {"kind": {"const": "a"}, "x": {"type": "integer"}}, "required": ["kind"]},
        {"properties": {"kind": {"const": "b"}, "y": {"type": "integer"}}, "required": ["kind"]}
    ]});
    let apart = json!({"not": {"required": ["x", "y"]}});
    assert_eq!(name(&ask(&union, &apart)), "sometimes");
    assert_eq!(name(&check(&union, &apart, &declared)), "always");
}

#[test]
fn reasons_are_sentences_with_paths() {
    let a = json!({
        "type": "object",
        "properties": {
            "priority": {"type": ["integer", "string"]},
            "age": {"type": "integer", "minimum": 0},
            "tags": {"type": "array", "items": {"type": "string"}},
            "note": {"type": "string"}
        },
        "required": ["priority"],
        "additionalProperties": false
    });
    let b = json!({
        "type": "object",
        "properties": {
            "priority": {"type": "integer"},
            "age": {"type": "integer", "minimum": 18},
            "tags": {"type": "array", "items": {"type": "string", "minLength": 2}}
        },
        "required": ["priority", "age"],
        "additionalProperties": false
    });
    let reasons = ask(&a, &b).reasons;
    let mut told: Vec<(&str, &str, &str)> =
        reasons.iter().map(|r| (r.path.as_str(), r.keyword, r.message.as_str())).collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            ("/age", "minimum", "age may be 0; a number of at least 18 is expected"),
            ("/age", "required", "age may be missing; it is required"),
            ("/note", "additionalProperties", "note may be present; no such property is allowed"),
            ("/priority", "type", "priority may be a string; an integer is expected"),
            ("/tags/*", "minLength", "tags[] may be \"a\"; a text of at least 2 characters is expected"),
        ]
    );
}

#[test]
fn formats_are_annotations_unless_asked_for() {
    let (email, any) = (json!({"type": "string", "format": "email"}), json!({"type": "string"}));
    assert_eq!(name(&ask(&any, &email)), "always");
    let asserted = Options { assert_formats: true, ..Options::default() };
    assert_eq!(name(&check(&any, &email, &asserted)), "sometimes");
    assert_eq!(name(&check(&email, &email, &asserted)), "always");
    assert_eq!(name(&check(&email, &any, &asserted)), "always");
}

#[test]
fn older_drafts_are_read_by_their_own_rules() {
    let four = json!({"$schema": "http://json-schema.org/draft-04/schema#", "type": "integer", "minimum": 3, "exclusiveMinimum": true});
    assert_eq!(name(&ask(&four, &json!({"minimum": 4}))), "always");
    let seven = Options { draft: Draft::Draft7, ..Options::default() };
    let tuple = json!({"type": "array", "items": [{"type": "string"}], "additionalItems": false});
    assert_eq!(name(&check(&tuple, &json!({"maxItems": 1}), &seven)), "always");
    let siblings = json!({"definitions": {"s": {"type": "string"}}, "$ref": "#/definitions/s", "maxLength": 1});
    assert_eq!(name(&check(&siblings, &json!({"maxLength": 1}), &seven)), "sometimes");
    assert_eq!(name(&ask(&siblings, &json!({"maxLength": 1}))), "always");
}

#[test]
fn what_is_no_schema_is_unknown() {
    for bad in [json!({"type": "text"}), json!({"minimum": "3"}), json!(7), json!({"$ref": "#"}), json!({"anyOf": []})]
    {
        assert_eq!(name(&ask(&json!({"type": "string"}), &bad)), "unknown", "{bad}");
    }
    let remote = json!({"$ref": "https://example.com/other.json"});
    assert_eq!(name(&ask(&json!({"type": "string"}), &remote)), "unknown");
    assert_eq!(name(&ask(&remote, &remote)), "always");
}

#[test]
fn hard_questions_end() {
    let mut deep = json!({"type": "string"});
    for _ in 0..5_000 {
        // Not by `json!`, which would copy it recursively.
        deep = Value::Object([("allOf".to_string(), Value::Array(vec![deep]))].into_iter().collect());
    }
    assert_eq!(name(&ask(&deep, &json!({"type": "integer"}))), "unknown");
    let mut nested = json!({"type": "string"});
    for _ in 0..80 {
        nested = json!({"type": "object", "properties": {"a": nested}, "required": ["a"]});
    }
    assert_eq!(name(&ask(&nested, &nested.clone())), "always");
    assert_ne!(name(&ask(&nested, &json!({"type": "string"}))), "always");
    // Pigeons: every clause is needed, and there are exponentially many ways to choose.
    let holes = |n: usize| -> Value {
        let choices: Vec<Value> = (0..24)
            .map(|i| json!({"anyOf": [{"required": [format!("p{i}")]}, {"required": [format!("q{}", i % n)]}]}))
            .collect();
        json!({"type": "object", "allOf": choices, "maxProperties": n})
    };
    let report = ask(&holes(5), &json!({"required": ["never"]}));
    assert_ne!(name(&report), "always");
    let blow_up = json!({"type": "string", "pattern": "^(a|b)*a(a|b){60}$"});
    let other = json!({"type": "string", "pattern": "^(a|b)*b(a|b){59}$"});
    assert_ne!(name(&ask(&blow_up, &other)), "always");
    let huge: Vec<Value> = (0..3_000).map(|i| json!(format!("v{i}"))).collect();
    assert_eq!(name(&ask(&json!({ "enum": huge }), &json!({ "enum": huge, "type": "string" }))), "always");
    // An array of arrays of arrays would have a billion items.
    let mut cube = json!({"type": "integer"});
    for _ in 0..3 {
        cube = json!({"type": "array", "items": cube, "minItems": 1000});
    }
    assert_eq!(name(&ask(&cube, &json!({"type": "object"}))), "unknown");
    deep_drop(deep);
}

/// Takes a deep value apart without recursion.
fn deep_drop(value: Value) {
    let mut stack = vec![value];
    while let Some(value) = stack.pop() {
        match value {
            Value::Array(items) => stack.extend(items),
            Value::Object(members) => stack.extend(members.into_iter().map(|(_, v)| v)),
            _ => {}
        }
    }
}

#[test]
fn reports_are_written_with_every_digit() {
    let report = ask(&json!({"type": "integer", "minimum": 9_007_199_254_740_993u64}), &json!({"type": "string"}));
    let written = serde_json::to_value(&report).unwrap();
    assert_eq!(written["verdict"]["verdict"], "never");
    assert_eq!(written["verdict"]["counterexample"].to_string(), "9007199254740993");
    assert_eq!(written["mode"], "strict");
}

#[test]
fn samples_look_real() {
    let schema = json!({
        "type": "object",
        "properties": {
            "customer_email": {"type": "string", "format": "email"},
            "age": {"type": "integer", "minimum": 0},
            "createdAt": {"type": "string", "format": "date-time"},
            "status": {"enum": ["open", "closed"]},
            "code": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{3}$"},
            "items": {"type": "array", "items": {"type": "object", "properties": {"sku": {"type": "string"}}, "required": ["sku"]}, "minItems": 1}
        },
        "required": ["customer_email", "age", "createdAt", "status", "code", "items"]
    });
    for seed in 0..20 {
        let value = sample(&schema, seed).unwrap();
        assert_eq!(value, sample(&schema, seed).unwrap());
        assert!(value["customer_email"].as_str().unwrap().ends_with("@example.com"));
        assert!((18..=80).contains(&value["age"].as_i64().unwrap()));
    }
    let liked = json!({"type": "string", "examples": ["ORD-1"]});
    assert_eq!(sample(&liked, 1).unwrap(), json!("ORD-1"));
}

#[test]
fn descriptions_are_one_line() {
    let schema = json!({
        "type": "object",
        "properties": {"name": {"type": "string"}, "age": {"type": "integer", "minimum": 0}, "tags": {"type": "array", "items": {"type": "string"}}},
        "required": ["name"]
    });
    assert_eq!(
        describe(&schema),
        "object with name (string), age (integer from 0, optional), tags (list of string, optional)"
    );
    assert_eq!(describe(&json!({"enum": ["a", 1]})), "\"a\" | 1");
}
