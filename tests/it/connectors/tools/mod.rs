//! Tools for agents: what is listed, typed arguments, results that are small and honest.

mod arguments;
pub mod fixture;
mod limited;
mod listing;
mod long_texts;
mod nonsense;
mod other_protocols;
mod results;
mod unseen;
