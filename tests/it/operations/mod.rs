//! What the operator uses: health, metrics, `check`, upkeep.

mod check;
mod health;
mod metrics;
mod metrics_files;
mod upkeep;
