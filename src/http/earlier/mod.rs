//! Routes of the five earlier systems: thin views of the others.

pub mod aliases;
pub(crate) mod chatbot;
pub(crate) mod integrations;
pub(crate) mod live_lists;
