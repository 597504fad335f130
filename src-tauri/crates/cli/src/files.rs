//! Reading what is named on the command line.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use heddle_model::{MAX_DOCUMENT_BYTES, Payload};

use crate::args::DataDir;

/// The text of a file, or of standard input for `-`; more than a document may have is refused before it is read.
pub(crate) fn read(path: &Path) -> anyhow::Result<String> {
    let mut bytes = Vec::new();
    let limit = MAX_DOCUMENT_BYTES as u64;
    if path == Path::new("-") {
        std::io::stdin().lock().take(limit + 1).read_to_end(&mut bytes).context("cannot read standard input")?;
    } else {
        let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        file.take(limit + 1).read_to_end(&mut bytes).with_context(|| format!("cannot read {}", path.display()))?;
    }
    if bytes.len() as u64 > limit {
        bail!("{} has more than {limit} bytes; that much is not read", path.display());
    }
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        anyhow::anyhow!("{} is not UTF-8 text: byte {at} is no character", path.display())
    })
}

/// An execution's input; `{}` when none is named.
pub(crate) fn input(path: Option<&Path>) -> anyhow::Result<Payload> {
    let Some(path) = path else { return Ok(Payload::from_value(&serde_json::json!({}))) };
    Payload::parse(read(path)?).with_context(|| format!("the input {} cannot be used", path.display()))
}

/// The data folder to use.
pub(crate) fn data_dir(args: &DataDir) -> anyhow::Result<PathBuf> {
    match &args.data_dir {
        Some(folder) => Ok(folder.clone()),
        None => heddle_api::data_dir().context("no home folder found: name a data folder with --data-dir"),
    }
}
