//! Failures that pass: how often a run may meet them in a row, how long it rests, and how large a page it
//! asks for then. A restart forgets them, and the run begins to count anew.

use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

use crate::atlassian::CONFLUENCE_AT_ONCE;
use crate::service::error::ServiceError;
use crate::work::locked::lock;

/// So many failures in a row are an outage, which the run does not outlast.
const MOST_IN_A_ROW: u32 = 5;
/// The first rest; each one after it is twice as long.
const FIRST_REST: Duration = Duration::from_secs(15);
/// A page of so many entries is given in time everywhere, or the size was not the reason.
const SMALLEST_PAGE: u32 = 25;

/// The troubles of this process's runs, by the run's id.
#[derive(Debug, Default)]
pub(super) struct Troubles(Mutex<HashMap<String, Trouble>>);

#[derive(Debug, Clone, Copy)]
struct Trouble {
    in_a_row: u32,
    page_size: u32,
}

impl Default for Trouble {
    fn default() -> Self {
        Self {
            in_a_row: 0,
            page_size: CONFLUENCE_AT_ONCE,
        }
    }
}

impl Troubles {
    /// How many entries the run asks for at once.
    pub(super) fn page_size(&self, run: &str) -> u32 {
        lock(&self.0)
            .get(run)
            .copied()
            .unwrap_or_default()
            .page_size
    }

    /// A page of this size did not come in time. `true`: the run asks for a smaller one at once.
    pub(super) fn shrink_page(&self, run: &str) -> bool {
        let mut troubles = lock(&self.0);
        let trouble = troubles.entry(run.to_owned()).or_default();
        let can_shrink = trouble.page_size / 2 >= SMALLEST_PAGE;
        if can_shrink {
            trouble.page_size /= 2;
        }
        can_shrink
    }

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
