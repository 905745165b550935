//! Confluence's spaces, pages and comments, through the owner's connection. One file per noun.

mod attachments;
mod change;
mod comments;
mod labels;
mod missing;
mod people;
mod read;
mod selection;
mod spaces;
mod titles;
mod tree;
mod user_keys;
mod versions;
mod write;

use serde_json::Value;

use super::connections::Connections;
use super::error::ServiceError;
use super::filtered::filtered;
use super::issues::SearchRequest;
use super::searching::{self, Searcher};
pub(crate) use crate::atlassian::CONFLUENCE_AT_ONCE;
use crate::atlassian::cql;
use crate::atlassian::named_call::NamedCall;
use crate::model::content::{ContentId, ContentMetadata, WikiPage};
use crate::model::hit::{Entry, Fetched, SearchHit};
use crate::model::page::{Page, PageRequest};
use crate::model::page_draft::SpaceName;
use crate::model::page_reference::{PageName, PageReference};
use crate::model::place_reference::PlaceKind;
use crate::model::product::Product;
use crate::model::scope::Scope;

const NO_SUCH_SPACE: &str = "there is no such space, or this account may not see it";

/// An owner's pages.
#[derive(Debug, Clone)]
pub struct Pages {
    connections: Connections,
}

/// Which pages are wanted; all of them by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct PageFilter {
    /// Only those of this space.
    pub space: Option<SpaceName>,
    /// Only those with exactly this title.
    pub title: Option<String>,
}

impl Pages {
    /// Pages behind `connections`.
    pub(crate) fn new(connections: Connections) -> Self {
        Self { connections }
    }

    /// The answer to a call of an operation that needs no type of its own.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner).
    pub(crate) async fn ask(&self, scope: &Scope, call: &NamedCall) -> Result<Value, ServiceError> {
        self.connections
            .site(scope, Product::Confluence, |site| site.carry_out(call))
            .await
    }

    /// The content that a query or words find.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `Validation` for a query or
    /// filters that cannot be read.
    pub(crate) async fn search(
        &self,
        scope: &Scope,
        request: &SearchRequest<'_>,
        page: &PageRequest,
    ) -> Result<Page<Entry<SearchHit<ContentMetadata>>>, ServiceError> {
        let base = Searcher {
            connections: &self.connections,
            scope,
            product: Product::Confluence,
        };
        let (there, filters) = filtered(base, request.filters, ("space", PlaceKind::Space)).await?;
        let request = &SearchRequest {
            filters: filters.as_deref(),
            ..*request
        };
        let reading = cql::read(request.q, request.mode, request.filters)?;
        if let Some(home) = self.home_page(scope, request, page).await {
            return Ok(Page {
                items: vec![home],
                next: None,
            });
        }
        let searcher = Searcher {
            connections: &there,
            ..base
        };
        let found = searching::search(
            searcher,
            &reading,
            page,
            |connections, cql, page| async move {
                connections
                    .confluence(scope, |confluence| confluence.search(&cql, &page))
                    .await
            },
            |connections, id| async move {
                let id = content_id(&id)?;
                let page = connections
                    .confluence(scope, |confluence| confluence.page(&id))
                    .await?;
                Ok(as_hit(page))
            },
        )
        .await?;
        if found.items.is_empty() && found.next.is_none() {
            let there = Self::new(there.clone());
            there.expect_spaces(scope, request.filters).await?;
        }
        Ok(found)
    }

    /// Refuses filters that name a space which is not there: in a query it is a space without anything in it.
    async fn expect_spaces(
        &self,
        scope: &Scope,
        filters: Option<&str>,
    ) -> Result<(), ServiceError> {
        for space in cql::spaces_in(filters)? {
            let known = match SpaceName::parse(&space) {
                Some(name @ SpaceName::Key(_)) => {
                    self.space_id(scope, &name, "filters").await.map(|_| ())
                }
                _ => Ok(()),
            };
            match known {
                Err(ServiceError::Validation { .. }) => {
                    let why = format!(
                        "filters names the space {space}, which is not there, or this account may not see it"
                    );
                    return Err(ServiceError::invalid("filters", why));
                }
                known => known?,
            }
        }
        Ok(())
    }

