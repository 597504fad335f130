//! `heddle test`: the tests a document carries, one execution each, in test mode.

use std::sync::Arc;
use std::time::Instant;

use anyhow::Context as _;
use heddle_agents::{Deps, Runner};
use heddle_api::{Request, Studio, StudioOptions, prepare};
use heddle_engine::{Engine, MemoryStore, Outcome, SystemClock};
use heddle_model::{ExecutionStatus, Payload, RunMode, TestCase, Workflow, parse_workflow};
use serde::Serialize;

use super::run::explain;
use super::validate::carried;
use crate::args::Test;
use crate::attend::{Attended, Left};
use crate::feed::Tap;
use crate::{Verdict, files, report};

/// How one test ended.
#[derive(Debug, Serialize)]
struct Case {
    name: String,
    passed: bool,
    time_ms: f64,
    /// Why it did not pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

/// All of them.
#[derive(Debug, Serialize)]
struct Summary<'a> {
    name: &'a str,
    tests: usize,
    failures: usize,
    time_ms: f64,
    cases: Vec<Case>,
}

pub(crate) async fn run(args: Test) -> anyhow::Result<Verdict> {
    let text = files::read(&args.file)?;
    let workflow = parse_workflow(&text).with_context(|| args.file.display().to_string())?;
    anyhow::ensure!(!workflow.tests.is_empty(), "{} has no `tests`", args.file.display());
    let (runner, workflow) = match args.data_dir.filter(|folder| folder.exists()) {
        Some(folder) => {
            let options = StudioOptions { data_dir: Some(folder), examples: false, recover: false };
            let studio = Studio::open(options).await?;
            (studio.runner().clone(), studio.resolve(workflow).await?)
        }
        None => (Runner::new(Deps::new(std::env::current_dir()?)), carried(workflow)),
    };
    let began = Instant::now();
    let mut cases = Vec::with_capacity(workflow.tests.len());
    for test in &workflow.tests {
        let from = Instant::now();
        let message = judge(&runner, &workflow, test).await?;
        let time_ms = from.elapsed().as_secs_f64() * 1000.0;
        let case = Case { name: test.name.clone(), passed: message.is_none(), time_ms, message };
        if !args.json {
            let verdict = if case.passed { "ok" } else { "FAILED" };
            say!("{verdict:<6}  {}  ({})", case.name, report::millis(time_ms));
            if let Some(message) = &case.message {
                say!("        {}", report::message(message));
            }
        }
        cases.push(case);
    }
    let failures = cases.iter().filter(|case| !case.passed).count();
    let time_ms = began.elapsed().as_secs_f64() * 1000.0;
    let summary = Summary { name: &workflow.name, tests: cases.len(), failures, time_ms, cases };
    if args.json {
        say!("{}", serde_json::to_string_pretty(&summary)?);
    } else {
        let passed = summary.tests - failures;
        say!("{}: {passed} of {} tests passed in {}", summary.name, summary.tests, report::millis(time_ms));
    }
    Ok(if failures == 0 { Verdict::Good } else { Verdict::Bad })
}

/// Runs one test. None: it passed; else why not.
async fn judge(runner: &Runner, workflow: &Workflow, test: &TestCase) -> anyhow::Result<Option<String>> {
    let request = Request::new(RunMode::Test, Payload::from_value(&test.input));
    let prepared = match prepare(workflow.clone(), request) {
        Ok(prepared) => prepared,
        Err(refused) => return Ok(Some(explain(refused).to_string())),
    };
    let store = Arc::new(MemoryStore::new());
    let (tap, feed) = Tap::new(store.clone());
    let engine = Engine::new(Arc::new(runner.clone()), Arc::new(tap), Arc::new(SystemClock));
    let plan = prepared.plan.clone();
    let running = engine.start_planned(prepared.execution, prepared.plan).await?;
    let attended = Attended { engine, store, plan, feed, aloud: false, open: Vec::new(), paused: false };
    Ok(match attended.stay(running).await? {
        Left::Waiting(open) => {
            let steps: Vec<String> = open.iter().map(|question| format!("`{}`", question.step)).collect();
            Some(format!("it waits for approval at {}; pin an output to that step for tests", steps.join(", ")))
        }
        Left::Ended(None) => Some("it was stopped before it ended".to_owned()),
        Left::Ended(Some(outcome)) => unlike(&outcome, test),
    })
}

/// How an outcome differs from what is expected.
fn unlike(outcome: &Outcome, test: &TestCase) -> Option<String> {
    if outcome.status != ExecutionStatus::Completed {
        let why = outcome.failure.as_ref().map(report::failure).unwrap_or_default();
        return Some(format!("{}: {why}", outcome.status.as_str()));
    }
    let expected = test.expect.as_ref()?;
    let output = outcome.output.clone().unwrap_or_else(Payload::null);
    match output.tree() {
        Ok(tree) if *tree == *expected => None,
        _ => Some(format!("expected {expected}, got {}", output.text())),
    }
}
