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
    /// Where it stands on the page.
    pub group: Group,
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

/// Settings that stand together on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// Where the service is and how it is reached.
    Address,
    /// The OAuth apps.
    AtlassianApp,
    /// Sites, servers and an account there.
    Sites,
    /// Web pages that call.
    Frontend,
    /// The database and its keys.
    Data,
    /// Who may call, and how often.
    Callers,
    /// Calls to Atlassian.
    Calls,
    /// Logs and metrics.
    Telemetry,
    /// Where Atlassian is.
    Sandbox,
}

impl Group {
    /// All of them, in the order of the page.
    pub const ALL: [Self; 9] = [
        Self::Address,
        Self::AtlassianApp,
        Self::Sites,
        Self::Frontend,
        Self::Data,
        Self::Callers,
        Self::Calls,
        Self::Telemetry,
        Self::Sandbox,
    ];

    /// Its heading.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Address => "Address",
            Self::AtlassianApp => "Atlassian app",
            Self::Sites => "Sites",
            Self::Frontend => "Frontend",
            Self::Data => "Data and keys",
            Self::Callers => "Who may call",
            Self::Calls => "Calls to Atlassian",
            Self::Telemetry => "Logs and metrics",
            Self::Sandbox => "For the sandbox and tests only",
        }
    }

    /// What holds for all of its settings, in Markdown.
    pub const fn note(self) -> Option<&'static str> {
        match self {
            Self::AtlassianApp => Some(
                "Id, secret and callback URL of a login come from **one** family: the product's own if its id is set, else `ATLASSIAN_*`, else (for Confluence and for both) `JIRA_*`.",
            ),
            _ => None,
        }
    }
}

macro_rules! variables {
    ($($name:ident in $group:ident $([$($alias:literal),*])? $(= $default:literal)?, $visibility:ident, $description:literal;)*) => {
        $(pub(super) const $name: Variable = Variable {
            name: stringify!($name),
            aliases: &[$($($alias),*)?],
            default: variables!(@default $($default)?),
            group: Group::$group,
            description: $description,
            secret: variables!(@secret $visibility),
        };)*

        /// Every variable, in the order in which `check` lists them; the page lists them group by group.
        pub static VARIABLES: &[Variable] = &[$($name),*];
    };
    (@default) => { None };
    (@default $default:literal) => { Some($default) };
    (@secret plain) => { false };
    (@secret secret) => { true };
}

