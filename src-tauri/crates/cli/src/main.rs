//! `heddle`, the command line: what the studio does, for terminals, scripts and CI.
//!
//! It stands on `heddle_api::Studio` and decides nothing the crates below decide. Results go to standard output,
//! progress and messages to standard error. Exit codes: 0 done, 1 the thing looked at is not well (invalid, failed),
//! 2 the command could not be carried out (bad use, missing file, unusable data folder), 3 the execution waits for a
//! person and can be taken up again.
//!
//! Start reading at [`args`]; each command has a file of its own.

#[macro_use]
mod output;

mod args;
mod attend;
mod commands;
mod feed;
mod files;
mod report;
mod story;

use std::process::ExitCode;
use std::time::Duration;

use clap::Parser as _;

use args::{Cli, Command};

/// Payloads are made on one thread and dropped on another, thousands at once: that is what this allocator is quick at. A
/// load of small executions takes a quarter less of the processors' time with it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// How a command that could be carried out ended.
pub(crate) enum Verdict {
    /// All is well.
    Good,
    /// What was looked at or run is not well; the command has said why.
    Bad,
    /// As the command's help says.
    Code(u8),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let carried_out = match cli.command {
        Command::Validate(args) => in_runtime(commands::validate::run(args)),
        Command::Schema(args) => commands::schema::run(&args),
        Command::Completions(args) => commands::completions::run(&args),
        Command::Run(args) => in_runtime(commands::run::run(args)),
        Command::Test(args) => in_runtime(commands::test::run(args)),
        Command::Replay(args) => in_runtime(commands::reruns::replay(args)),
        Command::Approvals(args) => in_runtime(commands::approvals::list(args)),
        Command::Executions(args) => in_runtime(commands::executions::run(args)),
        Command::Storage(args) => in_runtime(commands::storage::run(args)),
        Command::Backup(args) => in_runtime(commands::storage::backup(args)),
        Command::Serve(args) => in_runtime(commands::serve::run(args)),
    };
    match carried_out {
        Ok(Verdict::Good) => ExitCode::SUCCESS,
        Ok(Verdict::Bad) => ExitCode::from(1),
        Ok(Verdict::Code(code)) => ExitCode::from(code),
        Err(error) => {
            tell!("heddle: {}", report::chain(&error));
            ExitCode::from(2)
        }
    }
}

/// How long threads may take to notice that the command is over.
const PARTING: Duration = Duration::from_secs(1);

fn in_runtime(work: impl Future<Output = anyhow::Result<Verdict>>) -> anyhow::Result<Verdict> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(work);
    // A script deep in a long built-in operation hears only afterwards that nobody wants its answer.
    runtime.shutdown_timeout(PARTING);
    done
}
