//! `heddle executions`: what ran, and how it ended.

use anyhow::{Context as _, bail};
use heddle_api::{ExecutionDetail, ExecutionSummary, Studio};
use heddle_model::{Decision, ExecutionId, ExecutionStatus};
use heddle_store::ExecutionFilter;
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde::de::value::Error as ValueError;

use super::reruns;
use crate::args::{Executions, ExecutionsCommand};
use crate::{Verdict, report};

pub(crate) async fn run(args: Executions) -> anyhow::Result<Verdict> {
    let studio = reruns::open(&args.data).await?;
    match args.what {
        ExecutionsCommand::List { limit, status, json } => list(&studio, limit, status.as_deref(), json).await,
        ExecutionsCommand::Show { id, json } => show(&studio, &ExecutionId::new(id), json).await,
        ExecutionsCommand::Events { id } => events(&studio, &ExecutionId::new(id)).await,
        ExecutionsCommand::Resume { id } => reruns::resume(&studio, &ExecutionId::new(id)).await,
        ExecutionsCommand::Retry { id } => reruns::retry(&studio, &ExecutionId::new(id)).await,
        ExecutionsCommand::Fork { id, step, input } => {
            reruns::fork(&studio, &ExecutionId::new(id), step, input.as_deref()).await
        }
        ExecutionsCommand::Cancel { id, reason } => reruns::cancel(&studio, &ExecutionId::new(id), reason).await,
        ExecutionsCommand::Approve(decide) => reruns::decide(&studio, decide, Decision::Approved).await,
        ExecutionsCommand::Reject(decide) => reruns::decide(&studio, decide, Decision::Rejected).await,
    }
}

async fn list(studio: &Studio, limit: u32, status: Option<&str>, as_json: bool) -> anyhow::Result<Verdict> {
    let status = status.map(status_named).transpose()?;
    let filter = ExecutionFilter { status: status.into_iter().collect(), limit, ..ExecutionFilter::default() };
    let rows = studio.store().executions(filter).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        found.push(ExecutionSummary::of(row, studio).await?);
    }
    if as_json {
        say!("{}", serde_json::to_string_pretty(&found)?);
        return Ok(Verdict::Good);
    }
    if found.is_empty() {
        tell!("no executions yet");
    }
    for one in found {
        let took = match (one.started_at, one.completed_at) {
            (Some(from), Some(to)) => report::duration(from, to),
            _ => String::new(),
        };
        let progress = format!("{}/{}", one.completed_steps, one.total_steps);
        say!(
            "{}  {:<9}  {progress:>7}  {took:>9}  {}  {}",
            one.id,
            one.status.as_str(),
            one.created_at,
            one.workflow_name
        );
    }
    Ok(Verdict::Good)
}

fn status_named(name: &str) -> anyhow::Result<ExecutionStatus> {
    let named: Result<_, ValueError> = ExecutionStatus::deserialize(name.into_deserializer());
    named.with_context(|| format!("`{name}` is no state: use pending, running, paused, completed, failed or cancelled"))
}

async fn show(studio: &Studio, id: &ExecutionId, as_json: bool) -> anyhow::Result<Verdict> {
    let detail = ExecutionDetail::load(studio, id).await?;
    if as_json {
        say!("{}", serde_json::to_string_pretty(&detail)?);
        return Ok(Verdict::Good);
    }
    let one = &detail.execution;
    say!("{}  {}  {}", one.id, one.status.as_str(), one.workflow_name);
    for step in &detail.steps {
        say!("  {:>3}  {:<10}  {}", step.position, step.status.as_str(), step.name);
        for attempt in &step.attempts {
            let took = match (attempt.started_at, attempt.ended_at) {
                (Some(from), Some(to)) => report::duration(from, to),
                _ => String::new(),
            };
            let why =
                attempt.failure.as_ref().map_or_else(String::new, |failure| format!("  {}", report::failure(failure)));
            say!("       attempt {}  {:<10}  {took}{why}", attempt.attempt, attempt.status.as_str());
        }
        for group in detail.groups.iter().filter(|group| group.parent == step.path) {
            let counts: Vec<String> = group.counts.iter().map(|(status, count)| format!("{count} {status}")).collect();
            say!("       {} within it: {}", group.total, counts.join(", "));
        }
    }
    Ok(Verdict::Good)
}

async fn events(studio: &Studio, id: &ExecutionId) -> anyhow::Result<Verdict> {
    const PAGE: u32 = 1_000;
    if studio.store().execution(id).await?.is_none() {
        bail!("there is no execution `{id}`");
    }
    let mut after = 0;
    loop {
        let page = studio.store().events(id, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(Verdict::Good) };
        after = last.seq;
        for event in &page {
            say!("{}", serde_json::to_string(event)?);
        }
    }
}
