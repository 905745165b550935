//! What handlers share: the services, the settings of the edge, and its keys.

use std::ops::Deref;
use std::sync::Arc;

use url::Url;

use crate::model::auth_mode::AuthMode;
use crate::model::clock::SharedClock;
use crate::model::ip_range::IpRange;
use crate::model::same_site::SameSite;
use crate::model::signature::SigningKey;
use crate::model::time::Timestamp;
use crate::model::toolset::Toolsets;
use crate::service::agents::Agents;
use crate::service::api_keys::ApiKeys;
use crate::service::authorization::Authorization;
use crate::service::catalog::Catalog;
use crate::service::connections::Connections;
use crate::service::dashboard::Dashboard;
use crate::service::gateway::Gateway;
use crate::service::idempotency::Idempotency;
use crate::service::issues::Issues;
use crate::service::limits::Limits;
use crate::service::live::Live;
use crate::service::metrics::Metrics;
use crate::service::pages::Pages;
use crate::service::reachability::Reachability;
use crate::service::readiness::ReadinessProbe;
use crate::service::sessions::Sessions;
use crate::service::tools::Tools;

/// The edge's own settings.
#[derive(Debug, Clone)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is one setting of the operator"
)]
pub struct EdgeSettings {
    /// Our public address, an origin without a path.
    pub public_origin: String,
    /// Whether that is https.
    pub is_https: bool,
    /// Whether that is this machine.
    pub is_on_loopback: bool,
    /// Whether login may run over plain http on a name that is not loopback.
    pub may_log_in: bool,
    /// The frontend, to which browsers go after a login without a return URL.
    pub frontend: Option<Url>,
    /// The frontend exactly as it was set.
    pub frontend_text: Option<String>,
    /// The path there to which they go.
    pub frontend_return_path: String,
    /// Whether origins that are not listed may read public answers.
    pub any_origin: bool,
    /// Where the operator says that Jira is.
    pub jira_address: Option<String>,
    /// Where the operator says that Confluence is.
    pub confluence_address: Option<String>,
    /// Origins that may act with a person's cookie.
    pub listed_origins: Vec<String>,
    /// Whether callers log in.
    pub auth_mode: AuthMode,
    /// Whether writes are refused for all.
    pub read_only: bool,
    /// Whether the gateway passes on what administrators do.
    pub gateway_admin: bool,
    /// Whether agents get tokens by a login and a consent.
    pub agents_log_in: bool,
    /// Whether agents reach the tools at `/mcp`.
    pub mcp: bool,
    /// The toolsets that agents may be shown; none: every one.
    pub mcp_toolsets: Option<Toolsets>,
    /// `SameSite` of the session cookie.
    pub session_same_site: SameSite,
    /// Whether a redirect URI was set (rather than derived from our address).
    pub redirect_uri_set: bool,
    /// Proxies whose `X-Forwarded-*` headers count.
    pub trusted_proxies: Vec<IpRange>,
    /// The environment's name, shown by `/health`.
    pub environment: String,
}

impl EdgeSettings {
    /// Whether being on this machine is enough (open mode).
    pub(crate) fn is_open(&self) -> bool {
        self.auth_mode == AuthMode::Open
    }
}

/// The services and keys, built once.
#[derive(Debug)]
pub struct AppParts {
    /// The edge's own settings.
    pub edge: EdgeSettings,
    /// Sessions.
    pub sessions: Sessions,
    /// API keys.
    pub api_keys: ApiKeys,
    /// Agents.
    pub agents: Agents,
    /// Logins.
    pub authorization: Authorization,
    /// Connections.
    pub connections: Connections,
    /// Requests passed on to Atlassian.
    pub gateway: Gateway,
    /// Idempotency keys.
    pub idempotency: Idempotency,
    /// Jira's issues.
    pub issues: Issues,
    /// Confluence's pages.
    pub pages: Pages,
    /// Users and stored rows.
    pub catalog: Catalog,
    /// The dashboard.
    pub dashboard: Dashboard,
    /// The listeners to changes.
    pub live: Live,
    /// Metrics for the operator.
    pub metrics: Metrics,
    /// Tools for agents.
    pub tools: Tools,
    /// Rate limits.
    pub limits: Limits,
    /// Whether connections reach their products.
    pub reachability: Reachability,
    /// Readiness.
    pub readiness: ReadinessProbe,
    /// The time.
    pub clock: SharedClock,
    /// When this process started.
    pub started_at: Timestamp,
    /// Signs the state cookie.
    pub state_cookie_key: SigningKey,
    /// Signs cursors.
    pub cursor_key: SigningKey,
}

/// The shared state of the router; cheap to clone.
#[derive(Debug, Clone)]
pub struct AppState(Arc<AppParts>);

impl AppState {
    /// Shares the parts.
    pub(crate) fn new(parts: AppParts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for AppState {
    type Target = AppParts;

    fn deref(&self) -> &AppParts {
        &self.0
    }
}
