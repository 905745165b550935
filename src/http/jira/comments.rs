//! Comments on Jira issues.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::caller::Caller;
use crate::http::caller::listing::Listing;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::body::Draft;
use crate::http::wire::created::created;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::Query;
use crate::http::wire::format::{Format, FormatQuery, PlainOrRaw};
use crate::http::wire::paging::{List, PageQuery};
use crate::model::comment::{Comment, CommentDraft, CommentOrder};

pub(crate) const COMMENTS: List = List {
    name: "/connectors/jira/issues/{key}/comments",
    default: 25,
    most: 100,
};

/// The order and the format of comments.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CommentsQuery {
    /// Sort by `oldest` or `newest` first.
    #[serde(default)]
    #[param(required = false, inline)]
    order: CommentOrder,
    /// `raw` returns Jira's own JSON.
    #[serde(default)]
    #[param(required = false, inline)]
    format: Format,
}

/// List the comments on an issue in Markdown, oldest first unless `order=newest`.
#[utoipa::path(get, path = "/connectors/jira/issues/{key}/comments", tag = "Jira",
    params(("key" = String, Path, example = "APP-9"), PageQuery, CommentsQuery),
    responses((status = 200, body = [Comment]), Failures))]
pub(crate) async fn list(
    State(state): State<AppState>,
    Path(key): Path<String>,
    listing: Listing,
    Query(query): Query<CommentsQuery>,
) -> Result<Response, ApiError> {
    let order = query.order;
    let list = listing.open(COMMENTS, &[&key, order.as_str()])?;
    let comments = state
        .issues
        .comments(list.scope(), &key, order, list.page())
        .await?;
    Ok(list.reply(query.format.apply_to_page(comments)))
}

/// Add a comment to an issue.
#[utoipa::path(post, path = "/connectors/jira/issues/{key}/comments", tag = "Jira", params(("key" = String, Path, example = "APP-9")),
    request_body = CommentDraft, responses((status = 201, body = Comment), Failures))]
pub(crate) async fn add(
    State(state): State<AppState>,
    Path(key): Path<String>,
    caller: Caller,
    Draft(draft): Draft<CommentDraft>,
) -> Result<Response, ApiError> {
    let comment = state
        .issues
        .add_comment(&caller.scope(), &key, &draft)
        .await?
        .value;
    let location = format!("/connectors/jira/issues/{key}/comments/{}", comment.id);
    Ok(created(&location, comment))
}

/// Get one comment in Markdown.
#[utoipa::path(get, path = "/connectors/jira/issues/{key}/comments/{id}", tag = "Jira",
    params(("key" = String, Path, example = "APP-9"), ("id" = String, Path, example = "110420"), FormatQuery),
    responses((status = 200, body = Comment), Failures))]
pub(crate) async fn show(
    State(state): State<AppState>,
    Path((key, id)): Path<(String, String)>,
    caller: Caller,
    Query(query): Query<FormatQuery>,
) -> Result<Json<PlainOrRaw<Comment>>, ApiError> {
    let comment = state.issues.comment(&caller.scope(), &key, &id).await?;
    Ok(Json(query.format.apply(comment)))
}

/// Delete a comment.
#[utoipa::path(delete, path = "/connectors/jira/issues/{key}/comments/{id}", tag = "Jira",
    params(("key" = String, Path, example = "APP-9"), ("id" = String, Path, example = "110420")),
    responses((status = 204, description = "Deleted"), Failures))]
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
