//! One step of a task: says what it does, runs it, says how long it took.

use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

/// What has been done so far, for the table at the end.
static DONE: Mutex<Vec<(String, Duration, bool)>> = Mutex::new(Vec::new());

/// Does `work` under a headline; remembers how long it took.
pub(crate) fn step<T>(name: &str, work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<T> {
    println!("\n── {name}");
    let start = Instant::now();
    let outcome = work();
    let took = start.elapsed();
    println!("── {name}: {} {}", if outcome.is_ok() { "done in" } else { "failed after" }, seconds(took));
    if let Ok(mut done) = DONE.lock() {
        done.push((name.to_owned(), took, outcome.is_ok()));
    }
    outcome.with_context(|| format!("{name} failed"))
}

/// Runs a program with its output on the terminal; fails when it does.
pub(crate) fn sh(command: &mut Command) -> anyhow::Result<()> {
    println!("   $ {}", spelled(command));
    let status = command.status().with_context(|| format!("cannot start `{}`", spelled(command)))?;
    if !status.success() {
        bail!("`{}` ended with {status}", spelled(command));
    }
    Ok(())
}

/// Runs a program and answers what it printed; its complaints go to the terminal.
pub(crate) fn read(command: &mut Command) -> anyhow::Result<Vec<u8>> {
    let output =
        command.stderr(Stdio::inherit()).output().with_context(|| format!("cannot start `{}`", spelled(command)))?;
    if !output.status.success() {
        bail!("`{}` ended with {}", spelled(command), output.status);
    }
    Ok(output.stdout)
}

/// Whether a program starts and succeeds; its output is of no interest.
pub(crate) fn works(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// A command as a person would type it.
pub(crate) fn spelled(command: &Command) -> String {
    let program = command.get_program().to_string_lossy();
    let program = program.rsplit('/').next().unwrap_or_default().to_owned();
    std::iter::once(program)
        .chain(command.get_args().map(|argument| argument.to_string_lossy().into_owned()))
        .collect::<Vec<_>>()
        .join(" ")
}

/// Prints how long each step took, when there was more than one.
pub(crate) fn print_table() {
    let Ok(done) = DONE.lock() else { return };
    if done.len() < 2 {
        return;
    }
    println!();
    for (name, took, fine) in done.iter() {
        println!("   {:>8}  {} {name}", seconds(*took), if *fine { "✓" } else { "✗" });
    }
    println!("   {:>8}  in all", seconds(done.iter().map(|(_, took, _)| *took).sum()));
}

fn seconds(took: Duration) -> String {
    let whole = took.as_secs();
    if whole >= 60 { format!("{} m {:02} s", whole / 60, whole % 60) } else { format!("{:.1} s", took.as_secs_f64()) }
}
