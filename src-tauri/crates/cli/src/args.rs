//! What can be asked for, and how.

use std::path::PathBuf;

use clap::builder::NonEmptyStringValueParser;
use clap::{Args, Parser, Subcommand};

use crate::commands::storage::{Backup, StorageArgs};

/// Draw, check and run agent workflows on your own machine.
#[derive(Debug, Parser)]
#[command(
    name = "heddle",
    version,
    max_term_width = 100,
    after_help = "\
Examples:
  heddle validate triage.json            is this workflow well?
  heddle run triage.json --input t.json  run it, print the execution
  heddle executions list                 what ran, and how it ended
  heddle serve                           the studio, in a browser"
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Check a workflow document; exit code 0: valid, 1: not
    Validate(Validate),
    /// Run a workflow document; exit code 0: completed, 1: failed, 2: could not be started, 3: waits for approval
    Run(Run),
    /// Run a document's tests; exit code 0: all passed, 1: not all, 2: could not be started
    Test(Test),
    /// Run an execution again with the answers its agents gave then
    Replay(Replay),
    /// List what waits for somebody's approval
    Approvals(Approvals),
    /// Look at past executions
    Executions(Executions),
    /// Show what the data folder holds and what takes how much space, or clean up
    Storage(StorageArgs),
    /// Copy everything into one file, also while the studio runs
    Backup(Backup),
    /// Print the schema of a format
    Schema(Schema),
    /// Serve the studio on a loopback port
    Serve(Serve),
    /// Print completions for a shell
    Completions(Completions),
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  heddle validate triage.json
  heddle validate triage.json --json | jq '.diagnostics[].message'")]
