//! What is inferred holds what really comes: random documents, random values, mappings worked out by the real thing.

use heddle_model::{Payload, StepId, Workflow};
use heddle_validate::{Mode, Options, StandIn, Wire, WireVerdict, examine, preview};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

use crate::support::{graph, map, step};

/// Schemas of objects as people write them: every type, optional fields, choices, references.
fn schema() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!({ "type": "string" })),
        Just(json!({ "type": "integer", "minimum": -5, "maximum": 50 })),
        Just(json!({ "type": "number" })),
        Just(json!({ "type": "boolean" })),
        Just(json!({ "type": ["string", "null"] })),
        Just(json!({ "enum": ["low", "high", 3] })),
        Just(json!({ "const": { "a": 1 } })),
        Just(json!({ "$ref": "#/$defs/name" })),
        Just(json!({ "anyOf": [{ "type": "integer" }, { "type": "null" }] })),
    ];
    let inner = leaf.prop_recursive(2, 12, 3, |inner| {
        prop_oneof![
            inner.clone().prop_map(|items| json!({ "type": "array", "items": items })),
            inner.clone().prop_map(
                |items| json!({ "type": "array", "prefixItems": [items, { "type": "string" }], "minItems": 1 })
            ),
            fields(inner),
        ]
    });
    fields(inner).prop_map(|mut whole| {
        whole["$defs"] = json!({ "name": { "type": "string", "minLength": 1 } });
        whole
    })
}

fn fields(inner: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    (prop::collection::btree_map("[abc]", (inner, any::<bool>()), 1..4), prop::bool::weighted(0.7)).prop_map(
        |(fields, closed)| {
            let required: Vec<&String> =
                fields.iter().filter(|(_, (_, always))| *always).map(|(name, _)| name).collect();
            let properties: serde_json::Map<String, Value> =
                fields.iter().map(|(name, (schema, _))| (name.clone(), schema.clone())).collect();
            let mut whole = json!({ "type": "object", "properties": properties, "required": required });
            if closed {
                whole["additionalProperties"] = Value::Bool(false);
            }
            whole
        },
    )
}

/// Expressions over paths that may or may not be there.
fn expression() -> impl Strategy<Value = String> {
    let path = prop::sample::select(vec!["input", "steps.a.output", "steps.b.output", "context", "vars"])
        .prop_flat_map(|root| (Just(root), prop::collection::vec("[abc]", 0..3)))
        .prop_map(|(root, names)| names.iter().fold(root.to_owned(), |path, name| format!("{path}.{name}")));
    let deep = (path.clone(), "[abc]");
    let leaf = prop_oneof![
        4 => path.clone(),
        1 => prop::sample::select(vec!["1", "2.5", "'x'", "null", "true"]).prop_map(str::to_owned),
        2 => deep.clone().prop_map(|(path, name)| format!("has({path}.{name}) ? {path}.{name} : 'none'")),
        1 => deep.clone().prop_map(|(path, name)| format!("{path}.?{name}.orValue(0)")),
        1 => path.clone().prop_map(|path| format!("{path} != null ? {path} : 7")),
        1 => path.clone().prop_map(|path| format!("type({path}) == string ? {path} : [1]")),
        1 => path.clone().prop_map(|path| format!("{path}[0]")),
        1 => path.clone().prop_map(|path| format!("{path}[?0].orValue('none')")),
        1 => path.clone().prop_map(|path| format!("{path}.map(x, x)")),
        1 => path.clone().prop_map(|path| format!("{path}.map(x, {{'v': x, 'n': 1}})")),
        1 => path.clone().prop_map(|path| format!("{path}.filter(x, x != 1)")),
    ];
    leaf.prop_recursive(2, 8, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|one| format!("string({one})")),
            inner.clone().prop_map(|one| format!("int({one})")),
            inner.clone().prop_map(|one| format!("double({one})")),
            inner.clone().prop_map(|one| format!("size({one})")),
            inner.clone().prop_map(|one| format!("-({one})")),
            (inner.clone(), inner.clone()).prop_map(|(one, two)| format!("({one}) + ({two})")),
            (inner.clone(), inner.clone()).prop_map(|(one, two)| format!("({one}) * ({two})")),
            (inner.clone(), inner.clone()).prop_map(|(one, two)| format!("({one}) / ({two})")),
            (inner.clone(), inner.clone()).prop_map(|(one, two)| format!("[{one}, {two}]")),
            (inner.clone(), inner.clone()).prop_map(|(one, two)| format!("{{'k': {one}, 'l': {two}}}")),
            (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(c, one, two)| format!("({c}) == 1 ? {one} : {two}")),
            (inner.clone(), inner).prop_map(|(one, two)| format!("({one}) == ({two}) || true")),
        ]
    })
}

