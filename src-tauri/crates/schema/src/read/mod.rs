//! Schemas of any draft, read into the canonical form.
//!
//! [`Reader::schema`] reads one schema object; the keywords of objects, arrays and the `unevaluated…` pair have files of
//! their own. What cannot be understood but can be named (a remote reference, say) becomes an opaque literal, so that only
//! questions that depend on it stay open; a schema that is none at all ends the reading.

mod arrays;
mod evaluated;
mod keywords;
mod objects;
mod refs;
mod uri;

use rustc_hash::FxHashMap;
use serde_json::{Map, Value};

use crate::{
    decimal::Dec,
    draft::Draft,
    ir::{Arena, Lit, Types},
    value::Val,
};
use keywords::Keywords;
use refs::Index;

/// How deep schemas may be nested, references that have not been met before included.
const DEEPEST: usize = 100;
/// The most schemas that are read.
const MOST: usize = 20_000;

/// What a reader is told.
#[derive(Clone, Copy)]
pub(crate) struct How {
    /// For a schema that names none.
    pub(crate) draft: Draft,
    /// A producer emits only the properties it declares.
    pub(crate) declared: bool,
    /// `format` is an assertion.
    pub(crate) formats: bool,
}

/// Reads a whole schema document; the error says why it is none or why it is more than we work with.
pub(crate) fn read(arena: &mut Arena, document: &Value, how: How) -> Result<Lit, String> {
    let draft = match Draft::named_by(document) {
        Ok(named) => named.unwrap_or(how.draft),
        Err(uri) => return Err(format!("the draft '{uri}' is not known")),
    };
    let mut reader = Reader {
        arena,
        document,
        how: How { draft, ..how },
        index: None,
        base: Base { root: document, uri: String::new() },
        known: FxHashMap::default(),
        level: 0,
        depth: 0,
        count: 0,
    };
    reader.base.uri = reader.id_of(document).unwrap_or_default().trim_end_matches('#').to_string();
    let lit = reader.location(document)?;
    if reader.arena.has_empty_loop() {
        return Err("a $ref leads back to itself".into());
    }
    Ok(lit)
}

/// The schema resource a schema belongs to.
#[derive(Clone)]
struct Base<'a> {
    root: &'a Value,
    uri: String,
}

enum Known {
    /// Being read, at this level of the instance; the number of the reference once somebody needed it.
    Open(u32, Option<(usize, Lit)>),
    Done(Lit),
}

pub(crate) struct Reader<'a, 'b> {
    arena: &'b mut Arena,
    document: &'a Value,
    how: How,
    index: Option<Index<'a>>,
    base: Base<'a>,
    /// By address, whether the place is closed, and whether places inside are.
    known: FxHashMap<(usize, bool, bool), Known>,
    /// How far down in the instance we are.
    level: u32,
    depth: usize,
    count: usize,
}

type Read = Result<Lit, String>;

