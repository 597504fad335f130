//! Executions that are cancelled, and executions that go on after Heddle was stopped or its disk was full.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use futures::FutureExt as _;
use heddle_engine::{AttemptResult, Engine, EngineError, MemoryStore, RunStore as _, StoreError, SystemClock};
use heddle_model::{EventKind, ExecutionStatus, Failure, FailureCode, RunOptions, Workflow, parse_workflow};
use serde_json::json;
use tokio::sync::{Notify, Semaphore};

use crate::support::{Fakes, InFront, Stage, answer, execution, names, workflow};

#[tokio::test]
async fn cancelling_stops_running_agents_and_records_who_and_why() {
    let workflow = workflow(&[("slow", json!({})), ("next", json!({}))], &[("slow", "next")], json!({}));
    let (begun, stopped) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(0)));
    let fakes = Arc::new(Fakes::default().on("slow", {
        let (begun, stopped) = (begun.clone(), stopped.clone());
        move |call| {
            let (begun, stopped) = (begun.clone(), stopped.clone());
            tokio::spawn(async move {
                call.cancel.cancelled().await;
                stopped.add_permits(1);
            });
            async move {
                begun.notify_one();
                std::future::pending().await
            }
        }
    }));
    let store = Arc::new(MemoryStore::new());
    let engine = Engine::new(fakes.clone(), store.clone(), Arc::new(SystemClock));
    let running = engine.start(execution("x", &workflow, "{}")).await.unwrap();
    begun.notified().await;
    assert!(engine.cancel(&"x".into(), "ana", Some("wrong ticket".into())));
    assert_eq!(running.outcome().await.unwrap().status, ExecutionStatus::Cancelled);
    stopped.acquire().await.unwrap().forget();
    let events = store.load("x".into()).await.unwrap().unwrap().events;
    assert!(events.iter().any(
        |event| event.kind == EventKind::CancelRequested { by: "ana".into(), reason: Some("wrong ticket".into()) }
    ));
    assert!(!engine.cancel(&"x".into(), "ana", None), "nothing is left to cancel");
}

#[tokio::test]
async fn cancelling_reaches_into_loops_and_sub_workflows() {
    let each = json!({ "loop": { "for_each": { "items": "input", "concurrency": 4 } } });
    let document = workflow(&[("each", each)], &[], json!({}));
    let never = |_| async { std::future::pending::<AttemptResult>().await };
    let fakes = Arc::new(Fakes::default().on("each[0]", never).on("each[1]", never));
    let stage = Stage::new(&fakes);
    let running = stage.start("x", &document, "[1,2]", RunOptions::default()).await;
    stage.until_times("x", "attempt_started each[1]", 1).await;
    assert!(stage.engine.cancel(&"x".into(), "me", None));
    assert_eq!(running.outcome().await.unwrap().status, ExecutionStatus::Cancelled);
    let story = names(&stage.events("x").await);
    assert!(story.contains(&"attempt_cancelled each[0]".to_owned()));
    assert!(story.contains(&"attempt_cancelled each".to_owned()));
}

#[tokio::test]
async fn agents_are_told_to_stop_while_the_disk_is_still_busy() {
    let gate = Arc::new(Semaphore::new(0));
    let held = gate.clone();
    let store = InFront::new(move |store, id, batch| {
        let starts = batch.events.iter().any(|event| matches!(event.kind, EventKind::AttemptStarted { .. }));
        let (written, gate) = (store.append(id, batch), held.clone());
        async move {
            if starts {
                gate.acquire().await.unwrap().forget();
            }
            written.await
        }
        .boxed()
    });
    let (begun, told) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let fakes = Fakes::default().on("slow", {
        let (begun, told) = (begun.clone(), told.clone());
        move |call| {
            let told = told.clone();
            begun.add_permits(1);
            tokio::spawn(async move {
                call.cancel.cancelled().await;
                told.add_permits(1);
            });
            std::future::pending()
        }
    });
    let engine = Engine::new(Arc::new(fakes), store.clone(), Arc::new(SystemClock));
    let document = workflow(&[("slow", json!({}))], &[], json!({}));
    let running = engine.start(execution("x", &document, "{}")).await.unwrap();
    begun.acquire().await.unwrap().forget();
    assert!(engine.cancel(&"x".into(), "me", None));
    told.acquire().await.unwrap().forget();
    gate.add_permits(10);
    assert_eq!(running.outcome().await.unwrap().status, ExecutionStatus::Cancelled);
    let expected = [
        "execution_started",
        "attempt_started slow",
        "cancel_requested",
        "attempt_cancelled slow",
        "execution_cancelled",
    ];
    assert_eq!(names(&store.load("x".into()).await.unwrap().unwrap().events), expected);
}

