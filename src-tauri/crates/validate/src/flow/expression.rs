//! The schema of what an expression gives, and whether it gives anything at all.

use std::sync::Arc;

use heddle_expr::{Conversion, Reference, ResultKind, Root, Segment, Shape};
use serde_json::{Map, Value, json};

use super::document::{Bundle, cut};
use super::unknown::{KEYWORD, marked, why_unknown};
use super::walk::{Absent, Declared, Kinds, Part, Walk};

/// Expressions inside one another that are looked through.
const DEEPEST: usize = 64;

/// Something an expression can look at.
#[derive(Debug, Clone)]
pub(super) struct Given {
    /// What it may be.
    pub(super) document: Arc<Value>,
    /// Why it may not be there at all, if it may not.
    pub(super) missing: Option<String>,
}

impl Given {
    pub(super) fn known(document: Arc<Value>) -> Self {
        Self { document, missing: None }
    }

    pub(super) fn unknown(why: impl Into<String>) -> Self {
        Self { document: Arc::new(marked(Value::Bool(true), &why.into())), missing: None }
    }
}

/// Whether an expression may have no value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Fails {
    Never,
    Maybe(String),
    Always(String),
}

impl Fails {
    /// Both are worked out.
    fn then(self, other: Self) -> Self {
        match (self, other) {
            (Self::Always(why), _) | (_, Self::Always(why)) => Self::Always(why),
            (Self::Maybe(why), _) | (_, Self::Maybe(why)) => Self::Maybe(why),
            _ => Self::Never,
        }
    }

    /// One of them is worked out.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Never, Self::Never) => Self::Never,
            (Self::Always(why), Self::Always(_)) => Self::Always(why),
            (Self::Always(why) | Self::Maybe(why), _) | (_, Self::Always(why) | Self::Maybe(why)) => Self::Maybe(why),
        }
    }

    fn at_most_maybe(self) -> Self {
        match self {
            Self::Always(why) => Self::Maybe(why),
            other => other,
        }
    }
}

/// A field or element that an expression selects and that is not there, or that nothing declares.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lost {
    /// The path as far as it leads, the lost part last.
    pub(super) path: Reference,
    /// Whether it is ruled out; else it is only not declared.
    pub(super) closed: bool,
    /// What there is in its place.
    pub(super) names: Vec<String>,
}

/// What is known of an expression's value.
#[derive(Debug, Clone)]
pub(super) struct Typed {
    /// What it may be: a document.
    pub(super) schema: Value,
    /// Why it may be something narrower than `schema` says, if it may.
    pub(super) unknown: Option<String>,
    /// Whether it may have no value.
    pub(super) fails: Fails,
    /// Parts it selects that are not there.
    pub(super) lost: Vec<Lost>,
}

impl Typed {
    fn new(schema: Value) -> Self {
        Self { schema, unknown: None, fails: Fails::Never, lost: Vec::new() }
    }

    fn unknown(why: impl Into<String>) -> Self {
        let why = why.into();
        Self { schema: marked(Value::Bool(true), &why), unknown: Some(why), ..Self::new(Value::Null) }
    }

    /// What the operands leave behind in something made of them.
    fn made_of(schema: Value, operands: impl IntoIterator<Item = Typed>) -> Self {
        let mut made = Self::new(schema);
        for operand in operands {
            made.unknown = made.unknown.or(operand.unknown);
            made.fails = made.fails.then(operand.fails);
            made.lost.extend(operand.lost);
        }
        made
    }
}

/// Something that is known where an expression stands, because of the condition around it.
#[derive(Debug, Clone)]
enum Fact {
    There(Reference),
    Is(Reference, Kinds),
    IsNot(Reference, Kinds),
}

/// Reads types off expressions.
pub(super) struct Reader<'a> {
    sources: &'a dyn Fn(&Root) -> Given,
    declared: bool,
    facts: Vec<Fact>,
    variables: Vec<(String, Typed)>,
    depth: usize,
}

/// What an expression gives, seen with what there is to look at.
pub(super) fn typed(shape: &Shape, sources: &dyn Fn(&Root) -> Given, declared: bool) -> Typed {
    Reader { sources, declared, facts: Vec::new(), variables: Vec::new(), depth: 0 }.read(shape)
}

