//! `/`: the first page for people; for programs the name of the service and its addresses.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};

use super::login;
use crate::http::caller::Visitor;
use crate::http::caller::headers::is_told_to_navigate;
use crate::http::operations::health::{self, Root};
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;

/// Get the name of the service and its most important addresses. A browser gets a page.
#[utoipa::path(get, path = "/", tag = "Operations", responses((status = 200, body = Root)))]
pub(crate) async fn root(
    state: State<AppState>,
    visitor: Result<Visitor, ApiError>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    if is_told_to_navigate(&headers) {
        return Ok(login::page(&state, &visitor?));
    }
    Ok(health::root().into_response())
}
