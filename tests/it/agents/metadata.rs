//! What clients read first.

use serde_json::json;

use crate::support::TestApp;

const RESOURCES: [&str; 3] = [
    "/.well-known/oauth-protected-resource",
    "/.well-known/oauth-protected-resource/mcp",
    "/.well-known/oauth-protected-resource/mcp/",
];
const SERVERS: [&str; 3] = [
    "/.well-known/oauth-authorization-server",
    "/.well-known/oauth-authorization-server/mcp",
    "/.well-known/openid-configuration",
];

#[tokio::test]
async fn the_documents_name_our_own_address_whatever_host_a_request_names() {
    let settings = [("PUBLIC_BASE_URL", "https://ib.example.com")];
    let app = TestApp::start_with(&settings).await;
    let browser = app.browser().at("evil.example");
    let forwarded = [
        ("x-forwarded-host", "evil.example"),
        ("x-forwarded-proto", "http"),
    ];
    for path in RESOURCES {
        let answer = browser.get_with(path, &forwarded).await;
        let expected = json!({
            "resource": "https://ib.example.com/mcp",
            "authorization_servers": ["https://ib.example.com"],
            "scopes_supported": ["read", "write"],
            "bearer_methods_supported": ["header"],
            "resource_name": "Jira and Confluence",
            "resource_documentation": "https://ib.example.com/docs",
        });
        assert_eq!((answer.status, answer.json()), (200, expected), "{path}");
    }
    for path in SERVERS {
        let answer = browser.get_with(path, &forwarded).await;
        let expected = json!({
            "issuer": "https://ib.example.com",
            "authorization_endpoint": "https://ib.example.com/authorize",
            "token_endpoint": "https://ib.example.com/token",
            "registration_endpoint": "https://ib.example.com/register",
            "revocation_endpoint": "https://ib.example.com/revoke",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["none", "client_secret_post", "client_secret_basic"],
            "revocation_endpoint_auth_methods_supported": ["none", "client_secret_post", "client_secret_basic"],
            "scopes_supported": ["read", "write"],
            "client_id_metadata_document_supported": true,
            "authorization_response_iss_parameter_supported": true,
            "service_documentation": "https://ib.example.com/docs",
        });
        assert_eq!((answer.status, answer.json()), (200, expected), "{path}");
    }
    let set = browser
        .get("/.well-known/oauth-protected-resource/mcp/rovo")
        .await;
    assert_eq!(set.json()["resource"], "https://ib.example.com/mcp/rovo");
    let elsewhere = browser
        .get("/.well-known/oauth-protected-resource/connectors")
        .await;
    assert_eq!(elsewhere.status, 404);
}

#[tokio::test]
async fn a_service_that_only_reads_offers_no_writing_and_without_hosts_no_documents() {
    let settings = [("READ_ONLY", "true"), ("MCP_CLIENT_HOSTS", "off")];
    let app = TestApp::start_with(&settings).await;
    let browser = app.browser();
    let resource = browser.read(RESOURCES[0]).await;
    assert_eq!(resource["scopes_supported"], json!(["read"]));
    let server = browser.read(SERVERS[0]).await;
    assert_eq!(server["scopes_supported"], json!(["read"]));
    assert_eq!(
        server["client_id_metadata_document_supported"],
        json!(false)
    );
}

#[tokio::test]
async fn without_an_authorization_server_there_is_nothing_at_its_addresses() {
    let app = TestApp::start_with(&[("MCP_OAUTH", "false")]).await;
    let browser = app.browser();
    for path in RESOURCES.iter().chain(&SERVERS).chain(&["/authorize"]) {
        assert_eq!(browser.get(path).await.status, 404, "{path}");
    }
    for path in ["/register", "/token", "/revoke"] {
        let answer = browser.post(path, json!({})).await;
        assert_eq!(answer.status, 404, "{path}");
    }
}
