//! Documents to measure with.

use heddle_model::{Agent, Workflow, parse_workflow};
use serde_json::{Value, json};

/// A chain with short cuts, each step with two predecessors and a mapping of three fields. `typed`: every agent says what it
/// accepts and gives.
pub(crate) fn long(steps: usize, typed: bool) -> Workflow {
    let mapping = |n: usize| match n {
        0 => json!({ "a": "input.a" }),
        1 => json!({ "a": "steps.s0.output.a", "b": "vars.limit" }),
        _ => json!({
            "a": format!("steps.s{}.output.a", n - 1),
            "b": "steps.s0.output.list[0].b",
            "c": format!("steps.s{}.output.n > vars.limit", n / 2),
        }),
    };
    let all: Vec<Value> =
        (0..steps).map(|n| json!({ "id": format!("s{n}"), "agent": "pass", "mapping": mapping(n) })).collect();
    let edge = |n: usize, from: usize| json!({ "id": format!("e{n}_{from}"), "from": format!("s{from}"), "to": format!("s{n}") });
    let edges: Vec<Value> = (1..steps)
        .flat_map(|n| if n / 2 == n - 1 { vec![edge(n, n - 1)] } else { vec![edge(n, n - 1), edge(n, n / 2)] })
        .collect();
    let mut agent = json!({ "id": "pass", "kind": "transform", "output_schema": { "type": "object" } });
    if typed {
        agent["kind"] = json!("script");
        agent["input_schema"] = json!({ "type": "object", "required": ["a"], "properties": {
            "a": { "type": "string" }, "b": { "type": ["integer", "null"] }, "c": { "type": "boolean" } } });
        let entry = json!({ "type": "object", "properties": { "b": { "type": "integer" } }, "required": ["b"] });
        agent["output_schema"] = json!({ "type": "object", "required": ["a", "n", "list"], "properties": {
            "a": { "type": "string" }, "n": { "type": "integer" },
            "list": { "type": "array", "items": entry, "minItems": 1 } } });
    }
    let input = json!({ "type": "object", "properties": { "a": { "type": "string" } }, "required": ["a"] });
    workflow(
        json!({ "variables": { "limit": 3 }, "agents": [agent], "input_schema": input, "steps": all, "edges": edges }),
    )
}

/// Support requests of a shop, a hundred steps: ten lines of ten, most mapped, some merged, some with conditions, in
/// every line a wire that does not always fit.
pub(crate) fn shop() -> Workflow {
    let mut steps = Vec::new();
    let mut edges: Vec<Value> = Vec::new();
    let mut edge = |from: &str, to: &str| {
        edges.push(json!({ "id": format!("{from}-{to}"), "from": from, "to": to }));
    };
    for line in 0..10 {
        let id = |n: usize| format!("l{line}_{n}");
        for n in 0..10 {
            let before = |back: usize| format!("steps.{}.output", id(n - back));
            let (agent, mapping) = match n {
                0 => ("analyzer", json!({ "ticket_text": "input.text", "language": "input.language" })),
                1 => ("customers", json!({ "customer_id": format!("{}.customer_id", before(1)) })),
                2 => ("orders", json!({ "customer_id": format!("{}.customer.id", before(1)), "limit": "vars.limit" })),
                3 => (
                    "scorer",
                    json!({ "urgency": format!("{}.urgency", before(3)), "orders": format!("{}.orders", before(1)) }),
                ),
                4 => (
                    "solver",
                    json!({
                        "problem": format!("{}.summary + ' (' + {}.category + ')'", before(4), before(4)),
                        "tags": format!("{}.orders.map(order, order.sku)", before(2)),
                        "vip": format!("{}.score > 0.8", before(1)),
                    }),
                ),
                7 => (
                    "mailer",
                    json!({ "to": format!("{}.customer.email", before(6)), "body": format!("{}.answer", before(3)) }),
                ),
                _ => ("keeper", Value::Null),
            };
            let mut step = json!({ "id": id(n), "agent": agent });
            if !mapping.is_null() {
                step["mapping"] = mapping;
            }
            if n == 7 {
                step["when"] = json!(format!("{}.confidence > 0.5", before(3)));
            }
            steps.push(step);
            if n > 0 {
                edge(&id(n - 1), &id(n));
            }
            if n > 4 {
                edge(&id(n - 3), &id(n));
            }
        }
        if line > 0 {
            edge(&format!("l{}_3", line - 1), &id(4));
        }
    }
    let input = object(json!({ "text": text(), "language": text(), "customer": text() }), &["text"]);
    workflow(
        json!({ "variables": { "limit": 3 }, "agents": staff(), "input_schema": input, "steps": steps, "edges": edges }),
    )
}

