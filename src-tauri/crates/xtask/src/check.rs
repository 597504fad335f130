//! `cargo xtask check`: what must hold besides the tests.

use crate::needs::{self, Wants};
use crate::place::Place;
use crate::step::{sh, step};
use crate::tools::{DENY, MACHETE};
use crate::{bindings, ui};

/// Runs every check, the quick ones first.
pub(crate) fn run(place: &Place) -> anyhow::Result<()> {
    needs::ensure(Wants::Window)?;
    step("Formatting (rustfmt)", || sh(place.cargo().args(["fmt", "--all", "--check"])))?;
    let mut machete = MACHETE.command(place)?;
    step("Unused dependencies (cargo-machete)", || sh(machete.arg(&place.root)))?;
    let mut deny = DENY.command(place)?;
    step("Licences, bans and sources (cargo-deny)", || {
        sh(deny.args(["check", "--hide-inclusion-graph", "bans", "licenses", "sources"]))
    })?;

    ui::packages(place, &place.ui())?;
    ui::packages(place, &place.browser_tests())?;
    for (name, script) in [("Types (tsc)", "typecheck"), ("Lints (oxlint)", "lint"), ("Unused code (knip)", "knip")] {
        step(&format!("{name}, UI"), || sh(place.npm(&place.ui()).args(["run", "--silent", script])))?;
    }
    for (name, script) in [("Types (tsc)", "typecheck"), ("Lints (oxlint)", "lint")] {
        step(&format!("{name}, browser tests"), || {
            sh(place.npm(&place.browser_tests()).args(["run", "--silent", script]))
        })?;
    }

    ui::build(place)?;
    step("Lints (clippy)", || {
        sh(place.cargo().args(["clippy", "--locked", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
        // Not among `--all-targets`: it is no test for `cargo test` alone, as it wants a window.
        sh(place.cargo().args(["clippy", "--locked", "--workspace", "--test", "desktop", "--", "-D", "warnings"]))
    })?;
    step("Documentation (rustdoc)", || {
        sh(place.cargo().args(["doc", "--locked", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))
    })?;
    bindings::check(place)?;
    println!("\nAll checks passed.");
    Ok(())
}
