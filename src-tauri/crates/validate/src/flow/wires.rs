//! From verdicts on steps to verdicts on the wires that lead to them.

use super::cache::Comparisons;
use super::context::Giver;
use super::lost::unknown_fields;
use super::repairs;
use super::report::{Mode, Reason, StepFlow, Wire, WireVerdict};
use super::survey::{Arrival, Changes, Survey};
use super::verdict::{Blamed, Judged, judge};
use crate::diagnostic::{Code, Diagnostic};

/// Reasons named in one message.
const SHOWN: usize = 3;

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
    for (index, edge) in workflow.edges.iter().enumerate() {
        let ends = (survey.plan.graph.position(edge.from.as_str()), survey.plan.graph.position(edge.to.as_str()));
        if let (Some(from), Some(to)) = ends
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
        if let (Some(arrival), Some(judged)) = (&arrival, &judged) {
            examined.judged[position] = judged.verdict != WireVerdict::Unknown;
            if judged.verdict > WireVerdict::Unknown && mended < MENDED {
                mended += 1;
                fixes = repairs::of_step(survey, position, arrival, judged, edges, mode, made);
            }
            unknown_fields(survey, position, arrival, &mut examined.found);
        }
        let blame = Blame { survey, position, edges };
        for &edge in edges {
            wires[edge] = Some(blame.wire(edge, arrival.as_ref(), judged.as_ref(), mode, &fixes));
        }
        if let (Some(arrival), Some(judged)) = (&arrival, &judged) {
            examined.found.extend(blame.finding(arrival, judged, &fixes));
        }
        if wanted && let Some(arrival) = arrival {
            examined.steps.push(StepFlow {
                step: workflow.steps[position].id.clone(),
                arrives: arrival.document.as_ref().clone(),
                accepts: accepts.cloned().unwrap_or(serde_json::Value::Bool(true)),
                gives: survey.gives(position).document.as_ref().clone(),
                sources: survey.sources(position),
            });
        }
    }
    examined.wires = wires.into_iter().flatten().collect();
    examined
}

struct Blame<'s, 'a> {
    survey: &'s Survey<'a>,
    position: usize,
    /// The edges that lead to the step.
    edges: &'s [usize],
}

impl Blame<'_, '_> {
    /// The edges over which these come; None among them is the workflow's input, which comes over none.
    fn over(&self, givers: &[Giver]) -> Vec<usize> {
        let mut over = Vec::new();
        for giver in givers.iter().flatten() {
            let source =
                |edge: &usize| self.survey.plan.graph.position(self.survey.workflow.edges[*edge].from.as_str());
            let direct: Vec<usize> = self.edges.iter().copied().filter(|edge| source(edge) == Some(*giver)).collect();
            let through = || {
                let leads =
                    |edge: &usize| source(edge).is_some_and(|from| self.survey.plan.ancestors(from).contains(giver));
                self.edges.iter().copied().filter(leads).collect()
            };
            over.extend(if direct.is_empty() { through() } else { direct });
        }
        over
    }

    fn is_to_blame(&self, edge: usize, arrival: &Arrival, field: Option<&str>) -> bool {
        match field.and_then(|field| arrival.fields.get(field)) {
            Some(field) => self.over(&field.givers).contains(&edge),
            None => true,
        }
    }

    /// Whether all that was found is about what comes over no wire. In a merged context that hides what else there may
    /// be: not every field that is too many is named.
    fn is_covered(&self, arrival: &Arrival, judged: &Judged) -> bool {
        let blamed =
            |edge: &usize| judged.reasons.iter().any(|one| self.is_to_blame(*edge, arrival, one.field.as_deref()));
        !arrival.mapped && judged.verdict > WireVerdict::Unknown && !self.edges.iter().any(blamed)
    }

