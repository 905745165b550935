//! The table of every variable the service reads: names, aliases, defaults, meaning.

/// One setting as the operator may write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// The first name, which wins over the aliases.
    pub name: &'static str,
    /// Other names, the stronger first.
    pub aliases: &'static [&'static str],
    /// The text that stands for an unset variable; absent when there is none.
    pub default: Option<&'static str>,
    /// What it is for, in one line.
    pub description: &'static str,
    /// Whether its value must never be shown.
    pub secret: bool,
}

impl Variable {
    /// All names, the strongest first.
    pub fn names(&self) -> impl Iterator<Item = &'static str> {
        std::iter::once(self.name).chain(self.aliases.iter().copied())
    }
}

macro_rules! variables {
    ($($name:ident $([$($alias:literal),*])? $(= $default:literal)?, $visibility:ident, $description:literal;)*) => {
        $(pub(super) const $name: Variable = Variable {
            name: stringify!($name),
            aliases: &[$($($alias),*)?],
            default: variables!(@default $($default)?),
            description: $description,
            secret: variables!(@secret $visibility),
        };)*

        /// Every variable, in the order of the documentation.
        pub static VARIABLES: &[Variable] = &[$($name),*];
    };
    (@default) => { None };
    (@default $default:literal) => { Some($default) };
    (@secret plain) => { false };
    (@secret secret) => { true };
}

