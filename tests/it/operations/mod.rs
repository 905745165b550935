//! What the operator uses: health, metrics, `check`, upkeep.

mod audit;
mod broken_off_moves;
mod causes;
mod check;
mod copying;
mod costs;
mod health;
mod key_file;
mod log_file;
mod metrics;
mod metrics_files;
mod rotation;
mod upkeep;
