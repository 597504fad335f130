//! How well agents and steps would take a wire that is being drawn.

use heddle_model::Agent;

use super::cache::Comparisons;
use super::report::{Fit, Mode, Reason, WireVerdict};
use super::survey::{Arrival, Changes, Survey, accepted};
use super::verdict::{Judged, judge};

/// How well an agent would do as a new step behind `from` (None: as a first step), by a branch.
pub(crate) fn fit_agents(
    survey: &Survey<'_>,
    from: Option<usize>,
    branch: Option<&str>,
    agents: &[&Agent],
    mode: Mode,
    made: &Comparisons,
) -> Vec<Fit> {
    let arrival = survey.arrival_behind(from, branch);
    let giver = from.map_or("the workflow's input", |from| survey.label(from));
    let mut fits: Vec<Fit> = agents
        .iter()
        .map(|agent| {
            let name = if agent.name.is_empty() { agent.id.as_str() } else { agent.name.as_str() };
            let judged = judge(&arrival, accepted(agent), mode, made);
            told(agent.id.to_string(), giver, name, (&arrival, &judged), accepted(agent).is_none())
        })
        .collect();
    best_first(&mut fits);
    fits
}

/// How well steps would do with a wire from `from` to them.
pub(crate) fn fit_steps(
    survey: &Survey<'_>,
    from: Option<usize>,
    branch: Option<&str>,
    steps: &[usize],
    mode: Mode,
    made: &Comparisons,
) -> Vec<Fit> {
    let giver = from.map_or("the workflow's input", |from| survey.label(from));
    let mut fits: Vec<Fit> = steps
        .iter()
        .map(|&step| {
            let changes = Changes { behind: from, branch, ..Changes::default() };
            let arrival = survey.arrival(step, &changes);
            let judged = judge(&arrival, survey.accepts(step), mode, made);
            let id = survey.step(step).id.to_string();
            told(id, giver, survey.label(step), (&arrival, &judged), survey.accepts(step).is_none())
        })
        .collect();
    best_first(&mut fits);
    fits
}

/// Those that take everything first, those that take it because they ask for it before those that take anything.
fn best_first(fits: &mut [Fit]) {
    fits.sort_by_key(|fit| (fit.verdict, fit.summary.ends_with(ANYTHING)));
}

const ANYTHING: &str = "accepts anything";

fn told(id: String, giver: &str, taker: &str, (arrival, judged): (&Arrival, &Judged), anything: bool) -> Fit {
    let reasons: Vec<Reason> = judged.reasons().map(|(_, reason)| reason.clone()).collect();
    let first = reasons.first().map(|reason| reason.message.as_str());
    let summary = match (judged.verdict, first, judged.why()) {
        (WireVerdict::Always, ..) if anything => format!("{taker} {ANYTHING}"),
        (WireVerdict::Always, ..) => format!("Everything {giver} gives fits {taker}"),
        (WireVerdict::Never, Some(why), _) => format!("Nothing {giver} gives fits {taker}: {why}"),
        (WireVerdict::Sometimes, Some(why), _) => why.to_owned(),
        (WireVerdict::Unknown, _, Some(why)) => format!("Not decided: {why}"),
        _ => format!("Not everything {giver} gives fits {taker}"),
    };
    Fit {
        id,
        verdict: judged.verdict,
        summary,
        counterexample: judged.counterexample(arrival, &|_| true, false),
        reasons,
    }
}
