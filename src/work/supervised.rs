//! Work that goes on as long as the process: what panics in it is told, and the work begins anew.

use std::panic::AssertUnwindSafe;
use std::time::Duration;

use futures_util::FutureExt;
use tokio_util::sync::CancellationToken;

/// How long to wait before work that failed begins anew.
const PAUSE: Duration = Duration::from_secs(5);

/// Lets `worker` do `work`, which ends when `stop` is cancelled, on a task of its own; after a panic once more.
pub(crate) fn supervised<T, F, W>(name: &'static str, stop: &CancellationToken, worker: T, work: F)
where
    T: Clone + Send + Sync + 'static,
    F: Fn(T, CancellationToken) -> W + Send + Sync + 'static,
    W: Future<Output = ()> + Send + 'static,
{
    let stop = stop.clone();
    tokio::spawn(async move {
        let begin = || work(worker.clone(), stop.clone());
        begun_anew(name, &stop, PAUSE, begin).await;
    });
}

async fn begun_anew<W: Future<Output = ()>>(
    name: &'static str,
    stop: &CancellationToken,
    pause: Duration,
    begin: impl Fn() -> W,
) {
    // Rust's own hook has told what it was.
    while AssertUnwindSafe(begin()).catch_unwind().await.is_err() {
        tracing::error!(name, "background work failed, and begins anew");
        tokio::select! {
            () = tokio::time::sleep(pause) => {}
            () = stop.cancelled() => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn work_that_panics_begins_anew_and_work_that_ends_does_not() {
        let rounds = AtomicUsize::new(0);
        let begin = || async {
            let round = rounds.fetch_add(1, Ordering::SeqCst);
            assert!(round >= 2, "a fault of ours");
        };
        let stop = CancellationToken::new();
        begun_anew("test", &stop, Duration::from_millis(1), begin).await;
        assert_eq!(rounds.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn nothing_begins_anew_once_the_process_stops() {
        let rounds = AtomicUsize::new(0);
        let begin = || async {
            rounds.fetch_add(1, Ordering::SeqCst);
            panic!("a fault of ours");
        };
        let stop = CancellationToken::new();
        stop.cancel();
        begun_anew("test", &stop, Duration::from_hours(1), begin).await;
        assert_eq!(rounds.load(Ordering::SeqCst), 1);
    }
}
