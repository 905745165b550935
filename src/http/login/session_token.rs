//! A new session token in an answer: in the body, and in a header for programs that read no body.

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use utoipa::ToSchema;

use crate::model::secret::Secret;

static X_SESSION_TOKEN: HeaderName = HeaderName::from_static("x-session-token");

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
