//! Circles, steps on their own, branches, steps that never run.

use heddle_model::AgentSource;
use heddle_validate::Code;
use heddle_validate::graph::{Graph, Plan};
use serde_json::json;

use crate::support::{agent, check, fixes, found, graph, step};

fn circles(steps: &str, edges: &str) -> Vec<String> {
    let findings = found(&graph(steps, edges));
    let circles = findings.iter().filter(|one| one.code == Code::Cycle);
    circles.map(|one| one.steps.iter().map(|step| step.as_str()).collect::<Vec<_>>().join(" ")).collect()
}

#[test]
fn every_circle_is_named_the_shortest_first() {
    assert_eq!(circles("a b c", "a>b b>c c>a"), ["a b c"]);
    assert_eq!(circles("c b a", "a>b b>c c>a c>b"), ["b c", "a b c"]);
    assert_eq!(circles("a b c d", "a>b b>a c>d d>c b>c"), ["a b", "c d"]);
    assert_eq!(
        circles("a b c d", "a>b a>c a>d b>a b>c b>d c>a c>b c>d d>a d>b d>c").len(),
        20,
        "6 of two, 8 of three and 6 of four steps"
    );
    assert_eq!(circles("a b c d", "a>b b>c c>d d>b"), ["b c d"], "what only leads there is not part of it");
}

#[test]
fn circles_are_found_in_graphs_with_more_of_them_than_can_be_counted() {
    let names: Vec<String> = (0..40).map(|n| format!("s{n:03}")).collect();
    let mut edges = Vec::new();
    for from in &names {
        edges.extend(names.iter().filter(|to| *to != from).map(|to| format!("{from}>{to}")));
    }
    let circles = circles(&names.join(" "), &edges.join(" "));
    assert_eq!(circles.len(), 50);
    assert!(circles.iter().all(|circle| circle.split(' ').count() == 2), "the shortest come first");
}

#[test]
fn a_circle_of_thousands_of_steps_is_named_with_all_of_them() {
    let names: Vec<String> = (0..5_000).map(|n| format!("s{n:04}")).collect();
    let edges: Vec<String> = (0..5_000).map(|n| format!("{}>{}", names[n], names[(n + 1) % 5_000])).collect();
    let workflow = graph(&names.join(" "), &edges.join(" "));
    let findings = found(&workflow);
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].steps.len(), 5_000);
    assert_eq!(findings[0].steps[0].as_str(), "s0000");
    assert_eq!(findings[0].edge.as_ref().map(|edge| edge.as_str()), Some("s4999>s0000"), "the edge drawn last");
}

#[test]
fn a_step_without_edges_is_mentioned_when_there_are_others() {
    check(
        &graph("a b c", "a>b"),
        &["warning[disconnected_step] step c: The step `c` is connected to nothing: it runs on its own."],
    );
}

#[test]
fn what_only_a_circle_leads_to_never_runs() {
    let mut workflow = graph("a b c d", "a>b b>a b>c c>d");
    workflow.edges.swap(0, 1);
    check(
        &workflow,
        &[
            "error[cycle] wire a>b: These steps wait for one another: a → b → a. To run them again and again, move them into \
             a workflow of their own and give the step that runs it a loop.",
            "warning[unreachable_step] step c: The step `c` never runs: nothing that leads to it can be followed.",
            "warning[unreachable_step] step d: The step `d` never runs: nothing that leads to it can be followed.",
        ],
    );
}

#[test]
fn branches_are_those_of_the_condition_and_its_default() {
    let mut workflow = graph("a high low rest", "a>high:high a>low:low a>rest:other");
    workflow.agents.push(agent(json!({
        "id": "choose", "kind": "condition",
        "config": { "branches": [{ "name": "high", "when": "input.n > 5" }, { "name": "low", "when": "true" }], "default": "other" },
    })));
    workflow.steps[0] = step(json!({ "id": "a", "agent": "choose" }));
    check(&workflow, &[]);
}

#[test]
fn an_unknown_branch_is_named_with_the_known_ones() {
    let mut workflow = graph("a high low err", "a>high:high a>low:slow a>err:error high>err:high");
    workflow.agents.push(agent(json!({
        "id": "choose", "kind": "condition",
        "config": { "branches": [{ "name": "high", "when": "input.n > 5" }, { "name": "low", "when": "true" }] },
    })));
    workflow.steps[0].agent = AgentSource::Ref("choose".into());
    check(
        &workflow,
        &[
            "error[unknown_branch] step a /branch: The step `a` has no branch `slow`; it has `high`, `low`.",
            "error[unknown_branch] step high /branch: The step `high` has no branch `high`: only conditions and \
             approvals choose between branches.",
            "warning[unknown_branch] step a /branch: The wire to `err` is for errors of `a`, but the policy of that step \
             does not send errors there.",
            "warning[unreachable_step] step low: The step `low` never runs: nothing that leads to it can be followed.",
            "warning[unreachable_step] step err: The step `err` never runs: nothing that leads to it can be followed.",
        ],
    );
    assert_eq!(
        fixes(&workflow)[0],
        (
            "Use the branch low".to_owned(),
            json!({ "type": "set_branch", "data": { "edge": "a>low:slow", "branch": "low" } })
        )
    );
    workflow.steps[0] =
        step(json!({ "id": "a", "agent": "choose", "policy": { "on_error": { "action": "error_branch" } } }));
    assert!(!found(&workflow).iter().any(|one| one.message.contains("policy")), "now errors are sent there");
    workflow.steps[0].agent = AgentSource::Ref("unheard of".into());
    let codes: Vec<_> = found(&workflow)
        .iter()
        .filter(|one| one.step.as_ref().is_some_and(|s| s.as_str() == "a"))
        .map(|one| one.code)
        .collect();
    assert_eq!(codes, [Code::MissingAgent], "of an agent that is not there nothing is known");
}

