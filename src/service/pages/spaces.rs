//! Spaces: the list of them, and one by its key or an address of it.

use url::Url;

use super::{NO_SUCH_SPACE, Pages};
use crate::atlassian::confluence::SPELLINGS;
use crate::model::content::{ContentId, Space, SpaceFilter};
use crate::model::hit::Entry;
use crate::model::page::{Page, PageRequest};
use crate::model::page_draft::SpaceName;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::service::error::ServiceError;

impl Pages {
    /// The pages of another site that the login reaches; `field` is what names it.
    ///
    /// # Errors
    /// `Validation` for a site that is not reached, `Forbidden` where the caller's key does not go there; those of finding a
    /// connection.
    pub(in crate::service) async fn at_site(
        &self,
        scope: &Scope,
        field: &str,
        site: &str,
    ) -> Result<Self, ServiceError> {
        let product = Product::Confluence;
        let there = self
            .connections
            .at_site(scope, product, field, site)
            .await?;
        Ok(Self::new(there))
    }

    /// The pages of the site where all of these addresses lie.
    ///
    /// # Errors
    /// `Validation` for a site that is not reached, and for several; those of finding a connection.
    pub(in crate::service) async fn at_addresses(
        &self,
        scope: &Scope,
        field: &str,
        addresses: &[Url],
    ) -> Result<Self, ServiceError> {
        let there = self
            .connections
            .at_addresses(scope, Product::Confluence, field, addresses);
        Ok(Self::new(there.await?))
    }

    /// The pages of the site where a space lies, and what it is called there.
    ///
    /// # Errors
    /// Those of [`Pages::at_addresses`].
    pub(super) async fn at_space(
        &self,
        scope: &Scope,
        field: &str,
        space: &SpaceName,
    ) -> Result<(Self, SpaceName), ServiceError> {
        let SpaceName::At(key, address) = space else {
            return Ok((self.clone(), space.clone()));
        };
        let there = self.at_addresses(scope, field, std::slice::from_ref(address));
        Ok((there.await?, SpaceName::Key(key.clone())))
    }

    /// The key of the space with this id; a key stays one.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner).
    pub(in crate::service) async fn key_of_space(
        &self,
        scope: &Scope,
        id: &str,
    ) -> Result<String, ServiceError> {
        let Ok(known) = ContentId::parse(id.trim()) else {
            return Ok(id.trim().to_owned());
        };
        let known = &known;
        let found = self
            .connections
            .confluence(scope, |confluence| confluence.space_key(known))
            .await?;
        Ok(found.unwrap_or_else(|| id.trim().to_owned()))
    }

    /// The spaces the account may see, by key.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner).
    pub(crate) async fn spaces(
        &self,
        scope: &Scope,
        filter: &SpaceFilter,
        page: &PageRequest,
    ) -> Result<Page<Entry<Space>>, ServiceError> {
        self.connections
            .confluence(scope, |confluence| confluence.spaces(filter, page))
            .await
    }

    /// One space, by its key or its id; also by an address of it, on a site that the login reaches.
    ///
    /// # Errors
    /// Those of a [call for an owner](ServiceError#calls-for-an-owner); `NotFound` for a space that is not there;
    /// `Validation` for an address of a site that is not reached.
    pub(crate) async fn space(
        &self,
        scope: &Scope,
        named: &str,
    ) -> Result<Entry<Space>, ServiceError> {
        let no_such_space = || ServiceError::NotFound(String::from(NO_SUCH_SPACE));
        let name = SpaceName::parse(named.trim()).ok_or_else(no_such_space)?;
        let (there, name) = self.at_space(scope, "key", &name).await?;
        let key = match name {
            SpaceName::Key(key) | SpaceName::At(key, _) => key,
            // A key may be all digits, too.
            SpaceName::Id(id) => there.key_of_space(scope, id.as_str()).await?,
        };
        let filter = SpaceFilter {
            keys: vec![key],
            kind: None,
        };
        let first = PageRequest {
            limit: SPELLINGS,
            cursor: None,
        };
        let found = there.spaces(scope, &filter, &first).await?;
        found.items.into_iter().next().ok_or_else(no_such_space)
    }
}
