//! What can come back from Atlassian instead of an answer.

use std::time::Duration;

use crate::work::long_text::Unplanned;

/// Atlassian's own explanation, cut and scrubbed, safe to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Explanation {
    /// General sentences.
    pub messages: Vec<String>,
    /// Sentences about single fields.
    pub fields: Vec<(String, String)>,
}

/// A call to Jira, Confluence or the identity API that gave no answer to use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum AtlassianError {
    /// 401: the credential is not accepted.
    #[error("Atlassian did not accept the credential")]
    Unauthorized,
    /// 401 with "scope does not match": the token is good, the call is outside its scopes.
    #[error("the token does not have the scope this call needs")]
    ScopeMismatch {
        /// The OAuth scopes the call needs, where they are known.
        needs: &'static [&'static str],
    },
    /// 403.
    #[error("Atlassian refused the call")]
    Forbidden(Explanation),
    /// 403 with a page instead of an answer: a gatekeeper in front of the product turned us away.
    #[error("{0}")]
    Blocked(&'static str),
    /// 404 in the product's own words: missing, or not visible to this account.
    #[error("Atlassian does not know the object")]
    NotFound(Explanation),
    /// 404 that is not the product's: the way to it ends before the site.
    #[error("{0}")]
    NoSuchSite(&'static str),
    /// 400 or 422: the request is not acceptable.
    #[error("Atlassian rejected the request")]
    BadRequest(Explanation),
    /// An edit in Markdown that would destroy something, or asks for what is not there. Nothing was sent.
    #[error("{why}")]
    Lossy {
        /// The field with the text.
        field: String,
        /// One plain sentence.
        why: String,
    },
    /// A short form and the further fields say different things of one field. Nothing was sent.
    #[error(
        "{field} and {further} in additional_fields say different things; leave one of them out; nothing was written"
    )]
    Contradiction {
        /// The member of the short form.
        field: &'static str,
        /// The further field.
        further: &'static str,
    },
    /// A value that is none of those that a field takes. Jira has refused it, or nothing was sent.
    #[error("{why}")]
    NoChoice {
        /// The field.
        field: String,
        /// One plain sentence, which tells the choices.
        why: String,
    },
    /// An edit of a long text that was not worked out here. Nothing was sent.
    #[error("an edit of a long text was not worked out")]
    Unplanned {
        /// The field with the text.
        field: String,
        /// Why not.
        why: Unplanned,
    },
    /// 409: a newer version exists.
    #[error("the object was changed in the meantime")]
    Conflict(Explanation),
    /// 413.
    #[error("Atlassian says the request is too large")]
    TooLarge,
    /// 410: the operation was removed; a bug of ours.
    #[error("Atlassian has removed this operation")]
    Gone,
    /// The Data Center's host is not among those that may be called (any more). Nothing was sent.
    #[error("this host may not be called")]
    HostNotListed,
    /// 429, or a pause that an earlier 429 asked for.
    #[error("Atlassian's rate limit is reached")]
    RateLimited {
        /// How long to wait.
        retry_after: Duration,
    },
    /// The site has used up its share of the app's points for now. Nothing was sent.
    #[error(
        "this site's share of the points that Atlassian gives this app an hour is used up for now"
    )]
    ShareUsed {
        /// When the call can be made.
        retry_after: Duration,
    },
    /// A refusal that is about none of what the caller sent: the site's subscription, the law, or how we
    /// call.
    #[error("Atlassian answered with status {status}")]
    Unusable {
        /// The status.
        status: u16,
        /// Why, if it says so.
        explanation: Explanation,
    },
    /// 5xx.
    #[error("Atlassian failed with status {status}")]
    Failed {
        /// The status.
        status: u16,
        /// Why, if it says so.
        explanation: Explanation,
        /// How long it asks us to wait.
        retry_after: Option<Duration>,
    },
    /// No answer in time.
    #[error("Atlassian did not answer in time")]
    Timeout,
    /// No connection came about, so nothing was sent.
    #[error("Atlassian could not be reached")]
    NotReached,
    /// The connection broke.
    #[error("the connection to Atlassian broke")]
    Unreachable,
    /// An answer that we do not read to its end.
    #[error("Atlassian's answer is larger than 10 MiB")]
    AnswerTooLarge,
    /// A web page in place of an answer, or the way to one: somebody stands in front of the product.
    #[error("{0}")]
    Replaced(&'static str),
    /// A read that was answered with nothing that is JSON: whoever stands in front answered.
    #[error("Atlassian answered something unexpected: the answer is not the documented JSON")]
    NoJson,
    /// A body that passed through once and cannot be sent again. Nothing was done with it.
    #[error("the login was renewed while the file was on its way; send it again")]
    NotRepeatable,
    /// The caller's key is narrowed, and this is outside of it. Nothing was sent.
    #[error("this API key is narrowed, and {0} is outside of what it may do")]
    BeyondKey(String),
    /// A redirect that leads nowhere we go, or a status that nobody documents.
    #[error("Atlassian answered something unexpected: a redirect or an unknown status")]
    Redirected,
    /// An answer that makes no sense; the text says what was wrong with it, not what it was.
    #[error("Atlassian answered something unexpected: {0}")]
    Nonsense(&'static str),
}

impl AtlassianError {
    /// An edit of the long text in `field` that was not worked out.
    pub(crate) fn unplanned(field: &str, why: Unplanned) -> Self {
        let field = field.to_owned();
        Self::Unplanned { field, why }
    }

    /// What a caller is told, with Atlassian's own words behind the status where it gave some. No log has those: they may
    /// repeat what people wrote.
    pub(crate) fn told(&self) -> String {
        let words = match self {
            Self::Failed { explanation, .. } | Self::Unusable { explanation, .. } => {
                explanation.messages.first()
            }
            _ => None,
        };
        words.map_or_else(|| self.to_string(), |words| format!("{self}: {words}"))
    }

    /// Whether this is Jira's way to say that no project matches: 404 in so many words. Any other 404 says something else,
    /// such as that the way to the site is wrong.
    pub(crate) fn says_no_project(&self) -> bool {
        let Self::NotFound(explanation) = self else {
            return false;
        };
        let says = |sentence: &String| sentence.to_lowercase().contains("no project");
        explanation.messages.iter().any(says)
    }

    /// Whether the call certainly changed nothing: it was refused, or never arrived.
    pub(crate) fn is_certainly_unprocessed(&self) -> bool {
        match self {
            Self::Unauthorized
            | Self::ScopeMismatch { .. }
            | Self::Forbidden(_)
            | Self::Blocked(_)
            | Self::NotFound(_)
            | Self::NoSuchSite(_)
            | Self::BadRequest(_)
            | Self::Unusable { .. }
            | Self::Lossy { .. }
            | Self::Contradiction { .. }
            | Self::NoChoice { .. }
            | Self::Unplanned { .. }
            | Self::Conflict(_)
            | Self::TooLarge
            | Self::Gone
            | Self::HostNotListed
            | Self::RateLimited { .. }
            | Self::ShareUsed { .. }
            | Self::NotRepeatable
            | Self::BeyondKey(_)
            | Self::NotReached => true,
            Self::Failed { .. }
            | Self::Timeout
            | Self::Unreachable
            | Self::AnswerTooLarge
            | Self::NoJson
            | Self::Replaced(_)
            | Self::Redirected
            | Self::Nonsense(_) => false,
        }
    }
}

/// A call to the token endpoint that gave no tokens.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum TokenError {
    /// The code or refresh token is dead (RFC 6749 §5.2 `invalid_grant`).
    #[error("Atlassian does not accept the code or refresh token")]
    InvalidGrant,
    /// Our client id or secret is wrong: for the operator to mend, and no fault of the grant.
    #[error("Atlassian does not accept our client id or client secret")]
    ClientRejected,
    /// No client secret is configured, and Atlassian demands one.
    #[error("no client secret is configured")]
    SecretMissing,
    /// Our request was malformed.
    #[error("Atlassian says the token request is malformed")]
    Malformed,
    /// The call was sent, and no answer came in time: whether the token was used up is not known.
    #[error("the token endpoint did not answer in time")]
    Unanswered,
    /// Rate limit, failure, lost connection or nonsense: to be tried again.
    #[error("the token endpoint did not answer properly: {reason}")]
    Transient {
        /// What happened, in a few words.
        reason: &'static str,
        /// How long Atlassian asked us to wait.
        retry_after: Option<Duration>,
    },
}
