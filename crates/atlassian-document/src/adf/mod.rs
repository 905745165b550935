//! Atlassian Document Format (ADF): the JSON of Jira Cloud's REST v3 and of Confluence's
//! `atlas_doc_format`.
//!
//! Described at <https://developer.atlassian.com/cloud/jira/platform/apis/document/structure/>; the
//! JSON schema behind <http://go.atlassian.com/adf-json-schema> is what the products enforce.

mod edit;
mod inline;
mod keep;
mod reader;
mod text;
mod writer;

pub(crate) use edit::edit;
pub(crate) use reader::read;
pub(crate) use writer::write;
