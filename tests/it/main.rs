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

mod api_token;
mod api_token_refusals;
mod architecture;
mod behind_proxies;
mod binary;
mod callers;
mod callers_stage;
mod callers_table;
mod canaries;
mod canaries_process;
mod chatbot_routes;
mod check;
mod compatible_routes;
mod connections;
mod connectors_confluence;
mod connectors_confluence_comments;
mod connectors_confluence_pages;
mod connectors_jira;
mod connectors_jira_changes;
mod connectors_jira_comments;
mod connectors_jira_issues;
mod connectors_jira_people;
mod connectors_jira_search;
mod connectors_jira_transitions;
mod credentials;
mod dashboard;
mod dashboard_stream;
mod data_center;
mod data_center_confluence;
mod data_center_hosts;
mod data_center_jira;
mod earlier_s0;
mod earlier_s1;
mod earlier_s2;
mod earlier_s3;
mod earlier_s4;
mod earlier_systems;
mod envelope;
mod hostile_addresses;
mod idempotency;
mod limits;
mod login;
mod login_callback;
mod login_endings;
mod login_start;
mod login_start_refusals;
mod metrics;
mod metrics_files;
mod open_mode;
mod openapi;
mod openapi_examples;
mod operations;
mod origins;
mod outbound;
mod outbound_proxy;
mod outbound_time;
mod own_pages;
mod proxies;
mod refresh;
mod refresh_background;
mod refresh_calls;
mod refresh_errors;
mod refresh_fixture;
mod secrets_at_rest;
mod server;
mod server_process;
mod server_stopping;
mod service_account;
mod sessions;
mod settings_documents;
mod settings_of_earlier_systems;
mod sites;
mod slow_clients;
mod store_connections;
mod store_events;
mod store_fixture;
mod store_grants;
mod store_idempotency_keys;
mod store_leases;
mod store_open;
mod store_people;
mod store_raw;
mod store_stored;
mod store_sync;
mod store_vault;
mod stored_rows;
mod stored_users;
mod support;
mod sync;
mod sync_data_center;
mod sync_fixture;
mod sync_interrupted;
mod sync_process;
mod tenants;
mod token_status;
mod tools;
