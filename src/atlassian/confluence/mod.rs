//! Calls to the Confluence Cloud REST API: v2, and v1 for what v2 does not have. One file per noun.

mod ancestors;
mod attachments;
mod comments;
mod content;
mod deleting;
mod list;
mod page_or_post;
mod page_write;
mod pages;
mod people;
mod search;
mod shape;
mod shape_json;
mod spaces;
mod tree;
mod versions;

pub(super) use attachments::query_of;
pub(crate) use page_write::{new_page, planned_page, rebased};
pub(crate) use spaces::SPELLINGS;

use std::future::{Ready, ready};

use super::SiteClient;
use super::data_center::DataCenterConfluence;
use super::error::AtlassianError;
use crate::model::product::Product;

/// The OAuth scope that looking up people's names needs.
pub(crate) const READ_USERS: &str = "read:user:confluence";

/// Confluence on one site, as one login reaches it. Its calls take it by value, like those of
/// [`Jira`](super::jira::Jira).
#[derive(Debug, Clone)]
pub(crate) struct Confluence<'a> {
    pub(super) site: SiteClient<'a>,
}

impl<'a> Confluence<'a> {
    pub(super) fn new(site: SiteClient<'a>) -> Self {
        Self { site }
    }

    /// Whether it is a Data Center.
    pub(crate) fn runs_on_data_center(self) -> Ready<Result<bool, AtlassianError>> {
        ready(Ok(self.data_center().is_some()))
    }

    /// What Data Center spells otherwise; none on Cloud.
    pub(super) fn data_center(&self) -> Option<DataCenterConfluence<'_>> {
        DataCenterConfluence::behind(&self.site)
    }

    /// Where a person opens it in a browser.
    pub(super) fn base(&self) -> String {
        self.site.address(Product::Confluence)
    }
}
