//! Whose matter it is when something does not fit: the wire a field comes over, or nobody's but the step's.

use super::context::Giver;
use super::repairs::Repair;
use super::report::{Mode, Reason, Wire, WireVerdict};
use super::survey::{Arrival, Survey};
use super::verdict::{Judged, Said};
use crate::diagnostic::{Code, Diagnostic};

/// Reasons named in one message.
const SHOWN: usize = 3;

/// One step, and the edges that lead to it.
pub(super) struct Blame<'s, 'a> {
    pub(super) survey: &'s Survey<'a>,
    pub(super) position: usize,
    pub(super) edges: &'s [usize],
    /// For every edge of the document, the step it leaves.
    pub(super) sources: &'s [Option<usize>],
    /// Whether it is worth some time to show likely values.
    pub(super) realistic: bool,
}

impl Blame<'_, '_> {
    /// The edges over which these come; None among them is the workflow's input, which comes over none.
    fn over(&self, givers: &[Giver]) -> Vec<usize> {
        let mut over = Vec::new();
        for giver in givers.iter().flatten() {
            let source = |edge: &usize| self.sources[*edge];
            let direct: Vec<usize> = self.edges.iter().copied().filter(|edge| source(edge) == Some(*giver)).collect();
            let through = || {
                let leads = |edge: &usize| source(edge).is_some_and(|from| self.survey.plan.comes_before(*giver, from));
                self.edges.iter().copied().filter(leads).collect()
            };
            over.extend(if direct.is_empty() { through() } else { direct });
        }
        over
    }

    /// Whether a field is the matter of an edge. One that nobody gives is everybody's, or theirs who may give anything.
    fn is_about(&self, edge: usize, arrival: &Arrival, name: &str, said: &Said) -> bool {
        match arrival.fields.get(name) {
            Some(field) => self.over(&field.givers).contains(&edge),
            None if said.verdict == WireVerdict::Unknown => {
                let opaque: Vec<Giver> = arrival.opaque.iter().map(|(giver, _)| *giver).collect();
                opaque.is_empty() || self.over(&opaque).contains(&edge)
            }
            None => true,
        }
    }

    /// What is said of all that comes over an edge.
    fn said<'j>(&self, edge: usize, arrival: &Arrival, judged: &'j Judged) -> Vec<(&'j str, &'j Said)> {
        let fields = judged.fields.iter().map(|(name, said)| (name.as_str(), said));
        let mut own: Vec<_> = fields.filter(|(name, said)| self.is_about(edge, arrival, name, said)).collect();
        if let Some(whole) = &judged.whole
            && whole.givers.as_ref().is_none_or(|givers| self.over(givers).contains(&edge))
        {
            own.push(("", &whole.said));
        }
        own
    }

    pub(super) fn wire(&self, edge: usize, judged: Option<(&Arrival, &Judged)>, mode: Mode, fixes: &[Repair]) -> Wire {
        let drawn = &self.survey.workflow.edges[edge];
        let from = self.sources[edge].unwrap_or(self.position);
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
        let Some((arrival, judged)) = judged else { return wire };
        let uses = arrival.fields.values().any(|field| self.over(&field.givers).contains(&edge));
        if arrival.mapped && !uses {
            wire.summary = format!("{taker} takes nothing from {giver}; the wire only says which comes first");
        } else if self.survey.accepts(self.position).is_some() {
            wire.summary = format!("Everything {giver} gives fits {taker}");
        }
        let own = self.said(edge, arrival, judged);
        wire.verdict = own.iter().map(|(_, said)| said.verdict).max().unwrap_or(WireVerdict::Always);
        let why = own.iter().filter_map(|(_, said)| said.why.as_ref()).next();
        wire.reasons = own.iter().flat_map(|(_, said)| said.reasons.iter().cloned()).collect();
        match (wire.verdict, told(&wire.reasons)) {
            (WireVerdict::Always, _) => return wire,
            (WireVerdict::Unknown, _) => {
                wire.summary = format!("Not decided: {}", why.map_or("not enough is known", String::as_str));
                wire.why = why.cloned();
                return wire;
            }
            (WireVerdict::Never, Some(why)) => wire.summary = format!("Nothing {giver} gives fits {taker}: {why}"),
            (WireVerdict::Never, None) => wire.summary = format!("Nothing {giver} gives fits {taker}"),
            (WireVerdict::Sometimes, Some(why)) => wire.summary = why,
            (WireVerdict::Sometimes, None) => {
                wire.summary = format!("Not everything {giver} gives fits {taker}");
            }
        }
        let is_own = |name: &str| own.iter().any(|(own, _)| *own == name);
        wire.counterexample = judged.counterexample(arrival, &is_own, self.realistic);
        if wire.verdict == WireVerdict::Sometimes && self.realistic {
            wire.example = judged.example(arrival);
        }
        wire.repairs = fixes
            .iter()
            .filter(|repair| repair.edge.is_none_or(|own| own == edge))
            .filter(|repair| repair.field.as_deref().is_none_or(is_own))
            .map(|repair| repair.fix.clone())
            .collect();
        wire
    }

    /// What is said about the step as a whole.
    pub(super) fn finding(&self, arrival: &Arrival, judged: &Judged, fixes: &[Repair]) -> Option<Diagnostic> {
        // What is already said of a field that is never there, or of an expression that cannot be read.
        let is_said = |name: Option<&str>| {
            let field = name.and_then(|name| arrival.fields.get(name));
            field.is_some_and(|field| field.lost.iter().any(|lost| lost.closed))
        };
        let reasons: Vec<(Option<&str>, &Reason)> = judged.reasons().filter(|(name, _)| !is_said(*name)).collect();
        if judged.verdict <= WireVerdict::Unknown || reasons.is_empty() && judged.reasons().next().is_some() {
            return None;
        }
        let id = &self.survey.step(self.position).id;
        let (code, words) = match judged.verdict {
            WireVerdict::Never => (Code::IncompatibleInput, "What arrives at"),
            _ => (Code::PossiblyIncompatibleInput, "What may arrive at"),
        };
        let all: Vec<Reason> = reasons.iter().map(|(_, reason)| (*reason).clone()).collect();
        let why = told(&all).unwrap_or_else(|| "not all of it is accepted".to_owned());
        let message = format!("{words} `{id}` does not fit what it accepts: {why}.");
        let mut finding = Diagnostic::new(code, message).step(id);
        if let (true, Some(field)) = (arrival.mapped, reasons.iter().find_map(|(name, _)| *name)) {
            finding = finding.at(&["mapping", field]);
        }
        let is_to_blame = |edge: &&usize| {
            let own = self.said(**edge, arrival, judged);
            own.iter().any(|(_, said)| said.verdict > WireVerdict::Unknown)
        };
        if let Some(edge) = self.edges.iter().find(is_to_blame) {
            let edge = &self.survey.workflow.edges[*edge];
            finding.edge = Some(edge.id.clone());
            finding = finding.steps(vec![edge.from.clone(), edge.to.clone()]);
        }
        finding.fixes = fixes.iter().map(|repair| repair.fix.clone()).collect();
        Some(finding)
    }
}

/// Reasons in one sentence.
fn told(reasons: &[Reason]) -> Option<String> {
    let shown: Vec<&str> = reasons.iter().take(SHOWN).map(|one| one.message.as_str()).collect();
    let more = reasons.len().saturating_sub(SHOWN);
    let more = if more > 0 { format!("; and {more} more") } else { String::new() };
    (!shown.is_empty()).then(|| shown.join("; ") + &more)
}
