//! Jira and Confluence Data Center: connecting, and the same routes as for Cloud.

mod confluence;
pub mod connecting;
mod hosts;
mod jira;
