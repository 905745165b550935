//! The integration backend for Jira and Confluence: the list of its rooms.

pub mod atlassian;
pub mod config;
pub mod http;
pub mod model;
pub mod sandbox;
pub mod service;
pub mod store;
