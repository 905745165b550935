//! The `.env` files of the five earlier systems: each loads as it is, and means what it meant there.

use std::fmt::Write as _;

use integration_backend::config::{self, SetIn, Settings};
use integration_backend::model::product::Provider;

use crate::support::files;

fn load(system: &str) -> Settings {
    let path = format!("tests/data/dotenv/{system}.env");
    let text = files::text(&path);
    config::load(&|_| None, Some(&text)).unwrap_or_else(|error| panic!("{system}: {error}"))
}

/// What the file set, under the names it used: one line each.
fn meaning(settings: &Settings) -> String {
    let mut lines = String::new();
    for source in settings
        .sources()
        .iter()
        .filter(|one| one.from == SetIn::DotEnv)
    {
        let name = source.set_by.unwrap();
        let alias = if name == source.name {
            String::new()
        } else {
            format!(" (for {})", source.name)
        };
        let value = source.shown.as_deref().unwrap_or_default();
        let _ = writeln!(lines, "{name}{alias} = {value}");
    }
    lines
}

/// Client id, secret and redirect URI of a login.
fn client(settings: &Settings, login: Provider) -> (String, Option<String>, String) {
    let client = settings.oauth_client(login).unwrap();
    let secret = client.secret.as_ref();
    (
        client.id.clone(),
        secret.map(|secret| secret.expose().to_owned()),
        client.redirect_uri.clone(),
    )
}

