//! Confluence spaces.

use axum::extract::State;
use axum::response::Response;

use crate::http::caller::listing::Listing;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::Query;
use crate::http::wire::format::FormatQuery;
use crate::http::wire::paging::{List, PageQuery};
use crate::model::content::{Space, SpaceFilter};
use crate::service::pages::CONFLUENCE_AT_ONCE;

pub(crate) const SPACES: List = List {
    name: "/connectors/confluence/spaces",
    default: 25,
    most: CONFLUENCE_AT_ONCE,
};

/// List the spaces that this account may see, sorted by key.
#[utoipa::path(get, path = "/connectors/confluence/spaces", tag = "Confluence", params(PageQuery, FormatQuery),
    responses((status = 200, body = [Space]), Failures))]
pub(crate) async fn spaces(
    State(state): State<AppState>,
    listing: Listing,
    Query(query): Query<FormatQuery>,
) -> Result<Response, ApiError> {
    let list = listing.open(SPACES, &[])?;
    let spaces = state
        .pages
        .spaces(list.scope(), &SpaceFilter::default(), list.page())
        .await?;
    Ok(list.reply(query.format.apply_to_page(spaces)))
}
