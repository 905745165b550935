//! The OAuth callback: one handler for every registered path.

use axum::extract::State;
use axum::http::request::Parts;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::http::caller::cookies::{self, PendingLogins};
use crate::http::caller::headers::is_navigation;
use crate::http::login::outcome::{LoginResult, Wants, render_outcome};
use crate::http::login::refusal;
use crate::http::login::session_token;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::{GetOnly, Query};
use crate::model::flow::Flow;
use crate::service::authorization::Authorization;
use crate::service::authorization::callback::{CallbackRequest, FlowProblem};
use crate::service::authorization::outcome::FinishedLogin;

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
    /// What Atlassian says of the error.
    error_description: Option<String>,
    /// Who answers (RFC 9207).
    iss: Option<String>,
    /// `json`: return JSON instead of a page.
    format: Option<String>,
}

/// The cookie is gone once a login was declined or finished, too, and a person may come back to it with Back.
const NO_COOKIE: &str = "this browser has no login cookie; start the login again (a frontend's fetch needs credentials: \"include\" from a listed, same-site origin)";
const NO_COOKIE_ON_PAGE: &str = "this browser has no login cookie for this login any more: it was declined, finished or broken off before, or it began in another browser or under another address; start it again (if you build the page that began it: it must send credentials: \"include\")";

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
    let is_page = is_navigation(headers);
    let request = CallbackRequest {
        code: query.code.as_deref(),
        error: query.error.as_deref(),
        error_description: query.error_description.as_deref(),
    };
    let (flow, finished) = match take_flow(&state, &pending, &query, is_page).await {
        Ok(flow) => (
            flow.clone(),
            state.authorization.finish(flow, &request).await,
        ),
        // A reload while the first request is at work, or after it was cut off: whoever waits in this browser gets the
        // same end.
        Err(error) => match reloaded(&state, &pending, &query, &request, is_page).await {
            Some(finished) => (finished.flow.clone(), Ok(finished)),
            None => return refusal::render(&state, parts, query.state.as_deref(), error).await,
        },
    };
    let over = pending.without(&state.edge, &state.state_cookie_key, &flow.state_hash);
    let start = refusal::start_again_at(&flow);
    let mut response = match finished {
        Ok(finished) => {
            if has_session(&finished) {
                session_token::end_earlier(&state, headers).await;
            }
            let wants = Wants {
                json: query.format.as_deref() == Some("json"),
                page: is_page,
            };
            render_outcome(&state, finished, wants, start.as_deref())
        }
        Err(error) => refusal::page_or_envelope(headers, error.into(), start.as_deref()),
    };
    cookies::add(response.headers_mut(), over);
    response
}

/// The end of a login that this very browser began and is having finished, for a person who loads the page again.
async fn reloaded(
    state: &AppState,
    pending: &PendingLogins,
    query: &CallbackQuery,
    request: &CallbackRequest<'_>,
    is_page: bool,
) -> Option<FinishedLogin> {
    let state_hash = Authorization::state_hash(query.state.as_deref()?);
    let is_ours = pending.had_valid_signature && pending.holds(&state_hash);
    let mut named = query.iss.iter();
    if !is_page || !is_ours || !named.all(|iss| state.authorization.is_issuer(iss)) {
        return None;
    }
    state.authorization.end_of(&state_hash, request).await
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
    is_page: bool,
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
        return Err(if is_page {
            refuse(NO_COOKIE_ON_PAGE).because(NO_COOKIE)
        } else {
            refuse(NO_COOKIE)
        });
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
