//! The authorization server for agents: who is let in, by whose consent, and what tokens are worth.

mod at_mcp;
mod authorizing;
mod canaries;
mod clients;
mod commands;
mod documents;
pub mod fixture;
mod killed;
mod listed;
mod metadata;
mod refreshing;
mod tokens;
