//! What handlers take from a request, with every refusal in the envelope.

use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Request};
use axum::http::header::{ALLOW, CONTENT_TYPE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::de::{DeserializeOwned, IgnoredAny};
use tokio::time::{Instant, timeout_at};

use crate::http::wire::error::{ApiError, Code};
use crate::model::fields::InvalidFields;
use crate::model::product::Product;

/// Deeper JSON is nobody's document; what reads it later goes down level by level.
const DEEPEST_JSON: usize = 100;

/// The product named in the path. It stands before the caller among a handler's arguments, because
/// an address that does not exist is 404 for everybody.
#[derive(Debug, Clone, Copy)]
pub struct ProductPath(pub Product);

impl<S: Send + Sync> FromRequestParts<S> for ProductPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let named = Path::<String>::from_request_parts(parts, state).await;
        named
            .ok()
            .and_then(|Path(name)| Product::parse(&name))
            .map(Self)
            .ok_or_else(|| {
                ApiError::not_found("there is no such provider; there are jira and confluence")
            })
    }
}

/// The query string, read into `T`.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let query = parts.uri.query().unwrap_or_default();
        let deserializer =
            serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(query.as_bytes()));
        serde_path_to_error::deserialize(deserializer)
            .map(Self)
            .map_err(|error| {
                let field =
                    InvalidFields::field_of(&error.path().to_string(), &error.inner().to_string());
                ApiError::invalid(
                    &[&field],
                    format!("the query parameter {field} is missing, malformed or out of range"),
                )
            })
    }
}

/// A JSON body, read into `T`.
#[derive(Debug)]
pub struct Body<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        if !is_json(request.headers()) {
            let message = "the body must be JSON with the content type application/json";
            return Err(ApiError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                Code::Validation,
                message,
            ));
        }
        parse_json(&body_bytes(request).await?).map(Self)
    }
}

/// A JSON body, or nothing at all.
#[derive(Debug)]
pub struct OptionalBody<T>(pub Option<T>);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for OptionalBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let length = request
            .headers()
            .get("content-length")
            .and_then(|value| value.to_str().ok());
        let is_empty = matches!(length, None | Some("0"))
            && !request.headers().contains_key("transfer-encoding");
        if is_empty && !request.headers().contains_key(CONTENT_TYPE) {
            return Ok(Self(None));
        }
        Body::from_request(request, state)
            .await
            .map(|Body(value)| Self(Some(value)))
    }
}

/// When the last byte of a body must have arrived.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BodyDeadline(Instant);

impl BodyDeadline {
    /// A moment from now.
    pub(crate) fn after(time: Duration) -> Self {
        Self(Instant::now() + time)
    }
}

/// The whole body, up to the cap, if it arrives in time.
pub(crate) async fn body_bytes(request: Request) -> Result<Bytes, ApiError> {
    let deadline = request.extensions().get::<BodyDeadline>().copied();
    let reading = Bytes::from_request(request, &());
    let read = match deadline {
        Some(BodyDeadline(moment)) => timeout_at(moment, reading).await.map_err(|_| {
            let message = "the body did not arrive in time";
            ApiError::new(StatusCode::REQUEST_TIMEOUT, Code::Validation, message)
        })?,
        None => reading.await,
    };
    read.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        _ => ApiError::bad_request("the body could not be read"),
    })
}

/// 413.
pub(crate) fn too_large() -> ApiError {
    ApiError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        Code::Validation,
        "the body must not be larger than 1 MiB",
    )
}

fn is_json(headers: &HeaderMap) -> bool {
    let value = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media_type = value
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    media_type == "application/json"
        || (media_type.starts_with("application/") && media_type.ends_with("+json"))
}

fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    // First whether it is JSON at all, so that half a body is never told which field it lacks.
    serde_json::from_slice::<IgnoredAny>(bytes)
        .map_err(|_| ApiError::bad_request("the body is not JSON"))?;
    if is_nested_deeper_than(DEEPEST_JSON, bytes) {
        return Err(ApiError::bad_request(
            "the body is nested deeper than 100 levels",
        ));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let field = InvalidFields::field_of(&error.path().to_string(), &error.inner().to_string());
        ApiError::invalid(
            &[&field],
            format!("{field} is missing or has the wrong type"),
        )
    })
}

/// Counts brackets outside of texts; `bytes` are known to be JSON.
fn is_nested_deeper_than(deepest: usize, bytes: &[u8]) -> bool {
    let (mut depth, mut in_text, mut escaped) = (0_usize, false, false);
    bytes.iter().any(|byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b'[' | b'{' if !in_text => depth += 1,
            b']' | b'}' if !in_text => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth > deepest
    })
}

/// Refuses `HEAD`: the request would do what only `GET` may.
#[derive(Debug)]
pub struct GetOnly;

impl<S: Sync> FromRequestParts<S> for GetOnly {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        if parts.method == Method::GET {
            return Ok(Self);
        }
        let error = ApiError::new(
            StatusCode::METHOD_NOT_ALLOWED,
            Code::Validation,
            "this address answers GET only",
        );
        Err(([(ALLOW, "GET")], error).into_response())
    }
}

/// 201 with a `Location`.
pub(crate) fn created<T: serde::Serialize>(location: &str, body: T) -> Response {
    let mut response = (StatusCode::CREATED, Json(body)).into_response();
    if let Ok(location) = HeaderValue::from_str(location) {
        response
            .headers_mut()
            .insert(axum::http::header::LOCATION, location);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_counted_outside_of_texts() {
        for (text, deep) in [
            ("[[1]]", false),
            ("[[[1]]]", true),
            (r#"{"a":{"b":[1]}}"#, true),
            (r#"[[1],[2],[3],{"a":4}]"#, false),
            (r#"["[[[[", "\"[[[[", "\\", "{{{{"]"#, false),
            (r#"["\\",[[1]]]"#, true),
        ] {
            assert_eq!(is_nested_deeper_than(2, text.as_bytes()), deep, "{text}");
        }
    }
}
