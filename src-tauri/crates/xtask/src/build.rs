//! What cargo builds for the other tasks.
//!
//! Cargo compiles a dependency anew for each set of features, and the set depends on the packages and targets chosen. So
//! everything that CI builds is built with the one choice below, and nothing is built twice.

use std::process::Command;

use crate::place::Place;

/// The one choice of packages and targets: as the tests need them.
const EVERYTHING: &[&str] = &["--workspace", "--bins", "--tests"];

/// Builds every program and every test.
pub(crate) fn everything(place: &Place) -> Command {
    let mut cargo = place.cargo();
    cargo.args(["build", "--locked"]).args(EVERYTHING);
    cargo
}

/// Builds one package's programs and what they need, nothing else.
pub(crate) fn package(place: &Place, name: &str, release: bool) -> Command {
    let mut cargo = place.cargo();
    cargo.args(["build", "--locked", "--bins", "--package", name]);
    if release {
        cargo.arg("--release");
    }
    cargo
}
