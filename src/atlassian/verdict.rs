//! What an answer means: whether it is one, and else why not.

use std::time::Duration;

use reqwest::StatusCode;
use reqwest::header::{HeaderMap, HeaderValue, WWW_AUTHENTICATE};
use serde_json::Value;

use super::access::{Credential, Dialect, Entrance};
use super::error::{AtlassianError, Explanation};
use super::error_body::{explanation, is_scope_mismatch, says_blocked};
use super::gates::Reason;
use super::request::{Answer, Call};
use super::retries::LONGEST_SLEEP;
use super::{Atlassian, SiteClient};

/// What a site says in `X-Seraph-LoginReason` about a credential that it did not take, with 401 or with 200
/// (jira.atlassian.com ID-6351; MrRefactoring/jira.js#418).
const NOT_TAKEN: [&str; 3] = ["AUTHENTICATED_FAILED", "AUTHENTICATION_DENIED", "OUT"];

const NO_WAY: &str = "Atlassian leads this login to no such site: it is gone, or was taken out of the login's consent; choose another site, or log in again";
const NO_WAY_FOR_TOKEN: &str = "Atlassian leads this API token to no such site: the site is gone, or the token belongs to another one; connect again with the site's address";
const NOBODY_THERE: &str = "there is no such thing here, or another program answers at the site's address now: check the address, and connect again with the right one";
const CAPTCHA: &str = "the site wants a CAPTCHA solved first: log in to it once in a browser with this account, then try again";
const OTHER_LOGIN: &str = "something in front of the product asks for a login of its own (single sign-on) before it lets anybody through; its administrator must let this service pass";
pub(super) const TURNED_AWAY: &str = "the site turned this service away with a page before it looked at the request: perhaps an IP allow list, or the app is blocked there; its administrator can tell";
pub(super) const PAGE_INSTEAD: &str = "a web page answers in place of the product's API: perhaps a login page of your company, or the product is under maintenance; its administrator must let this service's calls through";
pub(super) const LED_ELSEWHERE: &str = "calls are led to another address in place of an answer: perhaps a login page of your company, or the site has moved; its administrator must let this service's calls through";
const PROXY_LOGIN: &str = "a proxy on the way to the site asks for a login of its own (status 407); this service's operator can name one in the address of the proxy";
const NOT_LISTED: &str = "the site takes no calls from this service's IP address: it is not on the site's IP allow list; its administrator can add it";

impl Atlassian {
    /// The failure of a call that was not made because of an earlier answer.
    pub(super) fn held_back(&self, wait: Duration, reason: Reason) -> AtlassianError {
        self.note_pause();
        match reason {
            Reason::Quota => AtlassianError::RateLimited { retry_after: wait },
            Reason::Unavailable => AtlassianError::Failed {
                status: 503,
                explanation: Explanation::default(),
                retry_after: Some(wait),
            },
        }
    }
}

