//! `Idempotency-Key`: a repeated request runs once.
//!
//! Follows draft-ietf-httpapi-idempotency-key-header: 422 for the same key with another body, 409
//! while the first request runs. The key itself may be any visible ASCII, because clients send it
//! with and without quotes.

use axum::body::{Body, to_bytes};
use axum::extract::{FromRequestParts, MatchedPath, Request};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::Route;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use utoipa::openapi::path::{ParameterBuilder, ParameterIn};
use utoipa::openapi::{ObjectBuilder, Required, Type};

use crate::http::caller::Caller;
use crate::http::caller::access::{RouteAccess, required_access};
use crate::http::edge::routes::run_route;
use crate::http::state::AppState;
use crate::http::wire::body::body_bytes;
use crate::http::wire::error::ApiError;
use crate::model::kept_answer::KeptAnswer;
use crate::service::idempotency::{KeyedAnswer, KeyedRequest};

pub(crate) const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
/// As long as Stripe takes it, whose header clients know; a UUID has 36 characters.
const LONGEST_KEY: usize = 255;
/// What is said about a key that is none.
pub(crate) const KEY_RULE: &str =
    "Idempotency-Key must be 1 to 255 visible ASCII characters without spaces";
/// Marks a repeated answer. The name is Stripe's, which clients already know.
static REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// `POST` routes that create nothing. They ignore the key.
pub static NOT_CREATES: &[&str] = &[
    "/api/oauth/atlassian/refresh",
    "/connectors/{provider}/sync",
    "/api/auth/oauth/token/refresh",
    "/api/auth/{product}/refresh",
    "/api/auth/{product}/logout",
    "/api/auth/oauth/logout",
];
/// `POST` routes whose body decides whether they create something or only read.
pub static READ_OR_CREATE: &[&str] = &[
    "/connectors/tools/invoke",
    "/ex/jira/{site}/{*path}",
    "/ex/confluence/{site}/{*path}",
];

/// Whether a `POST` to the route takes the key: every write but the few that create nothing, so
/// that a new route takes it without being listed.
pub fn takes_key(template: &str) -> bool {
    let writes = required_access(&Method::POST, template) == RouteAccess::Write;
    (writes || READ_OR_CREATE.contains(&template)) && !NOT_CREATES.contains(&template)
}

/// Runs a request that carries a key once, and replays its answer to repetitions.
pub(super) async fn replay_or_run(state: &AppState, request: Request, route: Route) -> Response {
    let template = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("", MatchedPath::as_str);
    let is_keyed =
        request.method() == Method::POST && request.headers().contains_key(IDEMPOTENCY_KEY);
    if !is_keyed || !takes_key(template) {
        return run_route(route, request).await;
    }
    let may_only_read = READ_OR_CREATE.contains(&template);
    let keyed = Box::pin(read_keyed_request(state, request, may_only_read));
    match keyed.await {
        Ok((Some(keyed), request)) => Box::pin(run_once(state, keyed, request, route))
            .await
            .unwrap_or_else(IntoResponse::into_response),
        Ok((None, request)) => run_route(route, request).await,
        Err(error) => error.into_response(),
    }
}

/// Reads the caller, the key and the body, and gives the request back whole. The key of a caller
/// who may not write is ignored: a kept answer is for those who may write only.
async fn read_keyed_request(
    state: &AppState,
    request: Request,
    may_only_read: bool,
) -> Result<(Option<KeyedRequest>, Request), ApiError> {
    let (mut parts, body) = request.into_parts();
    let caller = Caller::from_request_parts(&mut parts, state).await?;
    if may_only_read && caller.needs(RouteAccess::Write, state).is_err() {
        return Ok((None, Request::from_parts(parts, body)));
    }
    let key = idempotency_key(&parts.headers)?;
    let bytes = body_bytes(Request::from_parts(parts.clone(), body)).await?;
    let keyed = KeyedRequest {
        scope: caller.scope(),
        route: format!("{} {}", parts.method, parts.uri.path()),
        key,
        content: format!(
            "{}\n{}",
            parts.uri.query().unwrap_or_default(),
            comparable(&parts.headers, &bytes)
        ),
        may_only_read,
    };
    Ok((Some(keyed), Request::from_parts(parts, Body::from(bytes))))
}

/// A body as it is compared with that of another try. Clients make up a new boundary for each try of an upload, and bytes
/// that are no text must not be taken for others that are none.
fn comparable(headers: &HeaderMap, bytes: &[u8]) -> String {
    let parts = boundary(headers).map(|boundary| {
        let line = [b"--", boundary.as_bytes()].concat();
        let mut parts = Vec::new();
        let mut begin = 0;
        for at in memchr::memmem::find_iter(bytes, &line) {
            parts.push(&bytes[begin..at]);
            begin = at + line.len();
        }
        parts.push(&bytes[begin..]);
        parts.join(&b"--boundary"[..])
    });
    let bytes = parts.as_deref().unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => STANDARD.encode(bytes),
    }
}

