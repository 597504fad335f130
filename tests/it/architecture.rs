//! Who may know whom: the import table of docs/architecture.md, held against what cargo says.

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// Each package and all the packages of this workspace it may import.
const TABLE: &[(&str, &[&str])] = &[
    ("heddle-model", &[]),
    ("heddle-schema", &[]),
    ("heddle-expr", &["heddle-model"]),
    ("heddle-validate", &["heddle-model", "heddle-schema", "heddle-expr"]),
    ("heddle-engine", &["heddle-model", "heddle-expr", "heddle-schema", "heddle-validate"]),
    ("heddle-agents", &["heddle-model", "heddle-expr", "heddle-engine"]),
    ("heddle-store", &["heddle-model", "heddle-engine"]),
    ("heddle-api", CORE),
    ("heddle-cli", EVERYTHING),
    ("heddle-desktop", EVERYTHING),
    ("xtask", &[]),
];

/// All below the API.
const CORE: &[&str] = &[
    "heddle-model",
    "heddle-schema",
    "heddle-expr",
    "heddle-validate",
    "heddle-engine",
    "heddle-agents",
    "heddle-store",
];

/// What the two doors and the command line may use.
const EVERYTHING: &[&str] = &[
    "heddle-model",
    "heddle-schema",
    "heddle-expr",
    "heddle-validate",
    "heddle-engine",
    "heddle-agents",
    "heddle-store",
    "heddle-api",
];

/// Crates that only their one owner may import.
const OWNED: &[(&str, &[&str])] = &[
    ("tauri", &["heddle-desktop"]),
    ("axum", &["heddle-api", "heddle-cli", "heddle-desktop"]),
    ("rusqlite", &["heddle-store", "heddle-agents"]),
];

/// Packages that do no IO: nothing that runs tasks, opens files or talks to a network.
const PURE: &[&str] = &["heddle-model", "heddle-schema", "heddle-expr", "heddle-validate"];
const IO: &[&str] = &["tokio", "reqwest", "rusqlite", "axum", "tauri"];

/// Package → names of what it imports outside its own tests.
fn imports() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["metadata", "--format-version", "1", "--no-deps", "--manifest-path"])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).unwrap();
    let name = |value: &Value| value["name"].as_str().unwrap().to_owned();
    let packages = metadata["packages"].as_array().unwrap().iter();
    packages
        .map(|package| {
            let dependencies = package["dependencies"].as_array().unwrap().iter();
            (name(package), dependencies.filter(|one| one["kind"] != "dev").map(name).collect())
        })
        .collect()
}

#[test]
fn every_package_imports_only_what_the_table_allows() {
    let imports = imports();
    let mut wrong = Vec::new();
    for (package, imported) in &imports {
        if package == "heddle-tests" {
            continue;
        }
        let Some((_, allowed)) = TABLE.iter().find(|(name, _)| name == package) else {
            wrong.push(format!("{package} is not in the table"));
            continue;
        };
        for ours in imported.iter().filter(|name| imports.contains_key(*name)) {
            if !allowed.contains(&ours.as_str()) {
                wrong.push(format!("{package} may not import {ours}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn what_has_an_owner_is_imported_by_it_alone() {
    let imports = imports();
    for (owned, owners) in OWNED {
        let importers = imports.iter().filter(|(_, imported)| imported.contains(*owned));
        let foreign: Vec<_> = importers.map(|(name, _)| name).filter(|name| !owners.contains(&name.as_str())).collect();
        assert!(foreign.is_empty(), "{owned} is imported by {foreign:?}");
    }
}

#[test]
fn the_pure_packages_do_no_io() {
    let imports = imports();
    for package in PURE {
        let imported = imports.get(*package).unwrap_or_else(|| panic!("{package} is gone: update this test"));
        let found: Vec<_> = IO.iter().filter(|name| imported.contains(**name)).collect();
        assert!(found.is_empty(), "{package} imports {found:?}");
    }
}
