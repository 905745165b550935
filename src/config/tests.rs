//! Tests of the settings as a whole, with files like those of the earlier systems.

use std::time::Duration;

use proptest::prelude::*;

use super::*;

fn from_dotenv(dotenv: &str) -> Settings {
    load(&|_| None, Some(dotenv)).unwrap()
}

fn source<'a>(settings: &'a Settings, name: &str) -> &'a SettingSource {
    settings
        .sources()
        .iter()
        .find(|source| source.name == name)
        .unwrap()
}

/// The path of a client's redirect URI.
fn redirect_path(client: &OAuthClient) -> String {
    let url = url::Url::parse(&client.redirect_uri).unwrap();
    url.path().to_owned()
}

#[test]
fn nothing_set_is_enough_to_start() {
    let settings = load(&|_| None, None).unwrap();
    assert_eq!(settings.listener.host.to_string(), "127.0.0.1");
    assert_eq!(settings.listener.port, 3001);
    assert_eq!(
        settings.listener.public_base_url.text(),
        "http://localhost:3001"
    );
    assert_eq!(
        settings.storage.database.to_string(),
        "sqlite://integration.db"
    );
    assert!(settings.oauth_client(Provider::Atlassian).is_none());
    assert_eq!(settings.telemetry.environment, "development");
    assert!(settings.frontend.origins.any);
    assert_eq!(
        settings.frontend.return_origins,
        ["http://localhost:3000", "http://127.0.0.1:3000"]
    );
}

#[test]
fn the_unified_backends_file_loads() {
    let settings = from_dotenv(
        "APP_NAME=\"Unified JIRA-Confluence Backend\"\nAPP_VERSION=0.1.0\nAPP_ENV=staging\nAPP_HOST=0.0.0.0\nAPP_PORT=3001\n\
         CORS_ORIGINS=*\nATLASSIAN_CLIENT_ID=your_client_id\nATLASSIAN_CLIENT_SECRET=your_client_secret\n\
         ATLASSIAN_REDIRECT_URI=http://localhost:3001/api/v1/auth/atlassian/callback\n\
         JIRA_BASE_URL=https://your-domain.atlassian.net\nCONFLUENCE_BASE_URL=https://your-domain.atlassian.net/wiki\n",
    );
    assert_eq!(settings.listener.host.to_string(), "0.0.0.0");
    assert_eq!(settings.telemetry.environment, "staging");
    let client = settings.oauth_client(Provider::Confluence).unwrap();
    assert_eq!(redirect_path(&client), "/api/v1/auth/atlassian/callback");
    assert_eq!(
        settings.upstream.confluence_site().map(SiteAddress::text),
        Some("https://your-domain.atlassian.net")
    );
}

#[test]
fn the_connectors_file_loads() {
    let settings = from_dotenv(
        "# Jira\nexport JIRA_OAUTH_CLIENT_ID=abc\nJIRA_OAUTH_CLIENT_SECRET=\"abc$def\"\n\
         JIRA_REDIRECT_URI=http://localhost:3001/auth/jira/callback   # as in the console\n\
         ATLASSIAN_CLOUD_BASE_URL=https://acme.atlassian.net\nAPP_FRONTEND_URL=http://localhost:3000\n\
         BACKEND_CORS_ORIGINS=[\"http://localhost:3000\", \"https://app.example.com\"]\n\
         ENABLE_JIRA_PAT=Yes\nENABLE_OAUTH_PKCE=false\nSTATE_SIGNING_SECRET=0123456789abcdef\nENV=production\n\
         INTEGRATION_DB_URL=sqlite:///./integration.db\nDEV_MODE=false\nLOG_LEVEL=INFO\nALGORITHM=HS256\n",
    );
    let client = settings.oauth_client(Provider::Jira).unwrap();
    assert_eq!(client.secret.unwrap().expose(), "abc$def");
    assert_eq!(
        client.redirect_uri,
        "http://localhost:3001/auth/jira/callback"
    );
    assert!(settings.access.jira_pat && !settings.access.oauth_pkce);
    assert_eq!(
        settings.storage.database.to_string(),
        "sqlite://./integration.db"
    );
    assert!(settings.frontend.origins.lists("https://app.example.com"));
    assert!(!settings.frontend.origins.any);
}

