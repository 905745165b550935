//! The edge: the only room that knows axum.

pub mod access;
mod bodies;
mod callback;
mod caller;
mod confluence;
mod connection_card;
mod connectors;
mod cookies;
mod cors;
mod docs;
mod edge;
pub mod error;
pub mod extract;
mod format;
mod health;
pub mod idempotency;
mod jira;
mod local;
mod login;
pub mod metrics;
pub mod openapi;
mod origin;
mod pages;
pub mod paging;
pub mod router;
mod search;
pub mod server;
mod session;
pub mod state;
mod stored;
mod sync;
mod tools;

pub use callback::CALLBACK_PATHS;
