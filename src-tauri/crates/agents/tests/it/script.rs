use heddle_agents::Runner;
use heddle_engine::AgentRunner;
use heddle_model::FailureCode::{AgentFailed, Config, Interrupted, OutputFormat, ResourceLimit};
use heddle_model::LogLevel;
use serde_json::json;

use crate::support::Attempt;

fn script(code: &str) -> Attempt {
    Attempt::new("script", json!({ "code": code }))
}

/// The body of `run` against an input.
fn body(body: &str) -> Attempt {
    script(&format!("function run(input, vars) {{ {body} }}"))
}

#[tokio::test]
async fn sees_input_and_variables() {
    let answer = body("return { sum: input.a + vars.b, keys: Object.keys(input) }");
    assert_eq!(
        answer.input(r#"{"a":1,"z":0,"y":0}"#).vars(r#"{"b":2}"#).answer().await,
        r#"{"sum":3,"keys":["a","z","y"]}"#
    );
    assert_eq!(script("const run = async (input) => (await input.x) + 1").input(r#"{"x":1}"#).answer().await, "2");
}

#[tokio::test]
async fn integers_beyond_two_to_the_53_survive_as_bigints() {
    for text in [
        "[9007199254740991,9007199254740992,-9007199254740993,123456789012345678901234567890]",
        r#"{"id":18446744073709551615,"__proto__":{"x":9007199254740993},"text":"9007199254740993"}"#,
    ] {
        assert_eq!(body("return input").input(text).answer().await, text);
    }
    let types = body("return [typeof input[0], typeof input[1], input[1] + 1n]");
    assert_eq!(
        types.input("[9007199254740991,9007199254740993]").answer().await,
        r#"["number","bigint",9007199254740994]"#
    );
    let refused = body("return input[0] + 1").input("[9007199254740993]");
    refused.fails(AgentFailed, &["TypeError", "BigInt"]).await;
}

#[tokio::test]
async fn values_are_written_as_json_stringify_writes_them() {
    let cases = [
        ("return null", "null"),
        (
            "return [1.5, -0, 1e21, 0.1, 9007199254740991, true, 'é\\u0000\\n😀']",
            r#"[1.5,0,1e21,0.1,9007199254740991,true,"é\u0000\n😀"]"#,
        ),
        ("return { a: undefined, b: [undefined, , 3] }", r#"{"b":[null,null,3]}"#),
        ("return new Date(0)", r#""1970-01-01T00:00:00.000Z""#),
        ("return { toJSON() { return { a: 1 } } }", r#"{"a":1}"#),
        ("return Object.assign(Object.create({ inherited: 1 }), { own: 1 })", r#"{"own":1}"#),
        ("return 'x\\ud83d'", "\"x\u{fffd}\""),
        ("JSON.stringify = null; Array.prototype.map = null; return { a: 1n }", r#"{"a":1}"#),
    ];
    for (code, expected) in cases {
        let written = body(code).answer().await;
        assert_eq!(written.replace("1e+21", "1e21"), expected, "{code}");
    }
}

#[tokio::test]
async fn what_json_cannot_say_is_refused_with_its_place() {
    body("input.x = 1").fails(OutputFormat, &["undefined", "return"]).await;
    body("const a = { b: [{}] }; a.b[0].c = a; return a").fails(OutputFormat, &["cycle", "$.b[0].c"]).await;
    body("return { f: () => 1 }").fails(OutputFormat, &["a function", "$.f"]).await;
    body("return [Symbol('x')]").fails(OutputFormat, &["a symbol", "$[0]"]).await;
    body("return { n: 0 / 0 }").fails(OutputFormat, &["NaN", "$.n"]).await;
    body("return [1e400]").fails(OutputFormat, &["inf", "$[0]"]).await;
    body("return { m: new Map([[1, 2]]) }").fails(OutputFormat, &["a Map", "$.m"]).await;
    body("return { get g() { throw new Error('no') } }").fails(AgentFailed, &["Error: no"]).await;
    let deep = "let a = []; for (let i = 0; i < 2000; i++) a = [a]; return a";
    body(deep).fails(OutputFormat, &["levels of nesting"]).await;
}

#[tokio::test]
async fn the_same_object_twice_is_no_cycle() {
    assert_eq!(body("const a = { x: 1 }; return [a, a]").answer().await, r#"[{"x":1},{"x":1}]"#);
}

#[tokio::test]
async fn exceptions_carry_message_line_and_stack() {
    let failure = script("function inner() {\n  return missing.field;\n}\nfunction run() {\n  return inner();\n}")
        .fails(AgentFailed, &["ReferenceError", "missing", "line 2"])
        .await;
    assert!(failure.causes[0].contains("inner") && failure.causes[0].contains("run"), "{failure:?}");
    assert!(!failure.transient);
    script("function run() {\n  return 1 +;\n}").fails(AgentFailed, &["SyntaxError", "line 2"]).await;
    body("throw 'plain'").fails(AgentFailed, &["plain"]).await;
    body("throw null").fails(ResourceLimit, &["threw null", "64 MiB"]).await;
    body("throw { toString() { throw 1 } }").fails(AgentFailed, &["object"]).await;
    script("async function run() { throw new Error('later') }").fails(AgentFailed, &["Error: later"]).await;
    script("function run() { return new Promise(() => {}) }").fails(AgentFailed, &["never settles"]).await;
}

#[tokio::test]
async fn code_without_run_is_a_mistake_in_the_settings() {
    script("const x = 1").fails(Config, &["function run(input, vars)"]).await;
    script("const run = 7").fails(Config, &["function run(input, vars)"]).await;
    script("function run() {}\0").fails(Config, &["NUL"]).await;
    Attempt::new("script", json!({})).fails(Config, &["config", "`code`"]).await;
    Attempt::new("script", json!({ "code": 7 })).fails(Config, &["config.code", "expected a string"]).await;
    Attempt::new("script", json!({ "code": "", "cpu_ms": 0 })).fails(Config, &["config.cpu_ms", "found 0"]).await;
    Attempt::new("script", json!({ "code": "", "cpu_ms": "x" })).fails(Config, &["config.cpu_ms"]).await;
}

#[tokio::test]
async fn endless_loops_end_at_the_cpu_limit() {
    for code in ["for (;;);", "for (;;) { try { for (;;); } catch {} }", "return /^(a+)+$/.test('a'.repeat(40) + 'b')"]
    {
        let code = format!("function run() {{ {code} }}");
        Attempt::new("script", json!({ "code": code, "cpu_ms": 50 })).fails(ResourceLimit, &["50 ms", "cpu_ms"]).await;
    }
    let getter = "function run() { return { get x() { for (;;); } } }";
    Attempt::new("script", json!({ "code": getter, "cpu_ms": 50 })).fails(ResourceLimit, &["50 ms"]).await;
    let promises = "function run() { const again = () => Promise.resolve().then(again); return again() }";
    Attempt::new("script", json!({ "code": promises, "cpu_ms": 200 })).failure().await;
}

#[tokio::test]
async fn memory_and_stack_are_limited() {
    body("const a = []; for (;;) a.push(new Array(1000).fill(1.5))").fails(ResourceLimit, &["64 MiB"]).await;
    body("let s = 'x'; for (;;) s += s").failure().await;
    body("const a = 'x'.repeat(1e6); return Array(100).fill(a)").failure().await;
    body("function f() { return f() + 1 } return f()").fails(ResourceLimit, &["too deeply", "stack"]).await;
    body("const o = { toString() { console.log(this); return String(this) } }; return String(o)").failure().await;
    body("const p = new Proxy({}, { ownKeys() { return Reflect.ownKeys(p) } }); return p").failure().await;
}

#[tokio::test]
async fn nothing_of_the_host_is_in_reach() {
    let names =
        ["std", "os", "require", "process", "fetch", "XMLHttpRequest", "setTimeout", "Deno", "Worker", "print", "load"];
    let found = body(&format!("return {names:?}.filter(name => name in globalThis)")).answer().await;
    assert_eq!(found, "[]");
    script("import * as std from 'std'; function run() { return 1 }").fails(AgentFailed, &["SyntaxError"]).await;
    script("async function run() { return Object.keys(await import('std')) }").failure().await;
}

#[tokio::test]
async fn two_attempts_share_nothing() {
    let code = "globalThis.n = (globalThis.n ?? 0) + 1; function run() { return n }";
    assert_eq!(script(code).answer().await, "1");
    assert_eq!(script(code).answer().await, "1");
}

#[tokio::test]
async fn console_writes_log_lines_even_when_the_script_fails() {
    let result =
        body("console.log('a', 1, 2n, { b: [true] }); console.warn('w'); console.error(new Error('e')); throw 1")
            .run()
            .await;
    let lines: Vec<_> = result.log.iter().map(|line| (line.level, line.text.as_str())).collect();
    assert_eq!(
        lines,
        [(LogLevel::Info, r#"a 1 2n {"b":[true]}"#), (LogLevel::Warn, "w"), (LogLevel::Error, "Error: e")]
    );
    let flood = body("for (let i = 0; i < 10000; i++) console.log('x'.repeat(10000)); return 1").run().await;
    assert_eq!(flood.log.len(), 501);
    assert!(flood.log.iter().all(|line| line.text.len() <= 2000));
    assert_eq!(flood.outcome.unwrap().output.text(), "1");
}

#[tokio::test]
async fn a_cancelled_script_stops_its_thread() {
    let attempt = Attempt::new("script", json!({ "code": "function run() { for (;;); }", "cpu_ms": 600_000 }));
    let cancel = attempt.call.cancel.clone();
    let running = tokio::spawn(attempt.failure());
    tokio::task::yield_now().await;
    cancel.cancel();
    assert_eq!(running.await.unwrap().code, Interrupted);
    // The runtime waits for its blocking threads when it is dropped: the test only ends if the loop did.
}

#[tokio::test]
async fn a_dropped_attempt_stops_its_thread() {
    let attempt = Attempt::new("script", json!({ "code": "function run() { for (;;); }", "cpu_ms": 600_000 }));
    let runner = Runner::new(heddle_agents::Deps::new("/nowhere"));
    let mut running = runner.run(attempt.call);
    assert!(futures::poll!(&mut running).is_pending());
    drop(running);
}

#[tokio::test]
async fn a_ten_megabyte_value_passes() {
    let long = format!("{{\"text\":{:?}}}", "x".repeat(10_000_000));
    assert_eq!(body("return input").input(&long).answer().await.len(), long.len());
}