#[test]
fn the_unified_interfaces_file_loads() {
    let settings = load("s0");
    insta::assert_snapshot!(meaning(&settings), @r#"
    APP_HOST (for HOST) = 0.0.0.0
    APP_PORT (for PORT) = 3010
    ATLASSIAN_CLIENT_ID = s0ExampleClientId0000000000000000
    ATLASSIAN_CLIENT_SECRET = [set]
    ATLASSIAN_REDIRECT_URI = http://localhost:3010/api/v1/auth/atlassian/callback
    JIRA_BASE_URL = https://acme.atlassian.net
    CONFLUENCE_BASE_URL = https://acme.atlassian.net/wiki
    CORS_ORIGINS = http://localhost:3000,https://preview.acme.example
    APP_ENV = staging
    "#);
    let secret = "s0-example-secret-with-$dollar-and-#hash";
    for login in Provider::ALL {
        let (id, found, redirect) = client(&settings, login);
        assert_eq!(id, "s0ExampleClientId0000000000000000");
        assert_eq!(found.as_deref(), Some(secret));
        assert_eq!(
            redirect,
            "http://localhost:3010/api/v1/auth/atlassian/callback"
        );
    }
    let confluence = settings.upstream.confluence_site().unwrap();
    assert_eq!(confluence.text(), "https://acme.atlassian.net");
    assert!(!settings.frontend.origins.any);
}

#[test]
fn the_connectors_file_loads() {
    let settings = load("s1");
    insta::assert_snapshot!(meaning(&settings), @r#"
    HOST = 0.0.0.0
    PORT = 3001
    APP_BASE_URL (for PUBLIC_BASE_URL) = https://ib.acme.example
    INTEGRATION_DB_URL = sqlite://./integration.db
    JIRA_OAUTH_CLIENT_ID = s1ExampleClientId0000000000000000
    JIRA_OAUTH_CLIENT_SECRET = [set]
    JIRA_REDIRECT_URI = https://ib.acme.example/auth/jira/callback
    ATLASSIAN_CLOUD_BASE_URL = https://acme.atlassian.net
    APP_FRONTEND_URL = https://app.acme.example
    BACKEND_CORS_ORIGINS = ["https://admin.acme.example", "https://app.acme.example"]
    NEXT_PUBLIC_BACKEND_CORS_ORIGINS = https://app.acme.example
    STATE_SIGNING_SECRET = [set]
    ENABLE_JIRA_PAT = true
    ENABLE_OAUTH_PKCE = True
    LOG_LEVEL = INFO
    ENV (for APP_ENV) = production
    "#);
    let jira = client(&settings, Provider::Jira);
    assert_eq!(jira.0, "s1ExampleClientId0000000000000000");
    assert_eq!(jira.1.as_deref(), Some("s1-example-secret"));
    assert_eq!(jira.2, "https://ib.acme.example/auth/jira/callback");
    assert_eq!(client(&settings, Provider::Atlassian), jira);
    assert_eq!(
        settings.frontend.origins.listed,
        ["https://admin.acme.example", "https://app.acme.example"]
    );
    let signing = settings.access.state_signing_secret.as_ref().unwrap();
    assert!(signing.expose().starts_with("s1-example-signing"));
}

#[test]
fn the_session_token_backends_file_loads() {
    let settings = load("s2");
    insta::assert_snapshot!(meaning(&settings), @r#"
    JIRA_OAUTH_CLIENT_ID = s2JiraClientId000000000000000000000
    JIRA_OAUTH_CLIENT_SECRET = [set]
    JIRA_OAUTH_REDIRECT_URI (for JIRA_REDIRECT_URI) = http://localhost:3001/auth/jira/oauth/callback
    CONFLUENCE_OAUTH_CLIENT_ID = s2ConfluenceClientId0000000000000000
    CONFLUENCE_OAUTH_CLIENT_SECRET = [set]
    CONFLUENCE_OAUTH_REDIRECT_URI = http://localhost:3001/auth/confluence/oauth/callback
    FRONTEND_ORIGIN = http://localhost:3000, https://tools.acme.example
    "#);
    let jira = client(&settings, Provider::Jira);
    let confluence = client(&settings, Provider::Confluence);
    assert_eq!(jira.1.as_deref(), Some("s2-jira-secret"));
    assert_eq!(confluence.1.as_deref(), Some("s2-confluence-secret"));
    assert_eq!(
        confluence.2,
        "http://localhost:3001/auth/confluence/oauth/callback"
    );
    assert_ne!(jira.0, confluence.0);
}

#[test]
fn the_persistence_backends_file_loads() {
    let settings = load("s3");
    insta::assert_snapshot!(meaning(&settings), @r#"
    APP_BASE_URL (for PUBLIC_BASE_URL) = http://localhost:3001
    INTEGRATION_DB_URL = postgres://connector@db.acme.example:5432/connector
    ATLASSIAN_CLIENT_ID = s3ExampleClientId0000000000000000
    ATLASSIAN_REDIRECT_URI = http://localhost:3001/api/oauth/callback/atlassian
    ATLASSIAN_SCOPES = read:jira-work read:jira-user read:confluence-content.all read:confluence-space.summary offline_access
    APP_FRONTEND_URL = http://localhost:3000
    BACKEND_CORS_ORIGINS = *
    "#);
    let (_, secret, redirect) = client(&settings, Provider::Atlassian);
    assert_eq!(secret, None, "an empty secret is none");
    assert_eq!(
        redirect,
        "http://localhost:3001/api/oauth/callback/atlassian"
    );
    assert_eq!(settings.upstream.scopes.len(), 5);
    assert!(settings.frontend.origins.any);
    assert!(settings.frontend.origins.lists("http://localhost:3000"));
}

#[test]
fn the_chatbot_servers_file_loads() {
    let settings = load("s4");
    insta::assert_snapshot!(meaning(&settings), @r#"
    API_HOST (for HOST) = localhost
    API_PORT (for PORT) = 8000
    SITE_URL (for PUBLIC_BASE_URL) = http://localhost:8000
    DATABASE_URL (for INTEGRATION_DB_URL) = sqlite://./jira_chatbot.db
    JIRA_OAUTH_CLIENT_ID = s4ExampleClientId0000000000000000
    JIRA_OAUTH_CLIENT_SECRET = [set]
    JIRA_OAUTH_CALLBACK_URL (for JIRA_REDIRECT_URI) = http://localhost:8000/api/auth/callback
    JIRA_URL (for JIRA_BASE_URL) = https://acme.atlassian.net/
    JIRA_USERNAME = robot@acme.example
    JIRA_API_TOKEN = [set]
    LOG_LEVEL = info
    "#);
    let account = settings.upstream.jira_service_account.as_ref().unwrap();
    assert_eq!(account.email, "robot@acme.example");
    assert_eq!(account.token.expose(), "s4-example-api-token");
    let site = settings.upstream.jira_site().unwrap();
    assert_eq!(site.text(), "https://acme.atlassian.net");
    let (_, _, redirect) = client(&settings, Provider::Jira);
    assert_eq!(redirect, "http://localhost:8000/api/auth/callback");
    assert_eq!(
        settings.listener.public_base_url.text(),
        "http://localhost:8000"
    );
}
