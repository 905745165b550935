//! Jira through the connector.

mod addresses;
mod attachments;
mod changes;
mod comments;
mod done_writes;
mod field_values;
pub mod fixture;
mod issues;
mod lossless;
mod mentions;
mod people;
mod people_fields;
mod projects;
mod search;
mod search_meaning;
mod transitions;
