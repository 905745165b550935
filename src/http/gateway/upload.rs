//! The body of a request at the gateway: small ones are read first; files pass through, as fast as they come.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use axum::http::request::Parts;
use futures_util::{StreamExt, stream};
use tokio::time::{Instant, timeout};

use crate::http::edge::uploads::{LARGEST_UPLOAD, too_large};
use crate::http::wire::body::body_bytes;
use crate::http::wire::error::{ApiError, Code};
use crate::policy::Operation;
use crate::service::gateway::{BrokenOff, Passing, Room, Upload};

/// Files up to this size are read first, too.
const SMALL: u64 = 1024 * 1024;
/// How long the next part of a file may take.
const LONGEST_SILENCE: Duration = Duration::from_secs(20);
/// How long a file may be waited for before its pace counts.
const PATIENCE: Duration = Duration::from_secs(20);
/// How many bytes must come in a second of waiting; less is no line that anybody has, but somebody who holds a seat.
const SLOWEST: u64 = 4096;

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
    room: &Room,
) -> Result<(Upload, Watch), ApiError> {
    let watch = Watch::default();
    let is_chunked = parts.headers.contains_key(TRANSFER_ENCODING);
    // Where both are there, the chunks are what counts (RFC 9112, section 6.3).
    let length = parts
        .headers
        .get(CONTENT_LENGTH)
        .filter(|_| !is_chunked)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
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
    let passing = Passing::new(parts, length, LARGEST_UPLOAD, room);
    Ok((Upload::Stream(passing), watch))
}

fn http_body_is_empty(body: &Body) -> bool {
    hyper::body::Body::is_end_stream(body)
}

/// A body that passes through.
struct Coming {
    parts: BodyDataStream,
    watch: Watch,
    taken: u64,
    /// How long it was waited for. While Atlassian takes its time, nobody is slow here.
    waited: Duration,
}

/// The parts of a body, until it is too large or too slow.
fn passing(
    body: Body,
    watch: Watch,
) -> impl stream::Stream<Item = Result<Bytes, BrokenOff>> + Send + 'static {
    let coming = Coming {
        parts: body.into_data_stream(),
        watch,
        taken: 0,
        waited: Duration::ZERO,
    };
    stream::unfold(Some(coming), |coming| async move {
        let mut coming = coming?;
        let part = coming.next().await?;
        let rest = part.is_ok().then_some(coming);
        Some((part, rest))
    })
}

impl Coming {
    async fn next(&mut self) -> Option<Result<Bytes, BrokenOff>> {
        let asked = Instant::now();
        let part = timeout(LONGEST_SILENCE, self.parts.next()).await;
        self.waited += asked.elapsed();
        let Ok(part) = part else {
            self.watch.ended(TOO_SLOW);
            return Some(Err(BrokenOff));
        };
        let Ok(part) = part? else {
            return Some(Err(BrokenOff));
        };
        self.taken += u64::try_from(part.len()).unwrap_or(u64::MAX);
        if self.taken > LARGEST_UPLOAD {
            self.watch.ended(TOO_LARGE);
            return Some(Err(BrokenOff));
        }
        if is_too_slow(self.waited, self.taken) {
            self.watch.ended(TOO_SLOW);
            return Some(Err(BrokenOff));
        }
        Some(Ok(part))
    }
}

/// Whether so many bytes are too few for so long a wait.
fn is_too_slow(waited: Duration, bytes: u64) -> bool {
    waited > PATIENCE && bytes < SLOWEST * waited.as_secs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_that_drips_is_too_slow_and_one_over_a_slow_line_is_not() {
        let slow = |seconds, bytes| is_too_slow(Duration::from_secs(seconds), bytes);
        assert!(!slow(20, 1), "it may take a while to begin");
        assert!(slow(21, 21));
        assert!(slow(100, 100 * SLOWEST - 1));
        assert!(!slow(100, 100 * SLOWEST));
        assert!(!slow(300, LARGEST_UPLOAD));
    }
}
