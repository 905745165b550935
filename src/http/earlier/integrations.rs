//! S0's ping and S3's connect: whether a product is reachable, and where to connect it. Public.

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
use crate::model::connection::Connected;
use crate::model::product::Product;

/// Whether a product can be reached.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PingAnswer {
    #[schema(example = "jira")]
    service: &'static str,
    /// Whether an address of the product is known: your site's, or the one the operator set.
    configured: bool,
    #[schema(example = "https://acme.atlassian.net")]
    base_url: Option<String>,
    /// Whether you are connected.
    connected: bool,
    /// Whether Atlassian answered; `null` if you are not connected or no ping was made yet.
    reachable: Option<bool>,
    /// How long the answer took, in milliseconds.
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
    /// Whether you are already connected.
    connected: bool,
    /// Where a person connects, relative to this service.
    #[schema(example = "/auth/jira/login")]
    redirect_url: String,
}

/// A visitor's connection, as far as it is known.
struct KnownConnection {
    connected: bool,
    /// Whether its calls are refused, and may be taken again.
    refused: bool,
    base_url: Option<String>,
}

/// Check whether a product is reachable. Never fails.
///
/// Makes a real call if you are connected, at most once in ten seconds.
#[utoipa::path(get, path = "/api/v1/integrations/{product}/ping", tag = "Compatible routes", params(("product" = String, Path, example = "jira")),
    responses((status = 200, body = PingAnswer), Failures))]
pub(crate) async fn ping(
    State(state): State<AppState>,
    ProductPath(product): ProductPath,
    visitor: Visitor,
) -> Json<PingAnswer> {
    let mut known = known_connection(&state, &visitor, product).await;
    let found = match visitor.scope().filter(|_| known.connected || known.refused) {
        Some(scope) => state.reachability.ping(&scope, product).await,
        None => None,
    };
    if known.refused {
        // Perhaps it is taken again.
        known = known_connection(&state, &visitor, product).await;
    }
    let found = found.filter(|_| known.connected);
    Json(PingAnswer {
        service: product.as_str(),
        configured: known.base_url.is_some(),
        base_url: known.base_url,
        connected: known.connected,
        reachable: found.map(|found| found.reachable),
        latency_ms: found.and_then(|found| found.latency_ms),
    })
}

/// Get the address at which a person connects a product. Changes nothing; the body is ignored.
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

/// The site a visitor is connected to, else the one the operator set. While the store does not
/// answer, the visitor counts as not connected: in S0 a ping never failed.
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
    let stored = view.as_ref().and_then(|view| view.connected.as_ref());
    let refused = stored.is_some_and(Connected::is_refused);
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
        refused,
        base_url: of_site.or(of_settings),
    }
}
