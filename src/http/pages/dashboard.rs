//! The dashboard page, on which a person manages their connections.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::get;

use super::page::{LoginOutcome, ReturnTarget};
use super::{login, message, page};
use crate::http::caller::Caller;
use crate::http::caller::headers::is_navigation;
use crate::http::connections::card::{Card, StatusText, card, method_texts, status_texts};
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::Query;
use crate::model::agent::Agent;
use crate::model::api_key::KeyScope;
use crate::model::principal::Principal;
use crate::model::time::Timestamp;

/// The path people know it by.
pub(crate) const DASHBOARD_PATH: &str = "/dashboard/token";

#[derive(Template)]
#[template(path = "dashboard.html")]
struct DashboardPage {
    problem: Option<&'static str>,
    success: Option<&'static str>,
    person: Option<String>,
    /// Whose connections are shown.
    owner: String,
    is_local: bool,
    /// Whether the success asks for the choice of a site.
    asks_for_site: bool,
    /// Why nothing can be changed here, if that is so.
    read_only_reason: Option<&'static str>,
    cards: Vec<Card>,
    agents: Vec<AgentLine>,
    /// Where agents go; none where nobody lets them in.
    mcp_address: Option<String>,
    statuses: Vec<StatusText>,
    methods: Vec<(&'static str, &'static str)>,
    back: ReturnTarget,
    /// The cards have their live parts.
    is_live: bool,
}

/// An agent that the person has let in.
struct AgentLine {
    id: String,
    name: String,
    host: String,
    rights: &'static str,
    created_at: String,
    used_at: Option<String>,
}

impl From<Agent> for AgentLine {
    fn from(agent: Agent) -> Self {
        let writes = agent.scopes.contains(&KeyScope::Write);
        Self {
            id: agent.id,
            name: agent.client_name,
            host: agent.redirect_host,
            rights: if writes { "read and write" } else { "read" },
            created_at: agent.created_at.rfc3339(),
            used_at: agent.used_at.map(Timestamp::rfc3339),
        }
    }
}

pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/dashboard", get(dashboard))
        .route("/dashboard/", get(dashboard))
        .route(DASHBOARD_PATH, get(dashboard))
        .route("/dashboard/token/", get(dashboard))
}

async fn dashboard(
    State(state): State<AppState>,
    caller: Result<Caller, ApiError>,
    Query(outcome): Query<LoginOutcome>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let shown = match &caller {
        Ok(caller) => page(&state, caller, &outcome).await,
        Err(error) => Err(error.clone()),
    };
    match shown {
        // Programs get the envelope.
        Err(error) if !is_navigation(&headers) => Err(error),
        Err(error) if error.status == StatusCode::UNAUTHORIZED => {
            let back = ReturnTarget::to(DASHBOARD_PATH, outcome.tenant.as_deref());
            Ok(login::log_in_first(&state, &outcome, back, &error))
        }
        Err(error) => Ok(message::not_shown(&error)),
        Ok(page) => Ok(page::render(StatusCode::OK, &page)),
    }
}

async fn page(
    state: &AppState,
    caller: &Caller,
    outcome: &LoginOutcome,
) -> Result<DashboardPage, ApiError> {
    let scope = caller.scope_in(outcome.tenant.as_deref())?;
    let principal = caller.principal();
    let views = state.connections.list(&scope).await?;
    let agents = state.agents.list(&scope).await?;
    Ok(DashboardPage {
        problem: outcome.problem(),
        success: outcome.success(&views),
        person: page::person_name(Some(principal)),
        owner: scope.owner().as_str().to_owned(),
        is_local: is_local(principal),
        asks_for_site: outcome.asks_for_site(&views),
        read_only_reason: page::read_only_reason(state, principal),
        cards: views.iter().map(|view| card(state, view)).collect(),
        agents: agents.into_iter().map(AgentLine::from).collect(),
        mcp_address: state
            .edge
            .agents_log_in
            .then(|| format!("{}/mcp", state.edge.public_origin)),
        statuses: status_texts(),
        methods: method_texts(),
        back: ReturnTarget::to(DASHBOARD_PATH, outcome.tenant.as_deref()),
        is_live: true,
    })
}

fn is_local(principal: &Principal) -> bool {
    page::is_local(Some(principal))
}
