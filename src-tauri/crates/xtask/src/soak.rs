//! `cargo xtask soak`: random workflows on real agents and a real database, with processes killed in between.

use crate::place::Place;
use crate::step::{sh, step};

/// How long the one in `cargo xtask test` takes.
pub(crate) const SHORT: &str = "1";

/// Runs it for so many minutes; it fails when something is left undone, grows, is damaged or gets mixed up.
pub(crate) fn run(place: &Place, minutes: &str) -> anyhow::Result<()> {
    step(&format!("Soak ({minutes} min)"), || {
        sh(place
            .cargo()
            .args(["test", "--locked", "--quiet", "--workspace", "--test", "soak", "--"])
            .args(["--minutes", minutes]))
    })
}
