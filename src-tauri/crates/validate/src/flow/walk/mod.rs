//! Walking into schemas: what a field or an element may be, and whether it is there at all.
//!
//! `own.rs` reads the keywords of one schema object, `names.rs` lists what objects and arrays may hold, `kinds.rs` which
//! types there may be; here is how schemas within schemas are put together.

mod kinds;
mod names;
mod own;
mod part;

use heddle_expr::Segment;
use serde_json::Value;

use super::document::resolve;

pub(super) use kinds::Kinds;
use part::any;
pub(super) use part::{Absent, Declared, Part};

/// References that are followed one after the other, and schemas inside one another that are looked through.
const DEEPEST: usize = 24;

/// How a document is walked.
#[derive(Clone, Copy)]
pub(super) struct Walk<'d> {
    pub(super) document: &'d Value,
    /// Whether a schema with `properties` and without a `type` is taken to mean objects, and open objects to have
    /// nothing undeclared.
    pub(super) declared: bool,
}

impl Walk<'_> {
    /// What `schema`, a schema of the document, says about a part.
    pub(super) fn part(&self, schema: &Value, segment: &Segment) -> Part {
        let mut part = self.look(schema, segment, 0);
        if !self.declared && part.declared < Declared::Yes {
            // Anything may be there, and that is all there is to know.
            part.declared = Declared::Yes;
        }
        part
    }

    fn look(&self, schema: &Value, segment: &Segment, depth: usize) -> Part {
        let map = match schema {
            Value::Bool(false) => return Part::closed(),
            Value::Object(map) => map,
            _ => return Part::silent(),
        };
        if depth > DEEPEST {
            return Part { exact: false, ..Part::silent() };
        }
        let mut whole = match segment {
            Segment::Key(key) => self.own_member(map, key),
            Segment::Index(index) => self.own_element(map, *index),
        };
        if let Some(values) = map.get("enum").and_then(Value::as_array) {
            whole = whole.and(self.of_values(values, segment));
        }
        if let Some(value) = map.get("const") {
            whole = whole.and(self.of_values(std::slice::from_ref(value), segment));
        }
        if let Some(Value::String(reference)) = map.get("$ref") {
            whole = match resolve(self.document, reference) {
                Some(target) => whole.and(self.look(target, segment, depth + 1)),
                None => whole.and(Part { exact: false, ..Part::silent() }),
            };
        }
        for one in map.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            whole = whole.and(self.look(one, segment, depth + 1));
        }
        for keyword in ["anyOf", "oneOf"] {
            if let Some(options) = map.get(keyword).and_then(Value::as_array) {
                whole = whole.and(any(options.iter().map(|one| self.look(one, segment, depth + 1)).collect()));
            }
        }
        if map.contains_key("then") || map.contains_key("else") {
            let branch = |name: &str| match map.get(name) {
                Some(schema) => self.look(schema, segment, depth + 1),
                None => Part::silent(),
            };
            whole = whole.and(Part { exact: false, ..any(vec![branch("then"), branch("else")]) });
        }
        if map.contains_key("not") || map.contains_key("dependentSchemas") {
            whole.exact = false;
        }
        whole
    }
}
