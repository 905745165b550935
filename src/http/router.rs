//! Every route, on one screen.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::edge::{LARGEST_BODY, edge, panicked};
use super::openapi::Frame;
use super::state::AppState;
use super::{docs, health};

/// The routes with their documentation.
pub(super) fn documented() -> OpenApiRouter<AppState> {
    OpenApiRouter::with_openapi(Frame::openapi()).merge(operations())
}

fn operations() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(health::root))
        .routes(routes!(health::healthz))
        .routes(routes!(health::health))
        .routes(routes!(health::ready))
        .routes(routes!(health::authorize_url))
        .routes(routes!(health::redirect_uri))
}

/// The whole service as one router.
pub fn router(state: AppState) -> Router {
    let (router, document) = documented().split_for_parts();
    let layers = ServiceBuilder::new()
        .layer(from_fn_with_state(state.clone(), edge))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(DefaultBodyLimit::max(
            usize::try_from(LARGEST_BODY).unwrap_or(usize::MAX),
        ));
    router
        .merge(docs::router(&document))
        .layer(layers)
        .with_state(state)
}
