//! `heddle completions`.

use clap::CommandFactory as _;

use crate::Verdict;
use crate::args::{Cli, Completions};

pub(crate) fn run(args: &Completions) -> anyhow::Result<Verdict> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "heddle", &mut script);
    say!("{}", String::from_utf8_lossy(&script).trim_end());
    Ok(Verdict::Good)
}
