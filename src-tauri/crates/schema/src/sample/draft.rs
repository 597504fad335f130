//! A draft of a value, made by reading the schema as a person would. It need not be valid.

use serde_json::{Map, Number, Value};

use super::{random::Random, words};
use crate::{
    decimal::Dec,
    regex::{Language, Pattern, Search, find},
};

/// How deep a draft goes before it leaves out what is optional, and before it gives up.
const DEEP: usize = 5;
const DEEPEST: usize = 24;

struct Drafter<'a, 'r> {
    document: &'a Value,
    random: &'r mut Random,
    parts: usize,
}

pub(super) fn draft(schema: &Value, random: &mut Random) -> Option<Value> {
    Drafter { document: schema, random, parts: 0 }.value(schema, "", 0)
}

impl<'a> Drafter<'a, '_> {
    fn value(&mut self, schema: &'a Value, name: &str, depth: usize) -> Option<Value> {
        self.parts += 1;
        if depth > DEEPEST || self.parts > 3_000 {
            return None;
        }
        let map = match schema {
            Value::Object(map) => map,
            Value::Bool(true) => return Some(Value::String(words::by_name(name, self.random))),
            _ => return None,
        };
        for keyword in ["const", "default", "example"] {
            if let Some(value) = map.get(keyword).filter(|_| keyword == "const" || self.random.chance(60)) {
                return Some(value.clone());
            }
        }
        for keyword in ["examples", "enum"] {
            if let Some(Value::Array(values)) = map.get(keyword)
                && let Some(value) = self.random.pick(values)
            {
                return Some(value.clone());
            }
        }
        if let Some(target) = map.get("$ref").and_then(Value::as_str).and_then(|r| self.target(r)) {
            let own = self.value(target, name, depth + 1)?;
            return Some(if map.contains_key("properties") { self.object(map, Some(own), depth)? } else { own });
        }
        let mut base = None;
        for schema in map.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            let part = self.value(schema, name, depth + 1)?;
            base = Some(joined(base, part));
        }
        for keyword in ["oneOf", "anyOf"] {
            if let Some(Value::Array(options)) = map.get(keyword) {
                let option = self.random.pick(options)?;
                let part = self.value(option, name, depth + 1)?;
                base = Some(joined(base, part));
            }
        }
        let named = match map.get("type") {
            Some(Value::String(named)) => Some(named.as_str()),
            Some(Value::Array(list)) => {
                let real: Vec<&Value> = list.iter().filter(|t| *t != "null").collect();
                if real.is_empty() || (list.len() > real.len() && self.random.chance(15)) {
                    Some("null")
                } else {
                    self.random.pick(&real).and_then(|t| t.as_str())
                }
            }
            _ => None,
        };
        let named = named.unwrap_or_else(|| guessed_type(map));
        match (named, base) {
            ("object", base @ (None | Some(Value::Object(_)))) => self.object(map, base, depth),
            (_, Some(base)) => Some(base),
            ("array", _) => self.array(map, name, depth),
            ("string", _) => Some(Value::String(self.text(map, name))),
            ("integer", _) => self.number(map, name, true),
            ("number", _) => self.number(map, name, false),
            ("boolean", _) => Some(Value::Bool(self.random.chance(50))),
            ("null", _) => Some(Value::Null),
            _ => None,
        }
    }

    fn target(&self, reference: &str) -> Option<&'a Value> {
        self.document.pointer(reference.strip_prefix('#')?)
    }

    fn object(&mut self, map: &'a Map<String, Value>, base: Option<Value>, depth: usize) -> Option<Value> {
        let mut members = match base {
            Some(Value::Object(members)) => members,
            _ => Map::new(),
        };
        let required: Vec<&str> =
            map.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let properties = map.get("properties").and_then(Value::as_object);
        for (name, schema) in properties.into_iter().flatten() {
            let wanted = required.contains(&name.as_str()) || (depth < DEEP && self.random.chance(75));
            if !wanted || members.contains_key(name) {
                continue;
            }
            match self.value(schema, name, depth + 1) {
                Some(value) => {
                    members.insert(name.clone(), value);
                }
                None if required.contains(&name.as_str()) => return None,
                None => {}
            }
        }
        let other = map.get("additionalProperties").filter(|schema| schema.is_object());
        for name in required {
            if !members.contains_key(name) {
                let value = match other {
                    Some(schema) => self.value(schema, name, depth + 1)?,
                    None => Value::String(words::by_name(name, self.random)),
                };
                members.insert(name.to_string(), value);
            }
        }
        if let Some(schema) = other.filter(|_| properties.is_none_or(Map::is_empty) && depth < DEEP) {
            let least = map.get("minProperties").and_then(Value::as_u64).unwrap_or(2);
            for _ in 0..least.min(20) {
                let name = words::by_name("", self.random);
                let value = self.value(schema, &name, depth + 1)?;
                members.insert(name, value);
            }
        }
        Some(Value::Object(members))
    }

    fn array(&mut self, map: &'a Map<String, Value>, name: &str, depth: usize) -> Option<Value> {
        let count = |keyword: &str| map.get(keyword).and_then(Value::as_u64);
        let least = count("minItems").unwrap_or(0);
        let most = count("maxItems").unwrap_or(u64::MAX);
        let wished = if depth < DEEP { least.max(1) + self.random.below(3) } else { least };
        let mut items: Vec<Value> = Vec::new();
        let prefix = ["prefixItems", "items"].iter().find_map(|keyword| map.get(*keyword).and_then(Value::as_array));
        for schema in prefix.into_iter().flatten() {
            items.push(self.value(schema, name, depth + 1)?);
        }
        let rest = match (prefix, map.get("items")) {
            (Some(_), Some(Value::Array(_))) => map.get("additionalItems"),
            (_, rest) => rest,
        };
        let rest = rest.or_else(|| map.get("contains"));
        let singular = name.strip_suffix('s').unwrap_or(name);
        let unique = map.get("uniqueItems") == Some(&Value::Bool(true));
        let mut misses = 0;
        while (items.len() as u64) < wished.min(most).min(500) {
            let item = match rest {
                Some(Value::Bool(false)) => break,
                Some(schema) => self.value(schema, singular, depth + 1)?,
                None if items.len() as u64 >= least => break,
                None => Value::String(words::by_name(singular, self.random)),
            };
            if unique && items.contains(&item) {
                misses += 1;
                if misses > 30 {
                    break;
                }
                continue;
            }
            items.push(item);
        }
        Some(Value::Array(items))
    }

    fn text(&mut self, map: &Map<String, Value>, name: &str) -> String {
        let count = |keyword: &str| map.get(keyword).and_then(Value::as_u64);
        let (least, most) = (count("minLength").unwrap_or(0), count("maxLength"));
        if let Some(pattern) = map.get("pattern").and_then(Value::as_str) {
            let familiar = words::by_name(name, self.random);
            let pattern = Pattern::parse(pattern);
            if pattern.as_ref().is_ok_and(|p| p.matches(&familiar)) {
                return familiar;
            }
            let language = Language {
                min: least.max(1),
                max: most,
                patterns: vec![(std::rc::Rc::new(pattern), true)],
                excluded: Vec::new(),
            };
            if let Search::Found(word) = find(&language, &mut 200_000) {
                return word;
            }
        }
        let format = map.get("format").and_then(Value::as_str).and_then(|format| words::by_format(format, self.random));
        let mut text = format.unwrap_or_else(|| words::by_name(name, self.random));
        while (text.chars().count() as u64) < least.min(10_000) {
            text.push(' ');
            text.push_str(&words::by_name("", self.random));
        }
        match most {
            Some(most) if text.chars().count() as u64 > most => text.chars().take(most as usize).collect(),
            _ => text,
        }
    }

    fn number(&mut self, map: &Map<String, Value>, name: &str, whole: bool) -> Option<Value> {
        let bound = |keyword: &str| match map.get(keyword) {
            Some(Value::Number(n)) => Dec::parse(n.as_str()),
            _ => None,
        };
        let (mut low, mut high) = words::range_by_name(name);
        if whole && high - low < 2 {
            high = low + 10;
        }
        let least = bound("minimum").or_else(|| bound("exclusiveMinimum"));
        let most = bound("maximum").or_else(|| bound("exclusiveMaximum"));
        let unit = bound("multipleOf").filter(|unit| !whole || unit.is_integer());
        let unit =
            unit.unwrap_or_else(|| Dec::parse(if whole { "1" } else { "0.01" }).unwrap_or_else(|| Dec::from_int(1)));
        let width = high - low;
        if let Some(least) = least.as_ref().filter(|least| **least > Dec::from_int(low)) {
            low = least.to_u64().and_then(|n| i64::try_from(n).ok()).unwrap_or(low);
            high = low.saturating_add(width);
        }
        let inside = |n: &Dec| {
            least.as_ref().is_none_or(|b| n >= b)
                && most.as_ref().is_none_or(|b| n <= b)
                && bound("exclusiveMinimum").is_none_or(|b| *n > b)
                && bound("exclusiveMaximum").is_none_or(|b| *n < b)
        };
        for attempt in 0..8 {
            // First within the usual range, then from one end of the allowed one.
            let from = match (attempt < 4, &least, &most) {
                (true, ..) => Dec::from_int(low),
                (_, Some(least), _) => least.clone(),
                (_, _, Some(most)) => most.sub(&unit.times(&8.into())),
                _ => Dec::from_int(low),
            };
            let steps = if attempt < 4 { Dec::from_int((high - low).max(1)).div_floor(&unit) } else { 8.into() };
            let steps: u64 = Dec::from_int(steps).to_u64().unwrap_or(1).max(1);
            let k = from.div_ceil(&unit) + self.random.below(steps + 1);
            let n = unit.times(&k);
            if inside(&n) {
                return n.to_string().parse::<Number>().ok().map(Value::Number);
            }
        }
        None
    }
}

fn guessed_type(map: &Map<String, Value>) -> &'static str {
    let has = |keywords: &[&str]| keywords.iter().any(|keyword| map.contains_key(*keyword));
    if has(&["properties", "required", "additionalProperties", "patternProperties", "minProperties"]) {
        "object"
    } else if has(&["items", "prefixItems", "minItems", "contains", "uniqueItems"]) {
        "array"
    } else if has(&["minimum", "maximum", "multipleOf", "exclusiveMinimum", "exclusiveMaximum"]) {
        "number"
    } else {
        "string"
    }
}

/// Objects are joined; of other values the later one stays.
fn joined(base: Option<Value>, part: Value) -> Value {
    match (base, part) {
        (Some(Value::Object(mut base)), Value::Object(part)) => {
            base.extend(part);
            Value::Object(base)
        }
        (_, part) => part,
    }
}
