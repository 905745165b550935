//! What becomes of an answer: whether it is for the caller, and in what form.

use memchr::memmem;
use reqwest::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderMap, HeaderValue, LINK, LOCATION};
use reqwest::{Response, StatusCode};

use super::body::{self, Filter};
use super::headers::{downwards, set_wait};
use super::masking::Mask;
use super::rewriting::Rewriter;
use super::targets::Addresses;
use super::{Passage, PassedAnswer, PassedBody};
use crate::atlassian::SiteClient;
use crate::atlassian::error::AtlassianError;
use crate::atlassian::verdict::{PAGE_INSTEAD, is_for_nobody};
use crate::model::secret::Secret;

/// Whether an answer goes to the caller as it comes. All others are read first.
pub(super) fn is_for_the_caller(response: &Response) -> bool {
    response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED
}

/// Whether a refusal is told in Atlassian's own words. What is about the login behind it is told in ours.
pub(super) fn are_its_own_words(error: &AtlassianError) -> bool {
    !matches!(
        error,
        AtlassianError::Unauthorized
            | AtlassianError::ScopeMismatch { .. }
            | AtlassianError::Blocked(_)
            | AtlassianError::Replaced(_)
            | AtlassianError::Redirected
    )
}

impl SiteClient<'_> {
    /// What the head of an answer tells that would be one.
    pub(super) fn refused_by_head(
        &self,
        passage: &Passage,
        response: &Response,
    ) -> Option<AtlassianError> {
        if !is_for_the_caller(response) || !passage.reads() {
            return None;
        }
        if is_for_nobody(response.headers(), self.dialect()) {
            return Some(AtlassianError::Unauthorized);
        }
        let is_page = begins_with(kind(response.headers()), "text/html");
        (is_page && !passage.operation.downloads())
            .then_some(AtlassianError::Replaced(PAGE_INSTEAD))
    }

    /// The answer with its body still to come.
    pub(super) fn streamed(&self, passage: &Passage, response: Response) -> PassedAnswer {
        let (status, came) = (response.status(), response.headers());
        let traces = self.access.credential.traces();
        let leads_here = is_rewritten(passage, status, came);
        let mut headers = self.headers_down(passage, came, &traces);
        // A rewritten body has another length; of one that was inflated, none is told any more.
        if !leads_here && let Some(length) = came.get(CONTENT_LENGTH) {
            headers.insert(CONTENT_LENGTH, length.clone());
        }
        let rewriter = leads_here.then(|| self.rewriter(passage));
        let filter = Filter::new(Mask::new(traces), rewriter);
        PassedAnswer {
            status,
            headers,
            body: PassedBody::Stream(body::streamed(response, filter)),
        }
    }

    /// A redirect to a file that is kept elsewhere, if it is a place that Atlassian keeps files at. Who follows it
    /// shows no credential of ours there: the address itself is signed.
    pub(super) fn file_elsewhere(
        &self,
        passage: &Passage,
        response: &Response,
    ) -> Option<PassedAnswer> {
        let status = response.status();
        if !status.is_redirection() || !passage.operation.downloads() {
            return None;
        }
        let location = response.headers().get(LOCATION)?;
        let traces = self.access.credential.traces();
        if repeats_one(&traces, location) {
            return None;
        }
        let location = self.addresses(passage).of_file(location.to_str().ok()?)?;
        let mut headers = self.headers_down(passage, response.headers(), &traces);
        headers.insert(LOCATION, HeaderValue::from_str(&location).ok()?);
        Some(PassedAnswer {
            status,
            headers,
            body: PassedBody::Whole(hyper::body::Bytes::new()),
        })
    }

    /// A whole body as the caller gets it.
    pub(super) fn as_passed(
        &self,
        passage: &Passage,
        headers: &HeaderMap,
        bytes: &[u8],
    ) -> hyper::body::Bytes {
        let masked = Mask::whole(self.access.credential.traces(), bytes);
        if !is_rewritten(passage, StatusCode::OK, headers) {
            return masked;
        }
        let mut rewriter = self.rewriter(passage);
        let start = rewriter.push(&masked);
        [start, rewriter.finish()].concat().into()
    }

    /// The headers of a refusal; one that asks to wait says how long.
    pub(super) fn headers_of_refusal(
        &self,
        passage: &Passage,
        came: &HeaderMap,
        error: &AtlassianError,
    ) -> HeaderMap {
        let traces = self.access.credential.traces();
        let mut headers = self.headers_down(passage, came, &traces);
        let wait = match error {
            AtlassianError::RateLimited { retry_after } => Some(*retry_after),
            AtlassianError::Failed { retry_after, .. } => *retry_after,
            _ => None,
        };
        if let Some(wait) = wait {
            set_wait(&mut headers, wait);
        }
        headers
    }

    fn headers_down(&self, passage: &Passage, came: &HeaderMap, traces: &[Secret]) -> HeaderMap {
        let mut headers = downwards(came, |value| repeats_one(traces, value));
        let addresses = self.addresses(passage);
        let rewritten = |name, rewrite: &dyn Fn(&str) -> Option<String>| {
            let value: &HeaderValue = came.get(name)?;
            if repeats_one(traces, value) {
                return None;
            }
            HeaderValue::from_str(&rewrite(value.to_str().ok()?)?).ok()
        };
        if let Some(value) = rewritten(LOCATION, &|text| addresses.here(text)) {
            headers.insert(LOCATION, value);
        }
        if let Some(value) = rewritten(LINK, &|text| addresses.links_here(text)) {
            headers.insert(LINK, value);
        }
        headers
    }

    fn rewriter(&self, passage: &Passage) -> Rewriter {
        let known = &self.atlassian.known_addresses;
        Rewriter::new(known.of(&self.addresses(passage)))
    }

    fn addresses<'a>(&'a self, passage: &'a Passage) -> Addresses<'a> {
        Addresses::new(self.atlassian, &self.access, passage)
    }
}