    /// The home page of the space whose address was pasted: which page that is, no query can ask. None for any other
    /// text, and where it cannot be read.
    async fn home_page(
        &self,
        scope: &Scope,
        request: &SearchRequest<'_>,
        page: &PageRequest,
    ) -> Option<Entry<SearchHit<ContentMetadata>>> {
        let is_walled = request
            .filters
            .is_some_and(|filters| !filters.trim().is_empty());
        if request.mode == Some("text") || is_walled || page.cursor.is_some() {
            return None;
        }
        let reference = PageReference::parse(request.q).ok()?;
        if !matches!(reference.name, PageName::Home { .. }) {
            return None;
        }
        let address = reference.address.as_ref();
        let there = self
            .connections
            .at_address(scope, Product::Confluence, "q", address)
            .await
            .ok()?;
        let is_elsewhere = there.are_elsewhere();
        let found = Self::new(there).named(scope, &reference.name).await.ok()?;
        let mut hit = as_hit(found);
        if is_elsewhere {
            // On another site its number alone would lead to another page here.
            hit.value.id.clone_from(&hit.value.url);
        }
        Some(hit)
    }

    /// The pages of the site that a page's name belongs to, and the page's id there: the name is an id, or an address of a
    /// page of a site that the login reaches.
    ///
    /// # Errors
    /// `NotFound` for what names no page, `Validation` for an address of a site that is not reached; those of a [call for
    /// an owner](ServiceError#calls-for-an-owner) where the address tells no id.
    pub(in crate::service) async fn located(
        &self,
        scope: &Scope,
        text: &str,
    ) -> Result<(Self, ContentId), ServiceError> {
        let named = PageReference::parse(text).ok();
        let Some(named) = named.filter(|named| named.address.is_some()) else {
            return Ok((self.clone(), content_id(text.trim())?));
        };
        let there = self
            .connections
            .at_address(
                scope,
                Product::Confluence,
                "page_id",
                named.address.as_ref(),
            )
            .await?;
        let there = Self::new(there);
        let id = match &named.name {
            PageName::Id(id) => id.clone(),
            name => content_id(&there.named(scope, name).await?.value.summary.id)?,
        };
        Ok((there, id))
    }

    /// The id of the page that `field` names by its id or address, which must lie on the site of these pages.
    ///
    /// # Errors
    /// Those of [`Pages::located`]; `Validation` for a page of another site.
    pub(in crate::service) async fn id_here(
        &self,
        scope: &Scope,
        field: &str,
        text: &str,
    ) -> Result<String, ServiceError> {
        if PageReference::parse(text).is_ok_and(|named| named.address.is_none()) {
            return Ok(text.to_owned());
        }
        if PageReference::parse(text).is_err() {
            return Err(ServiceError::invalid(
                field,
                format!("{field} is not the id of a page"),
            ));
        }
        let (there, id) = self.located(scope, text).await?;
        if there.connections.are_where(&self.connections) {
            return Ok(id.as_str().to_owned());
        }
        let why = format!("{field} is a page of another site");
        Err(ServiceError::invalid(field, why))
    }

    /// Confluence itself takes ids only; `field` is what the caller named the space in.
    async fn space_id(
        &self,
        scope: &Scope,
        space: &SpaceName,
        field: &str,
    ) -> Result<ContentId, ServiceError> {
        let key = match space {
            SpaceName::Id(id) => return Ok(id.clone()),
            SpaceName::Key(key) | SpaceName::At(key, _) => key,
        };
        self.connections
            .confluence(scope, |confluence| confluence.space_id(key))
            .await?
            .ok_or_else(|| ServiceError::invalid(field, NO_SUCH_SPACE))
    }
}

/// A page as a search shows it.
fn as_hit(page: Fetched<WikiPage>) -> Entry<SearchHit<ContentMetadata>> {
    let summary = page.value.summary;
    let value = SearchHit {
        id: summary.id,
        title: summary.title,
        url: summary.url,
        kind: summary.kind,
        icon: None,
        snippet: None,
        metadata: ContentMetadata {
            space: summary.space_key,
            last_modified: page.value.updated,
        },
    };
    Fetched {
        value,
        raw: page.raw.into(),
    }
}

/// The id in an address; what can be no id names nothing.
fn content_id(id: &str) -> Result<ContentId, ServiceError> {
    ContentId::parse(id).map_err(|error| ServiceError::no_such_object(&error))
}
