//! How long the checks take at the size limit: 10,000 steps, each with two predecessors and a mapping of three fields.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use heddle_model::{Workflow, parse_workflow};
use heddle_validate::graph::Plan;
use heddle_validate::{Options, validate};

fn workflow(steps: usize) -> Workflow {
    let step = |n: usize| {
        let mapping = match n {
            0 => r#"{"a": "input.a"}"#.to_owned(),
            1 => r#"{"a": "steps.s0.output.a", "b": "vars.limit"}"#.to_owned(),
            _ => format!(
                r#"{{"a": "steps.s{}.output.a", "b": "steps.s0.output.list[0].b", "c": "steps.s{}.output.n > vars.limit"}}"#,
                n - 1,
                n / 2
            ),
        };
        format!(r#"{{"id": "s{n}", "agent": "pass", "mapping": {mapping}}}"#)
    };
    let edge = |n: usize, from: usize| format!(r#"{{"id": "e{n}_{from}", "from": "s{from}", "to": "s{n}"}}"#);
    let all: Vec<String> = (0..steps).map(step).collect();
    let edges: Vec<String> = (1..steps)
        .flat_map(|n| if n / 2 == n - 1 { vec![edge(n, n - 1)] } else { vec![edge(n, n - 1), edge(n, n / 2)] })
        .collect();
    parse_workflow(&format!(
        r#"{{"format": "heddle/v1", "id": "w", "name": "W", "variables": {{"limit": 3}},
            "agents": [{{"id": "pass", "kind": "transform", "output_schema": {{"type": "object"}}}}],
            "steps": [{}], "edges": [{}]}}"#,
        all.join(","),
        edges.join(",")
    ))
    .expect("the document is written right here")
}

fn bench(criterion: &mut Criterion) {
    let large = workflow(10_000);
    assert_eq!(validate(&large, &Options::default()), [], "the bench is about a sound workflow");
    criterion.bench_function("validate 10,000 steps", |b| b.iter(|| validate(black_box(&large), &Options::default())));
    criterion.bench_function("order 10,000 steps", |b| b.iter(|| Plan::new(black_box(&large)).map(|plan| plan.order)));
}

criterion_group!(benches, bench);
criterion_main!(benches);
