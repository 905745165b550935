//! What the product does: logins, sessions, grants and their refresh, connections, issues, pages.

pub mod error;
pub mod sessions;
