//! `/docs` and `/openapi.json`: the OpenAPI document, and Swagger UI to try it, served offline.

use std::sync::Arc;

use axum::Extension;
use axum::Router;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::Config;

use crate::http::state::AppState;
use crate::http::wire::error::ApiError;

/// Swagger UI styles itself inline; nothing else needs more than our own files.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      font-src 'self'; connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

/// Our own settings and parts of Swagger UI, in place of the file with which it starts.
const STARTER: &str = include_str!("../../../static/docs.js");

/// The document as it is served, written once at the start.
#[derive(Clone)]
struct Document(Arc<str>);

pub(crate) fn router(document: &OpenApi) -> Router<AppState> {
    let text = document.to_json().unwrap_or_default();
    Router::new()
        .route("/openapi.json", get(openapi))
        .route("/docs", get(index))
        .route("/docs/", get(index))
        .route("/docs/{*file}", get(file))
        .layer(Extension(Document(text.into())))
}

async fn openapi(Extension(Document(text)): Extension<Document>) -> Response {
    ([(CONTENT_TYPE, "application/json")], text.to_string()).into_response()
}

async fn index() -> Result<Response, ApiError> {
    let (bytes, _) = swagger_file("index.html")?;
    // The page names its files relative to a folder; with a base it also works at /docs itself.
    let page =
        String::from_utf8_lossy(&bytes).replacen("<head>", "<head><base href=\"/docs/\">", 1);
    Ok(with_policy(
        "text/html; charset=utf-8",
        "no-store",
        page.into_bytes(),
    ))
}

async fn file(Path(name): Path<String>) -> Result<Response, ApiError> {
    if name == "swagger-initializer.js" {
        return Ok(with_policy("text/javascript", "no-store", STARTER.into()));
    }
    let (bytes, content_type) = swagger_file(&name)?;
    Ok(with_policy(&content_type, "max-age=3600", bytes))
}

fn swagger_file(name: &str) -> Result<(Vec<u8>, String), ApiError> {
    let found = utoipa_swagger_ui::serve(name, Arc::new(Config::default()));
    let found = found.map_err(|_| ApiError::internal())?;
    let file =
        found.ok_or_else(|| ApiError::not_found("there is no such file in the documentation"))?;
    Ok((file.bytes.into_owned(), file.content_type))
}

fn with_policy(content_type: &str, caching: &'static str, bytes: Vec<u8>) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    if let Ok(content_type) = HeaderValue::from_str(content_type) {
        headers.insert(CONTENT_TYPE, content_type);
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(caching));
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(
        HeaderName::from_static("referrer-policy"),
        HeaderValue::from_static("no-referrer"),
    );
    response
}
