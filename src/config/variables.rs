//! The table of every variable the service reads: names, aliases, defaults, meaning. The page
//! `docs/reference/settings.md` is made of it.

/// One setting as the operator may write it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// The first name, which wins over the aliases.
    pub name: &'static str,
    /// Other names, the stronger first.
    pub aliases: &'static [&'static str],
    /// The text that stands for an unset variable; absent when there is none.
    pub default: Option<&'static str>,
    /// What it is for, in one line of Markdown without a bar.
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

/// Settings that belong together.
#[derive(Debug, Clone, Copy)]
pub struct Group {
    /// What they are about.
    pub title: &'static str,
    /// What holds for all of them, in Markdown; empty when there is nothing to say.
    pub note: &'static str,
    /// The settings, in the order of the documentation.
    pub variables: &'static [Variable],
}

macro_rules! variables {
    ($($title:literal, $note:literal {
        $($name:ident $([$($alias:literal),*])? $(= $default:literal)?, $visibility:ident, $description:literal;)*
    })*) => {
        $($(pub(super) const $name: Variable = Variable {
            name: stringify!($name),
            aliases: &[$($($alias),*)?],
            default: variables!(@default $($default)?),
            description: $description,
            secret: variables!(@secret $visibility),
        };)*)*

        /// Every variable, in the order of the documentation.
        pub static VARIABLES: &[Variable] = &[$($($name,)*)*];

        /// The same variables, group by group.
        pub static GROUPS: &[Group] = &[$(Group { title: $title, note: $note, variables: &[$($name),*] }),*];
    };
    (@default) => { None };
    (@default $default:literal) => { Some($default) };
    (@secret plain) => { false };
    (@secret secret) => { true };
}

