//! The project's own tasks, `cargo xtask <task>`: one way to run, test and check Heddle, on a fresh machine as in CI.
//!
//! A task installs what it needs, says what it does and how long that took, and stops at the first failure. It knows the
//! other crates only as programs to build and start; it depends on next to nothing, so that it is built in seconds.
//!
//! Start reading at [`main`]; each task has a file of its own.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a task talks to the person at the terminal")]

mod bench;
mod bindings;
mod build;
mod bundle;
mod check;
mod needs;
mod place;
mod run;
mod soak;
mod step;
mod test;
mod tools;
mod ui;

use std::process::ExitCode;

use anyhow::bail;

use place::Place;

const USAGE: &str = "\
The tasks of this project. Each installs what it needs.

  cargo xtask run [--release]       build the studio and open its window; with no display, serve it on loopback
  cargo xtask test [PART]...        run the tests; parts: rust ui browser desktop (all of them by default)
  cargo xtask check                 formatting, lints, docs, licences, unused code, generated client
  cargo xtask bindings [--check]    write the OpenAPI document and the UI's typed client, or check that they are fresh
  cargo xtask bench [ARG]...        run the benchmarks; the arguments go to cargo bench
  cargo xtask soak [--minutes N]    random workflows at full load, processes killed in between; 30 minutes by default
  cargo xtask bundle                make the Debian package

Builds and tools are kept in the user's cache folder (~/.cache/heddle); CARGO_TARGET_DIR moves the builds elsewhere.
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = dispatch(&arguments);
    step::print_table();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[String]) -> anyhow::Result<()> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let place = || Place::find();
    match arguments.as_slice() {
        ["run"] => run::run(&place()?, false),
        ["run", "--release"] => run::run(&place()?, true),
        ["test", parts @ ..] => test::run(&place()?, parts),
        ["check"] => check::run(&place()?),
        ["bindings"] => bindings::write(&place()?),
        ["bindings", "--check"] => bindings::check(&place()?),
        ["bench", rest @ ..] => bench::run(&place()?, rest),
        ["soak"] => soak::run(&place()?, "30"),
        ["soak", "--minutes", minutes] => soak::run(&place()?, minutes),
        ["bundle"] => bundle::run(&place()?),
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            Ok(())
        }
        _ => bail!("`{}` is no task\n\n{USAGE}", arguments.join(" ")),
    }
}
