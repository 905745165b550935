//! The store, on both databases: what its functions promise about rows, owners and time.

mod agents;
mod connections;
mod events;
pub mod fixture;
mod grants;
mod growth;
mod idempotency_keys;
mod leases;
mod open;
mod people;
mod plans;
mod pruning;
mod rotation;
mod sealed_columns;
mod stored;
mod sync;
mod vault;
