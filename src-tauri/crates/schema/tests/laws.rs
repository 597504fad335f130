//! Laws that hold for all schemas and values, tried on many.

use std::collections::BTreeSet;

use heddle_schema::{Mode, Options, SampleError, Verdict, check, generalise, infer, sample};
use proptest::prelude::*;
use serde_json::{Value, json};

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        (-4i64..8).prop_map(Value::from),
        prop_oneof![Just("0.5"), Just("1.25"), Just("-2.5"), Just("1e3"), Just("3.0"), Just("12345678901234567891")]
            .prop_map(|text| serde_json::from_str(text).expect("a number")),
        prop_oneof![Just(""), Just("a"), Just("ab"), Just("b1"), Just("2024-05-01"), Just("\u{e9}\n")]
            .prop_map(Value::from),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((name(), inner), 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn name() -> impl Strategy<Value = String> + Clone {
    prop::sample::select(vec!["a", "b", "ab", "c1", "x-y"]).prop_map(String::from)
}

fn simple() -> impl Strategy<Value = Value> {
    let types = prop_oneof![
        Just("null"),
        Just("boolean"),
        Just("integer"),
        Just("number"),
        Just("string"),
        Just("array"),
        Just("object")
    ];
    let pattern = prop_oneof![Just("^a"), Just("b$"), Just("^[a-z]*$"), Just("[0-9]"), Just("^(?!x)"), Just("^.{2}$")];
    prop_oneof![
        Just(json!(true)),
        Just(json!({})),
        types.prop_map(|t| json!({ "type": t })),
        prop::collection::vec(scalar(), 1..4).prop_map(|list| json!({ "enum": list })),
        value().prop_map(|v| json!({ "const": v })),
        (-3i64..5, 0i64..6).prop_map(|(low, width)| json!({"type": "number", "minimum": low, "maximum": low + width})),
        (-3i64..5).prop_map(|bound| json!({ "exclusiveMinimum": bound })),
        prop_oneof![Just(json!(2)), Just(json!(3)), Just(json!(0.5))].prop_map(|unit| json!({ "multipleOf": unit })),
        (0u64..3, 0u64..3).prop_map(|(low, width)| json!({"minLength": low, "maxLength": low + width})),
        pattern.prop_map(|p| json!({"type": "string", "pattern": p})),
        (0u64..3, 0u64..3).prop_map(|(low, width)| json!({"minItems": low, "maxItems": low + width})),
        (0u64..3).prop_map(|low| json!({"minProperties": low, "uniqueItems": true})),
        name().prop_map(|n| json!({"type": "object", "required": [n]})),
    ]
}

fn schema() -> impl Strategy<Value = Value> {
    simple().prop_recursive(3, 14, 3, |inner| {
        let pair = prop::collection::vec(inner.clone(), 1..3);
        let named = prop::collection::vec((name(), inner.clone()), 1..3);
        prop_oneof![
            pair.clone().prop_map(|list| json!({ "allOf": list })),
            pair.clone().prop_map(|list| json!({ "anyOf": list })),
            pair.clone().prop_map(|list| json!({ "oneOf": list })),
            inner.clone().prop_map(|s| json!({ "not": s })),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(i, t, e)| json!({"if": i, "then": t, "else": e})),
            (named.clone(), inner.clone(), any::<bool>()).prop_map(|(named, rest, required)| {
                let names: BTreeSet<String> = named.iter().map(|(name, _)| name.clone()).collect();
                let properties: Value = Value::Object(named.into_iter().collect());
                let required = if required { names } else { BTreeSet::new() };
                json!({"type": "object", "properties": properties, "required": required, "additionalProperties": rest})
            }),
            named
                .clone()
                .prop_map(|named| json!({"type": "object", "properties": Value::Object(named.into_iter().collect())})),
            (named, inner.clone()).prop_map(|(named, rest)| {
                let properties = Value::Object(named.into_iter().collect());
                json!({"anyOf": [{"properties": properties}, {"required": ["b"]}], "unevaluatedProperties": rest})
            }),
            inner.clone().prop_map(|s| json!({"patternProperties": {"^a": s}, "propertyNames": {"maxLength": 2}})),
            inner.clone().prop_map(|s| json!({"type": "array", "items": s})),
            (inner.clone(), inner.clone())
                .prop_map(|(p, rest)| json!({"type": "array", "prefixItems": [p], "items": rest})),
            (inner.clone(), 0u64..3).prop_map(|(s, n)| json!({"contains": s, "minContains": n, "maxContains": 2})),
            (inner.clone(), name()).prop_map(|(s, n)| json!({"dependentSchemas": {n: s}})),
            inner.prop_map(|s| json!({
                "$ref": "#/$defs/tree",
                "$defs": {"tree": {"type": "object", "properties": {"a": s, "b": {"$ref": "#/$defs/tree"}}}}
            })),
        ]
    })
}

