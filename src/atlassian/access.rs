//! How one product on one site is reached: the base address and the credential.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;

use crate::model::secret::Secret;
use crate::model::site::Site;

/// A credential as it goes into the `Authorization` header.
#[derive(Debug, Clone)]
pub enum Credential {
    /// An OAuth access token.
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
}

/// Which address a credential is accepted at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entrance {
    /// `https://api.atlassian.com/ex/{product}/{cloudId}`.
    Gateway,
    /// The site itself.
    Site,
}

/// Everything a connector needs to call one site.
#[derive(Debug, Clone)]
pub struct Access {
    /// The site.
    pub site: Site,
    /// Which address takes the credential.
    pub entrance: Entrance,
    /// The credential.
    pub credential: Credential,
}

/// One of Atlassian's REST APIs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Api {
    /// Jira Cloud platform REST API v3.
    Jira,
    /// Confluence Cloud REST API v2.
    Confluence,
    /// Confluence Cloud REST API v1, for what v2 does not have.
    ConfluenceV1,
}

impl Api {
    pub(super) const fn gateway_product(self) -> &'static str {
        match self {
            Self::Jira => "jira",
            Self::Confluence | Self::ConfluenceV1 => "confluence",
        }
    }

    pub(super) const fn prefix(self) -> &'static str {
        match self {
            Self::Jira => "/rest/api/3",
            Self::Confluence => "/wiki/api/v2",
            Self::ConfluenceV1 => "/wiki/rest/api",
        }
    }
}
