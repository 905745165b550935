//! Rust's official client of the protocol, unmodified, over TCP against the real program, in both eras.

use integration_backend::model::api_key::KeyScope;
use rmcp::model::{
    CallToolRequestParams, CallToolResult, ClientCapabilities, ClientConfig, Implementation,
    ProtocolVersion,
};
use rmcp::service::{ClientLifecycleMode, ClientServiceExt, RunningService};
use rmcp::transport::StreamableHttpClientTransport;
use rmcp::transport::streamable_http_client::StreamableHttpClientTransportConfig;
use rmcp::{RoleClient, ServiceError};
use serde_json::{Value, json};

use crate::support::installation::Installation;

type Client = RunningService<RoleClient, ClientConfig>;

/// A client that has connected with a key.
async fn connected(
    installation: &Installation,
    key: &str,
    lifecycle: ClientLifecycleMode,
) -> Client {
    let address = format!("http://localhost:{}/mcp?toolsets=all", installation.port);
    let config = StreamableHttpClientTransportConfig::with_uri(address).auth_header(key);
    let transport = StreamableHttpClientTransport::from_config(config);
    let itself = Implementation::new("test", "1");
    let client = ClientConfig::new(ClientCapabilities::default(), itself);
    client
        .serve_with_lifecycle(transport, lifecycle)
        .await
        .unwrap()
}

async fn run(
    client: &Client,
    tool: &'static str,
    arguments: Value,
) -> Result<CallToolResult, ServiceError> {
    let arguments = arguments.as_object().cloned().unwrap();
    let call = CallToolRequestParams::new(tool).with_arguments(arguments);
    client.call_tool(call).await
}

/// A key of Mia's, made as the operator makes it.
async fn key(installation: &Installation, scope: KeyScope) -> String {
    let mia = installation.logged_in().await;
    let session = mia.read("/auth/session").await;
    let owner = session["user"]["id"].as_str().unwrap().to_owned();
    let scopes = match scope {
        KeyScope::Write => "read,write",
        _ => "read",
    };
    let mut command = installation.command(&["keys", "create", "--as", &owner, "--scope", scopes]);
    let output = tokio::task::spawn_blocking(move || command.output());
    let output = output.await.unwrap().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    said.lines().next().unwrap().to_owned()
}

#[tokio::test]
async fn it_connects_lists_and_calls_in_either_era() {
    let installation = Installation::new().await;
    let process = installation.start().await;
    let writes = key(&installation, KeyScope::Write).await;
    for lifecycle in [
        ClientLifecycleMode::Initialize,
        ClientLifecycleMode::Discover {
            preferred_versions: vec![ProtocolVersion::V_2026_07_28],
        },
        ClientLifecycleMode::Auto {
            preferred_versions: vec![ProtocolVersion::V_2026_07_28],
            legacy_version: None,
        },
    ] {
        let client = connected(&installation, &writes, lifecycle.clone()).await;
        let tools = client.list_all_tools().await.unwrap();
        let search = tools.iter().find(|tool| tool.name == "jira_search");
        assert!(search.unwrap().output_schema.is_some(), "{lifecycle:?}");
        let query = json!({"jql": "project = WEB ORDER BY key", "limit": 2});
        let found = run(&client, "jira_search", query).await.unwrap();
        let items = found.structured_content.unwrap()["items"].clone();
        assert_eq!(items.as_array().unwrap().len(), 2, "{lifecycle:?}: {items}");
        let comment = json!({"issue_key": "WEB-1", "body": "By rmcp"});
        let made = run(&client, "jira_add_comment", comment).await.unwrap();
        assert_eq!(made.is_error, Some(false), "{lifecycle:?}: {made:?}");
        let absent = json!({"issue_key": "WEB-99999"});
        let absent = run(&client, "jira_get_issue", absent).await.unwrap();
        assert_eq!(absent.is_error, Some(true), "{lifecycle:?}: {absent:?}");
        let nothing = run(&client, "jira_nothing", json!({})).await;
        assert!(nothing.is_err(), "{lifecycle:?}: {nothing:?}");
        client.cancel().await.unwrap();
    }
    process.stop().await;
}

#[tokio::test]
async fn a_key_that_only_reads_lists_only_that_and_none_at_all_does_not_connect() {
    let installation = Installation::new().await;
    let process = installation.start().await;
    let reads = key(&installation, KeyScope::Read).await;
    let client = connected(&installation, &reads, ClientLifecycleMode::Initialize).await;
    let tools = client.list_all_tools().await.unwrap();
    assert!(tools.iter().any(|tool| tool.name == "jira_get_issue"));
    let writes = |tool: &&rmcp::model::Tool| {
        let hints = tool.annotations.as_ref();
        hints.is_none_or(|hints| hints.read_only_hint != Some(true))
    };
    let writing: Vec<_> = tools.iter().filter(writes).map(|tool| &tool.name).collect();
    assert!(writing.is_empty(), "{writing:?}");
    client.cancel().await.unwrap();
    let address = format!("http://localhost:{}/mcp", installation.port);
    let transport = StreamableHttpClientTransport::from_uri(address);
    let stranger = ClientConfig::new(
        ClientCapabilities::default(),
        Implementation::new("test", "1"),
    );
    let refused = stranger
        .serve_with_lifecycle(transport, ClientLifecycleMode::Initialize)
        .await;
    assert!(refused.is_err());
    process.stop().await;
}