/// Two hundred agents: the shop's, under many names.
pub(crate) fn library() -> Vec<Agent> {
    let staff = staff();
    (0..200)
        .map(|n| {
            let mut agent = staff[n % staff.len()].clone();
            agent["id"] = json!(format!("agent_{n}"));
            // No two ask for quite the same.
            if let Some(properties) = agent.pointer_mut("/input_schema/properties") {
                properties[format!("extra_{n}")] = json!({ "type": "string", "maxLength": n });
            }
            serde_json::from_value(agent).expect("the agent is written right here")
        })
        .collect()
}

fn staff() -> Vec<Value> {
    let customer =
        object(json!({ "id": text(), "name": text(), "email": { "type": ["string", "null"] } }), &["id", "email"]);
    let order = object(json!({ "sku": text(), "price": { "type": "number" }, "at": text() }), &["sku", "price"]);
    let orders = json!({ "type": "array", "items": order });
    let urgency = json!({ "enum": ["low", "normal", "high"] });
    let agent = |id: &str, accepts: Value, gives: Value| json!({ "id": id, "kind": "script", "name": id, "input_schema": accepts, "output_schema": gives });
    vec![
        agent(
            "analyzer",
            object(json!({ "ticket_text": text(), "language": text() }), &["ticket_text"]),
            object(
                json!({ "customer_id": text(), "category": text(), "urgency": urgency, "summary": text(), "keywords": { "type": "array", "items": text() } }),
                &["customer_id", "category", "urgency", "summary"],
            ),
        ),
        agent(
            "customers",
            object(json!({ "customer_id": text() }), &["customer_id"]),
            object(json!({ "customer": customer, "found": { "type": "boolean" } }), &["customer", "found"]),
        ),
        agent(
            "orders",
            object(json!({ "customer_id": text(), "limit": { "type": "integer", "minimum": 1 } }), &["customer_id"]),
            object(json!({ "orders": orders, "total": { "type": "number" } }), &["orders"]),
        ),
        agent(
            "scorer",
            object(json!({ "urgency": urgency, "orders": orders }), &["urgency"]),
            object(json!({ "score": { "type": "number", "minimum": 0, "maximum": 1 } }), &["score"]),
        ),
        agent(
            "solver",
            object(
                json!({ "problem": text(), "tags": { "type": "array", "items": text() }, "vip": { "type": "boolean" } }),
                &["problem"],
            ),
            object(
                json!({ "answer": text(), "confidence": { "type": "number" }, "steps": { "type": "array", "items": text() } }),
                &["answer", "confidence"],
            ),
        ),
        agent(
            "mailer",
            object(json!({ "to": text(), "body": text() }), &["to", "body"]),
            object(json!({ "sent": { "type": "boolean" } }), &["sent"]),
        ),
        agent(
            "keeper",
            object(json!({ "customer_id": text(), "score": { "type": "number" } }), &["customer_id"]),
            object(json!({ "id": { "type": "integer" } }), &["id"]),
        ),
    ]
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn object(properties: Value, required: &[&str]) -> Value {
    json!({ "type": "object", "properties": properties, "required": required })
}

fn workflow(mut document: Value) -> Workflow {
    for (key, value) in [("format", "heddle/v1"), ("id", "w"), ("name", "W")] {
        document[key] = json!(value);
    }
    parse_workflow(&document.to_string()).expect("the document is written right here")
}
