//! Walking into schemas: what a field or an element may be, and whether it is there at all.

use heddle_expr::Segment;
use serde_json::{Map, Value, json};

use super::document::resolve;

/// References that are followed one after the other, and schemas inside one another that are looked through.
const DEEPEST: usize = 24;

/// Whether a part may be missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Absent {
    Never,
    Sometimes,
    Always,
}

/// What a schema says about a part being there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Declared {
    /// Nothing at all: it speaks of other things.
    Silent,
    /// It declares others, and leaves room for more.
    Open,
    /// It declares it.
    Yes,
    /// It rules it out.
    Closed,
}

/// What a schema says about a part of its values.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Part {
    /// What it may be, as a schema of the same document.
    pub(super) schema: Value,
    /// Whether it may be missing.
    pub(super) absent: Absent,
    /// Whether it is declared.
    pub(super) declared: Declared,
    /// Whether `schema` says everything that the whole says about it.
    pub(super) exact: bool,
}

impl Part {
    fn silent() -> Self {
        Self { schema: Value::Bool(true), absent: Absent::Sometimes, declared: Declared::Silent, exact: true }
    }

    fn closed() -> Self {
        Self { schema: Value::Bool(false), absent: Absent::Always, declared: Declared::Closed, exact: true }
    }

    /// What both say.
    fn and(self, other: Self) -> Self {
        let absent = match (self.absent, other.absent) {
            (Absent::Always, _) | (_, Absent::Always) => Absent::Always,
            (Absent::Never, _) | (_, Absent::Never) => Absent::Never,
            _ => Absent::Sometimes,
        };
        let schema = match (self.schema, other.schema) {
            (Value::Bool(true), one) | (one, Value::Bool(true)) => one,
            (one, two) if one == two => one,
            (one, two) => json!({ "allOf": [one, two] }),
        };
        let declared = self.declared.max(other.declared);
        Self { schema, absent, declared, exact: self.exact && other.exact }
    }
}

