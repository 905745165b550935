//! The OAuth callback: one handler for every registered path.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use url::Url;
use url::form_urlencoded::Serializer;
use utoipa::{IntoParams, ToSchema};

use crate::http::caller::cookies::{self, PendingLogins};
use crate::http::login::refusal;
use crate::http::login::session_token::{self, SessionToken};
use crate::http::openapi::Failures;
use crate::http::pages::message;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::{GetOnly, Query};
use crate::model::flow::{Flow, LoginReply};
use crate::model::return_url::ReturnUrl;
use crate::service::authorization::Authorization;
use crate::service::authorization::callback::{CallbackRequest, FlowProblem};
use crate::service::authorization::outcome::{FinishedLogin, LoggedIn, LoginFailure};

/// The query that Atlassian adds to the callback.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CallbackQuery {
    /// The authorization code.
    code: Option<String>,
    /// The `state` of the login that was started.
    state: Option<String>,
    /// An OAuth error code.
    error: Option<String>,
    /// Who answers (RFC 9207).
    iss: Option<String>,
    /// `json`: return JSON instead of a page.
    format: Option<String>,
}

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

macro_rules! callbacks {
    ($($name:ident $path:literal in $tag:literal: $about:literal),+ $(,)?) => {$(
        #[doc = $about]
        #[utoipa::path(get, path = $path, tag = $tag, summary = $about, params(CallbackQuery), responses(
            (status = 200, description = "Logged in: a page or JSON", body = LoginResult),
            (status = 303, description = "Redirect to the return URL with the result"), Failures))]
        pub(crate) async fn $name(
            get: GetOnly,
            state: State<AppState>,
            parts: Parts,
            query: Query<CallbackQuery>,
        ) -> Response {
            callback(get, state, parts, query).await
        }
    )+

    /// Every path that Atlassian may send a browser back to.
    pub const CALLBACK_PATHS: &[&str] = &[$($path),+];
    };
}

callbacks! {
    jira "/auth/jira/callback" in "Login":
        "Finish a login for Jira; Atlassian sends the browser here.",
    confluence "/auth/confluence/callback" in "Login":
        "Finish a login for Confluence; Atlassian sends the browser here.",
    atlassian "/auth/atlassian/callback" in "Login":
        "Finish a login for both products; Atlassian sends the browser here.",
    jira_oauth "/auth/jira/oauth/callback" in "Login":
        "Finish a login for Jira on the session-token backend's path.",
    confluence_oauth "/auth/confluence/oauth/callback" in "Login":
        "Finish a login for Confluence on the session-token backend's path.",
    api_v1_atlassian "/api/v1/auth/atlassian/callback" in "Compatible routes":
        "Finish a login on the unified interface's path.",
    api_oauth_callback "/api/oauth/callback/atlassian" in "Compatible routes":
        "Finish a login on the persistence backend's path.",
    api_oauth_atlassian "/api/oauth/atlassian/callback" in "Compatible routes":
        "Finish a login on the persistence backend's other path.",
    api_auth "/api/auth/callback" in "Compatible routes":
        "Finish a login on the chatbot server's path.",
    api_auth_jira "/api/auth/jira/callback" in "Compatible routes":
        "Finish a login for Jira on the chatbot server's path.",
    api_auth_confluence "/api/auth/confluence/callback" in "Compatible routes":
        "Finish a login for Confluence on the chatbot server's path.",
}

async fn callback(
    _: GetOnly,
    State(state): State<AppState>,
    parts: Parts,
    Query(query): Query<CallbackQuery>,
) -> Response {
    let headers = &parts.headers;
    let pending = PendingLogins::read(headers, &state.edge, &state.state_cookie_key);
    let flow = match take_flow(&state, &pending, &query).await {
        Ok(flow) => flow,
        Err(error) => return refusal::render(&state, parts, query.state.as_deref(), error).await,
    };
    let over = pending.without(&state.edge, &state.state_cookie_key, &flow.state_hash);
    let request = CallbackRequest {
        code: query.code.as_deref(),
        error: query.error.as_deref(),
    };
    let start = refusal::start_again_at(&flow);
    let mut response = match state.authorization.finish(flow, &request).await {
        Ok(finished) => {
            if has_session(&finished) {
                session_token::end_earlier(&state, headers).await;
            }
            let wants_json = query.format.as_deref() == Some("json");
            render_outcome(&state, finished, wants_json, start.as_deref())
        }
        Err(error) => refusal::page_or_envelope(headers, error.into(), start.as_deref()),
    };
    cookies::add(response.headers_mut(), over);
    response
}

fn has_session(finished: &FinishedLogin) -> bool {
    let login = finished.result.as_ref().ok();
    login.is_some_and(|login| login.session.is_some())
}

