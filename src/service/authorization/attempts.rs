//! Trying credentials that somebody typed in: not too often from one address or for one e-mail.

use super::Authorization;
use crate::model::client_address::ClientAddress;
use crate::model::grant::AuthMethod;
use crate::model::product::Product;
use crate::service::error::ServiceError;
use crate::service::limits::TooManyTries;
use crate::work::audit::{About, Happened};

impl Authorization {
    /// Runs a check of a credential. One that is refused counts as a failure, also when the client does
    /// not wait for it. One that nobody judged counts by a limit of its own: a try tells whether there is such a
    /// site. What fails in passing counts as nothing.
    ///
    /// # Errors
    /// Those of `check`; `LimitReached` when too much failed before, and then `check` does not run.
    pub(super) async fn within_limits<T>(
        &self,
        from: Option<ClientAddress>,
        email: Option<&str>,
        (product, method): (Product, AuthMethod),
        check: impl Future<Output = Result<T, ServiceError>>,
    ) -> Result<T, ServiceError> {
        let Some(from) = from else {
            return check.await;
        };
        let attempt = self.limits.try_credential(from, email);
        let attempt = attempt.map_err(|too_many| {
            let (message, wait) = match too_many {
                TooManyTries::Refused(wait) => (
                    "too many tokens were refused; wait before the next one",
                    wait,
                ),
                TooManyTries::Astray(wait) => (
                    "too many tries led to no site that takes tokens; wait before the next one",
                    wait,
                ),
            };
            let error = ServiceError::LimitReached { message, wait };
            note_refused(product, method, &error);
            error
        })?;
        let checked = check
            .await
            .inspect_err(|error| note_refused(product, method, error));
        match &checked {
            Ok(_) => attempt.forgive(),
            Err(ServiceError::CredentialRejected { .. }) => attempt.was_judged(),
            Err(error) if passes(error) => attempt.forgive(),
            Err(_) => attempt.was_not_refused(),
        }
        checked
    }
}

/// Whether a failure is nothing of what was tried: Atlassian, or something of ours, has trouble of its own.
fn passes(error: &ServiceError) -> bool {
    matches!(
        error,
        ServiceError::VendorDown { .. }
            | ServiceError::VendorTimeout
            | ServiceError::RateLimited(_)
            | ServiceError::StoreUnavailable(_)
            | ServiceError::Internal(_)
    )
}

fn note_refused(product: Product, method: AuthMethod, error: &ServiceError) {
    let about = About {
        provider: Some(product.as_str()),
        means: Some(method.as_str()),
        reason: Some(&error.cause()),
        ..About::default()
    };
    about.note(Happened::LoginFailed);
}
