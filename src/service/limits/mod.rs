//! How often anybody may call: per caller, per address, and for everything that could be guesswork.
//!
//! Kept in memory, bounded, each process for itself; a restart forgets it.

mod pace;
mod window;

use std::sync::Arc;
use std::time::Duration;

use crate::model::client_address::ClientAddress;
use crate::model::clock::SharedClock;
use crate::model::principal::{Means, Principal};
use crate::model::signature::SigningKey;
use crate::model::time::Timestamp;
use crate::work::measures::LimitedBy;
use crate::work::meter::Meter;
use pace::Pace;
use window::Window;

const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);
/// Login starts of one address.
const STARTS: &[(usize, Duration)] = &[(30, MINUTE)];
/// Requests of agents' clients for a code, by the address of the browser: each may have a document fetched.
const ASKED_CODES: &[(usize, Duration)] = &[(60, MINUTE)];
/// Clients of agents that register themselves.
const REGISTRATIONS: &[(usize, Duration)] = &[(30, MINUTE)];
/// Failed API-token logins of one address.
const FAILURES_OF_ADDRESS: &[(usize, Duration)] = &[(5, MINUTE), (30, HOUR)];
/// Tries of one address with a token that never came to be judged: a site that does not exist, one that keeps us
/// out, no such product. Each tells something about a host, so that they are counted, too; generously, for a
/// person who looks for the right spelling is no prober.
const ASTRAY_OF_ADDRESS: &[(usize, Duration)] = &[(20, MINUTE), (120, HOUR)];
/// Failed API-token logins under one e-mail address.
const FAILURES_OF_EMAIL: &[(usize, Duration)] = &[(10, HOUR)];
/// Session tokens and keys that are none, a minute and address.
const BAD_CREDENTIALS_PER_MINUTE: u32 = 100;
/// A page, or a script that has waited, sends this many requests at once without harm.
const BURST_OF_A_PAGE: u32 = 600;

/// Everything that is counted. Cheap to clone; the clones count together.
#[derive(Debug, Clone)]
pub struct Limits(Arc<Counters>);

#[derive(Debug)]
struct Counters {
    clock: SharedClock,
    meter: Meter,
    email_key: SigningKey,
    callers: Option<Pace<String>>,
    addresses: Option<Pace<ClientAddress>>,
    starts: Window<ClientAddress>,
    asked_codes: Window<ClientAddress>,
    registrations: Window<ClientAddress>,
    failures_of_address: Window<ClientAddress>,
    astray_of_address: Window<ClientAddress>,
    failures_of_email: Window<String>,
    bad_credentials: Pace<ClientAddress>,
}

/// Why a token is not tried, and how long to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TooManyTries {
    /// Too many were refused.
    Refused(Duration),
    /// Too many led nowhere.
    Astray(Duration),
}

/// One try to log in with an API token. It counts in every way unless it is told otherwise, also
/// when its request is given up.
#[derive(Debug)]
pub(crate) struct TokenAttempt {
    limits: Limits,
    address: ClientAddress,
    email: Option<String>,
    at: Timestamp,
}

impl Limits {
    /// `per_minute` is the general limit, for callers and for the addresses of unknown ones; none
    /// for no limit. The limits on guesswork hold always. E-mail addresses are kept only as their
    /// signature under `email_key`.
    pub(crate) fn new(
        per_minute: Option<u32>,
        email_key: SigningKey,
        clock: SharedClock,
        meter: Meter,
    ) -> Self {
        let burst = per_minute.map_or(0, |rate| rate.min(BURST_OF_A_PAGE.max(rate / 6)));
        Self(Arc::new(Counters {
            clock,
            meter,
            email_key,
            callers: per_minute.map(|rate| Pace::new(rate, burst)),
            addresses: per_minute.map(|rate| Pace::new(rate, burst)),
            starts: Window::new(STARTS),
            asked_codes: Window::new(ASKED_CODES),
            registrations: Window::new(REGISTRATIONS),
            failures_of_address: Window::new(FAILURES_OF_ADDRESS),
            astray_of_address: Window::new(ASTRAY_OF_ADDRESS),
            failures_of_email: Window::new(FAILURES_OF_EMAIL),
            bad_credentials: Pace::new(BAD_CREDENTIALS_PER_MINUTE, BAD_CREDENTIALS_PER_MINUTE),
        }))
    }

