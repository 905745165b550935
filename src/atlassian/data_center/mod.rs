//! The other dialect: Jira's REST API v2 and Confluence's v1, as Data Center speaks them.

mod by_ids;
mod confluence;
mod identity;
mod jira;
mod people;
mod whole_lists;

use super::SiteClient;
use super::access::Dialect;

pub(super) use by_ids::ByIds;

/// Jira on a Data Center.
#[derive(Debug)]
pub(super) struct DataCenterJira<'a> {
    site: &'a SiteClient<'a>,
}

impl<'a> DataCenterJira<'a> {
    /// None when the site is on Cloud.
    pub(super) fn behind(site: &'a SiteClient<'a>) -> Option<Self> {
        is_data_center(site).then_some(Self { site })
    }
}

/// Confluence on a Data Center.
#[derive(Debug)]
pub(super) struct DataCenterConfluence<'a> {
    site: &'a SiteClient<'a>,
}

impl<'a> DataCenterConfluence<'a> {
    /// None when the site is on Cloud.
    pub(super) fn behind(site: &'a SiteClient<'a>) -> Option<Self> {
        is_data_center(site).then_some(Self { site })
    }
}

fn is_data_center(site: &SiteClient<'_>) -> bool {
    site.dialect() == Dialect::DataCenter
}
