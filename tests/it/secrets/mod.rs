//! No secret is told anywhere: not in answers, logs, metrics, files or the database.

mod at_rest;
pub mod canaries;
mod canaries_process;
