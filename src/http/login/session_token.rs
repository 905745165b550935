//! A new session token in an answer, in the body and in a header for programs that read no body; and
//! the end of the one that it replaces.

use axum::http::{HeaderMap, HeaderValue};
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::caller::cookies::session_cookie;
use crate::http::caller::credentials::X_SESSION_TOKEN;
use crate::http::state::AppState;
use crate::model::secret::Secret;

/// A session token.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionToken {
    /// `null` if the caller used an API key, which needs no session.
    #[schema(example = "ibs_…")]
    session_token: Option<String>,
}

impl SessionToken {
    pub(crate) fn new(token: Option<&Secret>) -> Self {
        Self {
            session_token: token.map(|token| token.expose().to_owned()),
        }
    }
}

/// Puts the token in its header, marked so that nothing prints it.
pub(crate) fn set_header(headers: &mut HeaderMap, token: &Secret) {
    if let Ok(mut value) = HeaderValue::from_str(token.expose()) {
        value.set_sensitive(true);
        headers.insert(X_SESSION_TOKEN.clone(), value);
    }
}

/// Ends the session that the browser's cookie names, now that a new login takes its place: with its
/// cookie overwritten the browser could not end it any more. The new login stands even if the store
/// does not answer; then the earlier one ends when it lapses.
pub(crate) async fn end_earlier(state: &AppState, headers: &HeaderMap) {
    let Some(token) = session_cookie(headers, &state.edge) else {
        return;
    };
    if let Err(error) = state.sessions.close_of(&token).await {
        tracing::warn!(%error, "the browser's earlier session could not be ended");
    }
}