impl Reader<'_> {
    fn read(&mut self, shape: &Shape) -> Typed {
        if self.depth > DEEPEST {
            return Typed::unknown("the expression is nested too deeply");
        }
        self.depth += 1;
        let typed = self.look(shape);
        self.depth -= 1;
        typed
    }

    fn look(&mut self, shape: &Shape) -> Typed {
        match shape {
            Shape::Path(reference) => self.path(reference),
            Shape::Part { of, segment } => {
                let of = self.read(of);
                self.part_of(of, segment)
            }
            Shape::Variable(name) => match self.variables.iter().rev().find(|(own, _)| own == name) {
                Some((_, typed)) => typed.clone(),
                None => Typed::unknown(format!("nothing is known of `{name}`")),
            },
            Shape::Literal(value) => Typed::new(json!({ "const": value })),
            Shape::List(items) => {
                let items: Vec<Typed> = items.iter().map(|item| self.read(item)).collect();
                let mut bundle = Bundle::default();
                let schemas: Vec<Value> = items.iter().map(|item| embedded(&mut bundle, &item.schema)).collect();
                let count = schemas.len();
                let list = match count {
                    0 => json!({ "type": "array", "maxItems": 0 }),
                    _ => json!({ "type": "array", "prefixItems": schemas, "items": false, "minItems": count }),
                };
                Typed::made_of(bundle.finish(list), items)
            }
            Shape::Object(members) => {
                let members: Vec<(&String, Typed)> =
                    members.iter().map(|(name, member)| (name, self.read(member))).collect();
                let fields = members.iter().map(|(name, member)| (name.as_str(), &member.schema, true));
                let schema = object(fields, Some(Value::Bool(false)));
                Typed::made_of(schema, members.into_iter().map(|(_, member)| member))
            }
            Shape::Has { of, .. } => Typed::made_of(json!({ "type": "boolean" }), [self.read(of)]),
            Shape::Not(of) => Typed::made_of(json!({ "type": "boolean" }), [self.read(of)]),
            Shape::And(left, right) => self.logic(left, right, true),
            Shape::Or(left, right) => self.logic(left, right, false),
            Shape::Equal { left, right, .. } => {
                let operands = [self.read(left), self.read(right)];
                Typed { unknown: None, ..Typed::made_of(json!({ "type": "boolean" }), operands) }
            }
            Shape::Choice { when, then, otherwise } => self.choice(when, then, otherwise),
            Shape::Add(left, right) => self.add(left, right),
            Shape::Arithmetic(left, right) => self.arithmetic(left, right, false),
            Shape::Divide(left, right) => self.arithmetic(left, right, true),
            Shape::Negate(of) => {
                let of = self.read(of);
                let kinds = self.kinds(&of);
                let schema = number(kinds.within(Kinds::INTEGER));
                applied("-", schema, Kinds::NUMBER, kinds, of)
            }
            Shape::Convert { to, of } => self.convert(*to, of),
            Shape::TypeOf(of) => Typed::made_of(json!({ "type": "string" }), [self.read(of)]),
            Shape::TypeName(_) => Typed::new(json!({ "type": "string" })),
            Shape::Map { over, variable, item, .. } => self.map(over, variable, item),
            Shape::Filter { over } => {
                let over = self.read(over);
                match self.elements(&over) {
                    Some(elements) => Typed::made_of(list_of(elements), [over]),
                    None => Typed::made_of(json!({ "type": "array" }), [over, Typed::unknown("a filtered list")]),
                }
            }
            Shape::Typed { kind, of } => {
                let schema = match kind {
                    ResultKind::Boolean => json!({ "type": "boolean" }),
                    ResultKind::Integer => json!({ "type": "integer" }),
                    ResultKind::Text => json!({ "type": "string" }),
                };
                let operands: Vec<Typed> = of.iter().map(|one| self.read(one)).collect();
                // What comes out is known, whatever goes in.
                Typed { unknown: None, ..Typed::made_of(schema, operands) }
            }
            Shape::Other(what) => Typed::unknown(format!("the type of `{what}` is not worked out")),
        }
    }

    fn path(&mut self, reference: &Reference) -> Typed {
        let given = (self.sources)(&reference.root);
        let mut fails = match given.missing {
            Some(why) if !self.is_there(reference) => Fails::Maybe(why),
            _ => Fails::Never,
        };
        let walk = Walk { document: &given.document, declared: self.declared };
        let mut schema = self.narrowed(&walk, given.document.as_ref(), &reference.prefix(0));
        let mut unknown = None;
        for (place, segment) in reference.path.iter().enumerate() {
            if let Some(why) = unknown_here(schema.as_ref().unwrap_or(&given.document)) {
                return Typed { fails, ..Typed::unknown(why) };
            }
            let here = reference.prefix(place + 1);
            let Part { schema: part, absent, declared, exact } =
                walk.part(schema.as_ref().unwrap_or(&given.document), segment);
            let there = self.is_there(&here);
            let lost = |closed: bool| Lost {
                path: here.clone(),
                closed,
                names: walk.names(schema.as_ref().unwrap_or(&given.document)),
            };
            if absent == Absent::Always {
                if there {
                    // Under this condition nothing is ever worked out.
                    return Typed::new(Value::Bool(false));
                }
                let why = format!("`{here}` is never there");
                if here.root == Root::Vars && place == 0 {
                    // Variables that are not defined are found by their names.
                    return Typed::unknown(why);
                }
                return Typed { fails: Fails::Always(why), lost: vec![lost(true)], ..Typed::new(Value::Bool(false)) };
            }
            match declared {
                Declared::Open if there => {
                    return Typed { fails, ..Typed::unknown(format!("`{here}` is not declared")) };
                }
                Declared::Open => {
                    return Typed {
                        fails,
                        lost: vec![lost(false)],
                        ..Typed::unknown(format!("`{here}` is not declared"))
                    };
                }
                Declared::Silent => {
                    let parent = reference.prefix(place);
                    let why = format!("nothing is said about what `{parent}` holds");
                    return Typed { fails, ..Typed::unknown(why) };
                }
                Declared::Yes | Declared::Closed => {}
            }
            // Somebody of whom nothing is known may give it; whether he does is not known either.
            if absent == Absent::Sometimes
                && let Some(why) = unknown_here(&part)
                && !matches!(segment, Segment::Key(key) if walk.names(schema.as_ref().unwrap_or(&given.document)).contains(key))
            {
                return Typed { fails, ..Typed::unknown(why) };
            }
            if absent == Absent::Sometimes && !there {
                fails = fails.then(Fails::Maybe(format!("`{here}` may be missing")));
            }
            if !exact {
                unknown.get_or_insert_with(|| format!("what `{here}` may be depends on more than its own schema"));
            }
            schema = Some(self.narrowed(&walk, &part, &here).unwrap_or(part));
        }
        let schema = match schema {
            None => given.document.as_ref().clone(),
            Some(schema) => cut(&given.document, &schema),
        };
        let unknown = unknown.or_else(|| why_unknown(&schema).map(str::to_owned));
        Typed { schema, unknown, fails, lost: Vec::new() }
    }

    /// A schema with what is known about the value at this path; None: nothing is.
    fn narrowed(&self, walk: &Walk<'_>, schema: &Value, path: &Reference) -> Option<Value> {
        let mut narrow: Option<Value> = None;
        for fact in &self.facts {
            match fact {
                Fact::Is(of, kinds) if of == path => {
                    let now = narrow.as_ref().unwrap_or(schema);
                    narrow = Some(json!({ "allOf": [now, { "type": kinds.names() }] }));
                }
                Fact::IsNot(of, kinds) if of == path => {
                    narrow = Some(without(walk, narrow.as_ref().unwrap_or(schema), *kinds));
                }
                _ => {}
            }
        }
        narrow
    }

    /// Whether a condition says that the path leads somewhere.
    fn is_there(&self, path: &Reference) -> bool {
        self.facts.iter().any(|fact| match fact {
            Fact::There(there) | Fact::Is(there, _) | Fact::IsNot(there, _) => {
                there.root == path.root && there.path.starts_with(&path.path)
            }
        })
    }

    fn part_of(&mut self, of: Typed, segment: &Segment) -> Typed {
        if of.unknown.is_some() {
            return Typed { fails: of.fails, lost: of.lost, ..Typed::unknown(of.unknown.unwrap_or_default()) };
        }
        let document = Arc::new(of.schema.clone());
        let part = Walk { document: &document, declared: self.declared }.part(&document, segment);
        let what = segment.to_string();
        let fails = match part.absent {
            Absent::Never => Fails::Never,
            Absent::Sometimes => Fails::Maybe(format!("`{what}` may be missing")),
            Absent::Always => Fails::Always(format!("`{what}` is never there")),
        };
        let known = matches!(part.declared, Declared::Yes | Declared::Closed) && part.exact;
        let unknown = (!known).then(|| format!("`{what}` is not declared"));
        let fails = if part.declared < Declared::Yes { Fails::Never } else { fails };
        let schema = cut(&document, &part.schema);
        Typed::made_of(schema.clone(), [of, Typed { schema, unknown, fails, lost: Vec::new() }])
    }

    fn with_facts(&mut self, condition: &Shape, truth: bool, shape: &Shape) -> Typed {
        let before = self.facts.len();
        facts(condition, truth, &mut self.facts);
        let typed = self.read(shape);
        self.facts.truncate(before);
        typed
    }

    fn logic(&mut self, left: &Shape, right: &Shape, conjunction: bool) -> Typed {
        let first = self.read(left);
        let second = self.with_facts(left, conjunction, right);
        let mut lost = first.lost;
        lost.extend(second.lost);
        // One side may decide although the other has no value.
        let fails = first.fails.or(second.fails);
        Typed { fails, lost, ..Typed::new(json!({ "type": "boolean" })) }
    }

    fn choice(&mut self, when: &Shape, then: &Shape, otherwise: &Shape) -> Typed {
        let condition = self.read(when);
        let yes = self.with_facts(when, true, then);
        let no = self.with_facts(when, false, otherwise);
        let mut lost = condition.lost;
        lost.extend(yes.lost.iter().chain(&no.lost).cloned());
        let mut bundle = Bundle::default();
        let schema = match (&yes.schema, &no.schema) {
            (Value::Bool(false), other) | (other, Value::Bool(false)) => other.clone(),
            (one, two) if one == two => one.clone(),
            (one, two) => {
                let options = json!({ "anyOf": [embedded(&mut bundle, one), embedded(&mut bundle, two)] });
                bundle.finish(options)
            }
        };
        let fails = condition.fails.then(yes.fails.or(no.fails));
        Typed { schema, unknown: yes.unknown.or(no.unknown), fails, lost }
    }

    fn kinds(&self, typed: &Typed) -> Kinds {
        Walk { document: &typed.schema, declared: self.declared }.kinds(&typed.schema)
    }

    fn add(&mut self, left: &Shape, right: &Shape) -> Typed {
        let (left, right) = (self.read(left), self.read(right));
        let (one, two) = (self.kinds(&left), self.kinds(&right));
        if left.unknown.is_some() && one == Kinds::ALL || right.unknown.is_some() && two == Kinds::ALL {
            return Typed::made_of(Value::Bool(true), [left, right]);
        }
        let mut options = Vec::new();
        if one.contains(Kinds::STRING) && two.contains(Kinds::STRING) {
            options.push(json!({ "type": "string" }));
        }
        if one.contains(Kinds::NUMBER) && two.contains(Kinds::NUMBER) {
            options.push(number(one.and(Kinds::NUMBER).or(two.and(Kinds::NUMBER)).within(Kinds::INTEGER)));
        }
        let mut unknown = None;
        if one.contains(Kinds::ARRAY) && two.contains(Kinds::ARRAY) {
            options.push(json!({ "type": "array" }));
            unknown = Some("what a joined list holds is not worked out".to_owned());
        }
        let groups = [Kinds::STRING, Kinds::NUMBER, Kinds::ARRAY];
        let alike = groups.iter().any(|group| one.within(*group) && two.within(*group));
        let fails = match (options.is_empty(), alike && !mixes(one, two)) {
            (true, _) => Fails::Always(format!("`+` does not apply to {} and {}", one.said(), two.said())),
            (false, true) => Fails::Never,
            (false, false) => Fails::Maybe(cannot_mix("+", one, two)),
        };
        let schema = match options.len() {
            0 => Value::Bool(false),
            1 => options.remove(0),
            _ => json!({ "anyOf": options }),
        };
        let own = Typed { unknown, fails, ..Typed::new(Value::Null) };
        Typed::made_of(schema, [left, right, own])
    }

    fn arithmetic(&mut self, left: &Shape, right: &Shape, division: bool) -> Typed {
        let whole = |shape: &Shape| matches!(shape, Shape::Literal(value) if Kinds::of(value) == Kinds::INTEGER);
        // A whole number may be written with a fraction (`4.0`); then CEL divides fractions.
        let surely_whole = !division || whole(left) || whole(right);
        let (left, right) = (self.read(left), self.read(right));
        let (one, two) = (self.kinds(&left), self.kinds(&right));
        let integers = one.and(Kinds::NUMBER).within(Kinds::INTEGER) && two.and(Kinds::NUMBER).within(Kinds::INTEGER);
        let schema = number(integers && surely_whole);
        let operator = if division { "/" } else { "the operator" };
        let fails = if !one.contains(Kinds::NUMBER) || !two.contains(Kinds::NUMBER) {
            Fails::Always(format!("{operator} does not apply to {} and {}", one.said(), two.said()))
        } else if left.unknown.is_some() || right.unknown.is_some() {
            Fails::Never
        } else if !one.within(Kinds::NUMBER) || !two.within(Kinds::NUMBER) || mixes(one, two) {
            Fails::Maybe(cannot_mix(operator, one, two))
        } else {
            Fails::Never
        };
        let own = Typed { fails, ..Typed::new(Value::Null) };
        Typed::made_of(schema, [left, right, own])
    }

    fn convert(&mut self, to: Conversion, of: &Shape) -> Typed {
        let of = self.read(of);
        let kinds = self.kinds(&of);
        let (name, schema, sure, maybe) = match to {
            Conversion::Text => {
                ("string", json!({ "type": "string" }), Kinds::STRING.or(Kinds::NUMBER).or(Kinds::BOOLEAN), Kinds::NONE)
            }
            Conversion::Integer => ("int", number(true), Kinds::NUMBER, Kinds::STRING),
            Conversion::Number => ("double", number(false), Kinds::NUMBER, Kinds::STRING),
            Conversion::Boolean => ("bool", json!({ "type": "boolean" }), Kinds::BOOLEAN, Kinds::STRING),
        };
        if to == Conversion::Text && kinds.within(Kinds::STRING) {
            return of;
        }
        let converted = applied(name, schema, sure, kinds, of);
        match kinds.contains(maybe) {
            false => converted,
            // Some texts are numbers, others are not.
            true => {
                let what = if to == Conversion::Boolean { "no truth value" } else { "no number" };
                let fails = Fails::Maybe(format!("`{name}(…)` may get a text that is {what}"));
                let fails = if kinds.within(sure.or(maybe)) || matches!(converted.fails, Fails::Always(_)) {
                    fails
                } else {
                    converted.fails.clone().then(fails).at_most_maybe()
                };
                Typed { fails, ..converted }
            }
        }
    }

    fn map(&mut self, over: &Shape, variable: &str, item: &Shape) -> Typed {
        let over = self.read(over);
        let element = match self.elements(&over) {
            Some(schema) => Typed::new(schema),
            None => Typed::unknown(over.unknown.clone().unwrap_or_else(|| "what a loop goes over".to_owned())),
        };
        self.variables.push((variable.to_owned(), element));
        let item = self.read(item);
        self.variables.pop();
        let schema = list_of(item.schema.clone());
        // There may be no elements at all.
        let item = Typed { fails: item.fails.at_most_maybe(), ..item };
        Typed::made_of(schema, [over, item])
    }

    /// What the elements of a list, or the keys of an object, may be: a document.
    fn elements(&self, of: &Typed) -> Option<Value> {
        let keys = self.kinds(of).within(Kinds::OBJECT);
        if keys { Some(json!({ "type": "string" })) } else { elements(of, self.declared) }
    }
}

