//! Pauses that Atlassian's quotas ask for, kept for all callers.
//!
//! A quota counts the calls of an app, over all sites or on one; a burst limit those to one endpoint of
//! one site (<https://developer.atlassian.com/cloud/jira/platform/rate-limiting/>). So a quota that is
//! used up closes a gate for all callers, and a burst delays only the call that met it.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::header::HeaderMap;

use crate::model::clock::SharedClock;
use crate::model::time::Timestamp;

/// Jira has been seen to send `Retry-After: 0` with a 429 (pycontribs/jira#1805).
const SHORTEST: Duration = Duration::from_secs(1);
/// Quotas are counted by the hour, so a longer wait is a mistake of the header's.
const LONGEST: Duration = Duration::from_hours(1);
/// How long a nearly used up quota is spared when no time is told.
const USUAL_WINDOW: Duration = Duration::from_mins(1);

/// Which callers a pause is for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Gate {
    /// The quota of our app over all sites.
    App,
    /// The quota of one site.
    Site(String),
}

/// The pauses now in force. They are a courtesy: a restart forgets them and Atlassian reminds us.
#[derive(Debug)]
pub(super) struct Gates {
    clock: SharedClock,
    closed: Mutex<HashMap<Gate, Timestamp>>,
    /// Sites whose quota is nearly used up, and until when.
    nearly_closed: Mutex<HashMap<String, Timestamp>>,
}

impl Gates {
    pub(super) fn new(clock: SharedClock) -> Self {
        Self {
            clock,
            closed: Mutex::new(HashMap::new()),
            nearly_closed: Mutex::new(HashMap::new()),
        }
    }

    /// How long callers of this site still have to wait; none when they may go on.
    pub(super) fn wait(&self, site: &str) -> Option<Duration> {
        let now = self.clock.now();
        let mut closed = lock(&self.closed);
        closed.retain(|_, until| *until > now);
        [Gate::App, Gate::Site(site.to_owned())]
            .iter()
            .filter_map(|gate| closed.get(gate).map(|until| until.since(now)))
            .max()
    }

    /// Closes a gate when the 429's reason is a quota; bursts concern only the one call.
    pub(super) fn note_rate_limit(&self, site: &str, headers: &HeaderMap, retry_after: Duration) {
        let reason = text(headers, "ratelimit-reason")
            .unwrap_or_default()
            .to_ascii_lowercase();
        if !reason.contains("quota") {
            return;
        }
        // The words are free text, such as `jira-quota-tenant-based`: only these two parts of them
        // are relied on.
        let gate = if reason.contains("tenant") {
            Gate::Site(site.to_owned())
        } else {
            Gate::App
        };
        let until = self.clock.now().plus(retry_after);
        lock(&self.closed).insert(gate, until);
    }

    /// Remembers that an answer says less than a fifth of the quota is left.
    pub(super) fn note_quota(&self, site: &str, headers: &HeaderMap) {
        let is_near = text(headers, "x-ratelimit-nearlimit")
            .is_some_and(|value| value.trim().eq_ignore_ascii_case("true"));
        if !is_near {
            return;
        }
        let wait = self.reset(headers).unwrap_or(USUAL_WINDOW);
        let until = self.clock.now().plus(wait.clamp(SHORTEST, LONGEST));
        lock(&self.nearly_closed).insert(site.to_owned(), until);
    }

    /// How long work that can wait should wait, so that callers find some of the quota left.
    pub(super) fn patience(&self, site: &str) -> Option<Duration> {
        let now = self.clock.now();
        let mut nearly = lock(&self.nearly_closed);
        nearly.retain(|_, until| *until > now);
        let near = nearly.get(site).map(|until| until.since(now));
        drop(nearly);
        near.max(self.wait(site))
    }

    /// What a 429 (or 503) asks us to wait: `Retry-After` in seconds (RFC 9110 §10.2.3), else the
    /// reset time, else five seconds; never under one second nor over an hour, because live values have
    /// been wrong.
    pub(super) fn asked_wait(&self, headers: &HeaderMap) -> Duration {
        let seconds = text(headers, "retry-after")
            .and_then(|value| value.trim().parse::<u64>().ok())
            .map(Duration::from_secs);
        seconds
            .or_else(|| self.reset(headers))
            .unwrap_or(Duration::from_secs(5))
            .clamp(SHORTEST, LONGEST)
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

/// A pause is noted in one step, so a panic elsewhere leaves the others whole.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn text(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .map(str::to_owned)
}