/// `input > a > b > t`, what they give as the schemas say; `t` is mapped, or sees what is merged.
fn document(schemas: &[Value; 3], mapping: Option<&[(&str, &str)]>, skippable: bool) -> Workflow {
    let mut workflow = graph("a b t", "a>b b>t a>t");
    workflow.input_schema = Some(schemas[0].clone());
    workflow.variables.insert("a".to_owned(), json!({ "b": [1, "x", null] }));
    workflow.steps[0] = step(json!({ "id": "a", "agent": { "kind": "script", "output_schema": schemas[1] } }));
    let when = if skippable { Value::from("input == 1") } else { Value::Null };
    workflow.steps[1] =
        step(json!({ "id": "b", "agent": { "kind": "script", "output_schema": schemas[2] }, "when": when }));
    if let Some(mapping) = mapping {
        map(&mut workflow, "t", mapping);
    }
    workflow
}

/// What arrives at `t` with sampled values, if everything can be worked out.
fn arriving(workflow: &Workflow, seed: u64) -> Option<Value> {
    let input = heddle_schema::sample(workflow.input_schema.as_ref()?, seed).ok()?;
    let flown = preview(workflow, Payload::from_value(&input), &|_: &StepId| None, seed, &Options::default())?;
    let told = flown.steps.into_iter().find(|told| told.step.as_str() == "t")?;
    assert!(told.output.as_ref().is_none_or(|(_, from)| *from == StandIn::Computed));
    told.problems.is_empty().then_some(told.input?).and_then(|input| Some(input.tree().ok()?.as_ref().clone()))
}

/// The seed, unless the environment names one: a run that fails should fail for what was changed. Eighteen thousand cases of
/// other seeds have been looked at since the law has no exemptions, and none failed; that is not enough to let every run
/// draw its own.
fn fixed_seed() -> RngSeed {
    match ProptestConfig::default().rng_seed {
        RngSeed::Random => RngSeed::Fixed(20_261_121),
        named => named,
    }
}

