//! Pauses that Atlassian asks for, kept for all callers whom the answer speaks for.
//!
//! A quota counts the calls of an app, over all sites or on one; a burst limit those to one endpoint of
//! one site (<https://developer.atlassian.com/cloud/jira/platform/rate-limiting/>). So a quota that is
//! used up closes a gate for the app's callers, and a burst delays only the call that met it. A token that
//! somebody made for themselves has no part in the app's quota, nor has a Data Center: what is said to
//! its callers holds for that token at that host.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use reqwest::header::HeaderMap;

use super::access::{Payer, SiteAccess};
use crate::model::clock::SharedClock;
use crate::model::time::Timestamp;
use crate::work::locked::lock;

/// Jira has been seen to send `Retry-After: 0` with a 429 (pycontribs/jira#1805).
const SHORTEST: Duration = Duration::from_secs(1);
/// Quotas are counted by the hour, so a longer wait is a mistake of the header's.
const LONGEST: Duration = Duration::from_hours(1);
/// The wait that a 429 asks for that names none.
const UNTOLD: Duration = Duration::from_secs(2);
/// How long a nearly used up quota is spared when no time is told.
const USUAL_WINDOW: Duration = Duration::from_mins(1);
/// How long the one caller is waited for who looks whether a pause is over.
const LOOK: Duration = Duration::from_secs(30);
/// When the others may ask again meanwhile.
const MEANWHILE: Duration = Duration::from_secs(2);

/// Which callers a pause is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Gate {
    /// All of an app's callers, or of a token's: one quota pays for them.
    Payer(String),
    /// Those of them who call one site.
    Site(String, String),
    /// Those of them who call one product of that site.
    Product(String, String, &'static str),
}

/// Why callers have to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reason {
    /// A quota is used up.
    Quota,
    /// The product said that it is not available.
    Unavailable,
}

#[derive(Debug)]
struct Closed {
    until: Timestamp,
    reason: Reason,
    /// Until when somebody may be looking whether the pause is over.
    looked_after_until: Option<Timestamp>,
}

/// The pauses now in force. They are a courtesy: a restart forgets them and Atlassian reminds us.
#[derive(Debug)]
pub(super) struct Gates {
    clock: SharedClock,
    closed: Mutex<HashMap<Gate, Closed>>,
    /// Whose quota on a site is nearly used up, and until when.
    nearly_closed: Mutex<HashMap<Gate, Timestamp>>,
}

impl Gates {
    pub(super) fn new(clock: SharedClock) -> Self {
        Self {
            clock,
            closed: Mutex::new(HashMap::new()),
            nearly_closed: Mutex::new(HashMap::new()),
        }
    }

    /// Lets a caller pass, or says how long they still have to wait. When a pause is over, one caller
    /// goes first: a quota that all of them try again at once would be used up at once.
    ///
    /// # Errors
    /// How long to wait, and why.
    pub(super) fn enter(
        &self,
        access: &SiteAccess,
        product: &'static str,
    ) -> Result<(), (Duration, Reason)> {
        let mut closed = lock(&self.closed);
        if closed.is_empty() {
            // As nearly always: to tell who pays is a hash of the credential.
            return Ok(());
        }
        let now = self.clock.now();
        closed.retain(|_, one| now.since(one.until) < LONGEST);
        let gates = gates(&access.payer(), product);
        let waits = gates.iter().filter_map(|gate| {
            let one = closed.get(gate)?;
            let looking = one.looked_after_until.is_some_and(|until| until > now);
            let wait = if one.until > now {
                one.until.since(now)
            } else if looking {
                MEANWHILE
            } else {
                return None;
            };
            Some((wait, one.reason))
        });
        if let Some(longest) = waits.max_by_key(|(wait, _)| *wait) {
            return Err(longest);
        }
        for gate in &gates {
            if let Some(one) = closed.get_mut(gate) {
                one.looked_after_until = Some(now.plus(LOOK));
            }
        }
        Ok(())
    }

    /// A call has come to an end: what it looked after and did not find closed again is open.
    pub(super) fn came_back(&self, access: &SiteAccess, product: &'static str) {
        let mut closed = lock(&self.closed);
        if closed.is_empty() {
            return;
        }
        let now = self.clock.now();
        for gate in gates(&access.payer(), product) {
            if closed.get(&gate).is_some_and(|one| one.until <= now) {
                closed.remove(&gate);
            }
        }
    }

    /// Closes a gate when the 429's reason is a quota; bursts concern only the one call.
    pub(super) fn note_rate_limit(
        &self,
        payer: &Payer,
        headers: &HeaderMap,
        retry_after: Duration,
    ) {
        let reason = text(headers, "ratelimit-reason")
            .unwrap_or_default()
            .to_ascii_lowercase();
        if !reason.contains("quota") {
            return;
        }
        // The words are free text, such as `jira-quota-tenant-based`: only these two parts of them
        // are relied on.
        let gate = if reason.contains("tenant") {
            Gate::Site(payer.name.clone(), payer.site.clone())
        } else {
            Gate::Payer(payer.name.clone())
        };
        self.close(gate, retry_after, Reason::Quota);
    }

