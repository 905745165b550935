//! The authorization server for agents: who is let in, by whose consent, and what tokens are worth.

mod authorizing;
mod clients;
pub mod fixture;
mod listed;
mod metadata;
mod refreshing;
mod tokens;