    /// Counts a request of a known caller.
    ///
    /// # Errors
    /// How long the caller has to wait.
    pub(crate) fn take_of_caller(&self, principal: &Principal) -> Result<(), Duration> {
        // A person's sessions count together; every key counts for itself.
        let key = match principal.means() {
            Means::Key(key) => format!("key {}", key.id),
            Means::Agent(agent) => format!("agent {}", agent.id),
            Means::Session { .. } | Means::Local => format!("owner {}", principal.owner().as_str()),
        };
        let pace = self.0.callers.as_ref();
        let taken = pace.map_or(Ok(()), |pace| pace.take(key, self.now()));
        self.counted("principal", taken)
    }

    /// Counts a request of nobody in particular.
    ///
    /// # Errors
    /// How long the address has to wait.
    pub(crate) fn take_of_address(&self, address: ClientAddress) -> Result<(), Duration> {
        let pace = self.0.addresses.as_ref();
        let taken = pace.map_or(Ok(()), |pace| pace.take(address, self.now()));
        self.counted("address", taken)
    }

    /// Takes back what [`Limits::take_of_address`] counted: the caller turned out to be known.
    pub(crate) fn give_back_to_address(&self, address: ClientAddress) {
        if let Some(pace) = &self.0.addresses {
            pace.give_back(&address);
        }
    }

    /// Counts a session token or key that turned out to be none. It is asked only once that is known:
    /// bad ones must not lock out the good ones that come from the same address.
    ///
    /// # Errors
    /// How long the address should wait before it shows another one.
    pub(crate) fn take_bad_credential(&self, address: ClientAddress) -> Result<(), Duration> {
        let taken = self.0.bad_credentials.take(address, self.now());
        self.counted("address", taken)
    }

    /// Counts the start of a login.
    ///
    /// # Errors
    /// How long the address has to wait.
    pub(crate) fn take_start(&self, address: ClientAddress) -> Result<(), Duration> {
        self.counted("address", self.0.starts.take(address, self.now()))
    }

    /// Counts a client's request for a code.
    ///
    /// # Errors
    /// How long the address has to wait.
    pub(crate) fn take_asked_code(&self, address: ClientAddress) -> Result<(), Duration> {
        self.counted("address", self.0.asked_codes.take(address, self.now()))
    }

    /// Counts a client that registers itself.
    ///
    /// # Errors
    /// How long the address has to wait.
    pub(crate) fn take_registration(&self, address: ClientAddress) -> Result<(), Duration> {
        self.counted("address", self.0.registrations.take(address, self.now()))
    }

    /// Counts a try to log in with an API token, or to attach one, as a failure of every kind, until it is
    /// known which it was. Personal access tokens come without an e-mail address.
    ///
    /// # Errors
    /// How long the caller has to wait.
    pub(crate) fn try_credential(
        &self,
        address: ClientAddress,
        email: Option<&str>,
    ) -> Result<TokenAttempt, TooManyTries> {
        let sign = |email: &str| self.0.email_key.sign(&[&email.trim().to_lowercase()]);
        let attempt = TokenAttempt {
            limits: self.clone(),
            address,
            email: email.map(sign),
            at: self.now(),
        };
        let at = attempt.at;
        let failures = &self.0.failures_of_address;
        self.counted("address", failures.take(address, at))
            .map_err(TooManyTries::Refused)?;
        if let Err(wait) = self.0.astray_of_address.take(address, at) {
            failures.give_back(&address, at);
            return self
                .counted("address", Err(wait))
                .map_err(TooManyTries::Astray);
        }
        if let Some(email) = &attempt.email
            && let Err(wait) = self.0.failures_of_email.take(email.clone(), at)
        {
            failures.give_back(&address, at);
            self.0.astray_of_address.give_back(&address, at);
            return self
                .counted("email", Err(wait))
                .map_err(TooManyTries::Refused);
        }
        Ok(attempt)
    }

    fn counted<T>(&self, kind: &str, taken: Result<T, Duration>) -> Result<T, Duration> {
        if taken.is_err() {
            self.0.meter.rate_limited(LimitedBy::Service, kind);
        }
        taken
    }

    fn now(&self) -> Timestamp {
        self.0.clock.now()
    }
}

impl TokenAttempt {
    /// The try was no failure of the caller's.
    pub(crate) fn forgive(&self) {
        self.was_not_refused();
        self.was_judged();
    }

