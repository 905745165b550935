//! The edge: the only room that knows axum.

pub mod error;
