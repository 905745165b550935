//! The dashboard: the page on which a person looks after their connections.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::get;

use super::page::{Ended, Return};
use super::{login, message, page};
use crate::http::caller::Caller;
use crate::http::caller::access::Access;
use crate::http::caller::headers::is_navigation;
use crate::http::connections::card::{Card, StatusWords, card, status_words};
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::Query;
use crate::model::principal::Principal;

/// The path people know it by.
const PATH: &str = "/dashboard/token";

#[derive(Template)]
#[template(path = "dashboard.html")]
struct DashboardPage {
    problem: Option<&'static str>,
    success: Option<&'static str>,
    person: Option<String>,
    is_local: bool,
    /// Why nothing can be changed here, if so.
    hindrance: Option<&'static str>,
    cards: Vec<Card>,
    statuses: Vec<StatusWords>,
    back: Return,
    /// The cards have their live parts.
    is_live: bool,
}

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/dashboard", get(dashboard))
        .route(PATH, get(dashboard))
}

async fn dashboard(
    State(state): State<AppState>,
    caller: Result<Caller, ApiError>,
    Query(ended): Query<Ended>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let shown = match &caller {
        Ok(caller) => page(&state, caller, &ended).await,
        Err(error) => Err(error.clone()),
    };
    match shown {
        // Programs get the envelope.
        Err(error) if !is_navigation(&headers) => Err(error),
        Err(error) if error.status == StatusCode::UNAUTHORIZED => {
            let back = Return::to(PATH, ended.tenant.as_deref());
            Ok(login::log_in_first(&state, &ended, back))
        }
        Err(error) => Ok(message::not_shown(&error)),
        Ok(page) => Ok(page::render(StatusCode::OK, &page)),
    }
}

async fn page(state: &AppState, caller: &Caller, ended: &Ended) -> Result<DashboardPage, ApiError> {
    let scope = caller.scope_in(ended.tenant.as_deref())?;
    let principal = caller.principal();
    let views = state.connections.list(&scope).await?;
    Ok(DashboardPage {
        problem: ended.problem(),
        success: ended.success(),
        person: page::name(Some(principal)),
        is_local: is_local(principal),
        hindrance: hindrance(state, caller),
        cards: views.iter().map(|view| card(state, view)).collect(),
        statuses: status_words(),
        back: Return::to(PATH, ended.tenant.as_deref()),
        is_live: true,
    })
}

/// Why this caller can change nothing, in one sentence; none when they can.
fn hindrance(state: &AppState, caller: &Caller) -> Option<&'static str> {
    if state.edge.read_only {
        return Some(
            "This service is read-only (READ_ONLY=true): everything can be looked at, nothing can be changed.",
        );
    }
    caller.needs(Access::Write, state).err().map(|_| {
        "Your key may only read: everything can be looked at, nothing can be changed. A key with the scope write may do more."
    })
}

fn is_local(principal: &Principal) -> bool {
    page::is_local(Some(principal))
}
