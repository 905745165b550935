//! Every route, on one screen.

use std::time::Duration;

use axum::Router;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::agents::{self, let_in};
use super::connections::{change, connectors, refresh, token_status};
use super::earlier::{aliases, chatbot, integrations, live_lists};
use super::edge::idempotency::document_keys;
use super::edge::refusals::Refusals;
use super::edge::{inside_an_edge, query_names};
use super::login::{api_token, callback, session, start};
use super::openapi::{Frame, finish};
use super::operations::{health, metrics, redirect_uris};
use super::pages::{docs, failures, home};
use super::state::AppState;
use super::stored::{rows, sync, users};
use super::wire::entity_tags::document_tags;
use super::wire::paging::List;
use super::{confluence, dashboard, gateway, jira, mcp, pages, tools};

/// How long a handler may take.
const HANDLER_TIMEOUT: Duration = Duration::from_secs(30);

/// Every list with a `limit`.
const LISTS: [&[List]; 14] = [
    &[jira::projects::PROJECTS],
    &[jira::search::SEARCH],
    &[jira::comments::COMMENTS],
    &[jira::people::USERS],
    &[confluence::spaces::SPACES],
    &[confluence::search::SEARCH],
    &[confluence::pages::PAGES],
    &[confluence::pages::CHILDREN],
    &[confluence::comments::COMMENTS],
    &[users::USERS],
    &rows::LISTS,
    &[live_lists::PROJECTS],
    &[live_lists::SPACES],
    &chatbot::LISTS,
];

/// The routes with their documentation.
pub(crate) fn documented() -> OpenApiRouter<AppState> {
    let mut router = OpenApiRouter::with_openapi(Frame::openapi())
        .merge(login_routes())
        .merge(connections())
        .merge(products())
        .merge(stored_data())
        .merge(tool_routes())
        .merge(agent_routes())
        .merge(operations())
        .merge(chatbot_routes())
        .merge(compatible());
    document_keys(router.get_openapi_mut());
    document_tags(router.get_openapi_mut());
    finish(router.get_openapi_mut(), &LISTS.concat());
    router
}

fn login_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(start::provider_login))
        .routes(routes!(start::session_token_login))
        .routes(routes!(start::page_login))
        .routes(routes!(start::status_login))
        .routes(routes!(callback::jira))
        .routes(routes!(callback::confluence))
        .routes(routes!(callback::atlassian))
        .routes(routes!(callback::jira_oauth))
        .routes(routes!(callback::confluence_oauth))
        .routes(routes!(callback::api_v1_atlassian))
        .routes(routes!(callback::api_oauth_callback))
        .routes(routes!(callback::api_oauth_atlassian))
        .routes(routes!(callback::api_auth))
        .routes(routes!(callback::api_auth_jira))
        .routes(routes!(callback::api_auth_confluence))
        .routes(routes!(api_token::api_token))
        .routes(routes!(session::session))
        .routes(routes!(session::status))
        .routes(routes!(session::logout))
        .routes(routes!(refresh::refresh))
}

fn connections() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(connectors::list))
        .routes(routes!(
            connectors::show,
            change::change,
            connectors::disconnect
        ))
        .routes(routes!(connectors::resources))
        .routes(routes!(dashboard::stream::stream))
        .routes(routes!(dashboard::stream::statistics))
        .routes(routes!(token_status::status))
        .routes(routes!(token_status::events))
        .routes(routes!(token_status::refresh))
}

fn products() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(jira::projects::projects))
        .routes(routes!(jira::projects::project))
        .routes(routes!(jira::projects::issue_types))
        .routes(routes!(jira::search::search))
        .routes(routes!(jira::issues::create))
        .routes(routes!(
            jira::issues::issue,
            jira::issues::update,
            jira::issues::delete
        ))
        .routes(routes!(jira::comments::list, jira::comments::add))
        .routes(routes!(jira::comments::show, jira::comments::delete))
        .routes(routes!(jira::attachments::list))
        .routes(routes!(jira::attachments::download))
        .routes(routes!(jira::transitions::list, jira::transitions::make))
        .routes(routes!(jira::people::myself))
        .routes(routes!(jira::people::users))
        .routes(routes!(confluence::spaces::spaces))
        .routes(routes!(confluence::spaces::space))
        .routes(routes!(confluence::search::search))
        .routes(routes!(confluence::pages::create))
        .routes(routes!(confluence::pages::pages))
        .routes(routes!(
            confluence::pages::page,
            confluence::pages::update,
            confluence::pages::delete
        ))
        .routes(routes!(confluence::pages::children))
        .routes(routes!(
            confluence::comments::comments,
            confluence::comments::comment
        ))
}

fn stored_data() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(users::users, users::put_user))
        .routes(routes!(users::user))
        .routes(routes!(rows::put_project))
        .routes(routes!(rows::projects))
        .routes(routes!(rows::put_page))
        .routes(routes!(rows::pages))
        .routes(routes!(rows::fetch_projects))
        .routes(routes!(rows::fetch_pages))
        .routes(routes!(sync::show, sync::start))
}

fn tool_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(tools::list))
        .routes(routes!(tools::invoke))
}

fn agent_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(let_in::list))
        .routes(routes!(let_in::revoke))
}

fn chatbot_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(chatbot::reading::health))
        .routes(routes!(chatbot::reading::projects))
        .routes(routes!(chatbot::reading::myself))
        .routes(routes!(chatbot::reading::search))
        .routes(routes!(chatbot::reading::issues, chatbot::writing::create))
        .routes(routes!(chatbot::reading::issue, chatbot::writing::update))
        .routes(routes!(chatbot::writing::comment))
        .routes(routes!(
            chatbot::reading::transitions,
            chatbot::writing::transition
        ))
        .routes(routes!(chatbot::panel::projects))
        .routes(routes!(chatbot::panel::issues))
}

/// The earlier systems' routes.
fn compatible() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(live_lists::projects))
        .routes(routes!(live_lists::spaces))
        .routes(routes!(integrations::ping))
        .routes(routes!(integrations::connect))
        .routes(routes!(aliases::start))
        .routes(routes!(aliases::refresh))
        .routes(routes!(aliases::disconnect))
        .routes(routes!(aliases::api_health))
        .routes(routes!(aliases::oauth_login))
        .routes(routes!(aliases::oauth_logout))
}

fn operations() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(home::root))
        .routes(routes!(health::healthz))
        .routes(routes!(health::health))
        .routes(routes!(health::ready))
        .routes(routes!(health::process))
        .routes(routes!(redirect_uris::authorize_url))
        .routes(routes!(redirect_uris::redirect_uri))
        .routes(routes!(metrics::metrics))
}

/// The whole service as one router.
pub(crate) fn router(state: AppState) -> Router {
    let unless_off =
        |is_on: bool, routes: Router<AppState>| if is_on { routes } else { Router::new() };
    let for_agents = unless_off(state.edge.mcp, mcp::router())
        .merge(unless_off(state.edge.agents_log_in, agents::router()));
    let (routes, document) = documented().split_for_parts();
    let names = query_names::of_lists(&document);
    let routes = routes
        .route_layer(Refusals::new(names))
        .merge(docs::router(&document))
        .merge(pages::router())
        .merge(gateway::router())
        .merge(for_agents);
    inside_an_edge(routes, state, HANDLER_TIMEOUT, Some(failures::for_people))
}

/// The whole OpenAPI document, as served at `/openapi.json`.
pub fn document() -> utoipa::openapi::OpenApi {
    documented().into_openapi()
}
