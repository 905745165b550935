//! The one place where failures get their statuses and codes.

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::http::wire::error::{ApiError, Code, login_url};
use crate::model::entity_tag::IF_MATCH;
use crate::model::product::Product;
use crate::service::authorization::outcome::LoginFailure;
use crate::service::error::ServiceError;
use crate::service::writing::Outcome;
use crate::work::request_notes::RequestNotes;

/// When to try again while the store is unavailable: a database that restarts is back in seconds.
const STORE_RETRY_AFTER: Duration = Duration::from_secs(2);

impl From<ServiceError> for ApiError {
    fn from(error: ServiceError) -> Self {
        let cause = error.cause();
        Self {
            cause: Some(cause),
            ..map_failure(error)
        }
    }
}

fn map_failure(error: ServiceError) -> ApiError {
    let message = error.to_string();
    let new = |status, code| ApiError::new(status, code, message.clone());
    match error {
        ServiceError::Validation { fields, .. } => {
            new(StatusCode::UNPROCESSABLE_ENTITY, Code::Validation)
                .with_details(json!({ "fields": fields }))
        }
        ServiceError::BadRequest(_) | ServiceError::OAuthNotConfigured(_) => {
            new(StatusCode::BAD_REQUEST, Code::Validation)
        }
        ServiceError::Rejected { messages, fields } => rejected(&messages, &fields),
        ServiceError::Conflict(_) => new(StatusCode::CONFLICT, Code::Validation),
        ServiceError::OtherState(_) => new(StatusCode::PRECONDITION_FAILED, Code::Validation)
            .with_details(json!({ "fields": [IF_MATCH] })),
        ServiceError::CredentialRejected { .. } => {
            new(StatusCode::UNPROCESSABLE_ENTITY, Code::Validation)
                .with_details(json!({ "reason": "credential_rejected" }))
        }
        ServiceError::Forbidden { missing_scopes, .. } => forbidden(message, &missing_scopes),
        ServiceError::NotFound(_) => new(StatusCode::NOT_FOUND, Code::NotFound),
        ServiceError::NotOffered => not_offered(message),
        ServiceError::Removed { in_its_place } => removed(message, &in_its_place),
        ServiceError::NotConnected(product) => new(StatusCode::CONFLICT, Code::NotConnected)
            .with_details(json!({ "login_url": login_url(product.into()) })),
        ServiceError::NeedsSite { product, sites } => new(StatusCode::CONFLICT, Code::NotConnected)
            .with_details(json!({ "sites": sites, "login_url": login_url(product.into()) })),
        ServiceError::TokenExpired(product) | ServiceError::OtherClient(product) => {
            log_in_again(message, product)
        }
        ServiceError::TokenRefused(product, _) => token_refused(message, product),
        ServiceError::RateLimited(wait) | ServiceError::LimitReached { wait, .. } => {
            new(StatusCode::TOO_MANY_REQUESTS, Code::RateLimited).with_retry_after(wait)
        }
        ServiceError::TooLarge => new(StatusCode::PAYLOAD_TOO_LARGE, Code::Validation),
        ServiceError::NoTokenNow(wait)
        | ServiceError::BeingRenewed(wait)
        | ServiceError::VendorDown {
            retry_after: Some(wait),
            ..
        } => new(StatusCode::SERVICE_UNAVAILABLE, Code::VendorError).with_retry_after(wait),
        ServiceError::VendorFailed(_) | ServiceError::VendorDown { .. } => {
            new(StatusCode::BAD_GATEWAY, Code::VendorError)
        }
        ServiceError::VendorTimeout => new(StatusCode::GATEWAY_TIMEOUT, Code::VendorError),
        ServiceError::Unwritten { failure, outcome } => unwritten(*failure, outcome),
        ServiceError::KeyReused => ApiError::invalid(&["Idempotency-Key"], message),
        ServiceError::KeyInUse(wait) => {
            new(StatusCode::CONFLICT, Code::Validation).with_retry_after(wait)
        }
        ServiceError::OutcomeUnknown => new(StatusCode::GATEWAY_TIMEOUT, Code::VendorError)
            .with_details(json!({ "outcome": "unknown" })),
        ServiceError::StoreUnavailable(_) => {
            note_failure_of_ours(&message);
            store_unavailable()
        }
        ServiceError::Internal(_) => {
            note_failure_of_ours(&message);
            ApiError::internal()
        }
    }
}

