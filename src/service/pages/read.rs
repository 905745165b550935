//! Reading pages: lists, one by its id, one by whatever name people have for it.

use serde::Deserialize;

use super::{NO_SUCH_SPACE, PageFilter, Pages, content_id};
use crate::model::content::{ContentId, ContentKind, PageSummary, WikiPage};
use crate::model::hit::{Entry, Fetched};
use crate::model::page::{Page, PageRequest};
use crate::model::page_draft::SpaceName;
use crate::model::page_reference::{PageName, PageReference};
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

/// Stands between a space's id and Confluence's cursor in ours.
const MARK: char = '~';

/// What a space tells of its home page.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SpaceHome {
    homepage_id: Option<String>,
    #[serde(rename = "_expandable", default)]
    expandable: Expandable,
}

/// What Data Center tells where more can be had.
#[derive(Default, Deserialize)]
struct Expandable {
    homepage: Option<String>,
}

impl SpaceHome {
    /// The page's id: itself on Cloud, the end of `/rest/api/content/98400` on Data Center.
    fn id(self) -> Option<String> {
        let address = self.expandable.homepage;
        let at_its_end = || Some(address?.rsplit('/').next()?.to_owned());
        self.homepage_id.or_else(at_its_end)
    }
}

impl Pages {
    /// The pages the account may see, by title.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `Validation` for a space
    /// that is not there.
    pub(crate) async fn pages(
        &self,
        scope: &Scope,
        filter: &PageFilter,
        page: &PageRequest,
    ) -> Result<Page<Entry<PageSummary>>, ServiceError> {
        let named = filter.space.as_ref();
        let (this, named) = match named {
            Some(space) => {
                let (there, space) = self.at_space(scope, "space", space).await?;
                (there, Some(space))
            }
            None => (self.clone(), None),
        };
        let (space, request) = this.space_of(scope, named.as_ref(), page).await?;
        let (space, request) = (space.as_ref(), &request);
        // No title has blanks at its ends.
        let title = filter.title.as_deref().map(str::trim);
        let mut found = this
            .connections
            .confluence(scope, |confluence| confluence.pages(space, title, request))
            .await
            .map_err(about_space)?;
        if let (Some(SpaceName::Id(id)), true) = (&named, is_nothing(page, &found)) {
            this.expect_space(scope, "space", id).await?;
        }
        for entry in &mut found.items {
            this.lead_to(&mut entry.value);
        }
        let next = found.next.map(|cursor| match space {
            Some(id) => format!("{}{MARK}{cursor}", id.as_str()),
            None => cursor,
        });
        Ok(Page { next, ..found })
    }

    /// The id of the space to list. A cursor brings the one that was found for the first page, so
    /// that it is not looked up for each.
    async fn space_of(
        &self,
        scope: &Scope,
        space: Option<&SpaceName>,
        page: &PageRequest,
    ) -> Result<(Option<ContentId>, PageRequest), ServiceError> {
        let Some(space) = space else {
            return Ok((None, page.clone()));
        };
        let at = page.cursor.as_deref().and_then(|at| at.split_once(MARK));
        let Some((id, cursor)) = at else {
            let id = self.space_id(scope, space, "space").await?;
            return Ok((Some(id), page.clone()));
        };
        let request = PageRequest {
            limit: page.limit,
            cursor: Some(cursor.to_owned()),
        };
        Ok((Some(content_id(id)?), request))
    }

    /// On another site than the connection's own the ids alone lead to something else here.
    fn lead_to(&self, page: &mut PageSummary) {
        for id in [Some(&mut page.id), page.parent_id.as_mut()] {
            if let Some(id) = id
                && let Some(way) = self.connections.way_to(id)
            {
                *id = way;
            }
        }
    }

    /// Refuses the id of a space that is not there: what lies in it is listed as if it were empty.
    async fn expect_space(
        &self,
        scope: &Scope,
        field: &str,
        id: &ContentId,
    ) -> Result<(), ServiceError> {
        let key = self
            .connections
            .confluence(scope, |confluence| confluence.space_key(id))
            .await?;
        key.map(|_| ())
            .ok_or_else(|| ServiceError::invalid(field, NO_SUCH_SPACE))
    }

    /// One page with its text, or whatever else has the id; also by an address of it.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for what is no
    /// id of content.
    pub(crate) async fn page(
        &self,
        scope: &Scope,
        id: &str,
    ) -> Result<Fetched<WikiPage>, ServiceError> {
        let named = PageReference::parse(id).ok();
        match named.filter(|named| named.address.is_some()) {
            Some(named) => self.find(scope, &named).await,
            None => self.shown(scope, &content_id(id)?).await,
        }
    }

