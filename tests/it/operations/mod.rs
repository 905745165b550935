//! What the operator uses: health, metrics, `check`, upkeep.

mod audit;
mod causes;
mod check;
mod health;
mod log_file;
mod metrics;
mod metrics_files;
mod upkeep;
