//! System packages: finds what is missing on Debian and its kin, installs it where allowed, else says the one command.

use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::step::{sh, spelled, step, works};

/// To build anything at all with C parts (SQLite, QuickJS, zstd).
const BUILD: &[&str] = &["build-essential", "pkg-config"];

/// To build and run the window.
const WINDOW: &[&str] = &["libwebkit2gtk-4.1-dev", "libgtk-3-dev", "librsvg2-dev", "libsoup-3.0-dev"];

/// To drive the real window and a real browser with nobody watching.
const DRIVERS: &[&str] = &["xvfb", "webkit2gtk-driver", "chromium", "dbus", "imagemagick", "xdotool"];

/// The oldest Node the UI's tools run on.
const NODE: (u32, u32) = (20, 19);

/// What a task wants from the system.
#[derive(Clone, Copy)]
pub(crate) enum Wants {
    /// A compiler for the parts written in C.
    Compiler,
    /// That, and what the window is made of.
    Window,
    /// That, and what drives it in tests.
    Drivers,
}

/// Makes sure that the system has what a task wants, and a Node that is new enough.
pub(crate) fn ensure(wants: Wants) -> anyhow::Result<()> {
    node()?;
    if !works(Command::new("dpkg-query").arg("--version")) {
        println!(
            "This is no Debian or Ubuntu, so nothing is installed here. Needed are the equivalents of: {}",
            packages(wants).join(" ")
        );
        return Ok(());
    }
    let missing: Vec<&str> = packages(wants).into_iter().filter(|package| !installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let root = works(Command::new("sh").args(["-c", "test $(id -u) = 0"]));
    if root || works(Command::new("sudo").args(["-n", "true"])) {
        return step(&format!("Install {}", missing.join(" ")), || {
            sh(&mut apt(root, &["update", "-q"]))?;
            sh(apt(root, &["install", "-q", "-y", "--no-install-recommends"]).args(&missing))
        });
    }
    let mut by_hand = Command::new("sudo");
    by_hand.args(["apt-get", "install", "-y"]).args(&missing);
    bail!("some system packages are missing. Run this, then try again:\n\n    {}\n", spelled(&by_hand))
}

fn packages(wants: Wants) -> Vec<&'static str> {
    match wants {
        Wants::Compiler => BUILD.to_vec(),
        Wants::Window => [BUILD, WINDOW].concat(),
        Wants::Drivers => [BUILD, WINDOW, DRIVERS].concat(),
    }
}

fn installed(package: &str) -> bool {
    // Chromium also comes as a snap or from its maker; what counts is that it can be started.
    if package == "chromium" && crate::test::chromium().is_some() {
        return true;
    }
    let query =
        Command::new("dpkg-query").args(["-W", "-f", "${db:Status-Status}", package]).stderr(Stdio::null()).output();
    query.is_ok_and(|answer| answer.stdout == b"installed")
}

fn apt(root: bool, arguments: &[&str]) -> Command {
    let mut command = Command::new(if root { "env" } else { "sudo" });
    if !root {
        command.args(["-n", "env"]);
    }
    command.args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).args(arguments);
    command
}

fn node() -> anyhow::Result<()> {
    const HELP: &str = "Heddle's UI is built with Node 20.19 or newer and its npm: see https://nodejs.org";
    let version = Command::new("node").arg("--version").output().context(HELP)?;
    let version = String::from_utf8_lossy(&version.stdout).trim().to_owned();
    let mut numbers = version.trim_start_matches('v').split('.').map_while(|number| number.parse::<u32>().ok());
    let found = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
    if found < NODE {
        bail!("found Node {version}. {HELP}");
    }
    Ok(())
}
