//! Which failure an answer tells, whoever made it: a handler, a page of ours, or the router.

use axum::http::StatusCode;
use axum::response::Response;

use crate::http::wire::body::too_large;
use crate::http::wire::error::{ApiError, Code, ToldOnPage};

/// Marks an answer of Atlassian's own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Passed;

/// The failure that an answer tells, if it is one.
pub(super) fn failure_of(response: &Response) -> Option<ApiError> {
    let status = response.status();
    if !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    let extensions = response.extensions();
    // What Atlassian answered is no failure of ours.
    if extensions.get::<Passed>().is_some() {
        return None;
    }
    let told = || extensions.get::<ToldOnPage>().map(|told| told.0.clone());
    let error = extensions.get::<ApiError>().cloned().or_else(told);
    Some(error.unwrap_or_else(|| error_of_status(status)))
}

fn error_of_status(status: StatusCode) -> ApiError {
    match status {
        StatusCode::NOT_FOUND => {
            ApiError::not_found("no route has this address; /docs lists all routes")
        }
        StatusCode::METHOD_NOT_ALLOWED => ApiError::new(
            status,
            Code::Validation,
            "this route does not accept this method; the Allow header lists those it accepts",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        _ if status.is_client_error() => {
            ApiError::new(status, Code::Validation, "the request could not be read")
        }
        _ => ApiError {
            status,
            ..ApiError::internal()
        },
    }
}
