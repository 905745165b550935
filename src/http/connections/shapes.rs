//! Connections as JSON.

use serde::Serialize;
use utoipa::ToSchema;

use crate::http::state::AppState;
use crate::model::connection::ConnectionStatus;
use crate::model::site::Site;
use crate::model::time::Timestamp;
use crate::service::connections::ConnectionView;

/// One product and its connection.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConnectorSummary {
    #[schema(example = "jira")]
    id: &'static str,
    #[schema(example = "Jira")]
    title: &'static str,
    connected: bool,
    /// `not_connected`, `active`, `needs_site`, `reauth_required` or `error`.
    #[schema(example = "active")]
    status: &'static str,
    /// `oauth`, `api_token` or `pat`.
    #[schema(example = "oauth")]
    auth_method: Option<&'static str>,
    /// The OAuth scopes that were granted.
    scopes: Vec<String>,
    site: Option<Site>,
    /// When the access token expires.
    #[schema(value_type = Option<String>)]
    expires_at: Option<Timestamp>,
    /// When the access token was last refreshed.
    #[schema(value_type = Option<String>)]
    refreshed_at: Option<Timestamp>,
    /// What went wrong last, if something did.
    last_error: Option<String>,
}

impl ConnectorSummary {
    /// Whether there is a connection at all, working or not.
    pub(crate) fn exists(&self) -> bool {
        self.auth_method.is_some()
    }
}

/// One connection with all details.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConnectionDetail {
    connected: bool,
    /// `not_connected`, `active`, `needs_site`, `reauth_required` or `error`.
    #[schema(example = "active")]
    status: &'static str,
    /// `oauth`, `api_token` or `pat`.
    #[schema(example = "oauth")]
    auth_method: Option<&'static str>,
    /// The OAuth scopes that were granted.
    scopes: Vec<String>,
    site: Option<Site>,
    /// The sites to choose from.
    sites: Vec<Site>,
    account: Option<AccountSummary>,
    /// When the access token expires.
    #[schema(value_type = Option<String>)]
    expires_at: Option<Timestamp>,
    /// When the access token was last refreshed.
    #[schema(value_type = Option<String>)]
    refreshed_at: Option<Timestamp>,
    /// What is wrong, if something is, and what to do.
    error: Option<String>,
}

/// The Atlassian account behind a connection.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AccountSummary {
    account_id: String,
    display_name: Option<String>,
}

pub(crate) fn summaries(views: &[ConnectionView]) -> Vec<ConnectorSummary> {
    views.iter().map(summary).collect()
}

fn summary(view: &ConnectionView) -> ConnectorSummary {
    let grant = view.connected.as_ref().map(|connected| &connected.grant);
    ConnectorSummary {
        id: view.product.as_str(),
        title: view.product.title(),
        connected: is_connected(view.status),
        status: view.status.as_str(),
        auth_method: grant.map(|grant| grant.method.as_str()),
        scopes: grant.map(|grant| grant.scopes.clone()).unwrap_or_default(),
        site: view
            .connected
            .as_ref()
            .and_then(|connected| connected.connection.site.clone()),
        expires_at: grant.and_then(|grant| grant.expires_at),
        refreshed_at: grant.and_then(|grant| grant.refreshed_at),
        last_error: view.problem(),
    }
}

pub(crate) fn detail(state: &AppState, view: &ConnectionView) -> ConnectionDetail {
    let sites = view
        .connected
        .as_ref()
        .map(|connected| state.connections.candidates(&connected.grant, view.product));
    let account = view.connected.as_ref().map(|connected| AccountSummary {
        account_id: connected.grant.account.account_id.clone(),
        display_name: connected.grant.account.display_name.clone(),
    });
    let summary = summary(view);
    ConnectionDetail {
        connected: summary.connected,
        status: summary.status,
        auth_method: summary.auth_method,
        scopes: summary.scopes,
        site: summary.site,
        sites: sites.unwrap_or_default(),
        account,
        expires_at: summary.expires_at,
        refreshed_at: summary.refreshed_at,
        error: summary.last_error,
    }
}

/// Whether calls can be made, now or after a refresh that is still to succeed.
pub(crate) fn is_connected(status: ConnectionStatus) -> bool {
    match status {
        ConnectionStatus::Active | ConnectionStatus::Error => true,
        ConnectionStatus::NotConnected
        | ConnectionStatus::NeedsSite
        | ConnectionStatus::ReauthRequired => false,
    }
}
