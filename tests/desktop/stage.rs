//! A display, a driver and a data folder for one test; all gone when it ends, however it ends.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::Context;
use heddle_tests::program;
use serde_json::json;
use thirtyfour::prelude::*;

use crate::person::Person;

/// How long anything may take before a test gives up on it. A test that succeeds never waits this long.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Everything one test runs on.
pub(crate) struct Stage {
    /// The folder given to the studio as `HEDDLE_DATA_DIR`.
    pub(crate) data: PathBuf,
    /// The display's name, such as `:7`.
    pub(crate) display: String,
    /// Address of the session bus of this stage.
    pub(crate) bus: String,
    url: String,
    _driver: Running,
    _bus: Running,
    _display: Running,
    folder: tempfile::TempDir,
}

impl Stage {
    /// Sets the stage; the studio is not started yet.
    pub(crate) async fn set() -> anyhow::Result<Self> {
        // The driver's client is built without a choice of its own; every test after the first finds it made.
        let _made = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir()?;
        let data = folder.path().join("data");
        std::fs::create_dir(&data)?;
        let (display_server, display) = start_display()?;
        let (bus_daemon, bus) = start_bus(folder.path())?;
        let (driver, url) = start_driver(&data, &display, &bus, folder.path()).await?;
        Ok(Self { data, display, bus, url, _driver: driver, _bus: bus_daemon, _display: display_server, folder })
    }

    /// A folder for files of the test itself; also the person's home.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts the studio and hands it to a person.
    pub(crate) async fn open_studio(&self) -> anyhow::Result<Person> {
        let mut wanted = Capabilities::new();
        let options = json!({ "application": studio() });
        wanted.set("browserName", "wry")?;
        wanted.set("tauri:options", options)?;
        let driver = WebDriver::new(&self.url, wanted).await.context("the studio did not open")?;
        driver.set_script_timeout(PATIENCE).await?;
        Ok(Person::at(driver, &self.display))
    }

    /// A program with the surroundings of this stage, such as a second start of the studio.
    pub(crate) fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        surround(&mut command, &self.data, &self.display, &self.bus, self.folder.path());
        command
    }
}

/// The studio's program.
pub(crate) fn studio() -> PathBuf {
    program("HEDDLE_STUDIO_BIN", "heddle-studio")
}

/// A program that ends with its test, and everything it started with it.
struct Running(Child);

impl Running {
    fn start(command: &mut Command) -> anyhow::Result<Self> {
        let started = command.stdin(Stdio::null()).process_group(0).spawn();
        Ok(Self(started.with_context(|| format!("cannot start {command:?}"))?))
    }

    /// Starts a program and answers the first line it prints.
    fn start_and_read_line(command: &mut Command) -> anyhow::Result<(Self, String)> {
        let mut running = Self::start(command.stdout(Stdio::piped()))?;
        let output = running.0.stdout.take().context("no output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        anyhow::ensure!(!line.trim().is_empty(), "{command:?} ended at once");
        Ok((running, line.trim().to_owned()))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let group = format!("-{}", self.0.id());
        // Whatever has ended on its own needs no signal.
        let _ended = Command::new("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
        let _reaped = self.0.wait();
    }
}

/// An X server without a screen, on the first display that is free.
fn start_display() -> anyhow::Result<(Running, String)> {
    let mut xvfb = Command::new("Xvfb");
    xvfb.args(["-displayfd", "1", "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]).stderr(Stdio::null());
    let (running, number) = Running::start_and_read_line(&mut xvfb)?;
    Ok((running, format!(":{number}")))
}

/// A session bus of its own that starts no services: one running studio must not find another test's.
fn start_bus(folder: &Path) -> anyhow::Result<(Running, String)> {
    let config = folder.join("bus.conf");
    let socket = folder.join("bus");
    let policy = r#"<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>"#;
    std::fs::write(
        &config,
        format!("<busconfig><type>session</type><listen>unix:path={}</listen>{policy}</busconfig>", socket.display()),
    )?;
    let mut daemon = Command::new("dbus-daemon");
    daemon.args(["--nofork", "--nopidfile", "--print-address=1"]).arg(format!("--config-file={}", config.display()));
    Running::start_and_read_line(daemon.stderr(Stdio::null()))
}

async fn start_driver(data: &Path, display: &str, bus: &str, folder: &Path) -> anyhow::Result<(Running, String)> {
    let (port, native_port) = (free_port()?, free_port()?);
    let mut driver = Command::new(program("HEDDLE_TAURI_DRIVER", "tauri-driver"));
    surround(&mut driver, data, display, bus, folder);
    driver.args(["--port", &port.to_string(), "--native-port", &native_port.to_string()]);
    let running = Running::start(driver.stdout(Stdio::null()))?;
    for port in [port, native_port] {
        listens(port).await?;
    }
    Ok((running, format!("http://127.0.0.1:{port}")))
}

fn surround(command: &mut Command, data: &Path, display: &str, bus: &str, folder: &Path) {
    command
        .env("HEDDLE_DATA_DIR", data)
        .env("DISPLAY", display)
        .env("DBUS_SESSION_BUS_ADDRESS", bus)
        .env("HOME", folder)
        .env("XDG_RUNTIME_DIR", folder)
        .env("GDK_BACKEND", "x11")
        .env("NO_AT_BRIDGE", "1")
        .env("LANG", "C.UTF-8")
        .env("TZ", "UTC")
        .env_remove("WAYLAND_DISPLAY")
        .env_remove("XDG_DATA_HOME");
}

fn free_port() -> anyhow::Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

async fn listens(port: u16) -> anyhow::Result<()> {
    until(&format!("port {port} listens"), async || {
        Ok(tokio::net::TcpStream::connect(("127.0.0.1", port)).await.ok().map(drop))
    })
    .await
}

/// Asks again and again until there is an answer; fails when patience runs out. What could not even be asked, such as while
/// the page is being replaced, is asked again as well; the failure then says why it last could not.
pub(crate) async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> anyhow::Result<Option<T>>) -> anyhow::Result<T> {
    let mut hindrance = None;
    let asking = async {
        let mut pause = tokio::time::interval(Duration::from_millis(25));
        loop {
            pause.tick().await;
            match ask().await {
                Ok(Some(answer)) => return answer,
                Ok(None) => hindrance = None,
                Err(error) => hindrance = Some(error),
            }
        }
    };
    match tokio::time::timeout(PATIENCE, asking).await {
        Ok(answer) => Ok(answer),
        Err(_) => match hindrance {
            Some(error) => Err(error.context(format!("gave up waiting until {what}"))),
            None => anyhow::bail!("gave up waiting until {what}"),
        },
    }
}