/// Finds the login that this browser started, and uses it up. The state must match a signed cookie
/// of the same browser (RFC 6749, section 10.12; RFC 9700, section 4.7). Nothing is sent to
/// Atlassian before that is proved.
async fn take_flow(
    state: &AppState,
    pending: &PendingLogins,
    query: &CallbackQuery,
) -> Result<Flow, ApiError> {
    let refuse = |message: &'static str| ApiError::invalid(&["state"], message);
    let refuse_flow = |problem: FlowProblem| {
        let sentence = problem.to_string();
        ApiError::invalid(&["state"], sentence.clone()).because(sentence)
    };
    let given = query.state.as_deref().filter(|state| !state.is_empty());
    let Some(given) = given else {
        return Err(refuse("the state is missing; start the login again"));
    };
    if query
        .iss
        .as_deref()
        .is_some_and(|iss| !state.authorization.is_issuer(iss))
    {
        // Another server's answer in place of Atlassian's (RFC 9207, section 2.4).
        return Err(ApiError::invalid(
            &["iss"],
            "this answer does not come from Atlassian; start the login again",
        ));
    }
    if !pending.had_cookie {
        return Err(refuse(
            "this browser has no login cookie; start the login again (a frontend's fetch needs credentials: \"include\" from a listed, same-site origin)",
        ));
    }
    if !pending.had_valid_signature {
        return Err(refuse(
            "the login cookie has no valid signature; start the login again",
        ));
    }
    let state_hash = Authorization::state_hash(given);
    if !pending.holds(&state_hash) {
        return Err(refuse_flow(FlowProblem::Unknown));
    }
    let taken = state.authorization.take_flow(&state_hash).await?;
    taken.map_err(refuse_flow)
}

fn render_outcome(
    state: &AppState,
    finished: FinishedLogin,
    wants_json: bool,
    start: Option<&str>,
) -> Response {
    let FinishedLogin { flow, result } = finished;
    let session = result.as_ref().ok().and_then(|login| login.session.clone());
    let mut response = match flow.reply {
        LoginReply::Redirect => redirect_to_return_url(state, &flow, &result),
        LoginReply::StatusRedirect => redirect_with_status(state, &flow, &result),
        LoginReply::SessionToken => render_session_token(&flow, &result),
        LoginReply::Json => render_json(&result),
        LoginReply::Page if wants_json => render_json(&result),
        LoginReply::Page => message::login_outcome(&result, start),
    };
    if let Some(session) = session {
        let cookie =
            cookies::set_session(&state.edge, &session, state.sessions.lifetimes().absolute);
        cookies::add(response.headers_mut(), cookie);
    }
    response
}

fn redirect_to_return_url(
    state: &AppState,
    flow: &Flow,
    result: &Result<LoggedIn, LoginFailure>,
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
    // Only the operator's own frontend is told who it is.
    let user_id = login.and_then(|login| login.user_id.as_deref());
    if flow.return_url.is_none() && state.edge.frontend.is_some() {
        pairs.extend(user_id.map(|user_id| ("user_id", user_id)));
    }
    pairs.extend(flow.caller_state.as_deref().map(|state| ("state", state)));
    let target = flow
        .return_url
        .as_deref()
        .and_then(|url| Url::parse(url).ok())
        .or_else(|| frontend_url(state));
    let location = match target {
        Some(url) => ReturnUrl::trusted(url).with_query(&pairs),
        None => connected_page_url(state, &pairs),
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
    let location = match &state.edge.frontend_text {
        // The frontend's address exactly as it was set: no slash is added.
        Some(text) => {
            let mark = if text.contains('?') { '&' } else { '?' };
            format!("{text}{mark}{}", encode_query(&pairs))
        }
        None => connected_page_url(state, &pairs),
    };
    see_other(location)
}

fn connected_page_url(state: &AppState, pairs: &[(&str, &str)]) -> String {
    format!(
        "{}/connected?{}",
        state.edge.public_origin,
        encode_query(pairs)
    )
}

fn encode_query(pairs: &[(&str, &str)]) -> String {
    Serializer::new(String::new()).extend_pairs(pairs).finish()
}

/// 303, so that the browser follows with GET (RFC 9110, section 15.4.4; RFC 9700, section 4.12).
fn see_other(location: String) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response()
}

fn render_session_token(flow: &Flow, result: &Result<LoggedIn, LoginFailure>) -> Response {
    match (result, &flow.session_token) {
        (Ok(_), Some(token)) => Json(SessionToken::new(Some(token))).into_response(),
        (Ok(_), None) => ApiError::internal().into_response(),
        (Err(failure), _) => ApiError::from(*failure).into_response(),
    }
}

fn render_json(result: &Result<LoggedIn, LoginFailure>) -> Response {
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
        Err(failure) => ApiError::from(*failure).into_response(),
    }
}
