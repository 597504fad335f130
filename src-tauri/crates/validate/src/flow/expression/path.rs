//! Selections: `steps.a.output.customer.id`, field by field.

use std::sync::Arc;

use heddle_expr::{Reference, Root, Segment};
use serde_json::{Value, json};

use super::facts::{Fact, without};
use super::reader::Reader;
use super::{Fails, Lost, Typed};
use crate::flow::document::cut;
use crate::flow::unknown::{KEYWORD, why_unknown};
use crate::flow::walk::{Absent, Declared, Part, Walk};

impl Reader<'_> {
    pub(super) fn path(&mut self, reference: &Reference) -> Typed {
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

    pub(super) fn part_of(&mut self, of: Typed, segment: &Segment) -> Typed {
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
}

/// Why nothing is known of the parts of a value, if a mark says so.
fn unknown_here(schema: &Value) -> Option<String> {
    let map = schema.as_object()?;
    let why = map.get(KEYWORD)?.as_str()?;
    (!map.contains_key("properties")).then(|| why.to_owned())
}
