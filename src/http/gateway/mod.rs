//! The gateway: other people's clients call Jira and Confluence here as they call `api.atlassian.com`, with a key of ours
//! in place of Atlassian's token.

mod account;
mod answer;
mod human_pages;
mod permission;
mod target;
mod upload;

use std::sync::Mutex;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::Method;
use axum::response::Response;
use axum::routing::get;

use crate::http::caller::Caller;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::service::gateway::Passage;
use crate::work::audit::{About, Happened};
use target::{Asked, Target};

/// The gateway's routes. They are Atlassian's own, so they are not in our OpenAPI document.
pub(crate) fn router() -> Router<AppState> {
    let passed = || get(pass).post(pass).put(pass).delete(pass);
    Router::new()
        .route("/ex/jira/{site}/{*path}", passed())
        .route("/ex/confluence/{site}/{*path}", passed())
        .route(
            "/oauth/token/accessible-resources",
            get(account::accessible_resources),
        )
        .route("/me", get(account::me))
}

/// Passes a request on to Atlassian, or sends a person on to the page that it is about.
async fn pass(
    State(state): State<AppState>,
    caller: Caller,
    request: Request,
) -> Result<Response, ApiError> {
    let (parts, body) = request.into_parts();
    let target = Target::of(&parts.method, parts.uri.path())?;
    let operation = match target.asked {
        Asked::Operation(operation) => operation,
        Asked::Page(product) => {
            let sent_on = human_pages::send_on(&state, &caller, &target, product, &parts);
            return Box::pin(sent_on).await;
        }
    };
    permission::check(
        &caller,
        operation,
        &parts.extensions,
        &parts.headers,
        &state,
    )?;
    if operation.changes() {
        let about = About {
            key: caller.key_id(),
            provider: Some(operation.product.as_str()),
            operation: Some(&operation.label),
            ..About::default()
        };
        about.note(Happened::Passed);
    }
    let upload = Box::pin(upload::read(&parts, body, operation, state.gateway.room()));
    let (upload, watch) = upload.await?;
    let passage = Passage {
        operation,
        // A refusal of a HEAD has no body that would say what it means; the answer's is dropped on its way out.
        method: match parts.method {
            Method::HEAD => Method::GET,
            method => method,
        },
        query: parts.uri.query().map(str::to_owned),
        base: target.base(&state.edge.public_origin),
        path: target.path,
        sent: target.sent,
        headers: parts.headers,
        upload,
        refusal: Mutex::default(),
    };
    let scope = caller.scope();
    // In a box: it would take as much room again in everything around it.
    let passed = Box::pin(state.gateway.pass(&scope, &target.site, &passage));
    match passed.await {
        Ok(passed) => Ok(answer::of(passed)),
        Err(error) => Err(watch.why_it_ended().unwrap_or_else(|| error.into())),
    }
}
