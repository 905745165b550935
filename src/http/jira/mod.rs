//! Jira through the owner's connection, one file for each noun.

pub(super) mod comments;
pub(super) mod issues;
pub(super) mod people;
pub(super) mod projects;
pub(super) mod search;
pub(super) mod transitions;
