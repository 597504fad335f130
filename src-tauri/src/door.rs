//! The way from the page in the window to the API: `heddle://localhost/api/…`, answered in this process.
//!
//! The page comes from `tauri://localhost`, so to the web view this is another origin: every answer carries the CORS
//! headers for that one origin, and preflights are answered here. Any other origin, and any other window, is refused.

use std::path::PathBuf;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, CONTENT_TYPE, HOST, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, Request, Response, StatusCode, Uri};
use heddle_api::{Studio, StudioError, StudioOptions};
use tauri::{Manager, UriSchemeContext, UriSchemeResponder, Wry};
use tokio::sync::OnceCell;
use tower::ServiceExt;

use crate::window::MAIN;

/// The scheme under which the page reaches the API.
pub(crate) const SCHEME: &str = "heddle";

/// Where the page itself comes from: the first on Linux and macOS, the second on Windows.
pub(crate) const PAGE_ORIGINS: [&str; 2] = ["tauri://localhost", "http://tauri.localhost"];

const METHODS: &str = "GET, HEAD, POST, PUT, PATCH, DELETE";

/// The studio over one data folder, opened once; requests that come early wait for it.
pub(crate) struct Door {
    data: PathBuf,
    open: OnceCell<Open>,
}

/// The opened data folder and the operations on it.
struct Open {
    studio: Studio,
    router: Router,
}

impl Door {
    /// A door that is still shut, over a data folder that exists.
    pub(crate) fn new(data: PathBuf) -> Self {
        Self { data, open: OnceCell::new() }
    }

    /// Opens the data folder, or waits for whoever is at it; after a failure the next call tries again.
    pub(crate) async fn open(&self) -> Result<(), StudioError> {
        self.opened().await.map(drop)
    }

    async fn opened(&self) -> Result<&Open, StudioError> {
        let open = async || {
            let studio = Studio::open(StudioOptions::at(&self.data)).await?;
            Ok(Open { router: studio.router(), studio })
        };
        self.open.get_or_try_init(open).await
    }

    /// Stops driving executions; the next start takes them up again.
    pub(crate) async fn close(&self) {
        if let Some(open) = self.open.get() {
            open.studio.shutdown().await;
        }
    }

    async fn pass(&self, request: Request<Vec<u8>>) -> Response<Vec<u8>> {
        let router = match self.opened().await {
            Ok(open) => open.router.clone(),
            Err(error) => return refusal(StatusCode::SERVICE_UNAVAILABLE, "data_unavailable", &error.to_string()),
        };
        let Ok(answer) = router.oneshot(inward(request)).await;
        let (parts, body) = answer.into_parts();
        match to_bytes(body, usize::MAX).await {
            Ok(bytes) => Response::from_parts(parts, bytes.into()),
            Err(error) => refusal(StatusCode::INTERNAL_SERVER_ERROR, "answer_broken", &error.to_string()),
        }
    }
}

/// Answers one request of a web view: the handler of the scheme.
pub(crate) fn answer(context: UriSchemeContext<'_, Wry>, request: Request<Vec<u8>>, responder: UriSchemeResponder) {
    let app = context.app_handle().clone();
    let window = context.webview_label().to_owned();
    tauri::async_runtime::spawn(async move {
        let answer = match admit(&window, &request) {
            Err(refused) => *refused,
            Ok(origin) if request.method() == Method::OPTIONS => preflight(origin, request.headers()),
            Ok(origin) => share(app.state::<Door>().pass(request).await, origin),
        };
        responder.respond(answer);
    });
}

/// Lets in only our own page in our own window; answers the origin to share the answer with.
fn admit(window: &str, request: &Request<Vec<u8>>) -> Result<HeaderValue, Box<Response<Vec<u8>>>> {
    let origin = request.headers().get(ORIGIN);
    match origin {
        Some(origin) if window == MAIN && PAGE_ORIGINS.iter().any(|page| origin == page) => Ok(origin.clone()),
        _ => Err(Box::new(refusal(
            StatusCode::FORBIDDEN,
            "foreign_origin",
            &format!(
                "Only the studio's own page may call this API; this request came from {}.",
                origin.and_then(|origin| origin.to_str().ok()).unwrap_or("no page at all")
            ),
        ))),
    }
}

