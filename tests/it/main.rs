//! The specification, as tests through the real router, the real databases and the sandbox.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on must stop"
)]
#![expect(missing_docs, reason = "a test's name is its documentation")]

mod architecture;
mod callers;
mod connectors_confluence;
mod connectors_jira;
mod connectors_jira_issues;
mod connectors_jira_search;
mod login;
mod open_mode;
mod operations;
mod settings_documents;
mod support;