/// A payment that is refunded when what comes after it fails. The refund says when it began and waits at the gate.
fn refunded(begun: &Arc<Semaphore>, gate: &Arc<Semaphore>) -> (Workflow, Fakes) {
    let document = json!({ "format": "heddle/v1", "id": "w", "name": "w",
        "steps": [{ "id": "book", "agent": { "kind": "transform" } }, { "id": "pay", "agent": { "kind": "transform" } },
            { "id": "fail", "agent": { "kind": "transform" } }, { "id": "refund", "agent": { "kind": "transform" } },
            { "id": "unbook", "agent": { "kind": "transform" } }],
        "edges": [{ "id": "0", "from": "book", "to": "pay" }, { "id": "1", "from": "pay", "to": "fail" },
            { "id": "2", "from": "pay", "to": "refund", "branch": "compensate" },
            { "id": "3", "from": "book", "to": "unbook", "branch": "compensate" }] });
    let (begun, gate) = (begun.clone(), gate.clone());
    let fakes = Fakes::default()
        .on("fail", |_| async { AttemptResult::failure(Failure::new(FailureCode::AgentFailed, "no")) })
        .on("refund", move |call| {
            let gate = gate.clone();
            begun.add_permits(1);
            async move {
                gate.acquire().await.unwrap().forget();
                AttemptResult::answer(call.input)
            }
        });
    (parse_workflow(&document.to_string()).unwrap(), fakes)
}

#[tokio::test]
async fn a_request_to_stop_lets_the_undoing_finish() {
    let (begun, gate) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (document, fakes) = refunded(&begun, &gate);
    let stage = Stage::new(&Arc::new(fakes));
    let running = stage.start("x", &document, "{}", RunOptions::default()).await;
    begun.acquire().await.unwrap().forget();
    assert!(stage.engine.cancel(&"x".into(), "me", Some("too late".into())));
    stage.until("x", "cancel_requested").await;
    gate.add_permits(1);
    running.outcome().await.unwrap();
    let told = names(&stage.events("x").await);
    assert!(told.ends_with(&["attempt_succeeded unbook".to_owned(), "execution_failed fail".to_owned()]), "{told:?}");
}

#[tokio::test]
async fn whoever_asks_again_stops_the_undoing_too() {
    let (begun, gate) = (Arc::new(Semaphore::new(0)), Arc::new(Semaphore::new(0)));
    let (document, fakes) = refunded(&begun, &gate);
    let stage = Stage::new(&Arc::new(fakes));
    let running = stage.start("x", &document, "{}", RunOptions::default()).await;
    begun.acquire().await.unwrap().forget();
    for by in ["me", "me again"] {
        assert!(stage.engine.cancel(&"x".into(), by, None));
    }
    running.outcome().await.unwrap();
    let expected = [
        "compensation_started",
        "attempt_started refund",
        "cancel_requested",
        "cancel_requested",
        "attempt_cancelled refund",
        "execution_failed fail",
    ];
    let told = names(&stage.events("x").await);
    assert_eq!(told[told.len() - expected.len()..], expected);
}

