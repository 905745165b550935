//! Logging in and staying so: starts, callbacks, endings, API tokens, sessions.

pub mod api_token;
mod api_token_refusals;
mod callback;
mod came_back;
mod credentials;
mod endings;
mod hostile_addresses;
mod returning;
pub mod sessions;
pub mod start;
mod start_refusals;
