//! For operators: health, readiness, configuration help, metrics.

pub(crate) mod health;
pub(crate) mod metrics;
