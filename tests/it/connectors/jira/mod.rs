//! Jira through the connector.

mod addresses;
mod changes;
mod comments;
mod done_writes;
mod field_values;
pub mod fixture;
mod issues;
mod lossless;
mod people;
mod projects;
mod search;
mod search_meaning;
mod transitions;
