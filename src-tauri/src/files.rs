//! Import and export through the native file dialogs.
//!
//! The page never names a path: it gets the text of files the person picked, and hands over text for a place the person
//! chose. That is all the access to files it has.

use std::io::Read;
use std::path::Path;

use serde::Serialize;
use tauri::{AppHandle, WebviewWindow};
use tauri_plugin_dialog::{DialogExt, FilePath};
use tokio::sync::oneshot;

/// Larger files are refused before they are read: a workflow document is far smaller, and the page must stay usable.
const LIMIT: u64 = 64 * 1024 * 1024;

/// A file the person picked.
#[derive(Debug, Serialize)]
pub(crate) struct PickedFile {
    /// The file's name without its folder.
    name: String,
    /// Its whole text.
    text: String,
}

/// Why a picked file could not be read or written, in the words the API uses for errors.
#[derive(Debug, Serialize)]
pub(crate) struct FileError {
    code: &'static str,
    message: String,
}

/// Lets the person pick a JSON file and answers its text; nothing when the dialog was closed.
#[tauri::command]
pub(crate) async fn open_json_file(app: AppHandle, window: WebviewWindow) -> Result<Option<PickedFile>, FileError> {
    let (chosen, choice) = oneshot::channel();
    app.dialog()
        .file()
        .set_parent(&window)
        .set_title("Import a workflow")
        .add_filter("JSON", &["json"])
        .add_filter("All files", &["*"])
        .pick_file(move |file| drop(chosen.send(file)));
    let Some(file) = choice.await.ok().flatten() else { return Ok(None) };
    on_a_worker(move || read(path_of(&file)?).map(Some)).await
}

/// Lets the person choose a place and writes `text` there; answers the path, or nothing when the dialog was closed.
#[tauri::command]
pub(crate) async fn save_text_file(
    app: AppHandle,
    window: WebviewWindow,
    name: String,
    text: String,
) -> Result<Option<String>, FileError> {
    let (chosen, choice) = oneshot::channel();
    app.dialog()
        .file()
        .set_parent(&window)
        .set_title("Export")
        .set_file_name(name)
        .add_filter("JSON", &["json"])
        .save_file(move |file| drop(chosen.send(file)));
    let Some(file) = choice.await.ok().flatten() else { return Ok(None) };
    on_a_worker(move || {
        let path = path_of(&file)?;
        write(path, &text)?;
        Ok(Some(path.display().to_string()))
    })
    .await
}

/// Runs file work where it may block.
async fn on_a_worker<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FileError> + Send + 'static,
) -> Result<T, FileError> {
    let done = tauri::async_runtime::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(FileError { code: "file_failed", message: error.to_string() }))
}

fn path_of(file: &FilePath) -> Result<&Path, FileError> {
    file.as_path().ok_or_else(|| FileError {
        code: "file_not_local",
        message: format!("{file} is not on this machine. Save a copy in a local folder and choose that."),
    })
}

fn read(path: &Path) -> Result<PickedFile, FileError> {
    let failed = |error: std::io::Error| FileError {
        code: "file_unreadable",
        message: format!("{} cannot be read: {error}.", path.display()),
    };
    let file = std::fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.take(LIMIT + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > LIMIT {
        let mebibytes = LIMIT / 1024 / 1024;
        let message = format!("{} is larger than {mebibytes} MiB, too large for a workflow.", path.display());
        return Err(FileError { code: "file_too_large", message });
    }
    let text = String::from_utf8(bytes).map_err(|error| FileError {
        code: "file_not_text",
        message: format!(
            "{} is not UTF-8 text: byte {} is no character. Choose a workflow exported as JSON.",
            path.display(),
            error.utf8_error().valid_up_to()
        ),
    })?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(PickedFile { name, text })
}

/// Writes beside the target and renames, so that an older file survives a full disk whole.
fn write(path: &Path, text: &str) -> Result<(), FileError> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let draft = path.with_file_name(format!(".{name}.{}.part", std::process::id()));
    let written = std::fs::write(&draft, text).and_then(|()| std::fs::rename(&draft, path));
    written.map_err(|error| {
        // What is left of the draft is of no use to anyone; it may also never have been made.
        let _gone = std::fs::remove_file(&draft);
        FileError { code: "file_unwritable", message: format!("{} cannot be written: {error}.", path.display()) }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_back_to_the_letter() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("triage.heddle.json");
        let text = "{\"n\": 12345678901234567890, \"π\": \"🧵\"}\n";
        write(&path, text).unwrap();
        let picked = read(&path).unwrap();
        assert_eq!((picked.name.as_str(), picked.text.as_str()), ("triage.heddle.json", text));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "no draft is left behind");
    }

    #[test]
    fn each_bad_file_has_its_own_error() {
        let folder = tempfile::tempdir().unwrap();
        let missing = folder.path().join("missing.json");
        assert_eq!(read(&missing).unwrap_err().code, "file_unreadable");

        let binary = folder.path().join("binary.json");
        std::fs::write(&binary, [b'{', 0xff]).unwrap();
        let error = read(&binary).unwrap_err();
        assert_eq!(error.code, "file_not_text");
        assert!(error.message.contains("byte 1"), "{}", error.message);

        let large = folder.path().join("large.json");
        std::fs::File::create(&large).unwrap().set_len(LIMIT + 1).unwrap();
        assert_eq!(read(&large).unwrap_err().code, "file_too_large");
    }

    #[test]
    fn a_failed_export_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        let taken = folder.path().join("taken.json");
        std::fs::create_dir(&taken).unwrap();
        std::fs::write(taken.join("inside"), "").unwrap();
        assert_eq!(write(&taken, "{}").unwrap_err().code, "file_unwritable");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "only what was there");
    }
}
