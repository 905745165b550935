//! `ETag` and `If-Match`: who changes what they read says so, and nothing is written over somebody else's change.

use axum::extract::{FromRequestParts, MatchedPath, Request};
use axum::http::header::{ETAG, IF_MATCH};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::{ObjectBuilder, OpenApi, Ref, RefOr, Required, Type};

use crate::http::wire::error::{ApiError, Code};
use crate::model::entity_tag;
use crate::service::error::ServiceError;

/// The routes of what has a tag: their `GET` and `PUT` tell it, their `PUT` and `DELETE` take it.
const TAGGED: [&str; 3] = [
    "/connectors/jira/issues/{key}",
    "/connectors/confluence/pages/{id}",
    "/api/jira/issues/{key}",
];

/// What the caller says must still hold.
#[derive(Debug)]
pub(crate) struct IfMatch(pub(crate) entity_tag::IfMatch);

impl<S: Sync> FromRequestParts<S> for IfMatch {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        let values = parts.headers.get_all(IF_MATCH).iter();
        // What is no text is no tag of ours.
        let values = values.map(|value| value.to_str().unwrap_or("?"));
        let read = entity_tag::IfMatch::parse(values).map_err(ServiceError::from)?;
        Ok(Self(read))
    }
}

/// An answer with the tag of what it shows.
pub(crate) struct Tagged<T>(pub(crate) Option<String>, pub(crate) T);

impl<T: IntoResponse> IntoResponse for Tagged<T> {
    fn into_response(self) -> Response {
        let mut response = self.1.into_response();
        let quoted = self.0.map(|tag| format!("\"{tag}\""));
        if let Some(tag) = quoted.and_then(|tag| HeaderValue::from_str(&tag).ok()) {
            response.headers_mut().insert(ETAG, tag);
        }
        response
    }
}

/// Refuses a condition where nothing can be held against it: to carry the change out all the same would be what the caller
/// forbade (RFC 9110, section 13.1.1).
///
/// # Errors
/// 412 for such a condition.
pub(crate) fn refuse_elsewhere(request: &Request) -> Result<(), ApiError> {
    let reads = matches!(
        *request.method(),
        Method::GET | Method::HEAD | Method::OPTIONS
    );
    let route = request.extensions().get::<MatchedPath>();
    let is_tagged = route.is_some_and(|route| TAGGED.contains(&route.as_str()));
    let asks = request
        .headers()
        .get_all(IF_MATCH)
        .iter()
        .any(|value| value.as_bytes().trim_ascii() != b"*");
    if reads || is_tagged || !asks {
        return Ok(());
    }
    let why =
        "this route gives no ETag, so nothing was done under If-Match; send the request without it";
    let error = ApiError::new(StatusCode::PRECONDITION_FAILED, Code::Validation, why);
    Err(error.with_details(json!({ "fields": [entity_tag::IF_MATCH] })))
}

/// Documents both headers, and what is answered where the tag is another.
pub(crate) fn document_tags(document: &mut OpenApi) {
    for (path, item) in &mut document.paths.paths {
        if !TAGGED.contains(&path.as_str()) {
            continue;
        }
        for operation in [&mut item.get, &mut item.put].into_iter().flatten() {
            tell_tag(operation);
        }
        for operation in [&mut item.put, &mut item.delete].into_iter().flatten() {
            take_tag(operation);
        }
    }
}

fn tell_tag(operation: &mut Operation) {
    let text = ObjectBuilder::new().schema_type(Type::String).build();
    let header = HeaderBuilder::new()
        .schema(Some(text))
        .description(Some("The state that is shown, for `If-Match`"))
        .build();
    if let Some(RefOr::T(response)) = operation.responses.responses.get_mut("200") {
        response
            .headers
            .insert(String::from("ETag"), RefOr::T(header));
    }
}

fn take_tag(operation: &mut Operation) {
    let text = ObjectBuilder::new().schema_type(Type::String).build();
    let parameter = ParameterBuilder::new()
        .name(entity_tag::IF_MATCH)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "The `ETag` of what you read. If it has changed since, the answer is 412 and nothing changes. `*` passes.",
        ))
        .schema(Some(text))
        .build();
    let parameters = operation.parameters.get_or_insert_default();
    parameters.push(parameter.into());
    let shared = Ref::new("#/components/responses/OtherState");
    let responses = &mut operation.responses.responses;
    responses.insert(String::from("412"), RefOr::Ref(shared));
}
