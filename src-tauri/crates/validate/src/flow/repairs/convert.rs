//! Expressions that make something fitting of what another one gives.

use heddle_expr::{Expression, Segment};
use serde_json::{Value, json};

use crate::flow::walk::{Kinds, Walk};

/// Expressions that make something fitting of what an expression gives.
pub(super) fn conversions(
    field: &str,
    current: &str,
    given: &Value,
    wanted: &Value,
    may_fail: bool,
    ideas: &mut Vec<(String, String)>,
) {
    let own = Walk { document: given, declared: true }.kinds(given);
    let want = Walk { document: wanted, declared: true }.kinds(wanted);
    let default = default_value(wanted);
    let path = Expression::parse(current).ok().and_then(|expression| expression.selection().cloned());
    // The value with what it may lack filled in.
    let mut guards: Vec<String> = Vec::new();
    let mut words: Vec<&str> = Vec::new();
    if may_fail && let Some(path) = &path {
        let has = (1..=path.path.len())
            .map(|length| path.prefix(length))
            .filter(|prefix| matches!(prefix.path.last(), Some(Segment::Key(name)) if heddle_expr::is_identifier(name)))
            .map(|prefix| format!("has({prefix})"));
        guards.extend(has);
        words.push("missing");
    }
    let nullable = own.contains(Kinds::NULL) && own != Kinds::ALL && !want.contains(Kinds::NULL);
    if nullable && path.is_some() {
        guards.push(format!("{current} != null"));
        words.push("null");
    }
    let plain = own.without(if nullable { Kinds::NULL } else { Kinds::NONE });
    let mut forms: Vec<(String, String)> = Vec::new();
    if !plain.and(want).is_empty() {
        forms.push((String::new(), current.to_owned()));
    }
    let scalar = Kinds::STRING.or(Kinds::NUMBER).or(Kinds::BOOLEAN);
    if plain != Kinds::ALL {
        if want.contains(Kinds::STRING) && plain.contains(scalar.without(Kinds::STRING)) {
            forms.push((format!("Convert {field} to text"), format!("string({current})")));
        }
        if want.within(Kinds::INTEGER) && plain.contains(Kinds::STRING.or(Kinds::FRACTION)) {
            forms.push((format!("Convert {field} to a whole number"), format!("int({current})")));
        }
        if want.contains(Kinds::FRACTION) && plain.contains(Kinds::STRING) {
            forms.push((format!("Convert {field} to a number"), format!("double({current})")));
        }
        if want.within(Kinds::ARRAY.or(Kinds::NULL)) && !plain.contains(Kinds::ARRAY) {
            forms.push((format!("Wrap {field} in a list"), format!("[{current}]")));
        }
        if plain.within(Kinds::ARRAY) && !want.contains(Kinds::ARRAY) {
            forms.push((format!("Take the first of {field}"), format!("{current}[0]")));
            if let Some(default) = &default {
                let title = format!("Take the first of {field}, or {} if there is none", short(default));
                forms.push((title, format!("{current}[?0].orValue({default})")));
            }
        }
    }
    for (title, form) in forms {
        match (&default, guards.is_empty()) {
            (_, true) if title.is_empty() => {}
            (_, true) => ideas.push((title, form)),
            (Some(default), false) => {
                let lead = if title.is_empty() { String::new() } else { format!("{title}, and use ") };
                let use_ = if title.is_empty() { "Use " } else { "" };
                let title = format!("{lead}{use_}{} where {field} is {}", short(default), words.join(" or "));
                ideas.push((title, format!("{} ? {form} : {default}", guards.join(" && "))));
            }
            (None, false) => {}
        }
    }
}

/// A plain value of a schema, as an expression: its default, the first it lists, or the emptiest that fits.
pub(super) fn default_value(schema: &Value) -> Option<String> {
    let listed = |keyword: &str| schema.get(keyword).and_then(Value::as_array).and_then(|values| values.first());
    let own = [schema.get("default"), schema.get("const"), listed("enum"), listed("examples")];
    let plain = [json!(""), json!(0), json!(0.0), json!(false), json!([]), json!({}), Value::Null];
    let validator = jsonschema::validator_for(schema).ok()?;
    let found = own.into_iter().flatten().chain(&plain).find(|value| validator.is_valid(value)).cloned();
    let found = found.or_else(|| heddle_schema::sample(schema, 0).ok())?;
    let text = found.to_string();
    Expression::parse(&text).ok().map(|_| text)
}

pub(super) fn short(expression: &str) -> String {
    match expression.char_indices().nth(30) {
        Some((cut, _)) => format!("{}…", &expression[..cut]),
        None => expression.to_owned(),
    }
}
