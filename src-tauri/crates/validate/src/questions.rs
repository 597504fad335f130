//! Questions the editor asks while somebody draws a wire or fills in a mapping.

use std::collections::HashSet;

use heddle_model::{Agent, AgentId, StepId, Workflow};

use crate::agents::Agents;
use crate::flow::{self, Comparisons, FieldProposals, Fit, Mode, Survey};
use crate::validate::Options;

/// How well agents and steps would take a wire, each list the best first.
#[derive(Debug, Clone, PartialEq)]
pub struct Fits {
    /// Agents, as a new step at its end.
    pub agents: Vec<Fit>,
    /// Steps of the document, as they are.
    pub steps: Vec<Fit>,
}

/// How well agents and steps would take a wire from a step (None: from the workflow's input, for a first step).
///
/// `agents`: those of [`Options::library`] and the document to look at, None: all; `steps` likewise, None: all that the
/// wire may lead to without closing a circle. On the branch `error` the step has failed: what flows is its error. None
/// while steps wait for one another, or if there is no such step.
pub fn fit(
    workflow: &Workflow,
    from: Option<&StepId>,
    branch: Option<&str>,
    agents: Option<&[AgentId]>,
    steps: Option<&[StepId]>,
    options: &Options<'_>,
) -> Option<Fits> {
    let known = Agents::new(workflow, options.library);
    let survey = Survey::new(workflow, &known, options.mode == Mode::Declared)?;
    let own = Comparisons::new();
    let made = options.comparisons.unwrap_or(&own);
    let place = |id: &StepId| survey.place(id);
    let from = match from {
        Some(id) => Some(place(id)?),
        None => None,
    };
    let mut seen: HashSet<&str> = HashSet::new();
    let wanted: Vec<&Agent> = workflow
        .agents
        .iter()
        .chain(options.library)
        .filter(|agent| agents.is_none_or(|wanted| wanted.contains(&agent.id)))
        .filter(|agent| seen.insert(agent.id.as_str()))
        .collect();
    let targets: Vec<usize> = match (steps, from) {
        (Some(steps), _) => steps.iter().filter_map(place).collect(),
        (None, from) => survey.targets(from),
    };
    Some(Fits {
        agents: flow::fit_agents(&survey, from, branch, &wanted, options.mode, made),
        steps: flow::fit_steps(&survey, from, branch, &targets, options.mode, made),
    })
}

/// What each field of a step's input could be mapped from. None while steps wait for one another, or if there is no
/// such step; empty if its agent declares no fields.
pub fn automap(workflow: &Workflow, step: &StepId, options: &Options<'_>) -> Option<Vec<FieldProposals>> {
    let known = Agents::new(workflow, options.library);
    let survey = Survey::new(workflow, &known, options.mode == Mode::Declared)?;
    let own = Comparisons::new();
    let position = survey.place(step)?;
    Some(flow::automap(&survey, position, options.mode, options.comparisons.unwrap_or(&own)))
}