/// What the elements of a list may be: a document.
pub(super) fn elements(of: &Typed, declared: bool) -> Option<Value> {
    let document = Arc::new(of.schema.clone());
    let walk = Walk { document: &document, declared };
    if !walk.kinds(&document).within(Kinds::ARRAY) {
        return None;
    }
    let elements = walk.elements(&document)?;
    Some(cut(&document, &elements))
}

/// Why nothing is known of the parts of a value, if a mark says so.
fn unknown_here(schema: &Value) -> Option<String> {
    let map = schema.as_object()?;
    let why = map.get(KEYWORD)?.as_str()?;
    (!map.contains_key("properties")).then(|| why.to_owned())
}

/// Something that is worked out of a value of certain types, and fails on others.
fn applied(name: &str, schema: Value, sure: Kinds, kinds: Kinds, of: Typed) -> Typed {
    let fails = if kinds.within(sure) || of.unknown.is_some() {
        Fails::Never
    } else if kinds.contains(sure) {
        Fails::Maybe(format!("`{name}` does not apply to {}", kinds.without(sure).said()))
    } else {
        Fails::Always(format!("`{name}` does not apply to {}", kinds.said()))
    };
    let own = Typed { fails, ..Typed::new(Value::Null) };
    Typed::made_of(schema, [of, own])
}

