//! One schema for the values of several.

use serde_json::{Map, Value, json};

use crate::{
    check::{Options, check},
    report::Verdict,
};

/// A schema that allows whatever any of the schemas allows, as tight as is easily said: schemas that fit another are left
/// out, plain types and plain objects are joined, and the rest are alternatives.
///
/// Schemas that cannot stand in one document (of different drafts, or with identifiers of their own) give `true`, which
/// allows anything. Schemas without `$schema` are 2020-12.
pub fn generalise(schemas: &[Value]) -> Value {
    if schemas.len() > 1 && schemas.iter().any(|schema| !can_be_moved(schema)) {
        return Value::Bool(true);
    }
    let drafts: Vec<_> = schemas.iter().map(|schema| schema.get("$schema")).collect();
    if drafts.windows(2).any(|pair| pair[0] != pair[1]) {
        return Value::Bool(true);
    }
    let draft = drafts.first().copied().flatten().cloned();
    let mut kept: Vec<Value> = Vec::new();
    for schema in schemas {
        let schema = schema.clone();
        let fits = |a: &Value, b: &Value| matches!(check(a, b, &Options::default()).verdict, Verdict::Always);
        if kept.iter().any(|other| fits(&schema, other)) {
            continue;
        }
        kept.retain(|other| !fits(other, &schema));
        kept.push(schema);
    }
    let joined = kept.iter().skip(1).try_fold(kept.first().cloned().unwrap_or(Value::Bool(false)), |a, b| join(&a, b));
    if let Some(joined) = joined {
        return joined;
    }
    let options: Vec<Value> = kept
        .iter()
        .enumerate()
        .map(|(at, schema)| {
            let mut moved = moved(schema, &format!("#/anyOf/{at}"));
            if let Value::Object(map) = &mut moved {
                map.shift_remove("$schema");
            }
            moved
        })
        .collect();
    let mut whole = Map::new();
    if let Some(draft) = draft {
        whole.insert("$schema".into(), draft);
    }
    whole.insert("anyOf".into(), Value::Array(options));
    Value::Object(whole)
}

/// Both in one schema without alternatives, if they are plain enough for that.
fn join(a: &Value, b: &Value) -> Option<Value> {
    let (left, right) = (a.as_object()?, b.as_object()?);
    let plain = |map: &Map<String, Value>, allowed: &[&str]| map.keys().all(|key| allowed.contains(&key.as_str()));
    if plain(left, &["type"]) && plain(right, &["type"]) {
        let mut types: Vec<Value> = Vec::new();
        for own in [left.get("type")?, right.get("type")?] {
            let listed = own.as_array().cloned().unwrap_or_else(|| vec![own.clone()]);
            types.extend(listed.into_iter().filter(|t| !types.contains(t)).collect::<Vec<_>>());
        }
        return Some(json!({ "type": types }));
    }
    let of_object = ["type", "properties", "required", "title", "description"];
    if !plain(left, &of_object)
        || !plain(right, &of_object)
        || left.get("type")? != "object"
        || right.get("type")? != "object"
    {
        return None;
    }
    let empty = Map::new();
    let members = |map: &'_ Map<String, Value>| {
        map.get("properties").and_then(Value::as_object).cloned().unwrap_or(empty.clone())
    };
    let (ours, theirs) = (members(left), members(right));
    if ours.values().chain(theirs.values()).any(contains_reference) {
        return None;
    }
    // A property that one of them does not declare may be anything there.
    let properties: Map<String, Value> = ours
        .iter()
        .filter_map(|(name, own)| Some((name.clone(), generalise(&[own.clone(), theirs.get(name)?.clone()]))))
        .collect();
    let names = |map: &Map<String, Value>| map.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
    let others = names(right);
    let required: Vec<Value> = names(left).into_iter().filter(|name| others.contains(name)).collect();
    let mut whole = Map::new();
    whole.insert("type".into(), json!("object"));
    whole.insert("properties".into(), Value::Object(properties));
    if !required.is_empty() {
        whole.insert("required".into(), Value::Array(required));
    }
    Some(Value::Object(whole))
}

fn contains_reference(schema: &Value) -> bool {
    match schema {
        Value::Object(map) => map.get("$ref").is_some_and(Value::is_string) || map.values().any(contains_reference),
        Value::Array(list) => list.iter().any(contains_reference),
        _ => false,
    }
}

/// Whether the references of a schema are all pointers, so that it can stand elsewhere.
fn can_be_moved(schema: &Value) -> bool {
    match schema {
        Value::Object(map) => {
            let identified =
                ["$id", "id", "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$dynamicRef", "$recursiveRef"];
            let own =
                identified.iter().any(|keyword| map.get(*keyword).is_some_and(|v| v.is_string() || v.is_boolean()));
            let far = map.get("$ref").and_then(Value::as_str).is_some_and(|r| r != "#" && !r.starts_with("#/"));
            !own && !far && map.values().all(can_be_moved)
        }
        Value::Array(list) => list.iter().all(can_be_moved),
        _ => true,
    }
}

fn moved(schema: &Value, to: &str) -> Value {
    match schema {
        Value::Object(map) => Value::Object(
            map.iter()
                .map(|(key, value)| match (key.as_str(), value) {
                    ("$ref", Value::String(reference)) => (key.clone(), json!(format!("{to}{}", &reference[1..]))),
                    ("enum" | "const" | "default" | "examples", _) => (key.clone(), value.clone()),
                    _ => (key.clone(), moved(value, to)),
                })
                .collect(),
        ),
        Value::Array(list) => Value::Array(list.iter().map(|item| moved(item, to)).collect()),
        other => other.clone(),
    }
}
