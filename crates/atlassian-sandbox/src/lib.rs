//! An Atlassian Cloud on your machine, for your tests: OAuth, Jira, Confluence, and a Data Center host.
//!
#![doc = include_str!("../README.md")]
#![warn(clippy::missing_errors_doc)]

// No code is shared with any client, not even readers and writers of Atlassian's formats: a client and
// its stand-in that misunderstand a document in the same way would agree with each other.
mod access;
mod adf_check;
mod answer_body;
mod clock;
mod confluence;
mod consent;
mod control;
mod data_center;
mod dispatch;
mod documented;
mod echo;
mod faults;
mod front_page;
mod human_pages;
mod jira;
mod media_host;
mod oauth;
mod options;
mod points;
mod query;
mod random;
mod sandbox;
mod server;
mod state;
mod state_file;
mod storage;
#[cfg(test)]
mod tests;
mod token_uses;
mod wiki;
mod wire;
mod world;

pub use consent::ConsentError;
pub use faults::{Fault, FaultAction, JournalEntry};
pub use options::{App, CALLBACK_PATHS, DEFAULT_SCOPES, NewPerson, Options};
pub use sandbox::Sandbox;
pub use state::Behaviour;
pub use token_uses::TokenUse;
