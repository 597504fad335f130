//! Answers that were there before: pins, forks, replays.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use heddle_engine::{AttemptResult, Engine, SystemClock};
use heddle_model::{AnswerSource, Event, EventKind, ExecutionStatus, FailureCode, Fork, Replay, RunMode, RunOptions};
use serde_json::json;

use crate::support::{Fakes, Stage, answer, execution, failure, output, run, with, workflow};

#[tokio::test]
async fn a_pin_answers_in_test_mode_only() {
    let document = workflow(&[("a", json!({ "pin": { "pinned": true } }))], &[], json!({}));
    let fakes = Arc::new(Fakes::default());
    let stage = Stage::new(&fakes);
    let mut execution = execution("x", &document, "{}");
    execution.mode = RunMode::Test;
    let outcome = stage.engine.start(execution).await.unwrap().outcome().await.unwrap();
    assert_eq!((output(&outcome), fakes.called("a")), (r#"{"pinned":true}"#, 0));
    let (outcome, _) = run(&fakes, &document, "{}").await;
    assert_eq!((output(&outcome), fakes.called("a")), ("{}", 1));
}

#[tokio::test]
async fn an_execution_goes_on_from_the_last_good_step_or_from_any_with_other_data() {
    let document = workflow(
        &[("a", json!({})), ("b", json!({ "mapping": { "n": "steps.a.output.n" } })), ("c", json!({}))],
        &[("a", "b"), ("b", "c")],
        json!({}),
    );
    let broken = Arc::new(AtomicUsize::new(1));
    let state = broken.clone();
    let fakes = Arc::new(Fakes::default().on("c", move |call| {
        let fails = state.load(Ordering::SeqCst) == 1;
        async move { if fails { failure() } else { AttemptResult::answer(call.input) } }
    }));
    let stage = Stage::new(&fakes);
    let first = stage.start("x", &document, r#"{"n":1}"#, RunOptions::default()).await.outcome().await.unwrap();
    assert_eq!(first.status, ExecutionStatus::Failed);
    broken.store(0, Ordering::SeqCst);
    let fork = |step: Option<&str>, input| {
        let fork = Fork { of: "x".into(), step: step.map(Into::into), input };
        RunOptions { fork: Some(fork), ..RunOptions::default() }
    };
    let outcome = stage.start("y", &document, r#"{"n":1}"#, fork(None, None)).await.outcome().await.unwrap();
    assert_eq!(output(&outcome), r#"{"n":1}"#);
    assert_eq!((fakes.called("a"), fakes.called("b"), fakes.called("c")), (1, 1, 2));

    let edited = stage.keep("x", r#"{"n":9}"#).await;
    let options = fork(Some("b"), Some(edited));
    let outcome = stage.start("z", &document, r#"{"n":1}"#, options).await.outcome().await.unwrap();
    assert_eq!(output(&outcome), r#"{"n":9}"#);
    assert_eq!((fakes.called("a"), fakes.called("b"), fakes.called("c")), (1, 2, 3));
}

#[tokio::test]
async fn a_fork_from_a_loop_runs_its_turns_again_and_one_from_a_turn_only_that() {
    let each = json!({ "loop": { "for_each": { "items": "input.xs" } } });
    let document = workflow(&[("a", json!({})), ("each", each)], &[("a", "each")], json!({}));
    let fakes = Arc::new(Fakes::default());
    let stage = Stage::new(&fakes);
    let input = r#"{"xs":[1,2]}"#;
    stage.start("x", &document, input, RunOptions::default()).await.outcome().await.unwrap();
    let fork = |step: &str| {
        let fork = Fork { of: "x".into(), step: Some(step.into()), input: None };
        RunOptions { fork: Some(fork), ..RunOptions::default() }
    };
    stage.start("y", &document, input, fork("each[1]")).await.outcome().await.unwrap();
    assert_eq!(["a", "each[0]", "each[1]"].map(|step| fakes.called(step)), [1, 1, 2]);
    let outcome = stage.start("z", &document, input, fork("each")).await.outcome().await.unwrap();
    assert_eq!(["a", "each[0]", "each[1]"].map(|step| fakes.called(step)), [1, 2, 3]);
    assert_eq!(output(&outcome), "[1,2]");

    let elements = stage.keep("x", "[7,8,9]").await;
    let mut options = fork("each");
    options.fork.as_mut().unwrap().input = Some(elements);
    let outcome = stage.start("other", &document, input, options).await.outcome().await.unwrap();
    assert_eq!(output(&outcome), "[7,8,9]", "the loop goes over what it was given instead");
}

#[tokio::test]
async fn a_fork_from_within_a_later_attempt_takes_over_what_that_attempt_had_done() {
    let retry = json!({ "max_attempts": 2, "backoff": { "initial_ms": 1, "max_ms": 1 }, "all_errors": true });
    let agent = json!({ "kind": "workflow", "config": { "workflow": "inner" } });
    let document = workflow(&[("sub", json!({ "agent": agent, "policy": { "retry": retry } }))], &[], json!({}));
    let inner = workflow(&[("p", json!({})), ("q", json!({}))], &[("p", "q")], json!({}));
    let inner = with(inner, json!({ "id": "inner" }));
    let document = with(document, json!({ "workflows": [{ "id": "inner", "document": inner }] }));
    let fakes = Fakes::default()
        .on("sub/p", |_| async { answer(r#"{"from":"first"}"#) })
        .on("sub/q", |call| async move {
            let first = call.input.text().contains("first");
            if first { failure() } else { AttemptResult::answer(call.input) }
        })
        .on("sub~2/p", |_| async { answer(r#"{"from":"second"}"#) });
    let fakes = Arc::new(fakes);
    let stage = Stage::new(&fakes);
    let outcome = stage.start("x", &document, "{}", RunOptions::default()).await.outcome().await.unwrap();
    assert_eq!((outcome.status, output(&outcome)), (ExecutionStatus::Completed, r#"{"from":"second"}"#));

    let fork = |input| {
        let fork = Fork { of: "x".into(), step: Some("sub~2/q".into()), input };
        RunOptions { fork: Some(fork), ..RunOptions::default() }
    };
    let outcome = stage.start("y", &document, "{}", fork(None)).await.outcome().await.unwrap();
    assert_eq!(output(&outcome), r#"{"from":"second"}"#);
    let edited = stage.keep("x", r#"{"from":"me"}"#).await;
    let outcome = stage.start("z", &document, "{}", fork(Some(edited))).await.outcome().await.unwrap();
    assert_eq!(output(&outcome), r#"{"from":"me"}"#);
    assert_eq!(["sub/p", "sub~2/p", "sub/q", "sub~2/q"].map(|step| fakes.called(step)), [1, 1, 3, 1]);
}

#[tokio::test]
async fn a_recorded_execution_replays_to_the_same_events_without_any_agent() {
    let each = json!({ "loop": { "for_each": { "items": "input.xs" } } });
    let document = workflow(&[("a", json!({})), ("each", each)], &[("a", "each")], json!({}));
    let fakes = Arc::new(Fakes::default().on("each[1]", |_| async { answer("42") }));
    let stage = Stage::new(&fakes);
    stage.start("x", &document, r#"{"xs":[1,2]}"#, RunOptions::default()).await.outcome().await.unwrap();
    let silent = Arc::new(Fakes::default());
    let replayed =
        Stage { engine: Engine::new(silent.clone(), stage.store.clone(), Arc::new(SystemClock)), store: stage.store };
    let replay = Replay { of: "x".into(), steps: Default::default() };
    let options = RunOptions { replay: Some(replay), ..RunOptions::default() };
    let outcome = replayed.start("y", &document, r#"{"xs":[1,2]}"#, options.clone()).await.outcome().await.unwrap();
    assert_eq!(output(&outcome), "[1,42]");
    assert_eq!((silent.called("a"), silent.called("each[0]")), (0, 0));
    let told = |events: Vec<Event>| {
        let kinds = events.into_iter().map(|mut event| {
            if let EventKind::AttemptSucceeded { source, .. } = &mut event.kind {
                *source = AnswerSource::Agent;
            }
            event.kind
        });
        kinds.collect::<Vec<_>>()
    };
    assert_eq!(told(replayed.events("y").await), told(replayed.events("x").await));
    let other = replayed.start("z", &document, r#"{"xs":[1,3]}"#, options).await.outcome().await.unwrap();
    assert_eq!(other.failure.unwrap().code, FailureCode::NotRecorded);
}
