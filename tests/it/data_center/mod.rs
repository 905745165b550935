//! Jira and Confluence Data Center: connecting, and the same routes as for Cloud.

mod confluence;
mod connecting;
pub mod fixture;
mod hosts;
mod jira;
mod people;
mod searches;
mod tools;
