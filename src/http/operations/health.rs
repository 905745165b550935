//! Health and readiness. All public.

use std::sync::LazyLock;

use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::state::AppState;
use crate::http::wire::error::{ApiError, Code, ToldOnPage};
use crate::service::readiness::Readiness;

const SERVICE: &str = "integration_backend";
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The service and its addresses.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Root {
    #[schema(example = "success")]
    status: &'static str,
    #[schema(example = "service healthy")]
    message: &'static str,
    data: RootData,
    docs: &'static str,
    docs_url: &'static str,
    openapi: &'static str,
    openapi_url: &'static str,
    health: &'static str,
    ready: &'static str,
    token_dashboard_url: &'static str,
    version: &'static str,
}

/// The service's name, state and version.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RootData {
    service: &'static str,
    health: &'static str,
    version: &'static str,
}

/// Liveness.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Alive {
    #[schema(example = "ok")]
    status: &'static str,
}

/// Liveness with version and uptime.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Health {
    #[schema(example = "ok")]
    status: &'static str,
    service: &'static str,
    version: &'static str,
    api_version: &'static str,
    env: String,
    uptime_seconds: u64,
}

/// The name of the service and its most important addresses.
pub(crate) fn root() -> Json<Root> {
    Json(Root {
        status: "success",
        message: "service healthy",
        data: RootData {
            service: SERVICE,
            health: "healthy",
            version: VERSION,
        },
        docs: "/docs",
        docs_url: "/docs",
        openapi: "/openapi.json",
        openapi_url: "/openapi.json",
        health: "/health",
        ready: "/ready",
        token_dashboard_url: "/dashboard/token",
        version: VERSION,
    })
}

/// Check liveness. Touches nothing else.
#[utoipa::path(get, path = "/healthz", tag = "Operations", responses((status = 200, body = Alive)))]
pub(crate) async fn healthz() -> ([(HeaderName, HeaderValue); 1], Bytes) {
    let kind = HeaderValue::from_static("application/json");
    ([(CONTENT_TYPE, kind)], ALIVE.clone())
}

/// It is asked for more often than anything else.
static ALIVE: LazyLock<Bytes> = LazyLock::new(|| {
    let alive = Alive { status: "ok" };
    serde_json::to_vec(&alive).unwrap_or_default().into()
});

/// Check liveness, with version and uptime.
#[utoipa::path(get, path = "/health", tag = "Operations", responses((status = 200, body = Health)))]
pub(crate) async fn health(State(state): State<AppState>) -> Json<Health> {
    Json(Health {
        status: "ok",
        service: SERVICE,
        version: VERSION,
        api_version: VERSION,
        env: state.edge.environment.clone(),
        uptime_seconds: state.clock.now().since(state.started_at).as_secs(),
    })
}

/// Check whether the program can do its work: 503 and the reason if it cannot.
#[utoipa::path(get, path = "/ready", tag = "Operations",
    responses((status = 200, body = Readiness), (status = 503, description = "Not ready; `reason` says why", body = Readiness)))]
pub(crate) async fn ready(State(state): State<AppState>) -> Response {
    let found = state.readiness.check().await;
    let status = if found.ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    let reason = found.reason.clone();
    let mut response = (status, Json(found)).into_response();
    if let Some(reason) = reason {
        let error = ApiError::new(status, Code::InternalError, "not ready").because(reason);
        response.extensions_mut().insert(ToldOnPage(error));
    }
    response
        .extensions_mut()
        .insert(crate::http::edge::outermost::SkipEnvelope);
    response
}

/// Check whether this process takes requests, whatever becomes of its database: 503 from the signal to stop on. For load balancers.
#[utoipa::path(get, path = "/ready/process", tag = "Operations",
    responses((status = 200, body = Alive), (status = 503, description = "It is shutting down", body = Alive)))]
pub(crate) async fn process(State(state): State<AppState>) -> Response {
    if !state.readiness.is_shutting_down() {
        return Json(Alive { status: "ok" }).into_response();
    }
    let leaving = Json(Alive {
        status: "shutting down",
    });
    let mut response = (StatusCode::SERVICE_UNAVAILABLE, leaving).into_response();
    response
        .extensions_mut()
        .insert(crate::http::edge::outermost::SkipEnvelope);
    response
}
