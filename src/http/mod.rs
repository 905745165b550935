//! The edge: the only room that knows axum.

mod callback;
mod connection_card;
mod connectors;
mod cookies;
mod cors;
mod docs;
mod edge;
pub mod error;
pub mod extract;
mod health;
mod login;
pub mod openapi;
mod origin;
mod pages;
pub mod paging;
pub mod router;
pub mod server;
mod session;
pub mod state;
