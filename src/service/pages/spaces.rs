//! Spaces: the list of them, and one by its key or an address of it.

use percent_encoding::percent_decode_str;
use url::Url;

use super::{NO_SUCH_SPACE, Pages};
use crate::atlassian::confluence::SPELLINGS;
use crate::model::content::{ContentId, Space, SpaceFilter};
use crate::model::hit::Entry;
use crate::model::page::{Page, PageRequest};
use crate::model::page_draft::SpaceName;
use crate::model::pasted::pasted_address;
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
        let address = pasted_address(named.trim());
        let key = match &address {
            Some(address) => key_in(address).ok_or_else(no_such_space)?,
            None => named.trim().to_owned(),
        };
        let name = SpaceName::parse(&key).ok_or_else(no_such_space)?;
        let there = self
            .connections
            .at_address(scope, Product::Confluence, "key", address.as_ref())
            .await?;
        let key = match &name {
            SpaceName::Key(key) => key.clone(),
            // A key may be all digits, too.
            SpaceName::Id(id) => {
                Self::new(there.clone())
                    .key_of_space(scope, id.as_str())
                    .await?
            }
        };
        let filter = SpaceFilter {
            keys: vec![key],
            kind: None,
        };
        let first = PageRequest {
            limit: SPELLINGS,
            cursor: None,
        };
        let found = Self::new(there).spaces(scope, &filter, &first).await?;
        found.items.into_iter().next().ok_or_else(no_such_space)
    }
}

/// The key in an address of a space: `…/spaces/ENG/overview`, or `…/display/ENG` on Data Center.
fn key_in(address: &Url) -> Option<String> {
    let mut segments = address.path_segments()?;
    segments.find(|segment| matches!(*segment, "spaces" | "display"))?;
    let key = percent_decode_str(segments.next()?).decode_utf8().ok()?;
    Some(key.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_a_space_tells_its_key() {
        for (address, key) in [
            ("https://acme.atlassian.net/wiki/spaces/ENG", Some("ENG")),
            (
                "https://acme.atlassian.net/wiki/spaces/~5b10%3Aac/overview",
                Some("~5b10:ac"),
            ),
            ("https://wiki.example.com/display/OPS", Some("OPS")),
            ("https://acme.atlassian.net/wiki/home", None),
        ] {
            let address = Url::parse(address).unwrap();
            assert_eq!(key_in(&address).as_deref(), key, "{address}");
        }
    }
}
