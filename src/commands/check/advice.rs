//! A failed call in the words of an operator: what it means and what to do.

use super::report::Section;
use crate::model::product::Product;
use crate::service::error::{MISSING_SCOPE, ServiceError};

/// Adds what a failed call means. Atlassian's limits and outages are warnings: nothing here is wrong.
pub(super) fn add_failure(
    section: &mut Section,
    subject: &str,
    error: &ServiceError,
    product: Product,
    public: &str,
) {
    let title = product.title();
    let log_in = format!("log in again at {public}/login");
    match error {
        ServiceError::RateLimited(wait) => {
            let text = format!("Atlassian's rate limit is reached; it ends in {} seconds", wait.as_secs());
            section.warning(subject, text, "try again then");
        }
        ServiceError::VendorFailed(_)
        | ServiceError::VendorDown { .. }
        | ServiceError::VendorTimeout => section.problem(
            subject,
            error.to_string(),
            "look at https://status.atlassian.com and try again",
        ),
        ServiceError::NoTokenNow(_) => section.problem(
            subject,
            error.to_string(),
            "if the client secret above is wrong, correct it; else try again in a minute",
        ),
        ServiceError::BeingRenewed(_) => {
            section.warning(subject, error.to_string(), "try again in a moment");
        }
        ServiceError::TokenExpired(_) | ServiceError::OtherClient(_) => section.problem(subject, error.to_string(), log_in),
        ServiceError::Forbidden { missing_scopes, .. } if !missing_scopes.is_empty() => section.problem(
            subject,
            format!("{MISSING_SCOPE}: {}", missing_scopes.join(" ")),
            format!("enable them in the console under Permissions, then {log_in}"),
        ),
        ServiceError::Forbidden { message, .. } | ServiceError::NotFound(message) => section.problem(
            subject,
            format!("{title} does not let this account in: {message}"),
            format!("give the account access to {title} on this site at https://admin.atlassian.com (Directory -> Users)"),
        ),
        ServiceError::TokenRefused(..) => section.problem(
            subject,
            error.to_string(),
            format!("connect {title} again with a new token at {public}/login"),
        ),
        ServiceError::CredentialRejected { message } => section.problem(
            subject,
            message.clone(),
            "make a new token at https://id.atlassian.com/manage-profile/security/api-tokens",
        ),
        other => section.problem(subject, other.to_string(), "see the log of the service"),
    }
}
