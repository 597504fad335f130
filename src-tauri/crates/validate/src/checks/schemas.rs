//! Agents that are not there, schemas that are none, and required fields that a mapping leaves out.

use std::collections::HashMap;

use heddle_expr::is_identifier;
use heddle_model::{AgentKind, AgentSource, Step, Workflow};
use serde_json::Value;

use crate::agents::Agents;
use crate::diagnostic::{Code, Diagnostic, Edit};
use crate::graph::Graph;
use crate::similar::similar;

/// `judged`: whether the input of each step has been held against its agent's schema; what it lacks is said there then.
pub(crate) fn check(
    workflow: &Workflow,
    graph: &Graph<'_>,
    agents: &Agents<'_>,
    judged: &[bool],
    found: &mut Vec<Diagnostic>,
) {
    let mut judge = Judge::default();
    if let Some(schema) = &workflow.input_schema {
        judge.check(schema, "the input of the workflow", |finding| finding.at(&["input_schema"]), found);
    }
    for (index, agent) in workflow.agents.iter().enumerate() {
        for (side, field, schema) in
            [("input", "input_schema", &agent.input_schema), ("output", "output_schema", &agent.output_schema)]
        {
            let what = format!("the {side} of the agent `{}`", agent.id);
            let Some(schema) = schema else { continue };
            judge.check(schema, &what, |finding| finding.at(&["agents", &index.to_string(), field]), found);
        }
    }
    for (position, step) in workflow.steps.iter().enumerate() {
        match &step.agent {
            AgentSource::Inline(agent) => {
                for (side, field, schema) in
                    [("input", "input_schema", &agent.input_schema), ("output", "output_schema", &agent.output_schema)]
                {
                    let what = format!("the {side} of the step `{}`", step.id);
                    let Some(schema) = schema else { continue };
                    judge.check(schema, &what, |finding| finding.step(&step.id).at(&["agent", field]), found);
                }
            }
            AgentSource::Ref(id) if agents.of(step).is_none() => {
                let hint = similar(id.as_str(), agents.ids());
                let hint = hint.map_or_else(String::new, |name| format!(" Did you mean `{name}`?"));
                let message = match id.as_str() {
                    "" => format!("The step `{}` has no agent.", step.id),
                    id => format!(
                        "The step `{}` uses the agent `{id}`, which is neither in the workflow nor in the library.{hint}",
                        step.id
                    ),
                };
                found.push(Diagnostic::new(Code::MissingAgent, message).step(&step.id).at(&["agent"]));
            }
            AgentSource::Ref(_) => {}
        }
        chosen(step, agents, found);
        if !judged.get(position).copied().unwrap_or(false) {
            required_fields(workflow, graph, agents, position, step, found);
        }
    }
}

/// The agents one of which a step chooses must be there.
fn chosen(step: &Step, agents: &Agents<'_>, found: &mut Vec<Diagnostic>) {
    let Some(agent) = agents.of(step).filter(|agent| agent.kind == AgentKind::Select) else { return };
    let path: &[&str] = match &step.agent {
        AgentSource::Inline(_) => &["agent", "config", "candidates"],
        AgentSource::Ref(_) => &["agent"],
    };
    let missing = |message: String| Diagnostic::new(Code::MissingAgent, message).step(&step.id).at(path);
    let named = agent.candidates();
    if named.is_empty() {
        found.push(missing(format!("The step `{}` is to choose one of several agents, and none is named.", step.id)));
    }
    for id in named.iter().filter(|id| agents.get(id).is_none()) {
        let hint = similar(id.as_str(), agents.ids());
        let hint = hint.map_or_else(String::new, |name| format!(" Did you mean `{name}`?"));
        found.push(missing(format!(
            "The step `{}` may choose the agent `{id}`, which is neither in the workflow nor in the library.{hint}",
            step.id
        )));
    }
}

/// Checks schemas against their meta-schema and compiles them; each distinct one once.
#[derive(Default)]
struct Judge {
    known: HashMap<String, Option<String>>,
}

impl Judge {
    fn check(
        &mut self,
        schema: &Value,
        what: &str,
        place: impl FnOnce(Diagnostic) -> Diagnostic,
        found: &mut Vec<Diagnostic>,
    ) {
        let problem = self.known.entry(schema.to_string()).or_insert_with(|| problem(schema));
        if let Some(problem) = problem {
            let message = format!("The schema of {what} is not a valid JSON Schema: {problem}");
            found.push(place(Diagnostic::new(Code::InvalidSchema, message)));
        }
    }
}

/// What is wrong with a schema, if anything is.
fn problem(schema: &Value) -> Option<String> {
    let named = schema.get("$schema").and_then(Value::as_str).unwrap_or("").trim_end_matches('#');
    let checked = match named {
        "" | "https://json-schema.org/draft/2020-12/schema" => jsonschema::draft202012::meta::validate(schema),
        "http://json-schema.org/draft-07/schema" | "https://json-schema.org/draft-07/schema" => {
            jsonschema::draft7::meta::validate(schema)
        }
        other => {
            return Some(format!("it is written in `{other}`; 2020-12 and draft-07 are understood."));
        }
    };
    if let Err(error) = checked {
        let place = error.instance_path().to_string();
        let place = if place.is_empty() { String::new() } else { format!("at {place}: ") };
        return Some(format!("{place}{error}."));
    }
    // The meta-schema knows nothing of regular expressions and references.
    jsonschema::validator_for(schema).err().map(|error| format!("{error}."))
}

fn required_fields(
    workflow: &Workflow,
    graph: &Graph<'_>,
    agents: &Agents<'_>,
    position: usize,
    step: &Step,
    found: &mut Vec<Diagnostic>,
) {
    let (Some(mapping), Some(agent)) = (&step.mapping, agents.of(step)) else { return };
    let required = agent.input_schema.as_ref().and_then(|schema| schema.get("required")).and_then(Value::as_array);
    for field in required.into_iter().flatten().filter_map(Value::as_str) {
        if mapping.contains_key(field) {
            continue;
        }
        let message =
            format!("The mapping of `{}` does not give the field `{field}`, which its agent requires.", step.id);
        let mut finding = Diagnostic::new(Code::MissingInput, message).step(&step.id).at(&["mapping", field]);
        if let Some(expression) = source_of(workflow, graph, agents, position, field) {
            let edit = Edit::SetMappingField {
                step: step.id.clone(),
                field: field.to_owned(),
                expression: expression.clone(),
            };
            finding = finding.fix(format!("Map it from {expression}"), edit);
        }
        found.push(finding);
    }
}

/// Where a field of that name comes from, if a schema says so: the nearest step before, else the workflow's input.
fn source_of(
    workflow: &Workflow,
    graph: &Graph<'_>,
    agents: &Agents<'_>,
    position: usize,
    field: &str,
) -> Option<String> {
    let has = |schema: &Option<Value>| schema.as_ref()?.get("properties")?.get(field).map(|_| ());
    let select = |root: &str| match is_identifier(field) {
        true => format!("{root}.{field}"),
        false => format!("{root}[{}]", Value::from(field)),
    };
    let mut before: Vec<_> = graph.predecessors(position).collect();
    before.sort_unstable();
    for position in before {
        let step = &workflow.steps[position];
        if agents.of(step).and_then(|agent| has(&agent.output_schema)).is_some() {
            let id = step.id.as_str();
            return Some(match is_identifier(id) {
                true => select(&format!("steps.{id}.output")),
                false => select(&format!("steps[{}].output", Value::from(id))),
            });
        }
    }
    has(&workflow.input_schema).map(|()| select("input"))
}
