//! Comments on issues.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::http::caller::Caller;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::{Body, Query, created};
use crate::http::wire::format::{Format, FormatQuery};
use crate::http::wire::paging::{List, PageQuery, Pager};
use crate::model::comment::{Comment, CommentDraft, CommentOrder};
use crate::service::error::ServiceError;

const COMMENTS: List = List {
    name: "/connectors/jira/issues/{key}/comments",
    default: 25,
    most: 100,
};

/// Which comments come first.
#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum Order {
    /// The oldest, as a conversation is read.
    #[default]
    Oldest,
    /// What was said last.
    Newest,
}

/// How comments are shown.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CommentsQuery {
    /// Which come first: `oldest`, or `newest`.
    #[serde(default)]
    #[param(required = false, inline)]
    order: Order,
    /// `raw` gives Jira's own JSON.
    #[serde(default)]
    #[param(required = false, inline)]
    format: Format,
}

/// The comments on an issue in Markdown, the oldest first unless `order=newest`.
#[utoipa::path(get, path = "/connectors/jira/issues/{key}/comments", tag = "Jira",
    params(("key" = String, Path, example = "EX-1"), PageQuery, CommentsQuery),
    responses((status = 200, body = [Comment], headers(("X-Next-Cursor" = String), ("Link" = String))), Failures))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Path(key): Path<String>,
    caller: Caller,
    Query(paging): Query<PageQuery>,
    Query(query): Query<CommentsQuery>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let scope = caller.scope();
    let (order, name) = match query.order {
        Order::Oldest => (CommentOrder::Oldest, "oldest"),
        Order::Newest => (CommentOrder::Newest, "newest"),
    };
    let pager = Pager::new(&state, &scope, COMMENTS, &[&key, name]);
    let request = pager.request(&paging)?;
    let page = state.issues.comments(&scope, &key, order, &request).await?;
    Ok(pager.reply(&uri, &request, query.format.of_page(page)))
}

/// Comment on an issue.
#[utoipa::path(post, path = "/connectors/jira/issues/{key}/comments", tag = "Jira", params(("key" = String, Path, example = "EX-1")),
    request_body = CommentDraft, responses((status = 201, body = Comment, headers(("Location" = String))), Failures))]
pub(crate) async fn add(
    State(state): State<AppState>,
    Path(key): Path<String>,
    caller: Caller,
    Body(body): Body<Value>,
) -> Result<Response, ApiError> {
    let draft = CommentDraft::read(&body).map_err(ServiceError::from)?;
    let comment = state
        .issues
        .add_comment(&caller.scope(), &key, &draft)
        .await?
        .value;
    let location = format!("/connectors/jira/issues/{key}/comments/{}", comment.id);
    Ok(created(&location, comment))
}

/// One comment, in Markdown.
#[utoipa::path(get, path = "/connectors/jira/issues/{key}/comments/{id}", tag = "Jira",
    params(("key" = String, Path, example = "EX-1"), ("id" = String, Path, example = "10000"), FormatQuery),
    responses((status = 200, body = Comment), Failures))]
pub(crate) async fn show(
    State(state): State<AppState>,
    Path((key, id)): Path<(String, String)>,
    caller: Caller,
    Query(query): Query<FormatQuery>,
) -> Result<Response, ApiError> {
    let comment = state.issues.comment(&caller.scope(), &key, &id).await?;
    Ok(Json(query.format.of(comment)).into_response())
}

/// Delete a comment.
#[utoipa::path(delete, path = "/connectors/jira/issues/{key}/comments/{id}", tag = "Jira",
    params(("key" = String, Path, example = "EX-1"), ("id" = String, Path, example = "10000")),
    responses((status = 204, description = "It is gone"), Failures))]
pub(crate) async fn delete(
    State(state): State<AppState>,
    Path((key, id)): Path<(String, String)>,
    caller: Caller,
) -> Result<StatusCode, ApiError> {
    state
        .issues
        .delete_comment(&caller.scope(), &key, &id)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
