//! People at work while processes come and go: every answer is counted.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::task::JoinSet;

use crate::support::waiting::until;

/// Requests that are made one after another by each of some clients, until they are told to stop.
pub(super) struct Traffic {
    stop: Arc<AtomicBool>,
    clients: JoinSet<BTreeMap<String, usize>>,
    /// How many requests of each client have ended.
    ended: Arc<Vec<AtomicUsize>>,
}

impl Traffic {
    /// `ask` makes the request of a client and a turn, and says how it ended: a status, or more.
    pub(super) fn begin<F, Asked>(clients: usize, ask: F) -> Self
    where
        F: Fn(usize, usize) -> Asked + Clone + Send + 'static,
        Asked: Future<Output = String> + Send,
    {
        let stop = Arc::new(AtomicBool::new(false));
        let mut running = JoinSet::new();
        let ended: Arc<Vec<AtomicUsize>> =
            Arc::new((0..clients).map(|_| AtomicUsize::new(0)).collect());
        for client in 0..clients {
            let (stop, ask, ended) = (stop.clone(), ask.clone(), ended.clone());
            running.spawn(async move {
                let mut ends = BTreeMap::new();
                let mut turn = 0;
                while !stop.load(Ordering::SeqCst) {
                    *ends.entry(ask(client, turn).await).or_default() += 1;
                    turn += 1;
                    ended[client].store(turn, Ordering::SeqCst);
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                ends
            });
        }
        Self {
            stop,
            clients: running,
            ended,
        }
    }

    /// Waits until every request that is under way now has ended: each client has ended two more.
    pub(super) async fn turned_over(&self) {
        let counts = || self.ended.iter().map(|count| count.load(Ordering::SeqCst));
        let before: Vec<usize> = counts().collect();
        until("every request has ended", async || {
            counts().zip(&before).all(|(now, before)| now >= before + 2)
        })
        .await;
    }

    /// Lets the requests under way end; gives how often each end came.
    pub(super) async fn end(self) -> BTreeMap<String, usize> {
        self.stop.store(true, Ordering::SeqCst);
        let mut all = BTreeMap::new();
        for (end, count) in self.clients.join_all().await.into_iter().flatten() {
            *all.entry(end).or_default() += count;
        }
        all
    }
}
