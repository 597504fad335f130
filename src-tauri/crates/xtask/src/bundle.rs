//! `cargo xtask bundle`: the Debian package.

use anyhow::Context;

use crate::needs::{self, Wants};
use crate::place::Place;
use crate::step::{sh, step};
use crate::ui;

/// Makes the package and says where it is.
pub(crate) fn run(place: &Place) -> anyhow::Result<()> {
    needs::ensure(Wants::Window)?;
    ui::packages(place, &place.ui())?;
    step("Make the Debian package", || {
        let tauri = place.ui().join("node_modules/.bin/tauri");
        let mut command = std::process::Command::new(tauri);
        command.current_dir(&place.root).env("CARGO_TARGET_DIR", &place.target);
        sh(command.args(["build", "--bundles", "deb"]))
    })?;
    let folder = place.target.join("release/bundle/deb");
    let packages = std::fs::read_dir(&folder).with_context(|| format!("nothing in {}", folder.display()))?;
    for package in packages.flatten().filter(|entry| entry.path().extension().is_some_and(|kind| kind == "deb")) {
        println!("\n{}", package.path().display());
    }
    Ok(())
}
