//! `http`: one request. Every text of the settings is a template.

mod answer;

use std::time::Duration;

use heddle_engine::{AgentAnswer, AgentCall};
use heddle_expr::Scope;
use heddle_model::{Failure, FailureCode};
use indexmap::IndexMap;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Request, RequestBuilder, Url};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::config::{self, wrong};
use crate::net;
use crate::report::Report;
use crate::runner::World;
use crate::scope::{own, render, render_json};

/// Settings of an HTTP agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HttpConfig {
    /// The request's method.
    #[serde(default = "get")]
    #[schemars(title = "Method", extend("enum" = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]))]
    pub method: String,
    /// The address, `http://` or `https://`. Put values into the query where possible: there they are encoded.
    #[schemars(title = "URL", extend("x-editor" = "template"))]
    pub url: String,
    /// Values appended to the address, encoded.
    #[serde(default)]
    #[schemars(title = "Query", with = "std::collections::BTreeMap<String, String>", extend("x-editor" = "templates"))]
    pub query: IndexMap<String, String>,
    /// Headers to send.
    #[serde(default)]
    #[schemars(title = "Headers", with = "std::collections::BTreeMap<String, String>", extend("x-editor" = "templates"))]
    pub headers: IndexMap<String, String>,
    /// What to send: a text as it is, anything else as JSON.
    #[serde(default)]
    #[schemars(title = "Body", extend("x-editor" = "json"))]
    pub body: Value,
    /// Name of a key that is sent as `Authorization: Bearer …`.
    #[serde(default)]
    #[schemars(title = "Key", with = "String")]
    pub api_key: Option<String>,
    /// Statuses that count as success. Empty: 200 to 299.
    #[serde(default)]
    #[schemars(title = "Expected statuses", inner(range(min = 100, max = 599)))]
    pub expect: Vec<u16>,
    /// Longest time for the whole request, in milliseconds (1 to 600,000).
    #[serde(default = "default_timeout_ms")]
    #[schemars(title = "Timeout (ms)", range(min = 1, max = 600_000))]
    pub timeout_ms: u64,
}

fn get() -> String {
    "GET".to_owned()
}

const fn default_timeout_ms() -> u64 {
    30_000
}

pub(crate) async fn run(world: &World, call: &AgentCall, report: &mut Report) -> Result<AgentAnswer, Failure> {
    let settings: HttpConfig = config::read(&call.agent)?;
    let timeout = Duration::from_millis(config::within("config.timeout_ms", settings.timeout_ms, 1..=600_000)?);
    let key = match &settings.api_key {
        Some(name) => Some(world.key("config.api_key", name)?),
        None => None,
    };
    let request = request(&settings, call, key.as_deref())?;
    let what = net::described(request.method().as_str(), request.url());
    let client = world.clients.to(request.url())?.clone();
    let reply = net::send(&what, RequestBuilder::from_parts(client, request), timeout)
        .await
        .map_err(|failure| net::redacted(failure, key.as_deref()))?;
    report.info(format!("{what}: {}, {} bytes", reply.status, reply.body.len()));
    let accepted = match settings.expect.as_slice() {
        [] => reply.status.is_success(),
        expected => expected.contains(&reply.status.as_u16()),
    };
    if !accepted {
        let failure = net::refused(&what, &reply, &String::from_utf8_lossy(&reply.body));
        return Err(net::redacted(failure, key.as_deref()));
    }
    let output = answer::payload(&reply, key.as_deref(), report)?;
    Ok(AgentAnswer { output, branch: None, sampled: false })
}

fn request(settings: &HttpConfig, call: &AgentCall, key: Option<&str>) -> Result<Request, Failure> {
    let scope = own(call);
    let method = Method::from_bytes(settings.method.trim().to_ascii_uppercase().as_bytes()).map_err(|_| {
        wrong("config.method", format_args!("expected a method such as GET, found {:?}", settings.method))
    })?;
    let mut request = Request::new(method.clone(), address(settings, &scope)?);
    *request.headers_mut() = headers(settings, &scope)?;
    let headers = request.headers_mut();
    if let Some(key) = key {
        let mut value = HeaderValue::from_str(&format!("Bearer {key}"))
            .map_err(|_| wrong("config.api_key", "the key holds characters that a header cannot carry"))?;
        value.set_sensitive(true);
        headers.insert(AUTHORIZATION, value);
    }
    let idempotency = HeaderName::from_static("idempotency-key");
    if !matches!(method, Method::GET | Method::HEAD | Method::OPTIONS) && !headers.contains_key(&idempotency) {
        let value = HeaderValue::from_str(&call.idempotency_key)
            .map_err(|_| Failure::new(FailureCode::Internal, "the idempotency key is no header value"))?;
        headers.insert(idempotency, value);
    }
    let (body, kind) = match &settings.body {
        Value::Null => return Ok(request),
        Value::String(text) => (render("config.body", text, &scope)?, "text/plain; charset=utf-8"),
        json => (render_json("config.body", json, &scope)?.text().to_owned(), "application/json"),
    };
    headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(kind));
    *request.body_mut() = Some(body.into());
    Ok(request)
}

fn address(settings: &HttpConfig, scope: &dyn Scope) -> Result<Url, Failure> {
    let text = render("config.url", &settings.url, scope)?;
    let mut url = Url::parse(text.trim())
        .map_err(|error| wrong("config.url", format_args!("expected an http:// or https:// address ({error})")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("config.url", format_args!("expected http:// or https://, found {}://", url.scheme())));
    }
    for (name, template) in &settings.query {
        let value = render(&format!("config.query.{name}"), template, scope)?;
        url.query_pairs_mut().append_pair(name, &value);
    }
    Ok(url)
}

fn headers(settings: &HttpConfig, scope: &dyn Scope) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    for (name, template) in &settings.headers {
        let field = format!("config.headers.{name}");
        let value = render(&field, template, scope)?;
        let value = HeaderValue::from_str(value.trim())
            .map_err(|_| wrong(&field, "holds characters that a header cannot carry (line breaks?)"))?;
        let name: HeaderName = name.parse().map_err(|_| wrong(&field, "this is not the name of a header"))?;
        headers.append(name, value);
    }
    Ok(headers)
}
