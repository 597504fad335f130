//! One attempt: check the input, call the agent, check the output; within its time, and only while it is wanted.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use heddle_model::{
    AnswerSource, Cache, Failure, FailureCode, LogLevel, LogLine, Payload, PayloadHash, ReplayMode, Usage,
};

use super::record::Recording;
use crate::plan::{Plan, StepIndex};
use crate::ports::{AgentCall, AgentRunner, AttemptResult, KeptAnswer, RunStore};

/// Payloads above this size are checked against their schema off the async workers.
const HEAVY_BYTES: usize = 256 * 1024;

/// Outputs above this size leave a warning in the step's log: 5 MB.
const LARGE_BYTES: u64 = 5 * 1024 * 1024;

/// What an attempt needs beside the call itself.
pub(super) struct Work {
    pub(super) runner: Arc<dyn AgentRunner>,
    pub(super) store: Arc<dyn RunStore>,
    pub(super) recording: Option<Arc<Recording>>,
    pub(super) cache: Option<Cache>,
    pub(super) bypass_cache: bool,
    pub(super) plan: Arc<Plan>,
    /// The step's index in the plan.
    pub(super) local: StepIndex,
}

/// How an attempt ended, and where its answer comes from.
#[derive(Debug)]
pub(super) struct Answered {
    pub(super) result: AttemptResult,
    pub(super) source: AnswerSource,
}

/// Makes one attempt. None: it was cancelled.
pub(super) async fn run(work: Work, call: AgentCall) -> Option<Answered> {
    let cancel = call.cancel.clone();
    let attempt = AssertUnwindSafe(answer(work, call)).catch_unwind();
    tokio::select! {
        biased;
        () = cancel.cancelled() => None,
        answered = attempt => Some(answered.unwrap_or_else(|panic| Answered {
            result: AttemptResult::failure(panicked(&*panic)),
            source: AnswerSource::Agent,
        })),
    }
}

/// Asks the record, then the cache, then the agent.
async fn answer(work: Work, call: AgentCall) -> Answered {
    let storage = |error: crate::ports::StoreError| {
        AttemptResult::failure(Failure::transient(FailureCode::Storage, error.to_string()))
    };
    if let Some(recording) = &work.recording {
        let source = AnswerSource::Record;
        match recording.mode(&call.step) {
            ReplayMode::Live => {}
            ReplayMode::Recorded => {
                let found = recording.answer(&work.store, &call.step, call.attempt, &call.input).await;
                return Answered { result: found.unwrap_or_else(storage), source };
            }
            ReplayMode::Static => {
                let pin = work.plan.steps[work.local].pin.clone();
                let message = "the step is to answer with its pin, and it has none";
                let failure = || AttemptResult::failure(Failure::new(FailureCode::NotRecorded, message));
                return Answered { result: pin.map_or_else(failure, AttemptResult::answer), source: AnswerSource::Pin };
            }
        }
    }
    let key = work.cache.as_ref().map(|_| cache_key(&call));
    if let Some(key) = key.filter(|_| !work.bypass_cache)
        && let Ok(Some(kept)) = work.store.cached(key).await
    {
        let KeptAnswer { answer, chosen } = kept;
        let result = AttemptResult { outcome: Ok(answer), usage: Usage::default(), log: Vec::new(), chosen };
        return Answered { result, source: AnswerSource::Cache };
    }
    let ttl_ms = work.cache.as_ref().and_then(|cache| cache.ttl_ms);
    let mut result = limited(work.runner, work.plan, work.local, call).await;
    if let (Some(key), Ok(answer)) = (key, &result.outcome)
        && !answer.sampled
    {
        let kept = KeptAnswer { answer: answer.clone(), chosen: result.chosen.clone() };
        if let Err(error) = work.store.cache(key, kept, ttl_ms).await {
            let text = format!("the answer could not be kept for the next time: {error}");
            result.log.push(LogLine { level: LogLevel::Warn, text });
        }
    }
    Answered { result, source: AnswerSource::Agent }
}

/// The same for the same agent, settings, constants and input.
fn cache_key(call: &AgentCall) -> PayloadHash {
    let agents: Vec<_> = std::iter::once(&call.agent).chain(call.candidates.iter()).collect();
    let text = serde_json::to_string(&(agents, call.input.hash(), call.vars.hash(), call.mode));
    // Agents come from JSON, so they can always be written as JSON.
    Payload::parse(text.unwrap_or_else(|_| "null".to_owned())).map_or_else(|_| call.input.hash(), |key| key.hash())
}

async fn limited(runner: Arc<dyn AgentRunner>, plan: Arc<Plan>, step: StepIndex, call: AgentCall) -> AttemptResult {
    let planned = &plan.steps[step];
    let cancel = call.cancel.clone();
    let work = checked(runner, plan.clone(), step, call);
    let Some(timeout_ms) = planned.timeout_ms else { return work.await };
    match tokio::time::timeout(Duration::from_millis(timeout_ms), work).await {
        Ok(result) => result,
        Err(_) => {
            // The agent may still be at work on another thread; this tells it to stop.
            cancel.cancel();
            AttemptResult::failure(Failure::transient(
                FailureCode::Timeout,
                format!(
                    "step `{}` took longer than its timeout of {timeout_ms} ms; raise the timeout in its policy, or find \
                     out what it waits for",
                    planned.id
                ),
            ))
        }
    }
}

async fn checked(runner: Arc<dyn AgentRunner>, plan: Arc<Plan>, step: StepIndex, call: AgentCall) -> AttemptResult {
    let agent = plan.steps[step].name.clone();
    if let Err(problem) = check(&plan, step, call.input.clone(), Side::Input).await {
        return AttemptResult::failure(Failure::new(
            FailureCode::InputSchema,
            format!("the input does not fit what {agent} accepts: {problem}"),
        ));
    }
    let mut result = runner.run(call).await;
    let Ok(answer) = &result.outcome else { return result };
    let (output, bytes, limit) = (answer.output.clone(), answer.output.len() as u64, plan.max_output_bytes());
    if bytes > limit {
        result.outcome = Err(Failure::new(
            FailureCode::OutputTooLarge,
            format!("{agent} gave {bytes} bytes; at most {limit} are allowed (`settings.output.max_bytes`)"),
        ));
        return result;
    }
    if bytes > LARGE_BYTES {
        let text = format!("the output is large: {bytes} bytes of at most {limit}");
        result.log.push(LogLine { level: LogLevel::Warn, text });
    }
    if let Err(problem) = check(&plan, step, output, Side::Output).await {
        result.outcome = Err(Failure::new(
            FailureCode::OutputSchema,
            format!("what {agent} gave breaks its output schema: {problem}"),
        ));
    }
    result
}

#[derive(Clone, Copy)]
enum Side {
    Input,
    Output,
}

async fn check(plan: &Arc<Plan>, step: StepIndex, payload: Payload, side: Side) -> Result<(), String> {
    if !plan.steps[step].has_schemas() {
        return Ok(());
    }
    let heavy = payload.len() > HEAVY_BYTES;
    let plan = plan.clone();
    let look = move || match side {
        Side::Input => plan.steps[step].check_input(&payload),
        Side::Output => plan.steps[step].check_output(&payload),
    };
    if heavy { tokio::task::spawn_blocking(look).await.unwrap_or_else(|error| Err(error.to_string())) } else { look() }
}

fn panicked(panic: &(dyn std::any::Any + Send)) -> Failure {
    let said = panic
        .downcast_ref::<&str>()
        .map(ToString::to_string)
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned());
    Failure::new(FailureCode::Internal, format!("the agent crashed, which is a mistake in Heddle: {said}"))
}
