//! The rows of steps and attempts made from a log.

use heddle_model::{
    ErrorRecord, EventKind, ExecutionStatus, Failure, FailureCode, InterruptionView, LogLevel, LogLine, SkipReason,
    StepId, StepStatus, Usage,
};
use heddle_store::Store;

use crate::support::{append, at, attempt_started, attempt_succeeded, begun, event, id, payload};

fn refusal() -> Failure {
    Failure {
        causes: vec!["connection reset".to_owned()],
        retry_after_ms: Some(1500),
        ..Failure::transient(FailureCode::RateLimited, "slow down")
    }
}

fn record(step: &str, failure: Failure) -> ErrorRecord {
    ErrorRecord {
        step: StepId::new(step),
        step_name: "Ask".to_owned(),
        agent: None,
        position: 2,
        total: 2,
        attempt: 2,
        failure,
        input: Some(payload("[1]").reference()),
        at: at(9),
        completed: vec![StepId::new("a")],
    }
}

fn attempt_failed(seq: u64, step: &str, attempt: u32) -> heddle_model::Event {
    event(
        seq,
        EventKind::AttemptFailed {
            step: StepId::new(step),
            attempt,
            failure: refusal(),
            usage: Usage { llm_calls: 1, input_tokens: 7, output_tokens: 0, cost_usd: None },
            log: vec![LogLine { level: LogLevel::Warn, text: "429".to_owned() }],
            chosen: None,
        },
    )
}

