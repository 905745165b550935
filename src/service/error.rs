//! What can go wrong in a service, in the words of the product.

use std::time::Duration;

use crate::atlassian::error::AtlassianError;
use crate::atlassian::query::QueryError;
use crate::model::fields::InvalidFields;
use crate::model::grant::AuthMethod;
use crate::model::ids::InvalidId;
use crate::model::product::{Product, Provider};
use crate::model::secret::NoRandomness;
use crate::model::site::Site;
use crate::service::writing::Outcome;
use crate::store::error::StoreError;
use crate::work::long_text::Unplanned;

/// What is said where a login lacks a scope.
pub(crate) const MISSING_SCOPE: &str = "the login lacks a scope this call needs";

/// What is said where others have a right to the points that are left.
const SHARE_USED: &str =
    "this site's share of the points that Atlassian gives this app an hour is used up for now";
/// What is said of a 401 that no newer token could cure.
const NOT_ACCEPTED: &str = "Atlassian did not accept the credential";
/// What is said where the operator has changed their mind about a host.
pub(crate) const HOST_NOT_LISTED: &str = "this Data Center host may not be called any more; its operator has taken it off ALLOWED_UPSTREAM_HOSTS";
/// When to send a file again that was on its way while its login was renewed.
const SEND_AGAIN: Duration = Duration::from_secs(1);
/// When to ask again while as many long texts are edited as can be at once.
const CROWDED: Duration = Duration::from_secs(5);

/// A failure of a service, to be told to the caller.
///
/// # Calls for an owner
///
/// A call to Jira or Confluence through an owner's connection fails with [`NotConnected`] without one,
/// [`NeedsSite`] before a site is chosen, [`TokenExpired`], [`OtherClient`] or [`TokenRefused`] once the login has ended,
/// [`BeingRenewed`] while its token is renewed elsewhere and [`NoTokenNow`] while it cannot be. Atlassian's answers become [`Forbidden`],
/// [`NotFound`], [`Rejected`], [`Conflict`], [`TooLarge`] and [`RateLimited`], its failures
/// [`VendorFailed`], [`VendorDown`] and [`VendorTimeout`].
///
/// # The store
///
/// Whatever reads or writes rows can fail with [`StoreUnavailable`] and [`Internal`].
///
/// [`NotConnected`]: Self::NotConnected
/// [`NeedsSite`]: Self::NeedsSite
/// [`TokenExpired`]: Self::TokenExpired
/// [`OtherClient`]: Self::OtherClient
/// [`TokenRefused`]: Self::TokenRefused
/// [`NoTokenNow`]: Self::NoTokenNow
/// [`BeingRenewed`]: Self::BeingRenewed
/// [`Forbidden`]: Self::Forbidden
/// [`NotFound`]: Self::NotFound
/// [`Rejected`]: Self::Rejected
/// [`Conflict`]: Self::Conflict
/// [`TooLarge`]: Self::TooLarge
/// [`RateLimited`]: Self::RateLimited
/// [`VendorFailed`]: Self::VendorFailed
/// [`VendorDown`]: Self::VendorDown
/// [`VendorTimeout`]: Self::VendorTimeout
/// [`StoreUnavailable`]: Self::StoreUnavailable
/// [`Internal`]: Self::Internal
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// A value is missing, malformed or out of range.
    #[error("{message}")]
    Validation {
        /// One plain sentence.
        message: String,
        /// The fields it is about.
        fields: Vec<String>,
    },
    /// The request cannot be taken as it is.
    #[error("{0}")]
    BadRequest(String),
    /// No OAuth client is configured for this provider.
    #[error("no Atlassian app is configured for {0}")]
    OAuthNotConfigured(Provider),
    /// Atlassian says the request is wrong.
    #[error("Atlassian rejected the request")]
    Rejected {
        /// Atlassian's general sentences.
        messages: Vec<String>,
        /// Atlassian's sentences about single fields.
        fields: Vec<(String, String)>,
    },
    /// The object was changed in the meantime.
    #[error("{0}")]
    Conflict(String),
    /// It is in another state than the one that the caller names.
    #[error("{0}")]
    OtherState(String),
    /// A credential in the request was refused by Atlassian.
    #[error("{message}")]
    CredentialRejected {
        /// One plain sentence.
        message: String,
    },
    /// Not allowed here.
    #[error("{message}")]
    Forbidden {
        /// One plain sentence.
        message: String,
        /// Scopes that would help, when known.
        missing_scopes: Vec<String>,
    },
    /// No such object, or somebody else's.
    #[error("{0}")]
    NotFound(String),
    /// The gateway does not pass this on.
    #[error(
        "this service does not pass this on: it offers documented operations of Jira and Confluence only (docs/use/any-client.md)"
    )]
    NotOffered,
    /// Atlassian has removed the operation.
    #[error(
        "Atlassian has removed this operation from its cloud; {in_its_place} serves in its place"
    )]
    Removed {
        /// The method and the template of what does.
        in_its_place: String,
    },
    /// The caller has no connection to the product.
    #[error("{} is not connected", .0.title())]
    NotConnected(Product),
    /// The connection needs a site first.
    #[error("choose which site to use for {}", .product.title())]
    NeedsSite {
        /// The product.
        product: Product,
        /// The sites to choose from.
        sites: Vec<Site>,
    },
    /// The grant is dead.
    #[error("the login to {} has ended; log in again", .0.title())]
    TokenExpired(Product),
    /// The grant belongs to an OAuth client that is not in the settings.
    #[error("the login to {} belongs to another client id than those in this service's settings; its operator must check the client id, or log in again", .0.title())]
    OtherClient(Product),
    /// The token that somebody attached is refused.
    #[error("{} refuses the {} of this connection; it is tried again every quarter of an hour, and if that lasts, make a new one there and connect again", .0.title(), .1.credential())]
    TokenRefused(Product, AuthMethod),
    /// One of our own limits is reached.
    #[error("{message}")]
    LimitReached {
        /// One plain sentence.
        message: &'static str,
        /// How long to wait.
        wait: Duration,
    },
    /// Atlassian's rate limit.
    #[error("Atlassian's rate limit is reached")]
    RateLimited(Duration),
    /// Too large for Atlassian.
    #[error("Atlassian says this is too large")]
    TooLarge,
    /// No token can be had just now.
    #[error("Atlassian does not renew the login just now; it is kept")]
    NoTokenNow(Duration),
    /// Another process, or another request, is renewing the token; the longest that this can hold it up.
    #[error("the login is being renewed; ask again in a moment")]
    BeingRenewed(Duration),
    /// Atlassian answered what nobody can use.
    #[error("{0}")]
    VendorFailed(String),
    /// Atlassian failed or was not reached; that passes.
    #[error("{message}")]
    VendorDown {
        /// One plain sentence.
        message: String,
        /// How long it asks to wait.
        retry_after: Option<Duration>,
    },
    /// Atlassian did not answer in time.
    #[error("Atlassian did not answer in time")]
    VendorTimeout,
    /// A write failed, and it is told whether it may have been done all the same.
    #[error("{failure}; {}", .outcome.sentence())]
    Unwritten {
        /// How it failed.
        failure: Box<ServiceError>,
        /// What became of it.
        outcome: Outcome,
    },
    /// An idempotency key came with something else before.
    #[error("this Idempotency-Key was used for another request; take a new one")]
    KeyReused,
    /// The first request with this idempotency key is still at work.
    #[error("the first request with this Idempotency-Key is still at work; ask again")]
    KeyInUse(Duration),
    /// Nobody knows whether the request with this idempotency key was carried out.
    #[error(
        "nobody knows whether this was carried out, and it is not sent again; look, then take a new Idempotency-Key"
    )]
    OutcomeUnknown,
    /// The store did not do it now; the text is for the log.
    #[error("the store is not available: {0}")]
    StoreUnavailable(String),
    /// Ours, and nothing the caller can do; the text is for the log.
    #[error("{0}")]
    Internal(String),
}

