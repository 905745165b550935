//! Logins over HTTP: starts, callbacks, API tokens, sessions.

pub(crate) mod api_token;
pub(crate) mod callback;
pub(crate) mod incoming_start;
mod outcome;
mod refusal;
pub(crate) mod session;
mod session_token;
pub(crate) mod start;
mod start_checks;
