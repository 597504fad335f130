//! The merged context: what a step without a mapping sees, and what expressions call `context`.
//!
//! The rule is that of `heddle_expr::merge_context`: members of objects in topological order, later ones winning; what is
//! no object goes under the name of its step.

use std::sync::Arc;

use indexmap::IndexMap;
use serde_json::{Value, json};

use super::build::{any_of, embedded, object};
use super::document::{Bundle, cut};
use super::presence::{Presence, Way};
use super::unknown::marked;
use super::walk::{Absent, Declared, Kinds, Walk};

/// Somebody whose value goes into a context: None is the execution's input.
pub(super) type Giver = Option<usize>;

/// What one value brings into a context.
#[derive(Debug)]
pub(super) struct View {
    /// Name, what it may be, whether it is always there.
    fields: Vec<(String, Arc<Value>, bool)>,
    /// What further members may be, if there may be any.
    others: Option<Arc<Value>>,
    /// Why nothing is known of its members, if nothing is.
    opaque: Option<String>,
}

impl View {
    /// What a document's values bring; those that are no objects go under `name`.
    pub(super) fn new(document: &Arc<Value>, name: &str, declared: bool) -> Self {
        let mut view = Self { fields: Vec::new(), others: None, opaque: None };
        if let Value::Object(map) = document.as_ref()
            && let Some(why) = map.get(super::unknown::KEYWORD).and_then(Value::as_str)
            && !map.contains_key("properties")
        {
            view.opaque = Some(why.to_owned());
            return view;
        }
        let walk = Walk { document, declared };
        let kinds = walk.kinds(document);
        if kinds.contains(Kinds::OBJECT) {
            let only_objects = kinds.within(Kinds::OBJECT);
            for name in walk.names(document) {
                let part = walk.part(document, &heddle_expr::Segment::Key(name.clone()));
                if part.absent == Absent::Always {
                    continue;
                }
                let schema = cut(document, &part.schema);
                let known = part.exact && part.declared == Declared::Yes;
                let schema =
                    if known { schema } else { marked(schema, &format!("what `{name}` may be is not declared")) };
                view.fields.push((name, Arc::new(schema), only_objects && part.absent == Absent::Never));
            }
            if walk.says_members(document) {
                view.others = walk.others(document).map(|schema| Arc::new(cut(document, &schema)));
            } else {
                view.opaque = Some(format!("nothing is said about what `{name}` gives"));
            }
        }
        if !kinds.within(Kinds::OBJECT) && kinds != Kinds::ALL {
            let schema = match kinds.contains(Kinds::OBJECT) {
                false => document.as_ref().clone(),
                true => {
                    let mut bundle = Bundle::default();
                    let whole = embedded(&mut bundle, document);
                    bundle.finish(json!({ "allOf": [whole, { "not": { "type": "object" } }] }))
                }
            };
            view.fields.push((name.to_owned(), Arc::new(schema), !kinds.contains(Kinds::OBJECT)));
        }
        view
    }

    /// How many members it names.
    pub(super) fn len(&self) -> usize {
        self.fields.len()
    }
}

/// A field of a context.
#[derive(Debug, Clone)]
pub(super) struct Member {
    /// What it may be.
    pub(super) schema: Value,
    /// Whether it is always there.
    pub(super) always: bool,
    /// Whose value it may be.
    pub(super) givers: Vec<Giver>,
}

/// A context as far as it is known.
#[derive(Debug, Clone, Default)]
pub(super) struct Merged {
    /// Its members, in order.
    pub(super) members: IndexMap<String, Member>,
    /// What further members may be, if there may be any.
    others: Option<Value>,
    /// Those of whom nothing is known, with the reason; they may give any further member.
    pub(super) opaque: Vec<(Giver, String)>,
}

/// One value that may be that of a member.
struct Offer {
    place: usize,
    schema: Arc<Value>,
    always: bool,
}

/// Merges what there is before a step, in topological order.
pub(super) fn merge(parts: &[(Giver, Arc<View>)], presence: &Presence, ways: &[Way]) -> Merged {
    let mut offers: IndexMap<&str, Vec<Offer>> = IndexMap::new();
    for (place, (_, view)) in parts.iter().enumerate() {
        for (name, schema, always) in &view.fields {
            offers.entry(name).or_default().push(Offer { place, schema: Arc::clone(schema), always: *always });
        }
    }
    let is_there = |place: usize, way: Way| {
        // Of a step that has failed on every way, its error is what it gives.
        parts[place].0.is_none_or(|step| presence.is_there(step, way) || presence.has_failed(step, way))
    };
    let mut merged = Merged::default();
    for (name, offers) in offers {
        // On every way: the last that gives it for sure; what comes before that one is never seen.
        let last = |way: &Way| offers.iter().rev().find(|offer| offer.always && is_there(offer.place, *way));
        let sure: Vec<Option<usize>> = ways.iter().map(|way| last(way).map(|offer| offer.place)).collect();
        let always = !sure.is_empty() && sure.iter().all(Option::is_some);
        let first = sure.iter().map(|place| place.unwrap_or(0)).min().unwrap_or(0);
        let mut givers = Vec::new();
        let mut schemas: Vec<Arc<Value>> = Vec::new();
        let mut unknown = None;
        for (place, (giver, view)) in parts.iter().enumerate().skip(first) {
            let offered = offers.iter().find(|offer| offer.place == place).map(|offer| &offer.schema);
            if let Some(schema) = offered.or(view.others.as_ref()) {
                givers.push(*giver);
                if !schemas.contains(schema) {
                    schemas.push(Arc::clone(schema));
                }
            } else if let Some(why) = &view.opaque {
                givers.push(*giver);
                unknown.get_or_insert(why);
            }
        }
        let schema = any_of(&schemas);
        let schema = match unknown {
            Some(why) => marked(schema, why),
            None => schema,
        };
        merged.members.insert(name.to_owned(), Member { schema, always, givers });
    }
    let others: Vec<Arc<Value>> = parts.iter().filter_map(|(_, view)| view.others.clone()).collect();
    merged.others = (!others.is_empty()).then(|| any_of(&others));
    merged.opaque = parts.iter().filter_map(|(giver, view)| view.opaque.clone().map(|why| (*giver, why))).collect();
    merged
}

impl Merged {
    /// It as a schema document.
    pub(super) fn document(&self) -> Value {
        let fields = self.members.iter().map(|(name, member)| (name.as_str(), &member.schema, member.always));
        let others = match (self.opaque.first(), &self.others) {
            (Some((_, why)), _) => marked(Value::Bool(true), why),
            (None, Some(schema)) => schema.clone(),
            (None, None) => Value::Bool(false),
        };
        object(fields, Some(others))
    }
}
