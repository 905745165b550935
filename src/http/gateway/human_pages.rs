//! Pages for people below a base address of ours. Programs make links from the base that they were given, so people come here
//! with them, and are sent on to the same page of the site. No page is passed on.

use axum::http::header::LOCATION;
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::permission;
use super::target::Target;
use crate::http::caller::Caller;
use crate::http::state::AppState;
use crate::http::wire::error::ApiError;
use crate::model::product::Product;

/// Sends a caller to the page at a site that their own login reaches.
pub(super) async fn send_on(
    state: &AppState,
    caller: &Caller,
    target: &Target,
    product: Product,
    parts: &Parts,
) -> Result<Response, ApiError> {
    permission::check_page(caller, product, &parts.extensions, &parts.headers, state)?;
    let scope = caller.scope();
    let base = state
        .gateway
        .address_for_people(&scope, product, &target.site);
    let address = below(&base.await?, target, parts);
    let address = HeaderValue::try_from(address).map_err(|_| ApiError::internal())?;
    Ok((StatusCode::FOUND, [(LOCATION, address)]).into_response())
}

/// The page below the product's own address, which has `wiki` in it where the site has it.
fn below(base: &str, target: &Target, parts: &Parts) -> String {
    let is_wiki = target.path.first().is_some_and(|first| first == "wiki");
    let path = &target.sent[usize::from(is_wiki)..];
    let mut address = base.to_owned();
    for segment in path {
        address.push('/');
        address.push_str(segment);
    }
    if parts.uri.path().ends_with('/') {
        address.push('/');
    }
    if let Some(query) = parts.uri.query() {
        address.push('?');
        address.push_str(query);
    }
    address
}
