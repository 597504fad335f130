//! `heddle completions`.

use clap::CommandFactory as _;

use crate::Verdict;
use crate::args::{Cli, Completions};

pub(crate) fn run(args: &Completions) -> anyhow::Result<Verdict> {
    clap_complete::generate(args.shell, &mut Cli::command(), "heddle", &mut std::io::stdout());
    Ok(Verdict::Good)
}