variables! {
    HOST ["APP_HOST", "API_HOST"] = "127.0.0.1", plain, "Address to listen on; 0.0.0.0 for every interface";
    PORT ["APP_PORT", "API_PORT"] = "3001", plain, "Port to listen on";
    PUBLIC_BASE_URL ["APP_BASE_URL", "SITE_URL"] = "http://localhost:{PORT}", plain,
        "Where browsers reach this service: scheme, host and port, no path";
    INTEGRATION_DB_URL ["DATABASE_URL"] = "sqlite://integration.db", secret,
        "Database: sqlite://file or postgres://user:password@host/name";

    ATLASSIAN_CLIENT_ID, plain, "Client id of the OAuth app for Jira and Confluence";
    ATLASSIAN_CLIENT_SECRET, secret, "Its secret";
    ATLASSIAN_CLIENT_SECRET_FILE, plain, "File that holds its secret";
    ATLASSIAN_REDIRECT_URI = "{PUBLIC_BASE_URL}/auth/atlassian/callback", plain,
        "Its callback URL, exactly as in the Atlassian developer console";
    JIRA_OAUTH_CLIENT_ID, plain, "Client id of an OAuth app for Jira";
    JIRA_OAUTH_CLIENT_SECRET, secret, "Its secret";
    JIRA_OAUTH_CLIENT_SECRET_FILE, plain, "File that holds its secret";
    JIRA_REDIRECT_URI ["JIRA_OAUTH_REDIRECT_URI", "JIRA_OAUTH_CALLBACK_URL"] = "{PUBLIC_BASE_URL}/auth/jira/callback", plain,
        "Its callback URL";
    CONFLUENCE_OAUTH_CLIENT_ID, plain, "Client id of an OAuth app for Confluence";
    CONFLUENCE_OAUTH_CLIENT_SECRET, secret, "Its secret";
    CONFLUENCE_OAUTH_CLIENT_SECRET_FILE, plain, "File that holds its secret";
    CONFLUENCE_OAUTH_REDIRECT_URI = "{PUBLIC_BASE_URL}/auth/confluence/callback", plain, "Its callback URL";
    ATLASSIAN_SCOPES = "offline_access read:me read:jira-work write:jira-work read:jira-user read:space:confluence read:page:confluence write:page:confluence read:comment:confluence write:comment:confluence read:hierarchical-content:confluence search:confluence", plain,
        "Scopes every login asks for, separated by spaces";

    ATLASSIAN_CLOUD_BASE_URL, plain, "Site of both products, such as https://acme.atlassian.net; picks one when a login reaches several";
    JIRA_BASE_URL ["JIRA_URL"], plain, "Site of Jira, if it differs";
    CONFLUENCE_BASE_URL, plain, "Site of Confluence, if it differs";
    JIRA_USERNAME, plain, "E-mail address of a service account for Jira";
    JIRA_API_TOKEN, secret, "API token of that account";
    ALLOWED_SITES, plain, "Only people who reach one of these sites may log in; unset: anyone";

    APP_FRONTEND_URL ["FRONTEND_URL"], plain, "The frontend that people return to after a login";
    CORS_ORIGINS = "*,http://localhost:3000,http://127.0.0.1:3000,{APP_FRONTEND_URL}", plain,
        "Origins that may call with credentials; * lets every other origin call without";
    BACKEND_CORS_ORIGINS, plain, "Further origins, as CORS_ORIGINS";
    NEXT_PUBLIC_BACKEND_CORS_ORIGINS, plain, "Further origins, as CORS_ORIGINS";
    FRONTEND_ORIGIN, plain, "Further origins, as CORS_ORIGINS";
    ALLOWED_ORIGINS, plain, "Further origins, as CORS_ORIGINS";
    RETURN_URL_ORIGINS, plain, "Origins a login may return to; unset: the frontend's and the listed http(s) origins";

    AUTH_MODE = "session", plain, "session: callers log in; open: one developer on this machine, no login";
    AUTH_MODE_OPEN_ACK = "false", plain, "Lets open mode listen on other addresses than loopback";
    TRUSTED_PROXIES, plain, "Addresses or networks of proxies whose X-Forwarded-For and X-Forwarded-Proto count";
    STATE_SIGNING_SECRET ["CSRF_SECRET", "APP_SECRET_KEY", "SECRET_KEY"], secret,
        "Signs cookies and cursors, at least 16 bytes; unset: derived from the vault key";
    VAULT_KEYS ["ENCRYPTION_KEY"], secret, "Keys that seal stored tokens: id:base64 of 32 bytes, the newest first";
    VAULT_KEY_FILE, plain, "File that holds the keys; unset with SQLite: vault.key beside the database";
    SESSION_SAMESITE = "lax", plain, "SameSite of the session cookie: lax, strict or none";
    SESSION_IDLE_HOURS = "12", plain, "Hours without use after which a session ends";
    SESSION_MAX_DAYS = "7", plain, "Days after which every session ends";
    ENABLE_JIRA_PAT = "false", plain, "Lets callers connect Jira Data Center with a personal access token";
    ENABLE_API_TOKEN_LOGIN = "true", plain, "Allows logins with e-mail and API token";
    ENABLE_OAUTH_PKCE = "true", plain, "Sends a PKCE challenge with every login";
    READ_ONLY = "false", plain, "Refuses everything that writes";

    TOKEN_REFRESH_MARGIN = "120", plain, "Time before its expiry at which a token is renewed";
    TOKEN_REFRESH_INTERVAL = "60", plain, "Time between two rounds of the background refresher";
    SYNC_INTERVAL = "off", plain, "Time between two background synchronisations, such as 15m";
    UPSTREAM_TIMEOUT = "20", plain, "Longest time one call to Atlassian may take";
    UPSTREAM_MAX_CONCURRENCY = "64", plain, "Most calls to Atlassian at one time";
    RATE_LIMIT_PER_MINUTE = "6000", plain, "Most requests of one caller a minute; 0: no limit";
    LOG_LEVEL ["RUST_LOG"] = "info", plain, "error, warn, info, debug, trace, or a filter such as info,sqlx=warn";
    LOG_FORMAT, plain, "pretty or json; unset: pretty on a terminal";
    APP_ENV ["ENV"] = "development", plain, "Name of this installation, shown by /health";
    METRICS_ADDR, plain, "Own address for /metrics, such as 127.0.0.1:9100";
    HTTPS_PROXY, secret, "Proxy for calls to Atlassian";
    NO_PROXY, plain, "Hosts that are called without the proxy";
    ALLOW_INSECURE_HTTP = "false", plain, "Allows logins over plain http on other hosts than loopback";

    ATLASSIAN_AUTH_URL = "https://auth.atlassian.com", plain, "Atlassian's login server; changed only for the sandbox and tests";
    ATLASSIAN_API_URL = "https://api.atlassian.com", plain, "Atlassian's API gateway; changed only for the sandbox and tests";
    ATLASSIAN_SITE_URL_TEMPLATE = "https://{site}", plain, "How a site's host becomes a URL; changed only for the sandbox and tests";
    ALLOWED_UPSTREAM_HOSTS, plain, "Data Center hosts that may be called, separated by commas: exact, with their port, https";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_name_and_alias_belongs_to_one_variable() {
        let mut seen = BTreeSet::new();
        for name in VARIABLES.iter().flat_map(Variable::names) {
            assert!(seen.insert(name), "{name} stands twice");
        }
    }

    #[test]
    fn names_are_upper_case_and_descriptions_are_one_line() {
        for variable in VARIABLES {
            assert!(
                variable
                    .names()
                    .all(|name| name == name.to_ascii_uppercase())
            );
            assert!(!variable.description.is_empty() && !variable.description.contains('\n'));
        }
    }

    #[test]
    fn secrets_have_no_default_in_the_code() {
        let with_default = VARIABLES
            .iter()
            .filter(|variable| variable.secret && variable.default.is_some());
        // A default database address holds no password.
        assert_eq!(
            with_default
                .map(|variable| variable.name)
                .collect::<Vec<_>>(),
            ["INTEGRATION_DB_URL"]
        );
    }
}
