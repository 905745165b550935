//! Tools for agents: what is listed, typed arguments, results that are small and honest.

mod arguments;
pub mod fixture;
mod listing;
mod results;
mod unseen;
