//! Confluence pages: list, create, read, update, delete, and their children.

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
use crate::http::wire::created::{created, segment};
use crate::http::wire::entity_tags::{IfMatch, Tagged};
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::Query;
use crate::http::wire::format::{Format, FormatQuery, PlainOrRaw};
use crate::http::wire::paging::{List, PageQuery};
use crate::model::content::{PageSummary, WantedChildren, WikiPage};
use crate::model::hit::{Created, Fetched};
use crate::model::page_change::PageUpdate;
use crate::model::page_draft::{PageDraft, SpaceName};
use crate::model::repeats::Sent;
use crate::service::pages::{CONFLUENCE_AT_ONCE, PageFilter};

pub(crate) const PAGES: List = List {
    name: "/connectors/confluence/pages",
    default: 25,
    most: CONFLUENCE_AT_ONCE,
};
pub(crate) const CHILDREN: List = List {
    name: "/connectors/confluence/pages/{id}/children",
    default: 25,
    most: CONFLUENCE_AT_ONCE,
};

const EVERYTHING: WantedChildren = WantedChildren {
    others: true,
    with_text: false,
    depth: 1,
};

/// Which pages are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PagesQuery {
    /// Only pages of this space, named by its key, id or address.
    #[param(example = "ENG")]
    space: Option<String>,
    /// Only pages with exactly this title.
    #[param(example = "Engineering")]
    title: Option<String>,
    /// `raw` returns Confluence's own JSON.
    #[serde(default)]
    #[param(required = false, inline)]
    format: Format,
}

impl PagesQuery {
    fn filter(&self) -> Result<PageFilter, ApiError> {
        let given = |text: &Option<String>| text.clone().filter(|text| !text.trim().is_empty());
        let space = given(&self.space).map(|space| {
            SpaceName::parse(space.trim()).ok_or_else(|| {
                ApiError::invalid(&["space"], "space must be a space's key, id or address")
            })
        });
        Ok(PageFilter {
            space: space.transpose()?,
            title: given(&self.title),
        })
    }
}

/// List the pages that this account may see, sorted by title, without their bodies.
#[utoipa::path(get, path = "/connectors/confluence/pages", tag = "Confluence", params(PageQuery, PagesQuery),
    responses((status = 200, body = [PageSummary]), Failures))]
pub(crate) async fn pages(
    State(state): State<AppState>,
    listing: Listing,
    Query(query): Query<PagesQuery>,
) -> Result<Response, ApiError> {
    let deciding = [&query.space, &query.title].map(|one| one.as_deref().unwrap_or_default());
    let list = listing.open(PAGES, &deciding)?;
    let filter = query.filter()?;
    let pages = state
        .pages
        .pages(list.scope(), &filter, list.page())
        .await?;
    Ok(list.reply(query.format.apply_to_page(pages)))
}

/// Create a page, from the short form (its fields below) or from Confluence's own body.
#[utoipa::path(post, path = "/connectors/confluence/create", tag = "Confluence", request_body = PageDraft,
    responses((status = 201, body = Created), Failures))]
pub(crate) async fn create(
    State(state): State<AppState>,
    caller: Caller,
    Draft(draft): Draft<PageDraft>,
) -> Result<Response, ApiError> {
    let page = state.pages.create(&caller.scope(), &draft).await?;
    Ok(created(
        &format!("/connectors/confluence/pages/{}", segment(&page.id)),
        page,
    ))
}

/// Get one page or blog post with its body in Markdown, or another kind of content that has this id.
///
/// `type` says what it is. A folder, whiteboard, database or embed has no body. Without the scope for its
/// kind (such as `read:folder:confluence`) only its title and address are known.
#[utoipa::path(get, path = "/connectors/confluence/pages/{id}", tag = "Confluence", params(("id" = String, Path, example = "98363"), FormatQuery),
    responses((status = 200, body = WikiPage), Failures))]
pub(crate) async fn page(
    State(state): State<AppState>,
    Path(id): Path<String>,
    caller: Caller,
    Query(query): Query<FormatQuery>,
) -> Result<Tagged<Json<PlainOrRaw<WikiPage>>>, ApiError> {
    let page = state.pages.page(&caller.scope(), &id).await?;
    Ok(Tagged(page.value.tag(), Json(query.format.apply(page))))
}

/// Update the title, body or parent of a page or a blog post, with the short form (its fields below) or Confluence's own body.
///
/// The service sets the new version number. A title alone leaves the stored body unchanged. Drafts and pages of
/// the archive keep their status. Without a `version`, a change that somebody else made in between is kept
/// beside this one.
#[utoipa::path(put, path = "/connectors/confluence/pages/{id}", tag = "Confluence", params(("id" = String, Path, example = "98363"), FormatQuery),
    request_body = PageUpdate, responses((status = 200, body = WikiPage), Failures))]
pub(crate) async fn update(
    State(state): State<AppState>,
    Path(id): Path<String>,
    caller: Caller,
    Query(query): Query<FormatQuery>,
    IfMatch(if_match): IfMatch,
    Draft(update): Draft<Sent<PageUpdate>>,
) -> Result<Tagged<Json<PlainOrRaw<WikiPage>>>, ApiError> {
    let pages = &state.pages;
    let page = pages
        .update(&caller.scope(), &id, &update, &if_match)
        .await?;
    Ok(Tagged(page.value.tag(), Json(query.format.apply(page))))
}

/// Move a page or a blog post to the trash. A draft that was never published is deleted for good.
///
/// Needs the scope `delete:page:confluence`, which logins do not request by default.
#[utoipa::path(delete, path = "/connectors/confluence/pages/{id}", tag = "Confluence", params(("id" = String, Path, example = "98363")),
    responses((status = 204, description = "Moved to the trash"), Failures))]
pub(crate) async fn delete(
    State(state): State<AppState>,
    Path(id): Path<String>,
    caller: Caller,
    IfMatch(if_match): IfMatch,
) -> Result<StatusCode, ApiError> {
    state.pages.delete(&caller.scope(), &id, &if_match).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// List what lies directly below a page or a folder, in its order. `type` says what each is.
#[utoipa::path(get, path = "/connectors/confluence/pages/{id}/children", tag = "Confluence",
    params(("id" = String, Path, example = "98363"), PageQuery, FormatQuery),
    responses((status = 200, body = [PageSummary]), Failures))]
pub(crate) async fn children(
    State(state): State<AppState>,
    Path(id): Path<String>,
    listing: Listing,
    Query(query): Query<FormatQuery>,
) -> Result<Response, ApiError> {
    let list = listing.open(CHILDREN, &[&id])?;
    let children = state
        .pages
        .children(list.scope(), &id, EVERYTHING, list.page())
        .await?;
    let summaries = children.map(|child| Fetched {
        value: child.value.summary,
        raw: child.raw,
    });
    Ok(list.reply(query.format.apply_to_page(summaries)))
}
