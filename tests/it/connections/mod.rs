//! Connections to Atlassian: their sites, their tokens, how they come and go.

mod allowed_sites;
pub mod fixture;
mod lifecycle;
pub(crate) mod refused;
mod renamed_sites;
mod renewal;
mod service_account;
mod sites;
mod taken_again;
mod token_status;
mod turned_away;
