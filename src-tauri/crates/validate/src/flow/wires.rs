//! From verdicts on fields to verdicts on the wires they come over, and to what is said of a step.

use super::blame::Blame;
use super::cache::Comparisons;
use super::lost::unknown_fields;
use super::repairs;
use super::report::{FieldVerdict, Mode, StepFlow, Wire, WireVerdict};
use super::survey::{Changes, Survey};
use super::verdict::{Judged, judge};
use crate::diagnostic::Diagnostic;

/// Steps for which repairs are worked out; a document with more that is wrong has other worries.
const MENDED: usize = 40;

/// What is said about the wires of a document.
pub(crate) struct Examined {
    pub(crate) wires: Vec<Wire>,
    pub(crate) steps: Vec<StepFlow>,
    pub(crate) found: Vec<Diagnostic>,
    /// Steps whose required fields have been looked at.
    pub(crate) judged: Vec<bool>,
}

/// Judges every wire. `flows`: the steps whose flow is wanted.
pub(crate) fn examine(survey: &Survey<'_>, mode: Mode, flows: &[usize], made: &Comparisons) -> Examined {
    let workflow = survey.workflow;
    let steps = workflow.steps.len();
    let mut incoming: Vec<Vec<usize>> = vec![Vec::new(); steps];
    let sources: Vec<Option<usize>> = workflow.edges.iter().map(|edge| survey.place(&edge.from)).collect();
    for (index, edge) in workflow.edges.iter().enumerate() {
        if let (Some(from), Some(to)) = (sources[index], survey.place(&edge.to))
            && from != to
        {
            incoming[to].push(index);
        }
    }
    let mut wires: Vec<Option<Wire>> = vec![None; workflow.edges.len()];
    let mut examined = Examined { wires: Vec::new(), steps: Vec::new(), found: Vec::new(), judged: vec![false; steps] };
    let mut mended = 0;
    for (position, edges) in incoming.iter().enumerate() {
        if survey.plan.graph.position(workflow.steps[position].id.as_str()) != Some(position) {
            continue;
        }
        let accepts = survey.accepts(position);
        let wanted = flows.contains(&position);
        let mapped = workflow.steps[position].mapping.is_some();
        let arrival = (accepts.is_some() || mapped || wanted).then(|| survey.arrival(position, &Changes::default()));
        let judged = arrival.as_ref().map(|arrival| judge(arrival, accepts, mode, made));
        let mut fixes = Vec::new();
        let mut realistic = false;
        if let (Some(arrival), Some(judged)) = (&arrival, &judged) {
            examined.judged[position] = judged.verdict != WireVerdict::Unknown;
            if judged.verdict > WireVerdict::Unknown && mended < MENDED {
                mended += 1;
                realistic = true;
                fixes = repairs::of_step(survey, position, arrival, judged, edges, mode, made);
            }
            unknown_fields(survey, position, arrival, &mut examined.found);
        }
        let blame = Blame { survey, position, edges, sources: &sources, realistic };
        for &edge in edges {
            let judged = arrival.as_ref().zip(judged.as_ref());
            wires[edge] = Some(blame.wire(edge, judged, mode, &fixes));
        }
        if let (Some(arrival), Some(judged)) = (&arrival, &judged) {
            examined.found.extend(blame.finding(arrival, judged, &fixes));
        }
        if wanted && let Some(arrival) = arrival {
            examined.steps.push(StepFlow {
                step: workflow.steps[position].id.clone(),
                arrives: arrival.document.as_ref().clone(),
                accepts: accepts.cloned().unwrap_or(serde_json::Value::Bool(true)),
                fields: judged.as_ref().map(fields).unwrap_or_default(),
                gives: survey.gives(position).document.as_ref().clone(),
                sources: survey.sources(position),
            });
        }
    }
    examined.wires = wires.into_iter().flatten().collect();
    examined
}

/// What is said of each field.
fn fields(judged: &Judged) -> Vec<FieldVerdict> {
    let told = judged.fields.iter().map(|(name, said)| FieldVerdict {
        path: format!("/{}", name.replace('~', "~0").replace('/', "~1")),
        verdict: said.verdict,
        reasons: said.reasons.clone(),
        why: said.why.clone(),
    });
    told.collect()
}
