//! What a connection is for: Jira, Confluence and the tools for agents.

mod confluence;
mod done_writes;
pub mod jira;
mod own_documents;
mod preconditions;
pub mod tools;
mod unknown_names;
