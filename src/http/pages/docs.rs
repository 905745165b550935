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

/// The document as it is served, written once at the start.
#[derive(Clone)]
struct Document(Arc<str>);

#[derive(Clone)]
struct SwaggerPage(Arc<Config<'static>>);

pub(crate) fn router(document: &OpenApi) -> Router<AppState> {
    let text = document.to_json().unwrap_or_default();
    let config = Config::from("/openapi.json")
        .try_it_out_enabled(true)
        .display_request_duration(true)
        .persist_authorization(false);
    Router::new()
        .route("/openapi.json", get(openapi))
        .route("/docs", get(index))
        .route("/docs/", get(index))
        .route("/docs/{*file}", get(file))
        .layer(Extension(Document(text.into())))
        .layer(Extension(SwaggerPage(Arc::new(config))))
}

async fn openapi(Extension(Document(text)): Extension<Document>) -> Response {
    ([(CONTENT_TYPE, "application/json")], text.to_string()).into_response()
}

async fn index(
    Extension(SwaggerPage(config)): Extension<SwaggerPage>,
) -> Result<Response, ApiError> {
    let (bytes, _) = swagger_file("index.html", config)?;
    // The page names its files relative to a folder; with a base it also works at /docs itself.
    let page =
        String::from_utf8_lossy(&bytes).replacen("<head>", "<head><base href=\"/docs/\">", 1);
    Ok(with_policy(
        "text/html; charset=utf-8",
        "no-store",
        page.into_bytes(),
    ))
}

async fn file(
    Path(name): Path<String>,
    Extension(SwaggerPage(config)): Extension<SwaggerPage>,
) -> Result<Response, ApiError> {
    let (bytes, content_type) = swagger_file(&name, config)?;
    Ok(with_policy(&content_type, "max-age=3600", bytes))
}

fn swagger_file(name: &str, config: Arc<Config<'static>>) -> Result<(Vec<u8>, String), ApiError> {
    let found = utoipa_swagger_ui::serve(name, config).map_err(|_| ApiError::internal())?;
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
