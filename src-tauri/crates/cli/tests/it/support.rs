//! Starting the binary and looking at what it says.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// A folder of its own for a test, in which every command runs.
pub(crate) struct Place(tempfile::TempDir);

/// How a command ended.
pub(crate) struct Said {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Writes a file and gives its name.
    pub(crate) fn file<'n>(&self, name: &'n str, text: impl AsRef<[u8]>) -> &'n str {
        std::fs::write(self.path(name), text).unwrap();
        name
    }

    /// The binary, in this folder, with nothing of the user's own around it.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_heddle"));
        command.args(arguments).current_dir(self.0.path()).env("HOME", self.0.path());
        for name in ["HEDDLE_DATA_DIR", "HEDDLE_TOKEN", "HEDDLE_LOG", "XDG_DATA_HOME"] {
            command.env_remove(name);
        }
        command
    }

    pub(crate) fn heddle(&self, arguments: &[&str]) -> Said {
        Said::of(self.command(arguments).stdin(Stdio::null()).output().unwrap())
    }

    pub(crate) fn heddle_with(&self, arguments: &[&str], input: &str) -> Said {
        let mut command = self.command(arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Said::of(child.wait_with_output().unwrap())
    }
}

impl Said {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}{}", self.out, self.err))
    }

    /// Ended with this code, saying this on standard error, without a panic.
    #[track_caller]
    pub(crate) fn refused(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, code, "{}{}", self.out, self.err);
        assert!(parts.iter().all(|part| self.err.contains(part)), "{parts:?}: {}", self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
    }
}

/// The example that comes with Heddle, and an input for it.
pub(crate) fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../examples").join(name);
    std::fs::read_to_string(path).unwrap()
}

/// A workflow of steps that only pass on, a step `{id: mapping}` after the other.
pub(crate) fn chain(steps: &[(&str, &str)]) -> String {
    let all: Vec<String> = steps.iter().map(|(id, agent)| format!(r#"{{"id":"{id}","agent":{agent}}}"#)).collect();
    let edges: Vec<String> = steps
        .windows(2)
        .map(|pair| format!(r#"{{"id":"{0}-{1}","from":"{0}","to":"{1}"}}"#, pair[0].0, pair[1].0))
        .collect();
    format!(
        r#"{{"format":"heddle/v1","id":"chain","name":"Chain","steps":[{}],"edges":[{}]}}"#,
        all.join(","),
        edges.join(",")
    )
}

/// An agent that passes its input on.
pub(crate) const PASS: &str = r#"{"kind":"transform"}"#;
/// An agent that fails.
pub(crate) const FAIL: &str = r#"{"kind":"script","config":{"code":"function run() { throw new Error('no luck') }"}}"#;
/// An agent that takes a minute.
pub(crate) const SLOW: &str = r#"{"kind":"wait","config":{"ms":60000}}"#;
