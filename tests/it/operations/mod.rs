//! What the operator uses: health, metrics, `check`.

mod check;
mod health;
mod metrics;
mod metrics_files;
