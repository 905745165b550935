//! JSON bodies: read up to a size and a deadline, and parsed into what a handler asks for.

use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use tokio::time::{Instant, timeout_at};

use crate::http::wire::as_meant;
use crate::http::wire::error::{ApiError, Code};
use crate::model::fields::InvalidFields;
use crate::model::repeated_members::repeated_member;
use crate::model::request_body::FromBody;
use crate::service::error::ServiceError;

/// No honest document is deeper, and code that walks it recurses once a level.
const DEEPEST_JSON: usize = 100;
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";
const NUL_ESCAPE: &[u8] = b"\\u0000";

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

/// A JSON body, checked field by field. A refusal names every field that is wrong.
#[derive(Debug)]
pub(crate) struct Draft<T>(pub(crate) T);

impl<T: FromBody, S: Send + Sync> FromRequest<S> for Draft<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let Body(body) = Body::<Value>::from_request(request, state).await?;
        let draft = T::read(&body).map_err(ServiceError::from)?;
        Ok(Self(draft))
    }
}

/// A JSON body, or nothing at all.
#[derive(Debug)]
pub(crate) struct OptionalBody<T>(pub(crate) Option<T>);

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

/// `application/json`, or a type with its suffix such as `application/problem+json` (RFC 6839,
/// section 3.1).
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
    // Some programs begin every text with it; a reader may ignore it (RFC 8259, section 8.1).
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    if std::str::from_utf8(bytes).is_err() {
        let message = "the body is not UTF-8, which JSON is written in (RFC 8259, section 8.1)";
        return Err(ApiError::bad_request(message));
    }
    // First whether it is JSON at all: half a body must not be told which field is missing.
    serde_json::from_slice::<IgnoredAny>(bytes)
        .map_err(|_| ApiError::bad_request("the body is not JSON"))?;
    if is_nested_deeper_than(DEEPEST_JSON, bytes) {
        return Err(ApiError::bad_request(
            "the body is nested deeper than 100 levels",
        ));
    }
    if let Some(field) = repeated_member(bytes) {
        let message = format!("{field} stands twice; send it once");
        return Err(ApiError::invalid(&[&field], message));
    }
    if let Some(field) = field_with_nul(bytes) {
        let message = format!("{field} holds a NUL character");
        return Err(ApiError::invalid(&[&field], message));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(&mut deserializer);
    let read = read.or_else(|fault| as_meant::read(bytes, fault));
    read.map_err(|error| {
        let sentence = error.inner().to_string();
        let field = InvalidFields::field_of(&error.path().to_string(), &sentence);
        let fault = InvalidFields::fault_in(&sentence);
        ApiError::invalid(&[&field], format!("{field} {fault}"))
    })
}

/// The first field that holds a NUL, which JSON can only write as an escape. PostgreSQL keeps none in a
/// text, SQLite does, and nothing that a person means has one.
fn field_with_nul(bytes: &[u8]) -> Option<String> {
    memchr::memmem::find(bytes, NUL_ESCAPE)?;
    let value: Value = serde_json::from_slice(bytes).ok()?;
    let path = path_to_nul(&value)?;
    Some(if path.is_empty() {
        String::from("body")
    } else {
        path
    })
}

fn path_to_nul(value: &Value) -> Option<String> {
    let joined = |first: String, rest: String| match rest.as_str() {
        "" => first,
        _ if rest.starts_with('[') => format!("{first}{rest}"),
        _ => format!("{first}.{rest}"),
    };
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(entries) => entries.iter().enumerate().find_map(|(position, entry)| {
            path_to_nul(entry).map(|rest| joined(format!("[{position}]"), rest))
        }),
        Value::Object(fields) => fields.iter().find_map(|(name, field)| {
            if name.contains('\0') {
                return Some(name.replace('\0', ""));
            }
            path_to_nul(field).map(|rest| joined(name.clone(), rest))
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_field_with_a_nul_is_named() {
        for (text, field) in [
            (r#"{"a":"b"}"#, None),
            (r#"{"a":"\\u0000"}"#, None),
            (r#"{"a":"x\u0000"}"#, Some("a")),
            (r#"{"a":{"b":[1,{"c":"\u0000"}]}}"#, Some("a.b[1].c")),
            (r#"{"a\u0000":1}"#, Some("a")),
            (r#""\u0000""#, Some("body")),
        ] {
            assert_eq!(field_with_nul(text.as_bytes()).as_deref(), field, "{text}");
        }
    }

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
