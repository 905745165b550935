//! No secret is told anywhere: not in answers, logs, metrics, files or the database.

mod at_rest;
mod canaries;
mod canaries_process;
pub mod hunt;
mod walk;
