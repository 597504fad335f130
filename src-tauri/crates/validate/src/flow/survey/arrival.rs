//! What reaches a step's agent: what its mapping makes, or the merged context.

use std::cell::OnceCell;
use std::sync::Arc;

use heddle_expr::{Expression, Root};
use heddle_model::Loop;
use indexmap::IndexMap;
use serde_json::Value;

use super::{Survey, requires};
use crate::flow::build::{any_of, object};
use crate::flow::context::{Giver, Merged, merge};
use crate::flow::expression::{Fails, Lost};
use crate::flow::unknown::{marked, why_unknown};

/// What arrives at a step.
#[derive(Debug, Clone)]
pub(in crate::flow) struct Arrival {
    /// As a schema document.
    pub(in crate::flow) document: Arc<Value>,
    /// Field by field.
    pub(in crate::flow) fields: IndexMap<String, Field>,
    /// Those who may give further fields, nobody knows which, with the reason.
    pub(in crate::flow) opaque: Vec<(Giver, String)>,
    /// Whether its fields are independent of one another and together all there is.
    pub(in crate::flow) apart: bool,
    /// Whether a mapping made it.
    pub(in crate::flow) mapped: bool,
}

/// A field of what arrives.
#[derive(Debug, Clone)]
pub(in crate::flow) struct Field {
    /// Whose value it is made of.
    pub(in crate::flow) givers: Vec<Giver>,
    /// Why it may be narrower than the document says.
    pub(in crate::flow) unknown: Option<String>,
    /// Whether its expression may have no value.
    pub(in crate::flow) fails: Fails,
    /// What its expression selects that is not there.
    pub(in crate::flow) lost: Vec<Lost>,
}

/// What is to be taken instead of what the document says.
#[derive(Default)]
pub(in crate::flow) struct Changes<'c> {
    /// The step's mapping.
    pub(in crate::flow) mapping: Option<Option<&'c IndexMap<String, String>>>,
    /// What its agent accepts.
    pub(in crate::flow) accepts: Option<&'c Value>,
    /// A step it comes behind, too.
    pub(in crate::flow) behind: Option<usize>,
    /// Whether it comes behind that one only.
    pub(in crate::flow) instead: bool,
    /// The branch by which it comes behind that one.
    pub(in crate::flow) branch: Option<&'c str>,
}

impl Survey<'_> {
    /// What arrives at a step, as the document says or as it would be with some changes.
    pub(in crate::flow) fn arrival(&self, position: usize, changes: &Changes<'_>) -> Arrival {
        let step = self.step(position);
        let mapping = match changes.mapping {
            Some(mapping) => mapping,
            None => step.mapping.as_ref(),
        };
        match (mapping, &step.repetition) {
            (Some(mapping), _) => self.mapped_arrival(position, mapping, changes),
            (None, None) => self.merged_arrival(position, changes),
            (None, Some(Loop::ForEach(_))) => {
                let item = self.source(position, &Root::Item, &OnceCell::new(), changes);
                match why_unknown(&item.document) {
                    Some(why) => unknown_arrival(why.to_owned(), false),
                    None => Arrival {
                        document: item.document,
                        fields: IndexMap::new(),
                        opaque: Vec::new(),
                        apart: false,
                        mapped: false,
                    },
                }
            }
            (None, Some(Loop::Repeat(_))) => {
                // The context at first, then what the turn before gave.
                let first = self.merged_arrival(position, changes);
                let later = self.turn(position);
                if let Some(why) = why_unknown(&later.document) {
                    return unknown_arrival(why.to_owned(), false);
                }
                Arrival { document: Arc::new(any_of(&[first.document.clone(), later.document])), apart: false, ..first }
            }
        }
    }

    /// What a new step without a mapping would see right behind a step; None: as a first step.
    pub(in crate::flow) fn arrival_behind(&self, from: Option<usize>, branch: Option<&str>) -> Arrival {
        match from {
            Some(from) => {
                let changes = Changes { behind: Some(from), instead: true, branch, ..Changes::default() };
                self.merged_arrival(from, &changes)
            }
            None => {
                let parts = [(None, Arc::clone(&self.input_view))];
                arrived(merge(&parts, &self.presence, &self.presence.first()))
            }
        }
    }

    fn mapped_arrival(&self, position: usize, mapping: &IndexMap<String, String>, changes: &Changes<'_>) -> Arrival {
        let context = OnceCell::new();
        let accepts = match changes.accepts {
            Some(accepts) => Some(accepts),
            None => self.accepts(position),
        };
        let mut schemas = Vec::with_capacity(mapping.len());
        let mut fields = IndexMap::with_capacity(mapping.len());
        for (name, source) in mapping {
            let Ok(expression) = Expression::parse(source) else {
                let why = format!("the expression of `{name}` cannot be read");
                schemas.push((name.as_str(), marked(Value::Bool(true), &why), true));
                let field = Field { givers: Vec::new(), unknown: Some(why), fails: Fails::Never, lost: Vec::new() };
                fields.insert(name.clone(), field);
                continue;
            };
            let found = self.typed(position, &expression, &context, changes);
            let givers = self.givers(position, &expression, &context, changes);
            let schema = match &found.unknown {
                Some(why) if why_unknown(&found.schema).is_none() => marked(found.schema, why),
                _ => found.schema,
            };
            // What may be missing where it is required is a matter of the schemas; where it is not, of the expression.
            let always = match &found.fails {
                Fails::Never => true,
                Fails::Maybe(_) | Fails::Always(_) => !accepts.is_some_and(|accepts| requires(accepts, name)),
            };
            if !matches!(found.fails, Fails::Always(_)) {
                schemas.push((name.as_str(), schema, always));
            }
            let field = Field { givers, unknown: found.unknown, fails: found.fails, lost: found.lost };
            fields.insert(name.clone(), field);
        }
        let fields_of = schemas.iter().map(|(name, schema, always)| (*name, schema, *always));
        let document = Arc::new(object(fields_of, Some(Value::Bool(false))));
        Arrival { document, fields, opaque: Vec::new(), apart: true, mapped: true }
    }

    fn merged_arrival(&self, position: usize, changes: &Changes<'_>) -> Arrival {
        let merged = match self.context(position, changes) {
            Ok(merged) => merged,
            Err(why) => return unknown_arrival(why, false),
        };
        arrived(merged)
    }
}

/// A merged context as what arrives.
fn arrived(merged: Merged) -> Arrival {
    let document = Arc::new(merged.document());
    let fields = merged.members.into_iter().map(|(name, member)| {
        let unknown = why_unknown(&member.schema).map(str::to_owned);
        (name, Field { givers: member.givers, unknown, fails: Fails::Never, lost: Vec::new() })
    });
    Arrival { document, fields: fields.collect(), opaque: merged.opaque, apart: true, mapped: false }
}

fn unknown_arrival(why: String, mapped: bool) -> Arrival {
    Arrival {
        document: Arc::new(marked(Value::Bool(true), &why)),
        fields: IndexMap::new(),
        opaque: vec![(None, why)],
        apart: false,
        mapped,
    }
}
