//! `/authorize`: a client sends a person here, who logs in, is asked on our page, and goes back with a code.

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Response};
use url::form_urlencoded;

use crate::http::agents::answers::back_to_client;
use crate::http::agents::consent_page::{ConsentPage, Decision, shown};
use crate::http::agents::form::{Form, NoForm};
use crate::http::caller::Visitor;
use crate::http::caller::charge::too_many;
use crate::http::caller::headers::{is_page_here, text};
use crate::http::pages::login::{AskingAgent, log_in_for_agent};
use crate::http::pages::message::{self, PageExplanation};
use crate::http::pages::page::ReturnTarget;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::http::wire::extract::GetOnly;
use crate::model::api_key::KeyScope;
use crate::model::client_address::ClientAddress;
use crate::model::principal::Principal;
use crate::model::scope::Scope;
use crate::service::agents::Agents;
use crate::service::agents::consent::FormSeal;
use crate::service::agents::request::{AgentRequest, Unasked};

/// A request, and what is theirs who are asked.
struct Asked<'a> {
    request: &'a AgentRequest,
    scope: Scope,
}

/// `GET /authorize`
pub(super) async fn show(
    State(state): State<AppState>,
    _get: GetOnly,
    Extension(from): Extension<ClientAddress>,
    visitor: Visitor,
    uri: Uri,
) -> Response {
    if let Err(wait) = state.limits.take_asked_code(from) {
        return too_many(wait).into_response();
    }
    let answered = async {
        let query = whole_query(&state, uri.query().unwrap_or_default()).await?;
        let request = state.agents.read_request(&query).await?;
        answer(&state, &visitor, &query, &request).await
    };
    answered
        .await
        .unwrap_or_else(|problem| not_asked(&state, problem))
}

/// `POST /authorize`: what the person decided on our page.
pub(super) async fn decide(
    State(state): State<AppState>,
    visitor: Visitor,
    headers: HeaderMap,
    request: Request,
) -> Response {
    if !is_our_page(&state, &headers) {
        return stale("this was not sent by the page of this service that asks");
    }
    let form = match Form::read(request).await {
        Ok(form) => form,
        Err(NoForm::Malformed(description)) => {
            return ApiError::bad_request(description).into_response();
        }
        Err(NoForm::Failed(error)) => return error.into_response(),
    };
    let answered = async {
        let query = form.get("request").unwrap_or_default();
        let request = state.agents.read_request(query).await?;
        decided(&state, &visitor, &form, query, &request).await
    };
    answered
        .await
        .unwrap_or_else(|problem| not_asked(&state, problem))
}

/// The query of a request; after a login, the one that was kept.
async fn whole_query(state: &AppState, query: &str) -> Result<String, Unasked> {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    let handle = pairs.find(|(name, _)| name == "request");
    let Some((_, handle)) = handle else {
        return Ok(query.to_owned());
    };
    // Ours stands alone. RFC 9101 gives the name to a request that is signed as a whole.
    if form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == "client_id") {
        return Err(Unasked::OnPage(
            "The program sends its request in a signed form, which this service does not take (request_not_supported).",
        ));
    }
    let kept = state.agents.kept_request(&handle).await?;
    kept.ok_or(Unasked::OnPage(
        "This took longer than ten minutes, so the program's request was dropped.",
    ))
}

async fn answer(
    state: &AppState,
    visitor: &Visitor,
    query: &str,
    request: &AgentRequest,
) -> Result<Response, Unasked> {
    let principal = visitor.principal.as_ref();
    let Some(principal) = principal.filter(|principal| Agents::may_consent(principal)) else {
        return log_in_first(state, None, query, request).await;
    };
    let scope = scope_of(visitor, principal, request)?;
    let views = state.connections.list(&scope).await?;
    if views.iter().all(|view| view.connected.is_none()) {
        return log_in_first(state, Some(principal), query, request).await;
    }
    let asked = Asked { request, scope };
    if let Some(scopes) = state.agents.remembered(&asked.scope, request).await? {
        return let_in(state, &asked, &scopes).await;
    }
    let seal = state.agents.seal_form(principal, &asked.scope, query);
    let page = ConsentPage::of(
        state,
        (principal, &asked.scope),
        request,
        &views,
        query,
        seal,
    );
    Ok(shown(&page))
}

