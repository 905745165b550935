//! Jira through the owner's connection, one file for each noun.

pub(crate) mod attachments;
pub(crate) mod comments;
pub(crate) mod issues;
pub(crate) mod people;
pub(crate) mod projects;
pub(crate) mod search;
pub(crate) mod transitions;
