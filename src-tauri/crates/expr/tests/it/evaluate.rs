//! What expressions mean, case by case.

use crate::support::{World, error, evaluate, json, value};
use heddle_expr::{EvalError, Expression, JsonTemplate, Template, merge_context, object_of};

fn world() -> World {
    let mut world = World::with_input(
        r#"{"id": 7, "name": "Ada", "big": 123456789012345678901234567890, "one": 1.0, "huge": 1e400,
            "unsigned": 18446744073709551615, "none": null, "list": [3, 1, 2], "é\n": "ü\u00e9\ud83d\ude00",
            "items": [{"sku": "a", "price": 9.5, "n": 2}, {"sku": "b", "price": 0.5, "n": 10}],
            "twice": 1, "twice": 2, "deep": {"z": 1, "a": {"k": [10, {"x": "y"}]}}}"#,
    )
    .and_step("analyze", r#"{"customer_id": "C-1", "total": 12.5, "tags": ["x", "y"]}"#)
    .and_step("odd id", r#"{"v": true}"#);
    world.vars = json(r#"{"limit": 10, "rate": 1.5}"#);
    world
}

fn check(cases: &[(&str, &str)]) {
    let world = world();
    for (source, expected) in cases {
        assert_eq!(value(source, &world), *expected, "{source}");
    }
}

#[test]
fn a_selection_copies_the_text() {
    check(&[
        ("input.id", "7"),
        ("input.big", "123456789012345678901234567890"),
        ("input.one", "1.0"),
        ("input.huge", "1e400"),
        (r#"input["é\n"]"#, r#""ü\u00e9\ud83d\ude00""#),
        ("input.deep", r#"{"z": 1, "a": {"k": [10, {"x": "y"}]}}"#),
        ("input.deep.a.k[1].x", r#""y""#),
        (r#"input["deep"]["a"]["k"][0u]"#, "10"),
        ("input.list[2]", "2"),
        ("input.twice", "2"),
        ("input.none", "null"),
        ("steps.analyze.output.customer_id", r#""C-1""#),
        (r#"steps["odd id"].output.v"#, "true"),
        ("steps.`odd id`.output.v", "true"),
        ("vars.rate", "1.5"),
        ("context.id", "7"),
        ("  input . id ", "7"),
        ("(input.id)", "7"),
    ]);
}

#[test]
fn everything_else_is_cel() {
    check(&[
        ("input.id + 1", "8"),
        ("input.unsigned", "18446744073709551615"),
        ("input.unsigned - 1u", "18446744073709551614"),
        ("input.one + 0.5", "1.5"),
        ("1.0", "1.0"),
        ("2.0 * 3.0", "6.0"),
        ("1e300 * 10.0", "1e+301"),
        ("-7 / 2", "-3"),
        ("size(input.list)", "3"),
        ("input.list.map(x, x * 2)", "[6,2,4]"),
        ("input.list.filter(x, x > 1)", "[3,2]"),
        ("input.list.exists(x, x == 2) && !input.list.all(x, x > 1)", "true"),
        ("input.items.filter(i, i.price * double(i.n) > 10.0).map(i, i.sku)", r#"["a"]"#),
        ("input.items.map(i, i.n > 5, i.sku)", r#"["b"]"#),
        ("input.items.exists_one(i, i.n == 10)", "true"),
        (r#"input.name + "!""#, r#""Ada!""#),
        (r#"input.name.matches("^A.a$")"#, "true"),
        ("steps.analyze.output.total > double(vars.limit) ? 'high' : 'low'", r#""high""#),
        ("'x' in steps.analyze.output.tags", "true"),
        ("'id' in input && !('nope' in input)", "true"),
        ("has(input.id) && !has(input.nope)", "true"),
        ("has(steps.analyze.output.total)", "true"),
        ("input.?nope.orValue('none')", r#""none""#),
        ("input.?nope", "null"),
        ("input.list[?0].orValue(9)", "3"),
        ("input.list[?7].orValue(9)", "9"),
        ("input.?name", r#""Ada""#),
        (
            r#"{"z": input.id, "a": [1, null, true], 3: "x", true: 1.5}"#,
            r#"{"z":7,"a":[1,null,true],"3":"x","true":1.5}"#,
        ),
        (r#"{"z": 1, ?"y": input.?nope, ?"x": input.?id}"#, r#"{"z":1,"x":7}"#),
        ("b'abc'", r#""YWJj""#),
        ("timestamp('2026-11-20T10:00:00Z') + duration('90m')", r#""2026-11-20T11:30:00Z""#),
        ("duration('3.5s')", r#""3.5s""#),
        ("duration('-90s')", r#""-90s""#),
        ("string(input.id) + 'x'", r#""7x""#),
        ("type(input.id) == int", "true"),
        ("9223372036854775807", "9223372036854775807"),
        ("input.deep == {'a': {'k': [10, {'x': 'y'}]}, 'z': 1}", "true"),
        ("{'a': {'k': [10, {'x': 'y'}]}, 'z': 1} == input.deep", "true"),
        ("input.list == [3, 1, 2] && [3, 1, 2] == input.list", "true"),
        ("input.list + [9]", "[3,1,2,9]"),
        ("[9] + input.list", "[9,3,1,2]"),
        ("input.list.map(input, input)", "[3,1,2]"),
        ("input.deep.map(k, k)", r#"["z","a"]"#),
        ("{'b': 1, 'a': 2}.map(k, k)", r#"["b","a"]"#),
        ("input.items.map(i, {'sku': i.sku, 'about': i.n})", r#"[{"sku":"a","about":2},{"sku":"b","about":10}]"#),
    ]);
}

#[test]
fn values_an_expression_only_moves_keep_their_text() {
    check(&[
        (r#"{"copy": input.deep}"#, r#"{"copy":{"z": 1, "a": {"k": [10, {"x": "y"}]}}}"#),
        ("[input.big, input.huge]", "[123456789012345678901234567890,1e400]"),
        ("true ? input.big : input.id", "123456789012345678901234567890"),
        ("input.big == input.big", "true"),
        ("input.big == 1 || input.huge == 2.0", "false"),
        ("input.items.filter(i, i.n > 5)", r#"[{"sku": "b", "price": 0.5, "n": 10}]"#),
    ]);
}

#[test]
fn a_number_cel_cannot_hold_is_refused_by_name() {
    let world = world();
    for (source, number) in [
        ("input.big + 1", "123456789012345678901234567890"),
        ("1 + input.big", "123456789012345678901234567890"),
        ("input.big > 5", "123456789012345678901234567890"),
        ("5 < input.big", "123456789012345678901234567890"),
        ("input.huge * 2.0", "1e400"),
        ("-input.big", "123456789012345678901234567890"),
        ("int(input.big)", "123456789012345678901234567890"),
        ("[1, input.big].map(x, x + 1)", "123456789012345678901234567890"),
    ] {
        let refused = evaluate(source, &world).unwrap_err();
        assert_eq!(refused, EvalError::Inexact { number: number.to_owned() }, "{source}");
        assert!(refused.to_string().contains(number), "{refused}");
    }
}

#[test]
fn what_is_missing_is_named_with_what_is_there() {
    let world = world();
    for (source, expected) in [
        ("input.nope", "`input.nope` leads nowhere: there is no field `nope`, `input` has the fields `id`, `name`, "),
        (
            "input.deep.a.x.y",
            "`input.deep.a.x.y` leads nowhere: there is no field `x`, `input.deep.a` has only the field `k`",
        ),
        ("input.name.first", "there is no field `first`, `input.name` is a string"),
        ("input.none.x", "`input.none` is null"),
        ("input.list[7]", "there is no element 7, `input.list` is an array of 3 elements"),
        ("input.list.x", "there is no field `x`, `input.list` is an array of 3 elements"),
        ("steps.analyze.output.id", "`steps.analyze.output` has the fields `customer_id`, `total`, `tags`"),
        ("steps.later.output.id", "the step \"later\" has no output here"),
        ("item.x", "`item` is not known here"),
        ("nope.x", "`nope` is not known here"),
        ("input.nope + 1", "there is no field `nope`, `input` has the fields"),
        ("input.name.first == 'A'", "`input.name` is a string"),
        ("1 + input.list[7]", "there is no element 7"),
        ("steps.later.output.id > 1", "the step \"later\" has no output here"),
        ("input.items.map(i, i.cost)", "there is no field `cost`"),
        ("input.one + 1", "`+` does not apply to double and int; CEL does not mix them"),
        ("input.name > 1", "`>` does not apply to string and int"),
        ("1 / 0", "division by zero"),
        ("9223372036854775807 + 1", "verflow"),
        ("input.list[7] == 1 || input.nope", "there is no"),
        ("nofunction(1)", "`nofunction` is not known here"),
        ("1e308 * 10.0", "JSON has no way to write"),
    ] {
        let found = error(source, &world);
        assert!(found.contains(expected), "{source}: {found}");
    }
}

#[test]
fn loops_see_item_and_index() {
    let mut world = world();
    world.item = Some(json(r#"{"price": 2.50}"#));
    world.index = Some(3);
    assert_eq!(value("item.price", &world), "2.50");
    assert_eq!(value("index", &world), "3");
    assert_eq!(value("index + 1", &world), "4");
}

#[test]
fn a_condition_is_true_or_false_and_nothing_else() {
    let world = world();
    assert_eq!(Expression::parse("input.id == 7").unwrap().evaluate_bool(&world), Ok(true));
    assert_eq!(
        Expression::parse("input.id").unwrap().evaluate_bool(&world).unwrap_err().to_string(),
        "expected true or false, found a number"
    );
}

#[test]
fn references_are_what_can_be_told_beforehand() {
    for (source, expected) in [
        ("input.a.b[0][\"k\"]", vec!["input.a.b[0].k"]),
        ("steps.a.output.list.map(x, x.price * vars.rate)", vec!["steps.a.output.list", "vars.rate"]),
        ("input[vars.name].b", vec!["input", "vars.name"]),
        ("has(input.a.b) ? input.a.b : 0", vec!["input.a.b"]),
        ("input.list.map(input, input.x)", vec!["input.list"]),
        ("steps[\"odd id\"].output.x == nope.y", vec!["steps[\"odd id\"].output.x", "nope.y"]),
        ("optional.of(input.x).hasValue() && type(input.x) == int", vec!["input.x"]),
        ("{'a': input.x, context.k: 1}", vec!["input.x", "context.k"]),
        ("item.x + index", vec!["item.x", "index"]),
        ("input.?a.b", vec!["input"]),
        ("1 + 1", vec![]),
    ] {
        let expression = Expression::parse(source).unwrap_or_else(|error| panic!("{source}: {error}"));
        let found: Vec<_> = expression.references().iter().map(ToString::to_string).collect();
        assert_eq!(found, expected, "{source}");
    }
    assert!(Expression::parse("input.a").unwrap().selection().is_some());
    assert!(Expression::parse("input.a + 1").unwrap().selection().is_none());
    assert!(Expression::parse("has(input.a)").unwrap().selection().is_none());
}

#[test]
fn what_cannot_be_read_says_where() {
    for (source, line, column, part) in [
        ("", 1, 1, "empty"),
        ("input.a +", 1, 10, "the end"),
        ("input.a ==\n  ]", 2, 3, "]"),
        ("steps", 1, 1, "steps.<id>.output"),
        ("steps.a.b", 1, 1, "`steps.a.output`"),
        ("steps.map(s, s)", 1, 1, "steps.<id>.output"),
        ("Point{x: 1}", 1, 1, "{\"key\": value}"),
        ("'abc", 1, 1, ""),
        ("1 +* 2", 1, 4, ""),
    ] {
        let error = Expression::parse(source).expect_err(source);
        assert_eq!((error.line, error.column), (line, column), "{source}: {error}");
        assert!(error.message.contains(part), "{source}: {error}");
    }
}

#[test]
fn templates_put_values_into_text() {
    let world = world();
    for (template, expected) in [
        ("GET /customers/{{ steps.analyze.output.customer_id }}?n={{input.id}}", "GET /customers/C-1?n=7"),
        ("plain", "plain"),
        ("", ""),
        ("{{ input.list }} {{ input.none }} {{ input.big }}", "[3, 1, 2] null 123456789012345678901234567890"),
        (r#"{{ {"a": {"b": input.id}} }}"#, r#"{"a":{"b":7}}"#),
        (r#"{{ "}}" + '{{' }}"#, "}}{{"),
        (r#"{{ "a\"}}" }}"#, "a\"}}"),
        ("a } b }} c", "a } b }} c"),
    ] {
        let rendered = Template::parse(template).unwrap_or_else(|error| panic!("{template}: {error}")).render(&world);
        assert_eq!(rendered.as_deref(), Ok(expected), "{template}");
    }
    let error = Template::parse("first\n  {{ input.a + }}").unwrap_err();
    assert_eq!((error.line, error.column), (2, 15), "{error}");
    let error = Template::parse("text {{ input.a").unwrap_err();
    assert_eq!((error.line, error.column), (1, 6), "{error}");
}

#[test]
fn json_templates_keep_types() {
    let world = world();
    let template = serde_json::from_str(
        r#"{"id": "{{ input.big }}", "text": "no. {{ input.id }}", "n": 1.0, "list": ["{{ input.list }}", null], "{{ k }}": "x"}"#,
    )
    .unwrap();
    let template = JsonTemplate::parse(&template).unwrap();
    assert_eq!(
        template.render(&world).unwrap().text(),
        r#"{"id":123456789012345678901234567890,"text":"no. 7","n":1.0,"list":[[3, 1, 2],null],"{{ k }}":"x"}"#
    );
    let seen: Vec<_> = template.references().map(ToString::to_string).collect();
    assert_eq!(seen, ["input.big", "input.id", "input.list"]);
    let broken = serde_json::from_str(r#"{"a": {"b": ["{{ 1 + }}"]}}"#).unwrap();
    let message = JsonTemplate::parse(&broken).unwrap_err().to_string();
    assert!(message.starts_with("a.b[0]: "), "{message}");
}

#[test]
fn contexts_are_merged_by_text() {
    let (input, a, b, list) =
        (json(r#"{ "x": 1.0, "y" : {"k":1} }"#), json(r#"{"y":2e0,"z":[ ]}"#), json("7"), json("[1]"));
    assert_eq!(merge_context(&[("input", &input), ("a", &a), ("b", &b)]).text(), r#"{"x":1.0,"y":2e0,"z":[ ],"b":7}"#);
    assert_eq!(merge_context(&[("input", &list)]).text(), r#"{"input":[1]}"#);
    assert_eq!(merge_context(&[]).text(), "{}");
    assert_eq!(
        object_of(&[("a\"".to_owned(), b.clone()), ("b".to_owned(), list), ("a\"".to_owned(), a)]).text(),
        r#"{"a\"":{"y":2e0,"z":[ ]},"b":[1]}"#
    );
}
