//! What expressions look at.

use heddle_validate::Code;
use serde_json::json;

use crate::support::{agent, check, fixes, found, graph, map, step};

#[test]
fn what_cannot_be_read_says_where() {
    let mut workflow = graph("a b", "a>b");
    map(&mut workflow, "b", &[("x/y", "input.a +"), ("ok", "input.a")]);
    workflow.steps[1].when = Some("steps.a".to_owned());
    workflow.settings.output.mapping = Some([("total".to_owned(), ")".to_owned())].into_iter().collect());
    check(
        &workflow,
        &[
            "error[expression_syntax] step b /mapping/x~1y: The expression `input.a +` cannot be read: found the end, \
             expected expression (line 1, column 10).",
            "error[expression_syntax] step b /when: The expression `steps.a` cannot be read: of a step an expression sees \
             only its output: write `steps.a.output` (line 1, column 1).",
            "error[expression_syntax] /settings/output/mapping/total: The expression `)` cannot be read: `)` is \
             unexpected here (line 1, column 1).",
        ],
    );
}

#[test]
fn only_steps_that_come_before_can_be_looked_at() {
    let mut workflow = graph("a bee c d e", "a>bee bee>c a>d d>e");
    map(
        &mut workflow,
        "c",
        &[
            ("ok", "steps.a.output.x + steps.bee.output.later"),
            ("sibling", "steps.d.output.x"),
            ("own", "steps.c.output"),
            ("gone", "steps.beee.output.y > 1 && steps.beee.output.y < 5"),
        ],
    );
    map(&mut workflow, "bee", &[("later", "steps.c.output.x")]);
    check(
        &workflow,
        &[
            "error[unknown_step] step c /mapping/gone: `steps.beee.output.y`: there is no step `beee`. Did you mean `bee`?",
            "error[not_an_ancestor] step bee /mapping/later: `steps.c.output.x`: `c` comes after `bee`, so its output is not \
             there yet.",
            "error[not_an_ancestor] step c /mapping/sibling: `steps.d.output.x`: nothing makes `d` run before `c`. Draw \
             a wire between them.",
            "error[not_an_ancestor] step c /mapping/own: `steps.c.output`: the step looks at its own output, which is not \
             there before it has run.",
        ],
    );
    assert_eq!(
        fixes(&workflow),
        [
            (
                "Use bee".to_owned(),
                json!({ "type": "set_mapping_field", "data": {
                    "step": "c", "field": "gone", "expression": "steps.bee.output.y > 1 && steps.bee.output.y < 5" } })
            ),
            ("Draw the wire d → c".to_owned(), json!({ "type": "add_edge", "data": { "from": "d", "to": "c" } })),
        ]
    );
}

#[test]
fn the_output_of_the_workflow_may_look_at_every_step() {
    let mut workflow = graph("a b", "a>b");
    let mapping = [("x", "steps.a.output.x"), ("y", "steps.b.output"), ("z", "steps.c.output"), ("v", "vars.n")];
    workflow.settings.output.mapping = Some(mapping.map(|(k, v)| (k.to_owned(), v.to_owned())).into_iter().collect());
    check(
        &workflow,
        &[
            "error[unknown_step] /settings/output/mapping/z: `steps.c.output`: there is no step `c`.",
            "error[unknown_variable] /settings/output/mapping/v: `vars.n`: the workflow has no variables.",
        ],
    );
}

#[test]
fn names_are_known_where_they_stand() {
    let mut workflow = graph("a b", "a>b");
    workflow.variables.insert("limit".to_owned(), json!(5));
    map(
        &mut workflow,
        "b",
        &[
            ("ok", "vars.limit + size(vars) + size(context) + size(input)"),
            ("typo", "vars.limt > 3"),
            ("bare", "a.output.x"),
            ("variable", "limit + 1"),
            ("loop", "item.x"),
            ("what", "foo"),
            ("bound", "input.list.map(x, x.y)"),
        ],
    );
    check(
        &workflow,
        &[
            "error[unknown_name] step b /mapping/bare: `a` is not known here. Write `steps.a.output` for the step.",
            "error[unknown_name] step b /mapping/variable: `limit` is not known here. Write `vars.limit` for the variable.",
            "error[unknown_name] step b /mapping/loop: `item` only means something inside a loop.",
            "error[unknown_name] step b /mapping/what: `foo` is not known here. There are `input`, `vars`, `steps` and \
             `context`.",
            "error[unknown_variable] step b /mapping/typo: `vars.limt`: the workflow has no variable `limt`. Did you mean \
             `limit`?",
        ],
    );
    assert_eq!(
        fixes(&workflow)[0].1,
        json!({ "type": "set_mapping_field", "data": { "step": "b", "field": "typo", "expression": "vars.limit > 3" } })
    );
}

