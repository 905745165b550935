//! Calls to Jira, one file for each noun: Cloud's REST API v3, or v2 on Data Center.

mod attachments;
mod batch;
mod changelogs;
mod choices;
mod comments;
mod dialect;
mod field_forms;
mod field_kind;
mod field_schemas;
mod field_values;
mod fields;
mod issue_fields;
mod issues;
mod mentions;
mod people;
mod plain;
mod projects;
mod screens;
mod search;
mod shape;
mod sprint_text;
mod transitions;

pub(crate) use comments::readers;
pub(crate) use dialect::{markdown_with_names, nameless_in};
pub(crate) use field_forms::is_missing;
pub(crate) use field_values::FieldKinds;
pub(crate) use issue_fields::{Known, is_named, type_of};
pub(crate) use mentions::{name_in_documents, nameless_in_documents};
pub(crate) use people::AssignedIn;
pub(crate) use plain::plain;
pub(crate) use search::{IssueQuery, IssueSearch};
pub(crate) use shape::Further;
pub(crate) use transitions::kinds as transition_kinds;

use super::SiteClient;
use super::data_center::DataCenterJira;
use crate::model::product::Product;

/// The OAuth scope that looking up people's names needs.
pub(crate) const READ_PEOPLE: &str = "read:jira-user";

/// Jira on one site, as one login reaches it.
///
/// Its calls take it by value, so that `|jira| jira.issue(key)` gives a future that borrows nothing
/// of the closure: those of async closures cannot be shown to be `Send` (rust-lang/rust#137698).
#[derive(Debug, Clone)]
pub(crate) struct Jira<'a> {
    pub(super) site: SiteClient<'a>,
}

impl<'a> Jira<'a> {
    pub(super) fn new(site: SiteClient<'a>) -> Self {
        Self { site }
    }

    /// What Data Center spells otherwise; none on Cloud.
    pub(super) fn data_center(&self) -> Option<DataCenterJira<'_>> {
        DataCenterJira::behind(&self.site)
    }

    /// Where a person opens it in a browser.
    pub(super) fn base(&self) -> String {
        self.site.address(Product::Jira)
    }
}
