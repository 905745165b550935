//! What the meter is told about outbound calls: which operation, how it ended, how long it took.

use std::time::Instant;

use reqwest::header::HeaderMap;

use super::Atlassian;
use super::error::{AtlassianError, TokenError};
use crate::work::measures::LimitedBy;
use crate::work::request_notes::{OK, RequestNotes};

impl Atlassian {
    /// Notes that a call begins; gives the moment.
    pub(super) fn begin_call(product: &'static str, operation: &'static str) -> Instant {
        RequestNotes::note_call_begun(product, operation);
        Instant::now()
    }

    /// Notes how a call to one of the APIs ended; gives its result back.
    pub(super) fn note_call<T>(
        &self,
        product: &'static str,
        operation: &'static str,
        started: Instant,
        result: Result<T, AtlassianError>,
    ) -> Result<T, AtlassianError> {
        let outcome = result.as_ref().map_or_else(outcome, |_| OK);
        RequestNotes::note_call(product, operation, outcome);
        self.meter
            .upstream_call(product, operation, outcome, started.elapsed());
        result
    }

    /// Notes how a call to the token endpoint ended; gives its result back.
    pub(super) fn note_token_call<T>(
        &self,
        purpose: &'static str,
        started: Instant,
        result: Result<T, TokenError>,
    ) -> Result<T, TokenError> {
        let outcome = result.as_ref().map_or_else(token_outcome, |_| OK);
        RequestNotes::note_call("token", purpose, outcome);
        self.meter.token_call(purpose, outcome, started.elapsed());
        result
    }

    /// Notes that Atlassian's rate limit stopped a call, by the reason its answer gives.
    pub(super) fn note_rate_limit(&self, headers: &HeaderMap) {
        let reason = headers
            .get("ratelimit-reason")
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_ascii_lowercase();
        let kind = match (reason.contains("quota"), reason.contains("tenant")) {
            (true, true) => "site_quota",
            (true, false) => "app_quota",
            (false, _) => "burst",
        };
        self.meter.rate_limited(LimitedBy::Atlassian, kind);
    }

    /// Notes that a call was not made, because others have a right to the points that are left.
    pub(super) fn note_share_used(&self) {
        self.meter.rate_limited(LimitedBy::Service, "points");
    }

    /// Notes that a call was not made, because an earlier answer asked for a pause.
    pub(super) fn note_pause(&self) {
        self.meter.rate_limited(LimitedBy::Atlassian, "paused");
    }
}

fn outcome(error: &AtlassianError) -> &'static str {
    match error {
        AtlassianError::Unauthorized => "unauthorized",
        AtlassianError::ScopeMismatch { .. } => "scope_mismatch",
        AtlassianError::Forbidden(_) | AtlassianError::Blocked(_) => "forbidden",
        AtlassianError::NotFound(_) | AtlassianError::NoSuchSite(_) => "not_found",
        AtlassianError::BadRequest(_)
        | AtlassianError::Lossy { .. }
        | AtlassianError::Contradiction { .. }
        | AtlassianError::NoChoice { .. }
        | AtlassianError::Unplanned { .. } => "bad_request",
        AtlassianError::Conflict(_) => "conflict",
        AtlassianError::TooLarge => "too_large",
        AtlassianError::HostNotListed => "host_not_listed",
        AtlassianError::Gone => "gone",
        AtlassianError::RateLimited { .. } | AtlassianError::ShareUsed { .. } => "rate_limited",
        AtlassianError::Unusable { .. } | AtlassianError::Failed { .. } => "failed",
        AtlassianError::Timeout => "timeout",
        AtlassianError::NotReached | AtlassianError::Unreachable => "unreachable",
        AtlassianError::NotRepeatable => "not_repeatable",
        AtlassianError::BeyondKey(_) => "beyond_key",
        AtlassianError::AnswerTooLarge => "answer_too_large",
        AtlassianError::Nonsense(_)
        | AtlassianError::NoJson
        | AtlassianError::Replaced(_)
        | AtlassianError::Redirected => "nonsense",
    }
}

fn token_outcome(error: &TokenError) -> &'static str {
    match error {
        TokenError::InvalidGrant => "invalid_grant",
        TokenError::ClientRejected => "client_rejected",
        TokenError::SecretMissing => "secret_missing",
        TokenError::Malformed => "malformed",
        TokenError::Transient { .. } => "transient",
        TokenError::Unanswered => "unanswered",
    }
}
