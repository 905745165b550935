//! The credential of a request, and whose it is.

use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::http::caller::charge::{charge, noted_address};
use crate::http::caller::cookies::session_cookie;
use crate::http::caller::open_mode;
use crate::http::caller::origin::refuse_foreign_writes;
use crate::http::caller::page_owner::refuse_others_pages;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::model::owner::Owner;
use crate::model::principal::{Means, Principal};
use crate::service::agents::tokens::ACCESS_PREFIX;
use crate::work::request_notes::RequestNotes;

/// A session's token, in requests and in the answer to a login.
pub(crate) static X_SESSION_TOKEN: HeaderName = HeaderName::from_static("x-session-token");

/// The credential of a request. A browser adds an ambient one (a cookie, or its place on this
/// machine) to every request by itself, also when a foreign page made it send the request.
#[derive(Debug, Clone)]
pub(crate) enum Presented {
    Nothing,
    Invalid,
    NoAuthorityHere(&'static str),
    Explicit(Principal),
    Ambient(Principal),
}

impl Presented {
    /// Who it is, if known.
    pub(crate) fn principal(&self) -> Option<&Principal> {
        match self {
            Self::Explicit(principal) | Self::Ambient(principal) => Some(principal),
            Self::Nothing | Self::Invalid | Self::NoAuthorityHere(_) => None,
        }
    }
}

/// The refusal of a credential that is none: 401, or 429 once many of them came from the same
/// address. Its look-up came first, so a good one is never refused for the bad ones around it.
pub(crate) fn refuse_invalid(parts: &Parts, state: &AppState) -> ApiError {
    let counted = state
        .limits
        .take_bad_credential(noted_address(&parts.extensions));
    if let Err(wait) = counted {
        let message = "too many invalid session tokens or API keys came from this address; wait and try again";
        return ApiError::too_many(message, wait);
    }
    if carries(&parts.headers, b"ibm_") {
        return ApiError::unauthorized_because(if is_for_agents(parts) {
            "the token of this agent has expired or was taken back; it must be renewed, or the agent let in again"
        } else {
            "a token that begins with ibm_ is an agent's and works at /mcp alone; use an API key here"
        });
    }
    if carries_foreign_token(&parts.headers) {
        return ApiError::unauthorized_because(
            "what Authorization carries in this request is no API key of this service (they begin with ibk_); a proxy in front that adds a token of its own must take it out",
        );
    }
    ApiError::unauthorized()
}

/// The credential of a request that is charged to a rate limit. An ambient one must not write for a
/// foreign page (cross-site request forgery).
pub(crate) async fn charged_credential(
    parts: &mut Parts,
    state: &AppState,
) -> Result<Presented, ApiError> {
    let presented = known_credential(parts, state).await?;
    if let Some(principal) = presented.principal() {
        let key = match principal.means() {
            Means::Key(key) => Some(key.id.as_str()),
            Means::Agent(agent) => Some(agent.id.as_str()),
            Means::Session { .. } | Means::Local => None,
        };
        RequestNotes::note_caller(principal.owner().as_str(), key);
    }
    charge(&mut parts.extensions, state, presented.principal())?;
    if let Presented::Ambient(principal) = &presented {
        refuse_foreign_writes(&state.edge, &parts.method, &parts.headers)?;
        refuse_others_pages(&parts.headers, principal)?;
    }
    Ok(presented)
}

/// The credential, looked up once: layers and extractors of one request ask several times.
async fn known_credential(parts: &mut Parts, state: &AppState) -> Result<Presented, ApiError> {
    if let Some(known) = parts.extensions.get::<Presented>() {
        return Ok(known.clone());
    }
    let presented = read_credential(parts, state).await?;
    parts.extensions.insert(presented.clone());
    Ok(presented)
}

/// Reads the credential. An explicit one goes before an ambient one, and a bad cookie counts as
/// none: browsers keep sending old cookies.
///
/// Neither header is a list, so a sender must not send one twice (RFC 9110, section 5.3). Two
/// different values are refused, because a proxy and this service could otherwise act for different
/// callers.
async fn read_credential(parts: &Parts, state: &AppState) -> Result<Presented, ApiError> {
    let (tokens, authorizations) = explicit(&parts.headers);
    let differ = |values: &[&HeaderValue]| values.iter().any(|value| *value != values[0]);
    if differ(&tokens) || differ(&authorizations) {
        return Err(two_callers());
    }
    let by_key = match authorizations.first() {
        Some(value) => {
            let text = value.to_str().unwrap_or_default();
            Some(principal_of_key(text, is_for_agents(parts), state).await?)
        }
        None => None,
    };
    let by_token = match tokens.first() {
        Some(value) => {
            let text = value.to_str().unwrap_or_default();
            Some(principal_of_session(text, state).await?)
        }
        None => None,
    };
    match (by_key, by_token) {
        (Some(_), Some(_)) => Err(two_callers()),
        (Some(known), None) | (None, Some(known)) => {
            Ok(known.map_or(Presented::Invalid, Presented::Explicit))
        }
        (None, None) => ambient_credential(parts, state).await,
    }
}

/// The values of `X-Session-Token` and of `Authorization`. Empty ones are none: a frontend that keeps no
/// token sends the header all the same.
fn explicit(headers: &HeaderMap) -> (Vec<&HeaderValue>, Vec<&HeaderValue>) {
    let tokens = headers.get_all(&X_SESSION_TOKEN).iter();
    let authorizations = headers.get_all(AUTHORIZATION).iter();
    (
        tokens
            .filter(|value| !value.as_bytes().trim_ascii().is_empty())
            .collect(),
        authorizations
            .filter(|value| is_meant_here(value))
            .collect(),
    )
}

/// Whether a value of `Authorization` is a credential for this service. A browser answers a proxy that
/// asks for a password with every request, and the proxy passes it on: other schemes than ours (RFC 9110,
/// section 11.6.2) are not about us. A key of ours under a wrong scheme is a bad credential, not none.
fn is_meant_here(value: &HeaderValue) -> bool {
    let mut words = value
        .as_bytes()
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    let is_bearer = |word: &[u8]| word.eq_ignore_ascii_case(b"bearer");
    let is_ours = |word: &[u8]| {
        let prefixes = [&b"ibk_"[..], b"ibs_", b"ibm_"];
        prefixes.iter().any(|prefix| word.starts_with(prefix))
    };
    let scheme = words.next();
    scheme.is_some_and(is_ours) || words.any(|word| is_ours(word) || scheme.is_some_and(is_bearer))
}

/// Whether `Authorization` carries somebody else's token in our scheme, as some proxies add it.
fn carries_foreign_token(headers: &HeaderMap) -> bool {
    let (_, authorizations) = explicit(headers);
    !authorizations.is_empty() && !carries(headers, b"ibk_")
}

/// Whether `Authorization` carries a word that begins so.
fn carries(headers: &HeaderMap, prefix: &[u8]) -> bool {
    let (_, authorizations) = explicit(headers);
    authorizations.iter().any(|value| {
        let mut words = value.as_bytes().split(u8::is_ascii_whitespace);
        words.any(|word| word.starts_with(prefix))
    })
}

/// Whether a request goes to `/mcp`, the one place for agents.
pub(crate) fn is_for_agents(parts: &Parts) -> bool {
    let path = parts.uri.path();
    path == "/mcp" || path.starts_with("/mcp/")
}

/// Whether a request carries an explicit credential, good or bad.
pub(crate) fn shows_explicit_credential(headers: &HeaderMap) -> bool {
    let (tokens, authorizations) = explicit(headers);
    !tokens.is_empty() || !authorizations.is_empty()
}

/// Whether a request carries anything that may turn out to be a credential.
pub(crate) fn shows_credential(parts: &Parts, state: &AppState) -> bool {
    let headers = &parts.headers;
    shows_explicit_credential(headers)
        || session_cookie(headers, &state.edge).is_some()
        || (state.edge.is_open() && open_mode::refusal(&state.edge, parts).is_none())
}

/// Whether the credential of a request is valid.
pub(crate) async fn shows_valid_credential(
    parts: &mut Parts,
    state: &AppState,
) -> Result<bool, ApiError> {
    Ok(known_credential(parts, state).await?.principal().is_some())
}

/// The principal of an API key, sent as `Authorization: Bearer` (RFC 6750, section 2.1; the scheme
/// has no case, RFC 9110, section 11.1). An Atlassian token is never a credential here,
/// and an agent's at `/mcp` alone.
async fn principal_of_key(
    text: &str,
    takes_agents: bool,
    state: &AppState,
) -> Result<Option<Principal>, ApiError> {
    let Some((scheme, key)) = text.split_once(' ') else {
        return Ok(None);
    };
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Ok(None);
    }
    if takes_agents && key.trim().starts_with(ACCESS_PREFIX) {
        let agent = state.agents.authenticate(key.trim()).await?;
        return Ok(agent.map(Principal::of_agent));
    }
    Ok(state
        .api_keys
        .authenticate(key.trim())
        .await?
        .map(Principal::of_key))
}

/// The principal of a session. A session of open mode is void once that mode is off.
async fn principal_of_session(
    token: &str,
    state: &AppState,
) -> Result<Option<Principal>, ApiError> {
    let known = state.sessions.authenticate(token).await?;
    Ok(known.filter(|principal| state.edge.is_open() || *principal.owner() != Owner::Local))
}

async fn ambient_credential(parts: &Parts, state: &AppState) -> Result<Presented, ApiError> {
    if state.edge.is_open() {
        let refusal = open_mode::refusal(&state.edge, parts);
        return Ok(refusal.map_or_else(
            || Presented::Ambient(Principal::local()),
            Presented::NoAuthorityHere,
        ));
    }
    let Some(token) = session_cookie(&parts.headers, &state.edge) else {
        return Ok(Presented::Nothing);
    };
    let known = principal_of_session(&token, state).await?;
    Ok(known.map_or(Presented::Nothing, Presented::Ambient))
}

fn two_callers() -> ApiError {
    ApiError::bad_request("this request carries two different credentials; send one")
}
