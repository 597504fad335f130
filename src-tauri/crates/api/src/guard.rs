//! Who may talk to a port: only this machine, only our own pages, only with the token.
//!
//! A browser lets any web page send requests to a loopback port. Three checks keep strangers out: the `Host` must be
//! a loopback name (against DNS rebinding), an `Origin`, where there is one, must be our own, and the bearer token
//! must be right. On the desktop no port is open and none of this is needed.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::error::{ApiError, ErrorCode};

/// The secret that opens the port.
#[derive(Clone)]
pub struct Token(Arc<str>);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

impl Token {
    /// A new token of 122 random bits.
    pub fn random() -> Self {
        Self(uuid::Uuid::new_v4().simple().to_string().into())
    }

    /// A token chosen by the caller.
    pub fn new(token: impl Into<Arc<str>>) -> Self {
        Self(token.into())
    }

    /// The token as text, for printing once.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Compares in a time that does not depend on where the two differ.
    fn is(&self, other: &str) -> bool {
        let (ours, theirs) = (self.0.as_bytes(), other.as_bytes());
        ours.len() == theirs.len() && ours.iter().zip(theirs).fold(0, |acc, (a, b)| acc | (a ^ b)) == 0
    }
}

/// The checks, as axum middleware; `/api` paths need the token, pages do not.
pub(crate) async fn check(State(token): State<Token>, request: Request, next: Next) -> Response {
    match verify(&token, request.method(), request.uri().path(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(error) => error.into_response(),
    }
}

fn verify(token: &Token, method: &Method, path: &str, headers: &HeaderMap) -> Result<(), ApiError> {
    let text = |name: header::HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(header::HOST).unwrap_or_default();
    if !is_loopback(host) {
        return Err(ApiError::new(ErrorCode::Forbidden, format!("this port serves 127.0.0.1 only, not `{host}`")));
    }
    if let Some(origin) = text(header::ORIGIN)
        && origin.strip_prefix("http://") != Some(host)
    {
        return Err(ApiError::new(ErrorCode::Forbidden, format!("pages from `{origin}` may not use this port")));
    }
    if !path.starts_with("/api/") || is_public(method, path) {
        return Ok(());
    }
    let given = text(header::AUTHORIZATION).and_then(|value| value.strip_prefix("Bearer ")).unwrap_or_default();
    if token.is(given) {
        Ok(())
    } else {
        Err(ApiError::new(ErrorCode::Unauthorized, "the bearer token is missing or wrong"))
    }
}

/// What anybody on this machine may read: the description of the API, not a word of data.
fn is_public(method: &Method, path: &str) -> bool {
    method == Method::GET && (path == "/api/openapi.json" || path == "/api/docs" || path.starts_with("/api/docs/"))
}

fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if !port.is_empty() && port.bytes().all(|digit| digit.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn check(method: &Method, path: &str, headers: &[(header::HeaderName, &'static str)]) -> Option<ErrorCode> {
        let headers: HeaderMap =
            headers.iter().map(|(name, value)| (name.clone(), HeaderValue::from_static(value))).collect();
        verify(&Token::new("secret"), method, path, &headers).err().map(|error| error.code)
    }

    #[test]
    fn only_this_machine_our_own_pages_and_the_token_get_through() {
        use header::{AUTHORIZATION, HOST, ORIGIN};
        let (get, host, token) = (&Method::GET, (HOST, "127.0.0.1:7400"), (AUTHORIZATION, "Bearer secret"));
        assert_eq!(check(get, "/api/workflows", &[host.clone(), token.clone()]), None);
        assert_eq!(check(get, "/api/workflows", std::slice::from_ref(&host)), Some(ErrorCode::Unauthorized));
        assert_eq!(
            check(get, "/api/workflows", &[host.clone(), (AUTHORIZATION, "Bearer secreT")]),
            Some(ErrorCode::Unauthorized)
        );
        assert_eq!(
            check(get, "/api/workflows", &[(HOST, "evil.example:7400"), token.clone()]),
            Some(ErrorCode::Forbidden)
        );
        assert_eq!(
            check(get, "/api/workflows", &[(HOST, "127.0.0.1.evil.example"), token.clone()]),
            Some(ErrorCode::Forbidden)
        );
        let foreign = [host.clone(), token.clone(), (ORIGIN, "http://evil.example")];
        assert_eq!(check(get, "/api/workflows", &foreign), Some(ErrorCode::Forbidden));
        let other_port = [host.clone(), token.clone(), (ORIGIN, "http://127.0.0.1:9999")];
        assert_eq!(check(get, "/api/workflows", &other_port), Some(ErrorCode::Forbidden));
        let own = [host.clone(), token, (ORIGIN, "http://127.0.0.1:7400")];
        assert_eq!(check(&Method::POST, "/api/workflows", &own), None);
        assert_eq!(check(get, "/", std::slice::from_ref(&host)), None);
        assert_eq!(check(get, "/api/openapi.json", &[host]), None);
    }
}
