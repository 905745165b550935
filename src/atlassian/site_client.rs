//! One site as one login reaches it: what Jira and Confluence are called through.

use super::Atlassian;
use super::access::{Dialect, SiteAccess};
use super::confluence::Confluence;
use super::jira::Jira;
use crate::model::ids::CloudId;
use crate::model::product::Product;

/// The outbound client with the address and credential for one site.
#[derive(Debug, Clone)]
pub(crate) struct SiteClient<'a> {
    pub(super) atlassian: &'a Atlassian,
    pub(super) access: SiteAccess,
}

impl Atlassian {
    /// The client for the site that `access` leads to.
    pub(crate) fn at(&self, access: SiteAccess) -> SiteClient<'_> {
        SiteClient {
            atlassian: self,
            access,
        }
    }
}

impl<'a> SiteClient<'a> {
    /// Jira on this site.
    pub(crate) fn jira(self) -> Jira<'a> {
        Jira::new(self)
    }

    /// Confluence on this site.
    pub(crate) fn confluence(self) -> Confluence<'a> {
        Confluence::new(self)
    }

    /// Which site this is.
    pub(crate) fn cloud_id(&self) -> &CloudId {
        &self.access.site.cloud_id
    }

    /// The most entries that the site gives of a list of Confluence's in time, as far as is known.
    pub(crate) fn page_size(&self) -> u32 {
        self.atlassian.page_sizes.of(self.cloud_id())
    }

    /// An issue of the site was written: searches that run behind are to find it as it is now.
    pub(super) fn note_written(&self, issue_id: Option<&str>) {
        if let Some(id) = issue_id {
            self.atlassian.recent_writes.note(self.cloud_id(), id);
        }
    }

    /// Where a person opens a product on the site in a browser.
    pub(super) fn address(&self, product: Product) -> String {
        let endpoints = self.atlassian.endpoints();
        endpoints.product_address(product, &self.access.site)
    }

    /// The form of the APIs behind the address.
    pub(super) fn dialect(&self) -> Dialect {
        self.access.dialect()
    }
}