/// Asks for a login, or for a connection of whoever is logged in; the way back here is short, for what a client asks
/// may be longer than an address to return to may be.
async fn log_in_first(
    state: &AppState,
    principal: Option<&Principal>,
    query: &str,
    request: &AgentRequest,
) -> Result<Response, Unasked> {
    let handle = state.agents.keep_request(query).await?;
    let tenant = request.tenant.as_ref();
    let back = ReturnTarget::to_request(&handle, tenant);
    let asking = AskingAgent {
        name: request.client.name.clone(),
        host: request.redirect.host.clone(),
    };
    Ok(log_in_for_agent(state, principal, asking, back))
}

async fn decided(
    state: &AppState,
    visitor: &Visitor,
    form: &Form,
    query: &str,
    request: &AgentRequest,
) -> Result<Response, Unasked> {
    let principal = visitor.principal.as_ref();
    let Some(principal) = principal.filter(|principal| Agents::may_consent(principal)) else {
        return log_in_first(state, None, query, request).await;
    };
    let asked = Asked {
        request,
        scope: scope_of(visitor, principal, request)?,
    };
    let seal = FormSeal {
        shown_at: form.get("shown_at").unwrap_or_default().to_owned(),
        signature: form.get("seal").unwrap_or_default().to_owned(),
    };
    if !state
        .agents
        .is_sealed(principal, &asked.scope, query, &seal)
    {
        return Ok(stale("this page is too old, or was shown to somebody else"));
    }
    match Decision::read(form.get("decision"), &request.scopes) {
        Some(Decision::Allow(scopes)) => let_in(state, &asked, &scopes).await,
        Some(Decision::Deny) => Ok(back_to_client(
            state.agents.issuer(),
            &request.redirect_uri,
            request.state.as_deref(),
            &[
                ("error", "access_denied"),
                ("error_description", "the person did not allow it"),
            ],
        )),
        None => Ok(stale("this page was sent without a decision")),
    }
}

async fn let_in(
    state: &AppState,
    asked: &Asked<'_>,
    scopes: &[KeyScope],
) -> Result<Response, Unasked> {
    let request = asked.request;
    let code = state.agents.let_in(&asked.scope, request, scopes).await?;
    Ok(back_to_client(
        state.agents.issuer(),
        &request.redirect_uri,
        request.state.as_deref(),
        &[("code", code.expose())],
    ))
}

fn scope_of(
    visitor: &Visitor,
    principal: &Principal,
    request: &AgentRequest,
) -> Result<Scope, Unasked> {
    let asked = request
        .tenant
        .clone()
        .unwrap_or_else(|| visitor.tenant.clone());
    let tenant = principal.tenant(Some(asked));
    tenant
        .map(|tenant| principal.scope(tenant))
        .ok_or(Unasked::OnPage("You cannot let a program in there."))
}

/// Whether a form was sent by a page of this very service: other pages that may act here may not consent for a person.
/// Browsers tell where every form comes from (Fetch, "`Origin` header"); programs, which have no cookies of others,
/// need not.
fn is_our_page(state: &AppState, headers: &HeaderMap) -> bool {
    match text(headers, "origin") {
        Some(origin) => {
            origin == state.edge.public_origin
                || (state.edge.is_open() && is_page_here(headers, origin))
        }
        None => headers.get("origin").is_none(),
    }
}

/// Nothing was decided.
fn stale(message: &'static str) -> Response {
    told(&ApiError::forbidden(message))
}

fn told(error: &ApiError) -> Response {
    let explanation = PageExplanation {
        sentence: None,
        heading: "No program was let in",
        advice: String::from("Start again in the program that wants to be let in."),
        link: String::from("/dashboard"),
        link_label: "See your agents",
    };
    message::failure(error, &explanation)
}

fn not_asked(state: &AppState, problem: Unasked) -> Response {
    match problem {
        Unasked::OnPage(sentence) => told(&ApiError::bad_request(sentence)),
        Unasked::ToClient {
            redirect_uri,
            state: client_state,
            error,
            description,
        } => back_to_client(
            state.agents.issuer(),
            &redirect_uri,
            client_state.as_deref(),
            &[("error", error), ("error_description", description)],
        ),
        Unasked::Failed(error) => ApiError::from(error).into_response(),
    }
}
