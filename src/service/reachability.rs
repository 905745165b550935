//! Whether a product answers an owner just now: a real call, but not more often than is polite.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::{Instant, timeout};

use super::connections::Connections;
use super::error::ServiceError;
use super::issues::Issues;
use super::pages::Pages;
use crate::model::clock::SharedClock;
use crate::model::content::SpaceFilter;
use crate::model::page::PageRequest;
use crate::model::product::Product;
use crate::model::scope::Scope;
use crate::model::time::Timestamp;
use crate::work::locked::lock;

/// A connection is called at most this often.
const EVERY: Duration = Duration::from_secs(10);
/// The longest a ping waits.
const PATIENCE: Duration = Duration::from_secs(5);
/// Of how many connections the last finding is kept.
const MOST: usize = 1000;

/// What a ping found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PingReport {
    /// Whether the product answered, be it with a refusal.
    pub reachable: bool,
    /// How long the answer took, in milliseconds; none without an answer.
    pub latency_ms: Option<u64>,
}

/// The latest finding about a connection, and when it was asked for.
#[derive(Debug, Clone, Copy)]
struct Last {
    asked_at: Timestamp,
    found: Option<PingReport>,
}

/// What a caller is to do.
#[derive(Debug, Clone, Copy)]
enum PingTurn {
    Look,
    /// Be content with this.
    Known(Option<PingReport>),
}

type Findings = HashMap<(Scope, Product), Last>;

/// Whether owners' connections reach their products.
#[derive(Debug, Clone)]
pub struct Reachability {
    connections: Connections,
    issues: Issues,
    pages: Pages,
    clock: SharedClock,
    last: Arc<Mutex<Findings>>,
}

impl Reachability {
    /// Asks through `connections`.
    pub(crate) fn new(connections: &Connections, clock: SharedClock) -> Self {
        let connections = connections.asked_by_a_person();
        Self {
            issues: Issues::new(connections.clone()),
            pages: Pages::new(connections.clone()),
            connections,
            clock,
            last: Arc::default(),
        }
    }

    /// Calls the product unless that was done less than ten seconds ago; then the finding of that
    /// time. None: nothing was found so far.
    pub(crate) async fn ping(&self, scope: &Scope, product: Product) -> Option<PingReport> {
        let found = self.last_finding(scope, product).await?;
        // What a call found out since then counts, and the finding may have been the gateway's own answer.
        let view = self.connections.view(scope, product).await;
        let is_turned_away = view.is_ok_and(|view| view.turned_away.is_some());
        Some(if is_turned_away {
            PingReport {
                reachable: false,
                latency_ms: None,
            }
        } else {
            found
        })
    }

    async fn last_finding(&self, scope: &Scope, product: Product) -> Option<PingReport> {
        let key = (scope.clone(), product);
        if let PingTurn::Known(found) = self.turn(&key) {
            return found;
        }
        let started = Instant::now();
        let answer = timeout(PATIENCE, self.call(scope, product)).await;
        let latency = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let reachable = answer.is_ok_and(|answer| was_answered(&answer));
        let found = Some(PingReport {
            reachable,
            latency_ms: reachable.then_some(latency),
        });
        if let Some(last) = self.findings().get_mut(&key) {
            last.found = found;
        }
        found
    }

    /// Whether the caller is to look; others then see the older finding until there is a new one.
    fn turn(&self, key: &(Scope, Product)) -> PingTurn {
        let now = self.clock.now();
        let is_new = |last: &Last| now.since(last.asked_at) < EVERY;
        let mut findings = self.findings();
        let before = findings.get(key).copied();
        if let Some(last) = before.filter(is_new) {
            return PingTurn::Known(last.found);
        }
        if findings.len() >= MOST {
            findings.retain(|_, last| is_new(last));
        }
        if findings.len() >= MOST {
            return PingTurn::Known(None);
        }
        let begun = Last {
            asked_at: now,
            found: before.and_then(|last| last.found),
        };
        findings.insert(key.clone(), begun);
        PingTurn::Look
    }

    fn findings(&self) -> std::sync::MutexGuard<'_, Findings> {
        lock(&self.last)
    }

    async fn call(&self, scope: &Scope, product: Product) -> Result<(), ServiceError> {
        let one = PageRequest {
            limit: 1,
            cursor: None,
        };
        match product {
            Product::Jira => self.issues.projects(scope, &one, None).await.map(|_| ()),
            Product::Confluence => {
                let all = SpaceFilter::default();
                self.pages.spaces(scope, &all, &one).await.map(|_| ())
            }
        }
    }
}

fn was_answered(answer: &Result<(), ServiceError>) -> bool {
    matches!(
        answer,
        Ok(())
            | Err(ServiceError::Forbidden { .. }
                | ServiceError::NotFound(_)
                | ServiceError::Rejected { .. }
                | ServiceError::RateLimited(_)
                | ServiceError::LimitReached { .. })
    )
}
