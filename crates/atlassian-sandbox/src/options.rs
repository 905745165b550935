//! How a sandbox is started: ports, registered apps, and where its state is kept.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// Every scope that the default app has enabled, separated by spaces.
pub const DEFAULT_SCOPES: &str = "read:me read:jira-work write:jira-work read:jira-user read:space:confluence read:page:confluence \
write:page:confluence delete:page:confluence read:comment:confluence write:comment:confluence delete:comment:confluence \
read:hierarchical-content:confluence read:content.metadata:confluence read:attachment:confluence read:user:confluence \
search:confluence read:confluence-user write:confluence-content read:confluence-content.all read:confluence-space.summary \
read:label:confluence write:label:confluence manage:jira-configuration read:folder:confluence read:whiteboard:confluence \
read:database:confluence read:embed:confluence manage:jira-project write:confluence-file write:attachment:confluence \
delete:attachment:confluence read:board-scope:jira-software read:board-scope.admin:jira-software write:board-scope:jira-software \
read:sprint:jira-software write:sprint:jira-software delete:sprint:jira-software read:project:jira read:issue-details:jira read:jql:jira";

/// The callback paths that the program registers on `http://localhost:3001` unless it is given others.
///
/// They are those of the integration backend, in whose repository the sandbox lives. The library's
/// default app has none: a test registers its own.
pub const CALLBACK_PATHS: [&str; 11] = [
    "/auth/jira/callback",
    "/auth/confluence/callback",
    "/auth/atlassian/callback",
    "/auth/jira/oauth/callback",
    "/auth/confluence/oauth/callback",
    "/api/v1/auth/atlassian/callback",
    "/api/oauth/callback/atlassian",
    "/api/oauth/atlassian/callback",
    "/api/auth/callback",
    "/api/auth/jira/callback",
    "/api/auth/confluence/callback",
];

/// How to start a sandbox.
///
/// ```
/// use atlassian_sandbox::{App, Options};
///
/// let options = Options {
///     apps: vec![App {
///         redirect_uris: vec!["http://localhost:8080/callback".to_owned()],
///         ..App::default()
///     }],
///     ..Options::default()
/// };
///
/// assert_eq!(options.port, 0);
/// assert_eq!(options.apps[0].client_id, "sandbox-client");
/// ```
#[derive(Clone, Debug)]
pub struct Options {
    /// The port on 127.0.0.1; 0 takes any free one.
    pub port: u16,
    /// The port of the Data Center host, likewise.
    pub data_center_port: u16,
    /// The registered apps.
    pub apps: Vec<App>,
    /// The file in which tokens and changes survive a restart; without one they are kept in memory only.
    pub state_file: Option<PathBuf>,
}

impl Default for Options {
    /// Free ports, the default app, and nothing on disk.
    fn default() -> Self {
        Self {
            port: 0,
            data_center_port: 0,
            apps: vec![App::default()],
            state_file: None,
        }
    }
}

/// A registered app, as in Atlassian's developer console.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct App {
    /// The public id.
    pub client_id: String,
    /// The secret; every token call must carry it.
    pub client_secret: String,
    /// Callback URLs; `redirect_uri` must equal one of them.
    pub redirect_uris: Vec<String>,
    /// Scopes enabled for the app; `offline_access` needs no enabling.
    pub scopes: Vec<String>,
}

impl Default for App {
    /// `sandbox-client` with `sandbox-secret`, all of [`DEFAULT_SCOPES`], and no callback URL yet.
    fn default() -> Self {
        Self {
            client_id: "sandbox-client".to_owned(),
            client_secret: "sandbox-secret".to_owned(),
            redirect_uris: Vec::new(),
            scopes: DEFAULT_SCOPES
                .split_whitespace()
                .map(str::to_owned)
                .collect(),
        }
    }
}

/// Somebody to be added to a site.
///
/// ```
/// use atlassian_sandbox::NewPerson;
///
/// // Somebody of the same name who has left.
/// let gone = NewPerson {
///     active: false,
///     ..NewPerson::named("Mia Krystof")
/// };
///
/// assert_eq!(gone.kind, "atlassian");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPerson {
    /// The name to show.
    pub name: String,
    /// Whether the account is still used.
    pub active: bool,
    /// `atlassian` for a person, `app` or `customer`.
    pub kind: String,
}

impl NewPerson {
    /// A person who uses the account.
    pub fn named(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            active: true,
            kind: "atlassian".to_owned(),
        }
    }
}
