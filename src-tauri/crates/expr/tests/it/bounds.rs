//! No expression runs without end, builds without limit, or overflows the stack.

use crate::support::{World, evaluate, json, value};
use heddle_expr::{EvalError, Expression, MAX_SOURCE_BYTES, Template};
use heddle_model::Payload;

fn numbers(count: usize) -> World {
    let list: Vec<String> = (0..count).map(|n| n.to_string()).collect();
    World::with_input(&format!(r#"{{"list":[{}]}}"#, list.join(",")))
}

fn too_much(source: &str, world: &World) {
    match evaluate(source, world) {
        Err(EvalError::TooMuchWork(_)) => {}
        Err(other) => panic!("{source}: {other}"),
        Ok(value) => panic!("{source}: {} bytes", value.len()),
    }
}

#[test]
fn nested_loops_over_long_lists_are_stopped() {
    let world = numbers(5_000);
    assert_eq!(value("size(input.list.filter(x, x % 2 == 0))", &world), "2500", "one loop is fine");
    too_much("input.list.map(x, input.list.map(y, x * y))", &world);
    too_much("input.list.all(x, input.list.exists(y, y < 0) || true)", &world);
}

#[test]
fn an_error_that_a_later_element_could_override_does_not_hide_the_limit() {
    let world = numbers(5_000);
    too_much("input.list.exists(x, input.list.all(y, input.list.exists(z, z < 0)))", &world);
}

#[test]
fn searching_a_long_list_again_and_again_is_stopped() {
    let world = numbers(5_000);
    too_much("input.list.filter(x, (x + 1) in input.list)", &numbers(50_000));
    too_much("input.list.map(x, input.list == input.list + [x])", &world);
    too_much("input.list.map(x, string(x).matches('[0-9]{1,100}'))", &world);
}

#[test]
fn what_is_cheap_may_be_asked_in_every_turn() {
    let rows: Vec<String> = (0..5_000).map(|n| format!(r#"{{"id":"k{n}","text":"{}"}}"#, "x".repeat(100))).collect();
    let keys: Vec<String> = (0..5_000).map(|n| format!(r#""k{n}":{n}"#)).collect();
    let world = World::with_input(&format!(r#"{{"rows":[{}],"by":{{{}}}}}"#, rows.join(","), keys.join(",")));
    assert_eq!(value("size(input.rows.filter(r, r.id in input.by))", &world), "5000");
    assert_eq!(value("size(input.rows.filter(r, input.by[r.id] < size(input.rows) - 10))", &world), "4990");
    assert_eq!(value("size(input.rows.filter(r, r.id in ['k1', 'k2']))", &world), "2");
}

#[test]
fn values_that_double_are_stopped() {
    let world = numbers(1);
    let doubled = |seed: &str, step: &str| format!("{seed}{}", step.repeat(60));
    too_much(&doubled("['abcdefgh']", ".map(x, x + x)"), &world);
    too_much(&doubled("[[1]]", ".map(x, [x, x])"), &world);
    too_much(&doubled("[{'a': 1}]", ".map(x, {'a': x, 'b': x})"), &world);
    too_much(&doubled("[[1]]", ".map(x, x + x)"), &world);
}

#[test]
fn a_result_larger_than_any_payload_is_refused() {
    let text = "x".repeat(1_000_000);
    let world = World::with_input(&format!(r#"{{"list":[{}0], "big": {{"text": "{text}"}}}}"#, "0,".repeat(99)));
    let error = evaluate("input.list.map(x, input.big)", &world).unwrap_err();
    assert!(matches!(error, EvalError::Result(_)), "{error}");
}

#[test]
fn deep_sources_are_refused_instead_of_overflowing() {
    let worlds = [
        format!("{}1{}", "(".repeat(5_000), ")".repeat(5_000)),
        format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000)),
        format!("{}true", "!".repeat(10_000)),
        format!("{}1", "- ".repeat(5_000)),
        format!("1{}", " + 1".repeat(3_000)),
        format!("input{}", ".a".repeat(5_000)),
        format!("input{}", "[0]".repeat(5_000)),
        format!("{}1", "true ? 1 : ".repeat(1_000)),
        format!("true{}", " && true".repeat(2_000)),
        format!("{}1{}", "size(".repeat(2_000), ")".repeat(2_000)),
        format!("{}1{}", "{1:".repeat(3_000), "}".repeat(3_000)),
        "(".repeat(16_000),
        "{{".repeat(8_000),
        "\"".repeat(16_001),
    ];
    for source in worlds {
        // A small stack, like that of a worker thread with something on it already.
        let outcome = std::thread::Builder::new()
            .stack_size(1024 * 1024)
            .spawn(move || match Expression::parse(&source) {
                Err(error) => error.to_string(),
                Ok(expression) => format!("{:?}", expression.evaluate(&World::with_input("{}"))),
            })
            .unwrap()
            .join();
        assert!(outcome.is_ok());
    }
}

#[test]
fn the_deepest_allowed_source_runs_on_a_small_stack() {
    let (sum, logic) = (format!("1{}", " + 1".repeat(90)), format!("true{}", " && true".repeat(90)));
    let nested = format!("{}1{}", "[".repeat(40), "]".repeat(40));
    for (source, expected) in [(sum, "91".to_owned()), (logic, "true".to_owned()), (nested.clone(), nested)] {
        let outcome = std::thread::Builder::new()
            .stack_size(1536 * 1024)
            .spawn(move || value(&source, &World::with_input("{}")))
            .unwrap()
            .join();
        assert_eq!(outcome.unwrap(), expected);
    }
}

#[test]
fn a_source_over_the_limit_is_refused() {
    let long = format!("'{}'", "x".repeat(MAX_SOURCE_BYTES));
    assert!(Expression::parse(&long).unwrap_err().message.contains("bytes long"));
    assert!(Template::parse(&format!("{{{{ {long} }}}}")).is_err());
}

#[test]
fn json_nested_deeper_than_any_tree_is_selected_and_passed_on() {
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let world = World::with_input(&format!(r#"{{"deep":{deep},"a":{{"b":2}}}}"#));
    assert_eq!(value("input.a.b", &world), "2");
    assert_eq!(value("input.deep", &world), deep);
    assert_eq!(value("[input.a.b + 1, input.deep]", &world), format!("[3,{deep}]"));
    assert_eq!(value("input.deep == input.deep", &world), "true");
    assert_eq!(value("input.deep == [1] || size(input.deep) == 1", &world), "true");
    assert_eq!(value("input.deep[0][0] == input.deep", &world), "false");
}

#[test]
fn ten_megabytes_are_walked_not_copied_apart() {
    let rows: Vec<String> = (0..60_000).map(|n| format!(r#"{{"id":{n},"text":"{}"}}"#, "x".repeat(150))).collect();
    let world = World::with_input(&format!(r#"{{"rows":[{}],"last":{{"id":1.0}}}}"#, rows.join(",")));
    assert!(world.input.len() > 10_000_000);
    assert_eq!(value("input.last.id", &world), "1.0");
    assert_eq!(value("input.rows[59999].id", &world), "59999");
    assert_eq!(value("size(input.rows)", &world), "60000");
    assert_eq!(value("size(input.rows.filter(r, r.id >= 59990))", &world), "10");
    let everything = json(world.input.text());
    assert_eq!(Expression::parse("input").unwrap().evaluate(&world), Ok::<Payload, EvalError>(everything));
}
