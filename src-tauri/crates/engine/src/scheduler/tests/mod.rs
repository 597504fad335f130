//! Laws of the scheduler, over random graphs with loops, sub-workflows and approvals, random interleavings, failures,
//! cancellations and crashes.

mod world;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use heddle_model::{Backoff, Event, EventKind, ExecutionStatus, Failure, FailureCode, Join, StepId, StepStatus};
use proptest::prelude::*;

use self::world::{Next, Shape, Work, World, shape, workflow};
use super::{RunState, apply, inheritance};
use crate::plan::Plan;

fn fold(shape: &Shape, log: &[Event]) -> RunState {
    let mut state = RunState::new("exec".into(), Arc::new(Plan::new(&workflow(shape)).unwrap()));
    for event in log {
        apply(&mut state, event);
    }
    state
}

/// How often each step settled.
fn settlements(log: &[Event]) -> HashMap<StepId, usize> {
    let mut count = HashMap::new();
    for event in log {
        let step = match &event.kind {
            EventKind::AttemptSucceeded { step, .. }
            | EventKind::StepSkipped { step, .. }
            | EventKind::StepInherited { step, .. }
            | EventKind::AttemptCancelled { step, .. } => step,
            EventKind::StepFailed { error } | EventKind::StepDefaulted { error, .. } => &error.step,
            _ => continue,
        };
        *count.entry(step.clone()).or_default() += 1;
    }
    count
}

/// The steps of which an attempt began.
fn began(log: &[Event]) -> HashSet<StepId> {
    let steps = log.iter().filter_map(|event| match &event.kind {
        EventKind::AttemptStarted { step, .. } => Some(step.clone()),
        _ => None,
    });
    steps.collect()
}

/// Whether a step runs within another, at any depth.
fn lies_within(step: &StepId, other: &StepId) -> bool {
    let mut parent = step.parent().map(StepId::from);
    while let Some(around) = parent {
        if around == *other {
            return true;
        }
        parent = around.parent().map(StepId::from);
    }
    false
}

