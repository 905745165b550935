//! `/docs` and `/openapi.json`: the OpenAPI document, and Swagger UI to try it, served offline.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Extension;
use axum::Router;
use axum::body::Bytes;
use axum::extract::Path;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use axum::routing::get;
use utoipa::openapi::OpenApi;
use utoipa_swagger_ui::Config;

use crate::http::pages::fixed_file::FixedFile;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;

/// Swagger UI styles itself inline; nothing else needs more than our own files.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      font-src 'self'; connect-src 'self'; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

/// Our own settings and parts of Swagger UI, in place of the file with which it starts.
const STARTER: &str = include_str!("../../../static/docs.js");

/// A browser asks each time whether it has changed, and then gets nothing if not.
const ASK_EACH_TIME: &str = "no-cache";

/// What is served: the document, written once at the start, and files of Swagger UI once they were asked for.
#[derive(Clone)]
struct Documentation {
    document: FixedFile,
    files: Arc<Mutex<HashMap<String, FixedFile>>>,
}

pub(crate) fn router(document: &OpenApi) -> Router<AppState> {
    let text = document.to_json().unwrap_or_default();
    let documentation = Documentation {
        document: FixedFile::new("application/json", ASK_EACH_TIME, text),
        files: Arc::default(),
    };
    Router::new()
        .route("/openapi.json", get(openapi))
        .route("/docs", get(index))
        .route("/docs/", get(index))
        .route("/docs/{*file}", get(file))
        .layer(Extension(documentation))
}

async fn openapi(Extension(served): Extension<Documentation>, headers: HeaderMap) -> Response {
    served.document.reply(&headers)
}

async fn index(
    Extension(served): Extension<Documentation>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Ok(with_policy(served.file("index.html")?.reply(&headers)))
}

async fn file(
    Path(name): Path<String>,
    Extension(served): Extension<Documentation>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    Ok(with_policy(served.file(&name)?.reply(&headers)))
}

impl Documentation {
    /// A file is put in in one step: a panic elsewhere leaves the others whole.
    fn known(&self) -> MutexGuard<'_, HashMap<String, FixedFile>> {
        self.files.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn file(&self, name: &str) -> Result<FixedFile, ApiError> {
        if let Some(known) = self.known().get(name) {
            return Ok(known.clone());
        }
        let file = swagger_file(name)?;
        self.known().insert(name.to_owned(), file.clone());
        Ok(file)
    }
}

fn swagger_file(name: &str) -> Result<FixedFile, ApiError> {
    if name == "swagger-initializer.js" {
        return Ok(FixedFile::new("text/javascript", ASK_EACH_TIME, STARTER));
    }
    let found = utoipa_swagger_ui::serve(name, Arc::new(Config::default()));
    let found = found.map_err(|_| ApiError::internal())?;
    let file =
        found.ok_or_else(|| ApiError::not_found("there is no such file in the documentation"))?;
    if name == "index.html" {
        // The page names its files relative to a folder; with a base it also works at /docs itself.
        let page = String::from_utf8_lossy(&file.bytes);
        let page = page.replacen("<head>", "<head><base href=\"/docs/\">", 1);
        return Ok(FixedFile::new(
            "text/html; charset=utf-8",
            ASK_EACH_TIME,
            page,
        ));
    }
    let bytes = match file.bytes {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    };
    Ok(FixedFile::new(&file.content_type, "max-age=3600", bytes))
}

fn with_policy(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(
        HeaderName::from_static("referrer-policy"),
        HeaderValue::from_static("no-referrer"),
    );
    response
}
