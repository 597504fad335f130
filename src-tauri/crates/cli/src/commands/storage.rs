//! `heddle storage` and `heddle backup`: what the data folder holds, letting go of what is old, and copies of it all.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use heddle_api::{Studio, StudioOptions};
use heddle_model::Storage;
use heddle_store::Retention;

use crate::args::DataDir;
use crate::{Verdict, files};

#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    after_help = "\
Examples:
  heddle storage
  heddle storage clean --older-than 30d --dry-run
  heddle storage clean --keep 1000"
)]
pub(crate) struct StorageArgs {
    #[command(subcommand)]
    pub(crate) what: Option<StorageCommand>,
    /// Print it as JSON
    #[arg(long)]
    pub(crate) json: bool,
    #[command(flatten)]
    pub(crate) data: DataDir,
}

#[derive(Debug, Subcommand)]
pub(crate) enum StorageCommand {
    /// Let go of old executions and of what nothing refers to, and give the space back; starred executions stay
    Clean(Clean),
}

#[derive(Debug, Args)]
#[command(after_help = "Without --older-than and --keep: what the setting `storage` says.")]
pub(crate) struct Clean {
    /// Executions that ended longer ago go, e.g. 30d, 12h, 90m
    #[arg(long, value_name = "AGE", value_parser = age)]
    pub(crate) older_than: Option<Duration>,
    /// All executions but the newest N go
    #[arg(long, value_name = "N")]
    pub(crate) keep: Option<u64>,
    /// Only say what would go
    #[arg(long)]
    pub(crate) dry_run: bool,
}

#[derive(Debug, Args)]
#[command(after_help = "\
The copy is of one moment, is checked, and gets its name when it is complete. To go back to it, put it as `heddle.db`
into an empty folder and name that folder with --data-dir.

Examples:
  heddle backup monday.heddle")]
pub(crate) struct Backup {
    /// The file; an earlier backup there is replaced
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) data: DataDir,
}

pub(crate) async fn run(args: StorageArgs) -> anyhow::Result<Verdict> {
    let studio = open(&args.data).await?;
    match args.what {
        None => show(&studio, args.json).await,
        Some(StorageCommand::Clean(what)) => clean(&studio, &what).await,
    }
}

pub(crate) async fn backup(args: Backup) -> anyhow::Result<Verdict> {
    let studio = open(&args.data).await?;
    let made = studio.store().backup(&args.file).await?;
    tell!(
        "{}: {}, {} workflows, {} executions; checked",
        made.path.display(),
        size(made.bytes),
        made.workflows,
        made.executions
    );
    Ok(Verdict::Good)
}

async fn open(data: &DataDir) -> anyhow::Result<Studio> {
    let folder = files::data_dir(data)?;
    if !Path::new(&folder).join("heddle.db").exists() {
        bail!("there is no data folder at {}", folder.display());
    }
    Ok(Studio::open(StudioOptions { data_dir: Some(folder), examples: false, recover: false }).await?)
}

async fn show(studio: &Studio, as_json: bool) -> anyhow::Result<Verdict> {
    let storage = studio.store().storage().await?;
    if as_json {
        say!("{}", serde_json::to_string_pretty(&storage)?);
        return Ok(Verdict::Good);
    }
    let Storage { executions, starred, unsettled, payloads, .. } = storage;
    let rows = [
        ("workflows", storage.workflow_bytes, storage.workflows.to_string()),
        ("executions", storage.execution_bytes, format!("{executions} ({starred} starred, {unsettled} not settled)")),
        ("payloads", storage.payload_bytes, format!("{payloads} ({} as text)", size(storage.payload_text_bytes))),
        ("cache", storage.cache_bytes, format!("{} answers", storage.answers)),
        ("other", storage.other_bytes, String::new()),
        ("free", storage.free_bytes, String::new()),
        ("database", storage.database_bytes, String::new()),
        ("log beside", storage.wal_bytes, String::new()),
    ];
    for (what, bytes, count) in rows {
        say!("{}", format!("{what:<12}{:>10}  {count}", size(bytes)).trim_end());
    }
    Ok(Verdict::Good)
}

async fn clean(studio: &Studio, what: &Clean) -> anyhow::Result<Verdict> {
    let retention = match (what.older_than, what.keep) {
        (None, None) => studio.retention().await?,
        (max_age, max_executions) => Retention { max_age, max_executions, max_bytes: None },
    };
    if what.dry_run {
        let (executions, over) = studio.store().would_clean(retention).await?;
        say!("{executions} executions would go");
        if over > 0 {
            say!("the database is {} too large; the oldest executions would go until it is not", size(over));
        }
        return Ok(Verdict::Good);
    }
    let cleaned = studio.store().clean(retention).await?;
    say!(
        "{} executions, {} cached answers and {} payloads gone; {} given back",
        cleaned.executions,
        cleaned.answers,
        cleaned.payloads,
        size(cleaned.bytes)
    );
    Ok(Verdict::Good)
}

/// `30d`, `12h`, `90m`: a number and its unit.
fn age(text: &str) -> anyhow::Result<Duration> {
    const HELP: &str = "write a whole number and a unit: 30d, 12h or 90m";
    let unit = text.chars().last().context(HELP)?;
    let number: u64 = text.strip_suffix(unit).unwrap_or_default().parse().ok().context(HELP)?;
    let seconds: u64 = match unit {
        'd' => 24 * 60 * 60,
        'h' => 60 * 60,
        'm' => 60,
        _ => bail!(HELP),
    };
    Ok(Duration::from_secs(number.saturating_mul(seconds)))
}

/// `1.5 MiB`, as in the studio: two digits or more, and a unit of 1,024 of the one before.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["KiB", "MiB", "GiB", "TiB"];
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut size = bytes as f64 / 1024.0;
    let mut unit = UNITS[0];
    for larger in &UNITS[1..] {
        if size < 1023.5 {
            break;
        }
        size /= 1024.0;
        unit = larger;
    }
    if size < 9.95 { format!("{size:.1} {unit}") } else { format!("{size:.0} {unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_two_digits_or_more() {
        for (bytes, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.0 KiB"),
            (10_188, "9.9 KiB"),
            (10_189, "10 KiB"),
            (1_048_063, "1023 KiB"),
            (1_048_064, "1.0 MiB"),
            (12 << 30, "12 GiB"),
        ] {
            assert_eq!(size(bytes), text);
        }
    }

    #[test]
    fn ages_are_a_number_and_a_unit() {
        assert_eq!(age("30d").unwrap(), Duration::from_secs(30 * 86_400));
        assert_eq!(age("90m").unwrap(), Duration::from_secs(5400));
        for wrong in ["", "d", "30", "-1d", "1w", "1.5h", "3é"] {
            assert!(age(wrong).is_err(), "{wrong}");
        }
    }
}