fn cannot_mix(operator: &str, one: Kinds, two: Kinds) -> String {
    match one.or(two).within(Kinds::NUMBER) {
        true => "whole numbers and fractions do not mix: convert both with `double(…)`".to_owned(),
        false => format!("`{operator}` may get {} and {}", one.said(), two.said()),
    }
}

/// Whether a whole number may meet a fraction, which CEL refuses.
fn mixes(one: Kinds, two: Kinds) -> bool {
    one.contains(Kinds::INTEGER) && two.contains(Kinds::FRACTION)
        || one.contains(Kinds::FRACTION) && two.contains(Kinds::INTEGER)
}

fn number(whole: bool) -> Value {
    json!({ "type": if whole { "integer" } else { "number" } })
}

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

/// A schema without values of some types, as plainly as it can be said.
fn without(walk: &Walk<'_>, schema: &Value, kinds: Kinds) -> Value {
    let excluded = || json!({ "allOf": [schema, { "not": { "type": kinds.names() } }] });
    let Value::Object(map) = schema else { return excluded() };
    if let Some(Value::Array(names)) = map.get("type")
        && !map.contains_key("enum")
        && !map.contains_key("const")
    {
        let gone = kinds.names();
        let kept: Vec<&Value> =
            names.iter().filter(|name| !gone.iter().any(|own| Some(*own) == name.as_str())).collect();
        let mut plain = map.clone();
        let kept = if kept.len() == 1 { kept[0].clone() } else { json!(kept) };
        plain.insert("type".to_owned(), kept);
        return Value::Object(plain);
    }
    for keyword in ["anyOf", "oneOf"] {
        if let Some(Value::Array(options)) = map.get(keyword)
            && map.len() == 1
            && options.iter().all(|one| {
                let own = walk.kinds(one);
                own.within(kinds) || own.and(kinds).is_empty()
            })
        {
            let mut kept: Vec<Value> = options.iter().filter(|one| !walk.kinds(one).within(kinds)).cloned().collect();
            return if kept.len() == 1 { kept.remove(0) } else { json!({ keyword: kept }) };
        }
    }
    if walk.kinds(schema).and(kinds).is_empty() { schema.clone() } else { excluded() }
}