proptest! {
    // The same cases in every run; `PROPTEST_RNG_SEED` and `PROPTEST_CASES` look at others.
    #![proptest_config(ProptestConfig { cases: 160, rng_seed: fixed_seed(), ..ProptestConfig::default() })]

    /// What a mapping gives is valid under the schema inferred for it; and what is said never to come, never does.
    #[test]
    fn a_mapping_gives_what_was_inferred(schemas in [schema(), schema(), schema()], expressions in [expression(), expression()], skippable: bool, seed in 0_u64..4) {
        let mapping = [("x", expressions[0].as_str()), ("y", expressions[1].as_str())];
        let workflow = document(&schemas, Some(&mapping), skippable);
        let flows = examine(&workflow, &Options::default()).steps;
        let inferred = &flows.iter().find(|flow| flow.step.as_str() == "t").unwrap().arrives;
        if let Some(value) = arriving(&workflow, seed) {
            prop_assert!(jsonschema::is_valid(inferred, &value), "{mapping:?}\n{value}\n{inferred:#}");
        }
    }

    /// Merged contexts likewise, and the pass-through of what came.
    #[test]
    fn a_merged_context_holds_what_was_inferred(schemas in [schema(), schema(), schema()], skippable: bool, seed in 0_u64..4) {
        let workflow = document(&schemas, None, skippable);
        let flows = examine(&workflow, &Options::default()).steps;
        let flow = flows.iter().find(|flow| flow.step.as_str() == "t").unwrap();
        if let Some(value) = arriving(&workflow, seed) {
            prop_assert!(jsonschema::is_valid(&flow.arrives, &value), "{value}\n{:#}", flow.arrives);
            prop_assert_eq!(&flow.arrives, &flow.gives);
        }
    }

    /// What is said of fields and wires holds for whatever arrives, what is shown as proof is one, and no repair makes
    /// anything worse.
    ///
    /// Exactly: a field that is refused is not *always*, nor is the wire its value came over; where fields depend on one
    /// another and the whole is refused, not everything is *always*. Where a field or a wire is *never*, what arrives is
    /// refused. An expression that fails on what is known is not *always*. A counterexample may arrive and is refused, an example may
    /// arrive and is accepted. After a repair no field is worse off, and no other step.
    #[test]
    fn verdicts_hold_and_repairs_never_hurt(schemas in [schema(), schema(), schema()], wanted in wanted(), expression in expression(), mapped: bool, strict: bool, seed in 0_u64..4) {
        let mapping = [("a", expression.as_str())];
        let mut workflow = document(&schemas, mapped.then_some(&mapping[..]), false);
        workflow.steps[2].agent = serde_json::from_value(json!({ "kind": "transform", "input_schema": wanted })).unwrap();
        let mode = if strict { Mode::Strict } else { Mode::Declared };
        let options = Options { mode, ..Options::default() };
        let told = examine(&workflow, &options);
        let flow = told.steps.iter().find(|flow| flow.step.as_str() == "t").unwrap();
        let wires: Vec<&Wire> = told.wires.iter().filter(|wire| wire.to.as_str() == "t").collect();
        let accepts = jsonschema::validator_for(&wanted).unwrap();
        if let Some(arrived) = arrived(&workflow, seed) {
            let of = |name: &str| flow.fields.iter().find(|field| field.path == format!("/{name}")).map(|field| field.verdict);
            if arrived.broken {
                let unknown = flow.arrives.pointer("/properties/a").is_some_and(|a| a.to_string().contains("x-unknown"));
                prop_assert!(unknown || of("a") != Some(WireVerdict::Always), "{expression} has no value, and nothing is said");
            } else {
                let refused = !accepts.is_valid(&arrived.value);
                let value = &arrived.value;
                if refused {
                    let fits = |verdict: WireVerdict| verdict == WireVerdict::Always;
                    let all = flow.fields.iter().all(|field| fits(field.verdict)) && wires.iter().all(|wire| fits(wire.verdict));
                    prop_assert!(!all, "nothing is said, but {value} is refused");
                }
                for name in breaches(&wanted, value) {
                    let said = of(&name);
                    prop_assert!(said.is_some_and(|said| said != WireVerdict::Always), "{name} of {value} is refused, said: {said:?}");
                    for wire in wires.iter().filter(|wire| arrived.came_over(&name, wire)) {
                        prop_assert!(wire.verdict != WireVerdict::Always, "{name} of {value} came over {}", wire.edge);
                    }
                }
                let never = flow.fields.iter().any(|field| field.verdict == WireVerdict::Never)
                    || wires.iter().any(|wire| wire.verdict == WireVerdict::Never);
                prop_assert!(!never || refused, "said never to fit, but {value} does");
            }
        }
        for wire in &wires {
            let arrives = |value: &Value| jsonschema::is_valid(&flow.arrives, value);
            if let Some(value) = &wire.counterexample {
                prop_assert!(arrives(value) && !accepts.is_valid(value), "{value} is no counterexample");
            }
            if let Some(value) = &wire.example {
                prop_assert!(arrives(value) && accepts.is_valid(value), "{value} is no example");
            }
            prop_assert!(wire.verdict < WireVerdict::Sometimes || !wire.reasons.is_empty() || wire.counterexample.is_some());
            for repair in wire.repairs.iter().take(2) {
                let mut mended = workflow.clone();
                prop_assert!(repair.edit.apply(&mut mended, &[]), "{repair:?}");
                let after = examine(&mended, &options);
                let now = after.steps.iter().find(|flow| flow.step.as_str() == "t").unwrap();
                for field in &now.fields {
                    let before = flow.fields.iter().find(|before| before.path == field.path).map(|before| before.verdict);
                    prop_assert!(field.verdict <= before.unwrap_or(WireVerdict::Always), "{}: {repair:?}", field.path);
                }
                for wire in told.wires.iter().filter(|wire| wire.to.as_str() != "t") {
                    let same = after.wires.iter().find(|after| after.edge == wire.edge).map(|after| after.verdict);
                    prop_assert_eq!(same, Some(wire.verdict), "{:?}", repair);
                }
            }
        }
    }
}

