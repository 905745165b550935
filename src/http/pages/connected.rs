//! The connections page, where a login ends if there is no frontend.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::page::{LoginOutcome, ReturnTarget, is_local, person_name, read_only_reason, render};
use crate::http::caller::Visitor;
use crate::http::connections::card::{Card, card};
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::Query;

#[derive(Template)]
#[template(path = "connected.html")]
struct ConnectedPage {
    problem: Option<&'static str>,
    success: Option<&'static str>,
    person: Option<String>,
    /// Whose connections are shown.
    owner: Option<String>,
    is_local: bool,
    /// Why nothing can be changed here, if that is so.
    read_only_reason: Option<&'static str>,
    cards: Vec<Card>,
    back: ReturnTarget,
    is_live: bool,
}

/// `GET /connected`
pub(crate) async fn connected(
    State(state): State<AppState>,
    visitor: Visitor,
    Query(outcome): Query<LoginOutcome>,
) -> Result<Response, ApiError> {
    let views = match visitor.scope() {
        Some(scope) => state.connections.list(&scope).await?,
        None => Vec::new(),
    };
    let read_only_reason = visitor
        .principal
        .as_ref()
        .and_then(|principal| read_only_reason(&state, principal));
    let page = ConnectedPage {
        problem: outcome.problem(),
        success: outcome
            .success(&views)
            .filter(|_| visitor.principal.is_some()),
        person: person_name(visitor.principal.as_ref()),
        owner: visitor
            .principal
            .as_ref()
            .map(|principal| principal.owner().as_str().to_owned()),
        is_local: is_local(visitor.principal.as_ref()),
        read_only_reason,
        cards: views.iter().map(|view| card(&state, view)).collect(),
        back: ReturnTarget::to("/connected", None),
        is_live: false,
    };
    Ok(render(StatusCode::OK, &page))
}
