//! Staying with an execution until it ends or waits for somebody who is not here.

use std::collections::HashMap;
use std::io::IsTerminal as _;
use std::pin::pin;
use std::sync::Arc;

use heddle_api::check_form;
use heddle_engine::{Control, Engine, Outcome, Plan, RunStore, Running};
use heddle_model::{Decision, Event, EventKind, ExecutionId, Payload, PayloadRef, StepId};
use tokio::sync::oneshot;

use crate::commands::run::INTERRUPTED;
use crate::feed::Feed;
use crate::report;
use crate::story::Story;

/// What code `heddle` ends with when the execution waits for a person.
pub(crate) const WAITS: u8 = 3;

/// How long a text of the data that is asked about may get at the terminal, in characters.
const SHOWN: usize = 2_000;

/// How an execution was left.
pub(crate) enum Left {
    /// It has ended. None: Heddle was stopped first.
    Ended(Option<Outcome>),
    /// It waits for a person, and can be taken up again.
    Waiting(Vec<Question>),
}

/// Something a person must decide.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// The step that waits, by path.
    pub(crate) step: StepId,
    /// What is asked.
    pub(crate) message: String,
}

/// An execution under way, with what is needed to stay with it.
pub(crate) struct Attended {
    pub(crate) engine: Engine,
    pub(crate) store: Arc<dyn RunStore>,
    pub(crate) plan: Arc<Plan>,
    pub(crate) feed: Feed,
    /// Whether progress is told, and a person at the terminal asked.
    pub(crate) aloud: bool,
    /// What it waits for already.
    pub(crate) open: Vec<Question>,
    /// Nothing runs in it, as far as is known.
    pub(crate) paused: bool,
}

/// What has been seen of it.
struct Seen {
    inputs: HashMap<StepId, PayloadRef>,
    open: Vec<Question>,
    paused: bool,
    story: Option<Story>,
}

impl Seen {
    /// Takes note of what is there already.
    async fn catch_up(&mut self, feed: &mut Feed) -> anyhow::Result<()> {
        while let Some(event) = feed.ready().await? {
            self.note(&event);
        }
        Ok(())
    }

    fn note(&mut self, event: &Event) {
        if let Some(story) = &mut self.story {
            story.tell(event);
        }
        match &event.kind {
            EventKind::AttemptStarted { step, input, .. } => {
                self.inputs.insert(step.clone(), *input);
            }
            EventKind::ApprovalRequested { step, message, .. } => {
                self.open.push(Question { step: step.clone(), message: message.clone() });
            }
            EventKind::ApprovalDecided { step, .. } => self.open.retain(|question| question.step != *step),
            EventKind::ExecutionPaused => self.paused = true,
            EventKind::ExecutionContinued => self.paused = false,
            ended if ended.ends_execution() => self.paused = false,
            _ => {}
        }
    }
}

