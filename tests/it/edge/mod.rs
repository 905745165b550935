//! What holds for every request: the envelope, limits, origins, proxies, idempotency.

mod bodies;
mod envelope;
mod idempotency;
mod limits;
mod origins;
mod people;
mod proxies;
mod unstorable;
