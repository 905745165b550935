//! The search for Confluence content.

use axum::extract::State;
use axum::response::Response;

use crate::http::caller::listing::Listing;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::Query;
use crate::http::wire::paging::{List, PageQuery};
use crate::http::wire::search_query::SearchQuery;
use crate::model::content::ContentMetadata;
use crate::model::hit::SearchHit;

pub(crate) const SEARCH: List = List {
    name: "/connectors/confluence/search",
    default: 10,
    most: 100,
};

/// Search pages, blog posts and other content by CQL or by words.
///
/// A hit whose `type` is `space` is read at `/connectors/confluence/spaces/{key}`, every other one at
/// `/connectors/confluence/pages/{id}`. People, whom a CQL query can find as well, are left out.
#[utoipa::path(get, path = "/connectors/confluence/search", tag = "Confluence", params(PageQuery, SearchQuery),
    responses((status = 200, body = [SearchHit<ContentMetadata>]), Failures))]
pub(crate) async fn search(
    State(state): State<AppState>,
    listing: Listing,
    Query(query): Query<SearchQuery>,
) -> Result<Response, ApiError> {
    let list = listing.open(SEARCH, &query.filter())?;
    let hits = state
        .pages
        .search(list.scope(), &query.request(), list.page())
        .await?;
    Ok(list.reply(query.format.apply_to_page(hits)))
}
