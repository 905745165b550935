//! Confluence's spaces and pages, through the owner's connection.

use serde_json::Value;

use super::connections::Connections;
use super::error::ServiceError;
use super::issues::SearchRequest;
use crate::atlassian::confluence::new_page;
use crate::atlassian::cql;
use crate::model::content::{ContentId, ContentMetadata, Space, WikiPage};
use crate::model::hit::{Created, Fetched, SearchHit};
use crate::model::page::{Page, PageRequest};
use crate::model::page_draft::{PageDraft, SpaceName};
use crate::model::product::Product;
use crate::model::scope::Scope;

const CONFLUENCE: Product = Product::Confluence;

/// An owner's pages.
#[derive(Debug, Clone)]
pub struct Pages {
    connections: Connections,
}

impl Pages {
    /// Pages behind `connections`.
    pub fn new(connections: Connections) -> Self {
        Self { connections }
    }

    /// The spaces the account may see.
    pub async fn spaces(
        &self,
        scope: &Scope,
        page: &PageRequest,
    ) -> Result<Page<Fetched<Space>>, ServiceError> {
        let atlassian = self.connections.atlassian();
        self.connections
            .call(scope, CONFLUENCE, |access| async move {
                atlassian.confluence_spaces(&access, page).await
            })
            .await
    }

    /// The content that a query or words find.
    pub async fn search(
        &self,
        scope: &Scope,
        request: &SearchRequest<'_>,
        page: &PageRequest,
    ) -> Result<Page<Fetched<SearchHit<ContentMetadata>>>, ServiceError> {
        let atlassian = self.connections.atlassian();
        let cql = &cql::build(request.q, request.mode, request.filters)?;
        self.connections
            .call(scope, CONFLUENCE, |access| async move {
                atlassian.confluence_search(&access, cql, page).await
            })
            .await
    }

    /// One page with its text.
    pub async fn page(&self, scope: &Scope, id: &str) -> Result<Fetched<WikiPage>, ServiceError> {
        let atlassian = self.connections.atlassian();
        let id = &ContentId::parse(id).map_err(|error| ServiceError::NotFound(error.0.into()))?;
        self.connections
            .call(scope, CONFLUENCE, |access| async move {
                atlassian.confluence_page(&access, id).await
            })
            .await
    }

    /// Makes a page from Confluence's own form or the friendly one.
    pub async fn create(&self, scope: &Scope, body: &Value) -> Result<Created, ServiceError> {
        let atlassian = self.connections.atlassian();
        let body = match PageDraft::read(body)? {
            PageDraft::Own(body) => body,
            PageDraft::Friendly(page) => new_page(&page, &self.space_id(scope, &page.space).await?),
        };
        let body = &body;
        self.connections
            .call(scope, CONFLUENCE, |access| async move {
                atlassian.confluence_create(&access, body).await
            })
            .await
    }

    /// Confluence itself takes ids only.
    async fn space_id(&self, scope: &Scope, space: &SpaceName) -> Result<ContentId, ServiceError> {
        let atlassian = self.connections.atlassian();
        let key = match space {
            SpaceName::Id(id) => return Ok(id.clone()),
            SpaceName::Key(key) => key,
        };
        self.connections
            .call(scope, CONFLUENCE, |access| async move {
                atlassian.confluence_space_id(&access, key).await
            })
            .await?
            .ok_or_else(|| {
                let why = "there is no such space, or this account may not see it";
                ServiceError::invalid("space_key", why)
            })
    }
}
