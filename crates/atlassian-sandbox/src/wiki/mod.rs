//! Jira's wiki markup, which version 2 of its API reads and writes where version 3 has documents.
//!
//! After <https://jira.atlassian.com/secure/WikiRendererHelpAction.jspa?section=all>, as far as people write it
//! every day: what is not known here stays as it was typed.

mod inline;
mod lists;
mod read;
mod write;

pub(crate) use read::document_of;
pub(crate) use write::wiki_of;

#[cfg(test)]
mod tests;
