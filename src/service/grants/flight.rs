//! One refresh per grant and process: the first caller starts it, the others wait for it.

use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, Shared as SharedFuture};
use tokio::sync::oneshot;

use super::Grants;
use super::failure::RefreshFailure;
use crate::model::grant::{AuthMethod, Grant};
use crate::work::deadline::Deadline;
use crate::work::kill_points::KillPoint;
use crate::work::locked::lock;
use crate::work::request_notes::{OK, RequestNotes};

/// A refresh under way, to be waited for by any number of callers.
pub(super) type Flight = SharedFuture<BoxFuture<'static, Result<Box<Grant>, RefreshFailure>>>;

impl Grants {
    /// Joins the refresh of this grant that is under way, or starts one. A caller that goes away
    /// cancels nothing: the refresh is a task of its own.
    ///
    /// # Errors
    /// Those of the refresh; `BeingRenewed` when it takes longer than `deadline` allows.
    pub(super) async fn fly(
        &self,
        seen: &Grant,
        deadline: Deadline,
    ) -> Result<Grant, RefreshFailure> {
        RequestNotes::note_call_begun("token", "refresh");
        let landed = loop {
            let flight = self.join_or_start(seen);
            let landed = match deadline.keep(flight).await {
                Ok(result) => result.map(|grant| *grant),
                Err(_) => Err(RefreshFailure::BeingRenewed(
                    self.engine.lease_left(&seen.id),
                )),
            };
            // A flight that began before this caller read the row may land with what the caller has.
            let is_newer = |grant: &Grant| grant.generation > seen.generation;
            if landed.as_ref().map_or(true, is_newer) {
                break landed;
            }
        };
        let outcome = landed.as_ref().map_or_else(RefreshFailure::outcome, |_| OK);
        RequestNotes::note_call("token", "refresh", outcome);
        landed
    }

    /// Renews the grant beside the request that uses it meanwhile.
    pub(super) fn renew_beside(&self, grant: &Grant) {
        if grant.method == AuthMethod::OAuth {
            drop(self.join_or_start(grant));
        }
    }

    fn join_or_start(&self, seen: &Grant) -> Flight {
        let mut flights = lock(&self.engine.flights);
        if let Some(flight) = flights.get(&seen.id) {
            return flight.clone();
        }
        let (send, receive) = oneshot::channel();
        let (engine, seen) = (self.engine.clone(), seen.clone());
        let id = seen.id.clone();
        let flight: Flight = receive
            .map(|result| result.unwrap_or(Err(RefreshFailure::Later(Duration::from_secs(1)))))
            .boxed()
            .shared();
        flights.insert(id.clone(), flight.clone());
        self.engine.tasks.spawn(async move {
            let landing = Landing {
                engine: engine.clone(),
                id,
            };
            let result = engine.clone().refresh(&seen).await;
            drop(landing);
            KillPoint::BeforeTelling.pass();
            // Nobody may be waiting any more; what was received is committed all the same.
            let _ = send.send(result.map(Box::new));
        });
        flight
    }
}

/// Takes the flight off the map however the task ends, a panic included.
struct Landing {
    engine: std::sync::Arc<super::RefreshEngine>,
    id: String,
}

impl Drop for Landing {
    fn drop(&mut self) {
        lock(&self.engine.flights).remove(&self.id);
        lock(&self.engine.held_elsewhere).remove(&self.id);
    }
}
