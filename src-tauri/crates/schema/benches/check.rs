//! Typical, large and adversarial pairs.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use heddle_schema::{Mode, Options, check, sample};
use serde_json::{Map, Value, json};

fn ticket(priority: &Value) -> Value {
    json!({
        "type": "object",
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "title": {"type": "string", "minLength": 1},
            "priority": priority,
            "status": {"enum": ["open", "pending", "done"]},
            "customer": {"$ref": "#/$defs/customer"},
            "tags": {"type": "array", "items": {"type": "string"}}
        },
        "required": ["id", "title", "priority", "customer"],
        "$defs": {"customer": {
            "type": "object",
            "properties": {"name": {"type": "string"}, "email": {"type": "string", "format": "email"}},
            "required": ["name"]
        }}
    })
}

fn wide(count: usize, last: &Value) -> Value {
    let mut properties = Map::new();
    for i in 0..count {
        properties.insert(
            format!("field{i}"),
            if i + 1 == count { last.clone() } else { json!({"type": "string", "maxLength": i + 1}) },
        );
    }
    let names: Vec<&String> = properties.keys().collect();
    json!({"type": "object", "required": names, "properties": properties})
}

fn union(count: usize, odd: &str) -> Value {
    let options: Vec<Value> = (0..count)
        .map(|i| {
            let kind = if i + 1 == count { odd.to_string() } else { format!("kind{i}") };
            json!({"type": "object", "properties": {"kind": {"const": kind}, "value": {"type": "integer", "minimum": i}}, "required": ["kind", "value"]})
        })
        .collect();
    json!({ "oneOf": options })
}

fn benches(c: &mut Criterion) {
    let integer = json!({"type": "integer", "minimum": 1});
    let loose = json!({"type": ["integer", "string"]});
    let strict = Options::default();
    let declared = Options { mode: Mode::Declared, ..strict };
    let pairs = [
        ("typical, always", ticket(&integer), ticket(&json!({"type": "integer"})), strict),
        ("typical, declared", ticket(&integer), ticket(&json!({"type": "integer"})), declared),
        ("typical, sometimes", ticket(&loose), ticket(&integer), strict),
        ("500 properties, always", wide(500, &integer), wide(500, &json!({"type": "integer"})), strict),
        ("500 properties, sometimes", wide(500, &loose), wide(500, &integer), strict),
        ("union of 50, always", union(50, "last"), union(50, "last"), strict),
        ("union of 50, sometimes", union(50, "last"), union(50, "other"), strict),
        (
            "adversarial automata",
            json!({"type": "string", "pattern": "^(a|b)*a(a|b){60}$"}),
            json!({"type": "string", "pattern": "^(a|b)*b(a|b){59}$"}),
            strict,
        ),
    ];
    for (name, a, b, options) in &pairs {
        c.bench_function(name, |bench| bench.iter(|| check(black_box(a), black_box(b), options)));
    }
    let schema = ticket(&integer);
    c.bench_function("sample", |bench| bench.iter(|| sample(black_box(&schema), 3)));
}

criterion_group!(group, benches);
criterion_main!(group);