/// `$defs` work only at the root, so a nested tree is not one: such schemas are left out.
fn rooted(schema: &Value) -> bool {
    fn inside(value: &Value, root: bool) -> bool {
        match value {
            Value::Object(map) => {
                (root || !map.contains_key("$defs")) && map.iter().all(|(k, v)| k == "$defs" || inside(v, false))
            }
            Value::Array(list) => list.iter().all(|v| inside(v, false)),
            _ => true,
        }
    }
    inside(schema, true) && schema.pointer("/$defs/tree/properties/a").is_none_or(|nested| inside(nested, false))
}

fn valid(schema: &Value, value: &Value) -> bool {
    jsonschema::options().should_validate_formats(false).build(schema).expect("a schema").is_valid(value)
}

fn strict(a: &Value, b: &Value) -> Verdict {
    check(a, b, &Options { work: 300_000, ..Options::default() }).verdict
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn always_means_every_value(a in schema().prop_filter("rooted", rooted), b in schema().prop_filter("rooted", rooted),
                                values in prop::collection::vec(value(), 8)) {
        match strict(&a, &b) {
            Verdict::Always => {
                // Values made for A are of A more often than any others.
                for value in values.into_iter().chain((0..4).filter_map(|seed| sample(&a, seed).ok())) {
                    prop_assert!(!valid(&a, &value) || valid(&b, &value), "{value} is of {a} but not of {b}");
                }
            }
            Verdict::Never { counterexample } => {
                prop_assert!(valid(&a, &counterexample) && !valid(&b, &counterexample));
                for value in values {
                    prop_assert!(!valid(&a, &value) || !valid(&b, &value), "{value} is of {a} and of {b}");
                }
            }
            Verdict::Sometimes { counterexample, example } => {
                prop_assert!(valid(&a, &counterexample) && !valid(&b, &counterexample));
                if let Some(example) = example {
                    prop_assert!(valid(&a, &example) && valid(&b, &example));
                }
            }
            Verdict::Unknown { .. } => {}
        }
    }

    #[test]
    fn a_value_fits_as_the_validator_says(s in schema().prop_filter("rooted", rooted), v in value()) {
        let verdict = strict(&json!({ "const": v }), &s);
        match (&verdict, valid(&s, &v)) {
            (Verdict::Always, true) | (Verdict::Never { .. }, false) => {}
            (other, expected) => prop_assert!(false, "{v} under {s}: {expected}, but {other:?}"),
        }
    }

    #[test]
    fn everything_fits_itself(s in schema().prop_filter("rooted", rooted)) {
        prop_assert_eq!(strict(&s, &s), Verdict::Always);
    }

    #[test]
    fn less_is_within_more(a in schema().prop_filter("rooted", |s| rooted(s) && s.get("$defs").is_none()),
                           c in schema().prop_filter("rooted", |s| rooted(s) && s.get("$defs").is_none())) {
        let both = json!({"allOf": [a, c]});
        prop_assert_eq!(strict(&both, &a), Verdict::Always);
        prop_assert_eq!(strict(&a, &json!({"anyOf": [c, a]})), Verdict::Always);
        // What fits the conjunction is exactly what fits both.
        if strict(&a, &c) == Verdict::Always {
            let verdict = strict(&a, &both);
            prop_assert!(matches!(verdict, Verdict::Always | Verdict::Unknown { .. }), "{verdict:?}");
        }
    }

    #[test]
    fn fitting_is_transitive(a in schema().prop_filter("rooted", rooted), b in simple(), c in simple()) {
        if strict(&a, &b) == Verdict::Always && strict(&b, &c) == Verdict::Always {
            let verdict = strict(&a, &c);
            prop_assert!(matches!(verdict, Verdict::Always | Verdict::Unknown { .. }), "{verdict:?}");
        }
    }

    #[test]
    fn declared_asks_less_than_strict(a in schema().prop_filter("rooted", rooted), b in schema().prop_filter("rooted", rooted)) {
        if strict(&a, &b) == Verdict::Always {
            let declared = check(&a, &b, &Options { mode: Mode::Declared, ..Options::default() }).verdict;
            prop_assert!(matches!(declared, Verdict::Always | Verdict::Unknown { .. }), "{declared:?}");
        }
    }

    #[test]
    fn samples_are_valid(s in schema().prop_filter("rooted", rooted), seed in any::<u64>()) {
        match sample(&s, seed) {
            Ok(value) => prop_assert!(valid(&s, &value), "{value} is not of {s}"),
            Err(SampleError::Empty) => {
                prop_assert_eq!(strict(&s, &json!(false)), Verdict::Always);
            }
            Err(SampleError::Undecided(_)) => {}
            Err(error) => prop_assert!(false, "{s}: {error}"),
        }
    }

    #[test]
    fn inferred_schemas_hold(values in prop::collection::vec(value(), 0..4)) {
        let schema = infer(&values);
        for value in &values {
            prop_assert!(valid(&schema, value), "{value} is not of {schema}");
        }
    }

    #[test]
    fn the_general_allows_the_special(list in prop::collection::vec(schema().prop_filter("rooted", rooted), 1..3), v in value()) {
        let general = generalise(&list);
        for special in &list {
            prop_assert!(!valid(special, &v) || valid(&general, &v), "{v} is of {special} but not of {general}");
        }
    }
}
