//! Extractors for the path, the query and the method, with every refusal in the envelope.

use axum::extract::{FromRequestParts, Path};
use axum::http::header::ALLOW;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;

use crate::http::wire::error::{ApiError, Code};
use crate::model::fields::InvalidFields;
use crate::model::product::Product;

/// The product named in the path. It stands before the caller among a handler's arguments (axum
/// runs extractors in that order), because an address that does not exist is 404 for everybody.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProductPath(pub(crate) Product);

impl<S: Send + Sync> FromRequestParts<S> for ProductPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let named = Path::<String>::from_request_parts(parts, state).await;
        named
            .ok()
            .and_then(|Path(name)| Product::parse(&name))
            .map(Self)
            .ok_or_else(|| ApiError::not_found("unknown provider; use jira or confluence"))
    }
}

/// The query string, read into `T`.
#[derive(Debug)]
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let query = parts.uri.query().unwrap_or_default();
        if let Some(field) = field_with_nul(query) {
            let message = format!("the query parameter {field} holds a NUL character");
            return Err(ApiError::invalid(&[&field], message));
        }
        if let Some(field) = field_of_another_charset(query) {
            let message = format!("the query parameter {field} is not UTF-8");
            return Err(ApiError::invalid(&[&field], message));
        }
        let deserializer =
            serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(query.as_bytes()));
        serde_path_to_error::deserialize(deserializer)
            .map(Self)
            .map_err(|error| {
                let sentence = error.inner().to_string();
                let field = InvalidFields::field_of(&error.path().to_string(), &sentence);
                let fault = InvalidFields::fault_in(&sentence);
                ApiError::invalid(&[&field], format!("the query parameter {field} {fault}"))
            })
    }
}

/// The first parameter that holds a NUL. PostgreSQL keeps none in a text, SQLite does, and nothing that
/// a person means has one.
fn field_with_nul(query: &str) -> Option<String> {
    url::form_urlencoded::parse(query.as_bytes())
        // What an address to return to may hold is decided where it is read, with 400.
        .filter(|(name, _)| name != "return_url")
        .find(|(name, value)| name.contains('\0') || value.contains('\0'))
        .map(|(name, _)| name.replace('\0', ""))
}

/// The first parameter whose value is escaped in another charset: its letters would be lost without a word.
fn field_of_another_charset(query: &str) -> Option<String> {
    let is_text = |part: &str| percent_decode_str(part).decode_utf8().is_ok();
    let pairs = query.split('&').filter(|pair| !is_text(pair));
    let mut names = pairs.map(|pair| pair.split_once('=').map_or(pair, |(name, _)| name));
    let name = names.next()?;
    Some(percent_decode_str(name).decode_utf8_lossy().into_owned())
}

/// Refuses `HEAD`, which axum sends to the handlers of `GET`, and what a browser fetches before anybody
/// has asked for it: neither a link preview nor a prefetch may start a login or use one up.
#[derive(Debug)]
pub(crate) struct GetOnly;

impl<S: Sync> FromRequestParts<S> for GetOnly {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        if is_prefetch(&parts.headers) {
            let message = "a browser may not fetch this address ahead of time; it is answered when a person opens it";
            return Err(ApiError::forbidden(message).into_response());
        }
        if parts.method == Method::GET {
            return Ok(Self);
        }
        let error = ApiError::new(
            StatusCode::METHOD_NOT_ALLOWED,
            Code::Validation,
            "this route accepts GET only",
        );
        Err(([(ALLOW, "GET")], error).into_response())
    }
}

/// Whether nobody has asked for the page yet: `Sec-Purpose` (Fetch, "`Sec-Purpose` header", also with
/// `prerender`), and the older headers of Chrome, Firefox and Safari.
fn is_prefetch(headers: &HeaderMap) -> bool {
    ["sec-purpose", "purpose", "x-purpose", "x-moz"]
        .iter()
        .flat_map(|name| headers.get_all(*name))
        .filter_map(|value| value.to_str().ok())
        .any(|value| {
            let value = value.to_ascii_lowercase();
            ["prefetch", "prerender", "preview"]
                .iter()
                .any(|purpose| value.contains(purpose))
        })
}
