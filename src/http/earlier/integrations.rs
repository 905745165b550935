//! S0's pings and S3's connect: is a product usable, and where is it connected. Public.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::http::caller::Visitor;
use crate::http::connections::shapes::is_connected;
use crate::http::openapi::Failures;
use crate::http::state::AppState;
use crate::http::wire::body::OptionalBody;
use crate::http::wire::extract::ProductPath;
use crate::model::product::Product;

/// Whether a product can be reached.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PingAnswer {
    #[schema(example = "jira")]
    service: &'static str,
    /// Whether an address of the product is known: the operator's, or that of your site.
    configured: bool,
    #[schema(example = "https://acme.atlassian.net")]
    base_url: Option<String>,
    /// Whether you are connected.
    connected: bool,
    /// Whether Atlassian answered; null when you are not connected, or nobody has asked so far.
    reachable: Option<bool>,
    /// How long the answer took.
    #[schema(example = 83)]
    latency_ms: Option<u64>,
}

/// Where a product is connected.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ConnectAnswer {
    #[schema(example = "jira")]
    provider: &'static str,
    #[schema(example = "https://acme.atlassian.net")]
    base_url: Option<String>,
    /// Whether you are connected already.
    connected: bool,
    /// Where a person connects, relative to this service.
    #[schema(example = "/auth/jira/login")]
    redirect_url: String,
}

/// What a visitor's connection is, as far as it can be told.
struct KnownConnection {
    connected: bool,
    base_url: Option<String>,
}

/// Whether a product can be reached: a real call if you are connected, at most one in ten seconds.
/// Never fails.
#[utoipa::path(get, path = "/api/v1/integrations/{product}/ping", tag = "Compatible routes", params(("product" = String, Path, example = "jira")),
    responses((status = 200, body = PingAnswer), Failures))]
pub(crate) async fn ping(
    State(state): State<AppState>,
    ProductPath(product): ProductPath,
    visitor: Visitor,
) -> Json<PingAnswer> {
    let known = known_connection(&state, &visitor, product).await;
    let found = match visitor.scope().filter(|_| known.connected) {
        Some(scope) => state.reachability.ping(&scope, product).await,
        None => None,
    };
    Json(PingAnswer {
        service: product.as_str(),
        configured: known.base_url.is_some(),
        base_url: known.base_url,
        connected: known.connected,
        reachable: found.map(|found| found.reachable),
        latency_ms: found.and_then(|found| found.latency_ms),
    })
}

/// Where to connect a product. Changes nothing; a body is not needed and not used.
#[utoipa::path(post, path = "/integrations/{product}/connect", tag = "Compatible routes", params(("product" = String, Path, example = "jira")),
    request_body = Option<Object>, responses((status = 200, body = ConnectAnswer), Failures))]
pub(crate) async fn connect(
    State(state): State<AppState>,
    ProductPath(product): ProductPath,
    visitor: Visitor,
    _unused: OptionalBody<Map<String, Value>>,
) -> Json<ConnectAnswer> {
    let known = known_connection(&state, &visitor, product).await;
    Json(ConnectAnswer {
        provider: product.as_str(),
        base_url: known.base_url,
        connected: known.connected,
        redirect_url: format!("/auth/{product}/login"),
    })
}

/// The site a visitor is connected to, else the one the operator set. When the store does not
/// answer, nobody is known to be connected.
async fn known_connection(
    state: &AppState,
    visitor: &Visitor,
    product: Product,
) -> KnownConnection {
    let view = match visitor.scope() {
        Some(scope) => state.connections.view(&scope, product).await.ok(),
        None => None,
    };
    let connected = view.as_ref().is_some_and(|view| is_connected(view.status));
    let site = view
        .and_then(|view| view.connected)
        .and_then(|connected| connected.connection.site);
    let of_site = site.map(|site| state.connections.product_address(product, &site));
    let of_settings = match product {
        Product::Jira => state.edge.jira_address.clone(),
        Product::Confluence => state.edge.confluence_address.clone(),
    };
    KnownConnection {
        connected,
        base_url: of_site.or(of_settings),
    }
}