variables! {
    HOST in Address ["APP_HOST", "API_HOST"] = "127.0.0.1", plain,
        "Address to listen on; `0.0.0.0` for every interface";
    PORT in Address ["APP_PORT", "API_PORT"] = "3001", plain, "Port to listen on";
    PUBLIC_BASE_URL in Address ["APP_BASE_URL", "SITE_URL"] = "http://localhost:{PORT}", plain,
        "Where browsers reach the program: scheme, host and port, no path. Cookies are `Secure` if it is https";

    INTEGRATION_DB_URL in Data ["DATABASE_URL"] = "sqlite://integration.db", secret,
        "`sqlite://file`, `sqlite:////absolute/file` or `postgres://user:password@host/name`; SQLAlchemy's spellings work";
    INTEGRATION_DB_WAIT in Data = "60", plain,
        "How long the start waits for a PostgreSQL server that is not there yet. `off`: not at all";

    ATLASSIAN_CLIENT_ID in AtlassianApp, plain, "Client id of the OAuth app for Jira and Confluence";
    ATLASSIAN_CLIENT_SECRET in AtlassianApp, secret, "Its secret";
    ATLASSIAN_CLIENT_SECRET_FILE in AtlassianApp, plain, "File that holds its secret";
    ATLASSIAN_REDIRECT_URI in AtlassianApp = "{PUBLIC_BASE_URL}/auth/atlassian/callback", plain,
        "Its callback URL, letter by letter as in Atlassian's console. Set it even where it is the default: it then stands for all three logins";
    JIRA_OAUTH_CLIENT_ID in AtlassianApp, plain, "Client id of an app for Jira";
    JIRA_OAUTH_CLIENT_SECRET in AtlassianApp, secret, "Its secret";
    JIRA_OAUTH_CLIENT_SECRET_FILE in AtlassianApp, plain, "File that holds its secret";
    JIRA_REDIRECT_URI in AtlassianApp ["JIRA_OAUTH_REDIRECT_URI", "JIRA_OAUTH_CALLBACK_URL"] = "{PUBLIC_BASE_URL}/auth/jira/callback", plain,
        "Its callback URL";
    CONFLUENCE_OAUTH_CLIENT_ID in AtlassianApp, plain, "Client id of an app for Confluence";
    CONFLUENCE_OAUTH_CLIENT_SECRET in AtlassianApp, secret, "Its secret";
    CONFLUENCE_OAUTH_CLIENT_SECRET_FILE in AtlassianApp, plain, "File that holds its secret";
    CONFLUENCE_OAUTH_REDIRECT_URI in AtlassianApp = "{PUBLIC_BASE_URL}/auth/confluence/callback", plain, "Its callback URL";
    ATLASSIAN_SCOPES in AtlassianApp = "offline_access read:me read:jira-work write:jira-work read:jira-user read:space:confluence read:page:confluence write:page:confluence read:comment:confluence write:comment:confluence read:hierarchical-content:confluence search:confluence", plain,
        "Scopes that every login asks for, separated by spaces. Each must be enabled in the console; `offline_access` needs no enabling";

    ATLASSIAN_CLOUD_BASE_URL in Sites, plain,
        "Site of both products, such as `https://acme.atlassian.net`: picks one when a login reaches several; an API-token login may leave its site out";
    JIRA_BASE_URL in Sites ["JIRA_URL"], plain, "The same for Jira, if it differs";
    CONFLUENCE_BASE_URL in Sites, plain, "The same for Confluence, if it differs";
    JIRA_USERNAME in Sites, plain,
        "E-mail address of a Jira account for the program itself, without anybody logging in. Its connection belongs to `service`, whom API keys reach, in open mode to `local`";
    JIRA_API_TOKEN in Sites, secret, "API token of that account";
    ALLOWED_SITES in Sites, plain,
        "Only people who reach one of these sites (hosts or cloud ids) may log in, and no other site is called; unset: anyone";

    APP_FRONTEND_URL in Frontend ["FRONTEND_URL"], plain,
        "The frontend that people return to after a login without a `return_url`";
    FRONTEND_RETURN_PATH in Frontend = "/login", plain,
        "The path at the frontend that people return to. Where it is set, the address also tells `user_id`, the caller's own row of `GET /users`";
    CORS_ORIGINS in Frontend = "*,http://localhost:3000,http://127.0.0.1:3000,{APP_FRONTEND_URL}", plain,
        "Exact origins that may call with credentials; `*` lets every other origin call without (public answers, or with a key that it sends itself). Where PUBLIC_BASE_URL is https the default has none of localhost. `chrome-extension://…` and `moz-extension://…` work";
    BACKEND_CORS_ORIGINS in Frontend, plain,
        "Further origins; the five lists are united, and a list that names an origin replaces the default";
    NEXT_PUBLIC_BACKEND_CORS_ORIGINS in Frontend, plain, "Likewise";
    FRONTEND_ORIGIN in Frontend, plain, "Likewise";
    ALLOWED_ORIGINS in Frontend, plain, "Likewise";
    RETURN_URL_ORIGINS in Frontend, plain,
        "Origins a login may return to; unset: the frontend's and the listed http(s) origins";

    AUTH_MODE in Callers = "session", plain,
        "Who may call: `session` (people who log in, and API keys) or `open` (everybody on this machine, for one developer)";
    AUTH_MODE_OPEN_ACK in Callers = "false", plain,
        "Lets `AUTH_MODE=open` listen on an address that is not loopback, as in a container; callers must still be on this machine";

    TRUSTED_PROXIES in Address, plain,
        "Addresses or networks of proxies (`10.0.0.0/8`) whose `X-Forwarded-For` and `X-Forwarded-Proto` count. Without it everybody behind a proxy shares the limits of one address";
    SHUTDOWN_DELAY in Address = "off", plain,
        "How long a process that is told to stop still takes connections, at most 30 seconds, while `/ready` and `/ready/process` are 503 already: the time in which a proxy that asks one of them goes to the others";

    STATE_SIGNING_SECRET in Data ["CSRF_SECRET", "APP_SECRET_KEY", "SECRET_KEY"], secret,
        "Signs cookies and cursors, at least 16 bytes; unset or shorter: derived from the vault key";
    VAULT_KEYS in Data ["ENCRYPTION_KEY"], secret,
        "Keys that seal stored tokens: `id:base64 of 32 bytes`, with commas between, the newest first";
    VAULT_KEY_FILE in Data, plain,
        "File that holds them; unset with SQLite: `vault.key` beside the database, made at the first start";

    SESSION_SAMESITE in Callers = "lax", plain,
        "`SameSite` of the session cookie: `lax`, `strict` or `none` (needs https)";
    SESSION_IDLE_HOURS in Callers = "12", plain, "Hours without use after which a session ends";
    SESSION_MAX_DAYS in Callers = "7", plain, "Days after which every session ends";
    ENABLE_JIRA_PAT in Callers = "false", plain,
        "Lets callers connect Jira Data Center with a personal access token; Confluence's need only a listed host";
    ENABLE_API_TOKEN_LOGIN in Callers = "true", plain, "Allows logins with e-mail address and API token";
    ENABLE_OAUTH_PKCE in Callers = "true", plain, "Sends a PKCE challenge with every login";
    READ_ONLY in Callers = "false", plain,
        "Refuses every change by anybody with 403; logging in and looking still work";
    GATEWAY_ADMIN in Callers = "false", plain,
        "Lets keys with the scope `admin` do at the gateway (`/ex/…`) what administrators of Jira and Confluence do: users, groups, roles, permissions, workflows, webhooks";
    MCP in Callers = "true", plain,
        "Serves the tools to agents at `/mcp` (Model Context Protocol); `false`: those addresses are 404";
    MCP_TOOLSETS in Callers, plain,
        "The toolsets that agents may be shown at `/mcp`, with commas between: `all`, `default` or names such as `jira_issues,confluence_pages`. Unset: all, of which `default` is listed to a client that names none";

    MCP_OAUTH in Callers = "true", plain,
        "Lets agents get tokens for `/mcp` by a login and a consent in the browser. `false`: no authorization server and no word of one, so that clients which would prefer it take API keys";
    MCP_CLIENT_HOSTS in Callers = "claude.ai,claude.com,chatgpt.com,vscode.dev,insiders.vscode.dev,cursor.com,www.cursor.com", plain,
        "Hosts of clients: there a client may have its metadata document, which is fetched, and have codes sent to over https. `off`: none; programs on people's own machines can still log in";
    MCP_REDIRECT_SCHEMES in Callers, plain,
        "Schemes of apps that codes may be sent to, such as `cursor`";
    MCP_TOKEN_TTL in Callers = "1h", plain,
        "How long an agent's access token lives, `1m` to `24h`; it renews it by itself";

    TOKEN_REFRESH_MARGIN in Calls = "120", plain, "Time before its expiry from which on a token is renewed beside the requests that use it; they wait in its last 15 seconds only";
    TOKEN_REFRESH_INTERVAL in Calls = "60", plain, "Time between two rounds of the background refresher";
    SYNC_INTERVAL in Calls = "off", plain,
        "Time between two background syncs, such as `15m`: every connection's projects or pages are copied into the stored rows. `off`: only when somebody asks";
    UPSTREAM_TIMEOUT in Calls = "20", plain, "Longest time one call may take, with all its tries";
    UPSTREAM_MAX_CONCURRENCY in Calls = "64", plain, "Most calls at one time";
    ATLASSIAN_POINTS_PER_HOUR in Calls = "65000", plain,
        "Points an hour that Atlassian gives each OAuth app over all its sites. Several processes learn from Atlassian's answers what the others use; where those say nothing, give each process its part. `off`: not counted (apps with a quota of their own on each site)";
    ATLASSIAN_POINTS_RESERVE in Calls = "20", plain,
        "Percentage of those points, 0 to 90, that syncs leave to people and programs who wait for an answer";

    RATE_LIMIT_PER_MINUTE in Callers = "6000", plain,
        "Most requests a minute of one caller, and of one address for unknown callers, up to a sixth of them (at least 600) at once; 0: no limit. `/healthz`, `/health`, `/api/health`, `/ready` and `/ready/process` do not count. Limits on failed logins and guessed keys hold always";

    LOG_LEVEL in Telemetry ["RUST_LOG"] = "info", plain,
        "`error`, `warn`, `info`, `debug`, `trace`, or a filter such as `info,sqlx=warn`";
    LOG_FORMAT in Telemetry, plain, "`pretty` or `json`; unset: `pretty` on a terminal, else `json`";
    APP_ENV in Telemetry ["ENV"] = "development", plain, "Name of this installation, shown by `/health`";
    METRICS_ADDR in Telemetry, plain,
        "Address and port of a listener that serves `/metrics` and nothing else, such as `127.0.0.1:9100`";

    HTTPS_PROXY in Calls, secret,
        "Proxy for the calls, such as `http://user:password@proxy.corp.example:3128`; it may have a private address";
    NO_PROXY in Calls, plain, "Hosts that are called without it, with commas between";

    ALLOW_INSECURE_HTTP in Address = "false", plain,
        "Allows logins over plain http on other hosts than loopback. Cookies then travel unprotected";

    ATLASSIAN_AUTH_URL in Sandbox = "https://auth.atlassian.com", plain, "Atlassian's login server";
    ATLASSIAN_API_URL in Sandbox = "https://api.atlassian.com", plain, "Atlassian's API gateway";
    ATLASSIAN_SITE_URL_TEMPLATE in Sandbox = "https://{site}", plain, "How a site's host becomes a URL";

    ALLOWED_UPSTREAM_HOSTS in Sites, plain,
        "Data Center hosts that may be called, such as `jira.example.com,wiki.example.com:8443`: exact, no patterns, https (plain http for this machine only). A `JIRA_BASE_URL` or `CONFLUENCE_BASE_URL` that is not on Atlassian Cloud counts as listed";
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
