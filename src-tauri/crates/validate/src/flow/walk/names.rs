//! What members and elements there may be.

use heddle_expr::Segment;
use serde_json::Value;

use super::part::any;
use super::{Absent, DEEPEST, Declared, Kinds, Part, Walk};
use crate::flow::document::resolve;

impl Walk<'_> {
    /// Names of members that `schema` declares, in order, each once.
    pub(in crate::flow) fn names(&self, schema: &Value) -> Vec<String> {
        let mut names = Vec::new();
        self.collect_names(schema, 0, &mut names);
        names
    }

    fn collect_names(&self, schema: &Value, depth: usize, names: &mut Vec<String>) {
        let Value::Object(map) = schema else { return };
        if depth > DEEPEST {
            return;
        }
        let mut add = |name: &str| {
            if !names.iter().any(|own| own == name) {
                names.push(name.to_owned());
            }
        };
        for (name, schema) in map.get("properties").and_then(Value::as_object).into_iter().flatten() {
            if *schema != Value::Bool(false) {
                add(name);
            }
        }
        map.get("required")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .for_each(&mut add);
        let values = map.get("enum").and_then(Value::as_array).into_iter().flatten().chain(map.get("const"));
        for value in values.filter_map(Value::as_object) {
            value.keys().for_each(|name| add(name));
        }
        if let Some(target) = map.get("$ref").and_then(Value::as_str).and_then(|one| resolve(self.document, one)) {
            self.collect_names(target, depth + 1, names);
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for one in map.get(keyword).and_then(Value::as_array).into_iter().flatten() {
                self.collect_names(one, depth + 1, names);
            }
        }
        for keyword in ["then", "else"] {
            map.get(keyword).into_iter().for_each(|one| self.collect_names(one, depth + 1, names));
        }
    }

    /// What members that are not declared may be, when a schema says so; None: nothing is said, or there are none.
    pub(in crate::flow) fn others(&self, schema: &Value) -> Option<Value> {
        // A name nobody uses: what is said about it is said about every name that is not declared.
        let part = self.look(schema, &Segment::Key("\u{f8ff}\u{0}".to_owned()), 0);
        let room = match part.declared {
            Declared::Closed => false,
            Declared::Yes => true,
            Declared::Open | Declared::Silent => !self.declared,
        };
        (room && part.absent != Absent::Always).then_some(part.schema)
    }

    /// Whether `schema` says anything about what members there are.
    pub(in crate::flow) fn says_members(&self, schema: &Value) -> bool {
        !self.names(schema).is_empty()
            || self.look(schema, &Segment::Key("\u{f8ff}\u{0}".to_owned()), 0).declared > Declared::Silent
            || !self.kinds(schema).contains(Kinds::OBJECT)
    }

    /// What elements of an array may be, wherever they stand.
    pub(in crate::flow) fn elements(&self, schema: &Value) -> Option<Value> {
        /// Places that are looked at one by one, for arrays whose first elements are declared one by one.
        const FIRST: u64 = 16;
        let places = (0..FIRST).chain([1 << 40]);
        let parts: Vec<Part> = places.map(|index| self.look(schema, &Segment::Index(index), 0)).collect();
        let all = any(parts);
        (all.exact && all.declared == Declared::Yes).then_some(all.schema)
    }
}
