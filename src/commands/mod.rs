//! The operator's commands: each builds the app as the service does and uses it once.

pub mod check;
pub mod keys;
