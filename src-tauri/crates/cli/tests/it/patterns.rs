//! The examples of the patterns, checked and tested as a person would.

use std::path::{Path, PathBuf};

use crate::support::Place;

fn examples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../examples/patterns");
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

#[test]
fn every_pattern_has_an_example_that_is_well_and_passes_its_tests() {
    let files = examples();
    assert!(files.len() >= 10, "found {files:?}");
    let place = Place::new();
    for file in files {
        let path = file.to_string_lossy().into_owned();
        let checked = place.heddle(&["validate", &path]);
        assert_eq!(checked.code, 0, "{path}: {}{}", checked.out, checked.err);
        let document: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        // What waits for a person has no tests of its own.
        if document["tests"].as_array().is_some_and(|tests| !tests.is_empty()) {
            let tested = place.heddle(&["test", &path]);
            assert_eq!(tested.code, 0, "{path}: {}{}", tested.out, tested.err);
        }
    }
}
