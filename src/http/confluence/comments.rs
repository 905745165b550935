//! Comments on Confluence pages.

use axum::extract::{Path, State};
use axum::response::Response;

use crate::http::caller::Caller;
use crate::http::caller::listing::Listing;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::body::Draft;
use crate::http::wire::created::created;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::Query;
use crate::http::wire::format::FormatQuery;
use crate::http::wire::paging::{List, PageQuery};
use crate::model::comment::Comment;
use crate::model::page_body::NewPageComment;
use crate::service::pages::CONFLUENCE_AT_ONCE;

pub(crate) const COMMENTS: List = List {
    name: "/connectors/confluence/pages/{id}/comments",
    default: 25,
    most: CONFLUENCE_AT_ONCE,
};

/// List the comments on a page or a blog post, oldest first, without replies.
///
/// Names of other people are included if the login has the scope `read:user:confluence`.
#[utoipa::path(get, path = "/connectors/confluence/pages/{id}/comments", tag = "Confluence",
    params(("id" = String, Path, example = "98363"), PageQuery, FormatQuery),
    responses((status = 200, body = [Comment]), Failures))]
pub(crate) async fn comments(
    State(state): State<AppState>,
    Path(id): Path<String>,
    listing: Listing,
    Query(query): Query<FormatQuery>,
) -> Result<Response, ApiError> {
    let list = listing.open(COMMENTS, &[&id])?;
    let comments = state.pages.comments(list.scope(), &id, list.page()).await?;
    Ok(list.reply(query.format.apply_to_page(comments)))
}

/// Add a comment to a page or a blog post.
#[utoipa::path(post, path = "/connectors/confluence/pages/{id}/comments", tag = "Confluence",
    params(("id" = String, Path, example = "98363"), FormatQuery), request_body = NewPageComment,
    responses((status = 201, body = Comment), Failures))]
pub(crate) async fn comment(
    State(state): State<AppState>,
    Path(id): Path<String>,
    caller: Caller,
    Query(query): Query<FormatQuery>,
    Draft(draft): Draft<NewPageComment>,
) -> Result<Response, ApiError> {
    let comment = state
        .pages
        .add_comment(&caller.scope(), &id, &draft.body)
        .await?;
    let list = format!("/connectors/confluence/pages/{id}/comments");
    Ok(created(&list, query.format.apply(comment)))
}
