//! `cargo xtask run`: the studio, built and opened.

use std::process::Command;

use crate::needs::{self, Wants};
use crate::place::Place;
use crate::step::{sh, step};
use crate::{build, ui};

/// Builds what has changed and opens the window; with no display, serves the same studio on loopback.
pub(crate) fn run(place: &Place, release: bool) -> anyhow::Result<()> {
    if has_display() {
        needs::ensure(Wants::Window)?;
        ui::build(place)?;
        step("Build the studio", || sh(&mut build::package(place, "heddle-desktop", release)))?;
        println!("\nThe studio opens in a window. It keeps everything on this machine; close the window to end it.");
        sh(&mut Command::new(place.built("heddle-studio", release)))
    } else {
        println!("No display here, so the studio is served to a browser on this machine.");
        needs::ensure(Wants::Compiler)?;
        ui::build(place)?;
        step("Build the studio", || sh(&mut build::package(place, "heddle-cli", release)))?;
        sh(Command::new(place.built("heddle", release)).arg("serve"))
    }
}

fn has_display() -> bool {
    let set = |name| std::env::var_os(name).is_some_and(|value: std::ffi::OsString| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}