    /// One page with its text, by its id, its address or its title. A page of another site that the login
    /// reaches is read there.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` when no page has
    /// that name, `Validation` for an address of a site that is not reached.
    pub(crate) async fn find(
        &self,
        scope: &Scope,
        reference: &PageReference,
    ) -> Result<Fetched<WikiPage>, ServiceError> {
        let address = reference.address.as_ref();
        let connections = self
            .connections
            .at_address(scope, Product::Confluence, "page_id", address)
            .await?;
        Self::new(connections).named(scope, &reference.name).await
    }

    /// A page of this site by whatever names it.
    ///
    /// # Errors
    /// Those of [`Pages::find`].
    pub(super) async fn named(
        &self,
        scope: &Scope,
        name: &PageName,
    ) -> Result<Fetched<WikiPage>, ServiceError> {
        let (space_key, title) = match name {
            PageName::Id(id) => return self.shown(scope, id).await,
            PageName::Home { space_key } => {
                let home = self.home_of(scope, space_key).await?;
                return self.shown(scope, &home).await;
            }
            PageName::Titled { space_key, title } => (space_key, title),
        };
        let space = SpaceName::Key(space_key.clone());
        let space = self.space_id(scope, &space, "space_key").await?;
        let mut found = self.titled(scope, &space, title).await?;
        if found.is_none() {
            found = self.post_titled(scope, &space, title).await?;
        }
        let id = found.ok_or_else(|| {
            ServiceError::NotFound(String::from("no page of this space has that title"))
        })?;
        self.shown(scope, &content_id(&id)?).await
    }

    /// The id of a space's home page.
    async fn home_of(&self, scope: &Scope, space_key: &str) -> Result<ContentId, ServiceError> {
        let space = self.space(scope, space_key).await?;
        let home: Option<SpaceHome> = serde_json::from_str(space.raw.get()).ok();
        let home = home.and_then(SpaceHome::id);
        let home = home
            .ok_or_else(|| ServiceError::NotFound(String::from("this space has no home page")))?;
        content_id(&home)
    }

    /// The page as a reader gets it.
    async fn shown(
        &self,
        scope: &Scope,
        id: &ContentId,
    ) -> Result<Fetched<WikiPage>, ServiceError> {
        let page = self.read(scope, id).await?;
        Ok(self.with_names(scope, page).await)
    }

    /// The id of the newest blog post with exactly this title.
    async fn post_titled(
        &self,
        scope: &Scope,
        space: &ContentId,
        title: &str,
    ) -> Result<Option<String>, ServiceError> {
        let first = &PageRequest {
            limit: 1,
            cursor: None,
        };
        let found = self
            .connections
            .confluence(scope, |confluence| {
                confluence.posts(space, title.trim(), first)
            })
            .await?;
        Ok(found.items.into_iter().next().map(|one| one.value.id))
    }

    /// The id of the page with exactly this title.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner).
    pub(super) async fn titled(
        &self,
        scope: &Scope,
        space: &ContentId,
        title: &str,
    ) -> Result<Option<String>, ServiceError> {
        let first = &PageRequest {
            limit: 1,
            cursor: None,
        };
        let found = self
            .connections
            .confluence(scope, |confluence| {
                confluence.pages(Some(space), Some(title.trim()), first)
            })
            .await?;
        Ok(found.items.into_iter().next().map(|one| one.value.id))
    }

    /// The page with this id, or whatever else has it.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` when nothing that the login covers has the id.
    pub(super) async fn read(
        &self,
        scope: &Scope,
        id: &ContentId,
    ) -> Result<Fetched<WikiPage>, ServiceError> {
        let page = self
            .connections
            .confluence(scope, |confluence| confluence.page(id))
            .await;
        match page {
            Err(ServiceError::NotFound(why)) => self.other_content(scope, id, why).await,
            outcome => outcome,
        }
    }

    /// Whatever else has the id; `why` tells that there is nothing. The login need not cover every kind.
    async fn other_content(
        &self,
        scope: &Scope,
        id: &ContentId,
        why: String,
    ) -> Result<Fetched<WikiPage>, ServiceError> {
        let granted = self.connections.granted(scope, Product::Confluence).await?;
        let reached: Vec<ContentKind> = ContentKind::IN_TREES
            .into_iter()
            .filter(|kind| !kind.has_text())
            .filter(|kind| kind.needs().iter().all(|need| granted.may_cover(need)))
            .collect();
        let reached = reached.as_slice();
        self.connections
            .confluence(scope, |confluence| confluence.other_content(id, reached))
            .await?
            .ok_or(ServiceError::NotFound(why))
    }
}

/// Whether a list has nothing at all in it.
fn is_nothing<T>(asked: &PageRequest, found: &Page<T>) -> bool {
    asked.cursor.is_none() && found.items.is_empty() && found.next.is_none()
}

/// What Data Center says of an unknown space, under the name that the caller gave it.
fn about_space(error: ServiceError) -> ServiceError {
    match error {
        ServiceError::Rejected { fields, .. }
            if fields.iter().any(|(name, _)| name == "spaceId") =>
        {
            ServiceError::invalid("space", NO_SUCH_SPACE)
        }
        error => error,
    }
}
