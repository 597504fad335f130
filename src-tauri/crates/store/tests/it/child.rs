//! A test that starts itself again in another process, under conditions this one must not suffer.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const FOLDER: &str = "HEDDLE_STORE_TEST_FOLDER";

/// The folder to work in, when this process is the child.
pub(crate) fn folder() -> Option<PathBuf> {
    std::env::var_os(FOLDER).map(PathBuf::from)
}

/// Runs the test `name` once more as a child that works in `folder`.
pub(crate) fn of_test(name: &str, folder: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", name, "--nocapture"]).env(FOLDER, folder);
    command
}

/// The same where the file system of `folder` is what `mount` (shell commands on `$F`) makes of it, seen by the child
/// alone. None where this user may not mount even that way (no user namespaces): the caller tests less then.
pub(crate) fn of_test_mounted(name: &str, folder: &Path, mount: &str) -> Option<Command> {
    let mounts = |options: &[&str]| {
        let mut unshare = Command::new("unshare");
        unshare.args(options).args(["sh", "-c", &format!("{mount}; [ $? = 0 ] || exit 1; [ $# = 0 ] || exec \"$@\"")]);
        unshare.arg("sh").env("F", folder);
        unshare
    };
    for options in [&["--mount"][..], &["--mount", "--map-root-user"]] {
        let mut probe = mounts(options);
        probe.stdout(Stdio::null()).stderr(Stdio::null());
        if probe.status().is_ok_and(|status| status.success()) {
            let mut child = mounts(options);
            let test = of_test(name, folder);
            child.arg(test.get_program()).args(test.get_args()).env(FOLDER, folder);
            return Some(child);
        }
    }
    eprintln!("{name}: no private mounts for this user; tested without a real file system");
    None
}
