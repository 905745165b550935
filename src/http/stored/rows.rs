//! Stored projects and pages of a user.

use axum::extract::{Path, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::whole_list;
use crate::http::caller::Caller;
use crate::http::caller::listing::Listing;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::body::Draft;
use crate::http::wire::created::created;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::Query;
use crate::http::wire::paging::{List, PageQuery};
use crate::model::page::{Page, PageRequest};
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::stored::{
    NewStoredPage, NewStoredProject, PageEntry, ProjectEntry, StoredPage, StoredProject, ToStore,
};
use crate::model::time::Timestamp;
use crate::service::catalog::Catalog;
use crate::service::error::ServiceError;

/// Whose rows are wanted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct OwnerQuery {
    /// A stored user's id. Default: the caller's own user.
    owner_id: Option<String>,
}

/// Stored rows of one product.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Stored<T> {
    /// `jira` or `confluence`.
    #[schema(example = "jira")]
    provider: &'static str,
    items: Vec<T>,
    /// When the last complete sync of these rows ended.
    #[schema(value_type = Option<String>, format = DateTime, example = "2026-01-31T12:00:00Z")]
    synced_at: Option<Timestamp>,
}

/// A kind of rows, and the two lists that show them.
trait Row: Serialize + Sized {
    const PRODUCT: Product;
    /// Those of a named user.
    const OF_USER: List;
    /// Those of a user, by default the caller's own, with the time of the last sync.
    const FETCHED: List;

    /// A page of those stored for a user.
    fn stored(
        catalog: &Catalog,
        scope: &Scope,
        user_id: &str,
        page: &PageRequest,
    ) -> impl Future<Output = Result<Page<Self>, ServiceError>> + Send;
}

impl Row for StoredProject {
    const PRODUCT: Product = Product::Jira;
    const OF_USER: List = whole_list("/jira/projects/{owner_id}");
    const FETCHED: List = whole_list("/integrations/jira/projects/fetch");

    async fn stored(
        catalog: &Catalog,
        scope: &Scope,
        user_id: &str,
        page: &PageRequest,
    ) -> Result<Page<Self>, ServiceError> {
        catalog.projects(scope, user_id, page).await
    }
}

impl Row for StoredPage {
    const PRODUCT: Product = Product::Confluence;
    const OF_USER: List = whole_list("/confluence/pages/{owner_id}");
    const FETCHED: List = whole_list("/integrations/confluence/pages/fetch");

    async fn stored(
        catalog: &Catalog,
        scope: &Scope,
        user_id: &str,
        page: &PageRequest,
    ) -> Result<Page<Self>, ServiceError> {
        catalog.pages(scope, user_id, page).await
    }
}

/// Every list of this file.
pub(crate) const LISTS: [List; 4] = [
    StoredProject::OF_USER,
    StoredProject::FETCHED,
    StoredPage::OF_USER,
    StoredPage::FETCHED,
];

async fn of_user<T: Row>(
    state: &AppState,
    listing: Listing,
    owner_id: &str,
) -> Result<Response, ApiError> {
    let list = listing.open(T::OF_USER, &[owner_id])?;
    let rows = T::stored(&state.catalog, list.scope(), owner_id, list.page()).await?;
    let catalog = &state.catalog;
    catalog.expect_user(list.scope(), owner_id, &rows).await?;
    Ok(list.reply(rows))
}

async fn fetched<T: Row>(
    state: &AppState,
    listing: Listing,
    owner_id: Option<&str>,
) -> Result<Response, ApiError> {
    let list = listing.open(T::FETCHED, &[owner_id.unwrap_or_default()])?;
    let (catalog, scope) = (&state.catalog, list.scope());
    let (user_id, synced_at) = catalog.owner_of_rows(scope, T::PRODUCT, owner_id).await?;
    let rows = T::stored(catalog, scope, &user_id, list.page()).await?;
    if let Some(asked) = owner_id {
        catalog.expect_user(scope, asked, &rows).await?;
    }
    Ok(list.reply_with(rows, |items| Stored {
        provider: T::PRODUCT.as_str(),
        items,
        synced_at,
    }))
}

/// Store a project for a user. It replaces the one with the same key.
#[utoipa::path(post, path = "/jira/projects", tag = "Stored data", request_body = NewStoredProject,
    responses((status = 201, body = StoredProject), Failures))]
pub(crate) async fn put_project(
    State(state): State<AppState>,
    caller: Caller,
    Draft(project): Draft<ToStore<ProjectEntry>>,
) -> Result<Response, ApiError> {
    let project = state.catalog.put_project(&caller.scope(), project).await?;
    let list = format!("/jira/projects/{}", &*project.owner_id);
    Ok(created(&list, project))
}

/// List the projects stored for a user, sorted by key.
#[utoipa::path(get, path = "/jira/projects/{owner_id}", tag = "Stored data",
    params(("owner_id" = String, Path), PageQuery),
    responses((status = 200, body = [StoredProject]), Failures))]
pub(crate) async fn projects(
    State(state): State<AppState>,
    Path(owner_id): Path<String>,
    listing: Listing,
) -> Result<Response, ApiError> {
    of_user::<StoredProject>(&state, listing, &owner_id).await
}

/// Store a page for a user. It replaces the same page of the same space.
#[utoipa::path(post, path = "/confluence/pages", tag = "Stored data", request_body = NewStoredPage,
    responses((status = 201, body = StoredPage), Failures))]
pub(crate) async fn put_page(
    State(state): State<AppState>,
    caller: Caller,
    Draft(page): Draft<ToStore<PageEntry>>,
) -> Result<Response, ApiError> {
    let page = state.catalog.put_page(&caller.scope(), page).await?;
    let list = format!("/confluence/pages/{}", &*page.owner_id);
    Ok(created(&list, page))
}

/// List the pages stored for a user, sorted by title.
#[utoipa::path(get, path = "/confluence/pages/{owner_id}", tag = "Stored data",
    params(("owner_id" = String, Path), PageQuery),
    responses((status = 200, body = [StoredPage]), Failures))]
pub(crate) async fn pages(
    State(state): State<AppState>,
    Path(owner_id): Path<String>,
    listing: Listing,
) -> Result<Response, ApiError> {
    of_user::<StoredPage>(&state, listing, &owner_id).await
}

/// List the stored projects of a user with the time of the last sync, without a call to Jira.
#[utoipa::path(get, path = "/integrations/jira/projects/fetch", tag = "Stored data", params(OwnerQuery, PageQuery),
    responses((status = 200, body = Stored<StoredProject>), Failures))]
pub(crate) async fn fetch_projects(
    State(state): State<AppState>,
    listing: Listing,
    Query(query): Query<OwnerQuery>,
) -> Result<Response, ApiError> {
    fetched::<StoredProject>(&state, listing, query.owner_id.as_deref()).await
}

/// List the stored pages of a user with the time of the last sync, without a call to Confluence.
#[utoipa::path(get, path = "/integrations/confluence/pages/fetch", tag = "Stored data", params(OwnerQuery, PageQuery),
    responses((status = 200, body = Stored<StoredPage>), Failures))]
pub(crate) async fn fetch_pages(
    State(state): State<AppState>,
    listing: Listing,
    Query(query): Query<OwnerQuery>,
) -> Result<Response, ApiError> {
    fetched::<StoredPage>(&state, listing, query.owner_id.as_deref()).await
}
