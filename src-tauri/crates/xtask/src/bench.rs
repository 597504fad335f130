//! `cargo xtask bench`: the benchmarks, optimised as in a release.

use crate::place::Place;
use crate::step::{sh, step};

/// Runs all benchmarks; arguments (a filter, `-p <crate>`) go to `cargo bench`.
pub(crate) fn run(place: &Place, arguments: &[&str]) -> anyhow::Result<()> {
    step("Benchmarks", || {
        let mut cargo = place.cargo();
        cargo.args(["bench", "--locked", "--benches"]);
        if !arguments.iter().any(|argument| matches!(*argument, "-p" | "--package")) {
            cargo.args(["--workspace", "--exclude", "heddle-desktop", "--exclude", "heddle-tests"]);
        }
        sh(cargo.args(arguments))
    })
}
