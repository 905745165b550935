//! The chatbot server's routes that write. Empty values in a body count as absent.

use axum::Json;
use axum::extract::{Path, State};
use serde_json::Value;

use crate::http::caller::Caller;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::body::Draft;
use crate::http::wire::entity_tags::{IfMatch, Tagged};
use crate::http::wire::error::ApiError;
use crate::model::comment::CommentDraft;
use crate::model::fields::InvalidFields;
use crate::model::issue_change::{FieldChanges, IssueChange};
use crate::model::issue_draft::{IssueDraft, NewIssue};
use crate::model::repeats::Sent;
use crate::model::request_body::FromBody;
use crate::model::transition::TransitionById;
use crate::service::error::ServiceError;

/// Create an issue. Returns Jira's own answer.
#[utoipa::path(post, path = "/api/jira/issues", tag = "Compatible routes", request_body = NewIssue,
    responses((status = 200, body = Object, example = json!({"id": "10002", "key": "EX-24", "self": "https://acme.atlassian.net/rest/api/3/issue/10002"})), Failures))]
pub(crate) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    Draft(WithoutEmpty(draft)): Draft<WithoutEmpty<IssueDraft>>,
) -> Result<Json<Value>, ApiError> {
    let made = state.issues.create(&caller.scope(), &draft).await?;
    Ok(Json(made.metadata))
}

/// Update an issue. Returns the updated issue in Jira's own form.
///
/// Empty values and `null` leave a field unchanged.
#[utoipa::path(put, path = "/api/jira/issues/{key}", tag = "Compatible routes", params(("key" = String, Path, example = "APP-9")),
    request_body = FieldChanges,
    responses((status = 200, body = Object, example = json!({"id": "10002", "key": "EX-1", "fields": {"summary": "The printer is still on fire"}})), Failures))]
pub(crate) async fn update(
    State(state): State<AppState>,
    Path(key): Path<String>,
    caller: Caller,
    IfMatch(if_match): IfMatch,
    Draft(WithoutEmpty(change)): Draft<WithoutEmpty<Sent<IssueChange>>>,
) -> Result<Tagged<Json<Value>>, ApiError> {
    let issues = &state.issues;
    let issue = issues
        .update(&caller.scope(), &key, &change, &if_match)
        .await?;
    Ok(Tagged(issue.value.tag(), Json(issue.raw)))
}

/// Add a comment to an issue. Returns the comment in Jira's own form.
#[utoipa::path(post, path = "/api/jira/issues/{key}/comments", tag = "Compatible routes", params(("key" = String, Path, example = "APP-9")),
    request_body = CommentDraft,
    responses((status = 200, body = Object, example = json!({"id": "10000", "body": {"type": "doc", "version": 1, "content": []}})), Failures))]
pub(crate) async fn comment(
    State(state): State<AppState>,
    Path(key): Path<String>,
    caller: Caller,
    Draft(WithoutEmpty(draft)): Draft<WithoutEmpty<CommentDraft>>,
) -> Result<Json<Value>, ApiError> {
    let comment = state
        .issues
        .add_comment(&caller.scope(), &key, &draft)
        .await?;
    Ok(Json(comment.raw))
}

/// Make a transition. Returns the issue afterwards in Jira's own form.
#[utoipa::path(post, path = "/api/jira/issues/{key}/transitions", tag = "Compatible routes", params(("key" = String, Path, example = "APP-9")),
    request_body = TransitionById,
    responses((status = 200, body = Object, example = json!({"id": "10002", "key": "EX-1", "fields": {"status": {"name": "Done"}}})), Failures))]
pub(crate) async fn transition(
    State(state): State<AppState>,
    Path(key): Path<String>,
    caller: Caller,
    Draft(WithoutEmpty(request)): Draft<WithoutEmpty<TransitionById>>,
) -> Result<Json<Value>, ApiError> {
    let issue = state
        .issues
        .transition(&caller.scope(), &key, &request.into())
        .await
        .map_err(name_transition_id)?;
    Ok(Json(issue.raw))
}

/// The service names the field as the connector does; this route has another name for it.
fn name_transition_id(error: ServiceError) -> ServiceError {
    match error {
        ServiceError::Validation { message, fields } if fields == ["transition"] => {
            ServiceError::Validation {
                message,
                fields: vec![String::from("transition_id")],
            }
        }
        error => error,
    }
}

/// A body without its empty values: the chatbot server ignored them.
#[derive(Debug)]
pub(crate) struct WithoutEmpty<T>(T);

impl<T: FromBody> FromBody for WithoutEmpty<T> {
    fn read(body: &Value) -> Result<Self, InvalidFields> {
        T::read(&without_empty(body.clone())).map(Self)
    }
}

fn without_empty(mut body: Value) -> Value {
    if let Some(object) = body.as_object_mut() {
        object.retain(|_, value| match value {
            Value::Null => false,
            Value::String(text) => !text.is_empty(),
            Value::Array(entries) => !entries.is_empty(),
            Value::Object(fields) => !fields.is_empty(),
            Value::Bool(_) | Value::Number(_) => true,
        });
    }
    body
}