#[test]
fn the_session_token_backends_file_loads() {
    let settings = from_dotenv(
        "FRONTEND_ORIGIN=http://localhost:3000\nJIRA_OAUTH_CLIENT_ID=j\nJIRA_OAUTH_CLIENT_SECRET=js\n\
         JIRA_OAUTH_REDIRECT_URI=http://localhost:3001/auth/jira/oauth/callback\nCONFLUENCE_OAUTH_CLIENT_ID=c\n\
         CONFLUENCE_OAUTH_CLIENT_SECRET=cs\nCONFLUENCE_OAUTH_REDIRECT_URI=http://localhost:3001/auth/confluence/oauth/callback\n",
    );
    let confluence = settings.oauth_client(Provider::Confluence).unwrap();
    assert_eq!(confluence.id, "c");
    assert_eq!(
        redirect_path(&confluence),
        "/auth/confluence/oauth/callback"
    );
    assert_eq!(settings.oauth_client(Provider::Atlassian).unwrap().id, "j");
}

#[test]
fn the_persistence_backends_file_loads() {
    let settings = from_dotenv(
        "INTEGRATION_DB_URL=postgresql+psycopg2://ib:secret@db:5432/ib\nATLASSIAN_CLIENT_ID=a\n\
         ATLASSIAN_REDIRECT_URI=http://localhost:3001/api/oauth/callback/atlassian\n\
         ATLASSIAN_SCOPES=read:jira-work read:jira-user offline_access\nAPP_BASE_URL=http://localhost:3001\n\
         APP_FRONTEND_URL=http://localhost:3000/connected\nBACKEND_CORS_ORIGINS=*\n",
    );
    assert_eq!(
        settings.upstream.scopes,
        ["read:jira-work", "read:jira-user", "offline_access"]
    );
    assert!(
        settings
            .oauth_client(Provider::Atlassian)
            .unwrap()
            .secret
            .is_none()
    );
    assert_eq!(
        settings.frontend.url.as_ref().map(WebAddress::text),
        Some("http://localhost:3000/connected")
    );
    assert_eq!(
        source(&settings, "INTEGRATION_DB_URL").shown.as_deref(),
        Some("postgres://ib@db:5432/ib")
    );
}

#[test]
fn the_chatbots_file_loads() {
    let settings = from_dotenv(
        "\u{feff}API_HOST=localhost\r\nAPI_PORT=8000\r\nSITE_URL=http://localhost:8000\r\nJIRA_URL=https://acme.atlassian.net/\r\n\
         JIRA_USERNAME=mia@example.com\r\nJIRA_API_TOKEN='ATATT3x=A1'\r\nDEFAULT_JIRA_PROJECT_KEY=\r\n\
         JIRA_OAUTH_CLIENT_ID=j\r\nJIRA_OAUTH_CALLBACK_URL=http://localhost:8000/api/auth/callback\r\n\
         OPENROUTER_API_KEY=x\r\nLLM_MODEL=a/b:free # cheap\r\nDEBUG=False\r\nLOG_LEVEL=info\r\n",
    );
    assert_eq!(settings.listener.port, 8000);
    assert_eq!(
        settings
            .upstream
            .jira_service_account
            .unwrap()
            .token
            .expose(),
        "ATATT3x=A1"
    );
    assert_eq!(
        settings.upstream.jira_base_url.unwrap().text(),
        "https://acme.atlassian.net"
    );
    let redirect = settings.oauth.redirect(Provider::Jira);
    assert_eq!(redirect.set_by, Some("JIRA_OAUTH_CALLBACK_URL"));
}

