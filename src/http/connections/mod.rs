//! Connections over HTTP: what is connected, choosing a site, tokens and their state.

pub(crate) mod card;
pub(crate) mod connectors;
pub(crate) mod token_status;
