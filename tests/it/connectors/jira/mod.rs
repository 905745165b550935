//! Jira through the connector.

mod addresses;
mod attachments;
mod called;
mod changes;
mod choices;
mod comments;
mod contradictions;
mod done_writes;
mod endless;
mod field_values;
pub mod fixture;
mod issues;
mod just_written;
mod kept_values;
mod long_texts;
mod lossless;
mod mentions;
mod people;
mod people_fields;
mod projects;
mod references;
mod search;
mod search_meaning;
mod transitions;
