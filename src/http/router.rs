//! Every route, on one screen.

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::edge::{EdgeState, edge, panicked};
use super::idempotency::{document_keys, once};
use super::limits::at_the_door;
use super::openapi::{Frame, finish};
use super::shape::LARGEST_BODY;
use super::state::AppState;
use super::{
    aliases, callback, chatbot, confluence, connectors, dashboard_stream, docs, health,
    integrations, jira, live_lists, login, metrics, pages, session, stored, sync, token_status,
    tools,
};

/// How long a handler may take.
const HANDLER_TIMEOUT: Duration = Duration::from_secs(30);

/// The routes with their documentation.
pub(super) fn documented() -> OpenApiRouter<AppState> {
    let mut router = OpenApiRouter::with_openapi(Frame::openapi())
        .merge(login_routes())
        .merge(connections())
        .merge(products())
        .merge(stored_data())
        .merge(tool_routes())
        .merge(chatbot_routes())
        .merge(compatible())
        .merge(operations());
    document_keys(router.get_openapi_mut());
    finish(router.get_openapi_mut());
    router
}

fn login_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(login::login))
        .routes(routes!(login::oauth_start))
        .routes(routes!(login::page_login))
        .routes(routes!(login::status_login))
        .routes(routes!(callback::jira))
        .routes(routes!(callback::confluence))
        .routes(routes!(callback::atlassian))
        .routes(routes!(callback::jira_oauth))
        .routes(routes!(callback::confluence_oauth))
        .routes(routes!(callback::versioned))
        .routes(routes!(callback::persisted))
        .routes(routes!(callback::proxied))
        .routes(routes!(callback::api))
        .routes(routes!(callback::api_jira))
        .routes(routes!(callback::api_confluence))
        .routes(routes!(session::api_token))
        .routes(routes!(session::session))
        .routes(routes!(session::status))
        .routes(routes!(session::logout))
        .routes(routes!(connectors::refresh))
}

fn connections() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(connectors::list))
        .routes(routes!(
            connectors::show,
            connectors::change,
            connectors::disconnect
        ))
        .routes(routes!(connectors::resources))
        .routes(routes!(dashboard_stream::stream))
        .routes(routes!(dashboard_stream::statistics))
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
        .routes(routes!(jira::transitions::list, jira::transitions::make))
        .routes(routes!(jira::people::myself))
        .routes(routes!(jira::people::users))
        .routes(routes!(confluence::spaces::spaces))
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
        .routes(routes!(stored::users, stored::put_user))
        .routes(routes!(stored::user))
        .routes(routes!(stored::put_project))
        .routes(routes!(stored::projects))
        .routes(routes!(stored::put_page))
        .routes(routes!(stored::pages))
        .routes(routes!(stored::fetch_projects))
        .routes(routes!(stored::fetch_pages))
        .routes(routes!(sync::show, sync::start))
}

fn tool_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(tools::list))
        .routes(routes!(tools::invoke))
}

fn chatbot_routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(chatbot::reading::health))
        .routes(routes!(chatbot::reading::projects))
        .routes(routes!(chatbot::reading::myself))
        .routes(routes!(chatbot::reading::search))
        .routes(routes!(chatbot::writing::create))
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
}

fn operations() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(health::root))
        .routes(routes!(health::healthz))
        .routes(routes!(health::health))
        .routes(routes!(health::ready))
        .routes(routes!(health::authorize_url))
        .routes(routes!(health::redirect_uri))
        .routes(routes!(metrics::metrics))
}

/// The whole service as one router.
pub fn router(state: AppState) -> Router {
    let (routes, document) = documented().split_for_parts();
    let routes = routes.merge(docs::router(&document)).merge(pages::router());
    inside_the_edge(routes, state, HANDLER_TIMEOUT)
}

/// Any routes inside everything that holds for all of them; a handler that takes longer than
/// `handler_timeout` is given up.
pub fn inside_the_edge(
    routes: Router<AppState>,
    state: AppState,
    handler_timeout: Duration,
) -> Router {
    let edge_state = EdgeState {
        state: state.clone(),
        handler_timeout,
    };
    let largest_body = usize::try_from(LARGEST_BODY).unwrap_or(usize::MAX);
    let layers = ServiceBuilder::new()
        .layer(from_fn_with_state(edge_state, edge))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(state.clone(), at_the_door))
        .layer(DefaultBodyLimit::max(largest_body))
        .layer(from_fn_with_state(state.clone(), once));
    routes.layer(layers).with_state(state)
}
