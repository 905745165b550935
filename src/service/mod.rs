//! What the product does: logins, sessions, grants and their refresh, connections, issues, pages.

#![warn(clippy::missing_errors_doc)]

pub mod agents;
pub(crate) mod api_keys;
pub mod authorization;
pub(crate) mod catalog;
pub(crate) mod cause;
pub(crate) mod connections;
pub(crate) mod dashboard;
pub(crate) mod diagnosis;
pub mod error;
mod filtered;
pub(crate) mod gateway;
pub(crate) mod gather;
pub(crate) mod grants;
pub(crate) mod history;
mod holding;
pub mod idempotency;
pub(crate) mod issues;
mod lately;
pub(crate) mod limits;
pub(crate) mod live;
pub(crate) mod metrics;
mod nobody;
pub(crate) mod pages;
pub(crate) mod reachability;
pub(crate) mod readiness;
mod searching;
pub(crate) mod sessions;
pub(crate) mod sites;
pub(crate) mod token_status;
pub(crate) mod tools;
pub(crate) mod writing;

pub use tools::needed_by;