/// Whether a header repeats one of these secrets.
fn repeats_one(traces: &[Secret], value: &HeaderValue) -> bool {
    let value = value.as_bytes();
    let mut traces = traces.iter().map(|trace| trace.expose().as_bytes());
    traces.any(|trace| {
        (1..=value.len()).contains(&trace.len()) && memmem::find(value, trace).is_some()
    })
}

/// Whether the addresses in an answer's body are to lead here: not in a file, nor in a part of anything.
fn is_rewritten(passage: &Passage, status: StatusCode, headers: &HeaderMap) -> bool {
    let kind = kind(headers);
    let is_json = begins_with(kind, "application/json") || names(kind, "+json");
    is_json
        && !passage.operation.downloads()
        && !is_data(passage.operation.template)
        && status != StatusCode::PARTIAL_CONTENT
}

/// Whether an answer is what programs stored as they like: entity and content properties. Nobody follows an address in it,
/// and who writes back what was read would store ours. Jira's lists of properties have their names only.
fn is_data(template: &str) -> bool {
    let is_property = template
        .split('/')
        .any(|word| matches!(word, "properties" | "property"));
    is_property && (template.starts_with("/wiki/") || template.ends_with('}'))
}

/// The media type, as it came.
fn kind(headers: &HeaderMap) -> &[u8] {
    headers.get(CONTENT_TYPE).map_or(&[], HeaderValue::as_bytes)
}

fn begins_with(kind: &[u8], start: &str) -> bool {
    let there = kind.get(..start.len());
    there.is_some_and(|there| there.eq_ignore_ascii_case(start.as_bytes()))
}

fn names(kind: &[u8], word: &str) -> bool {
    let mut parts = kind.windows(word.len());
    parts.any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_data_and_what_lies_around_them_is_not() {
        for template in [
            "/rest/api/3/issue/{issueIdOrKey}/properties/{propertyKey}",
            "/rest/agile/1.0/board/{boardId}/properties/{propertyKey}",
            "/wiki/api/v2/pages/{page-id}/properties/{property-id}",
            "/wiki/api/v2/pages/{page-id}/properties",
            "/wiki/rest/api/content/{id}/property/{key}",
        ] {
            assert!(is_data(template), "{template}");
        }
        for template in [
            "/rest/api/3/issue/{issueIdOrKey}/properties",
            "/rest/api/3/issue/{issueIdOrKey}",
            "/rest/api/3/search/jql",
            "/wiki/api/v2/pages/{id}",
        ] {
            assert!(!is_data(template), "{template}");
        }
    }
}
