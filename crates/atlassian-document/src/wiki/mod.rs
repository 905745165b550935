//! Jira's wiki markup, the text format of Jira Data Center and Server (REST v2).
//!
//! Described at <https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all>. That page
//! shows examples and no grammar: where it is silent, the reader keeps the text.

mod edit;
mod groups;
mod inline;
mod lines;
mod link;
mod lists;
mod macros;
mod marks;
mod paragraphs;
mod parts;
mod reader;
mod rows;
mod running;
mod signs;
mod tables;
mod text;
mod tokens;
mod writer;

pub(crate) use edit::edit;
pub(crate) use reader::read;
pub(crate) use writer::write;
