//! Where Heddle keeps things unless told otherwise.

use std::path::PathBuf;

/// The data folder that the window, the server and the command line share: `heddle` below `XDG_DATA_HOME`, or below
/// `~/.local/share`. None: there is no home folder.
pub fn data_dir() -> Option<PathBuf> {
    let shared = std::env::var_os("XDG_DATA_HOME").map(PathBuf::from).filter(|folder| folder.is_absolute());
    let home = || std::env::home_dir().map(|home| home.join(".local/share"));
    shared.or_else(home).map(|folder| folder.join("heddle"))
}
