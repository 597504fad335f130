//! `cargo xtask test`: every test, the ones in the real window and in a real browser included.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::needs::{self, Wants};
use crate::place::Place;
use crate::step::{sh, step};
use crate::tools::DRIVER;
use crate::{build, soak, ui};

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Rust,
    Ui,
    Browser,
    Desktop,
}

const PARTS: [(&str, Part); 4] =
    [("rust", Part::Rust), ("ui", Part::Ui), ("browser", Part::Browser), ("desktop", Part::Desktop)];

/// Runs the parts named, or all of them.
pub(crate) fn run(place: &Place, names: &[&str]) -> anyhow::Result<()> {
    let mut chosen = Vec::new();
    for name in names {
        match PARTS.iter().find(|(known, _)| known == name) {
            Some((_, part)) => chosen.push(*part),
            None => bail!("`{name}` is no part of the tests: choose from rust, ui, browser, desktop"),
        }
    }
    if chosen.is_empty() {
        chosen = PARTS.iter().map(|(_, part)| *part).collect();
    }
    let has = |part| chosen.contains(&part);

    needs::ensure(Wants::Drivers)?;
    ui::build(place)?;
    if has(Part::Rust) || has(Part::Browser) || has(Part::Desktop) {
        step("Build the programs and their tests", || sh(&mut build::everything(place)))?;
    }
    if has(Part::Rust) {
        step("Test the crates", || {
            sh(place.cargo().args(["test", "--locked", "--quiet", "--workspace", "--no-fail-fast"]))
        })?;
        soak::run(place, soak::SHORT)?;
    }
    if has(Part::Ui) {
        step("Test the UI's code", || sh(place.npm(&place.ui()).args(["run", "--silent", "test"])))?;
    }
    if has(Part::Browser) {
        in_browser(place)?;
    }
    if has(Part::Desktop) {
        in_window(place)?;
    }
    println!("\nAll tests passed: {}.", names_of(&chosen));
    Ok(())
}

fn names_of(chosen: &[Part]) -> String {
    let names = PARTS.iter().filter(|(_, part)| chosen.contains(part)).map(|(name, _)| *name);
    names.collect::<Vec<_>>().join(", ")
}

/// The studio in Chromium, served by `heddle serve`.
fn in_browser(place: &Place) -> anyhow::Result<()> {
    let folder = place.browser_tests();
    ui::packages(place, &folder)?;
    let chromium = chromium().context("no Chromium found in PATH")?;
    step("Test the studio in a browser", || {
        sh(place
            .npm(&folder)
            .args(["run", "--silent", "test"])
            .env("HEDDLE_BIN", place.built("heddle", false))
            .env("HEDDLE_CHROMIUM", &chromium)
            .env("HEDDLE_SCREENSHOTS", place.root.join("screenshots")))
    })
}

/// The studio in its own window, on a display of its own.
fn in_window(place: &Place) -> anyhow::Result<()> {
    let driver = DRIVER.ensure(place)?;
    step("Test the studio in its window", || {
        sh(place
            .cargo()
            .args(["test", "--locked", "--workspace", "--test", "desktop", "--", "--test-threads=1"])
            .env("HEDDLE_STUDIO_BIN", place.built("heddle-studio", false))
            .env("HEDDLE_TAURI_DRIVER", &driver)
            .env("HEDDLE_SCREENSHOTS", place.root.join("screenshots")))
    })
}

/// The browser to test in.
pub(crate) fn chromium() -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let found = std::env::split_paths(&paths).flat_map(|folder| names.map(|name| folder.join(name)));
    found.into_iter().find(|program: &PathBuf| Path::is_file(program))
}
