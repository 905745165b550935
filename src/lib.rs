//! The integration backend for Jira and Confluence: the list of its modules.

pub mod app;
pub(crate) mod atlassian;
pub mod commands;
pub mod config;
pub mod http;
pub mod model;
pub mod policy;
pub mod probe;
pub mod service;
pub mod store;
pub mod telemetry;
pub mod work;