impl SiteClient<'_> {
    /// Turns what is no answer into its error.
    pub(super) fn judge(&self, call: &Call<'_>, answer: Answer) -> Result<Answer, AtlassianError> {
        let status = answer.status.as_u16();
        // Said with the words for a bad credential, which this one is not.
        if matches!(status, 401 | 403) && wants_captcha(&answer.headers) {
            return Err(AtlassianError::Blocked(CAPTCHA));
        }
        let is_done = answer.status.is_success() && !call.idempotent;
        // Jira serves most reads to anybody: a token that was revoked gets 200 with an empty list, or 404.
        // What a write did is done, whoever it was done for.
        if !is_done
            && status != 429
            && status < 500
            && is_for_nobody(&answer.headers, self.dialect())
        {
            return Err(AtlassianError::Unauthorized);
        }
        if answer.status.is_success() {
            return self.judge_success(call, answer);
        }
        let body = &answer.body;
        let explanation = || explanation(body, &self.access.credential);
        Err(match status {
            // The gateway says so with the status of a bad token. Renewing it would bring the same
            // scopes.
            401 if is_scope_mismatch(body) => AtlassianError::ScopeMismatch {
                needs: call.scopes(),
            },
            // Another login of the same app or with the same token would be refused as well.
            401 if says_blocked(body) => AtlassianError::Forbidden(explanation()),
            401 if asks_for_other_login(&answer) => AtlassianError::Blocked(OTHER_LOGIN),
            401 => AtlassianError::Unauthorized,
            403 => turned_away(&answer).map_or_else(
                || AtlassianError::Forbidden(explanation()),
                AtlassianError::Blocked,
            ),
            404 if is_products_own(body) => AtlassianError::NotFound(explanation()),
            404 if self.access.entrance == Entrance::Gateway => {
                AtlassianError::NoSuchSite(match self.access.credential {
                    Credential::Bearer(_) => NO_WAY,
                    Credential::Basic { .. } => NO_WAY_FOR_TOKEN,
                })
            }
            404 => AtlassianError::NoSuchSite(NOBODY_THERE),
            300..400 => AtlassianError::Replaced(LED_ELSEWHERE),
            407 => AtlassianError::Replaced(PROXY_LOGIN),
            409 => AtlassianError::Conflict(explanation()),
            // Operations that were removed, such as `/rest/api/3/search` (CHANGE-2046).
            410 => AtlassianError::Gone,
            413 => AtlassianError::TooLarge,
            429 => self.rate_limited(&answer.headers),
            400 | 414 | 422 => AtlassianError::BadRequest(explanation()),
            400..500 => AtlassianError::Unusable {
                status,
                explanation: explanation(),
            },
            500..600 => self.failed(call, status, &answer.headers, explanation()),
            _ => AtlassianError::Redirected,
        })
    }

    /// An answer whose status says that the call was carried out. Whoever stands in front of the product says that, too.
    fn judge_success(&self, call: &Call<'_>, answer: Answer) -> Result<Answer, AtlassianError> {
        if call.idempotent && !may_be_json(&answer) {
            return Err(if is_page(&answer) {
                AtlassianError::Replaced(PAGE_INSTEAD)
            } else {
                AtlassianError::NoJson
            });
        }
        if !call.idempotent && !answer.body.is_empty() && is_page(&answer) {
            return Err(AtlassianError::Replaced(PAGE_INSTEAD));
        }
        if !call.idempotent && tells_errors_alone(&answer.body) {
            return Err(AtlassianError::Unusable {
                status: answer.status.as_u16(),
                explanation: explanation(&answer.body, &self.access.credential),
            });
        }
        let gates = &self.atlassian.gates;
        gates.note_quota(&self.access, &answer.headers);
        Ok(answer)
    }

    fn rate_limited(&self, headers: &HeaderMap) -> AtlassianError {
        let retry_after = self.atlassian.gates.asked_wait(headers);
        self.atlassian.note_rate_limit(headers);
        let payer = self.access.payer();
        self.atlassian
            .gates
            .note_rate_limit(&payer, headers, retry_after);
        AtlassianError::RateLimited { retry_after }
    }

    fn failed(
        &self,
        call: &Call<'_>,
        status: u16,
        headers: &HeaderMap,
        explanation: Explanation,
    ) -> AtlassianError {
        let gates = &self.atlassian.gates;
        let retry_after = gates.wait_of_failure(headers);
        // A shorter wait is sat out by the call itself.
        if let Some(wait) = retry_after.filter(|wait| status == 503 && *wait > LONGEST_SLEEP) {
            let product = call.api.gateway_product();
            gates.note_unavailable(&self.access.payer(), product, wait);
        }
        AtlassianError::Failed {
            status,
            explanation,
            retry_after,
        }
    }
}

/// Whether a 404 is the product's own, so that it is about the object: missing, or not visible to this
/// account, which Atlassian answers alike. The gateway has words of its own for a site that is
/// gone or outside the consent.
fn is_products_own(body: &[u8]) -> bool {
    let Ok(value) = serde_json::from_slice::<Value>(body) else {
        return false;
    };
    let has = |name: &str| value.get(name).is_some();
    // Jira's shape, that of Confluence's v2, that of its v1.
    has("errorMessages") || has("errors") || (has("statusCode") && has("message"))
}

