//! CORS: listed origins may read with credentials, others without them or not at all.

use axum::http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::http::state::EdgeSettings;

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
// The last four are those of tracing (W3C Trace Context, Baggage, Sentry): a page with a tracer sends them with every call.
const HEADERS: HeaderValue = HeaderValue::from_static(
    "Content-Type, Authorization, X-Session-Token, X-Tenant-Id, X-Request-Id, Idempotency-Key, If-Match, MCP-Protocol-Version, Mcp-Method, Mcp-Name, Mcp-Session-Id, Last-Event-ID, X-MCP-Toolsets, X-MCP-Readonly, traceparent, tracestate, baggage, sentry-trace",
);
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "X-Session-Token, X-Request-Id, X-Next-Cursor, Link, Retry-After, Location, ETag, Idempotent-Replayed, WWW-Authenticate, MCP-Protocol-Version",
);
/// How long a browser may keep the answer to a preflight; without it five seconds (Fetch,
/// "CORS-preflight fetch").
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// What a browser asks on behalf of a page.
pub(crate) struct CorsRequest {
    origin: Option<HeaderValue>,
    is_preflight: bool,
}

impl CorsRequest {
    pub(crate) fn read(method: &Method, headers: &HeaderMap) -> Self {
        let origin = headers.get(ORIGIN).cloned();
        let is_preflight = *method == Method::OPTIONS
            && origin.is_some()
            && headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        Self {
            origin,
            is_preflight,
        }
    }

    /// The answer to a preflight, which browsers send without credentials (Fetch, "CORS-preflight
    /// fetch"); none for other requests.
    pub(crate) fn preflight(&self, edge: &EdgeSettings) -> Option<Response> {
        self.is_preflight.then(|| {
            let mut response = StatusCode::NO_CONTENT.into_response();
            if self.allowed_origin(edge).is_some() {
                let headers = response.headers_mut();
                headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
                headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, HEADERS);
                headers.insert(ACCESS_CONTROL_MAX_AGE, MAX_AGE);
            }
            response
        })
    }

    /// Tells the browser whether the page may read this answer. It depends on the origin, so caches
    /// must keep the answers apart (Fetch, "CORS protocol and HTTP caches").
    pub(crate) fn allow(&self, edge: &EdgeSettings, headers: &mut HeaderMap) {
        headers.append(VARY, HeaderValue::from_static("Origin"));
        let Some((origin, with_credentials)) = self.allowed_origin(edge) else {
            return;
        };
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        if with_credentials {
            headers.insert(
                ACCESS_CONTROL_ALLOW_CREDENTIALS,
                HeaderValue::from_static("true"),
            );
        }
    }

    /// The value of `Access-Control-Allow-Origin`, and whether credentials are allowed.
    fn allowed_origin(&self, edge: &EdgeSettings) -> Option<(HeaderValue, bool)> {
        let origin = self.origin.as_ref()?;
        let text = origin.to_str().ok()?;
        if edge.trusts(text) {
            return Some((origin.clone(), true));
        }
        // `*` goes without credentials (Fetch, "CORS protocol and credentials"). "null" is the
        // origin of sandboxed frames and local files, which any page can make.
        (edge.any_origin && text != "null").then_some((HeaderValue::from_static("*"), false))
    }
}
