//! The outermost layer: request ids, common headers, time limits, and errors in the envelope.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use axum::Json;
use axum::extract::{MatchedPath, Request};
use axum::http::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONNECTION, REFERRER_POLICY, RETRY_AFTER,
    TRANSFER_ENCODING, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::Route;
use futures_util::FutureExt;
use tracing::Instrument;

use crate::http::caller::credentials::shows_explicit_credential;
use crate::http::caller::headers::is_told_to_navigate;
use crate::http::caller::{client_address, cookies};
use crate::http::edge::cors::CorsRequest;
use crate::http::edge::failures::failure_of;
use crate::http::edge::gateway_forms;
use crate::http::edge::mcp_challenge;
use crate::http::edge::outcomes;
use crate::http::edge::rate_limits::charge_before_auth;
use crate::http::edge::request_checks;
use crate::http::edge::request_line::{LIVENESS, RequestLine};
use crate::http::edge::routes::run_route;
use crate::http::edge::uploads::{LONGEST_UPLOAD, brings_file};
use crate::http::state::AppState;
use crate::http::wire::body::BodyDeadline;
use crate::http::wire::error::{ApiError, Code};
use crate::model::client_address::ClientAddress;
use crate::model::ids::new_id;
use crate::work::deadline::Deadline;
use crate::work::request_notes::RequestNotes;

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// As many headers as are set on every answer.
const COMMON_HEADERS: usize = 4;

/// Marks an answer whose body stays as it is, whatever its status: our own HTML pages.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SkipEnvelope;

/// What writes a failure for a person in a browser.
pub(crate) type ForPeople = fn(Response) -> Response;

/// What the edge needs to know.
#[derive(Debug, Clone)]
pub(super) struct Edge {
    pub(super) state: AppState,
    pub(super) handler_timeout: Duration,
    pub(super) for_people: Option<ForPeople>,
}

/// Runs a request with an id, a span, CORS and a time limit, and writes its failure into the
/// envelope, or onto a page for whoever navigates to an address. Only what says so itself is a browser
/// here: programs ask for `text/html`, too (Java's `HttpURLConnection` does), and theirs is the envelope.
pub(super) async fn run_in_envelope(edge: Edge, request: Request, route: Route) -> Response {
    let for_people = edge
        .for_people
        .filter(|_| is_told_to_navigate(request.headers()));
    let response = run_for_programs(&edge, request, route).await;
    match for_people {
        Some(for_people) => for_people(response),
        None => response,
    }
}

async fn run_for_programs(edge: &Edge, request: Request, route: Route) -> Response {
    let state = &edge.state;
    let request_id = request_id(request.headers(), state);
    let method = request.method().clone();
    let cors = CorsRequest::read(&method, request.headers());
    let matched = request.extensions().get::<MatchedPath>().cloned();
    let path = matched.as_ref().map_or("unmatched", MatchedPath::as_str);
    let last_of_connection = request.headers().contains_key(TRANSFER_ENCODING);
    // The span has the route's template and never the address, because queries hold codes and
    // cursors. A span of a finer level than the line would be missing in it.
    let span = if path == LIVENESS {
        tracing::debug_span!("request", %method, path, request_id = request_id.text())
    } else {
        tracing::error_span!("request", %method, path, request_id = request_id.text())
    };
    let is_gateway = gateway_forms::is_gateway(request.uri().path());
    let is_mcp = mcp_challenge::is_mcp(request.uri().path());
    let shows_credential = is_mcp && shows_explicit_credential(request.headers());
    let (mut parts, body) = request.into_parts();
    gateway_forms::read_password(&mut parts, state);
    let client = client_address::of_request(&parts, &state.edge.trusted_proxies);
    parts.extensions.insert(ClientAddress::new(client));
    let request = Request::from_parts(parts, body);
    let line = RequestLine::begin(state, span.clone(), path, method, client);
    let work = async {
        match cors.preflight(&state.edge) {
            Some(preflight) => preflight,
            None if path == LIVENESS => run_probe(request, edge, route).await,
            None => run_within_limits(request, edge, route).await,
        }
    };
    let response = line.notes().over(work).instrument(span).await;
    line.answered(&response);
    let mut response = write_envelope(response, request_id.text(), is_gateway);
    if is_mcp {
        mcp_challenge::set(&mut response, &state.edge, shows_credential);
    }
    cors.allow(&state.edge, response.headers_mut());
    set_common_headers(response.headers_mut(), &request_id);
    // Where a redirect comes from may hold a code or a state, which nobody else needs to see (RFC 9700,
    // section 4.2.4).
    if response.status().is_redirection() {
        response
            .headers_mut()
            .entry(REFERRER_POLICY)
            .or_insert(HeaderValue::from_static("no-referrer"));
    }
    // A proxy may see another end of a chunked request than we do (request smuggling; RFC 9112,
    // sections 6.1 and 11.2), and the end of a request that timed out is unknown (RFC 9110, section
    // 15.5.9). What follows on the connection could be read as a request that nobody sent, so the
    // connection ends.
    if last_of_connection || response.status() == StatusCode::REQUEST_TIMEOUT {
        response
            .headers_mut()
            .insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

/// Why a request is refused by its head alone.
fn refusal_of_head(request: &Request, edge: &Edge) -> Option<Response> {
    let of_shape = request_checks::refusal(request)
        .or_else(|| cookies::refuse_repeated(request.headers(), &edge.state.edge).err());
    let of_shape = of_shape.map(IntoResponse::into_response);
    of_shape.or_else(|| request_checks::coding_refusal(request))
}

/// The probe for life waits for nothing, is charged to nobody and reads no body: it needs no limits of time.
async fn run_probe(request: Request, edge: &Edge, route: Route) -> Response {
    match refusal_of_head(&request, edge) {
        Some(refusal) => refusal,
        None => run_route(route, request).await,
    }
}

async fn run_within_limits(mut request: Request, edge: &Edge, route: Route) -> Response {
    let state = &edge.state;
    if let Some(refusal) = refusal_of_head(&request, edge) {
        return refusal;
    }
    let handler_timeout = if brings_file(&request) {
        edge.handler_timeout.max(LONGEST_UPLOAD)
    } else {
        edge.handler_timeout
    };
    let deadline = BodyDeadline::after(handler_timeout / 2);
    request.extensions_mut().insert(deadline);
    // Waits for Atlassian and for refreshes end a little earlier, so that they still fail with an
    // error of their own.
    // In a box: whatever wraps a future takes as much room again and copies it.
    let inside = Box::pin(run_inside(request, state, route));
    let work = Deadline::within(handler_timeout * 5 / 6).over(inside);
    tokio::time::timeout(handler_timeout, work)
        .await
        .unwrap_or_else(|_| {
            let message = "the request took too long and was stopped; try again";
            ApiError::new(
                StatusCode::SERVICE_UNAVAILABLE,
                Code::InternalError,
                message,
            )
            .with_retry_after(Duration::from_secs(5))
            .into_response()
        })
}

/// What is inside the envelope. Panics are caught there, so that a panic leaves in the envelope, too. Rate limits
/// come before bodies are read, and replays last: only who may call gets a kept answer.
async fn run_inside(request: Request, state: &AppState, route: Route) -> Response {
    let steps = async {
        match charge_before_auth(state, request).await {
            Ok(request) => outcomes::told(state, request, route).await,
            Err(error) => error.into_response(),
        }
    };
    let caught = AssertUnwindSafe(steps).catch_unwind().await;
    caught.unwrap_or_else(panicked)
}

/// The answer to a panic. The line of the request says so.
#[expect(
    clippy::needless_pass_by_value,
    reason = "who catches it hands it over"
)]
fn panicked(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    // A text that was put together may quote what somebody wrote; Rust's own hook has told it.
    let text = panic.downcast_ref::<&str>().copied();
    let cause = format!(
        "a handler panicked: {}",
        text.unwrap_or("see standard error")
    );
    if !RequestNotes::note_cause(&cause) {
        tracing::error!(cause, "a failure of ours");
    }
    ApiError::internal().into_response()
}