#[test]
fn a_step_that_waits_for_more_wires_than_lead_to_it_never_runs() {
    let mut workflow = graph("a b c", "a>c b>c");
    workflow.steps[2] = step(json!({ "id": "c", "agent": "pass", "join": { "at_least": 3 } }));
    check(
        &workflow,
        &["warning[unreachable_step] step c /join: The step `c` never runs: it waits for 3 wires, and 2 lead to it."],
    );
    workflow.steps[2] = step(json!({ "id": "c", "agent": "pass", "join": { "at_least": 2 } }));
    check(&workflow, &[]);
}

#[test]
fn errors_that_are_sent_where_no_wire_leaves_are_pointed_out() {
    let mut workflow = graph("a b", "a>b");
    workflow.steps[0] =
        step(json!({ "id": "a", "agent": "pass", "policy": { "on_error": { "action": "error_branch" } } }));
    check(
        &workflow,
        &[
            "warning[unhandled_error] step a /policy/on_error: Errors of `a` go to its branch `error`, and no wire leaves by \
           it: when the step fails, nobody is told.",
        ],
    );
    workflow.edges[0].branch = Some("error".to_owned());
    check(&workflow, &[]);
}

#[test]
fn limits_of_time_that_cannot_be_meant_are_pointed_out() {
    let mut workflow = graph("a b", "a>b");
    workflow.settings.timeout_ms = Some(0);
    workflow.steps[0].policy.step_timeout_ms = Some(0);
    let ask = json!({ "kind": "approval", "config": { "message": "?" } });
    workflow.steps[1] =
        step(json!({ "id": "b", "agent": ask, "policy": { "timeout_ms": 5, "cache": {}, "pool": "people" } }));
    check(
        &workflow,
        &[
            "warning[no_time] /settings/timeout_ms: The workflow has a timeout of 0 ms: every execution fails. Take it away, \
             or give it some time.",
            "warning[no_time] step a /policy/step_timeout_ms: The step `a` has 0 ms: it always fails. Take the timeout away, \
             or give it some time.",
            "warning[no_effect] step b /policy/timeout_ms: The timeout of an attempt has no effect on `b`: how long there is \
             to decide is the approval's deadline.",
            "warning[no_effect] step b /policy/cache: The cache has no effect on `b`: a person decides every time.",
            "warning[no_effect] step b /policy/pool: The pool has no effect on `b`: people are asked at once.",
        ],
    );
    workflow.settings.timeout_ms = Some(1);
    workflow.steps[0].policy.step_timeout_ms = Some(1);
    workflow.steps[1].policy = Default::default();
    workflow.steps[1].policy.step_timeout_ms = Some(1);
    check(&workflow, &[]);
}

#[test]
fn the_agents_a_step_may_choose_must_be_there() {
    let mut workflow = graph("a", "");
    let select =
        |candidates| json!({ "id": "a", "agent": { "kind": "select", "config": { "candidates": candidates } } });
    for (candidates, expected) in [
        (
            json!([]),
            vec![
                "error[missing_agent] step a /agent/config/candidates: The step `a` is to choose one of several agents, and \
                 none is named.",
            ],
        ),
        (
            json!([{ "agent": "pass" }, { "agent": "past" }]),
            vec![
                "error[missing_agent] step a /agent/config/candidates: The step `a` may choose the agent `past`, which is \
                 neither in the workflow nor in the library. Did you mean `pass`?",
            ],
        ),
        (json!([{ "agent": "pass" }]), vec![]),
    ] {
        workflow.steps[0] = step(select(candidates));
        check(&workflow, &expected);
    }
}

#[test]
fn steps_are_ordered_with_ties_by_id() {
    let workflow = graph("z m a k", "z>k a>k m>z");
    let plan = Plan::new(&workflow).unwrap();
    let ids = |steps: &[usize]| steps.iter().map(|step| plan.graph.id(*step).as_str()).collect::<Vec<_>>();
    assert_eq!(ids(&plan.order), ["a", "m", "z", "k"]);
    assert_eq!(ids(&plan.ancestors(3)), ["a", "m", "z"]);
    assert_eq!(ids(&plan.ancestors(1)), [""; 0]);
    assert!(Plan::new(&graph("a b", "a>b b>a")).is_none());
    let graph = Graph::new(&workflow);
    assert_eq!((graph.len(), graph.position("a"), graph.position("x")), (4, Some(2), None));
}