impl ServiceError {
    /// A value is missing, malformed or out of range.
    pub(crate) fn invalid(field: &str, message: impl Into<String>) -> Self {
        Self::Validation {
            message: message.into(),
            fields: vec![field.to_owned()],
        }
    }

    /// Not allowed here, and no scope would help.
    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::Forbidden {
            message: message.into(),
            missing_scopes: vec![],
        }
    }

    /// What cannot name an object names one that does not exist.
    pub(super) fn no_such_object(error: &InvalidId) -> Self {
        Self::NotFound(error.0.to_owned())
    }
}

impl From<NoRandomness> for ServiceError {
    fn from(error: NoRandomness) -> Self {
        Self::Internal(error.to_string())
    }
}

impl From<StoreError> for ServiceError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(_) | StoreError::Server { .. } | StoreError::Contended => {
                Self::StoreUnavailable(error.to_string())
            }
            StoreError::Migration(_)
            | StoreError::SchemaTooNew
            | StoreError::AnotherPrograms
            | StoreError::Corrupt(_)
            | StoreError::Damaged { .. }
            | StoreError::InUse
            | StoreError::Moved(_)
            | StoreError::Vault(_) => Self::Internal(error.to_string()),
        }
    }
}

impl From<QueryError> for ServiceError {
    fn from(error: QueryError) -> Self {
        Self::invalid(error.field, error.message)
    }
}

impl From<InvalidFields> for ServiceError {
    fn from(error: InvalidFields) -> Self {
        Self::Validation {
            message: error.message,
            fields: error.fields,
        }
    }
}

