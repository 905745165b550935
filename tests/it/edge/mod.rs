//! What holds for every request: the envelope, limits, origins, proxies, idempotency.

mod bodies;
mod envelope;
pub(crate) mod idempotency;
mod json_bodies;
mod limits;
mod origins;
mod people;
mod proxies;
mod unstorable;
