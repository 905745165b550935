//! What the product does: logins, sessions, grants and their refresh, connections, issues, pages.

#![warn(clippy::missing_errors_doc)]

pub mod api_keys;
pub mod authorization;
pub mod catalog;
pub mod connections;
pub mod dashboard;
pub mod diagnosis;
pub mod error;
pub mod gather;
pub mod grants;
pub mod history;
pub mod idempotency;
pub mod issues;
pub mod limits;
pub mod live;
mod locked;
pub mod metrics;
pub mod pages;
pub mod reachability;
pub mod readiness;
mod searching;
pub mod sessions;
pub mod sites;
pub mod token_status;
pub mod tools;