variables! {
    "Address", "" {
        HOST ["APP_HOST", "API_HOST"] = "127.0.0.1", plain,
            "Address to listen on; `0.0.0.0` for every interface";
        PORT ["APP_PORT", "API_PORT"] = "3001", plain, "Port to listen on";
        PUBLIC_BASE_URL ["APP_BASE_URL", "SITE_URL"] = "http://localhost:{PORT}", plain,
            "Where browsers reach the program: scheme, host and port, no path. Cookies are `Secure` if it is https";
        ALLOW_INSECURE_HTTP = "false", plain,
            "Allows logins over plain http on other hosts than loopback. Cookies then travel unprotected";
        TRUSTED_PROXIES, plain,
            "Addresses or networks of proxies (`10.0.0.0/8`) whose `X-Forwarded-For` and `X-Forwarded-Proto` count. Without it everybody behind a proxy shares the limits of one address";
    }

    "Atlassian app",
    "Id, secret and callback URL of a login come from **one** family: the product's own if its id is set, else `ATLASSIAN_*`, else (for Confluence and for both) `JIRA_*`." {
        ATLASSIAN_CLIENT_ID, plain, "Client id of the OAuth app for Jira and Confluence";
        ATLASSIAN_CLIENT_SECRET, secret, "Its secret";
        ATLASSIAN_CLIENT_SECRET_FILE, plain, "File that holds its secret";
        ATLASSIAN_REDIRECT_URI = "{PUBLIC_BASE_URL}/auth/atlassian/callback", plain,
            "Its callback URL, letter by letter as in Atlassian's console. Set it even where it is the default: it then stands for all three logins";
        JIRA_OAUTH_CLIENT_ID, plain, "Client id of an app for Jira";
        JIRA_OAUTH_CLIENT_SECRET, secret, "Its secret";
        JIRA_OAUTH_CLIENT_SECRET_FILE, plain, "File that holds its secret";
        JIRA_REDIRECT_URI ["JIRA_OAUTH_REDIRECT_URI", "JIRA_OAUTH_CALLBACK_URL"] = "{PUBLIC_BASE_URL}/auth/jira/callback", plain,
            "Its callback URL";
        CONFLUENCE_OAUTH_CLIENT_ID, plain, "Client id of an app for Confluence";
        CONFLUENCE_OAUTH_CLIENT_SECRET, secret, "Its secret";
        CONFLUENCE_OAUTH_CLIENT_SECRET_FILE, plain, "File that holds its secret";
        CONFLUENCE_OAUTH_REDIRECT_URI = "{PUBLIC_BASE_URL}/auth/confluence/callback", plain, "Its callback URL";
        ATLASSIAN_SCOPES = "offline_access read:me read:jira-work write:jira-work read:jira-user read:space:confluence read:page:confluence write:page:confluence read:comment:confluence write:comment:confluence read:hierarchical-content:confluence search:confluence", plain,
            "Scopes that every login asks for, separated by spaces. Each must be enabled in the console; `offline_access` needs no enabling";
    }

    "Sites", "" {
        ATLASSIAN_CLOUD_BASE_URL, plain,
            "Site of both products, such as `https://acme.atlassian.net`: picks one when a login reaches several; an API-token login may leave its site out";
        JIRA_BASE_URL ["JIRA_URL"], plain, "The same for Jira, if it differs";
        CONFLUENCE_BASE_URL, plain, "The same for Confluence, if it differs";
        ALLOWED_SITES, plain,
            "Only people who reach one of these sites (hosts or cloud ids) may log in; unset: anyone";
        JIRA_USERNAME, plain,
            "E-mail address of a Jira account for the program itself, without anybody logging in. Its connection belongs to `service`, whom API keys reach, in open mode to `local`";
        JIRA_API_TOKEN, secret, "API token of that account";
        ALLOWED_UPSTREAM_HOSTS, plain,
            "Data Center hosts that may be called, such as `jira.example.com,wiki.example.com:8443`: exact, no patterns, https (plain http for this machine only). A `JIRA_BASE_URL` or `CONFLUENCE_BASE_URL` that is not on Atlassian Cloud counts as listed";
    }

    "Frontend", "" {
        APP_FRONTEND_URL ["FRONTEND_URL"], plain,
            "The frontend that people return to after a login without a `return_url`";
        CORS_ORIGINS = "*,http://localhost:3000,http://127.0.0.1:3000,{APP_FRONTEND_URL}", plain,
            "Exact origins that may call with credentials; `*` lets every other origin read without. `chrome-extension://…` and `moz-extension://…` work";
        BACKEND_CORS_ORIGINS, plain,
            "Further origins; the five lists are united, and a list that names an origin replaces the default";
        NEXT_PUBLIC_BACKEND_CORS_ORIGINS, plain, "Likewise";
        FRONTEND_ORIGIN, plain, "Likewise";
        ALLOWED_ORIGINS, plain, "Likewise";
        RETURN_URL_ORIGINS, plain,
            "Origins a login may return to; unset: the frontend's and the listed http(s) origins";
    }

    "Data and keys", "" {
        INTEGRATION_DB_URL ["DATABASE_URL"] = "sqlite://integration.db", secret,
            "`sqlite://file`, `sqlite:////absolute/file` or `postgres://user:password@host/name`; SQLAlchemy's spellings work";
        VAULT_KEYS ["ENCRYPTION_KEY"], secret,
            "Keys that seal stored tokens: `id:base64 of 32 bytes`, with commas between, the newest first";
        VAULT_KEY_FILE, plain,
            "File that holds them; unset with SQLite: `vault.key` beside the database, made at the first start";
        STATE_SIGNING_SECRET ["CSRF_SECRET", "APP_SECRET_KEY", "SECRET_KEY"], secret,
            "Signs cookies and cursors, at least 16 bytes; unset: derived from the vault key";
    }

    "Who may call", "" {
        AUTH_MODE = "session", plain,
            "Who may call: `session` (people who log in, and API keys) or `open` (everybody on this machine, for one developer)";
        AUTH_MODE_OPEN_ACK = "false", plain,
            "Lets `AUTH_MODE=open` listen on an address that is not loopback, as in a container; callers must still be on this machine";
        SESSION_SAMESITE = "lax", plain,
            "`SameSite` of the session cookie: `lax`, `strict` or `none` (needs https)";
        SESSION_IDLE_HOURS = "12", plain, "Hours without use after which a session ends";
        SESSION_MAX_DAYS = "7", plain, "Days after which every session ends";
        ENABLE_API_TOKEN_LOGIN = "true", plain, "Allows logins with e-mail address and API token";
        ENABLE_OAUTH_PKCE = "true", plain, "Sends a PKCE challenge with every login";
        ENABLE_JIRA_PAT = "false", plain,
            "Lets callers connect Jira Data Center with a personal access token; Confluence's need only a listed host";
        READ_ONLY = "false", plain,
            "Refuses every change by anybody with 403; logging in and looking still work";
        RATE_LIMIT_PER_MINUTE = "6000", plain,
            "Most requests a minute of one caller, and of one address for unknown callers, up to a sixth of them (at least 600) at once; 0: no limit. `/healthz`, `/health` and `/ready` do not count. Limits on failed logins and guessed keys hold always";
    }

    "Calls to Atlassian", "" {
        TOKEN_REFRESH_MARGIN = "120", plain, "Time before its expiry at which a token is renewed";
        TOKEN_REFRESH_INTERVAL = "60", plain, "Time between two rounds of the background refresher";
        SYNC_INTERVAL = "off", plain,
            "Time between two background syncs, such as `15m`: every connection's projects or pages are copied into the stored rows. `off`: only when somebody asks";
        UPSTREAM_TIMEOUT = "20", plain, "Longest time one call may take, with all its tries";
        UPSTREAM_MAX_CONCURRENCY = "64", plain, "Most calls at one time";
        HTTPS_PROXY, secret,
            "Proxy for the calls, such as `http://user:password@proxy.corp.example:3128`; it may have a private address";
        NO_PROXY, plain, "Hosts that are called without it, with commas between";
    }

    "Logs and metrics", "" {
        LOG_LEVEL ["RUST_LOG"] = "info", plain,
            "`error`, `warn`, `info`, `debug`, `trace`, or a filter such as `info,sqlx=warn`";
        LOG_FORMAT, plain, "`pretty` or `json`; unset: `pretty` on a terminal, else `json`";
        APP_ENV ["ENV"] = "development", plain, "Name of this installation, shown by `/health`";
        METRICS_ADDR, plain,
            "Address and port of a listener that serves `/metrics` and nothing else, such as `127.0.0.1:9100`";
    }

    "For the sandbox and tests only", "" {
        ATLASSIAN_AUTH_URL = "https://auth.atlassian.com", plain, "Atlassian's login server";
        ATLASSIAN_API_URL = "https://api.atlassian.com", plain, "Atlassian's API gateway";
        ATLASSIAN_SITE_URL_TEMPLATE = "https://{site}", plain, "How a site's host becomes a URL";
    }
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
            let description = variable.description;
            assert!(!description.is_empty() && !description.contains(['\n', '|']));
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
