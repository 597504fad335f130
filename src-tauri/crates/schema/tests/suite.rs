//! The official JSON-Schema-Test-Suite as facts: an instance that is valid under a schema is one of its values, so the
//! schema of that one instance fits it always, and that of an invalid one never.
//!
//! The data in `suite/` is that of <https://github.com/json-schema-org/JSON-Schema-Test-Suite> (MIT, see `suite/LICENSE`),
//! the required files and some optional ones, without those that need remote documents or vocabularies.

use heddle_schema::{Draft, Options, Verdict, check};
use serde_json::{Value, json};

/// Every fact must be decided rightly, but for a share that may stay open: remote references, references that depend on the
/// way through which a schema is reached.
fn facts(data: &str, draft: Draft, most_open: f64) {
    let files: Value = serde_json::from_str(data).expect("the data is JSON");
    let options = Options { draft, ..Options::default() };
    let (mut wrong, mut open, mut all) = (Vec::new(), Vec::new(), 0);
    for (file, groups) in files.as_object().into_iter().flatten() {
        for group in groups.as_array().into_iter().flatten() {
            for test in group["tests"].as_array().into_iter().flatten() {
                let name = format!("{file}: {}: {}", group["description"], test["description"]);
                let instance = json!({ "enum": [test["data"]] });
                let report = check(&instance, &group["schema"], &options);
                all += 1;
                match (&report.verdict, test["valid"] == true) {
                    (Verdict::Always, true) | (Verdict::Never { .. }, false) => {}
                    (Verdict::Unknown { why }, _) => open.push(format!("{name}: {why}")),
                    (verdict, _) => wrong.push(format!("{name}: {verdict:?}")),
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {all} wrong:\n{}", wrong.len(), wrong.join("\n"));
    let share = open.len() as f64 / all as f64;
    assert!(share <= most_open, "{} of {all} open:\n{}", open.len(), open.join("\n"));
    assert!(all > 500);
}

#[test]
fn draft_4() {
    facts(include_str!("suite/draft4.json"), Draft::Draft4, 0.005);
}

#[test]
fn draft_6() {
    facts(include_str!("suite/draft6.json"), Draft::Draft6, 0.005);
}

#[test]
fn draft_7() {
    facts(include_str!("suite/draft7.json"), Draft::Draft7, 0.005);
}

#[test]
fn draft_2019_09() {
    facts(include_str!("suite/draft2019-09.json"), Draft::Draft201909, 0.02);
}

#[test]
fn draft_2020_12() {
    facts(include_str!("suite/draft2020-12.json"), Draft::Draft202012, 0.03);
}
