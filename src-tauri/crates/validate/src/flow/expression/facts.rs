//! What a condition says about the values that are looked at where it holds.

use heddle_expr::{Reference, Shape};
use serde_json::{Value, json};

use crate::flow::walk::{Kinds, Walk};

/// Something that is known where an expression stands, because of the condition around it.
#[derive(Debug, Clone)]
pub(super) enum Fact {
    There(Reference),
    Is(Reference, Kinds),
    IsNot(Reference, Kinds),
}

/// What follows when a condition is true, or false.
pub(super) fn facts(condition: &Shape, truth: bool, found: &mut Vec<Fact>) {
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

/// A schema without values of some types, as plainly as it can be said.
pub(super) fn without(walk: &Walk<'_>, schema: &Value, kinds: Kinds) -> Value {
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
