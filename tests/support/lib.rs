//! What the tests of this package share.

use std::path::{Path, PathBuf};

/// The checkout.
pub fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// A program this workspace builds: named by `variable`, else beside the running test.
///
/// # Panics
/// When it has not been built; says how to.
pub fn program(variable: &str, name: &str) -> PathBuf {
    let named = std::env::var_os(variable).map(PathBuf::from);
    let beside = || {
        let test = std::env::current_exe().ok()?;
        Some(test.parent()?.parent()?.join(name))
    };
    match named.or_else(beside) {
        Some(program) if program.is_file() => program,
        found => panic!("{name} is not at {found:?}: start these tests with `cargo xtask test`"),
    }
}
