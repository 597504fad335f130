//! All checks, one after another.

use heddle_model::{Agent, StepId, Workflow};

use crate::agents::Agents;
use crate::checks::{self, carried, expressions, schemas, structure};
use crate::diagnostic::{Code, Diagnostic};
use crate::flow::{self, Comparisons, Examination, Mode, Survey};
use crate::graph::Graph;

/// What the checks need to know besides the document.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Most steps a workflow may have; a larger one is not looked at any further.
    pub max_steps: usize,
    /// The agents of the library. Agents the document carries along come first.
    pub library: &'a [Agent],
    /// What producers are taken to emit, for the verdicts on wires.
    pub mode: Mode,
    /// Whose [`StepFlow`](crate::StepFlow) is wanted. None: every step's, if there are at most [`MAX_FLOWS`].
    pub flows: Option<&'a [StepId]>,
    /// Comparisons of schemas that have been made before. None: all are made anew.
    pub comparisons: Option<&'a Comparisons>,
}

/// Most steps whose flow is told without being asked for each: with the sources of each, that is a lot of text.
pub const MAX_FLOWS: usize = 60;

impl Default for Options<'_> {
    fn default() -> Self {
        Self { max_steps: 10_000, library: &[], mode: Mode::Declared, flows: None, comparisons: None }
    }
}

/// Everything wrong with a workflow: errors first, then warnings, then what is good to know; within these by
/// [`Code::ALL`], then by place in the document (cycles: shortest first).
///
/// ```
/// use heddle_model::{Workflow, WorkflowId};
/// use heddle_validate::{Code, Options, validate};
///
/// let workflow = Workflow::empty(WorkflowId::new("w"), "Nothing yet");
/// let found = validate(&workflow, &Options::default());
/// assert_eq!(found[0].code, Code::EmptyWorkflow);
/// assert!(!found[0].is_error());
/// ```
pub fn validate(workflow: &Workflow, options: &Options<'_>) -> Vec<Diagnostic> {
    examine(workflow, options).diagnostics
}

/// The same, with a verdict on every wire and what flows through the steps.
///
/// ```
/// use heddle_model::parse_workflow;
/// use heddle_validate::{Options, WireVerdict, examine};
///
/// let workflow = parse_workflow(r#"{
///     "format": "heddle/v1", "id": "w", "name": "W",
///     "steps": [
///         {"id": "a", "agent": {"kind": "http", "output_schema": {"type": "object", "properties": {"id": {"type": "string"}}}}},
///         {"id": "b", "agent": {"kind": "script", "input_schema": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"]}}}
///     ],
///     "edges": [{"id": "e", "from": "a", "to": "b"}]
/// }"#)?;
/// let wires = examine(&workflow, &Options::default()).wires;
/// // `a` may leave the id out, and the workflow's input, of which nothing is known, may have one.
/// assert_eq!(wires[0].verdict, WireVerdict::Unknown);
/// # Ok::<(), heddle_model::FormatError>(())
/// ```
pub fn examine(workflow: &Workflow, options: &Options<'_>) -> Examination {
    let steps = workflow.steps.len();
    if steps > options.max_steps {
        let message = format!("The workflow has {steps} steps; at most {} are allowed.", options.max_steps);
        let found = vec![Diagnostic::new(Code::TooManySteps, message).at(&["steps"])];
        return Examination { diagnostics: found, wires: Vec::new(), steps: Vec::new() };
    }
    let mut found = Vec::new();
    if steps == 0 {
        found.push(Diagnostic::new(Code::EmptyWorkflow, "The workflow has no steps yet.").at(&["steps"]));
    }
    let graph = Graph::new(workflow);
    let components = graph.components();
    let agents = Agents::new(workflow, options.library);
    let own = Comparisons::new();
    let survey = Survey::new(workflow, &agents, options.mode == Mode::Declared);
    let flows = survey.as_ref().map(|survey| {
        let made = options.comparisons.unwrap_or(&own);
        let examined = flow::examine(survey, options.mode, &wanted(&graph, options), made);
        flow::unknown_elsewhere(survey, &mut found);
        examined
    });
    structure::check(workflow, &graph, &mut found);
    checks::flow::check(workflow, &graph, &components, &agents, &mut found);
    checks::policies::check(workflow, &agents, &mut found);
    let judged = flows.as_ref().map_or(&[][..], |flows| flows.judged.as_slice());
    schemas::check(workflow, &graph, &agents, judged, &mut found);
    carried::check(workflow, &agents, &mut found);
    expressions::check(workflow, &graph, &components, &mut found);
    let (wires, steps) = match flows {
        Some(flows) => {
            found.extend(flows.found);
            (flows.wires, flows.steps)
        }
        None => (Vec::new(), Vec::new()),
    };
    found.sort_by_key(|finding| (finding.severity, finding.code));
    Examination { diagnostics: found, wires, steps }
}

/// The steps whose flow is wanted, in the order of the document.
fn wanted(graph: &Graph<'_>, options: &Options<'_>) -> Vec<usize> {
    match options.flows {
        None if graph.len() > MAX_FLOWS => Vec::new(),
        None => (0..graph.len()).collect(),
        Some(ids) => {
            let mut wanted: Vec<usize> = ids.iter().filter_map(|id| graph.position(id.as_str())).collect();
            wanted.sort_unstable();
            wanted.dedup();
            wanted
        }
    }
}