fn choices() -> impl Strategy<Value = Vec<usize>> {
    proptest::collection::vec(0_usize..50, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    #[test]
    fn every_execution_ends_and_every_step_settles_exactly_once(
        shape in shape(), seed in any::<u64>(), fails in 0_u64..50, choices in choices(),
    ) {
        let mut world = World::new(&shape, seed, fails);
        world.begin();
        world.play(&choices, &[]);
        prop_assert!(world.state.status.is_settled(), "{:?}: {:#?}", world.state.status, world.log);
        for (step, times) in settlements(&world.log) {
            prop_assert_eq!(times, 1, "step {} settled more than once: {:#?}", step, world.log);
        }
        for (step, status) in world.statuses() {
            prop_assert!(status.is_settled(), "{} is {:?}", step, status);
        }
        prop_assert!(world.log.last().is_some_and(|event| event.kind.ends_execution()), "{:#?}", world.log);
        prop_assert_eq!(world.log.iter().filter(|event| event.kind.ends_execution()).count(), 1);
    }

    #[test]
    fn the_fold_of_the_log_is_the_live_state(
        shape in shape(), seed in any::<u64>(), fails in 0_u64..50, choices in choices(),
        stops in proptest::collection::vec(0_usize..20, 0..3),
    ) {
        let mut world = World::new(&shape, seed, fails);
        world.begin();
        world.play(&choices, &stops);
        let folded = fold(&shape, &world.log);
        prop_assert_eq!(&folded.steps, &world.state.steps);
        prop_assert_eq!(folded.status, world.state.status);
    }

    #[test]
    fn cancelling_ends_the_execution_whatever_was_under_way(
        shape in shape(), seed in any::<u64>(), choices in choices(),
        stops in proptest::collection::vec(0_usize..12, 1..4),
    ) {
        let mut undisturbed = World::new(&shape, seed, 0);
        undisturbed.begin();
        undisturbed.play(&choices, &[]);
        let mut world = World::new(&shape, seed, 0);
        world.begin();
        world.play(&choices, &stops);
        prop_assert!(world.state.status.is_settled(), "{:#?}", world.log);
        let asked = world.log.iter().any(|event| matches!(event.kind, EventKind::CancelRequested { .. }));
        if !asked {
            prop_assert_eq!(world.state.status, undisturbed.state.status);
        }
        prop_assert_eq!(world.log.iter().filter(|event| event.kind.ends_execution()).count(), 1);
    }

    #[test]
    fn an_execution_resumed_after_any_event_ends_the_same(
        shape in shape(), seed in any::<u64>(), fails in 0_u64..40, choices in choices(), crash in 1_usize..80,
    ) {
        // Stopping depends on who fails first, and an early join on who comes first, which interleaving decides;
        // everything else must not.
        let works = shape.works.iter().map(|work| match *work {
            Work::ForEach { turns, concurrency, inner, .. } => {
                Work::ForEach { turns, concurrency, inner, on_item_error: 1 }
            }
            other => other,
        });
        let shape = Shape {
            works: works.collect(),
            on_error: shape.on_error.iter().map(|&way| way.max(1)).collect(),
            joins: shape.joins.iter().map(|&join| join.max(2)).collect(),
            ..shape
        };
        let mut undisturbed = World::new(&shape, seed, fails);
        undisturbed.begin();
        undisturbed.play(&choices, &[]);

        let crash = crash.min(undisturbed.log.len() - 1);
        let mut revived = World::revived(&shape, &undisturbed, &undisturbed.log[..crash]);
        let completed_before = revived.completed();
        revived.resume();
        revived.play(&choices, &[]);
        prop_assert_eq!(revived.statuses(), undisturbed.statuses(), "after {} of {:#?}", crash, &revived.log);
        let run_again = revived.log[crash..].iter().filter_map(|event| match &event.kind {
            EventKind::AttemptStarted { step, .. } => Some(step.clone()),
            _ => None,
        });
        for step in run_again {
            prop_assert!(!completed_before.contains(&step), "{} had completed and ran again", step);
        }
    }

    #[test]
    fn a_fork_from_any_step_runs_that_step_and_what_runs_within_it_again_and_ends_like_its_source(
        shape in shape(), seed in any::<u64>(), choices in choices(), which in any::<proptest::sample::Index>(),
    ) {
        let shape = Shape { joins: shape.joins.iter().map(|&join| join.max(2)).collect(), ..shape };
        let mut source = World::new(&shape, seed, 15);
        source.begin();
        source.play(&choices, &[]);
        let mut ran: Vec<StepId> = began(&source.log).into_iter().collect();
        ran.sort();
        // Where one failed for good, others were cancelled or not, as it happened.
        let good = |status: &StepStatus| matches!(status, StepStatus::Completed | StepStatus::Skipped);
        if ran.is_empty() || !source.statuses().values().all(good) {
            return Ok(());
        }
        let from = which.get(&ran);
        let inherited = inheritance(&fold(&shape, &source.log), Some(from)).unwrap();
        let kept: HashSet<StepId> = inherited.iter().map(|kept| kept.step.clone()).collect();
        let mut fork = World::new(&shape, seed, 0);
        let input = world::reference("{}");
        fork.happen(EventKind::ExecutionStarted { input, from: Some("other".into()), inherited });
        fork.play(&choices, &[]);
        let again = began(&fork.log);
        prop_assert!(again.contains(&from.in_first_attempts()), "{} did not run again", from);
        let taken_over = fork.log.iter().filter_map(|event| match &event.kind {
            EventKind::StepInherited { step, .. } => Some(step.clone()),
            _ => None,
        });
        prop_assert_eq!(&taken_over.collect::<HashSet<_>>(), &kept);
        prop_assert!(kept.is_disjoint(&again), "{:?} were kept and ran again", kept.intersection(&again));
        for step in ran.iter().filter(|step| lies_within(step, from)) {
            prop_assert!(again.contains(&step.in_first_attempts()), "{} lies within {} and did not run again", step, from);
        }
        let statuses = |world: &World| {
            world.statuses().into_iter().filter(|(step, _)| step.parent().is_none()).collect::<HashMap<_, _>>()
        };
        prop_assert_eq!(statuses(&fork), statuses(&source), "{:#?}", &fork.log);
    }

    #[test]
    fn an_execution_that_goes_on_from_another_runs_nothing_again_that_had_completed(
        shape in shape(), seed in any::<u64>(), choices in choices(), stop in 1_usize..60,
    ) {
        let shape = Shape { joins: shape.joins.iter().map(|&join| join.max(2)).collect(), ..shape };
        let mut source = World::new(&shape, seed, 25);
        source.begin();
        source.play(&choices, &[]);
        let stop = stop.min(source.log.len());
        let state = fold(&shape, &source.log[..stop]);
        let inherited = inheritance(&state, None).unwrap();
        let kept: Vec<StepId> = inherited.iter().map(|kept| kept.step.clone()).collect();
        let mut world = World::new(&shape, seed, 0);
        world.happen(EventKind::ExecutionStarted {
            input: world::reference("{}"), from: Some("other".into()), inherited,
        });
        world.play(&choices, &[]);
        prop_assert!(world.state.status.is_settled(), "{:#?}", world.log);
        for event in &world.log {
            if let EventKind::AttemptStarted { step, .. } = &event.kind {
                prop_assert!(!kept.contains(step), "{} was kept and ran again", step);
            }
        }
    }
}

#[test]
fn an_early_join_starts_at_the_first_live_edge() {
    let shape = Shape {
        works: vec![Work::Call; 3],
        edges: vec![(0, 2, 9), (1, 2, 9)],
        on_error: vec![0; 3],
        attempts: vec![1; 3],
        joins: vec![5, 5, 0],
        max_parallel: 4,
        fallback: false,
    };
    assert_eq!(workflow(&shape).steps[2].join, Join::Any);
    let mut world = World::new(&shape, 0, 0);
    world.begin();
    let Next::Event(first) = world.open.remove(0) else { panic!("an answer is open") };
    world.happen(first);
    let begun = world.log.iter().filter(|event| matches!(event.kind, EventKind::AttemptStarted { .. })).count();
    assert_eq!(begun, 3, "the join did not wait for the other branch");
    world.play(&[0], &[]);
    assert_eq!(world.state.status, ExecutionStatus::Completed);
}

#[test]
fn what_had_been_done_is_undone_the_latest_first() {
    use heddle_model::{AgentKind, Workflow, WorkflowId};
    use serde_json::json;
    let mut document = Workflow::empty(WorkflowId::new("w"), "w");
    for id in ["book", "pay", "send", "unbook", "refund"] {
        document.steps.push(world::step(id, world::agent(AgentKind::Transform, json!({}))));
    }
    document.edges = vec![world::edge(0, "book", "pay"), world::edge(1, "pay", "send")];
    for (number, (from, to)) in [("book", "unbook"), ("pay", "refund")].into_iter().enumerate() {
        let edge = world::edge(number + 2, from, to);
        document.edges.push(heddle_model::Edge { branch: Some("compensate".into()), ..edge });
    }
    let mut world = World::of(&document, 0, 0);
    world.begin();
    for _ in 0..2 {
        let Next::Event(answer) = world.open.remove(0) else { panic!("an answer is open") };
        world.happen(answer);
    }
    let failure = heddle_model::Failure::new(heddle_model::FailureCode::AgentFailed, "no");
    world.open.clear();
    world.happen(EventKind::attempt_failed("send".into(), 1, failure));
    world.play(&[0], &[]);
    let order: Vec<String> = world
        .log
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::AttemptSucceeded { step, .. } => Some(step.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(order, ["book", "pay", "refund", "unbook"]);
    assert_eq!(world.state.status, ExecutionStatus::Failed);
}

/// A single step that calls its agent up to that often.
fn one_call(attempts: u32) -> Shape {
    Shape {
        works: vec![Work::Call],
        edges: vec![],
        on_error: vec![0],
        attempts: vec![attempts],
        joins: vec![5],
        max_parallel: 1,
        fallback: false,
    }
}

#[test]
fn a_late_answer_changes_nothing() {
    let mut world = World::new(&one_call(1), 0, 0);
    world.begin();
    let Next::Event(answer) = world.open[0].clone() else { panic!("an answer is open") };
    world.play(&[0], &[]);
    let (before, logged) = (world.state.clone(), world.log.len());
    world.happen(answer);
    assert_eq!(world.state.steps, before.steps);
    assert_eq!(world.log.len(), logged + 1, "a late answer leads to no decision");
}

#[test]
fn a_step_whose_time_is_up_says_so_even_if_its_attempt_fails_in_the_same_moment() {
    let mut world = World::new(&one_call(9), 0, 0);
    world.begin();
    let Next::Event(EventKind::AttemptSucceeded { step, attempt, .. }) = world.open[0].clone() else {
        panic!("an answer is open")
    };
    world.happen(EventKind::StepTimedOut { step: step.clone(), timeout_ms: 400 });
    world.happen(EventKind::attempt_failed(step, attempt, Failure::transient(FailureCode::Remote, "not now")));
    let told = world.log.iter().find_map(|event| match &event.kind {
        EventKind::StepFailed { error } => Some(error.failure.clone()),
        _ => None,
    });
    let told = told.expect("the step is not tried again");
    assert_eq!((told.code, told.causes), (FailureCode::Timeout, vec!["not now".to_owned()]));
    assert!(told.message.contains("longer than 400 ms, all attempts together"), "{}", told.message);
}

#[test]
fn the_pause_before_a_retry_grows_is_bounded_and_repeatable() {
    use super::retry::pause_ms;
    let backoff = Backoff { initial_ms: 100, factor: 2.0, max_ms: 1_000, jitter: 0.5 };
    let (execution, step) = ("exec".into(), StepId::new("a"));
    for (attempt, full) in [(1, 100), (2, 200), (3, 400), (4, 800), (5, 1_000), (60, 1_000)] {
        let pause = pause_ms(&backoff, &execution, &step, attempt);
        assert!(
            (full / 2..=full).contains(&pause),
            "attempt {attempt}: {pause} ms is not within {}..={full}",
            full / 2
        );
        assert_eq!(pause, pause_ms(&backoff, &execution, &step, attempt));
    }
}
