//! One script, run once, in an engine of its own that is thrown away afterwards.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use cpu_time::ThreadTime;
use heddle_model::{Failure, FailureCode, LogLevel, LogLine, Payload};
use rquickjs::context::EvalOptions;
use rquickjs::{CaughtError, Context, Ctx, Function, Object, Promise, Runtime, Value};
use tokio_util::sync::CancellationToken;

use super::encode::{EncodeError, Encoder};
use super::input::mark_big_integers;

/// Most memory a script may hold, its input included.
const MAX_MEMORY: usize = 64 * 1024 * 1024;
/// Deepest stack of a script; well below the 2 MB of a blocking thread, which also holds Heddle's own frames.
const MAX_STACK: usize = 512 * 1024;
/// Most log lines that are kept.
const MAX_LINES: usize = 500;

/// What became of a script.
pub(super) struct Outcome {
    pub(super) result: Result<Payload, Failure>,
    pub(super) log: Vec<LogLine>,
}

/// Why a script is stopped.
#[derive(Clone, Copy, PartialEq)]
enum Halt {
    Cpu,
    Cancelled,
}

/// Looks at the limits that the interpreter does not keep itself.
struct Watch {
    started: ThreadTime,
    cpu: Duration,
    stop: CancellationToken,
    halt: Cell<Option<Halt>>,
}

impl Watch {
    /// Whether the script must stop; once it must, it always must.
    fn stops(&self) -> bool {
        if self.halt.get().is_none() {
            if self.stop.is_cancelled() {
                self.halt.set(Some(Halt::Cancelled));
            } else if self.started.elapsed() > self.cpu {
                self.halt.set(Some(Halt::Cpu));
            }
        }
        self.halt.get().is_some()
    }
}

/// Runs the script on the calling thread, until it is done, `cpu` is used up or `stop` fires.
pub(super) fn run(code: &str, input: &Payload, vars: &Payload, cpu: Duration, stop: &CancellationToken) -> Outcome {
    let watch = Rc::new(Watch { started: ThreadTime::now(), cpu, stop: stop.clone(), halt: Cell::new(None) });
    let log = Rc::new(RefCell::new(Vec::new()));
    let result = start(&watch).map_err(|error| engine_failure(&error)).and_then(|context| {
        context.with(|ctx| {
            let script = Script { ctx: &ctx, code, watch: &watch };
            script.run(input, vars, &log)
        })
    });
    let mut log = log.take();
    if log.len() > MAX_LINES {
        log.truncate(MAX_LINES);
        log.push(LogLine { level: LogLevel::Warn, text: format!("only the first {MAX_LINES} lines are kept") });
    }
    Outcome { result, log }
}

fn start(watch: &Rc<Watch>) -> rquickjs::Result<Context> {
    let runtime = Runtime::new()?;
    runtime.set_memory_limit(MAX_MEMORY);
    runtime.set_max_stack_size(MAX_STACK);
    let watch = Rc::clone(watch);
    runtime.set_interrupt_handler(Some(Box::new(move || watch.stops())));
    Context::full(&runtime)
}

struct Script<'a, 'js> {
    ctx: &'a Ctx<'js>,
    code: &'a str,
    watch: &'a Watch,
}

