//! Connections to Atlassian: their sites, their tokens, how they come and go.

mod allowed_sites;
pub mod fixture;
mod lifecycle;
mod refused;
mod renewal;
mod renamed_sites;
mod service_account;
mod sites;
mod token_status;