    /// Closes a gate because a product asks to be left in peace (RFC 9110 §15.6.4).
    pub(super) fn note_unavailable(
        &self,
        payer: &Payer,
        product: &'static str,
        retry_after: Duration,
    ) {
        let gate = Gate::Product(payer.name.clone(), payer.site.clone(), product);
        self.close(gate, retry_after, Reason::Unavailable);
    }

    fn close(&self, gate: Gate, wait: Duration, reason: Reason) {
        let closed = Closed {
            until: self.clock.now().plus(wait.min(LONGEST)),
            reason,
            looked_after_until: None,
        };
        lock(&self.closed).insert(gate, closed);
    }

    /// Remembers that an answer says less than a fifth of the quota is left.
    pub(super) fn note_quota(&self, access: &SiteAccess, headers: &HeaderMap) {
        let is_near = text(headers, "x-ratelimit-nearlimit")
            .is_some_and(|value| value.trim().eq_ignore_ascii_case("true"));
        if !is_near {
            return;
        }
        let wait = self.reset(headers).unwrap_or(USUAL_WINDOW);
        let until = self.clock.now().plus(wait.clamp(SHORTEST, LONGEST));
        let payer = access.payer();
        let gate = Gate::Site(payer.name, payer.site);
        lock(&self.nearly_closed).insert(gate, until);
    }

    /// How long work that can wait should wait, so that callers find some of the quota left.
    pub(super) fn patience(&self, payer: &Payer, product: &'static str) -> Option<Duration> {
        let now = self.clock.now();
        let mut nearly = lock(&self.nearly_closed);
        nearly.retain(|_, until| *until > now);
        let closed = lock(&self.closed);
        gates(payer, product)
            .iter()
            .flat_map(|gate| {
                let closed = closed.get(gate).map(|one| one.until);
                [nearly.get(gate).copied(), closed]
            })
            .flatten()
            .map(|until| until.since(now))
            .filter(|wait| !wait.is_zero())
            .max()
    }

    /// What a 429 or 503 asks us to wait: `Retry-After` in seconds or as a date (RFC 9110 §10.2.3), else
    /// the reset time, else two seconds, which the call itself waits; never under one second nor over an hour,
    /// because live values have been wrong.
    pub(super) fn asked_wait(&self, headers: &HeaderMap) -> Duration {
        self.retry_after(headers)
            .or_else(|| self.reset(headers))
            .unwrap_or(UNTOLD)
            .clamp(SHORTEST, LONGEST)
    }

    /// The wait that a failure names in `Retry-After`, if it names one.
    pub(super) fn wait_of_failure(&self, headers: &HeaderMap) -> Option<Duration> {
        let wait = self.retry_after(headers)?;
        Some(wait.clamp(SHORTEST, LONGEST))
    }

    fn retry_after(&self, headers: &HeaderMap) -> Option<Duration> {
        // A proxy may have added one of its own: whoever comes before the later of the two comes too early.
        let values = headers.get_all("retry-after").iter();
        let texts = values.filter_map(|value| value.to_str().ok());
        texts
            .filter_map(|text| self.wait_told(headers, text.trim()))
            .max()
    }

    fn wait_told(&self, headers: &HeaderMap, told: &str) -> Option<Duration> {
        if !told.is_empty() && told.bytes().all(|byte| byte.is_ascii_digit()) {
            // A number that is too large to be read is a long time.
            return Some(told.parse().map_or(LONGEST, Duration::from_secs));
        }
        let date = Timestamp::parse_http_date(told)?;
        // The sender's clock made that date; where it tells the time, ours need not agree with it.
        let sent = text(headers, "date").and_then(|sent| Timestamp::parse_http_date(sent.trim()));
        Some(date.since(sent.unwrap_or_else(|| self.clock.now())))
    }

    /// How long it is until the quota is whole again.
    fn reset(&self, headers: &HeaderMap) -> Option<Duration> {
        let value = text(headers, "x-ratelimit-reset")?;
        let moment =
            // The documented form has no seconds (`yyyy-MM-ddTHH:mmZ`), which RFC 3339 demands.
            Timestamp::parse(&value).or_else(|| Timestamp::parse(&value.replace('Z', ":00Z")))?;
        Some(moment.since(self.clock.now()))
    }
}

fn gates(payer: &Payer, product: &'static str) -> [Gate; 3] {
    let (name, site) = (payer.name.clone(), payer.site.clone());
    [
        Gate::Payer(name.clone()),
        Gate::Site(name.clone(), site.clone()),
        Gate::Product(name, site, product),
    ]
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
}
