//! What holds for every document.

use heddle_model::{Workflow, parse_workflow};
use heddle_validate::graph::{Graph, Plan};
use heddle_validate::{Code, Options, validate};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{found, graph};

/// Edges of a graph without circles: always from a smaller to a larger number.
fn forward(steps: usize) -> impl Strategy<Value = Vec<(usize, usize)>> {
    prop::collection::vec((0..steps, 0..steps), 0..steps * 3)
        .prop_map(|pairs| pairs.into_iter().filter(|(a, b)| a != b).map(|(a, b)| (a.min(b), a.max(b))).collect())
}

/// Names whose order has nothing to do with the order of the steps.
fn name(number: usize) -> String {
    format!("s{}", (number * 7919) % 10_007)
}

fn drawn(steps: usize, edges: &[(usize, usize)]) -> Workflow {
    let names: Vec<String> = (0..steps).map(name).collect();
    let edges: Vec<String> = edges.iter().map(|(a, b)| format!("{}>{}", names[*a], names[*b])).collect();
    graph(&names.join(" "), &edges.join(" "))
}

/// Whether `to` can be reached from `from`, by the book.
fn leads(edges: &[(usize, usize)], from: usize, to: usize) -> bool {
    let mut open = vec![from];
    let mut seen = vec![from];
    while let Some(here) = open.pop() {
        for (_, next) in edges.iter().filter(|(a, _)| *a == here) {
            if *next == to {
                return true;
            }
            if !seen.contains(next) {
                seen.push(*next);
                open.push(*next);
            }
        }
    }
    false
}

proptest! {
    /// A graph whose edges all lead forward has an order and no circle; an edge back makes a circle through it.
    #[test]
    fn an_edge_back_makes_a_circle_and_nothing_else_does(edges in forward(12), pick in any::<prop::sample::Index>()) {
        let workflow = drawn(12, &edges);
        prop_assert!(!found(&workflow).iter().any(|one| one.code == Code::Cycle));
        let plan = Plan::new(&workflow).unwrap();
        let place = |step: usize| plan.order.iter().position(|one| *one == step);
        prop_assert!(edges.iter().all(|(a, b)| place(*a) < place(*b)));
        if edges.is_empty() {
            return Ok(());
        }
        let (a, b) = edges[pick.index(edges.len())];
        let mut with_back = edges.clone();
        with_back.push((b, a));
        let workflow = drawn(12, &with_back);
        prop_assert!(Plan::new(&workflow).is_none());
        let back = format!("{}>{}", name(b), name(a));
        let circles: Vec<_> = found(&workflow).into_iter().filter(|one| one.code == Code::Cycle).collect();
        prop_assert!(!circles.is_empty());
        prop_assert!(circles.windows(2).all(|pair| pair[0].steps.len() <= pair[1].steps.len()), "shortest first");
        for circle in &circles {
            prop_assert_eq!(circle.edge.as_ref().map(|edge| edge.as_str()), Some(back.as_str()), "only that edge leads back");
            let around: Vec<_> = circle.steps.iter().chain(circle.steps.first()).collect();
            let drawn = |from: &str, to: &str| workflow.edges.iter().any(|e| e.from.as_str() == from && e.to.as_str() == to);
            prop_assert!(around.windows(2).all(|pair| drawn(pair[0].as_str(), pair[1].as_str())));
            let mut once = circle.steps.clone();
            once.sort();
            once.dedup();
            prop_assert_eq!(once.len(), circle.steps.len(), "no step twice");
        }
    }

    /// Ancestors, and whether a reference is allowed, are what walking the edges says; with circles as well.
    #[test]
    fn ancestors_are_what_walking_says(edges in prop::collection::vec((0..9_usize, 0..9_usize), 0..20)) {
        let edges: Vec<_> = edges.into_iter().filter(|(a, b)| a != b).collect();
        let mut workflow = drawn(9, &edges);
        for (number, step) in workflow.steps.iter_mut().enumerate() {
            step.mapping = Some((0..9).map(|other| (format!("{other}"), format!("steps.{}.output", name(other)))).collect());
            prop_assert_eq!(step.id.as_str(), name(number));
        }
        let findings = found(&workflow);
        for step in 0..9 {
            for other in 0..9 {
                let path = format!("/mapping/{other}");
                let refused = findings.iter().any(|one| {
                    one.code == Code::NotAnAncestor
                        && one.path.as_deref() == Some(path.as_str())
                        && one.step.as_ref().is_some_and(|id| id.as_str() == name(step))
                });
                prop_assert_eq!(refused, !leads(&edges, other, step), "{} looks at {}", step, other);
            }
        }
        if let Some(plan) = Plan::new(&workflow) {
            for step in 0..9 {
                let expected: Vec<_> = plan.order.iter().copied().filter(|other| leads(&edges, *other, step)).collect();
                prop_assert_eq!(plan.ancestors(step), expected);
            }
        }
    }

    /// Whatever the document says, the checks end with findings, sorted, each with a code and a message.
    #[test]
    fn any_document_is_checked_to_the_end(steps in prop::collection::vec(wild_step(), 0..6), edges in prop::collection::vec(wild_edge(), 0..8), schema in wild()) {
        let document = json!({ "format": "heddle/v1", "id": "w", "name": "", "input_schema": schema, "steps": steps, "edges": edges,
            "variables": { "a": 1 }, "agents": [{ "id": "b", "kind": "condition", "config": { "branches": schema } }] });
        let workflow = parse_workflow(&document.to_string()).unwrap();
        let findings = validate(&workflow, &Options::default());
        prop_assert!(findings.windows(2).all(|pair| (pair[0].severity, pair[0].code) <= (pair[1].severity, pair[1].code)));
        prop_assert!(findings.iter().all(|one| !one.message.is_empty()));
        let wire = serde_json::to_string(&findings).unwrap();
        prop_assert_eq!(serde_json::from_str::<Vec<heddle_validate::Diagnostic>>(&wire).unwrap(), findings);
        let _ = Graph::new(&workflow).order();
    }
}

fn wild_name() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[a-c]".prop_map(String::from), 1 => any::<String>()]
}

fn wild_expression() -> impl Strategy<Value = String> {
    prop_oneof![
        "(input|vars|context|item|steps\\.[a-d]\\.output)(\\.[a-b]){0,3}".prop_map(String::from),
        "[a-z.()\\[\\]0-9+ ]{0,20}".prop_map(String::from),
        any::<String>(),
    ]
}

fn wild_step() -> impl Strategy<Value = Value> {
    let agent = prop_oneof![
        "[a-b]".prop_map(Value::from),
        (wild(), wild())
            .prop_map(|(schema, config)| json!({ "kind": "http", "config": { "x": config }, "input_schema": schema })),
    ];
    (
        wild_name(),
        agent,
        prop::collection::hash_map(wild_name(), wild_expression(), 0..3),
        prop::option::of(wild_expression()),
    )
        .prop_map(|(id, agent, mapping, when)| json!({ "id": id, "agent": agent, "mapping": mapping, "when": when }))
}

fn wild_edge() -> impl Strategy<Value = Value> {
    (wild_name(), wild_name(), wild_name(), prop::option::of("(error|x)"))
        .prop_map(|(id, from, to, branch)| json!({ "id": id, "from": from, "to": to, "branch": branch }))
}

fn wild() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        prop_oneof!["string", "object", "\\{\\{ input\\.a \\}\\}", "\\{\\{ [a-z+]{0,4}"].prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map("type|properties|required|\\$ref|items|name|when|a|pattern", inner, 0..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}
