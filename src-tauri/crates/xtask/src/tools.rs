//! Programs from crates.io that these tasks use, installed once into the user's cache, each in its own version's folder.

use std::path::PathBuf;
use std::process::Command;

use crate::place::Place;
use crate::step::{sh, step};

/// A program to install with cargo.
pub(crate) struct Tool {
    package: &'static str,
    version: &'static str,
}

/// Drives the window through WebDriver.
pub(crate) const DRIVER: Tool = Tool { package: "tauri-driver", version: "2.1.0" };

/// Checks licences, sources and duplicates of dependencies.
pub(crate) const DENY: Tool = Tool { package: "cargo-deny", version: "0.20.2" };

/// Finds dependencies nobody uses.
pub(crate) const MACHETE: Tool = Tool { package: "cargo-machete", version: "0.9.2" };

impl Tool {
    /// The program's path, after installing it where it is missing.
    pub(crate) fn ensure(&self, place: &Place) -> anyhow::Result<PathBuf> {
        let folder = place.tools.join(format!("{}-{}", self.package, self.version));
        let program = folder.join("bin").join(self.package);
        if !program.is_file() {
            // Unoptimised: they run for moments, and this more than halves the time they take to build.
            step(&format!("Install {} {}", self.package, self.version), || {
                sh(place
                    .cargo()
                    .args(["install", "--quiet", "--locked", "--debug", "--version", self.version, self.package])
                    .arg("--root")
                    .arg(&folder)
                    .env("CARGO_TARGET_DIR", place.target.join("tools")))
            })?;
        }
        Ok(program)
    }

    /// The program as a command in the checkout.
    pub(crate) fn command(&self, place: &Place) -> anyhow::Result<Command> {
        let mut command = Command::new(self.ensure(place)?);
        command.current_dir(&place.root).env("CARGO_TARGET_DIR", &place.target);
        Ok(command)
    }
}