#[test]
fn loops_breakpoints_and_edges_see_what_they_work_on() {
    let mut workflow = graph("a each until", "a>each each>until");
    map(&mut workflow, "each", &[("x", "item.id"), ("n", "index")]);
    workflow.steps[1] = step(json!({
        "id": "each", "agent": "pass", "mapping": workflow.steps[1].mapping,
        "loop": { "for_each": { "items": "steps.a.output.list" } }, "breakpoint": { "when": "item.id == index" },
    }));
    workflow.steps[2] = step(json!({
        "id": "until", "agent": "pass", "loop": { "repeat": { "until": "item.done", "max_turns": 3 } },
    }));
    workflow.edges[0].when = Some("item.ok && steps.a.output.ok".into());
    check(&workflow, &[]);

    map(&mut workflow, "a", &[("x", "item")]);
    workflow.edges[0].when = Some("steps.until.output.ok".into());
    workflow.edges[1].when = Some("index > 1".into());
    let Some(heddle_model::Loop::ForEach(each)) = &mut workflow.steps[1].repetition else { panic!("a loop") };
    each.items = "item.list +".into();
    check(
        &workflow,
        &[
            "error[expression_syntax] step each /loop/for_each/items: The expression `item.list +` cannot be read: found \
             the end, expected expression (line 1, column 12).",
            "error[unknown_name] step a /mapping/x: `item` only means something inside a loop.",
            "error[unknown_name] step each /when: `index` only means something inside a loop.",
            "error[not_an_ancestor] step a /when: `steps.until.output.ok`: `until` comes after `a`, so its output is not \
             there yet.",
        ],
    );
}

#[test]
fn an_agent_sees_its_own_input_and_the_variables() {
    let mut workflow = graph("a b c", "a>b b>c");
    workflow.steps[1] = step(json!({ "id": "b", "agent": {
        "kind": "http", "config": {
            "url": "https://example.org/{{ input.id }}?n={{ vars.n }}",
            "headers": { "X-A": "{{ steps.a.output.token }}", "X-B": "{{ 1 + }}" },
        } } }));
    workflow.agents.push(agent(json!({ "id": "choose", "kind": "condition", "config": {
        "branches": [{ "name": "x", "when": "input.n >" }, { "name": "y", "when": "context.n > foo" }] } })));
    workflow.agents.push(agent(json!({ "id": "code", "kind": "script", "config": { "code": "return `{{ 1 + `" } })));
    check(
        &workflow,
        &[
            "error[expression_syntax] step b /agent/config/headers: X-B: found the end, expected expression (line 1, \
             column 7).",
            "error[expression_syntax] /agents/1/config/branches/0/when: The expression `input.n >` cannot be read: found \
             the end, expected expression (line 1, column 10).",
            "error[unknown_name] /agents/1/config/branches/1/when: `foo` is not known here. There are `input` and `vars`.",
            "error[unknown_variable] step b /agent/config/url: `vars.n`: the workflow has no variables.",
        ],
    );
    workflow.steps[1] = step(json!({ "id": "b", "agent": {
        "kind": "llm", "config": { "prompt": "Say {{ steps.a.output.word }}" } } }));
    let findings = found(&workflow);
    let first = findings.iter().find(|one| one.code == Code::UnknownName).unwrap();
    assert!(first.message.contains("sees only its own input"), "{first}");
}

#[test]
fn thousands_of_references_across_the_graph_are_told_apart() {
    // Two chains of 3,000 steps side by side: everything looks at the start of both.
    let names: Vec<String> = (0..3_000).flat_map(|n| [format!("l{n}"), format!("r{n}")]).collect();
    let edges: Vec<String> =
        (1..3_000).flat_map(|n| [format!("l{}>l{n}", n - 1), format!("r{}>r{n}", n - 1)]).collect();
    let mut workflow = graph(&names.join(" "), &edges.join(" "));
    for n in [1, 64, 2_999] {
        map(&mut workflow, &format!("l{n}"), &[("own", "steps.l0.output"), ("other", "steps.r0.output")]);
        map(&mut workflow, &format!("r{n}"), &[("late", "steps.r2999.output")]);
    }
    let wrong: Vec<String> =
        found(&workflow).iter().map(|one| format!("{} {}", one.code, one.path.clone().unwrap_or_default())).collect();
    assert_eq!(wrong.iter().filter(|one| *one == "not_an_ancestor /mapping/other").count(), 3);
    assert_eq!(wrong.iter().filter(|one| *one == "not_an_ancestor /mapping/late").count(), 3);
    assert_eq!(wrong.len(), 6, "{wrong:?}");
}