impl<'a> Reader<'a, '_> {
    /// A schema of an instance location of its own (the root, a property, an item).
    fn location(&mut self, schema: &'a Value) -> Read {
        self.known_or(schema, true)
    }

    /// A schema applied to the same instance as the schema it stands in.
    fn in_place(&mut self, schema: &'a Value) -> Read {
        self.known_or(schema, false)
    }

    /// A schema of a part of the instance.
    fn below(&mut self, schema: &'a Value) -> Read {
        self.level += 1;
        let lit = self.location(schema);
        self.level -= 1;
        lit
    }

    /// A condition on the same instance: what it is asked to be, not what is emitted, so nothing in it is closed.
    fn condition(&mut self, schema: &'a Value) -> Read {
        let declared = std::mem::replace(&mut self.how.declared, false);
        let lit = self.in_place(schema);
        self.how.declared = declared;
        lit
    }

    /// Reads each schema once; one that is met again while it is being read becomes a reference to itself.
    fn known_or(&mut self, schema: &'a Value, closing: bool) -> Read {
        match schema {
            Value::Bool(true) => return Ok(Lit::TRUE),
            Value::Bool(false) => return Ok(Lit::FALSE),
            Value::Object(_) => {}
            _ => return Err("a schema is neither an object nor a boolean".into()),
        }
        let closing = closing && self.how.declared;
        let key = (std::ptr::from_ref(schema) as usize, closing, self.how.declared);
        let level = self.level;
        match self.known.get(&key) {
            Some(Known::Done(lit)) => return Ok(*lit),
            Some(Known::Open(at, _)) if *at == level => return Err("a $ref leads back to itself".into()),
            Some(Known::Open(_, Some((_, lit)))) => return Ok(*lit),
            Some(Known::Open(at, None)) => {
                let at = *at;
                let reference = self.arena.new_reference();
                self.known.insert(key, Known::Open(at, Some(reference)));
                return Ok(reference.1);
            }
            None => {}
        }
        self.count += 1;
        if self.count > MOST || self.arena.len() > 40 * MOST {
            return Err(format!("it consists of more than {MOST} schemas"));
        }
        self.known.insert(key, Known::Open(level, None));
        self.deeper()?;
        let lit = self.schema(schema, closing)?;
        self.depth -= 1;
        if let Some(Known::Open(_, Some((slot, _)))) = self.known.insert(key, Known::Done(lit)) {
            self.arena.set_target(slot, lit);
        }
        Ok(lit)
    }

    fn deeper(&mut self) -> Result<(), String> {
        self.depth += 1;
        if self.depth > DEEPEST { Err(format!("it is nested more than {DEEPEST} schemas deep")) } else { Ok(()) }
    }

    fn schema(&mut self, schema: &'a Value, closing: bool) -> Read {
        let Value::Object(map) = schema else { return Err("a schema is not an object".into()) };
        let own_resource = map.contains_key("$id") || map.contains_key("id");
        if own_resource && map.contains_key("$schema") && Draft::named_by(schema) != Ok(Some(self.how.draft)) {
            // A resource in another dialect than the document's; without an identifier the dialect is that around it.
            return Ok(self.arena.opaque(&format!("a schema inside another that names its own draft: {schema}")));
        }
        let saved = self.enter(schema);
        let result = self.object_schema(schema, map, closing);
        if let Some(base) = saved {
            self.base = base;
        }
        result
    }

    /// Makes an embedded resource the base of what it contains; returns the base to come back to.
    fn enter(&mut self, schema: &'a Value) -> Option<Base<'a>> {
        let id = self.id_of(schema)?;
        if std::ptr::eq(schema, self.document) || id.starts_with('#') {
            return None;
        }
        let uri = uri::resolve(&self.base.uri, id.trim_end_matches('#'));
        Some(std::mem::replace(&mut self.base, Base { root: schema, uri }))
    }

    fn id_of(&self, schema: &'a Value) -> Option<&'a str> {
        let map = schema.as_object()?;
        if self.how.draft <= Draft::Draft7 && map.contains_key("$ref") {
            return None;
        }
        map.get(if self.how.draft == Draft::Draft4 { "id" } else { "$id" })?.as_str()
    }

    fn object_schema(&mut self, schema: &'a Value, map: &'a Map<String, Value>, closing: bool) -> Read {
        let draft = self.how.draft;
        let keywords = Keywords::read(map);
        let mut parts = Vec::new();
        if let Some(reference) = keywords.reference {
            let target = self.reference(text("$ref", reference)?)?;
            parts.push(target);
        }
        if draft > Draft::Draft7 || keywords.reference.is_none() {
            if let Some(reference) = keywords.dynamic_ref.filter(|_| draft == Draft::Draft202012) {
                parts.push(self.dynamic_reference(text("$dynamicRef", reference)?)?);
            }
            if let Some(reference) = keywords.recursive_ref.filter(|_| draft == Draft::Draft201909) {
                parts.push(self.recursive_reference(text("$recursiveRef", reference)?)?);
            }
            self.values(&keywords, &mut parts)?;
            self.numbers(&keywords, &mut parts)?;
            self.strings(&keywords, &mut parts)?;
            self.arrays(&keywords, &mut parts)?;
            self.objects(&keywords, &mut parts)?;
            self.combinations(&keywords, &mut parts)?;
            if draft >= Draft::Draft201909 {
                if let Some(rest) = keywords.unevaluated_properties {
                    parts.push(self.unevaluated_properties(map, rest)?);
                }
                if let Some(rest) = keywords.unevaluated_items {
                    parts.push(self.unevaluated_items(map, rest)?);
                }
            }
        }
        if closing {
            parts.push(self.closed(schema)?);
        }
        Ok(self.arena.and(parts))
    }

    /// `type`, `enum`, `const`.
    fn values(&mut self, keywords: &Keywords<'a>, parts: &mut Vec<Lit>) -> Result<(), String> {
        if let Some(types) = keywords.types {
            let named = |t: &Value| t.as_str().and_then(Types::named).ok_or_else(|| format!("type {t} is not known"));
            let types = match types {
                Value::Array(list) => list.iter().try_fold(Types::NONE, |all, t| Ok::<_, String>(all | named(t)?))?,
                one => named(one)?,
            };
            parts.push(self.arena.typed(types));
        }
        if let Some(list) = keywords.enumeration {
            let list = array("enum", list)?;
            let values = list.iter().map(value).collect::<Result<Vec<_>, _>>()?;
            parts.push(self.arena.one_of_values(values));
        }
        if let Some(constant) = keywords.constant.filter(|_| self.how.draft >= Draft::Draft6) {
            let constant = value(constant)?;
            parts.push(self.arena.one_of_values([constant]));
        }
        Ok(())
    }

    fn numbers(&mut self, keywords: &Keywords<'a>, parts: &mut Vec<Lit>) -> Result<(), String> {
        let flags = self.how.draft == Draft::Draft4;
        let exclusive = |flag: Option<&Value>| flags && flag == Some(&Value::Bool(true));
        if let Some(bound) = keywords.minimum {
            let bound = number("minimum", bound)?;
            parts.push(if exclusive(keywords.exclusive_minimum) {
                self.arena.more_than(bound)
            } else {
                self.arena.at_least(bound)
            });
        }
        if let Some(bound) = keywords.maximum {
            let bound = number("maximum", bound)?;
            let above = if exclusive(keywords.exclusive_maximum) {
                self.arena.at_least(bound)
            } else {
                self.arena.more_than(bound)
            };
            parts.push(self.arena.unless(Types::NUMBER, !above));
        }
        if let Some(bound) = keywords.exclusive_minimum.filter(|_| !flags) {
            let bound = number("exclusiveMinimum", bound)?;
            parts.push(self.arena.more_than(bound));
        }
        if let Some(bound) = keywords.exclusive_maximum.filter(|_| !flags) {
            let above = self.arena.at_least(number("exclusiveMaximum", bound)?);
            parts.push(self.arena.unless(Types::NUMBER, !above));
        }
        if let Some(unit) = keywords.multiple_of {
            let unit = number("multipleOf", unit)?;
            if unit.is_zero() || unit.is_negative() {
                return Err("multipleOf is not more than 0".into());
            }
            parts.push(self.arena.multiple_of(unit));
        }
        Ok(())
    }

    fn strings(&mut self, keywords: &Keywords<'a>, parts: &mut Vec<Lit>) -> Result<(), String> {
        if let Some(count) = keywords.min_length {
            let count = natural("minLength", count)?;
            parts.push(self.arena.min_length(count));
        }
        if let Some(count) = keywords.max_length {
            let longer = self.arena.min_length(natural("maxLength", count)?.saturating_add(1));
            parts.push(self.arena.unless(Types::STRING, !longer));
        }
        if let Some(source) = keywords.pattern {
            parts.push(self.arena.pattern_atom(text("pattern", source)?));
        }
        if let Some(name) = keywords.format.filter(|_| self.how.formats) {
            let name = text("format", name)?;
            if crate::judge::knows_format(name, self.how.draft) {
                parts.push(self.arena.format(name));
            }
        }
        Ok(())
    }

    fn combinations(&mut self, keywords: &Keywords<'a>, parts: &mut Vec<Lit>) -> Result<(), String> {
        if let Some(list) = keywords.all_of {
            let all = self.each_in_place("allOf", list)?;
            parts.extend(all);
        }
        if let Some(list) = keywords.any_of {
            let options = self.each_in_place("anyOf", list)?;
            parts.push(self.arena.or(options));
        }
        if let Some(list) = keywords.one_of {
            let options = self.each_in_place("oneOf", list)?;
            let conditions =
                array("oneOf", list)?.iter().map(|schema| self.condition(schema)).collect::<Result<Vec<_>, _>>()?;
            parts.push(self.arena.or(options));
            self.no_two(&conditions, parts)?;
        }
        if let Some(schema) = keywords.not {
            parts.push(!self.condition(schema)?);
        }
        if let Some(schema) = keywords.condition.filter(|_| self.how.draft >= Draft::Draft7) {
            let condition = self.condition(schema)?;
            let then = keywords.then.map_or(Ok(Lit::TRUE), |s| self.in_place(s))?;
            let otherwise = keywords.otherwise.map_or(Ok(Lit::TRUE), |s| self.in_place(s))?;
            parts.push(self.arena.or([!condition, then]));
            parts.push(self.arena.or([condition, otherwise]));
        }
        Ok(())
    }

    fn each_in_place(&mut self, keyword: &str, list: &'a Value) -> Result<Vec<Lit>, String> {
        let list = array(keyword, list)?;
        if list.is_empty() {
            return Err(format!("{keyword} is empty"));
        }
        list.iter().map(|schema| self.in_place(schema)).collect()
    }

    /// No two hold, of those that are not plainly disjoint.
    fn no_two(&mut self, options: &[Lit], parts: &mut Vec<Lit>) -> Result<(), String> {
        let before = parts.len();
        for (i, a) in options.iter().enumerate() {
            for b in &options[i + 1..] {
                if !self.arena.plainly_disjoint(*a, *b) {
                    parts.push(self.arena.or([!*a, !*b]));
                }
                if parts.len() - before > 3_000 {
                    return Err("a oneOf has too many options that may overlap".into());
                }
            }
        }
        Ok(())
    }
}

fn text<'v>(keyword: &str, value: &'v Value) -> Result<&'v str, String> {
    value.as_str().ok_or_else(|| format!("{keyword} is not a string"))
}

fn array<'v>(keyword: &str, value: &'v Value) -> Result<&'v [Value], String> {
    value.as_array().map(Vec::as_slice).ok_or_else(|| format!("{keyword} is not an array"))
}

fn object<'v>(keyword: &str, value: &'v Value) -> Result<&'v Map<String, Value>, String> {
    value.as_object().ok_or_else(|| format!("{keyword} is not an object"))
}

fn number(keyword: &str, value: &Value) -> Result<Dec, String> {
    let Value::Number(n) = value else { return Err(format!("{keyword} is not a number")) };
    Dec::parse(n.as_str()).ok_or_else(|| format!("{keyword} is a number that is too large to work with"))
}

fn natural(keyword: &str, value: &Value) -> Result<u64, String> {
    let n = number(keyword, value)?;
    n.to_u64().ok_or_else(|| format!("{keyword} is not a whole number in range"))
}

fn value(json: &Value) -> Result<Val, String> {
    Val::read(json).ok_or_else(|| "a value is nested too deeply or holds a number that is too large".to_string())
}
