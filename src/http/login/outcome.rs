//! What a browser gets at the end of a login: a redirect of two kinds, a session token, JSON, or a page.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use url::Url;
use url::form_urlencoded::Serializer;
use utoipa::ToSchema;

use crate::http::caller::cookies;
use crate::http::login::session_token::SessionToken;
use crate::http::pages::dashboard::DASHBOARD_PATH;
use crate::http::pages::message;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::model::flow::{Flow, LoginReply};
use crate::model::ids::TenantId;
use crate::model::return_url::ReturnUrl;
use crate::service::authorization::outcome::{FinishedLogin, LoggedIn, LoginFailure};

/// The result of a login as JSON. The tokens themselves never leave the service.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LoginResult {
    success: bool,
    tokens: TokenFacts,
}

/// Facts about the tokens.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TokenFacts {
    #[schema(example = "Bearer")]
    token_type: &'static str,
    expires_in: u64,
    scope: String,
    access_token_present: bool,
    refresh_token_present: bool,
}

/// How the browser or program that comes to the callback wants to be answered.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wants {
    /// It asks for JSON.
    pub(super) json: bool,
    /// A person is there.
    pub(super) page: bool,
}

/// The reply that the login was started with, and the session cookie where there is a session.
pub(super) fn render_outcome(
    state: &AppState,
    finished: FinishedLogin,
    wants: Wants,
    start: Option<&str>,
) -> Response {
    let FinishedLogin { flow, result, told } = finished;
    let told = told.as_deref();
    let session = result.as_ref().ok().and_then(|login| login.session.clone());
    let mut response = match flow.reply {
        LoginReply::Redirect | LoginReply::StatusRedirect
            if wants.page && ends_here(state, &flow) && tells_cause(&result, told) =>
        {
            message::login_outcome(&result, told, start)
        }
        LoginReply::Redirect => redirect_to_return_url(state, &flow, &result, told),
        LoginReply::StatusRedirect => redirect_with_status(state, &flow, &result, told),
        LoginReply::SessionToken => render_session_token(&flow, &result, told),
        LoginReply::Json => render_json(&result, told),
        LoginReply::Page if wants.json => render_json(&result, told),
        LoginReply::Page => message::login_outcome(&result, told, start),
    };
    if let Some(session) = session {
        let cookie =
            cookies::set_session(&state.edge, &session, state.sessions.lifetimes().absolute);
        cookies::add(response.headers_mut(), cookie);
    }
    response
}

/// Whether the login would end on our own page for connections, which knows the word for a failure alone: an address
/// must not choose what a page of ours says.
fn ends_here(state: &AppState, flow: &Flow) -> bool {
    flow.return_url.is_none() && state.edge.frontend_text.is_none()
}

/// Whether Atlassian's words say more than ours. That somebody declined needs none.
fn tells_cause(result: &Result<LoggedIn, LoginFailure>, told: Option<&str>) -> bool {
    told.is_some() && !matches!(result, Ok(_) | Err(LoginFailure::AccessDenied))
}

fn redirect_to_return_url(
    state: &AppState,
    flow: &Flow,
    result: &Result<LoggedIn, LoginFailure>,
    told: Option<&str>,
) -> Response {
    let provider = flow.provider.as_str();
    let mut pairs = match result {
        Ok(_) => vec![
            ("connected", provider),
            ("provider", provider),
            ("status", "success"),
        ],
        Err(failure) => vec![
            ("error", failure.as_str()),
            ("provider", provider),
            ("status", "error"),
        ],
    };
    let login = result.as_ref().ok();
    if login.is_some_and(|login| login.needs_site) {
        pairs.push(("needs_site", "1"));
    }
    let news = login.and_then(|login| login.site_news);
    pairs.extend(news.map(|news| ("site", news.as_str())));
    // Only the operator's own frontend is told who it is.
    let user_id = login.and_then(|login| login.user_id.as_deref());
    if flow.return_url.is_none() && state.edge.frontend.is_some() {
        pairs.extend(user_id.map(|user_id| ("user_id", user_id)));
    }
    pairs.extend(flow.caller_state.as_deref().map(|state| ("state", state)));
    pairs.extend(described(result, told));
    let target = flow
        .return_url
        .as_deref()
        .and_then(|url| Url::parse(url).ok())
        .or_else(|| frontend_url(state));
    let location = match target {
        Some(url) => ReturnUrl::trusted(url).with_query(&pairs),
        None => connected_page_url(state, &flow.tenant, &pairs),
    };
    see_other(location)
}

fn frontend_url(state: &AppState) -> Option<Url> {
    let mut url = state.edge.frontend.clone()?;
    let folder = url.path().trim_end_matches('/').to_owned();
    let path = format!("{folder}{}", state.edge.frontend_return_path);
    url.set_path(&path);
    Some(url)
}

fn redirect_with_status(
    state: &AppState,
    flow: &Flow,
    result: &Result<LoggedIn, LoginFailure>,
    told: Option<&str>,
) -> Response {
    let mut pairs = match result {
        Ok(_) => vec![("provider", "atlassian"), ("status", "success")],
        Err(failure) => vec![
            ("provider", "atlassian"),
            ("status", "error"),
            ("error", failure.as_str()),
        ],
    };
    pairs.extend(flow.caller_state.as_deref().map(|state| ("state", state)));
    pairs.extend(described(result, told));
    let location = match &state.edge.frontend_text {
        // The frontend's address exactly as it was set: no slash is added.
        Some(text) => {
            let mark = if text.contains('?') { '&' } else { '?' };
            format!("{text}{mark}{}", encode_query(&pairs))
        }
        None => connected_page_url(state, &flow.tenant, &pairs),
    };
    see_other(location)
}

/// What Atlassian says of a failure, as RFC 6749 §4.1.2.1 names it.
fn described<'a>(
    result: &Result<LoggedIn, LoginFailure>,
    told: Option<&'a str>,
) -> Option<(&'static str, &'a str)> {
    let told = told.filter(|_| tells_cause(result, told))?;
    Some(("error_description", told))
}

/// Our own page for connections; of another namespace than the usual one the dashboard shows them.
fn connected_page_url(state: &AppState, tenant: &TenantId, pairs: &[(&str, &str)]) -> String {
    let (origin, query) = (&state.edge.public_origin, encode_query(pairs));
    if *tenant == TenantId::default() {
        return format!("{origin}/connected?{query}");
    }
    format!(
        "{origin}{DASHBOARD_PATH}?tenant={}&{query}",
        tenant.as_str()
    )
}

fn encode_query(pairs: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// 303, so that the browser follows with GET (RFC 9110, section 15.4.4; RFC 9700, section 4.12).
fn see_other(location: String) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
}

fn render_session_token(
    flow: &Flow,
    result: &Result<LoggedIn, LoginFailure>,
    told: Option<&str>,
) -> Response {
    match (result, &flow.session_token) {
        (Ok(_), Some(token)) => Json(SessionToken::new(Some(token))).into_response(),
        (Ok(_), None) => ApiError::internal().into_response(),
        (Err(failure), _) => message::failed_login(*failure, told).into_response(),
    }
}

fn render_json(result: &Result<LoggedIn, LoginFailure>, told: Option<&str>) -> Response {
    match result {
        Ok(login) => Json(LoginResult {
            success: true,
            tokens: TokenFacts {
                token_type: "Bearer",
                expires_in: login.expires_in,
                scope: login.scopes.join(" "),
                access_token_present: true,
                refresh_token_present: login.has_refresh_token,
            },
        })
        .into_response(),
        Err(failure) => message::failed_login(*failure, told).into_response(),
    }
}
