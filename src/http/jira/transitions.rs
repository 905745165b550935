//! Moving issues through their workflow.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::http::caller::Caller;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::{Body, Query};
use crate::http::wire::format::FormatQuery;
use crate::model::issue::Issue;
use crate::model::transition::{Transition, TransitionRequest};
use crate::service::error::ServiceError;

/// The transitions that this account can make now. None at all may also mean that it may not.
#[utoipa::path(get, path = "/connectors/jira/issues/{key}/transitions", tag = "Jira", params(("key" = String, Path, example = "EX-1"), FormatQuery),
    responses((status = 200, body = [Transition]), Failures))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Path(key): Path<String>,
    caller: Caller,
    Query(query): Query<FormatQuery>,
) -> Result<Response, ApiError> {
    let transitions = state.issues.transitions(&caller.scope(), &key).await?;
    Ok(Json(query.format.of_all(transitions)).into_response())
}

/// Make a transition, named by its id or its name in any case.
#[utoipa::path(post, path = "/connectors/jira/issues/{key}/transitions", tag = "Jira", params(("key" = String, Path, example = "EX-1")),
    request_body = TransitionRequest, responses((status = 200, body = Issue), Failures))]
pub(crate) async fn make(
    State(state): State<AppState>,
    Path(key): Path<String>,
    caller: Caller,
    Body(body): Body<Value>,
) -> Result<Json<Issue>, ApiError> {
    let request = TransitionRequest::read(&body, "transition").map_err(ServiceError::from)?;
    let issue = state
        .issues
        .transition(&caller.scope(), &key, &request)
        .await?;
    Ok(Json(issue.value))
}
