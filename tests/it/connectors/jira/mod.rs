//! Jira through the connector.

mod changes;
mod comments;
mod fixture;
mod issues;
mod people;
mod projects;
mod search;
mod search_meaning;
mod transitions;
