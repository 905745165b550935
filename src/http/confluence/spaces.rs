//! Spaces.

use axum::extract::State;
use axum::http::Uri;
use axum::response::Response;

use crate::http::caller::Caller;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::Query;
use crate::http::wire::format::FormatQuery;
use crate::http::wire::paging::{List, PageQuery, Pager};
use crate::model::content::{Space, SpaceFilter};

const SPACES: List = List {
    name: "/connectors/confluence/spaces",
    default: 25,
    most: 250,
};

/// The spaces this account may see, by key.
#[utoipa::path(get, path = "/connectors/confluence/spaces", tag = "Confluence", params(PageQuery, FormatQuery),
    responses((status = 200, body = [Space], headers(("X-Next-Cursor" = String), ("Link" = String))), Failures))]
pub(crate) async fn spaces(
    State(state): State<AppState>,
    caller: Caller,
    Query(paging): Query<PageQuery>,
    Query(query): Query<FormatQuery>,
    uri: Uri,
) -> Result<Response, ApiError> {
    let scope = caller.scope();
    let pager = Pager::new(&state, &scope, SPACES, &[]);
    let request = pager.request(&paging)?;
    let page = state
        .pages
        .spaces(&scope, &SpaceFilter::default(), &request)
        .await?;
    Ok(pager.reply(&uri, &request, query.format.of_page(page)))
}
