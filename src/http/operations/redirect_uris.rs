//! Help with the OAuth configuration: what a login sends to Atlassian, and to where it comes back. Public.

use axum::Json;
use axum::extract::State;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use url::Url;

use crate::http::operations::frame::Framed;
use crate::http::state::AppState;
use crate::model::product::Provider;

/// Get the authorization URL of a login, for comparison with Atlassian's developer console.
#[utoipa::path(get, path = "/health/authorize-url", tag = "Operations", responses((status = 200, body = Framed)))]
pub(crate) async fn authorize_url(State(state): State<AppState>) -> Json<Framed> {
    let configured = Provider::ALL.into_iter().find_map(|provider| {
        Some((
            state.authorization.client(provider)?,
            state.authorization.example_authorize_url(provider)?,
        ))
    });
    let Some((client, url)) = configured else {
        let data = json!({
            "url": null, "error": "missing_config", "client_id_present": false,
            "redirect_uri_present": state.edge.redirect_uri_set,
        });
        return Framed::new("oauth not configured", data);
    };
    let data = json!({
        "url": url,
        "redirect_uri": client.redirect_uri,
        "redirect_uri_encoded": utf8_percent_encode(&client.redirect_uri, NON_ALPHANUMERIC).to_string(),
        "scopes": state.authorization.scopes(),
    });
    Framed::new("authorize url", data)
}

/// List the redirect URIs in use, with an analysis of each.
#[utoipa::path(get, path = "/health/redirect-uri", tag = "Operations", responses((status = 200, body = Framed)))]
pub(crate) async fn redirect_uri(State(state): State<AppState>) -> Json<Framed> {
    let data: serde_json::Map<String, Value> = Provider::ALL
        .into_iter()
        .map(|provider| {
            let default = format!("{}/auth/{provider}/callback", state.edge.public_origin);
            let uri = state
                .authorization
                .client(provider)
                .map_or(default, |client| client.redirect_uri.clone());
            (
                provider.as_str().to_owned(),
                json!({ "uri": uri, "analysis": redirect_uri_analysis(&uri) }),
            )
        })
        .collect();
    Framed::new("active redirect URIs", Value::Object(data))
}

fn redirect_uri_analysis(uri: &str) -> Value {
    match Url::parse(uri) {
        Ok(url) if matches!(url.scheme(), "http" | "https") && url.fragment().is_none() => json!({
            "valid": true, "scheme": url.scheme(), "netloc": url.authority(), "path": url.path(), "reason": null,
        }),
        Ok(url) => json!({
            "valid": false, "scheme": url.scheme(), "netloc": url.authority(), "path": url.path(),
            "reason": "a redirect URI must be an http or https address without a fragment",
        }),
        Err(_) => {
            json!({ "valid": false, "scheme": null, "netloc": null, "path": null, "reason": "this is not an absolute address" })
        }
    }
}