/// What stands between the parts of a body of several (RFC 2046, section 5.1.1).
fn boundary(headers: &HeaderMap) -> Option<&str> {
    let kind = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let (kind, parameters) = kind.split_once(';')?;
    if !kind.trim().to_ascii_lowercase().starts_with("multipart/") {
        return None;
    }
    let mut parameters = parameters.split(';').filter_map(|one| one.split_once('='));
    let (_, boundary) =
        parameters.find(|(name, _)| name.trim().eq_ignore_ascii_case("boundary"))?;
    Some(boundary.trim().trim_matches('"')).filter(|boundary| !boundary.is_empty())
}

async fn run_once(
    state: &AppState,
    keyed: KeyedRequest,
    request: Request,
    route: Route,
) -> Result<Response, ApiError> {
    let work = async move { recorded(run_route(route, request).await).await };
    match state.idempotency.run(keyed, work).await? {
        KeyedAnswer::Now(response) => Ok(response),
        KeyedAnswer::Before(kept) => replay(kept),
    }
}

/// The answer, and what is kept of it if it is a success. A failure may be tried again under the
/// same key.
async fn recorded(response: Response) -> (Response, Option<KeptAnswer>) {
    let (parts, body) = response.into_parts();
    let Ok(bytes) = to_bytes(body, usize::MAX).await else {
        return (ApiError::internal().into_response(), None);
    };
    let text = |name: &HeaderName| {
        let value = parts.headers.get(name)?.to_str().ok()?;
        Some(value.to_owned())
    };
    let kept = parts.status.is_success().then(|| KeptAnswer {
        status: parts.status.as_u16(),
        content_type: text(&CONTENT_TYPE),
        location: text(&LOCATION),
        body: String::from_utf8_lossy(&bytes).into_owned(),
    });
    (Response::from_parts(parts, Body::from(bytes)), kept)
}

fn replay(kept: KeptAnswer) -> Result<Response, ApiError> {
    let mut response = Response::new(Body::from(kept.body));
    *response.status_mut() = StatusCode::from_u16(kept.status).map_err(|_| ApiError::internal())?;
    let headers = response.headers_mut();
    for (name, text) in [
        (CONTENT_TYPE, kept.content_type),
        (LOCATION, kept.location),
        (REPLAYED.clone(), Some(String::from("true"))),
    ] {
        if let Some(value) = text.and_then(|text| HeaderValue::from_str(&text).ok()) {
            headers.insert(name, value);
        }
    }
    Ok(response)
}

/// The key of a request.
///
/// # Errors
/// When it is sent twice, or is none.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<String, ApiError> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let (value, second) = (values.next(), values.next());
    if second.is_some() {
        return Err(ApiError::invalid(
            &[IDEMPOTENCY_KEY],
            "Idempotency-Key must be sent once",
        ));
    }
    let bytes = value.map(HeaderValue::as_bytes).unwrap_or_default();
    match std::str::from_utf8(bytes) {
        Ok(key) if is_key(bytes) => Ok(key.to_owned()),
        _ => Err(ApiError::invalid(&[IDEMPOTENCY_KEY], KEY_RULE)),
    }
}

/// Whether this may be a key.
pub(crate) fn is_key(bytes: &[u8]) -> bool {
    (1..=LONGEST_KEY).contains(&bytes.len()) && bytes.iter().all(u8::is_ascii_graphic)
}

/// Documents the header at every operation that takes it.
pub(crate) fn document_keys(document: &mut utoipa::openapi::OpenApi) {
    for (path, item) in &mut document.paths.paths {
        let Some(operation) = item.post.as_mut().filter(|_| takes_key(path)) else {
            continue;
        };
        let text = ObjectBuilder::new()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(LONGEST_KEY))
            .pattern(Some("^[!-~]+$"))
            .build();
        let parameter = ParameterBuilder::new()
            .name(IDEMPOTENCY_KEY)
            .parameter_in(ParameterIn::Header)
            .required(Required::False)
            .description(Some(
                "Makes a retry safe. A request with the same key within a day is not carried out again; it gets the first answer (`Idempotent-Replayed: true`). 422: the same key with another body. 409: the first request is still running. 504 with `details.outcome` `unknown`: the result of the first request is unknown.",
            ))
            .schema(Some(text))
            .build();
        operation
            .parameters
            .get_or_insert_default()
            .push(parameter.into());
    }
}