/// The failure of a write, with what became of it.
fn unwritten(failure: ServiceError, outcome: Outcome) -> ApiError {
    let message = format!("{failure}; {}", outcome.sentence());
    let mut error = map_failure(failure);
    let mut details = error.details.take().unwrap_or_else(|| json!({}));
    details["outcome"] = json!(outcome.as_str());
    error.message = message;
    error.with_details(details)
}

/// The line of the request tells it; where there is none, as in an event stream, a line of its own does.
fn note_failure_of_ours(message: &str) {
    if !RequestNotes::note_cause(message) {
        tracing::error!(cause = message, "a failure of ours");
    }
}

impl From<LoginFailure> for ApiError {
    /// A login that failed: 400 where the person declined, 502 for everything else.
    fn from(failure: LoginFailure) -> Self {
        let error = if failure == LoginFailure::AccessDenied {
            Self::bad_request(failure.sentence())
        } else {
            Self::new(
                StatusCode::BAD_GATEWAY,
                Code::VendorError,
                failure.sentence(),
            )
        };
        error.with_details(json!({ "error": failure.as_str() }))
    }
}

fn forbidden(message: String, missing_scopes: &[String]) -> ApiError {
    let error = ApiError::forbidden(message);
    if missing_scopes.is_empty() {
        error
    } else {
        error.with_details(json!({ "missing_scopes": missing_scopes }))
    }
}

fn not_offered(message: String) -> ApiError {
    ApiError::forbidden(message).with_details(json!({ "reason": "not_offered" }))
}

/// 401 of a login that is not renewed, with the address at which a person logs in.
fn log_in_again(message: String, product: Product) -> ApiError {
    ApiError::new(StatusCode::UNAUTHORIZED, Code::TokenExpired, message)
        .with_details(json!({ "login_url": login_url(product.into()) }))
}

fn token_refused(message: String, product: Product) -> ApiError {
    let details =
        json!({ "login_url": login_url(product.into()), "reason": "credential_rejected" });
    ApiError::new(StatusCode::UNAUTHORIZED, Code::TokenExpired, message).with_details(details)
}

fn removed(message: String, in_its_place: &str) -> ApiError {
    let details = json!({ "reason": "removed", "in_its_place": in_its_place });
    ApiError::new(StatusCode::GONE, Code::NotFound, message).with_details(details)
}

fn store_unavailable() -> ApiError {
    let message = "the database is unavailable; try again shortly";
    ApiError::new(
        StatusCode::SERVICE_UNAVAILABLE,
        Code::InternalError,
        message,
    )
    .with_retry_after(STORE_RETRY_AFTER)
}

/// Everything that is wrong, in one text: who is told one fault at a time tries once for each.
fn in_one_text(sentences: impl Iterator<Item = String>) -> String {
    let mut text = String::new();
    for sentence in sentences {
        match text.chars().next_back() {
            None => {}
            Some('.' | '!' | '?') => text.push(' '),
            Some(_) => text.push_str("; "),
        }
        text.push_str(&sentence);
    }
    if text.is_empty() {
        return String::from("Atlassian rejected the request");
    }
    text
}

/// Atlassian's own messages, kept apart from ours.
fn rejected(messages: &[String], fields: &[(String, String)]) -> ApiError {
    let of_fields = fields
        .iter()
        .map(|(field, text)| format!("{field}: {text}"));
    let message = in_one_text(messages.iter().cloned().chain(of_fields));
    let names: Vec<&String> = fields.iter().map(|(field, _)| field).collect();
    let errors: serde_json::Map<String, Value> = fields
        .iter()
        .map(|(field, text)| (field.clone(), Value::from(text.clone())))
        .collect();
    ApiError::bad_request(message)
        .with_details(json!({ "messages": messages, "errors": errors, "fields": names }))
}
