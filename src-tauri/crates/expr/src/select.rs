//! Evaluating a selection: a walk on the JSON text.

use heddle_model::Payload;
use serde_json::Value;

use crate::error::{EvalError, Missing};
use crate::path::{Reference, Root, Segment};
use crate::scan::{Kind, element, elements, field, members, unescape};
use crate::scope::Scope;

/// Keys named in a message, at most.
const SHOWN_KEYS: usize = 12;

/// The exact text a selection selects.
pub(crate) fn select(selection: &Reference, scope: &dyn Scope) -> Result<Payload, EvalError> {
    let root = root_of(selection, scope)?;
    if selection.path.is_empty() {
        return Ok(root);
    }
    let text = walk(selection, root.text())?;
    Ok(Payload::from_parts(text))
}

/// The value a path starts from.
pub(crate) fn root_of(selection: &Reference, scope: &dyn Scope) -> Result<Payload, EvalError> {
    match &selection.root {
        Root::Input => Ok(scope.input().clone()),
        Root::Vars => Ok(scope.vars().clone()),
        Root::Step(step) => scope
            .step(step.as_str())
            .cloned()
            .ok_or_else(|| EvalError::NoOutput { wanted: selection.clone(), step: step.clone() }),
        Root::Context => Ok(scope.context()),
        Root::Item => scope.item().cloned().ok_or_else(|| EvalError::Unknown("item".to_owned())),
        Root::Index => scope
            .index()
            .map(|index| Payload::from_value(&Value::from(index)))
            .ok_or_else(|| EvalError::Unknown("index".to_owned())),
        Root::Unknown(name) => Err(EvalError::Unknown(name.clone())),
    }
}

/// Follows the path of `selection` from `text`, the value of its root.
pub(crate) fn walk<'a>(selection: &Reference, text: &'a str) -> Result<&'a str, EvalError> {
    let mut here = text;
    for (depth, segment) in selection.path.iter().enumerate() {
        let next = match segment {
            Segment::Key(key) => field(here, key),
            Segment::Index(index) => element(here, *index),
        };
        here = next
            .ok_or_else(|| Missing {
                wanted: selection.clone(),
                parent: selection.prefix(depth),
                missing: match segment {
                    Segment::Key(key) => format!("field `{key}`"),
                    Segment::Index(index) => format!("element {index}"),
                },
                found: describe(here),
            })
            .map_err(Box::new)?;
    }
    Ok(here)
}

fn describe(text: &str) -> String {
    match Kind::of(text) {
        Kind::Object => {
            let keys: Vec<_> = members(text).map(|(key, _)| unescape(key).unwrap_or(key.into())).collect();
            let shown: Vec<_> = keys.iter().take(SHOWN_KEYS).map(|key| format!("`{key}`")).collect();
            match keys.len() {
                0 => "is an empty object".to_owned(),
                1 => format!("has only the field {}", shown[0]),
                count if count > SHOWN_KEYS => {
                    format!("has the fields {} and {} more", shown.join(", "), count - SHOWN_KEYS)
                }
                _ => format!("has the fields {}", shown.join(", ")),
            }
        }
        Kind::Array => match elements(text).count() {
            0 => "is an empty array".to_owned(),
            1 => "is an array of 1 element".to_owned(),
            count => format!("is an array of {count} elements"),
        },
        kind => format!("is {}", kind.described()),
    }
}