/// What is accepted: conditions on fields; at times some that tie them together.
fn wanted() -> impl Strategy<Value = Value> {
    let both = |keyword: &'static str| {
        (schema(), schema()).prop_map(move |(one, two)| {
            // The definitions are the same in both.
            let mut whole = json!({ "$defs": one["$defs"] });
            let bare = |mut schema: Value| {
                schema.as_object_mut().unwrap().shift_remove("$defs");
                schema
            };
            whole[keyword] = json!([bare(one), bare(two)]);
            whole
        })
    };
    let least = schema().prop_map(|mut schema| {
        schema["minProperties"] = json!(2);
        schema
    });
    prop_oneof![6 => schema(), 1 => both("anyOf"), 1 => both("allOf"), 1 => least]
}

/// The fields that are refused, where they do not depend on one another.
fn breaches(wanted: &Value, value: &Value) -> Vec<String> {
    let (Some(properties), None) = (wanted.get("properties").and_then(Value::as_object), wanted.get("minProperties"))
    else {
        return Vec::new();
    };
    let value = value.as_object().unwrap();
    let alone = |name: &str| {
        let required = wanted["required"].as_array().unwrap().contains(&Value::from(name));
        let schema = json!({ "$defs": wanted["$defs"], "properties": properties, "required": if required { vec![name] } else { vec![] },
            "additionalProperties": wanted.get("additionalProperties").unwrap_or(&Value::Bool(true)) });
        let only: serde_json::Map<String, Value> =
            value.get(name).map(|own| (name.to_owned(), own.clone())).into_iter().collect();
        jsonschema::is_valid(&schema, &Value::Object(only))
    };
    let names: std::collections::BTreeSet<&String> = properties.keys().chain(value.keys()).collect();
    names.into_iter().filter(|name| !alone(name)).cloned().collect()
}

/// The workflow's input alone is refused, and that hides that what the step gives is refused as well.
#[test]
fn a_wire_is_not_said_to_fit_behind_an_input_that_does_not() {
    let closed = |name: &str| json!({ "type": "object", "properties": { name: { "type": "string" } }, "additionalProperties": false });
    let mut workflow = document(&[closed("a"), closed("c"), closed("c")], None, false);
    workflow.steps[2].agent =
        serde_json::from_value(json!({ "kind": "transform", "input_schema": closed("b") })).unwrap();
    let wires = examine(&workflow, &Options::default()).wires;
    let to = wires.iter().filter(|wire| wire.to.as_str() == "t");
    assert!(to.clone().count() == 2 && to.clone().any(|wire| wire.verdict != WireVerdict::Always), "{wires:#?}");
}

/// What has arrived at `t`, whether or not it fits.
struct Arrived {
    value: Value,
    /// Whether an expression had no value.
    broken: bool,
    /// The steps a field of a mapping looks at.
    looked_at: Option<Vec<StepId>>,
    /// What `a` and `b` gave.
    outputs: Vec<(StepId, Value)>,
}

impl Arrived {
    /// Whether a field's value came over a wire, as far as that can be told from outside.
    fn came_over(&self, name: &str, wire: &Wire) -> bool {
        match &self.looked_at {
            Some(steps) => name == "a" && steps.contains(&wire.from),
            None => {
                let last = self.outputs.iter().rev().find(|(_, output)| output.get(name).is_some());
                last.is_some_and(|(step, _)| *step == wire.from)
            }
        }
    }
}

fn arrived(workflow: &Workflow, seed: u64) -> Option<Arrived> {
    let input = heddle_schema::sample(workflow.input_schema.as_ref()?, seed).ok()?;
    let flown = preview(workflow, Payload::from_value(&input), &|_: &StepId| None, seed, &Options::default())?;
    let tree = |payload: &Payload| payload.tree().ok().map(|tree| tree.as_ref().clone());
    let looked_at = workflow.steps[2].mapping.as_ref().and_then(|mapping| {
        let expression = heddle_expr::Expression::parse(mapping.get("a")?).ok()?;
        Some(expression.references().iter().filter_map(|reference| reference.step().cloned()).collect())
    });
    let mut outputs = Vec::new();
    for told in flown.steps {
        if told.step.as_str() == "t" {
            let broken = told.problems.iter().any(|one| one.path.starts_with("/mapping"));
            return Some(Arrived { value: tree(&told.input?)?, broken, looked_at, outputs });
        }
        outputs.extend(told.output.and_then(|(output, _)| Some((told.step, tree(&output)?))));
    }
    None
}