/// Writes the body of a failure. Failures that axum made itself (404, 405, 413, …) have no
/// `ApiError` and get one of their status. Of their headers only those with a meaning of their own
/// are kept, such as `Allow`, which a 405 must have (RFC 9110, section 15.5.6).
fn write_envelope(response: Response, request_id: &str, is_gateway: bool) -> Response {
    let status = response.status();
    if response.extensions().get::<SkipEnvelope>().is_some()
        || !(status.is_client_error() || status.is_server_error())
    {
        return response;
    }
    let error = failure_of(&response).unwrap_or_else(ApiError::internal);
    let body = error.body(request_id);
    let mut written = if is_gateway {
        (status, Json(gateway_forms::error_body(&body))).into_response()
    } else {
        (status, Json(body)).into_response()
    };
    if is_gateway {
        gateway_forms::set_error_headers(&mut written, &error);
    }
    let (old, new) = (response.headers(), written.headers_mut());
    for (name, value) in old {
        if *name == ALLOW
            || *name == ACCEPT_ENCODING
            || *name == axum::http::header::SET_COOKIE
            || *name == axum::http::header::LOCATION
        {
            new.append(name.clone(), value.clone());
        }
    }
    if let Some(seconds) = error.retry_after {
        new.insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    // For whoever writes it in another form.
    written.extensions_mut().insert(error);
    written
}

/// Answers are about one caller, and a cache could keep even those without a lifetime (RFC 9111,
/// section 4.2.2), so everything that says nothing else is `no-store`. `nosniff` keeps browsers
/// from reading JSON as something else (Fetch, "`X-Content-Type-Options` header").
fn set_common_headers(headers: &mut HeaderMap, request_id: &RequestId) {
    headers.reserve(COMMON_HEADERS);
    headers.insert(REQUEST_ID.clone(), request_id.0.clone());
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}

/// A request id that is known to fit in a header.
struct RequestId(HeaderValue);

impl RequestId {
    fn text(&self) -> &str {
        self.0.to_str().unwrap_or("unknown")
    }
}

/// The caller's id, if it is 1 to 128 of `[A-Za-z0-9._-]`, so that it cannot forge a log line; else
/// a new one.
fn request_id(headers: &HeaderMap, state: &AppState) -> RequestId {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    let given = headers.get(&REQUEST_ID).filter(|value| {
        let bytes = value.as_bytes();
        (1..=128).contains(&bytes.len()) && bytes.iter().copied().all(plain)
    });
    RequestId(match given {
        Some(value) => value.clone(),
        None => HeaderValue::try_from(new_id(state.clock.now()))
            .unwrap_or(HeaderValue::from_static("unknown")),
    })
}
