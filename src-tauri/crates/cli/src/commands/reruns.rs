//! `heddle executions resume · retry · fork` and `heddle replay`: going on from earlier executions.

use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use heddle_api::{ErrorCode, Studio, StudioOptions, Verdict as Decided};
use heddle_engine::{Plan, RunStore, Running};
use heddle_model::{Decision, ExecutionId, ExecutionStatus, ReplayMode, StepId};

use super::run::{explain, tell};
use crate::args::{DataDir, Decide, Replay};
use crate::attend::{Attended, Question, user};
use crate::feed::Feed;
use crate::{Verdict, files};

/// The studio of a data folder that is there.
pub(crate) async fn open(data: &DataDir) -> anyhow::Result<Studio> {
    let folder = files::data_dir(data)?;
    anyhow::ensure!(folder.exists(), "there is no data folder at {}", folder.display());
    let options = StudioOptions { data_dir: Some(folder), examples: false, recover: false };
    Ok(Studio::open(options).await?)
}

pub(crate) async fn replay(args: Replay) -> anyhow::Result<Verdict> {
    let studio = open(&args.data).await?;
    let live = args.live.into_iter().map(|step| (StepId::new(step), ReplayMode::Live)).collect();
    let running = studio.replay(&ExecutionId::new(args.id), live).await.map_err(explain)?;
    follow(&studio, running).await
}

pub(crate) async fn resume(studio: &Studio, id: &ExecutionId) -> anyhow::Result<Verdict> {
    let row = studio.execution(id).await?;
    let open = waiting(studio, id).await?;
    match studio.resume(id).await {
        Ok(running) if running.id == *id => {
            stay(studio, running, row.last_seq, open, row.status == ExecutionStatus::Paused).await
        }
        Ok(running) => follow(studio, running).await,
        Err(refused) if matches!(refused.code, ErrorCode::RunsElsewhere | ErrorCode::Conflict) => Ok(told(&refused)),
        Err(error) => Err(explain(error)),
    }
}

pub(crate) async fn retry(studio: &Studio, id: &ExecutionId) -> anyhow::Result<Verdict> {
    let running = studio.retry(id).await.map_err(explain)?;
    follow(studio, running).await
}

pub(crate) async fn fork(
    studio: &Studio,
    id: &ExecutionId,
    step: String,
    input: Option<&Path>,
) -> anyhow::Result<Verdict> {
    let input = input.map(|path| files::input(Some(path))).transpose()?;
    let running = studio.fork(id, StepId::new(step), input, false).await.map_err(explain)?;
    follow(studio, running).await
}

/// Stops an execution, and stays until nothing of it runs any more. Nobody else drives it then.
pub(crate) async fn cancel(studio: &Studio, id: &ExecutionId, reason: Option<String>) -> anyhow::Result<Verdict> {
    let before = studio.execution(id).await.map_err(explain)?;
    let stayed = match studio.cancel(id, user(), reason).await {
        Ok(Some(running)) => stay(studio, running, before.last_seq, Vec::new(), false).await?,
        Ok(None) => Verdict::Bad,
        Err(refused) => return Ok(told(&refused)),
    };
    Ok(match studio.execution(id).await?.status {
        ExecutionStatus::Cancelled => Verdict::Good,
        // What undoes its steps waits for a person.
        ExecutionStatus::Paused => stayed,
        _ => Verdict::Bad,
    })
}

/// Decides an approval. Nobody else drives the execution then, so it goes on here.
pub(crate) async fn decide(studio: &Studio, args: Decide, decision: Decision) -> anyhow::Result<Verdict> {
    let id = ExecutionId::new(args.id);
    let row = studio.execution(&id).await?;
    let output = args.output.as_deref().map(|path| files::input(Some(path))).transpose()?;
    let mut open = waiting(studio, &id).await?;
    open.retain(|question| question.step.as_str() != args.step);
    let decided = Decided { step: StepId::new(args.step), decision, output, by: user(), comment: args.comment };
    match studio.decide(&id, decided).await {
        Ok(Some(running)) => stay(studio, running, row.last_seq, open, row.status == ExecutionStatus::Paused).await,
        Ok(None) => Ok(Verdict::Good),
        Err(refused) if refused.code == ErrorCode::NotFound => Err(explain(refused)),
        Err(refused) => Ok(told(&refused)),
    }
}

fn told(refused: &heddle_api::ApiError) -> Verdict {
    tell!("heddle: {refused}");
    Verdict::Bad
}

async fn waiting(studio: &Studio, id: &ExecutionId) -> anyhow::Result<Vec<Question>> {
    let row = studio.execution(id).await?;
    let open = studio.approvals_of(&row).await?;
    Ok(open.into_iter().map(|one| Question { step: one.step, message: one.message }).collect())
}

/// Stays with an execution that was started.
async fn follow(studio: &Studio, running: Running) -> anyhow::Result<Verdict> {
    stay(studio, running, 0, Vec::new(), false).await
}

/// Stays with an execution, from the event after that number on.
async fn stay(
    studio: &Studio,
    running: Running,
    after: u64,
    open: Vec<Question>,
    paused: bool,
) -> anyhow::Result<Verdict> {
    let id = running.id.clone();
    tell!("{id}");
    let store: Arc<dyn RunStore> = Arc::new(studio.store().clone());
    let stored = store.load(id.clone()).await?.context("the execution is gone")?;
    let plan = Arc::new(Plan::new(&stored.execution.workflow)?);
    let feed = Feed::stored(studio.store(), &id, after).await?;
    let engine = studio.engine().clone();
    let attended = Attended { engine, store: store.clone(), plan, feed, aloud: true, open, paused };
    let left = attended.stay(running).await?;
    tell(store.as_ref(), &id, left, false, true).await
}
