//! Transitions: moving Jira issues through their workflow.

use axum::Json;
use axum::extract::{Path, State};

use crate::http::caller::Caller;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::body::Draft;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::Query;
use crate::http::wire::format::{FormatQuery, PlainOrRaw};
use crate::model::issue::Issue;
use crate::model::transition::{Transition, TransitionRequest};

/// List the transitions that this account can make now.
///
/// An empty list may also mean that the account lacks the permission.
#[utoipa::path(get, path = "/connectors/jira/issues/{key}/transitions", tag = "Jira", params(("key" = String, Path, example = "APP-9"), FormatQuery),
    responses((status = 200, body = [Transition]), Failures))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Path(key): Path<String>,
    caller: Caller,
    Query(query): Query<FormatQuery>,
) -> Result<Json<Vec<PlainOrRaw<Transition>>>, ApiError> {
    let transitions = state.issues.transitions(&caller.scope(), &key).await?;
    Ok(Json(query.format.apply_to_all(transitions)))
}

/// Make a transition, named by its id or by its name in any case.
#[utoipa::path(post, path = "/connectors/jira/issues/{key}/transitions", tag = "Jira", params(("key" = String, Path, example = "APP-9")),
    request_body = TransitionRequest, responses((status = 200, body = Issue), Failures))]
pub(crate) async fn make(
    State(state): State<AppState>,
    Path(key): Path<String>,
    caller: Caller,
    Draft(request): Draft<TransitionRequest>,
) -> Result<Json<Issue>, ApiError> {
    let issue = state
        .issues
        .transition(&caller.scope(), &key, &request)
        .await?;
    Ok(Json(issue.value))
}
