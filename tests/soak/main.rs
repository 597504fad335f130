//! Hours in minutes: random workflows, hundreds at once, on real agents and a real database. Some are cancelled, and
//! whole processes are killed and started again. At the end nothing may be left undone, memory has to have stayed flat,
//! the database has to be whole, and no execution may have seen anything of another.
//!
//! `cargo xtask soak [--minutes N]`. A third of the time goes into killing processes, the rest into one that lives.
#![expect(clippy::print_stdout, reason = "it tells the person at the terminal what it found")]

mod documents;
mod life;
mod waiting;

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use heddle_engine::RunStore as _;
use heddle_store::Store;

use documents::Chance;
use life::Report;

/// Most bytes of memory of an execution that waits for a person and has a plan of its own. The aim is half of it.
const MOST_WAITING: u64 = 40_000;
/// Memory may grow by this share of what it was once warm, and by this many bytes, and no more.
const GROWTH: f64 = 1.25;
const SLACK: u64 = 24 << 20;

fn main() -> anyhow::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["life", folder, seed, seconds] => {
            let seconds: f64 = seconds.parse()?;
            let lasts = (seconds > 0.0).then(|| Duration::from_secs_f64(seconds));
            let runtime = tokio::runtime::Runtime::new()?;
            let report = runtime.block_on(life::live(Path::new(folder), seed.parse()?, lasts))?;
            println!("{}", serde_json::to_string(&report)?);
            Ok(())
        }
        ["wait", folder, again] => {
            let runtime = tokio::runtime::Runtime::new()?;
            println!("{}", runtime.block_on(waiting::weigh(Path::new(folder), *again == "true"))?);
            Ok(())
        }
        ["--minutes", minutes] => soak(minutes.parse().context("the minutes are a number")?),
        [] => soak(1.0),
        _ => bail!("soak [--minutes N]"),
    }
}

fn soak(minutes: f64) -> anyhow::Result<()> {
    weigh_waiting()?;
    let folder = tempfile::tempdir()?;
    let total = Duration::from_secs_f64(minutes * 60.0);
    let seed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
    println!("soak: {minutes} minutes from seed {seed}");

    let (begun, mut chance) = (Instant::now(), Chance(seed));
    let mut kills = 0;
    while begun.elapsed() < total / 3 {
        let mut child = Process(start(folder.path(), seed + kills, 0.0)?);
        // A kill comes at any moment: there is nothing to wait for, and a wait for some event would choose the moment.
        std::thread::sleep(Duration::from_millis(1_000 + chance.below(3_000)));
        if let Some(status) = child.0.try_wait()? {
            bail!("a process ended by itself: {status}");
        }
        child.0.kill()?;
        kills += 1;
    }
    let last = start(folder.path(), seed + kills, (total - total / 3).as_secs_f64())?;
    let output = last.wait_with_output()?;
    ensure!(output.status.success(), "the last process failed: {}", output.status);
    let text = String::from_utf8(output.stdout)?;
    let report: Report = serde_json::from_str(text.lines().last().unwrap_or_default())?;
    let kept = look(folder.path())?;

    let megabytes = |bytes: u64| bytes as f64 / (1 << 20) as f64;
    let [warm, middle, end] = report.memory;
    println!("soak: {kills} processes killed; {} executions in all, {} events", kept.executions, kept.events);
    println!(
        "soak: the last process took {} up again and ran {} ({} completed, {} failed, {} cancelled)",
        report.taken_up, report.executions, report.completed, report.failed, report.cancelled
    );
    let (warm_mb, middle_mb, end_mb) = (megabytes(warm), megabytes(middle), megabytes(end));
    println!("soak: its memory {warm_mb:.0} MB warm, {middle_mb:.0} MB in the middle, {end_mb:.0} MB at the end");
    println!("soak: database {:.0} MB, integrity: {}", megabytes(kept.bytes), kept.integrity);
    ensure!(kept.unsettled == 0, "{} executions were left unsettled", kept.unsettled);
    ensure!(kept.integrity == "ok", "the database is damaged");
    ensure!(report.completed > 0 && report.failed > 0 && report.cancelled > 0, "not everything happened: {report:?}");
    ensure!(end as f64 <= warm as f64 * GROWTH + SLACK as f64, "memory grew from {warm_mb:.0} to {end_mb:.0} MB");
    Ok(())
}

/// Weighs executions that wait for a person, in the process that started them and in the one after it.
fn weigh_waiting() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    for (again, when) in [("false", "started"), ("true", "taken up again")] {
        let mut command = Command::new(std::env::current_exe()?);
        let output = command.arg("wait").arg(folder.path()).arg(again).stderr(Stdio::inherit()).output()?;
        ensure!(output.status.success(), "weighing failed: {}", output.status);
        let bytes: u64 = String::from_utf8(output.stdout)?.trim().parse()?;
        println!("soak: {} executions wait for a person, {when}: {:.1} KB each", waiting::WEIGHED, bytes as f64 / 1e3);
        ensure!(bytes <= MOST_WAITING, "an execution that waits may weigh {MOST_WAITING} bytes");
    }
    Ok(())
}

/// Ends with whoever holds it.
struct Process(Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(folder: &Path, seed: u64, seconds: f64) -> anyhow::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("life").arg(folder).arg(seed.to_string()).arg(seconds.to_string());
    Ok(command.stdout(Stdio::piped()).spawn()?)
}

/// What the database holds in the end.
struct Kept {
    executions: u64,
    events: u64,
    unsettled: usize,
    bytes: u64,
    integrity: String,
}

fn look(folder: &Path) -> anyhow::Result<Kept> {
    let store = Store::open(folder)?;
    let unsettled = tokio::runtime::Runtime::new()?.block_on(store.unsettled())?.len();
    drop(store);
    let path = folder.join("heddle.db");
    let database = rusqlite::Connection::open(&path)?;
    let count = |sql: &str| database.query_row(sql, [], |row| row.get::<_, i64>(0)).map(i64::unsigned_abs);
    Ok(Kept {
        executions: count("SELECT count(*) FROM executions")?,
        events: count("SELECT coalesce(sum(last_seq), 0) FROM executions")?,
        unsettled,
        bytes: std::fs::metadata(&path)?.len(),
        integrity: database.query_row("PRAGMA integrity_check", [], |row| row.get(0))?,
    })
}
