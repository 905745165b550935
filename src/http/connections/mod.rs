//! Connections over HTTP: what is connected, choosing a site, tokens and their state.

pub(crate) mod card;
pub(crate) mod change;
pub(crate) mod connectors;
pub(crate) mod refresh;
pub(crate) mod shapes;
pub(crate) mod token_status;