impl<'js> Script<'_, 'js> {
    fn run(&self, input: &Payload, vars: &Payload, log: &Rc<RefCell<Vec<LogLine>>>) -> Result<Payload, Failure> {
        let tools = self.tools(log).map_err(|error| self.failure(error))?;
        let tool = |name: &str| tools.get::<_, Function<'js>>(name).map_err(|error| self.failure(error));
        let encoder = Encoder::new(tool("wellFormed")?, tool("collection")?, self.watch.stop.clone());
        let parse = tool("parse")?;
        let input = self.decode(&parse, input).map_err(|error| self.failure(error))?;
        let vars = self.decode(&parse, vars).map_err(|error| self.failure(error))?;
        let output = self.call(input, vars).map_err(|error| self.failure(error))?;
        let Some(output) = output else {
            return Err(Failure::new(
                FailureCode::Config,
                "config.code: expected code that defines `function run(input, vars) { … }`, found no such function",
            ));
        };
        if output.is_undefined() {
            return Err(Failure::new(
                FailureCode::OutputFormat,
                "run() returned undefined; end it with `return …` (null, if there is nothing to say)",
            ));
        }
        match encoder.encode(output) {
            Ok(payload) => Ok(payload),
            Err(EncodeError::Failure(failure)) => Err(failure),
            Err(EncodeError::Thrown(error)) => Err(self.failure(error)),
        }
    }

    /// Sets `console` up and returns the prelude's other functions.
    fn tools(&self, log: &Rc<RefCell<Vec<LogLine>>>) -> rquickjs::Result<Object<'js>> {
        let log = Rc::clone(log);
        let write = Function::new(self.ctx.clone(), move |level: String, text: String| {
            let level = match level.as_str() {
                "error" => LogLevel::Error,
                "warn" => LogLevel::Warn,
                _ => LogLevel::Info,
            };
            let mut log = log.borrow_mut();
            if log.len() <= MAX_LINES {
                log.push(LogLine { level, text });
            }
        })?;
        let prelude: Function<'js> = self.ctx.eval(include_str!("prelude.js"))?;
        prelude.call((write,))
    }

    /// JSON as a value of JavaScript; integers beyond 2^53 become `BigInt`s.
    fn decode(&self, parse: &Function<'js>, payload: &Payload) -> rquickjs::Result<Value<'js>> {
        let text = payload.text();
        // No text contains its own hash, so no string of it can be taken for a marked number.
        let mark = format!("{}:", payload.hash());
        match mark_big_integers(text, &mark) {
            std::borrow::Cow::Borrowed(text) => self.ctx.json_parse(text),
            std::borrow::Cow::Owned(marked) => parse.call((marked, mark)),
        }
    }

    /// What the script's `run` returns; `None` when there is no `run`.
    fn call(&self, input: Value<'js>, vars: Value<'js>) -> rquickjs::Result<Option<Value<'js>>> {
        let mut options = EvalOptions::default();
        options.filename = Some("script".to_owned());
        self.ctx.eval_with_options::<(), _>(self.code, options)?;
        // Also finds `const run = …`, which is no property of the global object.
        let run: Value<'js> = self.ctx.eval("typeof run === 'function' ? run : null")?;
        let Some(run) = run.as_function() else { return Ok(None) };
        let output: Value<'js> = run.call((input, vars))?;
        match output.as_promise() {
            Some(promise) => self.settle(promise).map(Some),
            None => Ok(Some(output)),
        }
    }

    /// What a promise comes to. Between its jobs nobody else looks at the limits.
    fn settle(&self, promise: &Promise<'js>) -> rquickjs::Result<Value<'js>> {
        loop {
            if let Some(settled) = promise.result() {
                return settled;
            }
            if self.watch.stops() || !self.ctx.execute_pending_job() {
                return Err(rquickjs::Error::WouldBlock);
            }
        }
    }

    fn failure(&self, error: rquickjs::Error) -> Failure {
        let caught = CaughtError::from_error(self.ctx, error);
        match self.watch.halt.get() {
            Some(Halt::Cancelled) => return crate::runner::cancelled(),
            Some(Halt::Cpu) => {
                return Failure::new(
                    FailureCode::ResourceLimit,
                    format!(
                        "the script used more than {} ms of processor time; raise `cpu_ms` or do less",
                        self.watch.cpu.as_millis()
                    ),
                );
            }
            None => {}
        }
        match caught {
            CaughtError::Error(rquickjs::Error::Allocation) => out_of_memory(),
            CaughtError::Error(rquickjs::Error::WouldBlock) => Failure::new(
                FailureCode::AgentFailed,
                "run() returned a promise that never settles; a script has nothing to wait for",
            ),
            CaughtError::Error(rquickjs::Error::InvalidString(_)) => {
                Failure::new(FailureCode::Config, "config.code: contains the character NUL")
            }
            CaughtError::Error(error) => engine_failure(&error),
            // The engine throws null when there is no memory left for an error object.
            CaughtError::Value(value) if value.is_null() => Failure::new(
                FailureCode::ResourceLimit,
                format!(
                    "the script threw null, which is also what happens when its {} MiB of memory are used up",
                    MAX_MEMORY / 1024 / 1024
                ),
            ),
            CaughtError::Value(value) => {
                let shown =
                    value.get::<rquickjs::Coerced<String>>().map_or_else(|_| value.type_name().to_owned(), |s| s.0);
                Failure::new(FailureCode::AgentFailed, format!("the script threw {shown}"))
            }
            CaughtError::Exception(exception) => {
                let name = exception.as_object().get::<_, String>("name").unwrap_or_else(|_| "Error".to_owned());
                thrown(&name, &exception.message().unwrap_or_default(), &exception.stack().unwrap_or_default())
            }
        }
    }
}

fn thrown(name: &str, message: &str, stack: &str) -> Failure {
    if name == "InternalError" && message.contains("out of memory") {
        return out_of_memory();
    }
    if message == "Maximum call stack size exceeded" {
        let mut failure = Failure::new(
            FailureCode::ResourceLimit,
            format!(
                "the script calls itself too deeply, or its data is nested too deeply: its stack is limited to {} KiB",
                MAX_STACK / 1024
            ),
        );
        failure.causes.extend(first_lines(stack));
        return failure;
    }
    let place = position(stack).map_or_else(String::new, |place| format!(" ({place})"));
    let mut failure = Failure::new(FailureCode::AgentFailed, format!("the script threw {name}: {message}{place}"));
    failure.causes.extend(first_lines(stack));
    failure
}

/// The stack as one cause, without what would only repeat itself.
fn first_lines(stack: &str) -> Option<String> {
    const SHOWN: usize = 12;
    let lines: Vec<&str> = stack.lines().map(str::trim).filter(|line| !line.is_empty()).take(SHOWN).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// "line 3, column 9": the innermost frame in the script's own code.
fn position(stack: &str) -> Option<String> {
    let place = stack.split("script:").nth(1)?;
    let mut numbers = place.split(|c: char| !c.is_ascii_digit());
    let line = numbers.next().filter(|n| !n.is_empty())?;
    match numbers.next().filter(|n| !n.is_empty()) {
        Some(column) => Some(format!("line {line}, column {column}")),
        None => Some(format!("line {line}")),
    }
}

fn out_of_memory() -> Failure {
    Failure::new(
        FailureCode::ResourceLimit,
        format!("the script needs more than {} MiB of memory, its input included", MAX_MEMORY / 1024 / 1024),
    )
}

fn engine_failure(error: &rquickjs::Error) -> Failure {
    match error {
        rquickjs::Error::Allocation => out_of_memory(),
        other => Failure::new(FailureCode::Internal, "the script engine failed; please report this").caused_by(other),
    }
}
