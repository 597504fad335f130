//! One attempt: check the input, call the agent, check the output; within its time, and only while it is wanted.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use futures::FutureExt as _;
use heddle_model::{Failure, FailureCode, LogLevel, LogLine, Payload};

use crate::plan::{Plan, StepIndex};
use crate::ports::{AgentCall, AgentRunner, AttemptResult};

/// Payloads above this size are checked against their schema off the async workers.
const HEAVY_BYTES: usize = 256 * 1024;

/// Outputs above this size leave a warning in the step's log: 5 MB.
const LARGE_BYTES: u64 = 5 * 1024 * 1024;

/// Makes one attempt. None: it was cancelled.
pub(super) async fn run(
    runner: Arc<dyn AgentRunner>,
    plan: Arc<Plan>,
    step: StepIndex,
    call: AgentCall,
) -> Option<AttemptResult> {
    let cancel = call.cancel.clone();
    let attempt = AssertUnwindSafe(limited(runner, plan, step, call)).catch_unwind();
    tokio::select! {
        biased;
        () = cancel.cancelled() => None,
        result = attempt => Some(result.unwrap_or_else(|panic| AttemptResult::failure(panicked(&*panic)))),
    }
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
