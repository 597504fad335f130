//! The studio's pages, embedded in the program; a debug build reads them from `ui/dist`.

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;
use tower::ServiceExt as _;

#[derive(RustEmbed)]
#[folder = "../../../ui/dist"]
struct Dist;

/// Nothing from elsewhere, no scripts but our own, never inside another page.
const POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
    font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; \
    form-action 'none'; frame-ancestors 'none'";

/// The API under `/api`, the pages everywhere else; an address that is neither is the application's own to interpret.
pub(crate) fn with_pages(api: Router) -> Router {
    Router::new().fallback(async move |request: Request| {
        if request.uri().path().starts_with("/api/") || request.uri().path() == "/api" {
            return api.oneshot(request).await.into_response();
        }
        let mut response = page(request);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        response
    })
}

fn page(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    if let Some(file) = Dist::get(path) {
        return file_response(path, file);
    }
    // A missing script or picture is missing; anything else is a place within the application.
    if request.method() != Method::GET || path.rsplit('/').next().is_some_and(|name| name.contains('.')) {
        return StatusCode::NOT_FOUND.into_response();
    }
    match Dist::get("index.html") {
        Some(file) => file_response("index.html", file),
        None => (StatusCode::NOT_FOUND, "The pages have not been built: use `cargo xtask run`.").into_response(),
    }
}

fn file_response(path: &str, file: rust_embed::EmbeddedFile) -> Response {
    // Vite names built files after their content.
    let cache = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let kind = file.metadata.mimetype().to_owned();
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, cache.to_owned())], file.data.into_owned()).into_response()
}