/// The same request as a server would see it: path and query alone, a plain host.
fn inward(request: Request<Vec<u8>>) -> Request<Body> {
    let (mut parts, body) = request.into_parts();
    if let Some(path) = parts.uri.path_and_query() {
        parts.uri = Uri::from(path.clone());
    }
    parts.headers.remove(ORIGIN);
    parts.headers.insert(HOST, HeaderValue::from_static("localhost"));
    Request::from_parts(parts, Body::from(body))
}

fn preflight(origin: HeaderValue, asked: &HeaderMap) -> Response<Vec<u8>> {
    let mut answer = Response::new(Vec::new());
    *answer.status_mut() = StatusCode::NO_CONTENT;
    let headers = answer.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static(METHODS));
    if let Some(wanted) = asked.get("access-control-request-headers") {
        headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
    }
    headers.insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    share(answer, origin)
}

fn share(mut answer: Response<Vec<u8>>, origin: HeaderValue) -> Response<Vec<u8>> {
    let headers = answer.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static("*"));
    headers.append(VARY, HeaderValue::from_static("origin"));
    answer
}

/// An error of the door itself, in the words of the API: `{code, message}`. Takes plain text for both.
fn refusal(status: StatusCode, code: &str, message: &str) -> Response<Vec<u8>> {
    #[derive(serde::Serialize)]
    struct Refusal<'a> {
        code: &'a str,
        message: &'a str,
    }
    let body = serde_json::to_vec(&Refusal { code, message }).unwrap_or_default();
    let mut answer = Response::new(body);
    *answer.status_mut() = status;
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: Method, origin: Option<&str>) -> Request<Vec<u8>> {
        let mut builder = Request::builder().method(method).uri("heddle://localhost/api/workflows?limit=3");
        if let Some(origin) = origin {
            builder = builder.header(ORIGIN, origin);
        }
        builder.body(b"{}".to_vec()).unwrap()
    }

    #[test]
    fn only_our_own_page_in_our_own_window_is_let_in() {
        let ours = request(Method::GET, Some("tauri://localhost"));
        assert_eq!(admit(MAIN, &ours).unwrap(), "tauri://localhost");
        for (window, origin) in [
            ("other", Some("tauri://localhost")),
            (MAIN, None),
            (MAIN, Some("null")),
            (MAIN, Some("https://example.com")),
            (MAIN, Some("heddle://localhost")),
            (MAIN, Some("tauri://localhost.example.com")),
        ] {
            let refused = admit(window, &request(Method::GET, origin)).unwrap_err();
            assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{window} {origin:?}");
            assert!(!refused.headers().contains_key(ACCESS_CONTROL_ALLOW_ORIGIN), "{window} {origin:?}");
        }
    }

    #[test]
    fn the_router_sees_path_and_query_alone() {
        let inner = inward(request(Method::POST, Some("tauri://localhost")));
        assert_eq!(inner.uri(), "/api/workflows?limit=3");
        assert_eq!(inner.headers()[HOST], "localhost");
        assert!(!inner.headers().contains_key(ORIGIN));
    }

    #[test]
    fn a_preflight_allows_what_was_asked_for() {
        let mut asked = HeaderMap::new();
        asked.insert("access-control-request-headers", HeaderValue::from_static("content-type,if-match"));
        let answer = preflight(HeaderValue::from_static("tauri://localhost"), &asked);
        assert_eq!(answer.status(), StatusCode::NO_CONTENT);
        assert_eq!(answer.headers()[ACCESS_CONTROL_ALLOW_ORIGIN], "tauri://localhost");
        assert_eq!(answer.headers()[ACCESS_CONTROL_ALLOW_HEADERS], "content-type,if-match");
        assert!(answer.headers()[ACCESS_CONTROL_ALLOW_METHODS].to_str().unwrap().contains("DELETE"));
    }
}
