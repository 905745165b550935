//! Extractors for the path, the query and the method, with every refusal in the envelope.

use axum::extract::{FromRequestParts, Path};
use axum::http::header::ALLOW;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;

use crate::http::wire::error::{ApiError, Code};
use crate::model::fields::InvalidFields;
use crate::model::product::Product;

/// The product named in the path. It stands before the caller among a handler's arguments (axum
/// runs extractors in that order), because an address that does not exist is 404 for everybody.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProductPath(pub(crate) Product);

impl<S: Send + Sync> FromRequestParts<S> for ProductPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let named = Path::<String>::from_request_parts(parts, state).await;
        named
            .ok()
            .and_then(|Path(name)| Product::parse(&name))
            .map(Self)
            .ok_or_else(|| ApiError::not_found("unknown provider; use jira or confluence"))
    }
}

/// The query string, read into `T`.
#[derive(Debug)]
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let query = parts.uri.query().unwrap_or_default();
        let deserializer =
            serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(query.as_bytes()));
        serde_path_to_error::deserialize(deserializer)
            .map(Self)
            .map_err(|error| {
                let field =
                    InvalidFields::field_of(&error.path().to_string(), &error.inner().to_string());
                ApiError::invalid(
                    &[&field],
                    format!("the query parameter {field} is missing, malformed or out of range"),
                )
            })
    }
}

/// Refuses `HEAD`, which axum sends to the handlers of `GET`: a link preview must not use up a
/// login.
#[derive(Debug)]
pub(crate) struct GetOnly;

impl<S: Sync> FromRequestParts<S> for GetOnly {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Response> {
        if parts.method == Method::GET {
            return Ok(Self);
        }
        let error = ApiError::new(
            StatusCode::METHOD_NOT_ALLOWED,
            Code::Validation,
            "this route accepts GET only",
        );
        Err(([(ALLOW, "GET")], error).into_response())
    }
}
