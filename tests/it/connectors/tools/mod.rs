//! Tools for agents: what is listed, typed arguments, results that are small and honest.

pub mod fixture;
mod listing;
mod results;
