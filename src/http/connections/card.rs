//! The card of one connection on our own pages.

use crate::http::state::AppState;
use crate::model::connection::{Connected, ConnectionStatus};
use crate::model::grant::{Account, AuthMethod, Renewal};
use crate::model::site::Site;
use crate::model::time::Timestamp;
use crate::service::connections::ConnectionView;

/// What the page shows of one product.
pub(crate) struct Card {
    pub(crate) product: &'static str,
    pub(crate) title: &'static str,
    pub(crate) status: &'static str,
    pub(crate) status_text: &'static str,
    pub(crate) advice: &'static str,
    pub(crate) site: Option<SiteLink>,
    pub(crate) account: Option<String>,
    pub(crate) method: &'static str,
    pub(crate) error: Option<String>,
    pub(crate) sites: Vec<SiteOption>,
    pub(crate) needs_site: bool,
    pub(crate) offers_login: bool,
    pub(crate) login_label: String,
    pub(crate) exists: bool,
    pub(crate) scopes: Vec<String>,
    /// When the token expires, as RFC 3339.
    pub(crate) expires_at: Option<String>,
    /// When a login ends that is not renewed, as RFC 3339.
    pub(crate) ends_at: Option<String>,
    /// When it was renewed last, as RFC 3339.
    pub(crate) refreshed_at: Option<String>,
}

/// The text of a state, for pages that switch to it later.
pub(crate) struct StatusText {
    /// By which the page finds it: the state and what will become of the access token, or `turned_away`.
    pub(crate) key: String,
    pub(crate) status: &'static str,
    pub(crate) text: &'static str,
    pub(crate) advice: &'static str,
    /// Whether the page also shows what went wrong.
    pub(crate) tells_problem: bool,
}

/// The texts of every state.
pub(crate) fn status_texts() -> Vec<StatusText> {
    let states = ConnectionStatus::ALL
        .into_iter()
        .flat_map(|status| Renewal::ALL.map(|renewal| (status, renewal)));
    let of_states = states.map(|(status, renewal)| {
        let (text, advice) = status_text(status, renewal);
        StatusText {
            key: format!("{}-{}", status.as_str(), renewal.as_str()),
            status: status.as_str(),
            text,
            advice,
            tells_problem: tells_problem(status, renewal),
        }
    });
    let (text, advice) = TURNED_AWAY;
    let turned_away = StatusText {
        key: String::from("turned_away"),
        status: ConnectionStatus::Error.as_str(),
        text,
        advice,
        tells_problem: true,
    };
    of_states.chain([turned_away]).collect()
}

/// The text of a connection whose site turns all calls away, and what to do next.
const TURNED_AWAY: (&str, &str) = (
    "Turned away",
    "The login is good, and yet the site answers no call. This goes away by itself with the first call that it answers.",
);

/// Each way to connect, by its name in the API, and in words.
pub(crate) fn method_texts() -> Vec<(&'static str, &'static str)> {
    let methods = [AuthMethod::OAuth, AuthMethod::ApiToken, AuthMethod::Pat];
    methods
        .map(|method| (method.as_str(), method_text(method)))
        .to_vec()
}

/// A site to open.
pub(crate) struct SiteLink {
    pub(crate) name: String,
    pub(crate) host: String,
    pub(crate) url: String,
}

/// A site to choose.
pub(crate) struct SiteOption {
    pub(crate) cloud_id: String,
    pub(crate) name: String,
    pub(crate) host: String,
    pub(crate) chosen: bool,
}

/// Fills the card of one connection.
pub(crate) fn card(state: &AppState, view: &ConnectionView) -> Card {
    let connected = view.connected.as_ref();
    let renewal = connected.map_or(Renewal::ByItself, Connected::renewal);
    let (status_text, advice) = match view.turned_away {
        Some(_) => TURNED_AWAY,
        None => status_text(view.status, renewal),
    };
    let site = connected.and_then(|connected| connected.connection.site.as_ref());
    let grant = connected.map(|connected| &connected.grant);
    let account = grant.map(|grant| account_name(&grant.account));
    let candidates = grant
        .map(|grant| state.connections.candidates(grant, view.product))
        .unwrap_or_default();
    let expires_at = grant.and_then(|grant| grant.expires_at);
    let expires_at = expires_at.map(Timestamp::rfc3339);
    Card {
        product: view.product.as_str(),
        title: view.product.title(),
        status: view.status.as_str(),
        status_text,
        advice,
        site: site.map(|site| SiteLink {
            name: site.name.clone(),
            host: site.host().to_owned(),
            url: state.connections.product_address(view.product, site),
        }),
        account,
        method: grant.map_or("", |grant| method_text(grant.method)),
        error: view
            .problem()
            .filter(|_| tells_problem(view.status, renewal)),
        sites: candidates
            .iter()
            .map(|candidate| site_option(candidate, site))
            .collect(),
        needs_site: view.status == ConnectionStatus::NeedsSite,
        offers_login: offers_login(view, renewal),
        login_label: login_label(view),
        exists: connected.is_some(),
        scopes: grant.map(|grant| grant.scopes.clone()).unwrap_or_default(),
        ends_at: expires_at.clone().filter(|_| renewal == Renewal::Never),
        expires_at,
        refreshed_at: grant
            .and_then(|grant| grant.refreshed_at)
            .map(Timestamp::rfc3339),
    }
}