#[tokio::test]
async fn after_a_stop_finished_steps_are_not_run_again_and_the_rest_goes_on() {
    let workflow =
        workflow(&[("a", json!({})), ("b", json!({})), ("c", json!({}))], &[("a", "b"), ("b", "c")], json!({}));
    let store = Arc::new(MemoryStore::new());
    let begun = Arc::new(Notify::new());
    let stuck =
        Arc::new(Fakes::default().on("a", |_| async { answer(r#"{"n": 12345678901234567890123}"#) }).on("b", {
            let begun = begun.clone();
            move |_| {
                begun.notify_one();
                std::future::pending()
            }
        }));
    let first = Engine::new(stuck.clone(), store.clone(), Arc::new(SystemClock));
    let running = first.start(execution("x", &workflow, "{}")).await.unwrap();
    begun.notified().await;
    first.shutdown().await;
    assert!(running.outcome().await.is_none(), "a stop is not an end");

    let fakes = Arc::new(Fakes::default());
    let second = Engine::new(fakes.clone(), store.clone(), Arc::new(SystemClock));
    let mut taken_up = second.recover().await.unwrap();
    let outcome = taken_up.remove(0).1.unwrap().outcome().await.unwrap();
    assert_eq!(outcome.output.unwrap().text(), r#"{"n":12345678901234567890123}"#);
    assert_eq!(["a", "b", "c"].map(|step| fakes.called(step)), [0, 1, 1]);
    let key = fakes.calls.lock().unwrap()[0].2.clone();
    assert_eq!(key, "x/b/1", "the interrupted attempt keeps its key");
    assert!(matches!(second.resume(&"x".into()).await, Err(EngineError::Settled(..))));
}

#[tokio::test]
async fn a_request_to_stop_is_recorded_before_a_failure_that_comes_after_it() {
    let edges = [("a", "b")];
    let workflow =
        workflow(&[("a", json!({})), ("b", json!({ "mapping": { "n": "int(input.s)" } }))], &edges, json!({}));
    // While the first answer is being written, somebody asks for a stop.
    let engine = Arc::new(OnceLock::<Engine>::new());
    let known = engine.clone();
    let store = InFront::new(move |store, id, batch| {
        if batch.events.iter().any(|event| matches!(event.kind, EventKind::AttemptSucceeded { .. })) {
            assert!(known.get().unwrap().cancel(&id, "me", None));
        }
        store.append(id, batch)
    });
    let made = Engine::new(Arc::new(Fakes::default()), store.clone(), Arc::new(SystemClock));
    assert!(engine.set(made.clone()).is_ok());
    let running = made.start(execution("x", &workflow, r#"{"s":"no number"}"#)).await.unwrap();
    assert_eq!(running.outcome().await.unwrap().status, ExecutionStatus::Cancelled);
    let told = names(&store.load("x".into()).await.unwrap().unwrap().events);
    let place = |wanted: &str| told.iter().position(|name| name == wanted).unwrap();
    assert!(place("cancel_requested") < place("attempt_failed b"), "{told:?}");
}

#[tokio::test]
async fn a_stop_while_an_answer_is_being_written_ends_no_attempt() {
    let workflow = workflow(&[("a", json!({})), ("b", json!({})), ("c", json!({}))], &[("a", "c")], json!({}));
    // While the first answer is being written, Heddle is told to stop.
    let engine = Arc::new(OnceLock::<Engine>::new());
    let known = engine.clone();
    let store = InFront::new(move |store, id, batch| {
        let answered = batch.events.iter().any(|event| matches!(event.kind, EventKind::AttemptSucceeded { .. }));
        let written = store.append(id, batch);
        let Some(engine) = known.get().filter(|_| answered).cloned() else { return written };
        async move {
            let stopping = tokio::spawn(async move { engine.shutdown().await });
            for _ in 0..8 {
                tokio::task::yield_now().await;
            }
            drop(stopping);
            written.await
        }
        .boxed()
    });
    let stuck = Arc::new(Fakes::default().on("b", |_| std::future::pending()).on("c", |_| std::future::pending()));
    let first = Engine::new(stuck, store.clone(), Arc::new(SystemClock));
    assert!(engine.set(first.clone()).is_ok());
    let running = first.start(execution("x", &workflow, "{}")).await.unwrap();
    assert!(running.outcome().await.is_none(), "a stop is not an end");
    let events = store.load("x".into()).await.unwrap().unwrap().events;
    assert!(!names(&events).iter().any(|name| name.starts_with("attempt_cancelled")), "{:?}", names(&events));

    let second = Engine::new(Arc::new(Fakes::default()), store.clone(), Arc::new(SystemClock));
    let mut taken_up = second.recover().await.unwrap();
    let outcome = taken_up.remove(0).1.unwrap().outcome().await.unwrap();
    assert_eq!(outcome.status, ExecutionStatus::Completed);
}

#[tokio::test]
async fn a_full_disk_stops_the_execution_where_its_log_ends_and_it_can_be_resumed() {
    let workflow =
        workflow(&[("a", json!({})), ("b", json!({})), ("c", json!({}))], &[("a", "b"), ("b", "c")], json!({}));
    let room = Arc::new(AtomicUsize::new(2));
    let left = room.clone();
    let store = InFront::new(move |store, id, batch| {
        if left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_err() {
            return std::future::ready(Err(StoreError::DiskFull("no space left".into()))).boxed();
        }
        store.append(id, batch)
    });
    let fakes = Arc::new(Fakes::default());
    let engine = Engine::new(fakes.clone(), store.clone(), Arc::new(SystemClock));
    let outcome = engine.start(execution("x", &workflow, "{}")).await.unwrap().outcome().await.unwrap();
    assert_eq!(outcome.failure.unwrap().code, FailureCode::Storage);
    assert!(engine.halted(&"x".into()).unwrap().message.contains("disk is full"));
    room.store(1_000, Ordering::SeqCst);
    let outcome = engine.resume(&"x".into()).await.unwrap().outcome().await.unwrap();
    assert_eq!(outcome.status, ExecutionStatus::Completed);
    assert!(engine.halted(&"x".into()).is_none());
}

#[tokio::test]
async fn a_workflow_that_cannot_run_leaves_no_trace() {
    let cycle = workflow(&[("a", json!({})), ("b", json!({}))], &[("a", "b"), ("b", "a")], json!({}));
    let store = Arc::new(MemoryStore::new());
    let engine = Engine::new(Arc::new(Fakes::default()), store.clone(), Arc::new(SystemClock));
    let error = engine.start(execution("x", &cycle, "{}")).await.unwrap_err();
    assert!(error.to_string().contains("`a`, `b`"), "{error}");
    assert!(store.load("x".into()).await.unwrap().is_none());
}
