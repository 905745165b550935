//! How one product on one site is reached: the base address and the credential.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;

use crate::model::key_limits::KeyLimits;
use crate::model::secret::{Secret, sha256};
use crate::model::site::Site;

/// A credential as it goes into the `Authorization` header.
#[derive(Debug, Clone)]
pub(crate) enum Credential {
    /// An OAuth access token, or a personal access token of a Data Center.
    Bearer(Secret),
    /// An e-mail address and an API token.
    Basic {
        /// The account's e-mail address.
        email: String,
        /// The API token.
        token: Secret,
    },
}

impl Credential {
    /// The header value, marked sensitive; none when the credential holds bytes a header cannot.
    pub(super) fn header(&self) -> Option<HeaderValue> {
        let text = match self {
            Self::Bearer(token) => format!("Bearer {}", token.expose()),
            Self::Basic { email, token } => format!(
                "Basic {}",
                STANDARD.encode(format!("{email}:{}", token.expose()))
            ),
        };
        let mut value = HeaderValue::from_str(&text).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// Tells credentials apart without holding one.
    fn fingerprint(&self) -> String {
        sha256(match self {
            Self::Bearer(token) | Self::Basic { token, .. } => token.expose(),
        })
    }

    /// The texts by which an answer could repeat the credential.
    pub(super) fn traces(&self) -> Vec<Secret> {
        match self {
            Self::Bearer(token) => vec![token.clone()],
            Self::Basic { email, token } => {
                let pair = STANDARD.encode(format!("{email}:{}", token.expose()));
                vec![token.clone(), Secret::new(pair)]
            }
        }
    }
}

/// Which address a credential is accepted at. An OAuth token and an API token with scopes are refused by
/// the site, a classic API token is documented for the site alone (sooperset/mcp-atlassian#968).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entrance {
    /// `https://api.atlassian.com/ex/{product}/{cloudId}`.
    Gateway,
    /// The site itself.
    Site,
    /// The base address of a Data Center.
    DataCenter,
}

/// Which form of the REST APIs is spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// Atlassian Cloud.
    Cloud,
    /// Jira and Confluence on servers of one's own: Jira's v2, Confluence's v1.
    DataCenter,
}

/// Everything a connector needs to call one site.
#[derive(Debug, Clone)]
pub(crate) struct SiteAccess {
    /// The site.
    pub site: Site,
    /// Which address takes the credential.
    pub entrance: Entrance,
    /// The credential.
    pub credential: Credential,
    /// The OAuth app whose quota pays for the calls; none for a token that somebody made for themselves.
    pub app: Option<String>,
    /// What the caller's key is narrowed to, if it is.
    pub limits: Option<Arc<KeyLimits>>,
}

/// Whose quota a call is charged to, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Payer {
    /// An app, or one token at one host.
    pub(super) name: String,
    /// The site that is called.
    pub(super) site: String,
}

impl SiteAccess {
    /// Who pays for the calls: users of an app share its quota, a token of somebody's own has one for
    /// itself (<https://developer.atlassian.com/cloud/jira/platform/rate-limiting/>).
    pub(super) fn payer(&self) -> Payer {
        let name = match &self.app {
            Some(app) => format!("app {app}"),
            None => self.login(),
        };
        Payer {
            name,
            site: self.site.cloud_id.as_str().to_owned(),
        }
    }

    /// Tells logins apart, without their credentials.
    pub(super) fn login(&self) -> String {
        format!("{} {}", self.site.url, self.credential.fingerprint())
    }

    /// The form of the APIs behind the entrance.
    pub(super) fn dialect(&self) -> Dialect {
        match self.entrance {
            Entrance::Gateway | Entrance::Site => Dialect::Cloud,
            Entrance::DataCenter => Dialect::DataCenter,
        }
    }
}

/// One of Atlassian's REST APIs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Api {
    /// Jira Cloud platform REST API v3; on Data Center v2.
    Jira,
    /// Jira Software's REST API 1.0: boards and sprints.
    JiraSoftware,
    /// The files attached to Jira's issues: on Cloud in its REST API, on Data Center beside it.
    JiraFiles,
    /// Confluence Cloud REST API v2.
    Confluence,
    /// Confluence REST API v1: on Cloud for what v2 does not have, on Data Center for everything.
    ConfluenceV1,
    /// The files attached to Confluence's pages: on Cloud in its REST API, which sends on to where they lie; on Data Center beside it.
    ConfluenceFiles,
    /// What Confluence has of v1 on Cloud, and on Data Center beside it, as an experiment of many years: versions of pages.
    ConfluenceExperiments,
}

impl Api {
    pub(super) const fn gateway_product(self) -> &'static str {
        match self {
            Self::Jira | Self::JiraSoftware | Self::JiraFiles => "jira",
            Self::Confluence
            | Self::ConfluenceV1
            | Self::ConfluenceFiles
            | Self::ConfluenceExperiments => "confluence",
        }
    }

    pub(super) const fn prefix(self, dialect: Dialect) -> &'static str {
        match (self, dialect) {
            (Self::JiraSoftware, _) => "/rest/agile/1.0",
            (Self::Jira | Self::JiraFiles, Dialect::Cloud) => "/rest/api/3",
            (Self::Confluence, Dialect::Cloud) => "/wiki/api/v2",
            (
                Self::ConfluenceV1 | Self::ConfluenceFiles | Self::ConfluenceExperiments,
                Dialect::Cloud,
            ) => "/wiki/rest/api",
            (Self::ConfluenceFiles, Dialect::DataCenter) => "/download/attachments",
            (Self::ConfluenceExperiments, Dialect::DataCenter) => "/rest/experimental",
            (Self::Jira, Dialect::DataCenter) => "/rest/api/2",
            (Self::JiraFiles, Dialect::DataCenter) => "/secure",
            (Self::Confluence | Self::ConfluenceV1, Dialect::DataCenter) => "/rest/api",
        }
    }
}
