//! The body of a request at the gateway: small ones are read first, so that they can be sent again after a refresh;
//! files pass through.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use axum::http::request::Parts;
use futures_util::{StreamExt, stream};
use tokio::time::timeout;

use crate::http::edge::uploads::LARGEST_UPLOAD;
use crate::http::wire::body::body_bytes;
use crate::http::wire::error::{ApiError, Code};
use crate::policy::Operation;
use crate::service::gateway::{BrokenOff, Upload};

/// Files up to this size are read first, too.
const SMALL: u64 = 1024 * 1024;
/// How long the next part of a file may take.
const LONGEST_SILENCE: Duration = Duration::from_secs(20);

const WHOLE: u8 = 0;
const TOO_LARGE: u8 = 1;
const TOO_SLOW: u8 = 2;

/// Knows why a body that passes through ended before its end.
#[derive(Debug, Clone, Default)]
pub(super) struct Watch(Arc<AtomicU8>);

impl Watch {
    /// The failure to tell, if the end was our doing.
    pub(super) fn why_it_ended(&self) -> Option<ApiError> {
        match self.0.load(Ordering::SeqCst) {
            TOO_LARGE => Some(too_large()),
            TOO_SLOW => Some(ApiError::new(
                StatusCode::REQUEST_TIMEOUT,
                Code::Validation,
                "the body did not arrive in time",
            )),
            _ => None,
        }
    }

    fn ended(&self, why: u8) {
        self.0.store(why, Ordering::SeqCst);
    }
}

/// Takes the body of a request.
pub(super) async fn read(
    parts: &Parts,
    body: Body,
    operation: &Operation,
) -> Result<(Upload, Watch), ApiError> {
    let watch = Watch::default();
    let length = parts
        .headers
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    let is_chunked = parts.headers.contains_key(TRANSFER_ENCODING);
    if !is_chunked && length.unwrap_or(0) == 0 && http_body_is_empty(&body) {
        return Ok((Upload::Nothing, watch));
    }
    let is_small = length.is_some_and(|length| length <= SMALL);
    if !operation.uploads() || is_small {
        let bytes = body_bytes(Request::from_parts(parts.clone(), body)).await?;
        let upload = if bytes.is_empty() {
            Upload::Nothing
        } else {
            Upload::Whole(bytes)
        };
        return Ok((upload, watch));
    }
    if length.is_some_and(|length| length > LARGEST_UPLOAD) {
        return Err(too_large());
    }
    let parts = passing(body, watch.clone()).boxed();
    Ok((Upload::streamed(parts, length), watch))
}

fn http_body_is_empty(body: &Body) -> bool {
    hyper::body::Body::is_end_stream(body)
}

/// The parts of a body, until it is too large or too slow.
fn passing(
    body: Body,
    watch: Watch,
) -> impl stream::Stream<Item = Result<Bytes, BrokenOff>> + Send + 'static {
    let parts = body.into_data_stream();
    stream::unfold(Some((parts, watch, 0_u64)), |state| async move {
        let (mut parts, watch, taken) = state?;
        match timeout(LONGEST_SILENCE, parts.next()).await {
            Ok(None) => {
                watch.ended(WHOLE);
                None
            }
            Ok(Some(Ok(part))) => {
                let taken = taken + u64::try_from(part.len()).unwrap_or(u64::MAX);
                if taken > LARGEST_UPLOAD {
                    watch.ended(TOO_LARGE);
                    return Some((Err(BrokenOff), None));
                }
                Some((Ok(part), Some((parts, watch, taken))))
            }
            Ok(Some(Err(_))) => Some((Err(BrokenOff), None)),
            Err(_) => {
                watch.ended(TOO_SLOW);
                Some((Err(BrokenOff), None))
            }
        }
    })
}

fn too_large() -> ApiError {
    ApiError::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        Code::Validation,
        "a file must not be larger than 25 MiB",
    )
}
