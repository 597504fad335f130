//! What holds for every JSON.

use crate::support::World;
use heddle_expr::{Expression, Reference, Root, Segment, merge_context};
use heddle_model::Payload;
use proptest::prelude::*;
use serde_json::{Map, Value};

/// JSON texts as they come from the world: any number literal, escapes, space, repeated keys.
fn text() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        any::<i64>().prop_map(|n| n.to_string()),
        "-?(0|[1-9][0-9]{0,30})(\\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?",
    ];
    let leaf = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|b| b.to_string()),
        number,
        string(),
        Just(r#""\u00e9\ud83d\ude00\n\"\\""#.to_owned()),
    ];
    leaf.prop_recursive(5, 60, 6, |inner| {
        prop_oneof![
            (prop::collection::vec(inner.clone(), 0..6), space())
                .prop_map(|(elements, space)| format!("[{space}{}{space}]", elements.join(&format!("{space},")))),
            (prop::collection::vec((key(), inner), 0..6), space()).prop_map(|(members, space)| {
                let members: Vec<_> =
                    members.into_iter().map(|(key, value)| format!("{key}{space}:{space}{value}")).collect();
                format!("{{{space}{}{space}}}", members.join(&format!(",{space}")))
            }),
        ]
    })
}

fn string() -> impl Strategy<Value = String> {
    any::<String>().prop_map(|text| Value::from(text).to_string())
}

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-c]".prop_map(|key| format!("\"{key}\"")),
        Just(r#""\u0061""#.to_owned()),
        Just("\"\"".to_owned()),
        string(),
    ]
}

fn space() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just(""), Just(" "), Just("\n\t ")]
}

/// Every path of a tree with the value at its end.
fn paths<'a>(value: &'a Value, path: &mut Vec<Segment>, found: &mut Vec<(Vec<Segment>, &'a Value)>) {
    found.push((path.clone(), value));
    match value {
        Value::Array(elements) => {
            for (index, element) in elements.iter().enumerate() {
                path.push(Segment::Index(index as u64));
                paths(element, path, found);
                path.pop();
            }
        }
        Value::Object(members) => {
            for (key, member) in members {
                path.push(Segment::Key(key.clone()));
                paths(member, path, found);
                path.pop();
            }
        }
        _ => {}
    }
}

/// A CEL expression for a path; keys as CEL string literals.
fn written(path: &[Segment]) -> String {
    let mut source = "input".to_owned();
    for segment in path {
        match segment {
            Segment::Index(index) => source.push_str(&format!("[{index}]")),
            Segment::Key(key) => {
                let escaped: String = key.chars().map(|c| format!("\\U{:08x}", c as u32)).collect();
                source.push_str(&format!("[\"{escaped}\"]"));
            }
        }
    }
    source
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    /// A selection gives a slice of the text it selects from, and it is the value the tree has at that path.
    #[test]
    fn a_selection_returns_the_exact_text(text in text()) {
        let world = World::with_input(&text);
        let tree = world.input.tree().unwrap();
        let mut all = Vec::new();
        paths(&tree, &mut Vec::new(), &mut all);
        for (path, expected) in all {
            let source = written(&path);
            let expression = Expression::parse(&source).unwrap();
            let reference = Reference { root: Root::Input, path };
            prop_assert_eq!(expression.selection(), Some(&reference));
            let found = expression.evaluate(&world).unwrap();
            prop_assert!(world.input.text().contains(found.text()), "{} is not in the text", found.text());
            prop_assert_eq!(&*found.tree().unwrap(), expected, "{}", source);
        }
    }

    /// What a reference is written as reads back as the same reference.
    #[test]
    fn a_path_reads_back_as_it_is_written(keys in prop::collection::vec("[a-z\"\\\\ .é]{0,5}", 0..5)) {
        let reference = Reference { root: Root::Input, path: keys.into_iter().map(Segment::Key).collect() };
        let expression = Expression::parse(&reference.to_string()).unwrap();
        prop_assert_eq!(expression.selection(), Some(&reference));
    }

    /// CEL that only moves a value gives the same JSON.
    #[test]
    fn cel_leaves_what_it_moves_alone(text in text()) {
        let world = World::with_input(&text);
        for source in ["[input][0]", "{'a': input}.a", "true ? input : null", "[input].map(x, x)[0]", "dyn(input)"] {
            let found = Expression::parse(source).unwrap().evaluate(&world);
            let found = found.unwrap_or_else(|error| panic!("{source} of {text}: {error}"));
            prop_assert_eq!(same(&found), same(&world.input), "{}", source);
        }
        let elements = Expression::parse("type(input) == list ? input.map(x, x) : input").unwrap();
        prop_assert_eq!(same(&elements.evaluate(&world).unwrap()), same(&world.input));
        let members = Expression::parse("type(input) == map ? input.map(k, input[k]) : []").unwrap();
        members.evaluate(&world).unwrap();
    }

    /// Equal is what the trees call equal, read by value.
    #[test]
    fn a_value_equals_itself_however_it_is_spaced(text in text()) {
        let compact = Payload::parse(text.clone()).unwrap().tree().unwrap().to_string();
        let world = World::with_input(&text).and_step("a", &compact);
        prop_assert!(Expression::parse("input == steps.a.output").unwrap().evaluate_bool(&world).unwrap());
        prop_assert!(Expression::parse("[input] == [steps.a.output]").unwrap().evaluate_bool(&world).unwrap());
    }

    /// Merging texts is merging trees.
    #[test]
    fn merging_texts_is_merging_trees(texts in prop::collection::vec(text(), 0..5)) {
        let payloads: Vec<Payload> = texts.iter().map(|text| Payload::parse(text.clone()).unwrap()).collect();
        let names: Vec<String> = (0..payloads.len()).map(|n| format!("a{n}")).collect();
        let parts: Vec<(&str, &Payload)> = names.iter().map(String::as_str).zip(&payloads).collect();
        let mut expected = Map::new();
        for (name, part) in &parts {
            match &*part.tree().unwrap() {
                Value::Object(members) => expected.extend(members.clone()),
                other => { expected.insert((*name).to_owned(), other.clone()); }
            }
        }
        let merged = merge_context(&parts).tree().unwrap();
        prop_assert_eq!(merged.to_string(), Value::Object(expected).to_string(), "keys in the same order");
    }

    /// Whatever is typed, reading it ends with an expression or an error inside the text.
    #[test]
    fn reading_never_panics(source in "[a-z0-9 .()\\[\\]{}+*?:!=<>&|\"'\\\\,é\n-]{0,60}") {
        let world = World::with_input(r#"{"a":[1,{"b":"c"}]}"#);
        match Expression::parse(&source) {
            Ok(expression) => { let _ = expression.evaluate(&world); }
            Err(error) => prop_assert!(error.line >= 1 && error.column >= 1),
        }
        let _ = heddle_expr::Template::parse(&source).map(|template| template.render(&world));
    }
}

/// A value as JSON without space, with every number as the double it reads as: CEL writes `2.50` as `2.5`.
fn same(payload: &Payload) -> Value {
    fn plain(value: &Value) -> Value {
        match value {
            Value::Number(number) if number.to_string().contains(['.', 'e', 'E']) => match number.as_f64() {
                Some(double) if double.is_finite() => Value::from(format!("{double:e}")),
                _ => Value::from(number.to_string()),
            },
            Value::Number(number) if number.to_string() == "-0" => Value::from(0),
            Value::Array(elements) => elements.iter().map(plain).collect(),
            Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), plain(value))).collect(),
            other => other.clone(),
        }
    }
    plain(&payload.tree().unwrap())
}
