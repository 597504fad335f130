//! The types values may have.

use serde_json::Value;

use super::{DEEPEST, Walk};
use crate::flow::document::resolve;

/// A set of JSON types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::flow) struct Kinds(u8);

impl Kinds {
    pub(in crate::flow) const NONE: Self = Self(0);
    pub(in crate::flow) const NULL: Self = Self(1);
    pub(in crate::flow) const BOOLEAN: Self = Self(2);
    /// Whole numbers.
    pub(in crate::flow) const INTEGER: Self = Self(4);
    /// All other numbers.
    pub(in crate::flow) const FRACTION: Self = Self(8);
    pub(in crate::flow) const NUMBER: Self = Self(12);
    pub(in crate::flow) const STRING: Self = Self(16);
    pub(in crate::flow) const ARRAY: Self = Self(32);
    pub(in crate::flow) const OBJECT: Self = Self(64);
    pub(in crate::flow) const ALL: Self = Self(127);

    fn named(name: &str) -> Self {
        match name {
            "null" => Self::NULL,
            "boolean" => Self::BOOLEAN,
            "integer" => Self::INTEGER,
            "number" => Self::NUMBER,
            "string" => Self::STRING,
            "array" => Self::ARRAY,
            "object" => Self::OBJECT,
            _ => Self::NONE,
        }
    }

    pub(in crate::flow) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(number) if number.to_string().contains(['.', 'e', 'E']) => Self::NUMBER,
            Value::Number(_) => Self::INTEGER,
            Value::String(_) => Self::STRING,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        }
    }

    pub(in crate::flow) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(in crate::flow) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(in crate::flow) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(in crate::flow) const fn contains(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The names of the types, as `type` lists them.
    pub(in crate::flow) fn names(self) -> Vec<&'static str> {
        let mut names = Vec::new();
        for (kinds, name) in [
            (Self::NULL, "null"),
            (Self::BOOLEAN, "boolean"),
            (Self::NUMBER, "number"),
            (Self::STRING, "string"),
            (Self::ARRAY, "array"),
            (Self::OBJECT, "object"),
        ] {
            match self.and(kinds) {
                own if own == kinds => names.push(name),
                Self::INTEGER => names.push("integer"),
                Self::FRACTION => names.push("number"),
                _ => {}
            }
        }
        names
    }

    /// The types in words.
    pub(in crate::flow) fn said(self) -> String {
        if self == Self::ALL { "any value".to_owned() } else { self.names().join(" or ") }
    }

    /// Whether every type is one of `other`.
    pub(in crate::flow) const fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    pub(in crate::flow) const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl Walk<'_> {
    /// The types its values may have; never too few.
    pub(in crate::flow) fn kinds(&self, schema: &Value) -> Kinds {
        self.kinds_at(schema, 0)
    }

    fn kinds_at(&self, schema: &Value, depth: usize) -> Kinds {
        let map = match schema {
            Value::Bool(false) => return Kinds::NONE,
            Value::Object(map) if depth <= DEEPEST => map,
            _ => return Kinds::ALL,
        };
        let mut kinds = match map.get("type") {
            Some(Value::String(name)) => Kinds::named(name),
            Some(Value::Array(names)) => {
                names.iter().filter_map(Value::as_str).fold(Kinds::NONE, |sum, name| sum.or(Kinds::named(name)))
            }
            _ => Kinds::ALL,
        };
        if let Some(values) = map.get("enum").and_then(Value::as_array) {
            kinds = kinds.and(values.iter().fold(Kinds::NONE, |sum, value| sum.or(Kinds::of(value))));
        }
        if let Some(value) = map.get("const") {
            kinds = kinds.and(Kinds::of(value));
        }
        if self.declared && kinds == Kinds::ALL && map.contains_key("properties") {
            kinds = Kinds::OBJECT;
        }
        if let Some(target) = map.get("$ref").and_then(Value::as_str).and_then(|one| resolve(self.document, one)) {
            kinds = kinds.and(self.kinds_at(target, depth + 1));
        }
        for one in map.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            kinds = kinds.and(self.kinds_at(one, depth + 1));
        }
        for keyword in ["anyOf", "oneOf"] {
            if let Some(options) = map.get(keyword).and_then(Value::as_array) {
                let sum = options.iter().fold(Kinds::NONE, |sum, one| sum.or(self.kinds_at(one, depth + 1)));
                kinds = kinds.and(sum);
            }
        }
        if let Some(Value::Object(no)) = map.get("not")
            && no.len() == 1
            && let Some(Value::String(name)) = no.get("type")
            && name != "integer"
        {
            kinds = kinds.without(Kinds::named(name));
        }
        kinds
    }
}
