//! Trying credentials that somebody typed in: not too often from one address or for one e-mail.

use super::Authorization;
use crate::model::client_address::ClientAddress;
use crate::service::error::ServiceError;

impl Authorization {
    /// Runs a check of a credential. What is refused counts as a failure, also when the client does
    /// not wait for it; what failed on the way does not.
    pub(super) async fn within_limits<T>(
        &self,
        from: Option<ClientAddress>,
        email: Option<&str>,
        check: impl Future<Output = Result<T, ServiceError>>,
    ) -> Result<T, ServiceError> {
        let Some(from) = from else {
            return check.await;
        };
        let attempt = self.limits.try_credential(from, email);
        let attempt = attempt.map_err(|wait| ServiceError::LimitReached {
            message: "too many tokens were refused; wait before the next one",
            wait,
        })?;
        let checked = check.await;
        let refused = matches!(
            checked,
            Err(ServiceError::CredentialRejected { .. }
                | ServiceError::Validation { .. }
                | ServiceError::Forbidden { .. }
                | ServiceError::NotFound(_))
        );
        if !refused {
            attempt.forgive();
        }
        checked
    }
}
