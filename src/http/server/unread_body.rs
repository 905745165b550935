//! What is left of a request's body that nobody read: taken in while it is small and comes at once, else the answer says
//! that the connection ends.
//!
//! A refusal often comes before the body is read. The bytes that are left would be taken for the next request, so hyper
//! closes the connection; a client that is not told puts it back into its pool and loses the request after it (RFC 9112,
//! section 9.6).

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use axum::body::{Body, Bytes, HttpBody};
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::{CONNECTION, EXPECT, TRANSFER_ENCODING};
use axum::response::Response;
use hyper::body::{Frame, SizeHint};

use super::guarded_stream::{LARGEST_LINGER, LONGEST_LINGER};
use crate::work::locked::lock;

/// The body of a request that a handler may leave unread.
pub(super) struct UnreadBody {
    /// None where there is nothing to be left.
    body: Option<SharedBody>,
    /// Whether the client sends it without being asked for it, with its end known.
    comes_by_itself: bool,
}

impl UnreadBody {
    /// The request for its handler, and what is asked once it has answered.
    pub(super) fn of(request: Request) -> (Request, Self) {
        if request.body().is_end_stream() {
            let comes_by_itself = true;
            let body = None;
            return (
                request,
                Self {
                    body,
                    comes_by_itself,
                },
            );
        }
        let headers = request.headers();
        // The end of a chunked body may be another for a proxy: such a connection ends anyway.
        let comes_by_itself = ![EXPECT, TRANSFER_ENCODING]
            .iter()
            .any(|name| headers.contains_key(name));
        let (parts, body) = request.into_parts();
        let body = SharedBody(Arc::new(Mutex::new(body)));
        let request = Request::from_parts(parts, Body::new(body.clone()));
        (
            request,
            Self {
                body: Some(body),
                comes_by_itself,
            },
        )
    }

    /// Takes in what is left, or says in the answer that the connection ends.
    pub(super) async fn settle(self, response: &mut Response) {
        let Some(body) = self.body else {
            return;
        };
        let is_read = body.is_end_stream()
            || (self.comes_by_itself
                && tokio::time::timeout(LONGEST_LINGER, body.drained()).await == Ok(true));
        if !is_read {
            let close = HeaderValue::from_static("close");
            response.headers_mut().insert(CONNECTION, close);
        }
    }
}

/// A body that a handler reads, and its server when the handler does so no more.
#[derive(Clone)]
struct SharedBody(Arc<Mutex<Body>>);

impl SharedBody {
    /// Reads to the end; `false` if that is too far, or the client has gone.
    async fn drained(&self) -> bool {
        if self.size_hint().lower() > LARGEST_LINGER as u64 {
            return false;
        }
        while let Some(frame) =
            poll_fn(|context| Pin::new(&mut *lock(&self.0)).poll_frame(context)).await
        {
            if frame.is_err() {
                return false;
            }
        }
        true
    }
}

impl HttpBody for SharedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut *lock(&self.0)).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        lock(&self.0).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        lock(&self.0).size_hint()
    }
}