pub(crate) struct Validate {
    /// The workflow document, or `-` for standard input
    pub(crate) file: PathBuf,
    /// Print the findings and the verdicts on the wires as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// What producers are taken to emit
    #[arg(long, value_enum, default_value = "declared")]
    pub(crate) mode: CheckMode,
    /// Agents of this data folder's library count as well, if it is there
    #[arg(long, value_name = "DIR", env = "HEDDLE_DATA_DIR")]
    pub(crate) data_dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  heddle run triage.json --input ticket.json
  echo '{\"ticket_text\": \"…\"}' | heddle run triage.json --input - --json
  heddle run triage.json --input ticket.json --ephemeral --times 1000 --concurrency 50")]
pub(crate) struct Run {
    /// The workflow document
    pub(crate) file: PathBuf,
    /// The execution's input as JSON: a file, or `-` for standard input; `{}` if left out
    #[arg(long, value_name = "FILE")]
    pub(crate) input: Option<PathBuf>,
    /// Print the execution as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Try it out: agents that lack their provider answer with their sample, marked as such
    #[arg(long)]
    pub(crate) test: bool,
    #[command(flatten)]
    pub(crate) data: DataDir,
    /// Keep nothing on disk, whatever the data folder
    #[arg(long)]
    pub(crate) ephemeral: bool,
    /// Run it this many times and print a summary of the times
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub(crate) times: Option<u32>,
    /// With --times: this many executions at once
    #[arg(long, value_name = "M", default_value_t = 1, requires = "times", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) concurrency: u32,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  heddle test triage.json
  heddle test triage.json --json | jq '.cases[] | select(.passed | not)'")]
pub(crate) struct Test {
    /// The workflow document, with its `tests`
    pub(crate) file: PathBuf,
    /// Print the results as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Agents, workflows and settings of this data folder count as well, if it is there; nothing is kept in it
    #[arg(long, value_name = "DIR", env = "HEDDLE_DATA_DIR")]
    pub(crate) data_dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Replay {
    /// The execution's id
    pub(crate) id: String,
    /// Call the agent of this step instead (by path); may be given several times
    #[arg(long, value_name = "STEP")]
    pub(crate) live: Vec<String>,
    #[command(flatten)]
    pub(crate) data: DataDir,
}

#[derive(Debug, Args)]
pub(crate) struct Approvals {
    /// Print them as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) data: DataDir,
}

/// Where everything is kept.
#[derive(Debug, Args)]
pub(crate) struct DataDir {
    /// The data folder; the studio's own if left out
    #[arg(long, value_name = "DIR", env = "HEDDLE_DATA_DIR", global = true)]
    pub(crate) data_dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct Executions {
    #[command(subcommand)]
    pub(crate) what: ExecutionsCommand,
    #[command(flatten)]
    pub(crate) data: DataDir,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ExecutionsCommand {
    /// List executions, newest first
    List {
        /// At most this many
        #[arg(long, default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=200))]
        limit: u32,
        /// Only in this state: pending, running, paused, completed, failed, cancelled
        #[arg(long)]
        status: Option<String>,
        /// Print them as JSON
        #[arg(long)]
        json: bool,
    },
    /// Show one execution with its steps
    Show {
        /// Its id
        id: String,
        /// Print it as JSON
        #[arg(long)]
        json: bool,
    },
    /// Print an execution's events, one JSON object a line
    Events {
        /// Its id
        id: String,
    },
    /// Go on from the last good step of an execution that failed, was cancelled or stands still
    Resume {
        /// Its id
        id: String,
    },
    /// Run an execution again: the same document, the same input
    Retry {
        /// Its id
        id: String,
    },
    /// Go on from a step of an execution, perhaps with other data
    Fork {
        /// Its id
        id: String,
        /// The step (by path): it and everything after it runs again
        #[arg(long, value_name = "PATH")]
        step: String,
        /// What that step's agent is given instead: a JSON file, or `-` for standard input
        #[arg(long, value_name = "FILE")]
        input: Option<PathBuf>,
    },
    /// Stop an execution that waits or stands still; what is to be undone is undone first. Exit code 0: cancelled, 1: it has ended, or
    /// another process drives it
    Cancel {
        /// Its id
        id: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Approve what a step waits for, and go on here; exit code 0: completed, 1: failed, or it cannot be decided (here), 3: waits again
    Approve(Decide),
    /// Reject what a step waits for, and go on here; exit codes as for approve
    Reject(Decide),
}

#[derive(Debug, Args)]
pub(crate) struct Decide {
    /// The execution's id
    pub(crate) id: String,
    /// The step that waits (by path)
    pub(crate) step: String,
    /// The data that goes on: a JSON file, or `-` for standard input; as it was asked about if left out
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub(crate) comment: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct Schema {
    #[command(subcommand)]
    pub(crate) what: SchemaCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SchemaCommand {
    /// The JSON Schema of workflow documents (heddle/v1)
    Workflow,
    /// The OpenAPI document of the API
    Openapi,
    /// Does everything schema A allows fit schema B? Exit code 0: always, 1: sometimes or never, 2: unknown, 3: bad input
    Check(SchemaCheck),
    /// Make up a value of a schema; exit code 1: there is none, 2: unknown, 3: bad input
    Sample {
        /// The schema, or `-` for standard input
        schema: PathBuf,
        /// Equal numbers give equal values
        #[arg(long, value_name = "N", default_value_t = 0)]
        seed: u64,
    },
    /// A schema that fits all JSON values of a file, one after another; exit code 3: bad input
    Infer {
        /// The values; standard input if left out
        values: Option<PathBuf>,
    },
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  heddle schema check produced.json consumed.json
  heddle schema check produced.json consumed.json --mode declared --json
  heddle schema check --batch pairs.jsonl      lines {\"id\": …, \"a\": {…}, \"b\": {…}}")]
pub(crate) struct SchemaCheck {
    /// The schema of what is produced
    #[arg(required_unless_present = "batch")]
    pub(crate) a: Option<PathBuf>,
    /// The schema of what is consumed
    #[arg(required_unless_present = "batch")]
    pub(crate) b: Option<PathBuf>,
    /// What is taken to be produced
    #[arg(long, value_enum, default_value_t = CheckMode::Strict)]
    pub(crate) mode: CheckMode,
    /// Print the answer as JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Judge the pairs of a file, a JSON object with `id`, `a` and `b` a line; print a JSON object a line
    #[arg(long, value_name = "FILE", conflicts_with_all = ["a", "b"])]
    pub(crate) batch: Option<PathBuf>,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum CheckMode {
    /// Any value that is valid under A
    Strict,
    /// Of those, the ones without properties that A does not declare
    Declared,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  heddle serve
  heddle serve --open
  heddle serve --port 7400 --data-dir ./data")]
pub(crate) struct Serve {
    /// The port on 127.0.0.1; 0: any free one
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,
    /// The token that opens the API; a random one if left out
    #[arg(long, env = "HEDDLE_TOKEN", hide_env_values = true, value_parser = NonEmptyStringValueParser::new())]
    pub(crate) token: Option<String>,
    /// Open the studio in the browser
    #[arg(long)]
    pub(crate) open: bool,
    #[command(flatten)]
    pub(crate) data: DataDir,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  heddle completions bash > ~/.local/share/bash-completion/completions/heddle")]
pub(crate) struct Completions {
    /// The shell
    pub(crate) shell: clap_complete::Shell,
}
