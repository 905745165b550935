//! Why something failed, for the log: in our own words, without anything that a person wrote or that
//! Atlassian answered.

use std::borrow::Cow;

use super::error::ServiceError;

/// The most names that are told.
const MOST_NAMES: usize = 8;

impl ServiceError {
    /// The cause for the log.
    pub(crate) fn cause(&self) -> Cow<'static, str> {
        match self {
            Self::Validation { fields, .. } => {
                with_names("invalid", fields.iter().map(String::as_str))
            }
            Self::BadRequest(_) => "the request cannot be taken as it is".into(),
            Self::Rejected { fields, .. } => with_names(
                "Atlassian rejected it",
                fields.iter().map(|(name, _)| name.as_str()),
            ),
            Self::Conflict(_) => "it was changed in the meantime".into(),
            Self::OtherState(_) => "it is in another state than If-Match names".into(),
            Self::CredentialRejected { .. } => "the credential was refused".into(),
            Self::Forbidden { missing_scopes, .. } => {
                with_names("not allowed", missing_scopes.iter().map(String::as_str))
            }
            Self::NotFound(_) => "no such object".into(),
            Self::VendorFailed(_) => "Atlassian answered what nobody can use".into(),
            Self::Unwritten { failure, .. } => failure.cause(),
            Self::VendorDown { .. } => "Atlassian failed or was not reached".into(),
            // These sentences are ours from the first word to the last.
            Self::OAuthNotConfigured(_)
            | Self::NotOffered
            | Self::Removed { .. }
            | Self::NotConnected(_)
            | Self::NeedsSite { .. }
            | Self::TokenExpired(_)
            | Self::OtherClient(_)
            | Self::TokenRefused(..)
            | Self::LimitReached { .. }
            | Self::RateLimited(_)
            | Self::TooLarge
            | Self::NoTokenNow(_)
            | Self::BeingRenewed(_)
            | Self::VendorTimeout
            | Self::KeyReused
            | Self::KeyInUse(_)
            | Self::OutcomeUnknown
            | Self::StoreUnavailable(_)
            | Self::Internal(_) => self.to_string().into(),
        }
    }
}

/// A sentence with the names it is about. A name may be anything that somebody sent, so only those that can
/// be names of fields or scopes are told.
pub(crate) fn with_names<'a>(
    sentence: &'static str,
    names: impl Iterator<Item = &'a str>,
) -> Cow<'static, str> {
    let is_name = |name: &&str| {
        let plain =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':');
        (1..=40).contains(&name.len()) && name.bytes().all(plain)
    };
    let names: Vec<&str> = names.filter(is_name).take(MOST_NAMES).collect();
    if names.is_empty() {
        sentence.into()
    } else {
        format!("{sentence}: {}", names.join(", ")).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_wrote_is_no_cause() {
        let error = ServiceError::Validation {
            message: String::from("Mia is away"),
            fields: vec![String::from("limit"), String::from("Mia is away")],
        };
        assert_eq!(error.cause(), "invalid: limit");
        let error = ServiceError::Rejected {
            messages: vec![String::from("no user Mia")],
            fields: vec![(String::from("assignee"), String::from("no user Mia"))],
        };
        assert_eq!(error.cause(), "Atlassian rejected it: assignee");
        let error = ServiceError::NotFound(String::from("no issue about Mia"));
        assert_eq!(error.cause(), "no such object");
        let error = ServiceError::Forbidden {
            message: String::from("Mia may not"),
            missing_scopes: vec![String::from("read:jira-work")],
        };
        assert_eq!(error.cause(), "not allowed: read:jira-work");
    }
}
