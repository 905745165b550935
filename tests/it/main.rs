//! The specification, as tests through the real router, the real databases and the sandbox.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on must stop"
)]
#![expect(
    unreachable_pub,
    reason = "nobody uses a crate of tests; pub says what the modules share"
)]

mod agents;
mod callers;
mod connections;
mod connectors;
mod dashboard;
mod data_center;
mod earlier;
mod edge;
mod faults;
mod gateway;
mod house;
mod login;
mod mcp;
mod openapi;
mod operations;
mod outbound;
mod refresh;
mod replicas;
mod secrets;
mod server;
mod store;
mod stored;
mod support;
mod sync;
