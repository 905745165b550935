//! Comments below pages.

use axum::extract::{Path, State};
use axum::http::Uri;
use axum::response::Response;
use serde_json::Value;
use utoipa::ToSchema;

use crate::http::caller::Caller;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::{Body, Query, created};
use crate::http::wire::format::FormatQuery;
use crate::http::wire::paging::{List, PageQuery, Pager};
use crate::model::comment::Comment;
use crate::model::page_body::PageBody;
use crate::service::error::ServiceError;

const COMMENTS: List = List {
    name: "/connectors/confluence/pages/{id}/comments",
    default: 25,
    most: 250,
};

/// A comment that is to be written below a page.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "it documents a body that is read field by field")]
pub(crate) struct NewPageComment {
    /// Markdown, or Confluence's own `{representation, value}`.
    #[schema(example = "Looks **good**.")]
    body: String,
}

/// The comments below a page, oldest first, without the replies to them. Names of other people are
/// told where the login covers `read:user:confluence`.
#[utoipa::path(get, path = "/connectors/confluence/pages/{id}/comments", tag = "Confluence",
    params(("id" = String, Path, example = "98400"), PageQuery, FormatQuery),
    responses((status = 200, body = [Comment], headers(("X-Next-Cursor" = String), ("Link" = String))), Failures))]
pub(crate) async fn comments(
    State(state): State<AppState>,
    Path(id): Path<String>,
    caller: Caller,
    Query(paging): Query<PageQuery>,
    Query(query): Query<FormatQuery>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let scope = caller.scope();
    let pager = Pager::new(&state, &scope, COMMENTS, &[&id]);
    let request = pager.request(&paging)?;
    let page = state.pages.comments(&scope, &id, &request).await?;
    Ok(pager.reply(&uri, &request, query.format.of_page(page)))
}

/// Write a comment below a page.
#[utoipa::path(post, path = "/connectors/confluence/pages/{id}/comments", tag = "Confluence",
    params(("id" = String, Path, example = "98400"), FormatQuery), request_body = NewPageComment,
    responses((status = 201, body = Comment, headers(("Location" = String))), Failures))]
pub(crate) async fn comment(
    State(state): State<AppState>,
    Path(id): Path<String>,
    caller: Caller,
    Query(query): Query<FormatQuery>,
    Body(body): Body<Value>,
) -> Result<Response, ApiError> {
    let body = PageBody::required(&body).map_err(ServiceError::from)?;
    let comment = state.pages.add_comment(&caller.scope(), &id, &body).await?;
    let list = format!("/connectors/confluence/pages/{id}/comments");
    Ok(created(&list, query.format.of(comment)))
}
