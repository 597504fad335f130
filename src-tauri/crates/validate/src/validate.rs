//! All checks, one after another.

use heddle_model::{Agent, StepId, Workflow};

use crate::agents::Agents;
use crate::checks::{expressions, flow, schemas, structure};
use crate::diagnostic::{Code, Diagnostic};
use crate::flow::{Examination, Mode};
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
}

/// Most steps whose flow is told without being asked for each: with the sources of each, that is a lot of text.
pub const MAX_FLOWS: usize = 60;

impl Default for Options<'_> {
    fn default() -> Self {
        Self { max_steps: 10_000, library: &[], mode: Mode::Declared, flows: None }
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
pub fn examine(workflow: &Workflow, options: &Options<'_>) -> Examination {
    let found = findings(workflow, options);
    Examination { diagnostics: found, wires: Vec::new(), steps: Vec::new() }
}

fn findings(workflow: &Workflow, options: &Options<'_>) -> Vec<Diagnostic> {
    let steps = workflow.steps.len();
    if steps > options.max_steps {
        let message = format!("The workflow has {steps} steps; at most {} are allowed.", options.max_steps);
        return vec![Diagnostic::new(Code::TooManySteps, message).at(&["steps"])];
    }
    let mut found = Vec::new();
    if steps == 0 {
        found.push(Diagnostic::new(Code::EmptyWorkflow, "The workflow has no steps yet.").at(&["steps"]));
    }
    let graph = Graph::new(workflow);
    let components = graph.components();
    let agents = Agents::new(workflow, options.library);
    structure::check(workflow, &graph, &mut found);
    flow::check(workflow, &graph, &components, &agents, &mut found);
    schemas::check(workflow, &graph, &agents, &mut found);
    expressions::check(workflow, &graph, &components, &mut found);
    found.sort_by_key(|finding| (finding.severity, finding.code));
    found
}
