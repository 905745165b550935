//! Single Jira issues: create, read, update, delete.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::caller::Caller;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::body::Draft;
use crate::http::wire::created::{created, segment};
use crate::http::wire::entity_tags::{IfMatch, Tagged};
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::Query;
use crate::http::wire::format::{Format, FormatQuery, PlainOrRaw};
use crate::model::hit::Created;
use crate::model::issue::Issue;
use crate::model::issue_change::IssueChange;
use crate::model::issue_draft::IssueDraft;
use crate::model::repeats::Sent;

/// What is deleted with an issue.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct DeleteQuery {
    /// Delete its subtasks too. Without this, an issue with subtasks is not deleted.
    #[serde(default, alias = "deleteSubtasks")]
    #[param(required = false, example = true)]
    delete_subtasks: bool,
}

/// Create an issue, from the short form (its fields below) or from Jira's own body.
#[utoipa::path(post, path = "/connectors/jira/create", tag = "Jira", request_body = IssueDraft,
    responses((status = 201, body = Created), Failures))]
pub(crate) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    Draft(draft): Draft<IssueDraft>,
) -> Result<Response, ApiError> {
    let issue = state.issues.create(&caller.scope(), &draft).await?;
    Ok(created(
        &format!("/connectors/jira/issues/{}", segment(&issue.id)),
        issue,
    ))
}

/// Get one issue with its description in Markdown.
#[utoipa::path(get, path = "/connectors/jira/issues/{key}", tag = "Jira", params(("key" = String, Path, example = "APP-9"), FormatQuery),
    responses((status = 200, body = Issue), Failures))]
pub(crate) async fn issue(
    State(state): State<AppState>,
    Path(key): Path<String>,
    caller: Caller,
    Query(query): Query<FormatQuery>,
) -> Result<Tagged<Json<PlainOrRaw<Issue>>>, ApiError> {
    let (issues, scope) = (&state.issues, caller.scope());
    Ok(match query.format {
        Format::Plain => {
            let issue = issues.shown_issue(&scope, &key).await?;
            Tagged(issue.tag(), Json(PlainOrRaw::Plain(issue)))
        }
        Format::Raw => {
            let issue = issues.issue(&scope, &key).await?;
            Tagged(issue.value.tag(), Json(PlainOrRaw::Raw(issue.raw)))
        }
    })
}

/// Update an issue, with the short form (its fields below) or with Jira's own body.
///
/// Fields that are absent stay unchanged; `null` clears a field.
#[utoipa::path(put, path = "/connectors/jira/issues/{key}", tag = "Jira", params(("key" = String, Path, example = "APP-9")),
    request_body = IssueChange, responses((status = 200, body = Issue), Failures))]
pub(crate) async fn update(
    State(state): State<AppState>,
    Path(key): Path<String>,
    caller: Caller,
    IfMatch(if_match): IfMatch,
    Draft(change): Draft<Sent<IssueChange>>,
) -> Result<Tagged<Json<Issue>>, ApiError> {
    let issues = &state.issues;
    let issue = issues
        .update(&caller.scope(), &key, &change, &if_match)
        .await?
        .value;
    Ok(Tagged(issue.tag(), Json(issue)))
}

/// Delete an issue.
#[utoipa::path(delete, path = "/connectors/jira/issues/{key}", tag = "Jira", params(("key" = String, Path, example = "APP-9"), DeleteQuery),
    responses((status = 204, description = "Deleted"), Failures))]
pub(crate) async fn delete(
    State(state): State<AppState>,
    Path(key): Path<String>,
    caller: Caller,
    IfMatch(if_match): IfMatch,
    Query(query): Query<DeleteQuery>,
) -> Result<StatusCode, ApiError> {
    state
        .issues
        .delete(&caller.scope(), &key, query.delete_subtasks, &if_match)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
