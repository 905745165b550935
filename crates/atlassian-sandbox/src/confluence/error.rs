//! Confluence's error shapes, and reading of bodies.

use serde_json::{Map, Value, json};

use crate::state::SiteRequest;
use crate::wire::Reply;

/// The shape of v2.
pub(crate) fn v2(status: u16, code: &str, title: &str) -> Reply {
    Reply::json(
        status,
        &json!({"errors": [{"status": status, "code": code, "title": title, "detail": null}]}),
    )
}

pub(crate) fn not_found() -> Reply {
    v2(404, "NOT_FOUND", "Not Found")
}

pub(crate) fn invalid(title: &str) -> Reply {
    v2(400, "INVALID_REQUEST_PARAMETER", title)
}

/// The shape of v1.
pub(crate) fn v1(status: u16, message: &str) -> Reply {
    let data = json!({"authorized": status != 403, "valid": status != 400, "errors": [], "successful": false});
    Reply::json(
        status,
        &json!({"statusCode": status, "data": data, "message": message}),
    )
}

/// The JSON object of the body.
pub(crate) fn body(request: &SiteRequest<'_>) -> Result<Map<String, Value>, Reply> {
    if request.call.content_type() != "application/json" {
        return Err(v2(415, "UNSUPPORTED_MEDIA_TYPE", "Unsupported Media Type"));
    }
    match serde_json::from_slice(&request.call.body) {
        Ok(Value::Object(body)) => Ok(body),
        _ => Err(v2(
            400,
            "INVALID_MESSAGE",
            "The request body could not be parsed",
        )),
    }
}

/// An id in a path or filter: digits only, an int64 in Confluence's OpenAPI document, where the same id in
/// a JSON body is a string.
pub(crate) fn id(text: &str) -> Result<u64, Reply> {
    text.parse().map_err(|_| {
        invalid(&format!(
            "Provided value '{text}' for 'id' is not the correct type. Expected type is long"
        ))
    })
}

/// An id in a JSON body: a string of digits (a number is taken, too).
pub(crate) fn body_id(value: Option<&Value>) -> Option<u64> {
    let value = value?;
    value
        .as_str()
        .and_then(|text| text.parse().ok())
        .or_else(|| value.as_u64())
}
