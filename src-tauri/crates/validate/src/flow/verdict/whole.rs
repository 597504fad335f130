//! Comparing what arrives as a whole, where fields depend on one another or cannot be told apart.

use heddle_schema::Verdict;
use indexmap::IndexMap;
use serde_json::{Value, json};

use super::asked::Asked;
use super::{Said, Whole};
use crate::flow::cache::Comparisons;
use crate::flow::document::cut;
use crate::flow::report::{Mode, Reason, WireVerdict};
use crate::flow::survey::Arrival;
use crate::flow::unknown::why_unknown;
use crate::flow::walk::Absent;

/// What is said of a field that may be right or not: what else arrives is wrong.
const HIDDEN: &str = "what else arrives does not fit, so this cannot be judged by itself";

pub(super) fn judge(
    arrival: &Arrival,
    accepts: &Value,
    asked: Option<&Asked>,
    mode: Mode,
    made: &Comparisons,
) -> (IndexMap<String, Said>, Option<Whole>) {
    let named = asked.map(Asked::names).unwrap_or_default();
    let mut fields: IndexMap<String, Said> =
        arrival.fields.keys().cloned().chain(named).map(|name| (name, Said::always())).collect();
    let mut said = Said::of(made.check(&arrival.document, accepts, mode.into()));
    let everybodys = |said| Some(Whole { said, givers: None });
    let doubt = doubt(arrival);
    match (said.verdict, doubt) {
        (WireVerdict::Always, _) => return (fields, None),
        (WireVerdict::Unknown, None) => return (fields, everybodys(said)),
        // What may be narrower than it looks proves nothing, unless it fits nowhere.
        (WireVerdict::Unknown | WireVerdict::Sometimes, Some(why)) => return (fields, everybodys(Said::unknown(why))),
        (WireVerdict::Sometimes, None) | (WireVerdict::Never, _) => {}
    }
    let all = std::mem::take(&mut said.reasons);
    let (own, of_whole): (Vec<Reason>, Vec<Reason>) =
        all.into_iter().partition(|reason| arrival.apart && field_of(reason).is_some());
    let mut blamed: Vec<String> = Vec::new();
    for reason in own {
        let Some(name) = field_of(&reason) else { continue };
        let field = fields.entry(name.clone()).or_insert_with(Said::always);
        (field.verdict, field.reasons) = (said.verdict, [std::mem::take(&mut field.reasons), vec![reason]].concat());
        if !blamed.contains(&name) {
            blamed.push(name);
        }
    }
    if blamed.is_empty() || !of_whole.is_empty() {
        // A verdict that no field explains is everybody's.
        said.reasons = of_whole;
        return (fields, everybodys(said));
    }
    // Nothing would fit if one of several were mended: none of them alone is known to be to blame.
    if said.verdict == WireVerdict::Never && blamed.len() > 1 {
        let alone = |name: &String| {
            with_right(arrival, asked, &blamed, Some(name))
                .is_some_and(|rest| matches!(made.check(&rest, accepts, mode.into()).verdict, Verdict::Never { .. }))
        };
        let fatal: Vec<&String> = blamed.iter().filter(|name| alone(name)).collect();
        if !fatal.is_empty() {
            for name in blamed.iter().filter(|name| !fatal.contains(name)) {
                fields[name.as_str()].verdict = WireVerdict::Sometimes;
            }
        }
    }
    let rest = with_right(arrival, asked, &blamed, None);
    let rest = rest.map(|rest| made.check(&rest, accepts, mode.into()).verdict);
    if !matches!(rest, Some(Verdict::Always)) {
        for said in fields.values_mut().filter(|said| said.verdict == WireVerdict::Always) {
            *said = Said::unknown(HIDDEN);
        }
    }
    // What shows it is a value of the whole.
    let shown = Said { verdict: WireVerdict::Always, ..said };
    (fields, everybodys(shown))
}

fn field_of(reason: &Reason) -> Option<String> {
    let name = reason.path.strip_prefix('/')?.split('/').next()?;
    Some(name.replace("~1", "/").replace("~0", "~"))
}

/// What of an arrival is not known well enough.
fn doubt(arrival: &Arrival) -> Option<String> {
    let field = arrival.fields.iter().find_map(|(name, field)| Some(format!("{name}: {}", field.unknown.as_ref()?)));
    field
        .or_else(|| arrival.opaque.first().map(|(_, why)| why.clone()))
        .or_else(|| why_unknown(&arrival.document).map(str::to_owned))
}

/// What arrives, if some fields were as they are asked to be; `but`: one of them that stays.
fn with_right(arrival: &Arrival, asked: Option<&Asked>, right: &[String], but: Option<&String>) -> Option<Value> {
    let asked = asked?;
    let mut whole = arrival.document.as_object()?.clone();
    let mut properties = whole.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut required: Vec<Value> = whole.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    for name in right.iter().filter(|name| Some(*name) != but) {
        let part = asked.field(name);
        properties.shift_remove(name);
        required.retain(|own| own.as_str() != Some(name));
        if part.absent != Absent::Always {
            let schema = cut(&asked.document, &part.schema);
            // References of the other document would lead into this one.
            if schema.get("$defs").is_some() {
                return None;
            }
            properties.insert(name.clone(), schema);
            required.push(json!(name));
        }
    }
    whole.insert("properties".to_owned(), Value::Object(properties));
    whole.insert("required".to_owned(), Value::Array(required));
    Some(Value::Object(whole))
}
