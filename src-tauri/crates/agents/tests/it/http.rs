use std::time::{Duration, SystemTime};

use axum::body::Body;
use axum::response::Response;
use heddle_model::FailureCode::{
    Config, Expression, Interrupted, OutputTooLarge, RateLimited, Remote, Timeout, Unavailable,
};
use serde_json::{Value, json};

use crate::server::{Server, answer, silent};
use crate::support::Attempt;

fn http(config: Value) -> Attempt {
    Attempt::new("http", config)
}

fn body(output: &str) -> Value {
    serde_json::from_str::<Value>(output).unwrap()["body"].clone()
}

#[tokio::test]
async fn everything_is_a_template_and_the_query_is_encoded() {
    let server = Server::start(|_| {
        answer(201, &[("content-type", "application/json"), ("x-two", "a"), ("x-two", "b")], "{\"ok\":true}")
    })
    .await;
    let output = http(json!({
        "method": "post",
        "url": format!("{}/orders/{{{{ input.id }}}}?fixed=1", server.url),
        "query": { "q": "{{ input.text }}" },
        "headers": { "X-Trace": "run-{{ vars.run }}" },
        "body": { "id": "{{ input.id }}", "note": "for {{ input.text }}", "n": 1.0 },
    }))
    .input(r#"{"id":12345678901234567890,"text":"a&b=ü"}"#)
    .vars(r#"{"run":7}"#)
    .answer()
    .await;
    let asked = &server.asked()[0];
    assert_eq!(asked.method, "POST");
    assert_eq!(asked.uri, "/orders/12345678901234567890?fixed=1&q=a%26b%3D%C3%BC");
    assert_eq!(asked.headers["x-trace"], "run-7");
    assert_eq!(asked.headers["content-type"], "application/json");
    assert_eq!(asked.headers["idempotency-key"], "exec-1/step/1");
    assert_eq!(asked.body, r#"{"id":12345678901234567890,"note":"for a&b=ü","n":1.0}"#);
    let output: Value = serde_json::from_str(&output).unwrap();
    assert_eq!((&output["status"], &output["encoding"]), (&json!(201), &json!("json")));
    assert_eq!(output["headers"]["x-two"], "a, b");
}

#[tokio::test]
async fn a_text_body_is_sent_as_text_and_get_has_no_idempotency_key() {
    let server = Server::start(|_| answer(204, &[], "")).await;
    let put = json!({ "method": "PUT", "url": server.url, "body": "hi {{ input.name }}", "headers": { "Idempotency-Key": "mine" } });
    assert_eq!(body(&http(put).input(r#"{"name":"Ada"}"#).answer().await), Value::Null);
    http(json!({ "url": server.url })).answer().await;
    let asked = server.asked();
    assert_eq!(
        (&*asked[0].body, &asked[0].headers["idempotency-key"]),
        (b"hi Ada".as_slice(), &"mine".parse().unwrap())
    );
    assert_eq!(asked[0].headers["content-type"], "text/plain; charset=utf-8");
    assert!(!asked[1].headers.contains_key("idempotency-key"));
}

#[tokio::test]
async fn bodies_are_kept_to_the_letter() {
    let exact = r#"{ "big":12345678901234567890, "one":1.0, "huge":1e400, "z":1, "a":2 }"#;
    let cases: [(&str, &[u8], &str, String); 6] = [
        ("application/json; charset=utf-8", exact.as_bytes(), "json", exact.to_owned()),
        ("application/problem+json", b"[1.0]", "json", "[1.0]".to_owned()),
        ("application/json", b"<html>", "text", r#""<html>""#.to_owned()),
        ("text/plain; charset=iso-8859-1", b"caf\xe9", "text", r#""café""#.to_owned()),
        ("text/plain", "naïve \"x\"".as_bytes(), "text", r#""naïve \"x\"""#.to_owned()),
        ("image/png", b"\x89PNG\xff", "base64", r#""iVBOR/8=""#.to_owned()),
    ];
    for (kind, sent, encoding, expected) in cases {
        let sent = sent.to_vec();
        let server = Server::start(move |_| answer(200, &[("content-type", kind)], sent.clone())).await;
        let output = http(json!({ "url": server.url })).answer().await;
        assert!(output.ends_with(&format!(r#","encoding":"{encoding}","body":{expected}}}"#)), "{output}");
    }
}

#[tokio::test]
async fn statuses_become_failures_and_say_whether_to_try_again() {
    for (status, code, transient) in [
        (400, Remote, false),
        (401, Remote, false),
        (404, Remote, false),
        (408, Remote, true),
        (425, Remote, true),
        (429, RateLimited, true),
        (500, Remote, true),
        (502, Remote, true),
        (503, Remote, true),
        (304, Remote, false),
    ] {
        let server = Server::start(move |_| answer(status, &[], "because")).await;
        let url = format!("{}/path?token=hidden", server.url.replace("//", "//user:pass@"));
        let failure = http(json!({ "url": url })).fails(code, &[&status.to_string(), "GET", "/path"]).await;
        assert_eq!(failure.transient, transient, "{status}");
        assert!(status == 304 || failure.message.contains("because"));
        assert!(!failure.message.contains("hidden") && !failure.message.contains("pass"), "{}", failure.message);
    }
}

#[tokio::test]
async fn retry_after_is_honoured_in_both_its_forms() {
    let server = Server::start(|_| answer(429, &[("retry-after", "7")], "")).await;
    let failure = http(json!({ "url": server.url })).fails(RateLimited, &["429"]).await;
    assert_eq!(failure.retry_after_ms, Some(7_000));
    let later = httpdate::fmt_http_date(SystemTime::now() + Duration::from_secs(3_600));
    let server = Server::start(move |_| answer(503, &[("retry-after", &later)], "")).await;
    let failure = http(json!({ "url": server.url })).fails(Remote, &["503"]).await;
    assert!(failure.transient && (3_000_000..=3_600_000).contains(&failure.retry_after_ms.unwrap()), "{failure:?}");
    // Nobody waits for years.
    let server = Server::start(|_| answer(503, &[("retry-after", "Tue, 31 Dec 2199 23:59:59 GMT")], "")).await;
    let failure = http(json!({ "url": server.url })).fails(Remote, &["503"]).await;
    assert_eq!((failure.transient, failure.retry_after_ms), (false, None));
    assert!(failure.causes[0].contains("more than a day"), "{failure:?}");
    let server = Server::start(|_| answer(503, &[("retry-after", "soon")], "")).await;
    assert_eq!(http(json!({ "url": server.url })).failure().await.retry_after_ms, None);
}

#[tokio::test]
async fn expected_statuses_count_as_success_and_no_others() {
    let server = Server::start(|asked| answer(if asked.uri.path() == "/missing" { 404 } else { 200 }, &[], "x")).await;
    let expecting = |path: &str| http(json!({ "url": format!("{}{path}", server.url), "expect": [404, 410] }));
    assert_eq!(body(&expecting("/missing").answer().await), "x");
    expecting("/there").fails(Remote, &["200"]).await;
}

#[tokio::test]
async fn redirects_are_followed_but_not_for_ever() {
    let server = Server::start(|asked| match asked.uri.path() {
        "/once" => answer(302, &[("location", "/end")], ""),
        "/end" => answer(200, &[], "end"),
        _ => answer(302, &[("location", "/loop")], ""),
    })
    .await;
    assert_eq!(body(&http(json!({ "url": format!("{}/once", server.url) })).answer().await), "end");
    http(json!({ "url": format!("{}/loop", server.url) })).fails(Remote, &["redirects"]).await;
}

#[tokio::test]
async fn huge_answers_are_refused_announced_or_not() {
    let eleven = vec![b'x'; 11 * 1024 * 1024];
    let announced = Server::start(move |_| answer(200, &[], eleven.clone())).await;
    http(json!({ "url": announced.url })).fails(OutputTooLarge, &["10 MiB"]).await;
    let endless = Server::start(|_| {
        let chunk = axum::body::Bytes::from(vec![b'x'; 64 * 1024]);
        Response::new(Body::from_stream(futures::stream::repeat_with(move || Ok::<_, std::io::Error>(chunk.clone()))))
    })
    .await;
    http(json!({ "url": endless.url })).fails(OutputTooLarge, &["10 MiB"]).await;
    let ten = vec![b'x'; 10 * 1024 * 1024];
    let fits = Server::start(move |_| answer(200, &[], ten.clone())).await;
    assert_eq!(body(&http(json!({ "url": fits.url })).answer().await).as_str().unwrap().len(), 10 * 1024 * 1024);
}

#[tokio::test]
async fn nobody_there_is_transient() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    assert!(http(json!({ "url": url })).fails(Unavailable, &["no connection", &url]).await.transient);
    let (url, mut came) = silent().await;
    tokio::spawn(async move { drop(came.recv().await) });
    assert!(http(json!({ "url": url })).fails(Unavailable, &["broke off"]).await.transient);
}

#[tokio::test]
async fn slow_answers_time_out_or_are_cancelled() {
    let (url, mut came) = silent().await;
    let failure = http(json!({ "url": url, "timeout_ms": 50 })).fails(Timeout, &["50 ms"]).await;
    assert!(failure.transient);
    let first = came.recv().await;
    let attempt = http(json!({ "url": url }));
    let cancel = attempt.call.cancel.clone();
    let running = tokio::spawn(attempt.failure());
    let second = came.recv().await;
    cancel.cancel();
    assert_eq!(running.await.unwrap().code, Interrupted);
    drop((first, second));
}

#[tokio::test]
async fn mistakes_in_the_settings_name_the_field() {
    for (config, code, says) in [
        (json!({}), Config, "`url`"),
        (json!({ "url": "not an address" }), Config, "config.url"),
        (json!({ "url": "file:///etc/passwd" }), Config, "file://"),
        (json!({ "url": "http://127.0.0.1/{{" }), Config, "config.url"),
        (json!({ "url": "http://127.0.0.1/{{ input.none }}" }), Expression, "config.url"),
        (json!({ "url": "http://127.0.0.1/", "method": "NOT A METHOD" }), Config, "config.method"),
        (json!({ "url": "http://127.0.0.1/", "headers": { "bad name": "x" } }), Config, "config.headers.bad name"),
        (json!({ "url": "http://127.0.0.1/", "headers": { "x": "a\nb" } }), Config, "config.headers.x"),
        (json!({ "url": "http://127.0.0.1/", "headers": { "x": 7 } }), Config, "config.headers.x"),
        (json!({ "url": "http://127.0.0.1/", "expect": ["ok"] }), Config, "config.expect[0]"),
        (json!({ "url": "http://127.0.0.1/", "timeout_ms": 0 }), Config, "config.timeout_ms"),
        (json!({ "url": "http://127.0.0.1/", "body": { "a": "{{ input.none }}" } }), Expression, "config.body"),
    ] {
        http(config).fails(code, &[says]).await;
    }
}
