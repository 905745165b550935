//! `/`: the first page for people; for programs the name of the service and its addresses.

use axum::extract::{FromRequestParts, Request, State};
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
    State(state): State<AppState>,
    request: Request,
) -> Result<Response, ApiError> {
    // Programs are told the same whoever they are, so that nobody looks.
    if !is_told_to_navigate(request.headers()) {
        return Ok(health::root().into_response());
    }
    let (mut parts, _) = request.into_parts();
    let visitor = Visitor::from_request_parts(&mut parts, &state).await?;
    Ok(login::page(&state, &visitor))
}
