//! Random workflows of real agents, and what they are given.

use heddle_model::{Payload, Workflow, parse_workflow};
use serde_json::{Value, json};

/// SplitMix64 (G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound
    }
}

/// What marks every payload of an execution as its own.
pub(crate) fn mark(execution: &str) -> String {
    format!("tok<{execution}>")
}

/// The executions a text speaks of.
pub(crate) fn marked(text: &str) -> impl Iterator<Item = &str> {
    text.split("tok<").skip(1).filter_map(|rest| rest.split('>').next())
}

/// The input of an execution.
pub(crate) fn input(execution: &str, chance: &mut Chance) -> Payload {
    let token = mark(execution);
    let items: Vec<String> = (0..chance.below(6)).map(|n| format!("{token} {n}")).collect();
    let text = "word ".repeat(chance.below(600) as usize);
    Payload::from_value(&json!({ "token": token, "n": chance.below(10), "items": items, "text": text }))
}

/// A workflow as chance will have it.
pub(crate) fn document(chance: &mut Chance) -> anyhow::Result<Workflow> {
    let inner = graph("inner", chance, false);
    let mut outer = graph("outer", chance, true);
    outer["workflows"] = json!([{ "id": "inner", "document": inner }]);
    Ok(parse_workflow(&outer.to_string())?)
}

/// A workflow that fails, whatever chance has for the others.
pub(crate) fn failing() -> anyhow::Result<Workflow> {
    let throws = "function run(input) { throw new Error('no ' + input.token); }";
    let steps = json!([
        { "id": "s0", "agent": { "kind": "transform" } },
        { "id": "s1", "agent": { "kind": "script", "config": { "code": throws } } },
    ]);
    let edges = json!([{ "id": "0-1", "from": "s0", "to": "s1" }]);
    let document = json!({ "format": "heddle/v1", "id": "outer", "name": "outer", "steps": steps, "edges": edges });
    Ok(parse_workflow(&document.to_string())?)
}

fn graph(id: &str, chance: &mut Chance, nests: bool) -> Value {
    let count = 2 + chance.below(8);
    let mut edges = Vec::new();
    let mut steps = Vec::new();
    for n in 0..count {
        let (step, branches) = step(n, chance, nests);
        for from in 0..n {
            if chance.below(3) == 0 {
                let mut edge =
                    json!({ "id": format!("{from}-{n}"), "from": format!("s{from}"), "to": format!("s{n}") });
                let source: &(Value, Option<[&str; 2]>) = &steps[from as usize];
                if let Some(branches) = source.1 {
                    edge["branch"] = json!(branches[chance.below(2) as usize]);
                }
                edges.push(edge);
            }
        }
        steps.push((step, branches));
    }
    let steps: Vec<Value> = steps.into_iter().map(|(step, _)| step).collect();
    let settings = json!({ "max_parallel": 1 + chance.below(6), "stop_on_error": chance.below(4) == 0 });
    json!({ "format": "heddle/v1", "id": id, "name": id, "steps": steps, "edges": edges, "settings": settings })
}

/// A step, and the branches it leaves by.
fn step(n: u64, chance: &mut Chance, nests: bool) -> (Value, Option<[&'static str; 2]>) {
    let kinds = if nests { 10 } else { 7 };
    let mut branches = None;
    let grow = "function run(input) { return { ...input, n: input.n + 1 }; }";
    let throws = "function run(input) { throw new Error('no ' + input.token); }";
    let agent = match chance.below(kinds) {
        0 => json!({ "kind": "transform" }),
        1 => json!({ "kind": "script", "config": { "code": grow } }),
        2 => json!({ "kind": "script", "config": { "code": throws } }),
        3 => json!({ "kind": "wait", "config": { "ms": chance.below(30) } }),
        4 => {
            branches = Some(["low", "high"]);
            let low = json!([{ "name": "low", "when": "input.n < 5" }]);
            json!({ "kind": "condition", "config": { "branches": low, "default": "high" } })
        }
        5 | 6 => {
            let check = json!({ "expression": "input.n", "op": "less_than", "value": 9 });
            json!({ "kind": "assertion", "config": { "checks": [check] } })
        }
        7 => {
            let deadline = json!({ "message": "{{ input.token }}?", "deadline_ms": 20, "on_deadline": "approve" });
            json!({ "kind": "approval", "config": deadline })
        }
        _ => json!({ "kind": "workflow", "config": { "workflow": "inner" } }),
    };
    let pause = json!({ "initial_ms": 2, "factor": 2.0, "max_ms": 20, "jitter": 0.5 });
    let mut step = json!({ "id": format!("s{n}"), "agent": agent, "policy": {
        "retry": { "max_attempts": 1 + chance.below(3), "all_errors": true, "backoff": pause },
        "pool": if chance.below(4) == 0 { json!("narrow") } else { Value::Null },
        "timeout_ms": 10_000,
    } });
    step["policy"]["on_error"] = match chance.below(4) {
        0 => Value::Null,
        1 => json!({ "action": "continue" }),
        2 => json!({ "action": "error_branch" }),
        _ => json!({ "action": "default", "value": { "n": 0, "instead": true } }),
    };
    match chance.below(8) {
        0 if branches.is_none() => {
            step["loop"] = json!({ "for_each": { "items": "input.items", "concurrency": 1 + chance.below(3),
                "on_item_error": "null" } });
            step["mapping"] = json!({ "token": "input.token", "item": "item", "n": "index" });
        }
        1 if branches.is_none() => {
            step["loop"] = json!({ "repeat": { "until": "index >= 2", "max_turns": 4, "pause_ms": chance.below(4) } });
            step["mapping"] = json!({ "token": "input.token", "n": "index" });
        }
        _ => {}
    }
    (step, branches)
}
