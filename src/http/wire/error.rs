//! The error envelope: the body of every failure.

use std::borrow::Cow;
use std::time::Duration;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use crate::model::product::Provider;
use crate::service::cause::with_names;
use crate::work::request_notes::RequestNotes;

/// The kind of an error, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Code {
    /// The request is invalid.
    Validation,
    /// No valid credential.
    Unauthorized,
    /// Not allowed.
    Forbidden,
    /// It does not exist.
    NotFound,
    /// The product is not connected.
    NotConnected,
    /// The login at Atlassian has ended.
    TokenExpired,
    /// Too many requests.
    RateLimited,
    /// Atlassian failed.
    VendorError,
    /// This service failed.
    InternalError,
}

impl Code {
    /// The word in bodies and in the log.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Validation => "VALIDATION",
            Self::Unauthorized => "UNAUTHORIZED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::NotConnected => "NOT_CONNECTED",
            Self::TokenExpired => "TOKEN_EXPIRED",
            Self::RateLimited => "RATE_LIMITED",
            Self::VendorError => "VENDOR_ERROR",
            Self::InternalError => "INTERNAL_ERROR",
        }
    }
}

/// The body of every error.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ErrorBody {
    /// Always `error`.
    #[schema(example = "error")]
    pub status: &'static str,
    /// The kind of the error, for programs.
    pub code: Code,
    /// One plain sentence that is safe to show to a person.
    #[schema(example = "limit must be between 1 and 100")]
    pub message: String,
    /// The same sentence, under the name that `FastAPI` gives it.
    #[schema(example = "limit must be between 1 and 100")]
    pub detail: String,
    /// Seconds to wait, as in `Retry-After`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// Details, such as the names of invalid fields.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub details: Option<Value>,
    /// The id of the request, as in `X-Request-Id` and in the log.
    pub request_id: String,
}

/// A failure on its way out. The outermost layer writes its body, because it knows the request id.
#[derive(Debug, Clone)]
pub struct ApiError {
    pub(crate) status: StatusCode,
    pub(crate) code: Code,
    pub(crate) message: String,
    pub(crate) retry_after: Option<u64>,
    pub(crate) details: Option<Value>,
    /// Why, for the log: nothing that a person wrote, and no secret.
    pub(crate) cause: Option<Cow<'static, str>>,
}

/// The failure that a page of ours tells in its own words.
#[derive(Debug, Clone)]
pub(crate) struct ToldOnPage(pub(crate) ApiError);

impl ApiError {
    /// An error with a status, a code and one plain sentence. A sentence that stands in the source is its
    /// cause as well; one that was put together may hold what somebody wrote, and is not logged.
    pub(crate) fn new(
        status: StatusCode,
        code: Code,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        let message = message.into();
        Self {
            status,
            code,
            retry_after: None,
            details: None,
            cause: matches!(message, Cow::Borrowed(_)).then(|| message.clone()),
            message: message.into_owned(),
        }
    }

    /// 422: these fields are wrong.
    pub(crate) fn invalid(fields: &[&str], message: impl Into<Cow<'static, str>>) -> Self {
        let error = Self::new(StatusCode::UNPROCESSABLE_ENTITY, Code::Validation, message)
            .with_details(json!({ "fields": fields }));
        match error.cause {
            Some(_) => error,
            None => error.because(with_names("invalid", fields.iter().copied())),
        }
    }

    /// 400: the request is malformed.
    pub(crate) fn bad_request(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, Code::Validation, message)
    }

    /// 401: no valid credential.
    pub(crate) fn unauthorized() -> Self {
        Self::unauthorized_because("log in first: this request carries no valid session or API key")
    }

    /// 401: no valid credential, and why not.
    pub(crate) fn unauthorized_because(message: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, Code::Unauthorized, message)
    }

    /// 403.
    pub(crate) fn forbidden(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::FORBIDDEN, Code::Forbidden, message)
    }

    /// 404.
    pub(crate) fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::NOT_FOUND, Code::NotFound, message)
    }

    /// 429: one of our limits is reached.
    pub(crate) fn too_many(message: impl Into<Cow<'static, str>>, wait: Duration) -> Self {
        Self::new(StatusCode::TOO_MANY_REQUESTS, Code::RateLimited, message).with_retry_after(wait)
    }

    /// 500: this service failed. The log has the cause.
    pub(crate) fn internal() -> Self {
        let message =
            "something went wrong on our side; the log names the cause under this request id";
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            Code::InternalError,
            message,
        )
    }

    /// The same error with a cause for the log.
    #[must_use]
    pub(crate) fn because(self, cause: impl Into<Cow<'static, str>>) -> Self {
        Self {
            cause: Some(cause.into()),
            ..self
        }
    }

    /// The same error with `details`.
    #[must_use]
    pub(crate) fn with_details(mut self, details: Value) -> Self {
        self.details = Some(details);
        self
    }

    /// The same error with `Retry-After`, in whole seconds (RFC 9110, section 10.2.3), rounded up.
    #[must_use]
    pub(crate) fn with_retry_after(mut self, wait: Duration) -> Self {
        self.retry_after = Some(
            wait.as_millis()
                .div_ceil(1000)
                .max(1)
                .try_into()
                .unwrap_or(u64::MAX),
        );
        self
    }

    /// The body to send.
    pub(crate) fn body(&self, request_id: &str) -> ErrorBody {
        ErrorBody {
            status: "error",
            code: self.code,
            message: self.message.clone(),
            detail: self.message.clone(),
            retry_after: self.retry_after,
            details: self.details.clone(),
            request_id: request_id.to_owned(),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Where a person starts a login for `provider`, in the namespace that the request is about.
pub(crate) fn login_url(provider: Provider) -> String {
    let tenant = RequestNotes::tenant().map(|tenant| format!("&tenant={tenant}"));
    format!(
        "/auth/{provider}/login?redirect=true{}",
        tenant.unwrap_or_default()
    )
}
