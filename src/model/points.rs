//! The points an hour that Atlassian gives an app, as the operator set them and as they stand.

use super::time::Timestamp;

/// How many points an hour the apps of this process may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PointLimits {
    /// Points of each app in an hour.
    pub per_hour: u32,
    /// What percentage of them is kept for calls that somebody waits for.
    pub reserve_percent: u32,
}

/// A figure for each urgency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ByUrgency {
    /// Of work that somebody waits for.
    pub interactive: u64,
    /// Of syncs.
    pub background: u64,
}

impl ByUrgency {
    /// Both together.
    pub(crate) const fn sum(self) -> u64 {
        self.interactive.saturating_add(self.background)
    }
}

/// What a site has cost in this hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SitePoints {
    /// The site's cloud id.
    pub cloud_id: String,
    /// Its points.
    pub used: ByUrgency,
}

/// The points of one app in this hour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AppPoints {
    /// The app's client id; none before the first call.
    pub app: Option<String>,
    /// How many there are.
    pub limit: u64,
    /// How many are left.
    pub left: u64,
    /// How many of those only calls may use that somebody waits for.
    pub reserve: u64,
    /// When there are `limit` again.
    pub whole_at: Timestamp,
    /// What this process has used of them.
    pub used: ByUrgency,
    /// Whether Atlassian has said in this hour how many are left.
    pub is_told: bool,
    /// The sites that have cost most, the dearest first.
    pub dearest: Vec<SitePoints>,
}

/// What was counted since the process started, over all apps.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct PointTotals {
    /// Points that calls have cost.
    pub used: ByUrgency,
    /// Calls that were not made, for want of points.
    pub held_back: ByUrgency,
}
