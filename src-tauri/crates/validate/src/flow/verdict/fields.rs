//! Judging field by field.

use std::sync::Arc;

use heddle_expr::Segment;
use heddle_schema::Verdict;
use indexmap::IndexMap;
use serde_json::{Map, Value, json};

use super::asked::Asked;
use super::{Said, Whole};
use crate::flow::cache::Comparisons;
use crate::flow::document::cut;
use crate::flow::report::{Mode, WireVerdict};
use crate::flow::survey::Arrival;
use crate::flow::unknown::why_unknown;
use crate::flow::walk::{Absent, Declared, Part, Walk};

/// What is said of every field, and of the fields nobody names. None: it does not come down to fields.
pub(super) fn judge(
    arrival: &Arrival,
    asked: &Asked,
    mode: Mode,
    made: &Comparisons,
) -> Option<(IndexMap<String, Said>, Option<Whole>)> {
    if !asked.by_field {
        return None;
    }
    let mut fields = IndexMap::with_capacity(arrival.fields.len());
    let named = asked.names().into_iter().filter(|name| !arrival.fields.contains_key(name));
    for name in arrival.fields.keys().cloned().chain(named) {
        let (own, wanted) = (arriving(arrival, &name), asked.field(&name));
        if !own.exact || !wanted.exact {
            return None;
        }
        let said = field(arrival, asked, &name, &own, &wanted, mode, made);
        fields.insert(name, said);
    }
    let whole = match asked.others() {
        None => None,
        Some(wanted) => others(arrival, asked, &wanted, mode, made)?,
    };
    Some((fields, whole))
}

/// What arrives at a field.
pub(super) fn arriving(arrival: &Arrival, name: &str) -> Part {
    let walk = Walk { document: &arrival.document, declared: true };
    walk.part(&arrival.document, &Segment::Key(name.to_owned()))
}

/// An object with one field alone, as a schema.
fn alone(document: &Arc<Value>, name: &str, part: &Part, closed: bool) -> Value {
    let mut whole = Map::new();
    whole.insert("type".to_owned(), json!("object"));
    if part.absent != Absent::Always {
        whole.insert("properties".to_owned(), json!({ name: part.schema }));
    }
    if part.absent == Absent::Never {
        whole.insert("required".to_owned(), json!([name]));
    }
    if closed || part.absent == Absent::Always {
        whole.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    cut(document, &Value::Object(whole))
}

/// The schema of an input with one field alone, as it arrives.
pub(super) fn arriving_alone(arrival: &Arrival, name: &str, part: &Part) -> Value {
    alone(&arrival.document, name, part, true)
}

fn field(
    arrival: &Arrival,
    asked: &Asked,
    name: &str,
    own: &Part,
    wanted: &Part,
    mode: Mode,
    made: &Comparisons,
) -> Said {
    let anything = wanted.absent != Absent::Always && wanted.schema == Value::Bool(true);
    if own.absent == Absent::Always && wanted.absent != Absent::Never
        || anything && (wanted.absent != Absent::Never || own.absent == Absent::Never)
    {
        return Said::always();
    }
    let known = arrival.fields.get(name);
    let produced = arriving_alone(arrival, name, own);
    let accepted = alone(&asked.document, name, wanted, false);
    let mut said = Said::of(made.check(&produced, &accepted, mode.into()));
    let unknown = match known {
        Some(field) => field.unknown.as_ref().map(|why| format!("{name}: {why}")),
        None => why_unknown(&own.schema).map(str::to_owned),
    };
    match (said.verdict, unknown) {
        // What may be narrower than it looks proves nothing, unless it fits nowhere or everywhere.
        (WireVerdict::Sometimes | WireVerdict::Unknown, Some(why)) => said = Said::unknown(why),
        (WireVerdict::Unknown, None) => said.why = said.why.map(|why| format!("{name}: {why}")),
        _ => {}
    }
    Said { compared: Some(Box::new((produced, accepted))), ..said }
}

/// Fields that neither side names. None: whether they fit is a matter of the whole.
fn others(arrival: &Arrival, asked: &Asked, wanted: &Value, mode: Mode, made: &Comparisons) -> Option<Option<Whole>> {
    let own = arriving(arrival, "\u{f8ff}\u{0}");
    if own.absent == Absent::Always {
        return Some(None);
    }
    if own.declared < Declared::Yes {
        return None;
    }
    let produced = cut(&arrival.document, &own.schema);
    let verdict = made.check(&produced, &cut(&asked.document, wanted), mode.into()).verdict;
    if matches!(verdict, Verdict::Always) {
        return Some(None);
    }
    let (_, why) = arrival.opaque.first()?;
    let givers = arrival.opaque.iter().map(|(giver, _)| *giver).collect();
    Some(Some(Whole { said: Said::unknown(why), givers: Some(givers) }))
}