impl Attended {
    /// Stays until the end, or until only somebody else could go on.
    pub(crate) async fn stay(self, running: Running) -> anyhow::Result<Left> {
        let Self { engine, store, plan, mut feed, aloud, open, paused } = self;
        let id = running.id.clone();
        let story = aloud.then(|| Story::new(plan.clone()));
        let mut seen = Seen { inputs: HashMap::new(), open, paused, story };
        let outcome = running.outcome();
        let mut outcome = pin!(outcome);
        let mut later: Vec<StepId> = Vec::new();
        let mut listening = true;
        // One listener for all the time: one made anew for each event would miss what comes in between.
        let mut interrupt = pin!(tokio::signal::ctrl_c());
        let cancel = || {
            tell!("cancelling {id} …");
            engine.cancel(&id, "command line", Some(INTERRUPTED.to_owned()));
        };
        // What led to this is there: a decision and what follows from it are kept together.
        seen.catch_up(&mut feed).await?;
        loop {
            while seen.paused {
                let next = seen.open.iter().find(|question| !later.contains(&question.step)).cloned();
                let Some(question) = next.filter(|_| aloud && is_terminal()) else {
                    engine.shutdown().await;
                    return Ok(Left::Waiting(seen.open));
                };
                let data = match seen.inputs.get(&question.step) {
                    Some(reference) => store.payload(*reference).await?,
                    None => None,
                };
                let decision = tokio::select! {
                    decision = ask(question.clone(), data.as_ref()) => decision?,
                    _ = &mut interrupt => {
                        interrupt.set(tokio::signal::ctrl_c());
                        // Below the question.
                        tell!("");
                        cancel();
                        seen.paused = false;
                        break;
                    }
                };
                let Some(decision) = decision else {
                    later.push(question.step);
                    continue;
                };
                if let Some(data) = data.filter(|_| decision == Decision::Approved)
                    && let Err(error) = check_form(&plan, &question.step, &data)
                {
                    tell!("{error}; change the data in the studio, or with `heddle executions approve --output`");
                    later.push(question.step);
                    continue;
                }
                let (step, by) = (question.step.clone(), user());
                let decided = Control::Decide { step, decision, output: None, by, comment: None };
                if let Err(refused) = engine.control(&id, decided).await {
                    // Its deadline passed while the person was thinking.
                    tell!("{refused}");
                }
                seen.open.retain(|open| open.step != question.step);
                seen.catch_up(&mut feed).await?;
            }
            tokio::select! {
                outcome = &mut outcome => {
                    seen.catch_up(&mut feed).await?;
                    return Ok(Left::Ended(outcome));
                }
                event = feed.next(), if listening => match event? {
                    None => listening = false,
                    Some(event) => seen.note(&event),
                },
                _ = &mut interrupt => {
                    interrupt.set(tokio::signal::ctrl_c());
                    cancel();
                }
            }
        }
    }
}

/// Who decides here, as it is recorded.
pub(crate) fn user() -> String {
    let name = ["USER", "USERNAME"].into_iter().find_map(|key| std::env::var(key).ok().filter(|name| !name.is_empty()));
    name.unwrap_or_else(|| "command line".to_owned())
}

fn is_terminal() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks the person at the terminal. None: they decide later.
async fn ask(question: Question, data: Option<&Payload>) -> anyhow::Result<Option<Decision>> {
    if let Some(data) = data {
        let text: String = data.text().chars().take(SHOWN).collect();
        tell!("{text}{}", if text.len() < data.len() { " …" } else { "" });
    }
    let (answer, answered) = oneshot::channel();
    // A thread of its own: while it waits for a line, Heddle can end.
    std::thread::spawn(move || {
        // Nobody waits any more when the execution was cancelled meanwhile.
        let _ = answer.send(decision(&question));
    });
    Ok(answered.await??)
}

/// Asks until one of the answers is given.
fn decision(question: &Question) -> std::io::Result<Option<Decision>> {
    loop {
        crate::output::prompt(format_args!("{}: {} [y]es, [n]o, [l]ater: ", question.step, question.message));
        let mut line = String::new();
        if std::io::stdin().read_line(&mut line)? == 0 {
            return Ok(None);
        }
        match line.trim().to_lowercase().as_str() {
            "y" | "yes" => return Ok(Some(Decision::Approved)),
            "n" | "no" => return Ok(Some(Decision::Rejected)),
            "l" | "later" => return Ok(None),
            _ => {}
        }
    }
}

/// Says what an execution waits for, and how to go on.
pub(crate) fn tell_waiting(id: &ExecutionId, open: &[Question], kept: bool) {
    if open.is_empty() {
        tell!("{id} has stopped at a breakpoint");
    }
    for question in open {
        let (step, message) = (&question.step, report::message(&question.message));
        tell!("{id} waits for approval at {step}: {message}");
        if kept {
            tell!("  decide it in the studio, or: heddle executions approve {id} '{step}'  (or reject)");
        }
    }
    if !kept {
        tell!("  nothing of it is kept (--ephemeral)");
    }
}
