//! The operator's commands: the command line, and what each command does with the app.

pub mod arguments;
pub mod backup;
pub mod check;
pub mod clients;
pub mod copy;
pub mod keys;
pub mod start;
pub mod vault;
