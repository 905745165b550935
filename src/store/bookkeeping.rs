//! Notes of when a credential was last used: a database that can be read and not written must not refuse whoever has a
//! good one.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use super::Store;
use super::error::StoreError;

/// How often the log says that notes cannot be written.
const SAY_EVERY: Duration = Duration::from_mins(1);
/// When it was last said, of any store of this process.
static SAID_AT: AtomicI64 = AtomicI64::new(i64::MIN);

impl Store {
    /// What was noted; where it could not be, nothing was.
    pub(super) fn forgiven<T: Default>(&self, noted: Result<T, StoreError>) -> T {
        noted.unwrap_or_else(|error| {
            let now = self.clock.now().millis();
            let interval = i64::try_from(SAY_EVERY.as_millis()).unwrap_or(i64::MAX);
            let last = SAID_AT.load(Ordering::Relaxed);
            if now.saturating_sub(last) >= interval || now < last {
                SAID_AT.store(now, Ordering::Relaxed);
                tracing::warn!(%error, "when credentials were last used cannot be written down; they are taken all the same");
            }
            T::default()
        })
    }
}
