//! What the meter is told about the database: how long statements take, and why they fail.

use std::pin::pin;
use std::time::{Duration, Instant};

use super::error::StoreError;
use super::recent::Writes;
use super::silence::{Silence, silent};
use crate::work::measures::{STATEMENT_TIME, STORE_ERRORS};
use crate::work::meter::Meter;

/// How long a server may take for a statement or transaction: less than anybody waits for an answer.
const LONGEST_ANSWER: Duration = Duration::from_secs(15);

/// A statement or transaction under way; how long it took is noted when it is let go of.
#[derive(Debug)]
pub(super) struct Statement<'a> {
    meter: &'a Meter,
    kind: &'static str,
    started: Instant,
    /// What it is noted in at its end if it may have written.
    writes: Option<&'a Writes>,
}

impl<'a> Statement<'a> {
    pub(super) fn begin(meter: &'a Meter, kind: &'static str) -> Self {
        tracing::trace!(kind, "a statement begins");
        Self {
            meter,
            kind,
            started: Instant::now(),
            writes: None,
        }
    }

    /// One that may write.
    pub(super) fn writing(meter: &'a Meter, kind: &'static str, writes: &'a Writes) -> Self {
        Self {
            writes: Some(writes),
            ..Self::begin(meter, kind)
        }
    }

    /// Waits for a server's answer, and not without an end: the connection may have been lost without a
    /// word. Whether the statement was carried out is not known then.
    pub(super) async fn answered<T>(
        &self,
        silence: &Silence,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let mut work = pin!(work);
        if let Ok(result) = tokio::time::timeout(LONGEST_ANSWER, &mut work).await {
            return result;
        }
        // Before the connection goes back to its pool.
        silence.noticed();
        Err(silent().into())
    }

    /// Hands on a result, and counts it when the database did not do it.
    pub(super) fn checked<T>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        result.inspect_err(|error| {
            if let StoreError::Unavailable(error) = error {
                let labels = [("reason", reason(error))];
                self.meter.counter(&STORE_ERRORS, &labels).increment(1);
            }
        })
    }
}

impl Drop for Statement<'_> {
    fn drop(&mut self) {
        if let Some(writes) = self.writes {
            writes.note();
        }
        let labels = [("kind", self.kind)];
        self.meter
            .observe(&STATEMENT_TIME, &labels, self.started.elapsed());
    }
}

/// Locked by others, no connection to be had, or anything else.
fn reason(error: &sqlx::Error) -> &'static str {
    match error {
        sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) => "no_connection",
        error if is_locked_by_others(error) => "busy",
        _ => "failed",
    }
}

/// Whether a statement failed because others hold what it needs.
pub(super) fn is_locked_by_others(error: &sqlx::Error) -> bool {
    let error = error.as_database_error();
    error.is_some_and(|error| error.code().is_some_and(|code| is_busy(&code)))
}

/// SQLite's `SQLITE_BUSY` and `SQLITE_LOCKED` with their extended codes, whose lowest byte is the primary
/// code (<https://sqlite.org/rescode.html>); PostgreSQL's lock and serialization failures and deadlocks
/// (<https://www.postgresql.org/docs/current/errcodes-appendix.html>), which are five characters long.
fn is_busy(code: &str) -> bool {
    match code.parse::<u32>() {
        Ok(number) if code.len() < 5 => matches!(number & 0xff, 5 | 6),
        _ => matches!(code, "40001" | "40P01" | "55P03"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_told_from_other_failures_on_both_databases() {
        for busy in ["5", "6", "261", "517", "40001", "40P01", "55P03"] {
            assert!(is_busy(busy), "{busy}");
        }
        for other in ["13", "8", "", "23505", "53100"] {
            assert!(!is_busy(other), "{other}");
        }
    }
}
