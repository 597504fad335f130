//! What is accepted, as far as it comes down to conditions on single fields.

use std::sync::Arc;

use heddle_expr::Segment;
use serde_json::Value;

use crate::flow::document::{document, resolve};
use crate::flow::walk::{Absent, Part, Walk};

/// References and `allOf` inside one another that are looked through.
const DEEPEST: usize = 24;

/// Keywords of an object that tie its fields together, or that are not taken apart.
const TYING: [&str; 16] = [
    "anyOf",
    "oneOf",
    "not",
    "if",
    "then",
    "else",
    "enum",
    "const",
    "minProperties",
    "maxProperties",
    "propertyNames",
    "dependentRequired",
    "dependentSchemas",
    "unevaluatedProperties",
    "patternProperties",
    "$dynamicRef",
];

/// A schema of inputs that can be looked into.
pub(super) struct Asked {
    pub(super) document: Arc<Value>,
    /// Whether an object is accepted exactly if each of its fields is.
    pub(super) by_field: bool,
}

impl Asked {
    /// None: it cannot be looked into.
    pub(super) fn of(accepts: &Value) -> Option<Self> {
        let document = Arc::new(document(accepts).ok()?);
        let by_field = comes_down_to_fields(&document, &document, 0);
        Some(Self { document, by_field })
    }

    /// What is asked of a field.
    pub(super) fn field(&self, name: &str) -> Part {
        self.walk().part(&self.document, &Segment::Key(name.to_owned()))
    }

    /// What is asked of fields that are not named; None: nothing.
    pub(super) fn others(&self) -> Option<Value> {
        // A name nobody uses.
        let part = self.field("\u{f8ff}\u{0}");
        match part.absent {
            Absent::Always => Some(Value::Bool(false)),
            _ => (part.schema != Value::Bool(true)).then_some(part.schema),
        }
    }

    /// The fields that are named.
    pub(super) fn names(&self) -> Vec<String> {
        self.walk().names(&self.document)
    }

    // What comes is an object, so what is required is required.
    fn walk(&self) -> Walk<'_> {
        Walk { document: &self.document, declared: true }
    }
}

fn comes_down_to_fields(document: &Value, schema: &Value, depth: usize) -> bool {
    let map = match schema {
        Value::Bool(_) => return *schema == Value::Bool(true),
        Value::Object(map) if depth <= DEEPEST => map,
        _ => return false,
    };
    let objects = match map.get("type") {
        None => true,
        Some(Value::String(name)) => name == "object",
        Some(Value::Array(names)) => names.iter().any(|name| name == "object"),
        Some(_) => false,
    };
    let referred = match map.get("$ref").and_then(Value::as_str) {
        None => true,
        Some(reference) => {
            resolve(document, reference).is_some_and(|target| comes_down_to_fields(document, target, depth + 1))
        }
    };
    let all = map.get("allOf").and_then(Value::as_array).into_iter().flatten();
    objects
        && referred
        && !TYING.iter().any(|keyword| map.contains_key(*keyword))
        && all.into_iter().all(|one| comes_down_to_fields(document, one, depth + 1))
}
