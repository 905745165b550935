//! Calls to the Confluence Cloud REST API: v2, and v1 for what v2 does not have. One file per noun.

mod comments;
mod labels;
mod list;
mod page_write;
mod pages;
mod people;
mod search;
mod shape;
mod spaces;
mod tree;

pub use page_write::{changed_page, new_page};

use super::Atlassian;
use super::access::{Access, Dialect};

const READ_SPACE: &[&str] = &["read:space:confluence"];
const READ_PAGE: &[&str] = &["read:page:confluence"];
const WRITE_PAGE: &[&str] = &["write:page:confluence"];
const DELETE_PAGE: &[&str] = &["delete:page:confluence"];
const READ_TREE: &[&str] = &["read:hierarchical-content:confluence"];
const READ_METADATA: &[&str] = &["read:content.metadata:confluence"];
const READ_COMMENT: &[&str] = &["read:comment:confluence"];
const WRITE_COMMENT: &[&str] = &["write:comment:confluence"];
const WRITE_LABEL: &[&str] = &["write:label:confluence"];
const SEARCH: &[&str] = &["search:confluence"];
const READ_USER: &[&str] = &[READ_USERS];

/// The OAuth scope that looking up people's names needs.
pub const READ_USERS: &str = "read:user:confluence";

impl Atlassian {
    /// Where a person opens Confluence: Cloud has it below a site, Data Center on its own.
    fn wiki(&self, access: &Access) -> String {
        let base = self.endpoints().browser_base(&access.site);
        match access.dialect() {
            Dialect::Cloud => format!("{base}/wiki"),
            Dialect::DataCenter => base,
        }
    }
}
