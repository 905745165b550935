//! The real program: how it starts, serves hard clients, stands behind proxies, and ends.

mod accept_loop;
mod behind_proxies;
mod few_files;
mod malformed_requests;
pub(crate) mod raw_clients;
mod slow_clients;
mod starting;
mod stopping;
mod unread_bodies;
mod waiting_for_postgres;
