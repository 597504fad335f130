//! HTTP as agents use it: one request, an answer of bounded size, failures sorted into transient and lasting ones.

mod client;
mod retry_after;
mod tls;

use std::time::{Duration, SystemTime};

use heddle_model::{Failure, FailureCode};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{RequestBuilder, StatusCode, Url};

pub(crate) use client::Clients;

/// Largest answer that is read, in bytes.
pub(crate) const MAX_ANSWER: usize = 10 * 1024 * 1024;

/// What a server answered.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

/// Sends a request and reads the whole answer.
///
/// # Errors
/// [`FailureCode::Unavailable`] when nobody answers (transient) or who answers is not to be trusted (lasting), [`FailureCode::Timeout`] (transient) when it takes
/// longer than `timeout`, [`FailureCode::OutputTooLarge`] beyond [`MAX_ANSWER`]. An answer with an error status is no
/// error here.
pub(crate) async fn send(what: &str, request: RequestBuilder, timeout: Duration) -> Result<Reply, Failure> {
    let mut response = request.timeout(timeout).send().await.map_err(|error| broken(what, timeout, error))?;
    let too_large = || {
        Failure::new(
            FailureCode::OutputTooLarge,
            format!("{what}: the answer is longer than {} MiB", MAX_ANSWER / 1024 / 1024),
        )
    };
    if response.content_length().is_some_and(|length| length > MAX_ANSWER as u64) {
        return Err(too_large());
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| broken(what, timeout, error))? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Reply { status: response.status(), headers: response.headers().clone(), body })
}

/// The longest pause a server may ask for: a day. Whoever asks for more is not waited for.
const MAX_RETRY_AFTER_MS: u64 = 24 * 60 * 60 * 1_000;

/// An answer with an error status, as a failure. `said` is the server's own explanation.
pub(crate) fn refused(what: &str, reply: &Reply, said: &str) -> Failure {
    let explanation = match excerpt(said) {
        excerpt if excerpt.is_empty() => String::new(),
        excerpt => format!(": {excerpt}"),
    };
    let code =
        if reply.status == StatusCode::TOO_MANY_REQUESTS { FailureCode::RateLimited } else { FailureCode::Remote };
    let asked = reply.headers.get(RETRY_AFTER).and_then(|value| value.to_str().ok());
    let retry_after_ms = asked.and_then(|value| retry_after::millis(value, SystemTime::now()));
    let mut failure = Failure::new(code, format!("{what} answered {}{explanation}", reply.status));
    match (asked, retry_after_ms) {
        (Some(asked), Some(ms)) if ms > MAX_RETRY_AFTER_MS => {
            let asked = excerpt(asked);
            failure
                .causes
                .push(format!("it asks not to be asked again before `Retry-After: {asked}`: more than a day"));
        }
        _ => (failure.transient, failure.retry_after_ms) = (is_transient(reply.status), retry_after_ms),
    }
    failure
}

/// Request Timeout, Too Early, Too Many Requests (RFC 9110, RFC 8470, RFC 6585) and every server error.
fn is_transient(status: StatusCode) -> bool {
    matches!(status.as_u16(), 408 | 425 | 429) || status.is_server_error()
}

fn broken(what: &str, timeout: Duration, error: reqwest::Error) -> Failure {
    // The URL may hold what should not be logged.
    let error = error.without_url();
    let failure = if error.is_timeout() {
        Failure::transient(
            FailureCode::Timeout,
            format!("{what}: no complete answer within {} ms", timeout.as_millis()),
        )
    } else if error.is_builder() {
        Failure::new(FailureCode::Config, format!("{what}: the request cannot be built"))
    } else if error.is_redirect() {
        Failure::new(FailureCode::Remote, format!("{what}: too many redirects"))
    } else if let Some(trouble) = tls::trouble(&error) {
        Failure::new(FailureCode::Unavailable, format!("{what}: {trouble}"))
    } else if error.is_connect() {
        Failure::transient(FailureCode::Unavailable, format!("{what}: no connection"))
    } else {
        Failure::transient(FailureCode::Unavailable, format!("{what}: the connection broke off"))
    };
    let failure = failure.caused_by(&error);
    match failure.causes.last() {
        Some(innermost) if !error.is_timeout() => {
            Failure { message: format!("{} ({innermost})", failure.message), ..failure }
        }
        _ => failure,
    }
}

/// How messages speak of a request: method and address, without user, password, query and fragment.
pub(crate) fn described(method: &str, url: &Url) -> String {
    let mut plain = url.clone();
    plain.set_query(None);
    plain.set_fragment(None);
    // These fail only for URLs that cannot have a user in the first place.
    let _ = plain.set_username("");
    let _ = plain.set_password(None);
    format!("{method} {plain}")
}

/// The beginning of a text, on one line.
pub(crate) fn excerpt(text: &str) -> String {
    const SHOWN: usize = 300;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(SHOWN) {
        Some((cut, _)) => format!("{}…", &line[..cut]),
        None => line,
    }
}

/// The failure with every occurrence of a key taken out: servers like to quote what they were sent.
pub(crate) fn redacted(mut failure: Failure, key: Option<&str>) -> Failure {
    if let Some(key) = key.filter(|key| !key.is_empty()) {
        failure.message = failure.message.replace(key, REDACTED);
        for cause in &mut failure.causes {
            *cause = cause.replace(key, REDACTED);
        }
    }
    failure
}

/// What stands in place of a key.
pub(crate) const REDACTED: &str = "[key]";
