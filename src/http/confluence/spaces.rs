//! Confluence spaces.

use axum::Json;
use axum::extract::{Path, State};
use axum::response::Response;

use crate::http::caller::Caller;
use crate::http::caller::listing::Listing;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::Query;
use crate::http::wire::format::{FormatQuery, PlainOrRaw};
use crate::http::wire::paging::{List, PageQuery};
use crate::model::content::{Space, SpaceFilter};
use crate::model::hit::RawJson;
use crate::service::pages::CONFLUENCE_AT_ONCE;

pub(crate) const SPACES: List = List {
    name: "/connectors/confluence/spaces",
    default: 25,
    most: CONFLUENCE_AT_ONCE,
};

/// Get one space, by its key.
///
/// The hits of a search that have the type `space` are read here, all others at `/connectors/confluence/pages/{id}`.
#[utoipa::path(get, path = "/connectors/confluence/spaces/{key}", tag = "Confluence", params(("key" = String, Path, example = "ENG"), FormatQuery),
    responses((status = 200, body = Space), Failures))]
pub(crate) async fn space(
    State(state): State<AppState>,
    Path(key): Path<String>,
    caller: Caller,
    Query(query): Query<FormatQuery>,
) -> Result<Json<PlainOrRaw<Space, RawJson>>, ApiError> {
    let space = state.pages.space(&caller.scope(), &key).await?;
    Ok(Json(query.format.apply(space)))
}

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