/// Whether a login is what would help, or what may.
fn offers_login(view: &ConnectionView, renewal: Renewal) -> bool {
    let is_needed = matches!(
        view.status,
        ConnectionStatus::NotConnected | ConnectionStatus::ReauthRequired
    );
    let may_help = renewal == Renewal::Never;
    is_needed || may_help || view.turned_away.is_some()
}

fn login_label(view: &ConnectionView) -> String {
    if view.connected.is_some() {
        String::from("Log in again")
    } else {
        format!("Connect {}", view.product.title())
    }
}

/// The account's name: its display name, its e-mail address, or its id.
fn account_name(account: &Account) -> String {
    let known = account.display_name.clone();
    known
        .or_else(|| account.email.clone())
        .unwrap_or_else(|| account.account_id.clone())
}

fn site_option(candidate: &Site, chosen: Option<&Site>) -> SiteOption {
    SiteOption {
        cloud_id: candidate.cloud_id.as_str().to_owned(),
        name: candidate.name.clone(),
        host: candidate.host().to_owned(),
        chosen: chosen.is_some_and(|site| site.cloud_id == candidate.cloud_id),
    }
}

/// How a person connected, in words.
const fn method_text(method: AuthMethod) -> &'static str {
    match method {
        AuthMethod::OAuth => "Atlassian login",
        AuthMethod::Pat => "Personal access token",
        AuthMethod::ApiToken => "API token",
    }
}

/// Whether what went wrong is shown beside the advice: that says already that a login has ended, but not
/// that it had to.
fn tells_problem(status: ConnectionStatus, renewal: Renewal) -> bool {
    status != ConnectionStatus::ReauthRequired
        || matches!(renewal, Renewal::Never | Renewal::Refused)
}

/// The text of a state, and what to do next.
fn status_text(status: ConnectionStatus, renewal: Renewal) -> (&'static str, &'static str) {
    match (status, renewal) {
        (ConnectionStatus::Active, Renewal::Attached) => (
            "Connected",
            "Ready to use until the token expires. Then make a new one and connect again.",
        ),
        (ConnectionStatus::Active, Renewal::ByItself | Renewal::Refused) => (
            "Connected",
            "Ready to use. The login renews itself, so there is nothing to do.",
        ),
        (ConnectionStatus::Active, Renewal::Failing) => (
            "Connected, not renewed",
            "Ready to use until the token expires. Renewing it fails so far, and is tried again by itself.",
        ),
        (ConnectionStatus::Active, Renewal::Never) => (
            "Connected, not renewed",
            "Ready to use until the token expires. Then log in again.",
        ),
        (ConnectionStatus::NotConnected, _) => (
            "Not connected",
            "Connect it to let your programs use it through this service.",
        ),
        (ConnectionStatus::NeedsSite, _) => (
            "Choose a site",
            "Your login reaches several sites. Choose the one to use here; you can change it later.",
        ),
        (ConnectionStatus::ReauthRequired, Renewal::Attached) => (
            "Connect again",
            "This token is refused. It is tried again every quarter of an hour, and connects by itself once it is taken. Make a new one and connect again if that lasts.",
        ),
        (ConnectionStatus::ReauthRequired, Renewal::Refused) => (
            "Refused",
            "Atlassian refuses calls with this login. Log in again; your site stays chosen.",
        ),
        (ConnectionStatus::ReauthRequired, Renewal::Never) => (
            "Log in again",
            "This login has ended. Log in again to go on; your site stays chosen.",
        ),
        (ConnectionStatus::ReauthRequired, _) => (
            "Log in again",
            "Atlassian has ended this login. Log in again to go on; your site stays chosen.",
        ),
        (ConnectionStatus::Error, _) => (
            "Waiting for Atlassian",
            "Atlassian does not renew the login just now. It is kept and tried again by itself.",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::status_texts;

    #[test]
    fn the_page_on_the_first_login_says_what_to_do_in_every_state() {
        let page = include_str!("../../../docs/start/first-login.md");
        for state in status_texts() {
            let row = format!("\n| {} |", state.text);
            assert!(page.contains(&row), "{}", state.text);
        }
    }
}
