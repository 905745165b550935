//! Trying credentials that somebody typed in: not too often from one address or for one e-mail.

use super::Authorization;
use crate::model::client_address::ClientAddress;
use crate::model::grant::AuthMethod;
use crate::model::product::Product;
use crate::service::error::ServiceError;
use crate::work::audit::{About, Happened};

impl Authorization {
    /// Runs a check of a credential. One that is refused counts as a failure, also when the client does
    /// not wait for it; one that nobody judged does not.
    ///
    /// # Errors
    /// Those of `check`; `LimitReached` when too much was refused before, and then `check` does not run.
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
        let attempt = attempt.map_err(|wait| {
            let error = ServiceError::LimitReached {
                message: "too many tokens were refused; wait before the next one",
                wait,
            };
            note_refused(product, method, &error);
            error
        })?;
        let checked = check
            .await
            .inspect_err(|error| note_refused(product, method, error));
        if !matches!(checked, Err(ServiceError::CredentialRejected { .. })) {
            attempt.forgive();
        }
        checked
    }
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
