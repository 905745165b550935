//! For operators: health, readiness, configuration help, metrics.

pub(crate) mod frame;
pub(crate) mod health;
pub(crate) mod metrics;
pub(crate) mod redirect_uris;
