//! Where the checkout, the builds and the tools are.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;

/// The folders a task works with.
pub(crate) struct Place {
    /// The checkout.
    pub(crate) root: PathBuf,
    /// What cargo builds: `CARGO_TARGET_DIR`, else a folder in the user's cache.
    pub(crate) target: PathBuf,
    /// Programs installed for these tasks alone.
    pub(crate) tools: PathBuf,
}

impl Place {
    pub(crate) fn find() -> anyhow::Result<Self> {
        // Asked of cargo anew: checkouts that build into one folder may share the program.
        let manifest = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root =
            Path::new(&manifest).ancestors().nth(3).context("xtask lies three folders below the checkout")?.to_owned();
        let cache = cache()?;
        let target = std::env::var_os("CARGO_TARGET_DIR").filter(|folder| !folder.is_empty());
        let target = target.map_or_else(|| cache.join("target"), |folder| root.join(folder));
        Ok(Self { root, target, tools: cache.join("tools") })
    }

    /// The UI's folder.
    pub(crate) fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// The browser tests' folder.
    pub(crate) fn browser_tests(&self) -> PathBuf {
        self.root.join("tests/browser")
    }

    /// A program cargo has built.
    pub(crate) fn built(&self, program: &str, release: bool) -> PathBuf {
        self.target.join(if release { "release" } else { "debug" }).join(program)
    }

    /// `cargo`, in the checkout, building into [`Place::target`].
    pub(crate) fn cargo(&self) -> Command {
        let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
        cargo.current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        cargo
    }

    /// `npm`, in `folder`.
    pub(crate) fn npm(&self, folder: &Path) -> Command {
        let mut npm = Command::new("npm");
        npm.current_dir(folder);
        npm
    }
}

fn cache() -> anyhow::Result<PathBuf> {
    let shared = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    let home = || std::env::home_dir().map(|home| home.join(".cache"));
    Ok(shared.or_else(home).context("no home folder: set XDG_CACHE_HOME")?.join("heddle"))
}