    /// The token was not refused, whatever else became of the try.
    pub(crate) fn was_not_refused(&self) {
        let counters = &self.limits.0;
        counters
            .failures_of_address
            .give_back(&self.address, self.at);
        if let Some(email) = &self.email {
            counters.failures_of_email.give_back(email, self.at);
        }
    }

    /// The try came to the site that it named, which judged the token.
    pub(crate) fn was_judged(&self) {
        let astray = &self.limits.0.astray_of_address;
        astray.give_back(&self.address, self.at);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::clock::ManualClock;

    fn limits(per_minute: Option<u32>) -> (Limits, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::new(Timestamp::from_millis(1_700_000_000_000)));
        let key = SigningKey::new(b"a key of the test");
        let meter = Meter::recording(&[]).unwrap();
        (Limits::new(per_minute, key, clock.clone(), meter), clock)
    }

    fn address(last: u8) -> ClientAddress {
        ClientAddress::new([192, 0, 2, last].into())
    }

    #[test]
    fn a_small_limit_may_be_used_at_once_and_a_large_one_in_ten_seconds_worth() {
        for (per_minute, at_once) in [(5, 5), (600, 600), (6000, 1000)] {
            let (limits, _) = limits(Some(per_minute));
            let passed = (0..per_minute).take_while(|_| limits.take_of_address(address(1)).is_ok());
            assert_eq!(passed.count(), at_once, "{per_minute}");
        }
    }

    #[test]
    fn an_email_is_one_however_it_is_written_and_is_not_kept() {
        let (limits, _) = limits(None);
        for last in 0..10 {
            let email = ["mia@example.com", " Mia@Example.COM "][usize::from(last % 2)];
            assert!(limits.try_credential(address(last), Some(email)).is_ok());
        }
        let refused = limits.try_credential(address(99), Some("mia@example.com"));
        assert_eq!(refused.err(), Some(TooManyTries::Refused(HOUR)));
        assert!(
            limits
                .try_credential(address(99), Some("omar@example.com"))
                .is_ok()
        );
        assert!(!format!("{limits:?}").to_lowercase().contains("example.com"));
    }

    #[test]
    fn a_try_that_the_email_forbids_does_not_count_for_the_address() {
        let (limits, _) = limits(None);
        for last in 0..10 {
            assert!(
                limits
                    .try_credential(address(last), Some("mia@example.com"))
                    .is_ok()
            );
        }
        for _ in 0..10 {
            assert!(
                limits
                    .try_credential(address(99), Some("mia@example.com"))
                    .is_err()
            );
        }
        assert!(
            limits
                .try_credential(address(99), Some("omar@example.com"))
                .is_ok()
        );
    }

    #[test]
    fn tries_that_lead_nowhere_are_counted_by_a_limit_of_their_own() {
        let (limits, clock) = limits(None);
        let astray = |limits: &Limits| {
            let attempt = limits.try_credential(address(1), Some("mia@example.com"));
            attempt.map(|attempt| attempt.was_not_refused())
        };
        for minute in 0..6 {
            for _ in 0..20 {
                assert_eq!(astray(&limits), Ok(()), "{minute}");
            }
            assert!(matches!(astray(&limits), Err(TooManyTries::Astray(_))));
            clock.advance(MINUTE);
        }
        // The hour's limit: and what was refused counts for nothing there.
        let Err(TooManyTries::Astray(wait)) = astray(&limits) else {
            panic!("a hundred and twenty an hour");
        };
        assert!(wait > MINUTE * 50, "{wait:?}");
        assert!(limits.try_credential(address(2), None).is_ok());
        clock.advance(HOUR);
        for _ in 0..5 {
            let attempt = limits.try_credential(address(1), None).unwrap();
            attempt.was_judged();
        }
        let refused = limits.try_credential(address(1), None);
        assert!(matches!(refused, Err(TooManyTries::Refused(_))));
        clock.advance(HOUR);
        for _ in 0..200 {
            limits.try_credential(address(1), None).unwrap().forgive();
        }
    }

    #[test]
    fn bad_credentials_are_counted_by_address() {
        let (limits, clock) = limits(None);
        for _ in 0..BAD_CREDENTIALS_PER_MINUTE {
            assert_eq!(limits.take_bad_credential(address(1)), Ok(()));
        }
        assert!(limits.take_bad_credential(address(1)).is_err());
        assert_eq!(limits.take_bad_credential(address(2)), Ok(()));
        clock.advance(MINUTE);
        assert_eq!(limits.take_bad_credential(address(1)), Ok(()));
    }
}
