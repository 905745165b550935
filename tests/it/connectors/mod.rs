//! What a connection is for: Jira, Confluence and the tools for agents.

mod confluence;
pub mod jira;
pub mod tools;
