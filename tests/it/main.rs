//! The specification, as tests through the real router, the real databases and the sandbox.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on must stop"
)]
#![expect(missing_docs, reason = "a test's name is its documentation")]

mod architecture;
mod binary;
mod connectors_confluence;
mod connectors_jira;
mod connectors_jira_issues;
mod connectors_jira_search;
mod login;
mod operations;
mod refresh;
mod refresh_background;
mod refresh_calls;
mod refresh_errors;
mod refresh_fixture;
mod server;
mod server_process;
mod server_stopping;
mod settings_documents;
mod store_connections;
mod store_fixture;
mod store_grants;
mod store_open;
mod store_people;
mod store_raw;
mod store_vault;
mod support;
