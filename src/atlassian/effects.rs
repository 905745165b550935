//! Whether a piece of work may have changed something at Atlassian, noted where calls are sent: nobody
//! further up can tell a request that was refused from one that was done and never answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

tokio::task_local! {
    static WATCHED: Vec<Effects>;
}

/// The writes that one piece of work sent and that were not certainly refused.
#[derive(Debug, Clone, Default)]
pub(crate) struct Effects(Arc<Counted>);

#[derive(Debug, Default)]
struct Counted {
    open: AtomicU32,
    tried: AtomicBool,
}

impl Effects {
    /// Runs `work` and notes its writes here, and with all who watch the work that this is a part of. Work handed to
    /// another task is not seen.
    pub(crate) async fn watch<F: Future>(&self, work: F) -> F::Output {
        let mut watching = WATCHED.try_with(Clone::clone).unwrap_or_default();
        watching.push(self.clone());
        WATCHED.scope(watching, work).await
    }

    /// Whether something was, or may have been, changed so far.
    pub(crate) fn may_have_happened(&self) -> bool {
        self.0.open.load(Ordering::SeqCst) > 0
    }

    /// Whether a write was tried at all.
    pub(crate) fn were_tried(&self) -> bool {
        self.0.tried.load(Ordering::SeqCst)
    }
}

/// A write on its way; from now on it may have happened.
#[derive(Debug)]
pub(super) struct Write(Vec<Effects>);

impl Write {
    pub(super) fn sent() -> Self {
        let watching = WATCHED.try_with(Clone::clone).unwrap_or_default();
        for Effects(counted) in &watching {
            counted.open.fetch_add(1, Ordering::SeqCst);
            counted.tried.store(true, Ordering::SeqCst);
        }
        Self(watching)
    }

    /// It certainly did not happen.
    pub(super) fn was_refused(self) {
        for Effects(counted) in self.0 {
            counted.open.fetch_sub(1, Ordering::SeqCst);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_write_counts_until_it_is_known_to_be_refused() {
        let effects = Effects::default();
        effects.watch(async { Write::sent().was_refused() }).await;
        assert!(!effects.may_have_happened() && effects.were_tried());
        effects
            .watch(async {
                Write::sent().was_refused();
                let _unanswered = Write::sent();
            })
            .await;
        assert!(effects.may_have_happened());
    }

    #[tokio::test]
    async fn a_part_of_the_work_is_seen_by_all_who_watch() {
        let (whole, first, second) = (Effects::default(), Effects::default(), Effects::default());
        whole
            .watch(async {
                first.watch(async { drop(Write::sent()) }).await;
                second.watch(async { Write::sent().was_refused() }).await;
            })
            .await;
        assert_eq!(
            (
                whole.may_have_happened(),
                first.may_have_happened(),
                second.may_have_happened()
            ),
            (true, true, false)
        );
    }

    #[tokio::test]
    async fn two_pieces_of_work_are_told_apart_and_unwatched_work_is_nobodys() {
        let (one, two) = (Effects::default(), Effects::default());
        let _ = Write::sent();
        let sends = one.watch(async {
            tokio::task::yield_now().await;
            let _ = Write::sent();
        });
        let looks = two.watch(async { tokio::task::yield_now().await });
        tokio::join!(sends, looks);
        assert_eq!(
            (one.may_have_happened(), two.may_have_happened()),
            (true, false)
        );
    }
}
