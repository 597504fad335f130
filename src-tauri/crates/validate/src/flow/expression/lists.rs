//! Lists: what a loop over one gives, and what its elements may be.

use std::sync::Arc;

use heddle_expr::Shape;
use serde_json::{Value, json};

use super::Typed;
use super::reader::Reader;
use crate::flow::build::list_of;
use crate::flow::document::cut;
use crate::flow::walk::{Kinds, Walk};

impl Reader<'_> {
    pub(super) fn map(&mut self, over: &Shape, variable: &str, item: &Shape) -> Typed {
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
    pub(super) fn elements(&self, of: &Typed) -> Option<Value> {
        let keys = self.kinds(of).within(Kinds::OBJECT);
        if keys { Some(json!({ "type": "string" })) } else { elements(of, self.declared) }
    }
}

/// What the elements of a list may be: a document.
pub(in crate::flow) fn elements(of: &Typed, declared: bool) -> Option<Value> {
    let document = Arc::new(of.schema.clone());
    let walk = Walk { document: &document, declared };
    if !walk.kinds(&document).within(Kinds::ARRAY) {
        return None;
    }
    let elements = walk.elements(&document)?;
    Some(cut(&document, &elements))
}