#[test]
fn the_environment_beats_the_file_and_every_setting_knows_its_source() {
    let environment = |name: &str| (name == "APP_PORT").then(|| "4000".to_owned());
    let settings = load(
        &environment,
        Some("PORT=5000\nSYNC_INTERVAL=15m\nCSRF_SECRET=0123456789abcdef"),
    )
    .unwrap();
    let shown = |name: &str| {
        let source = source(&settings, name);
        (
            source.set_by,
            source.from,
            source.shown.clone().unwrap_or_default(),
        )
    };
    assert_eq!(
        shown("PORT"),
        (Some("APP_PORT"), SetIn::Environment, "4000".to_owned())
    );
    assert_eq!(
        shown("SYNC_INTERVAL"),
        (Some("SYNC_INTERVAL"), SetIn::DotEnv, "15m".to_owned())
    );
    assert_eq!(
        shown("STATE_SIGNING_SECRET"),
        (Some("CSRF_SECRET"), SetIn::DotEnv, "[set]".to_owned())
    );
    assert_eq!(
        shown("PUBLIC_BASE_URL"),
        (None, SetIn::Default, "http://localhost:4000".to_owned())
    );
    assert_eq!(
        shown("JIRA_REDIRECT_URI"),
        (
            None,
            SetIn::Default,
            "http://localhost:4000/auth/jira/callback".to_owned()
        )
    );
    assert_eq!(
        settings.upstream.sync_interval,
        Some(Duration::from_mins(15))
    );
    assert_eq!(settings.sources().len(), VARIABLES.len());
}

#[test]
fn a_default_never_shows_a_placeholder() {
    for source in load(&|_| None, None).unwrap().sources() {
        let placeholder = source.name != "ATLASSIAN_SITE_URL_TEMPLATE"
            && source
                .shown
                .as_ref()
                .is_some_and(|shown| shown.contains('{'));
        assert!(!placeholder, "{source:?}");
    }
}

#[test]
fn a_bad_value_is_one_line_that_names_the_variable_that_was_set() {
    let error = load(&|_| None, Some("API_PORT=eighty")).unwrap_err();
    insta::assert_snapshot!(error, @r#"API_PORT (.env) is "eighty": must be a port number from 0 to 65535"#);
    let environment =
        |name: &str| (name == "DATABASE_URL").then(|| "mysql://u:hunter2@h/db".to_owned());
    let error = load(&environment, None).unwrap_err();
    insta::assert_snapshot!(error, @"DATABASE_URL (environment): must begin with sqlite:// or postgres://; no other database works");
}

/// A value for every secret variable that its parser accepts.
fn every_secret() -> String {
    let key = "aHVudGVyMmh1bnRlcjJodW50ZXIyaHVudGVyMmh1bjE=";
    VARIABLES
        .iter()
        .filter(|variable| variable.secret)
        .fold(String::new(), |text, variable| {
            let value = match variable.name {
                "INTEGRATION_DB_URL" => "postgres://mia:hunter2@db/ib",
                "HTTPS_PROXY" => "http://mia:hunter2@proxy:3128",
                "VAULT_KEYS" => key,
                _ => "hunter2hunter2hunter2",
            };
            format!("{text}{}={value}\n", variable.name)
        })
}

#[test]
fn neither_debug_nor_the_list_of_sources_shows_a_secret() {
    let ids = "JIRA_USERNAME=mia\nJIRA_OAUTH_CLIENT_ID=j\nATLASSIAN_CLIENT_ID=a\nCONFLUENCE_OAUTH_CLIENT_ID=c\n";
    let settings = from_dotenv(&format!("{ids}{}", every_secret()));
    let text = format!("{settings:?}");
    assert!(
        !text.contains("hunter2") && !text.contains("aHVudGVy"),
        "{text}"
    );
}

proptest! {
    #[test]
    fn no_value_of_any_variable_panics_and_every_error_is_one_line(
        index in 0..VARIABLES.len(),
        value in "\\PC{0,40}|[a-z:/@?#\\[\\]{}*.,0-9\n\t\" -]{0,60}",
    ) {
        let environment = |name: &str| (name == VARIABLES[index].name).then(|| value.clone());
        if let Err(error) = load(&environment, None) {
            let message = error.to_string();
            prop_assert!(!message.contains(['\n', '\r']), "{}", message);
            prop_assert!(message.starts_with(VARIABLES[index].name), "{}", message);
        }
    }
}