impl From<AtlassianError> for ServiceError {
    fn from(error: AtlassianError) -> Self {
        match error {
            // Callers that hold a grant turn this into a refresh or TokenExpired before it gets here.
            AtlassianError::Unauthorized => Self::forbidden(NOT_ACCEPTED),
            AtlassianError::ScopeMismatch { needs } => Self::Forbidden {
                message: format!("{MISSING_SCOPE}; enable it for the app and log in again"),
                missing_scopes: needs.iter().map(|&scope| scope.to_owned()).collect(),
            },
            AtlassianError::Forbidden(explanation) => Self::forbidden(first_or(
                explanation.messages,
                "Atlassian does not allow this account to do that",
            )),
            AtlassianError::Blocked(sentence) => Self::forbidden(sentence),
            AtlassianError::NoSuchSite(sentence) => Self::NotFound(sentence.to_owned()),
            AtlassianError::NotFound(explanation) => Self::NotFound(first_or(
                explanation.messages,
                "Atlassian has no such object, or this account may not see it",
            )),
            AtlassianError::BadRequest(explanation) => Self::Rejected {
                messages: explanation.messages,
                fields: explanation.fields,
            },
            AtlassianError::Lossy { field, why } | AtlassianError::NoChoice { field, why } => {
                Self::invalid(&field, why)
            }
            AtlassianError::Contradiction { field, further } => disputed(&error, field, further),
            AtlassianError::Unplanned { field, why } => unplanned(&field, why),
            AtlassianError::Conflict(explanation) => Self::Conflict(first_or(
                explanation.messages,
                "the object was changed in the meantime",
            )),
            AtlassianError::HostNotListed => Self::forbidden(HOST_NOT_LISTED),
            AtlassianError::TooLarge => Self::TooLarge,
            AtlassianError::RateLimited { retry_after } => Self::RateLimited(retry_after),
            AtlassianError::ShareUsed { retry_after } => share_used(retry_after),
            AtlassianError::Timeout => Self::VendorTimeout,
            AtlassianError::BeyondKey(_) => Self::forbidden(error.to_string()),
            AtlassianError::NotRepeatable => Self::VendorDown {
                message: error.to_string(),
                retry_after: Some(SEND_AGAIN),
            },
            AtlassianError::Failed { retry_after, .. } => Self::VendorDown {
                message: error.told(),
                retry_after,
            },
            // A gateway that gave up, or somebody who stands in for the product: that passes.
            AtlassianError::NotReached
            | AtlassianError::Unreachable
            | AtlassianError::NoJson
            | AtlassianError::Replaced(_)
            | AtlassianError::Redirected
            | AtlassianError::Unusable {
                status: 408 | 425, ..
            } => Self::VendorDown {
                message: error.told(),
                retry_after: None,
            },
            AtlassianError::Gone
            | AtlassianError::Unusable { .. }
            | AtlassianError::AnswerTooLarge
            | AtlassianError::Nonsense(_) => Self::VendorFailed(error.told()),
        }
    }
}

/// The app's own points are used up for now.
fn share_used(wait: Duration) -> ServiceError {
    ServiceError::LimitReached {
        message: SHARE_USED,
        wait,
    }
}

/// Two members of a request that say different things.
fn disputed(error: &AtlassianError, field: &str, further: &str) -> ServiceError {
    ServiceError::Validation {
        message: error.to_string(),
        fields: vec![field.to_owned(), format!("additional_fields.{further}")],
    }
}

/// An edit that was not worked out is nothing of Atlassian's.
fn unplanned(field: &str, why: Unplanned) -> ServiceError {
    match why {
        Unplanned::TakesTooLong => ServiceError::invalid(
            field,
            format!(
                "{field} is too long to be edited here: what this change keeps could not be worked out in time; nothing was written"
            ),
        ),
        Unplanned::Crowded => ServiceError::LimitReached {
            message: "other long texts are being edited just now; nothing was written; ask again in a moment",
            wait: CROWDED,
        },
    }
}

fn first_or(messages: Vec<String>, otherwise: &str) -> String {
    messages
        .into_iter()
        .next()
        .unwrap_or_else(|| otherwise.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_that_was_not_worked_out_here_is_nothing_of_atlassians() {
        for why in [Unplanned::TakesTooLong, Unplanned::Crowded] {
            let error = ServiceError::from(AtlassianError::unplanned("description", why));
            assert!(!error.to_string().contains("Atlassian"), "{error}");
            assert!(error.to_string().contains("nothing was written"), "{error}");
            assert!(AtlassianError::unplanned("body", why).is_certainly_unprocessed());
            assert!(matches!(
                error,
                ServiceError::Validation { .. } | ServiceError::LimitReached { .. }
            ));
        }
    }
}
