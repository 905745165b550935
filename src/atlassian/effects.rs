//! Whether a piece of work may have changed something at Atlassian, noted where calls are sent: nobody
//! further up can tell a request that was refused from one that was done and never answered.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

tokio::task_local! {
    static WATCHED: Effects;
}

/// The writes that one piece of work sent and that were not certainly refused.
#[derive(Debug, Clone, Default)]
pub(crate) struct Effects(Arc<AtomicU32>);

impl Effects {
    /// Runs `work` and notes its writes here. Work handed to another task is not seen.
    pub(crate) async fn watch<F: Future>(&self, work: F) -> F::Output {
        WATCHED.scope(self.clone(), work).await
    }

    /// Whether something was, or may have been, changed so far.
    pub(crate) fn may_have_happened(&self) -> bool {
        self.0.load(Ordering::SeqCst) > 0
    }
}

/// A write on its way; from now on it may have happened.
#[derive(Debug)]
pub(super) struct Write(Option<Effects>);

impl Write {
    pub(super) fn sent() -> Self {
        let effects = WATCHED.try_with(Clone::clone).ok();
        if let Some(Effects(count)) = &effects {
            count.fetch_add(1, Ordering::SeqCst);
        }
        Self(effects)
    }

    /// It certainly did not happen.
    pub(super) fn was_refused(self) {
        if let Some(Effects(count)) = self.0 {
            count.fetch_sub(1, Ordering::SeqCst);
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
        assert!(!effects.may_have_happened());
        effects
            .watch(async {
                Write::sent().was_refused();
                let _unanswered = Write::sent();
            })
            .await;
        assert!(effects.may_have_happened());
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
