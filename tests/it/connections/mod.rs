//! Connections to Atlassian: their sites, their tokens, how they come and go.

pub mod fixture;
mod lifecycle;
mod refused;
mod renewal;
mod service_account;
mod sites;
mod token_status;