/// What follows when a condition is true, or false.
fn facts(condition: &Shape, truth: bool, found: &mut Vec<Fact>) {
    match (condition, truth) {
        (Shape::And(left, right), true) | (Shape::Or(left, right), false) => {
            facts(left, truth, found);
            facts(right, truth, found);
        }
        (Shape::Not(inner), _) => facts(inner, !truth, found),
        (Shape::Has { of, segment }, true) => {
            if let Shape::Path(reference) = of.as_ref() {
                let mut reference = reference.clone();
                reference.path.push(segment.clone());
                found.push(Fact::There(reference));
            }
        }
        (Shape::Equal { equal, left, right }, _) => {
            let holds = *equal == truth;
            match (left.as_ref(), right.as_ref()) {
                (Shape::Path(path), Shape::Literal(Value::Null)) | (Shape::Literal(Value::Null), Shape::Path(path)) => {
                    found.push(if holds {
                        Fact::Is(path.clone(), Kinds::NULL)
                    } else {
                        Fact::IsNot(path.clone(), Kinds::NULL)
                    });
                }
                (Shape::TypeOf(of), Shape::TypeName(name)) | (Shape::TypeName(name), Shape::TypeOf(of)) => {
                    if let Shape::Path(path) = of.as_ref() {
                        facts_of_type(path, name, holds, found);
                    }
                }
                _ => {}
            }
        }
        _ => {}
    }
}

fn facts_of_type(path: &Reference, name: &str, holds: bool, found: &mut Vec<Fact>) {
    let (kinds, exact) = match name {
        "null_type" => (Kinds::NULL, true),
        "bool" => (Kinds::BOOLEAN, true),
        "string" => (Kinds::STRING, true),
        "list" => (Kinds::ARRAY, true),
        "map" => (Kinds::OBJECT, true),
        // `4.0` is a double to CEL and a whole number to JSON Schema.
        "int" | "uint" => (Kinds::INTEGER, false),
        "double" => (Kinds::NUMBER, false),
        _ => return,
    };
    if holds {
        found.push(Fact::Is(path.clone(), kinds));
    } else if exact {
        found.push(Fact::IsNot(path.clone(), kinds));
    }
}
