//! The edge: the only room that knows axum.

mod cookies;
mod cors;
mod docs;
mod edge;
pub mod error;
pub mod extract;
mod health;
pub mod openapi;
mod origin;
pub mod paging;
pub mod router;
pub mod server;
pub mod state;
