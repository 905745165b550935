//! Our own pages, for people without a frontend: log in, see the connections, how a login ended.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use super::callback::failed;
use super::caller::Visitor;
use super::connection_card::{Card, card};
use super::edge::Finished;
use super::error::ApiError;
use super::extract::Query;
use super::state::AppState;
use super::{assets, dashboard_page};
use crate::model::ids::TenantId;
use crate::model::principal::Principal;
use crate::model::product::Provider;
use crate::service::authorization::outcome::{LoggedIn, LoginFailure};

pub(super) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
                      base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    problem: Option<&'static str>,
    person: Option<String>,
    is_local: bool,
    configured: bool,
    callback: String,
    /// Whether another page was wanted, which shows something only to those who are logged in.
    is_first_step: bool,
    back: Return,
}

#[derive(Template)]
#[template(path = "connected.html")]
struct ConnectedPage {
    problem: Option<&'static str>,
    success: Option<&'static str>,
    person: Option<String>,
    is_local: bool,
    cards: Vec<Card>,
    back: Return,
    is_live: bool,
}

#[derive(Template)]
#[template(path = "message.html")]
struct MessagePage {
    heading: &'static str,
    kind: &'static str,
    role: &'static str,
    sentence: String,
    advice: &'static str,
    link: &'static str,
    link_words: &'static str,
}

/// Where a login that starts on a page leads back to.
#[derive(Debug)]
pub(super) struct Return {
    path: &'static str,
    tenant: Option<String>,
}

impl Return {
    /// Back to one of our pages, in a namespace.
    pub(super) fn to(path: &'static str, tenant: Option<&str>) -> Self {
        let tenant = tenant.filter(|tenant| TenantId::parse(tenant).is_ok());
        Self {
            path,
            tenant: tenant.map(str::to_owned),
        }
    }

    /// The namespace, if one is named.
    pub(super) fn tenant(&self) -> &str {
        self.tenant.as_deref().unwrap_or_default()
    }

    /// The parameters of a login's start. A namespace is made of letters that need no escaping.
    pub(super) fn query(&self) -> String {
        let path = self.path;
        self.tenant.as_ref().map_or_else(
            || format!("redirect=true&return_url={path}"),
            |tenant| format!("redirect=true&return_url={path}%3Ftenant%3D{tenant}&tenant={tenant}"),
        )
    }
}

/// What a page may be asked, and what a login's ending leaves in the address.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Ended {
    /// The namespace.
    pub(super) tenant: Option<String>,
    error: Option<String>,
    connected: Option<String>,
    status: Option<String>,
    needs_site: Option<String>,
}

impl Ended {
    pub(super) fn problem(&self) -> Option<&'static str> {
        let code = self.error.as_deref()?;
        LoginFailure::ALL
            .into_iter()
            .find(|failure| failure.as_str() == code)
            .map(LoginFailure::sentence)
    }

    pub(super) fn success(&self) -> Option<&'static str> {
        if self.needs_site.is_some() {
            return Some("You are logged in. Please choose the site to use.");
        }
        let connected = self.connected.is_some() || self.status.as_deref() == Some("success");
        connected.then_some("You are logged in and connected.")
    }
}

/// The pages and what they load. They show the same routes that the API has, so they are not in
/// the API's document.
pub(super) fn router() -> Router<AppState> {
    Router::new()
        .route("/login", get(login))
        .route("/connected", get(connected))
        .merge(dashboard_page::router())
        .merge(assets::router())
}

async fn login(
    State(state): State<AppState>,
    visitor: Visitor,
    Query(ended): Query<Ended>,
) -> Response {
    let back = Return::to("/connected", None);
    let mut page = login_page(&state, &ended, back);
    page.person = name(visitor.principal.as_ref());
    page.is_local = is_local(visitor.principal.as_ref());
    render(StatusCode::OK, &page)
}

/// The login buttons in place of a page that only shows something to those who are logged in.
pub(super) fn log_in_first(state: &AppState, ended: &Ended, back: Return) -> Response {
    let mut page = login_page(state, ended, back);
    page.is_first_step = true;
    render(StatusCode::UNAUTHORIZED, &page)
}

fn login_page(state: &AppState, ended: &Ended, back: Return) -> LoginPage {
    let configured = Provider::ALL
        .into_iter()
        .any(|provider| state.authorization.client(provider).is_some());
    LoginPage {
        problem: ended.problem(),
        person: None,
        is_local: false,
        configured,
        callback: format!("{}/auth/atlassian/callback", state.edge.public_origin),
        is_first_step: false,
        back,
    }
}

/// A page that this visitor may not see, or that was asked for wrongly.
pub(super) fn not_shown(error: &ApiError) -> Response {
    let page = MessagePage {
        heading: "This page cannot be shown",
        kind: "problem",
        role: "alert",
        sentence: error.message.clone(),
        advice: "Your connections are as they were.",
        link: "/login",
        link_words: "Go to the login",
    };
    render(error.status, &page)
}

async fn connected(
    State(state): State<AppState>,
    visitor: Visitor,
    Query(ended): Query<Ended>,
) -> Result<Response, ApiError> {
    let mut cards = Vec::new();
    if let Some(scope) = visitor.scope() {
        for view in state.connections.list(&scope).await? {
            cards.push(card(&state, &view));
        }
    }
    let page = ConnectedPage {
        problem: ended.problem(),
        success: ended.success().filter(|_| visitor.principal.is_some()),
        person: name(visitor.principal.as_ref()),
        is_local: is_local(visitor.principal.as_ref()),
        cards,
        back: Return::to("/connected", None),
        is_live: false,
    };
    Ok(render(StatusCode::OK, &page))
}

/// How a login with the page ending came out.
pub(super) fn login_ended(result: &Result<LoggedIn, LoginFailure>) -> Response {
    match result {
        Ok(_) => {
            let page = MessagePage {
                heading: "You are logged in",
                kind: "success",
                role: "status",
                sentence: String::from("Atlassian has confirmed your account."),
                advice: "You can close this page, or look at what you have connected.",
                link: "/connected",
                link_words: "See your connections",
            };
            render(StatusCode::OK, &page)
        }
        Err(failure) => start_again(&failed(*failure)),
    }
}

/// A login that cannot go on, with a way to start again.
pub(super) fn start_again(error: &ApiError) -> Response {
    let sentence = error.message.clone();
    let page = MessagePage {
        heading: "The login did not work",
        kind: "problem",
        role: "alert",
        sentence,
        advice: "A login has to end in the browser in which it was started, within ten minutes.",
        link: "/login",
        link_words: "Start again",
    };
    render(error.status, &page)
}

/// Whether being on this machine is what lets the visitor in (open local mode).
pub(super) fn is_local(principal: Option<&Principal>) -> bool {
    principal.is_some_and(|principal| principal.person().is_none())
}

/// What a person is called.
pub(super) fn name(principal: Option<&Principal>) -> Option<String> {
    let person = principal?.person()?;
    let known = person.display_name.clone().or_else(|| person.email.clone());
    Some(known.unwrap_or_else(|| person.account_id.clone()))
}

/// A page under the strict policy of our own pages.
pub(super) fn render(status: StatusCode, page: &impl Template) -> Response {
    let Ok(text) = page.render() else {
        return ApiError::internal().into_response();
    };
    let mut response = (status, text).into_response();
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(
        HeaderName::from_static("referrer-policy"),
        HeaderValue::from_static("no-referrer"),
    );
    response.extensions_mut().insert(Finished);
    response
}
