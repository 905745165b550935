//! The login page, by itself or in place of a page that needs a login.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::page::{LoginOutcome, ReturnTarget, is_local, person_name, render, render_failure};
use crate::http::caller::Visitor;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::Query;
use crate::model::principal::Principal;
use crate::model::product::Provider;

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage {
    problem: Option<&'static str>,
    person: Option<String>,
    is_local: bool,
    configured: bool,
    callback: String,
    /// The scopes to enable for the app; `offline_access` is no scope of an API there.
    scopes: Vec<String>,
    /// Our own address, where API tokens may log in; none where they may not.
    api_tokens_at: Option<String>,
    /// Whether it stands in place of a page that needs a login.
    is_first_step: bool,
    /// The program that wants to be let in, if one does.
    agent: Option<AskingAgent>,
    back: ReturnTarget,
}

/// A program that wants to be let in.
#[derive(Debug)]
pub(crate) struct AskingAgent {
    /// What it calls itself.
    pub(crate) name: String,
    /// Where it is answered to.
    pub(crate) host: String,
}

/// `GET /login`
pub(crate) async fn login(
    State(state): State<AppState>,
    visitor: Visitor,
    Query(outcome): Query<LoginOutcome>,
) -> Response {
    with_outcome(&state, &visitor, &outcome)
}

/// The login page as the first page.
pub(super) fn page(state: &AppState, visitor: &Visitor) -> Response {
    with_outcome(state, visitor, &LoginOutcome::default())
}

fn with_outcome(state: &AppState, visitor: &Visitor, outcome: &LoginOutcome) -> Response {
    let back = ReturnTarget::to("/connected", None);
    let mut page = login_page(state, outcome, back);
    page.person = person_name(visitor.principal.as_ref());
    page.is_local = is_local(visitor.principal.as_ref());
    render(StatusCode::OK, &page)
}

/// The login page in place of a page that needs a login.
pub(crate) fn log_in_first(
    state: &AppState,
    outcome: &LoginOutcome,
    back: ReturnTarget,
    error: &ApiError,
) -> Response {
    let mut page = login_page(state, outcome, back);
    page.is_first_step = true;
    render_failure(error, &page)
}

/// The login page for whom a program has sent here: nobody is logged in, or whoever is has nothing connected.
pub(crate) fn log_in_for_agent(
    state: &AppState,
    principal: Option<&Principal>,
    agent: AskingAgent,
    back: ReturnTarget,
) -> Response {
    let mut page = login_page(state, &LoginOutcome::default(), back);
    page.person = person_name(principal);
    page.is_local = principal.is_some() && is_local(principal);
    page.agent = Some(agent);
    render(StatusCode::OK, &page)
}

fn login_page(state: &AppState, outcome: &LoginOutcome, back: ReturnTarget) -> LoginPage {
    let configured = Provider::ALL
        .into_iter()
        .any(|provider| state.authorization.client(provider).is_some());
    LoginPage {
        problem: outcome.problem(),
        person: None,
        is_local: false,
        configured,
        callback: format!("{}/auth/atlassian/callback", state.edge.public_origin),
        scopes: scopes_to_enable(state.authorization.scopes()),
        api_tokens_at: state
            .authorization
            .takes_api_tokens()
            .then(|| state.edge.public_origin.clone()),
        is_first_step: false,
        agent: None,
        back,
    }
}

fn scopes_to_enable(scopes: &[String]) -> Vec<String> {
    let mut scopes = scopes.to_vec();
    scopes.retain(|scope| scope != "offline_access");
    scopes
}
