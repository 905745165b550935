//! Files attached to Jira issues: listed, and read.

use axum::Json;
use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{
    CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE,
};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::http::caller::Caller;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::Query;
use crate::http::wire::format::{FormatQuery, PlainOrRaw};
use crate::model::attachment::Attachment;
use crate::model::media_type;

/// A file that somebody attached may hold anything. Opened in a browser all the same, it runs nothing and loads nothing.
const POLICY: HeaderValue = HeaderValue::from_static("sandbox; default-src 'none'");
/// What a parameter's value may hold as it is (RFC 8187, section 3.2.1).
const IN_PARAMETER: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// List the files attached to an issue.
#[utoipa::path(get, path = "/connectors/jira/issues/{key}/attachments", tag = "Jira", params(("key" = String, Path, example = "APP-9"), FormatQuery),
    responses((status = 200, body = [Attachment]), Failures))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Path(key): Path<String>,
    caller: Caller,
    Query(query): Query<FormatQuery>,
) -> Result<Json<Vec<PlainOrRaw<Attachment>>>, ApiError> {
    let files = state.issues.attachments(&caller.scope(), &key).await?;
    Ok(Json(query.format.apply_to_all(files)))
}

/// Download a file attached to an issue.
///
/// It comes as a file to keep (`Content-Disposition: attachment`), with its media type, or as
/// `application/octet-stream` where a browser would run what is in it.
#[utoipa::path(get, path = "/connectors/jira/issues/{key}/attachments/{id}", tag = "Jira",
    params(("key" = String, Path, example = "APP-9"), ("id" = String, Path)),
    responses((status = 200, description = "What is in the file", body = Vec<u8>, content_type = "application/octet-stream"), Failures))]
pub(crate) async fn download(
    State(state): State<AppState>,
    Path((key, id)): Path<(String, String)>,
    caller: Caller,
) -> Result<Response, ApiError> {
    let (file, content) = state.issues.attached(&caller.scope(), &key, &id).await?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, shown_type(&file));
    headers.insert(CONTENT_DISPOSITION, disposition(&file.filename));
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    if let Some(length) = content.length {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    }
    Ok((headers, Body::from_stream(content.parts)).into_response())
}

/// The file's media type; none that a browser would run, not even as the script or style of a page.
fn shown_type(file: &Attachment) -> HeaderValue {
    let told = file.media_type.as_deref().and_then(media_type::parse);
    let kind = told.filter(|kind| !media_type::is_active(kind));
    kind.and_then(|kind| HeaderValue::from_str(&kind).ok())
        .unwrap_or(HeaderValue::from_static(media_type::UNKNOWN))
}

/// The name to keep a file under, for old programs in ASCII and for others as it is (RFC 6266, section 5).
fn disposition(name: &str) -> HeaderValue {
    let plain: String = name
        .chars()
        .map(|one| match one {
            '"' | '\\' | '/' | '%' => '_',
            one if one.is_ascii() && !one.is_ascii_control() => one,
            _ => '_',
        })
        .collect();
    let whole = utf8_percent_encode(name, IN_PARAMETER);
    let text = format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}");
    HeaderValue::from_str(&text).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_in_ascii_and_as_it_is() {
        for (name, expected) in [
            (
                "note.txt",
                "attachment; filename=\"note.txt\"; filename*=UTF-8''note.txt",
            ),
            (
                "nö\"t\r\ne.txt",
                "attachment; filename=\"n__t__e.txt\"; filename*=UTF-8''n%C3%B6%22t%0D%0Ae.txt",
            ),
        ] {
            assert_eq!(disposition(name), expected, "{name:?}");
        }
    }
}
