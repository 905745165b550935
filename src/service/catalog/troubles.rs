//! Failures that pass: how often a run may meet them in a row, and how long it rests. A restart forgets them, and the run begins to count anew.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use crate::service::error::ServiceError;
use crate::work::locked::lock;

/// So many failures in a row are an outage, which the run does not outlast.
const MOST_IN_A_ROW: u32 = 5;
/// The first rest; each one after it is twice as long.
const FIRST_REST: Duration = Duration::from_secs(15);

/// The troubles of this process's runs, by the run's id.
#[derive(Debug, Default)]
pub(super) struct Troubles(Mutex<HashMap<String, Trouble>>);

#[derive(Debug, Clone, Copy, Default)]
struct Trouble {
    in_a_row: u32,
}

impl Troubles {
    /// How long the run rests after a failure; none where it does not pass, or came too often in a row.
    pub(super) fn rest(&self, run: &str, error: &ServiceError) -> Option<Duration> {
        let asked = match error {
            ServiceError::VendorDown { retry_after, .. } => retry_after.unwrap_or_default(),
            ServiceError::NoTokenNow(wait) | ServiceError::BeingRenewed(wait) => *wait,
            ServiceError::VendorTimeout => Duration::ZERO,
            _ => return None,
        };
        let mut troubles = lock(&self.0);
        let trouble = troubles.entry(run.to_owned()).or_default();
        trouble.in_a_row += 1;
        let doubled = FIRST_REST * 2_u32.pow(trouble.in_a_row - 1);
        (trouble.in_a_row < MOST_IN_A_ROW).then(|| doubled.max(asked))
    }

    /// The run has got on.
    pub(super) fn went_on(&self, run: &str) {
        if let Some(trouble) = lock(&self.0).get_mut(run) {
            trouble.in_a_row = 0;
        }
    }

    /// The run has ended.
    pub(super) fn forget(&self, run: &str) {
        lock(&self.0).remove(run);
    }
}
