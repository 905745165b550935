//! What the operator's metrics show at one moment: what was counted, and what is counted now.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use rustix::process::{Resource, getrlimit};

use super::error::ServiceError;
use crate::atlassian::Atlassian;
use crate::model::clock::SharedClock;
use crate::model::points::{AppPoints, ByUrgency};
use crate::model::time::Timestamp;
use crate::store::Store;
use crate::work::locked::lock;
use crate::work::log_lines;
use crate::work::measures::{
    FILES, FILES_LIMIT, GRANTS, LOG_LINES_LOST, MEMORY, POINTS, POINTS_HELD_BACK, POINTS_LEFT,
    POINTS_LIMIT, POINTS_RESERVE, SESSIONS, STORE_CONNECTIONS, STORE_LIMIT, STORE_UP, UPTIME,
};
use crate::work::meter::Meter;

/// Rows are counted at most this often, however often somebody asks.
const COUNT_EVERY: Duration = Duration::from_secs(15);
/// How long a scrape waits for the database.
const PATIENCE: Duration = Duration::from_secs(3);
/// The size of a page of memory in `/proc`; Linux on our platforms has no other.
const PAGE_BYTES: f64 = 4096.0;

/// Gathers the metrics of this process; cheap to clone.
#[derive(Debug, Clone)]
pub struct Metrics {
    meter: Meter,
    store: Store,
    atlassian: Atlassian,
    clock: SharedClock,
    started_at: Timestamp,
    session_idle: Duration,
    counted_at: Arc<Mutex<Option<Timestamp>>>,
}

impl Metrics {
    /// Metrics that `meter` keeps; sessions idle for longer than `session_idle` do not count.
    pub(crate) fn new(
        meter: Meter,
        store: Store,
        atlassian: Atlassian,
        clock: SharedClock,
        session_idle: Duration,
    ) -> Self {
        Self {
            meter,
            store,
            atlassian,
            started_at: clock.now(),
            clock,
            session_idle,
            counted_at: Arc::default(),
        }
    }

    /// What the modules tell what they do.
    pub(crate) fn meter(&self) -> &Meter {
        &self.meter
    }

    /// Everything, in Prometheus' text format. A database that does not answer shows as such.
    pub(crate) async fn text(&self) -> String {
        let uptime = self.clock.now().since(self.started_at);
        self.meter.gauge(&UPTIME, &[]).set(uptime.as_secs_f64());
        self.meter
            .gauge(&LOG_LINES_LOST, &[])
            .set(number(i64::try_from(log_lines::lost()).unwrap_or(i64::MAX)));
        self.note_process().await;
        self.note_pools();
        self.note_points();
        if self.is_due() {
            let counted = tokio::time::timeout(PATIENCE, self.count_rows()).await;
            let is_up = matches!(counted, Ok(Ok(())));
            self.meter
                .gauge(&STORE_UP, &[])
                .set(if is_up { 1.0 } else { 0.0 });
            *lock(&self.counted_at) = is_up.then(|| self.clock.now());
        }
        self.meter.render()
    }

    fn is_due(&self) -> bool {
        let now = self.clock.now();
        lock(&self.counted_at).is_none_or(|at| now.since(at) >= COUNT_EVERY)
    }

    async fn count_rows(&self) -> Result<(), ServiceError> {
        let sessions = self.store.count_sessions(self.session_idle).await?;
        let grants = self.store.count_grants().await?;
        self.meter.gauge(&SESSIONS, &[]).set(number(sessions));
        for status in ["active", "reauth_required"] {
            let count = grants.iter().find(|(known, _)| known == status);
            let count = count.map_or(0, |(_, count)| *count);
            self.meter
                .gauge(&GRANTS, &[("status", status)])
                .set(number(count));
        }
        Ok(())
    }

    fn note_pools(&self) {
        for pool in self.store.connections_in_use() {
            for (state, count) in [("idle", pool.idle), ("busy", pool.busy)] {
                let labels = [("pool", pool.name), ("state", state)];
                self.meter
                    .gauge(&STORE_CONNECTIONS, &labels)
                    .set(f64::from(count));
            }
            self.meter
                .gauge(&STORE_LIMIT, &[("pool", pool.name)])
                .set(f64::from(pool.limit));
        }
    }

    /// How the points of each app stand, with so many of the sites that cost most; none where they are not
    /// counted.
    pub(crate) fn points(&self, sites: usize) -> Vec<AppPoints> {
        self.atlassian.points(sites)
    }

    /// The calls that were not made because the points are scarce, since the process started.
    pub(crate) fn calls_without_points(&self) -> ByUrgency {
        self.atlassian.point_totals().held_back
    }

    fn note_points(&self) {
        let totals = self.atlassian.point_totals();
        for (metric, figures) in [
            (&POINTS, totals.used),
            (&POINTS_HELD_BACK, totals.held_back),
        ] {
            for (urgency, count) in [
                ("interactive", figures.interactive),
                ("background", figures.background),
            ] {
                let counter = self.meter.counter(metric, &[("urgency", urgency)]);
                counter.absolute(count);
            }
        }
        let apps = self.points(0);
        let part_left = |app: &AppPoints| app.left.saturating_mul(1000) / app.limit.max(1);
        if let Some(app) = apps.iter().min_by_key(|app| part_left(app)) {
            for (metric, points) in [
                (&POINTS_LIMIT, app.limit),
                (&POINTS_LEFT, app.left),
                (&POINTS_RESERVE, app.reserve),
            ] {
                let points = number(i64::try_from(points).unwrap_or(i64::MAX));
                self.meter.gauge(metric, &[]).set(points);
            }
        }
    }

    /// Memory and file descriptors, where the system tells them.
    async fn note_process(&self) {
        if let Ok(text) = tokio::fs::read_to_string("/proc/self/statm").await
            && let Some(pages) = text.split_whitespace().nth(1)
            && let Ok(pages) = pages.parse::<f64>()
        {
            self.meter.gauge(&MEMORY, &[]).set(pages * PAGE_BYTES);
        }
        if let Ok(mut folder) = tokio::fs::read_dir("/proc/self/fd").await {
            let mut open: u32 = 0;
            while let Ok(Some(_)) = folder.next_entry().await {
                open += 1;
            }
            self.meter.gauge(&FILES, &[]).set(f64::from(open));
        }
        // None is no limit.
        let most = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX);
        let most = u32::try_from(most).unwrap_or(u32::MAX);
        self.meter.gauge(&FILES_LIMIT, &[]).set(f64::from(most));
    }
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of rows are far below 2^52"
)]
fn number(count: i64) -> f64 {
    count as f64
}
