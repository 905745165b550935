//! What people are called, as one site tells one login.

use super::SiteClient;
use super::confluence::READ_USERS;
use super::error::AtlassianError;
use super::jira::READ_PEOPLE;
use crate::model::person::NamesTold;
use crate::model::product::Product;
use crate::model::site::Site;

impl SiteClient<'_> {
    /// What the first of these accounts are called in a product, and the site that tells so.
    pub(crate) async fn names(
        self,
        product: Product,
        accounts: &[String],
    ) -> Result<(Site, NamesTold), AtlassianError> {
        let site = self.access.site.clone();
        let told = match product {
            Product::Jira => self.jira().names(accounts).await,
            Product::Confluence => self.confluence().names(accounts).await,
        };
        Ok((site, told?))
    }
}

/// The OAuth scope that looking up names needs.
pub(crate) const fn names_need(product: Product) -> &'static str {
    match product {
        Product::Jira => READ_PEOPLE,
        Product::Confluence => READ_USERS,
    }
}

/// The names that were found among those that were asked for; the others are surely none.
pub(super) fn all_told(
    asked: &[String],
    found: impl Iterator<Item = (String, String)>,
) -> NamesTold {
    let mut told: NamesTold = asked
        .iter()
        .map(|account| (account.clone(), None))
        .collect();
    for (account, name) in found {
        if let Some(entry) = told.get_mut(&account) {
            *entry = Some(name);
        }
    }
    told
}
