//! The page on which a person lets a program in, or not.

use askama::Template;
use axum::http::header::{CONTENT_SECURITY_POLICY, REFERRER_POLICY};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;

use crate::http::connections::card::{Card, card};
use crate::http::pages::page::{is_local, person_name, render};
use crate::http::state::AppState;
use crate::model::agent_client::Registration;
use crate::model::api_key::KeyScope;
use crate::model::ids::TenantId;
use crate::model::principal::Principal;
use crate::model::redirect::RedirectKind;
use crate::model::scope::Scope;
use crate::service::agents::consent::FormSeal;
use crate::service::agents::request::AgentRequest;
use crate::service::connections::ConnectionView;

/// As for our other pages, but for forms: browsers hold `form-action` against every address that a form's answer leads
/// to, and where a client's address leads is the client's own affair. The form is ours, and its fields are sealed.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'",
);
/// With `no-referrer` a browser would not say where the form comes from (Fetch, "append a request `Origin` header").
const REFERRER: HeaderValue = HeaderValue::from_static("same-origin");

/// What a person decides.
pub(super) enum Decision {
    /// The program may do this.
    Allow(Vec<KeyScope>),
    /// It may not.
    Deny,
}

impl Decision {
    /// Reads the button that was pressed. A person may allow less than was asked for, and never more: clients refuse a token
    /// that can do what they have not asked for.
    pub(super) fn read(text: Option<&str>, asked: &[KeyScope]) -> Option<Self> {
        match text? {
            "read" => Some(Self::Allow(vec![KeyScope::Read])),
            "write" if asked.contains(&KeyScope::Write) => {
                Some(Self::Allow(vec![KeyScope::Read, KeyScope::Write]))
            }
            "deny" => Some(Self::Deny),
            _ => None,
        }
    }
}

#[derive(Template)]
#[template(path = "consent.html")]
pub(super) struct ConsentPage {
    name: String,
    /// Where the answer goes.
    host: String,
    /// Where others than this program could take the answer.
    warning: Option<&'static str>,
    /// How far the name can be believed.
    known_by: String,
    person: Option<String>,
    is_local: bool,
    tenant: Option<String>,
    connections: Vec<Card>,
    asks_to_write: bool,
    is_read_only: bool,
    query: String,
    seal: FormSeal,
}

impl ConsentPage {
    pub(super) fn of(
        state: &AppState,
        (principal, scope): (&Principal, &Scope),
        request: &AgentRequest,
        views: &[ConnectionView],
        query: &str,
        seal: FormSeal,
    ) -> Self {
        let connected = views.iter().filter(|view| view.connected.is_some());
        let tenant = scope.tenant();
        Self {
            name: request.client.name.clone(),
            host: request.redirect.host.clone(),
            warning: warning(request.redirect.kind),
            known_by: known_by(request),
            person: person_name(Some(principal)),
            is_local: is_local(Some(principal)),
            tenant: (*tenant != TenantId::default()).then(|| tenant.as_str().to_owned()),
            connections: connected.map(|view| card(state, view)).collect(),
            asks_to_write: request.scopes.contains(&KeyScope::Write),
            is_read_only: state.edge.read_only,
            query: query.to_owned(),
            seal,
        }
    }
}

fn warning(kind: RedirectKind) -> Option<&'static str> {
    match kind {
        RedirectKind::Web => None,
        RedirectKind::Loopback => Some(
            "The answer goes to a program on your own computer, and any program there can say that it is this one. Go on only if you have just started it yourself.",
        ),
        RedirectKind::App => Some(
            "The answer goes to an app on your own device, by a name that other apps can take as well. Go on only if you have just started it yourself.",
        ),
    }
}

fn known_by(request: &AgentRequest) -> String {
    match request.client.registration {
        Registration::Itself => String::from("It registered itself. Nobody has checked its name."),
        Registration::Document => {
            let rest = request
                .client
                .id
                .split_once("://")
                .map_or("", |(_, rest)| rest);
            let host = rest.split('/').next().unwrap_or_default();
            format!("{host} says so, where it is described.")
        }
        Registration::Operator => {
            String::from("The operator of this service has entered it under this name.")
        }
    }
}

/// Renders the page.
pub(super) fn shown(page: &ConsentPage) -> Response {
    let mut response = render(StatusCode::OK, page);
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(REFERRER_POLICY, REFERRER);
    response
}
