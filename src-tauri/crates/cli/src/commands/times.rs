//! `heddle run --times`: many executions of one document, and what they cost.

use std::pin::pin;
use std::time::Instant;

use anyhow::Context as _;
use heddle_api::PreparedExecution;
use heddle_model::{Event, EventKind, ExecutionStatus};
use serde_json::json;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::run::{Bench, INTERRUPTED, again};
use crate::{Verdict, report};

/// What one execution took, in milliseconds.
struct Sample {
    wall: f64,
    /// Time in which no agent was at work, for each step that ran.
    overhead: f64,
    status: ExecutionStatus,
}

pub(crate) async fn run(
    bench: &Bench,
    prepared: &PreparedExecution,
    times: u32,
    concurrency: u32,
    as_json: bool,
) -> anyhow::Result<Verdict> {
    let engine = bench.engine(bench.store.clone());
    let stop = CancellationToken::new();
    let mut interrupt = pin!(tokio::signal::ctrl_c());
    // Heard from before the first start on.
    let mut stopped = futures::poll!(interrupt.as_mut()).is_ready();
    let began = Instant::now();
    let (mut running, mut samples, mut left) = (JoinSet::new(), Vec::new(), times);
    loop {
        while left > 0 && !stopped && running.len() < concurrency as usize {
            left -= 1;
            let one = again(prepared);
            let (engine, store, memory) = (engine.clone(), bench.store.clone(), bench.memory.clone());
            let stop = stop.clone();
            running.spawn(async move {
                let from = Instant::now();
                let id = one.execution.id.clone();
                let mut outcome = pin!(engine.start_planned(one.execution, one.plan).await?.outcome());
                let outcome = tokio::select! {
                    biased;
                    outcome = &mut outcome => outcome,
                    () = stop.cancelled() => {
                        engine.cancel(&id, "command line", Some(INTERRUPTED.to_owned()));
                        outcome.await
                    }
                };
                let wall = from.elapsed().as_secs_f64() * 1000.0;
                let outcome = outcome.context("an execution was stopped before it ended")?;
                let events = store.load(id.clone()).await?.map(|stored| stored.events).unwrap_or_default();
                if let Some(memory) = memory {
                    memory.forget(&id);
                }
                anyhow::Ok(Sample { wall, overhead: overhead(&events), status: outcome.status })
            });
        }
        tokio::select! {
            biased;
            _ = &mut interrupt, if !stopped => {
                tell!("cancelling {} of {times} executions, {left} are not started …", running.len());
                stopped = true;
                stop.cancel();
            }
            ended = running.join_next() => match ended {
                Some(sample) => samples.push(sample??),
                None => break,
            }
        }
    }
    let total = began.elapsed().as_secs_f64() * 1000.0;
    let count = |status| samples.iter().filter(|sample| sample.status == status).count();
    let (completed, cancelled) = (count(ExecutionStatus::Completed), count(ExecutionStatus::Cancelled));
    let failed = samples.len() - completed - cancelled;
    // What was cut short says nothing about how long it takes.
    samples.retain(|sample| sample.status != ExecutionStatus::Cancelled);
    let walls = sorted(samples.iter().map(|sample| sample.wall));
    let overheads = sorted(samples.iter().map(|sample| sample.overhead));
    let [p50, p95, p99] = [0.50, 0.95, 0.99].map(|share| quantile(&walls, share));
    let overhead = quantile(&overheads, 0.50);
    let executions = samples.len();
    if as_json {
        let summary = json!({
            "executions": executions, "concurrency": concurrency, "failed": failed, "cancelled": cancelled,
            "not_started": left, "wall_ms": total,
            "p50_ms": p50, "p95_ms": p95, "p99_ms": p99, "per_transition_ms": overhead,
        });
        say!("{}", serde_json::to_string_pretty(&summary)?);
    } else {
        let cut = if stopped { format!(", {cancelled} cancelled, {left} not started") } else { String::new() };
        say!("{executions} executions, {concurrency} at once, {failed} failed{cut}");
        say!("wall            {}", report::millis(total));
        say!("p50 / p95 / p99 {} / {} / {}", report::millis(p50), report::millis(p95), report::millis(p99));
        say!("per transition  {}", report::millis(overhead));
    }
    Ok(if completed == times as usize { Verdict::Good } else { Verdict::Bad })
}

/// Milliseconds of an execution in which no attempt was running, divided by the steps that ran.
fn overhead(events: &[Event]) -> f64 {
    let (Some(first), Some(last)) = (events.first(), events.last()) else { return 0.0 };
    let (mut idle, mut since, mut at_work, mut steps) = (0.0, first.at, 0_u32, 0_u32);
    for event in events {
        match &event.kind {
            EventKind::AttemptStarted { .. } => {
                if at_work == 0 {
                    idle += event.at.millis_since(since);
                }
                at_work += 1;
                steps += 1;
            }
            EventKind::AttemptSucceeded { .. }
            | EventKind::AttemptFailed { .. }
            | EventKind::AttemptCancelled { .. } => {
                at_work = at_work.saturating_sub(1);
                since = event.at;
            }
            _ => {}
        }
    }
    (idle + last.at.millis_since(since)) / f64::from(steps.max(1))
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

/// The value below which that share of the sorted values lies (nearest rank).
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let rank = (share * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.clamp(1, sorted.len().max(1)) - 1).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_values_that_occurred() {
        let values = sorted([5.0, 1.0, 3.0, 2.0, 4.0].into_iter());
        assert_eq!([0.0, 0.5, 0.95, 1.0].map(|share| quantile(&values, share)), [1.0, 3.0, 5.0, 5.0]);
        assert_eq!(quantile(&[], 0.5), 0.0);
    }
}
