//! The HTTP edge, by topic: the only module that knows axum.

mod agents;
pub mod caller;
mod confluence;
mod connections;
mod dashboard;
pub mod earlier;
pub mod edge;
mod gateway;
mod jira;
mod login;
mod mcp;
mod openapi;
pub(crate) mod operations;
mod pages;
pub mod router;
pub mod server;
pub(crate) mod state;
mod stored;
mod tools;
pub mod wire;

pub use login::callback::CALLBACK_PATHS;
