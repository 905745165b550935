//! Compatible routes: what clients of the five earlier systems call.

pub mod aliases;
pub(crate) mod chatbot;
pub(crate) mod integrations;
pub(crate) mod live_lists;
