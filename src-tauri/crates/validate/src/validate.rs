//! All checks, one after another.

use heddle_model::{Agent, Workflow};

use crate::agents::Agents;
use crate::checks::{expressions, flow, schemas, structure};
use crate::diagnostic::{Code, Diagnostic};
use crate::graph::Graph;

/// What the checks need to know besides the document.
#[derive(Debug, Clone, Copy)]
pub struct Options<'a> {
    /// Most steps a workflow may have; a larger one is not looked at any further.
    pub max_steps: usize,
    /// The agents of the library. Agents the document carries along come first.
    pub library: &'a [Agent],
}

impl Default for Options<'_> {
    fn default() -> Self {
        Self { max_steps: 10_000, library: &[] }
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
