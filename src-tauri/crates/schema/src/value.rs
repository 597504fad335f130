//! JSON values in the form JSON Schema compares them: numbers by value, objects without order.

use std::{collections::BTreeMap, rc::Rc};

use serde_json::{Map, Number, Value};

use crate::decimal::Dec;

/// How deep a value may be nested.
const DEEPEST: usize = 100;

/// A JSON value whose equality is that of JSON Schema (Core 4.2.2).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) enum Val {
    Null,
    Bool(bool),
    Num(Dec),
    Str(Rc<str>),
    Arr(Rc<[Val]>),
    Obj(Rc<BTreeMap<Rc<str>, Val>>),
}

impl Val {
    /// Reads a value; `None` if it is nested too deeply or holds a number that is too large.
    pub(crate) fn read(value: &Value) -> Option<Val> {
        read(value, 0)
    }

    pub(crate) fn str(text: &str) -> Val {
        Val::Str(Rc::from(text))
    }

    /// The value as `serde_json` spells it.
    pub(crate) fn to_json(&self) -> Value {
        match self {
            Val::Null => Value::Null,
            Val::Bool(b) => Value::Bool(*b),
            Val::Num(n) => n.to_string().parse::<Number>().map_or(Value::Null, Value::Number),
            Val::Str(s) => Value::String(s.to_string()),
            Val::Arr(items) => Value::Array(items.iter().map(Val::to_json).collect()),
            Val::Obj(members) => {
                Value::Object(members.iter().map(|(k, v)| (k.to_string(), v.to_json())).collect::<Map<_, _>>())
            }
        }
    }

    /// How many values this value is made of, itself included, counted no further than `limit`.
    pub(crate) fn size_up_to(&self, limit: usize) -> usize {
        let mut size = 1;
        let parts: Box<dyn Iterator<Item = &Val>> = match self {
            Val::Arr(items) => Box::new(items.iter()),
            Val::Obj(members) => Box::new(members.values()),
            _ => return 1,
        };
        for part in parts {
            if size >= limit {
                break;
            }
            size += part.size_up_to(limit - size);
        }
        size
    }
}

fn read(value: &Value, depth: usize) -> Option<Val> {
    if depth > DEEPEST {
        return None;
    }
    Some(match value {
        Value::Null => Val::Null,
        Value::Bool(b) => Val::Bool(*b),
        Value::Number(n) => Val::Num(Dec::parse(n.as_str())?),
        Value::String(s) => Val::str(s),
        Value::Array(items) => Val::Arr(items.iter().map(|v| read(v, depth + 1)).collect::<Option<Vec<_>>>()?.into()),
        Value::Object(members) => Val::Obj(Rc::new(
            members
                .iter()
                .map(|(k, v)| Some((Rc::from(k.as_str()), read(v, depth + 1)?)))
                .collect::<Option<BTreeMap<_, _>>>()?,
        )),
    })
}