/// What one of several says.
fn any(parts: Vec<Part>) -> Part {
    let possible: Vec<&Part> = parts.iter().filter(|part| part.absent != Absent::Always).collect();
    if possible.is_empty() {
        return Part::closed();
    }
    let absent = if parts.iter().all(|part| part.absent == Absent::Never) { Absent::Never } else { Absent::Sometimes };
    let declared = [Declared::Yes, Declared::Open, Declared::Silent]
        .into_iter()
        .find(|wanted| possible.iter().any(|part| part.declared == *wanted))
        .unwrap_or(Declared::Silent);
    // An option that says nothing of it may still have it, with any value; one that is open declares none.
    let mut options: Vec<Value> = Vec::new();
    for part in &possible {
        if part.declared != Declared::Open && !options.contains(&part.schema) {
            options.push(part.schema.clone());
        }
    }
    let schema = match options.len() {
        0 => Value::Bool(true),
        1 => options.remove(0),
        _ if options.contains(&Value::Bool(true)) => Value::Bool(true),
        _ => json!({ "anyOf": options }),
    };
    Part { schema, absent, declared, exact: possible.iter().all(|part| part.exact) }
}

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

    /// What the keywords of one schema object say about a member, those that hold other schemas aside.
    fn own_member(&self, map: &Map<String, Value>, key: &str) -> Part {
        let object = may_be(map, "object");
        if object == Some(Absent::Always) {
            return Part::closed();
        }
        let properties = map.get("properties").and_then(Value::as_object);
        let required = map
            .get("required")
            .and_then(Value::as_array)
            .is_some_and(|names| names.iter().any(|name| name.as_str() == Some(key)));
        let means_objects = match object {
            Some(absent) => absent == Absent::Never,
            // `properties` without a type is written by people who mean objects.
            None => self.declared && (properties.is_some() || map.contains_key("required")),
        };
        let absent = if required && means_objects { Absent::Never } else { Absent::Sometimes };
        if let Some(schema) = properties.and_then(|properties| properties.get(key)) {
            if *schema == Value::Bool(false) {
                return Part::closed();
            }
            let patterns = map.contains_key("patternProperties");
            return Part { schema: schema.clone(), absent, declared: Declared::Yes, exact: !patterns };
        }
        let patterns = map.get("patternProperties").and_then(Value::as_object);
        let matching: Vec<&Value> = patterns
            .into_iter()
            .flatten()
            .filter(|(pattern, _)| matches(pattern, key))
            .map(|(_, schema)| schema)
            .collect();
        if let Some(schema) = matching.first() {
            return Part { schema: (*schema).clone(), absent, declared: Declared::Yes, exact: matching.len() == 1 };
        }
        let rest = map.get("additionalProperties").or_else(|| map.get("unevaluatedProperties"));
        match rest {
            // What is declared beside it, in `allOf` and the like, may still be there.
            Some(Value::Bool(false)) if !map.contains_key("additionalProperties") && holds_others(map) => {
                Part::silent()
            }
            Some(Value::Bool(false)) => Part::closed(),
            Some(schema) => Part { schema: schema.clone(), absent, declared: Declared::Yes, exact: true },
            None if required => Part { schema: Value::Bool(true), absent, declared: Declared::Yes, exact: true },
            None if properties.is_some_and(|properties| !properties.is_empty()) || patterns.is_some() => {
                Part { declared: Declared::Open, ..Part::silent() }
            }
            None => Part::silent(),
        }
    }

    fn own_element(&self, map: &Map<String, Value>, index: u64) -> Part {
        let array = may_be(map, "array");
        if array == Some(Absent::Always) {
            return Part::closed();
        }
        let count = |keyword: &str| map.get(keyword).and_then(Value::as_u64);
        if count("maxItems").is_some_and(|most| most <= index) {
            return Part::closed();
        }
        let prefix = map.get("prefixItems").and_then(Value::as_array);
        let own = usize::try_from(index).ok().and_then(|index| prefix?.get(index));
        let means_arrays = match array {
            Some(absent) => absent == Absent::Never,
            None => self.declared && (prefix.is_some() || map.contains_key("items")),
        };
        let there = count("minItems").is_some_and(|least| least > index);
        let absent = if there && means_arrays { Absent::Never } else { Absent::Sometimes };
        match own.or_else(|| map.get("items")) {
            Some(Value::Bool(false)) => Part::closed(),
            Some(schema) => Part { schema: schema.clone(), absent, declared: Declared::Yes, exact: true },
            None if array.is_some() => {
                Part { schema: Value::Bool(true), absent, declared: Declared::Silent, exact: true }
            }
            None => Part::silent(),
        }
    }

    fn of_values(&self, values: &[Value], segment: &Segment) -> Part {
        let parts: Vec<&Value> = values
            .iter()
            .filter_map(|value| match segment {
                Segment::Key(key) => value.as_object()?.get(key),
                Segment::Index(index) => value.as_array()?.get(usize::try_from(*index).ok()?),
            })
            .collect();
        if parts.is_empty() {
            return Part::closed();
        }
        let absent = if parts.len() == values.len() { Absent::Never } else { Absent::Sometimes };
        Part { schema: json!({ "enum": parts }), absent, declared: Declared::Yes, exact: true }
    }

    /// Names of members that `schema` declares, in order, each once.
    pub(super) fn names(&self, schema: &Value) -> Vec<String> {
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
    pub(super) fn others(&self, schema: &Value) -> Option<Value> {
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
    pub(super) fn says_members(&self, schema: &Value) -> bool {
        !self.names(schema).is_empty()
            || self.look(schema, &Segment::Key("\u{f8ff}\u{0}".to_owned()), 0).declared > Declared::Silent
            || !self.kinds(schema).contains(Kinds::OBJECT)
    }

    /// What elements of an array may be, wherever they stand.
    pub(super) fn elements(&self, schema: &Value) -> Option<Value> {
        /// Places that are looked at one by one, for arrays whose first elements are declared one by one.
        const FIRST: u64 = 16;
        let places = (0..FIRST).chain([1 << 40]);
        let parts: Vec<Part> = places.map(|index| self.look(schema, &Segment::Index(index), 0)).collect();
        let all = any(parts);
        (all.exact && all.declared == Declared::Yes).then_some(all.schema)
    }

    /// The types its values may have; never too few.
    pub(super) fn kinds(&self, schema: &Value) -> Kinds {
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

/// Whether values of a schema object may be of a type: never, always, or both; None if it does not say.
fn may_be(map: &Map<String, Value>, wanted: &str) -> Option<Absent> {
    match map.get("type")? {
        Value::String(name) => Some(if name == wanted { Absent::Never } else { Absent::Always }),
        Value::Array(names) if names.iter().any(|name| name == wanted) => {
            Some(if names.len() == 1 { Absent::Never } else { Absent::Sometimes })
        }
        Value::Array(_) => Some(Absent::Always),
        _ => None,
    }
}

fn holds_others(map: &Map<String, Value>) -> bool {
    ["allOf", "anyOf", "oneOf", "$ref", "then", "else", "dependentSchemas"]
        .iter()
        .any(|keyword| map.contains_key(*keyword))
}

fn matches(pattern: &str, name: &str) -> bool {
    jsonschema::validator_for(&json!({ "pattern": pattern }))
        .is_ok_and(|validator| validator.is_valid(&Value::String(name.to_owned())))
}

/// A set of JSON types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kinds(u8);

impl Kinds {
    pub(super) const NONE: Self = Self(0);
    pub(super) const NULL: Self = Self(1);
    pub(super) const BOOLEAN: Self = Self(2);
    /// Whole numbers.
    pub(super) const INTEGER: Self = Self(4);
    /// All other numbers.
    pub(super) const FRACTION: Self = Self(8);
    pub(super) const NUMBER: Self = Self(12);
    pub(super) const STRING: Self = Self(16);
    pub(super) const ARRAY: Self = Self(32);
    pub(super) const OBJECT: Self = Self(64);
    pub(super) const ALL: Self = Self(127);

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

    pub(super) fn of(value: &Value) -> Self {
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

    pub(super) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) const fn contains(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// The names of the types, as `type` lists them.
    pub(super) fn names(self) -> Vec<&'static str> {
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
    pub(super) fn said(self) -> String {
        if self == Self::ALL { "any value".to_owned() } else { self.names().join(" or ") }
    }

    /// Whether every type is one of `other`.
    pub(super) const fn within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }
}
