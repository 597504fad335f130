//! `heddle storage` and `heddle backup`.

use serde_json::Value;

use crate::support::{PASS, Place, chain};

fn executions(place: &Place, data: &str) -> usize {
    let said = place.heddle(&["executions", "list", "--json", "--data-dir", data]);
    said.json().as_array().unwrap().len()
}

#[test]
fn what_takes_space_is_shown_and_cleaned_up() {
    let place = Place::new();
    place.file("w.json", chain(&[("a", PASS)]));
    assert_eq!(place.heddle(&["run", "w.json", "--data-dir", "data", "--times", "5"]).code, 0);
    let said = place.heddle(&["storage", "--data-dir", "data", "--json"]);
    assert_eq!((said.code, &said.json()["executions"]), (0, &Value::from(5)), "{}", said.err);
    let said = place.heddle(&["storage", "--data-dir", "data"]);
    assert!(said.out.contains("executions") && said.out.contains("5 (0 starred, 0 not settled)"), "{}", said.out);

    let said = place.heddle(&["storage", "clean", "--data-dir", "data", "--keep", "2", "--dry-run"]);
    assert_eq!((said.code, said.out.trim()), (0, "3 executions would go"));
    assert_eq!(executions(&place, "data"), 5);
    let said = place.heddle(&["storage", "clean", "--data-dir", "data", "--older-than", "1d"]);
    assert!(said.out.starts_with("0 executions"), "{}", said.out);
    let said = place.heddle(&["storage", "clean", "--data-dir", "data", "--keep", "2"]);
    assert!(said.out.starts_with("3 executions"), "{}", said.out);
    assert_eq!(executions(&place, "data"), 2);
    place.heddle(&["storage", "clean", "--older-than", "soon"]).refused(2, &["30d, 12h or 90m"]);
    place.heddle(&["storage", "--data-dir", "nowhere"]).refused(2, &["no data folder"]);
    assert!(!place.path("nowhere").exists());
}

#[test]
fn a_backup_is_a_data_folder_again() {
    let place = Place::new();
    place.file("w.json", chain(&[("a", PASS)]));
    assert_eq!(place.heddle(&["run", "w.json", "--data-dir", "data", "--times", "3"]).code, 0);
    let said = place.heddle(&["backup", "copy.heddle", "--data-dir", "data"]);
    assert_eq!(said.code, 0, "{}", said.err);
    assert!(said.err.contains("3 executions; checked"), "{}", said.err);
    assert_eq!(place.heddle(&["backup", "copy.heddle", "--data-dir", "data"]).code, 0, "again, in its place");
    place.heddle(&["backup", "w.json", "--data-dir", "data"]).refused(2, &["no backup of Heddle"]);
    std::fs::create_dir(place.path("restored")).unwrap();
    std::fs::copy(place.path("copy.heddle"), place.path("restored/heddle.db")).unwrap();
    assert_eq!(executions(&place, "restored"), 3);
}
