//! A callback that ends no login: what the person or program is told, and where they start again.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use url::form_urlencoded::Serializer;

use crate::http::caller::Visitor;
use crate::http::caller::headers::is_navigation;
use crate::http::connections::shapes::is_connected;
use crate::http::pages::message;
use crate::http::pages::page::person_name;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::model::flow::{Flow, LoginReply};
use crate::model::ids::TenantId;
use crate::model::owner::Owner;
use crate::model::principal::{Means, Principal};
use crate::service::authorization::Authorization;
use crate::service::connections::ConnectionView;

/// Where a person goes who has to begin anew and of whose login nothing is known.
const LOGIN_PAGE: &str = "/login";

/// A refusal before the login is known to be this browser's: a page with a link to start again, or the
/// envelope. A browser that finished this very login before, and comes back to its address by reloading
/// or going back, is told that it is logged in. Neither gives anybody anything: the flow stays as it is.
pub(super) async fn render(
    state: &AppState,
    mut parts: Parts,
    given: Option<&str>,
    error: ApiError,
) -> Response {
    let asked = match given {
        Some(given) => {
            let state_hash = Authorization::state_hash(given);
            let asked = state.authorization.asked_at_start(&state_hash).await;
            asked.ok().flatten()
        }
        None => None,
    };
    let Some(flow) = asked else {
        return page_or_envelope(&parts.headers, error, None);
    };
    let visitor = Visitor::from_request_parts(&mut parts, state).await.ok();
    let principal = visitor.and_then(|visitor| visitor.principal);
    if let Some(principal) = principal
        && has_finished(state, &flow, &principal).await
    {
        let said = ApiError {
            message: String::from("this login was finished already; you are logged in"),
            ..error.because("this login was finished already")
        };
        return if is_navigation(&parts.headers) {
            message::logged_in_already(
                &said,
                person_name(Some(&principal)).as_deref(),
                flow.return_url.as_deref(),
                start_again_at(&flow).as_deref(),
            )
        } else {
            said.into_response()
        };
    }
    page_or_envelope(&parts.headers, error, start_again_at(&flow).as_deref())
}

/// A page with a link to start again, or the envelope.
pub(super) fn page_or_envelope(
    headers: &HeaderMap,
    error: ApiError,
    start: Option<&str>,
) -> Response {
    if is_navigation(headers) {
        message::start_again(&error, start.unwrap_or(LOGIN_PAGE))
    } else {
        error.into_response()
    }
}

/// Whether this flow ended with the login that the caller has.
async fn has_finished(state: &AppState, flow: &Flow, principal: &Principal) -> bool {
    match principal.means() {
        Means::Session { login_id, .. } => *login_id == flow.id,
        // In open mode nobody logs in; what was asked for was granted since, or it was not.
        Means::Local => {
            let is_since = |view: &ConnectionView| {
                let grant = view.connected.as_ref().map(|connected| &connected.grant);
                grant.and_then(|grant| grant.issued_at()) >= Some(flow.created_at)
            };
            let scope = principal.scope(flow.tenant.clone());
            let views = state.connections.list(&scope).await.unwrap_or_default();
            flow.owner == Some(Owner::Local)
                && views.iter().any(|view| {
                    flow.provider.products().contains(&view.product)
                        && is_connected(view.status)
                        && is_since(view)
                })
        }
        Means::Key(_) | Means::Agent(_) => false,
    }
}

/// The address at which a browser starts the same login once more; none for a login that a key began,
/// which a browser has not.
pub(super) fn start_again_at(flow: &Flow) -> Option<String> {
    if !matches!(flow.owner, None | Some(Owner::Local)) {
        return None;
    }
    let path = match flow.reply {
        LoginReply::Redirect | LoginReply::SessionToken => format!("/auth/{}/login", flow.provider),
        LoginReply::StatusRedirect => String::from("/api/oauth/atlassian/login"),
        LoginReply::Page | LoginReply::Json => String::from("/api/v1/auth/atlassian/login"),
    };
    let mut query = Serializer::new(String::new());
    match flow.reply {
        LoginReply::Redirect | LoginReply::SessionToken => query.append_pair("redirect", "true"),
        LoginReply::Json => query.append_pair("format", "json"),
        LoginReply::StatusRedirect | LoginReply::Page => &mut query,
    };
    let tenant = (flow.tenant != TenantId::default()).then(|| flow.tenant.as_str());
    let asked = [
        ("return_url", flow.return_url.as_deref()),
        ("state", flow.caller_state.as_deref()),
        ("site", flow.site.as_deref()),
        ("tenant", tenant),
    ];
    for (name, value) in asked {
        if let Some(value) = value {
            query.append_pair(name, value);
        }
    }
    let query = query.finish();
    let mark = if query.is_empty() { "" } else { "?" };
    Some(format!("{path}{mark}{query}"))
}
