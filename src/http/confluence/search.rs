//! The search in Confluence.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use crate::http::caller::Caller;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::Query;
use crate::http::wire::paging::{List, PageQuery, Pager};
use crate::http::wire::search_query::SearchQuery;
use crate::model::content::ContentMetadata;
use crate::model::hit::SearchHit;

const SEARCH: List = List {
    name: "/connectors/confluence/search",
    default: 10,
    most: 100,
};

/// Pages, blog posts and other content, found by CQL or by words.
#[utoipa::path(get, path = "/connectors/confluence/search", tag = "Confluence", params(PageQuery, SearchQuery),
    responses((status = 200, body = [SearchHit<ContentMetadata>], headers(("X-Next-Cursor" = String), ("Link" = String))), Failures))]
pub(crate) async fn search(
    State(state): State<AppState>,
    caller: Caller,
    Query(paging): Query<PageQuery>,
    Query(query): Query<SearchQuery>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let scope = caller.scope();
    let pager = Pager::new(&state, &scope, SEARCH, &query.filter());
    let request = pager.request(&paging)?;
    let page = state
        .pages
        .search(&scope, &query.request(), &request)
        .await?;
    Ok(pager.reply(&uri, &request, query.format.of_page(page)))
}