/// Whether the site served the call as one without a login. Where it names the account, it knows whose it is; a Data
/// Center's Confluence names nobody for a token that it does not know, and answers with 200
/// (community.atlassian.com, "Identify incorrect Personal Access Token").
pub(super) fn is_for_nobody(headers: &HeaderMap, dialect: Dialect) -> bool {
    let values = |name: &str| {
        headers
            .get_all(name)
            .into_iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(|value| value.trim().to_owned())
            .collect::<Vec<_>>()
    };
    let names: Vec<String> = ["x-aaccountid", "x-ausername"]
        .iter()
        .flat_map(|name| values(name))
        .filter(|name| !name.is_empty())
        .collect();
    let is_nobody = |name: &String| name == "anonymous";
    if names.iter().any(|name| !is_nobody(name)) {
        return false;
    }
    (dialect == Dialect::DataCenter && names.iter().any(is_nobody))
        || values("x-seraph-loginreason")
            .iter()
            .any(|reason| NOT_TAKEN.contains(&reason.as_str()))
}

/// The sentence for a 403 that comes from somebody in front of the product.
pub(super) fn turned_away(answer: &Answer) -> Option<&'static str> {
    if wants_captcha(&answer.headers) {
        return Some(CAPTCHA);
    }
    // In the product's own form, and yet not about the call
    // (<https://confluence.atlassian.com/pages/viewpage.action?pageId=1384133808>).
    let says = |words: &[u8]| answer.body.windows(words.len()).any(|part| part == words);
    if says(b"The IP address has been rejected") {
        return Some(NOT_LISTED);
    }
    is_page(answer).then_some(TURNED_AWAY)
}

/// Sent by Jira itself, with the address of its login page behind it.
fn wants_captcha(headers: &HeaderMap) -> bool {
    header(headers, "x-authentication-denied-reason")
        .is_some_and(|reason| reason.contains("captcha"))
}

/// Whether a 401 comes from a login of the company's own (RFC 4559), not from the product, which tells
/// in a header of its own what it thinks of the credential.
fn asks_for_other_login(answer: &Answer) -> bool {
    let headers = &answer.headers;
    let asks = |value: &HeaderValue| {
        let text = value.as_bytes().to_ascii_lowercase();
        text.starts_with(b"negotiate") || text.starts_with(b"ntlm")
    };
    headers.get_all(WWW_AUTHENTICATE).iter().any(asks)
        && !headers.contains_key("x-seraph-loginreason")
        && is_page(answer)
}

/// Whether an answer is Jira's form of errors and nothing else: what a product under maintenance says with 200. A list of
/// several things has its errors beside what was done.
fn tells_errors_alone(body: &[u8]) -> bool {
    if memchr::memmem::find(body, b"\"errorMessages\"").is_none() {
        return false;
    }
    let Ok(Value::Object(answer)) = serde_json::from_slice::<Value>(body) else {
        return false;
    };
    let sentences = answer.get("errorMessages").and_then(Value::as_array);
    let parts = ["errorMessages", "errors", "status", "warningMessages"];
    sentences.is_some_and(|sentences| !sentences.is_empty())
        && answer.keys().all(|name| parts.contains(&name.as_str()))
}

pub(super) fn is_page(answer: &Answer) -> bool {
    header(&answer.headers, "content-type").is_some_and(|kind| kind.contains("text/html"))
        || answer.body.trim_ascii_start().starts_with(b"<")
}

/// Whether the answer of a read can be the JSON that was asked for. A page or nothing at all comes from
/// whoever stands in front, with 200 like an answer.
fn may_be_json(answer: &Answer) -> bool {
    answer.status == StatusCode::NO_CONTENT
        || answer
            .body
            .trim_ascii_start()
            .first()
            .is_some_and(|first| b"{[\"-tfn".contains(first) || first.is_ascii_digit())
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    Some(value.to_ascii_lowercase())
}
