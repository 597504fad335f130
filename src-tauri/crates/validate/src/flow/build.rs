//! Documents made of documents: lists, objects, choices.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::document::Bundle;
use super::unknown::{marked, why_unknown};

/// A list of values of a document, as a document.
pub(super) fn list_of(items: Value) -> Value {
    let mut bundle = Bundle::default();
    let items = embedded(&mut bundle, &items);
    bundle.finish(json!({ "type": "array", "items": items }))
}

/// A whole document inside another.
pub(super) fn embedded(bundle: &mut Bundle, document: &Value) -> Value {
    let shared = Arc::new(document.clone());
    bundle.embed(&shared, &shared)
}

/// An object as a document: name, document of the value, whether it is always there.
pub(super) fn object<'v>(fields: impl IntoIterator<Item = (&'v str, &'v Value, bool)>, others: Option<Value>) -> Value {
    let mut bundle = Bundle::default();
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (name, schema, always) in fields {
        properties.insert(name.to_owned(), embedded(&mut bundle, schema));
        if always {
            required.push(Value::from(name));
        }
    }
    let mut whole = Map::new();
    whole.insert("type".to_owned(), json!("object"));
    whole.insert("properties".to_owned(), Value::Object(properties));
    if !required.is_empty() {
        whole.insert("required".to_owned(), Value::Array(required));
    }
    if let Some(others) = others {
        let others = embedded(&mut bundle, &others);
        whole.insert("additionalProperties".to_owned(), others);
    }
    bundle.finish(Value::Object(whole))
}

/// A document that allows what any of several allows.
pub(super) fn any_of(documents: &[Arc<Value>]) -> Value {
    match documents {
        [] => Value::Bool(false),
        [only] => only.as_ref().clone(),
        several if several.iter().any(|one| **one == Value::Bool(true)) => Value::Bool(true),
        several => {
            let mut bundle = Bundle::default();
            let options: Vec<Value> = several.iter().map(|one| bundle.embed(one, one)).collect();
            let unknown = several.iter().find_map(|one| why_unknown(one)).map(str::to_owned);
            let whole = bundle.finish(json!({ "anyOf": options }));
            match unknown {
                Some(why) => marked(whole, &why),
                None => whole,
            }
        }
    }
}
