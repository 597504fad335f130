//! The UI's packages and its build, each done again only when what it depends on has changed.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::place::Place;
use crate::step::{sh, step};

/// What the built UI is made from.
const SOURCES: &[&str] =
    &["index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts", "public", "src"];

/// Installs a folder's npm packages, exactly as its lock file says.
pub(crate) fn packages(place: &Place, folder: &Path) -> anyhow::Result<()> {
    let state = fingerprint(folder, &["package.json", "package-lock.json"])?;
    let stamp = folder.join("node_modules/.heddle-stamp");
    if is(&stamp, &state) {
        return Ok(());
    }
    let name = folder.strip_prefix(&place.root).unwrap_or(folder).display().to_string();
    step(&format!("Install the packages of {name}"), || {
        sh(place.npm(folder).args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]))?;
        write(&stamp, &state)
    })
}

/// Builds the UI into `ui/dist`.
pub(crate) fn build(place: &Place) -> anyhow::Result<()> {
    let folder = place.ui();
    packages(place, &folder)?;
    let state = fingerprint(&folder, SOURCES)?;
    let stamp = folder.join("node_modules/.heddle-built");
    if is(&stamp, &state) && folder.join("dist/index.html").is_file() {
        return Ok(());
    }
    step("Build the UI", || {
        sh(place.npm(&folder).args(["run", "--silent", "build"]))?;
        write(&stamp, &state)
    })
}

fn is(stamp: &Path, state: &str) -> bool {
    std::fs::read_to_string(stamp).is_ok_and(|kept| kept == state)
}

fn write(stamp: &Path, state: &str) -> anyhow::Result<()> {
    std::fs::write(stamp, state).with_context(|| format!("cannot write {}", stamp.display()))
}

/// A number over names and contents of all files below `parts`.
fn fingerprint(folder: &Path, parts: &[&str]) -> anyhow::Result<String> {
    let mut files = Vec::new();
    for part in parts {
        collect(&folder.join(part), &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.strip_prefix(folder).unwrap_or(&file).hash(&mut hasher);
        std::fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}\n", hasher.finish()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> anyhow::Result<()> {
    if path.is_file() {
        files.push(path.to_owned());
    } else if path.is_dir() {
        for entry in std::fs::read_dir(path)? {
            collect(&entry?.path(), files)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_change_of_name_or_content_shows() {
        let folder = std::env::temp_dir().join(format!("heddle-xtask-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("src/deep")).unwrap();
        std::fs::write(folder.join("src/deep/a.ts"), "1").unwrap();
        let state = || fingerprint(&folder, &["src", "missing"]).unwrap();

        let first = state();
        assert_eq!(first, state());
        std::fs::write(folder.join("src/deep/a.ts"), "2").unwrap();
        let second = state();
        assert_ne!(first, second, "content");
        std::fs::rename(folder.join("src/deep/a.ts"), folder.join("src/deep/b.ts")).unwrap();
        assert_ne!(second, state(), "name");
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