    fn wire(
        &self,
        edge: usize,
        arrival: Option<&Arrival>,
        judged: Option<&Judged>,
        mode: Mode,
        fixes: &[repairs::Repair],
    ) -> Wire {
        let drawn = &self.survey.workflow.edges[edge];
        let from = self.survey.plan.graph.position(drawn.from.as_str()).unwrap_or(self.position);
        let (giver, taker) = (self.survey.label(from), self.survey.label(self.position));
        let mut wire = Wire {
            edge: drawn.id.clone(),
            from: drawn.from.clone(),
            to: drawn.to.clone(),
            verdict: WireVerdict::Always,
            mode,
            summary: format!("{taker} accepts anything"),
            reasons: Vec::new(),
            counterexample: None,
            example: None,
            why: None,
            repairs: Vec::new(),
        };
        let (Some(arrival), Some(judged)) = (arrival, judged) else { return wire };
        let uses = arrival.fields.values().any(|field| self.over(&field.givers).contains(&edge));
        if arrival.mapped && !uses {
            wire.summary = format!("{taker} takes nothing from {giver}; the wire only says which comes first");
        } else if self.survey.accepts(self.position).is_some() {
            wire.summary = format!("Everything {giver} gives fits {taker}");
        }
        let own: Vec<&Blamed> =
            judged.reasons.iter().filter(|one| self.is_to_blame(edge, arrival, one.field.as_deref())).collect();
        // A verdict that nobody could explain is everybody's.
        if own.is_empty() && !judged.reasons.is_empty() || judged.verdict <= WireVerdict::Unknown {
            self.leave_open(&mut wire, edge, arrival, judged);
            if uses && wire.verdict == WireVerdict::Always && self.is_covered(arrival, judged) {
                let why = "what comes over no wire does not fit, so this one cannot be judged by itself";
                wire.verdict = WireVerdict::Unknown;
                wire.summary = format!("Not decided: {why}");
                wire.why = Some(why.to_owned());
            }
            return wire;
        }
        wire.verdict = match judged.verdict {
            WireVerdict::Never if own.is_empty() || own.iter().any(|one| one.fatal) => WireVerdict::Never,
            _ => WireVerdict::Sometimes,
        };
        wire.summary = match (wire.verdict, told(&own)) {
            (WireVerdict::Never, Some(why)) => format!("Nothing {giver} gives fits {taker}: {why}"),
            (WireVerdict::Never, None) => format!("Nothing {giver} gives fits {taker}"),
            (_, Some(why)) => why,
            (_, None) => format!("Not everything {giver} gives fits {taker}"),
        };
        wire.reasons = own.iter().map(|one| one.reason.clone()).collect();
        wire.counterexample = judged.counterexample.clone();
        wire.example = judged.example.clone().filter(|_| wire.verdict == WireVerdict::Sometimes);
        wire.repairs = fixes
            .iter()
            .filter(|repair| repair.edge.is_none_or(|own| own == edge))
            .filter(|repair| {
                repair.field.as_deref().is_none_or(|field| own.iter().any(|one| one.field.as_deref() == Some(field)))
            })
            .map(|repair| repair.fix.clone())
            .collect();
        wire
    }

    /// Says so if what comes over the edge is not known well enough.
    fn leave_open(&self, wire: &mut Wire, edge: usize, arrival: &Arrival, judged: &Judged) {
        if let Some((why, fields)) = &judged.open {
            let about = if fields.is_empty() {
                let opaque: Vec<Giver> = arrival.opaque.iter().map(|(giver, _)| *giver).collect();
                opaque.is_empty() || self.over(&opaque).contains(&edge)
            } else {
                fields.iter().any(|field| self.is_to_blame(edge, arrival, Some(field)))
            };
            if about {
                wire.verdict = WireVerdict::Unknown;
                wire.summary = format!("Not decided: {why}");
                wire.why = Some(why.clone());
            }
        }
    }

    /// What is said about the step as a whole.
    fn finding(&self, arrival: &Arrival, judged: &Judged, fixes: &[repairs::Repair]) -> Option<Diagnostic> {
        // What is already said of a field that is never there, or of an expression that cannot be read.
        let said = |one: &&Blamed| {
            let field = one.field.as_ref().and_then(|field| arrival.fields.get(field));
            !field.is_some_and(|field| field.lost.iter().any(|lost| lost.closed))
        };
        let reasons: Vec<&Blamed> = judged.reasons.iter().filter(said).collect();
        if judged.verdict <= WireVerdict::Unknown || reasons.is_empty() && !judged.reasons.is_empty() {
            return None;
        }
        let id = &self.survey.step(self.position).id;
        let (code, words) = match judged.verdict {
            WireVerdict::Never => (Code::IncompatibleInput, "What arrives at"),
            _ => (Code::PossiblyIncompatibleInput, "What may arrive at"),
        };
        let why = told(&reasons).unwrap_or_else(|| "not all of it is accepted".to_owned());
        let message = format!("{words} `{id}` does not fit what it accepts: {why}.");
        let mut finding = Diagnostic::new(code, message).step(id);
        let field = reasons.iter().find_map(|one| one.field.as_deref());
        if let (true, Some(field)) = (arrival.mapped, field) {
            finding = finding.at(&["mapping", field]);
        }
        let blamed = self
            .edges
            .iter()
            .find(|edge| reasons.iter().any(|one| self.is_to_blame(**edge, arrival, one.field.as_deref())));
        if let Some(edge) = blamed {
            let edge = &self.survey.workflow.edges[*edge];
            finding.edge = Some(edge.id.clone());
            finding = finding.steps(vec![edge.from.clone(), edge.to.clone()]);
        }
        finding.fixes = fixes.iter().map(|repair| repair.fix.clone()).collect();
        Some(finding)
    }
}

/// Reasons in one sentence.
fn told(reasons: &[&Blamed]) -> Option<String> {
    let shown: Vec<&str> = reasons.iter().take(SHOWN).map(|one| one.reason.message.as_str()).collect();
    let more = reasons.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    (!shown.is_empty()).then(|| shown.join("; ") + &more)
}

/// The reasons, for people who ask about a fit.
pub(super) fn reasons(judged: &Judged) -> Vec<Reason> {
    judged.reasons.iter().map(|one| one.reason.clone()).collect()
}
