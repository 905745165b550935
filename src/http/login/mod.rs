//! Logins over HTTP: starts, callbacks, sessions.

pub(crate) mod callback;
pub(crate) mod session;
pub(crate) mod start;
