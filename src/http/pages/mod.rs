//! Our own pages, for people without a frontend.

mod assets;
mod connected;
pub(crate) mod dashboard;
pub(crate) mod docs;
pub(crate) mod failures;
mod fixed_file;
pub(crate) mod home;
pub(crate) mod login;
pub(crate) mod message;
mod operator;
pub(crate) mod page;

use axum::Router;
use axum::routing::get;

use crate::http::state::AppState;

/// The pages and what they load. They use the API's own routes, so they are not in the OpenAPI
/// document.
pub(crate) fn router() -> Router<AppState> {
    Router::new()
        .route("/login", get(login::login))
        .route("/login/", get(login::login))
        .route("/connected", get(connected::connected))
        .route("/connected/", get(connected::connected))
        .route("/operator", get(operator::operator))
        .route("/operator/", get(operator::operator))
        .merge(dashboard::router())
        .merge(assets::router())
}