#[tokio::test]
async fn rows_tell_of_retries_failures_and_usage() {
    let store = Store::open_ephemeral().unwrap();
    begun(&store).await;
    let (first, output) = (payload("[1]"), payload("[2]"));
    append(&store, "exec-1", vec![attempt_started(2, "a", 1, &first)], vec![first.clone()]).await;
    let running = store.execution(&id()).await.unwrap().unwrap();
    assert_eq!((running.status, running.current_step), (ExecutionStatus::Running, Some(StepId::new("a"))));

    let due = event(4, EventKind::RetryScheduled { step: StepId::new("a"), attempt: 2, due: at(50) });
    append(&store, "exec-1", vec![attempt_failed(3, "a", 1), due], Vec::new()).await;
    assert_eq!(store.steps(&id()).await.unwrap()[0].status, StepStatus::Waiting);

    let again = event(5, EventKind::RetryDue { step: StepId::new("a"), attempt: 2 });
    append(&store, "exec-1", vec![again], Vec::new()).await;
    assert_eq!(store.steps(&id()).await.unwrap()[0].status, StepStatus::Queued);

    let events = vec![
        attempt_started(6, "a", 2, &first),
        attempt_succeeded(7, "a", 2, &output),
        event(8, EventKind::StepSkipped { step: StepId::new("b"), reason: SkipReason::BranchNotTaken }),
        event(9, EventKind::ExecutionCompleted { output: output.reference() }),
    ];
    append(&store, "exec-1", events, vec![output.clone()]).await;

    let detail = store.execution_detail(&id()).await.unwrap().unwrap();
    let row = &detail.execution;
    assert_eq!((row.status, &row.current_step, row.last_seq), (ExecutionStatus::Completed, &None, 9));
    assert_eq!((row.completed_steps, row.settled_steps, row.total_steps), (1, 2, 2));
    assert_eq!((row.started_at, row.completed_at), (Some(at(1_000_001)), Some(at(1_000_009))));
    assert_eq!((row.input, row.output), (payload(r#"{"ticket": 1}"#).reference(), Some(output.reference())));
    assert_eq!(row.usage, Usage { llm_calls: 2, input_tokens: 17, output_tokens: 5, cost_usd: Some(0.25) });

    let [a, b] = detail.steps.try_into().unwrap();
    assert_eq!((a.step.as_str(), a.status, a.attempts), ("a", StepStatus::Completed, 2));
    assert_eq!((a.started_at, a.ended_at), (Some(at(1_000_002)), Some(at(1_000_007))));
    assert_eq!((a.output, a.error), (Some(output.reference()), None));
    assert_eq!((b.status, b.skipped, b.attempts), (StepStatus::Skipped, Some(SkipReason::BranchNotTaken), 0));

    let [one, two] = detail.attempts.try_into().unwrap();
    assert_eq!((one.status, one.failure, one.next_due), (StepStatus::Failed, Some(Box::new(refusal())), Some(at(50))));
    assert_eq!((one.queued_at, one.input, one.log.len()), (None, Some(first.reference()), 1));
    assert_eq!(
        (two.status, two.output, two.queued_at),
        (StepStatus::Completed, Some(output.reference()), Some(at(1_000_005)))
    );
}

#[tokio::test]
async fn the_end_cancels_what_had_not_settled() {
    let store = Store::open_ephemeral().unwrap();
    begun(&store).await;
    let input = payload("[1]");
    let events = vec![
        attempt_started(2, "a", 1, &input),
        attempt_started(3, "b", 1, &input),
        attempt_failed(4, "b", 1),
        event(5, EventKind::StepFailed { error: record("b", refusal()) }),
        event(6, EventKind::ExecutionFailed { failure: refusal(), step: Some(StepId::new("b")) }),
    ];
    append(&store, "exec-1", events, vec![input]).await;
    let detail = store.execution_detail(&id()).await.unwrap().unwrap();
    assert_eq!(detail.execution.status, ExecutionStatus::Failed);
    assert_eq!((detail.execution.failure, detail.execution.failed_step), (Some(refusal()), Some(StepId::new("b"))));
    assert_eq!((detail.execution.completed_steps, detail.execution.settled_steps), (0, 2));
    assert_eq!(detail.steps[0].status, StepStatus::Cancelled);
    assert_eq!(
        (detail.steps[1].status, &detail.steps[1].error),
        (StepStatus::Failed, &Some(Box::new(record("b", refusal()))))
    );
    assert_eq!(detail.steps[1].attempts, 1, "a failure does not forget the attempts");
    assert_eq!(detail.attempts[0].status, StepStatus::Cancelled);
    assert_eq!(detail.attempts[0].ended_at, Some(at(1_000_006)));
}

#[tokio::test]
async fn a_default_completes_the_step_and_remembers_the_failure() {
    let store = Store::open_ephemeral().unwrap();
    begun(&store).await;
    let default = payload("\"n/a\"");
    let events = vec![
        attempt_failed(2, "b", 1),
        event(3, EventKind::StepDefaulted { error: record("b", refusal()), output: default.reference() }),
    ];
    append(&store, "exec-1", events, vec![default.clone()]).await;
    let [step] = store.steps(&id()).await.unwrap().try_into().unwrap();
    assert_eq!((step.status, step.output), (StepStatus::Completed, Some(default.reference())));
    assert_eq!(step.error, Some(Box::new(record("b", refusal()))));
    let row = store.execution(&id()).await.unwrap().unwrap();
    assert_eq!((row.completed_steps, row.settled_steps), (1, 1));
    // An attempt that failed before the agent was called has no start and no input.
    let [attempt] = store.attempts(&id()).await.unwrap().try_into().unwrap();
    assert_eq!((attempt.started_at, attempt.input, attempt.status), (None, None, StepStatus::Failed));
}

#[tokio::test]
async fn an_attempt_taken_up_after_a_crash_counts_once() {
    let store = Store::open_ephemeral().unwrap();
    begun(&store).await;
    let input = payload("[1]");
    let events = vec![
        attempt_started(2, "a", 1, &input),
        event(3, EventKind::Resumed),
        attempt_started(4, "a", 1, &input),
        attempt_succeeded(5, "a", 1, &input),
    ];
    append(&store, "exec-1", events, vec![input]).await;
    let [attempt] = store.attempts(&id()).await.unwrap().try_into().unwrap();
    assert_eq!(attempt.started_at, Some(at(1_000_004)));
    let cut = InterruptionView { started_at: at(1_000_002), taken_up_at: at(1_000_003) };
    assert_eq!(attempt.interrupted, [cut], "it is seen that it ran before, and until when at the latest");
    let [step] = store.steps(&id()).await.unwrap().try_into().unwrap();
    assert_eq!((step.started_at, step.attempts), (Some(at(1_000_002)), 1));
    assert_eq!(store.execution(&id()).await.unwrap().unwrap().completed_steps, 1);
}

#[tokio::test]
async fn only_calls_that_were_under_way_count_as_interrupted() {
    let store = Store::open_ephemeral().unwrap();
    begun(&store).await;
    let input = payload("[1]");
    let (a, b) = (StepId::new("a"), StepId::new("b"));
    let pool = |seq| event(seq, EventKind::PoolWait { step: a.clone(), attempt: 1, pool: "narrow".to_owned() });
    let released = EventKind::BreakpointReleased { step: b.clone(), attempt: 1, input: None, step_over: false };
    let events = vec![
        pool(2),
        attempt_started(3, "a", 1, &input),
        event(4, EventKind::BreakpointHit { step: b.clone(), attempt: 1, input: input.reference() }),
        event(5, EventKind::Resumed),
        pool(6),
        event(7, EventKind::Resumed),
        attempt_started(8, "a", 1, &input),
        event(9, released),
        attempt_started(10, "b", 1, &input),
    ];
    append(&store, "exec-1", events, vec![input]).await;
    let [a, b] = store.attempts(&id()).await.unwrap().try_into().unwrap();
    let cut = InterruptionView { started_at: at(1_000_003), taken_up_at: at(1_000_005) };
    assert_eq!((a.interrupted, a.started_at), (vec![cut], Some(at(1_000_008))), "not while it waited in the pool");
    assert_eq!((b.interrupted, b.started_at), (Vec::new(), Some(at(1_000_010))), "it had been held before its call");
}
