//! The schema of what an expression gives, and whether it gives anything at all.
//!
//! `reader.rs` goes through an expression's shape; `path.rs` follows selections, `operators.rs` and `lists.rs` know what
//! operators, conversions and list functions make of types, `facts.rs` what a condition says about the values below it.

mod facts;
mod fails;
mod lists;
mod operators;
mod path;
mod reader;

use std::sync::Arc;

use heddle_expr::Reference;
use serde_json::Value;

use super::unknown::marked;

pub(super) use fails::Fails;
pub(super) use lists::elements;
pub(super) use reader::typed;

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
