//! Putting JSON objects together by their text.

use heddle_model::Payload;
use indexmap::IndexMap;
use serde_json::Value;

use crate::scan::{Kind, members, unescape};

/// Merges objects into one. Of a key that appears several times the last value wins, at the place of the first; every
/// value is copied to the letter. A part that is not an object goes under its own name.
///
/// One object alone is that object, with a key it has twice.
///
/// `parts`: name and value, in topological order; the name is the step's id, or `input` for the execution's input.
pub fn merge_context(parts: &[(&str, &Payload)]) -> Payload {
    if let [(_, only)] = parts
        && Kind::of(only.text()) == Kind::Object
    {
        return (*only).clone();
    }
    let mut object = Object::default();
    for (name, part) in parts {
        if Kind::of(part.text()) == Kind::Object {
            for (key, value) in members(part.text()) {
                object.set_raw(key, value);
            }
        } else {
            object.set(name, part.text());
        }
    }
    object.finish()
}

/// An object of fields, in order; every value is copied to the letter. Of a name given twice the last value wins.
pub fn object_of(fields: &[(String, Payload)]) -> Payload {
    let mut object = Object::default();
    for (name, value) in fields {
        object.set(name, value.text());
    }
    object.finish()
}

/// Members by what their key says; a key that cannot be said in Unicode stands for itself.
#[derive(Default)]
struct Object<'a>(IndexMap<std::borrow::Cow<'a, str>, (std::borrow::Cow<'a, str>, &'a str)>);

impl<'a> Object<'a> {
    fn set_raw(&mut self, key: &'a str, value: &'a str) {
        let name = unescape(key).unwrap_or(std::borrow::Cow::Borrowed(key));
        self.0.entry(name).or_insert_with(|| (std::borrow::Cow::Borrowed(key), value)).1 = value;
    }

    fn set(&mut self, name: &'a str, value: &'a str) {
        let key = || (std::borrow::Cow::Owned(Value::from(name).to_string()), value);
        self.0.entry(std::borrow::Cow::Borrowed(name)).or_insert_with(key).1 = value;
    }

    fn finish(self) -> Payload {
        let length = self.0.values().map(|(key, value)| key.len() + value.len() + 2).sum::<usize>() + 2;
        let mut text = String::with_capacity(length);
        text.push('{');
        for (index, (key, value)) in self.0.values().enumerate() {
            if index > 0 {
                text.push(',');
            }
            text.push_str(key);
            text.push(':');
            text.push_str(value);
        }
        text.push('}');
        Payload::from_parts(text)
    }
}

/// Keeps a text that was written piece by piece.
pub(crate) fn spliced(text: String) -> Payload {
    Payload::parse(text).expect("values between brackets and commas are JSON")
}
