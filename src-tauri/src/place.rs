//! Where this studio keeps its things.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::Context;

/// Names the data folder in place of the usual one: for tests, and for people who keep several.
pub(crate) const DATA_DIR: &str = "HEDDLE_DATA_DIR";

/// The data folder of this studio.
pub(crate) struct Place {
    /// Database, blobs, window state and the web view's own storage live below this folder.
    pub(crate) data: PathBuf,
    chosen: bool,
}

impl Place {
    /// The folder named by [`DATA_DIR`], else the one every door of Heddle shares, made when missing.
    pub(crate) fn find() -> anyhow::Result<Self> {
        let named = std::env::var_os(DATA_DIR).filter(|folder| !folder.is_empty());
        let chosen = named.is_some();
        let data = match named {
            Some(folder) => PathBuf::from(folder),
            None => heddle_api::data_dir().context("no home folder found: name a data folder in HEDDLE_DATA_DIR")?,
        };
        std::fs::create_dir_all(&data).with_context(|| format!("cannot make the data folder {}", data.display()))?;
        let data = data.canonicalize().with_context(|| format!("cannot reach {}", data.display()))?;
        Ok(Self { data, chosen })
    }

    /// One running studio a data folder: the name under which a second start finds the first.
    pub(crate) fn instance_name(&self) -> String {
        const USUAL: &str = "dev.heddle.studio";
        if self.chosen { format!("{USUAL}.d{:016x}", fingerprint(&self.data)) } else { USUAL.into() }
    }
}

fn fingerprint(path: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    path.hash(&mut hasher);
    hasher.finish()
}
