//! What a connection is for: Jira, Confluence and the tools for agents.

mod confluence;
mod jira;
mod tools;
