//! Until when a piece of work must be done, known wherever it waits for somebody else: whoever asked
//! gets an answer that says what was waited for, before all of it is given up.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

tokio::task_local! {
    static OF_THIS_WORK: Deadline;
}

/// A moment by which something must be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadline(Instant);

/// It was not done in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("it took too long")]
pub struct TooLate;

impl Deadline {
    /// After `longest`, or earlier when the work this belongs to must be done earlier.
    pub fn within(longest: Duration) -> Self {
        let own = Self(Instant::now() + longest);
        Self::of_this_work().map_or(own, |all| if all.0 < own.0 { all } else { own })
    }

    /// How long it is until then.
    pub(crate) fn left(self) -> Duration {
        self.0.saturating_duration_since(Instant::now())
    }

    /// Does `work` unless that takes too long; when it is too late already, not at all.
    ///
    /// # Errors
    /// When it was not done in time.
    pub async fn keep<F: Future>(self, work: F) -> Result<F::Output, TooLate> {
        if self.left().is_zero() {
            return Err(TooLate);
        }
        timeout_at(self.0, work).await.map_err(|_| TooLate)
    }

    /// Lets `work`, and everything it waits for, be done by then.
    pub async fn over<F: Future>(self, work: F) -> F::Output {
        OF_THIS_WORK.scope(self, work).await
    }

    /// `work`, to be handed to another task with the deadline of this one.
    pub(crate) fn carried<F: Future>(work: F) -> impl Future<Output = F::Output> {
        let deadline = Self::of_this_work();
        async move {
            match deadline {
                Some(deadline) => deadline.over(work).await,
                None => work.await,
            }
        }
    }

    fn of_this_work() -> Option<Self> {
        OF_THIS_WORK.try_with(|deadline| *deadline).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// How long a call would have that may take nine seconds.
    fn left() -> Duration {
        Deadline::within(SECOND * 9).left()
    }

    #[tokio::test]
    async fn work_within_work_is_done_by_the_earlier_of_both() {
        assert!(left() > SECOND * 8);
        Deadline::within(SECOND * 5)
            .over(async {
                assert!(SECOND < left() && left() <= SECOND * 5);
                assert!(Deadline::within(SECOND).left() <= SECOND);
            })
            .await;
        assert!(left() > SECOND * 8);
    }

    #[tokio::test]
    async fn what_takes_too_long_is_given_up_and_what_comes_too_late_is_not_begun() {
        let all = Deadline::within(SECOND);
        assert_eq!(all.keep(async { 7 }).await, Ok(7));
        let deadline = Deadline::within(SECOND / 50);
        let waited = deadline.keep(std::future::pending::<()>()).await;
        assert_eq!((waited, deadline.left()), (Err(TooLate), Duration::ZERO));
        let begun = deadline.keep(async { panic!("it is too late") }).await;
        assert_eq!(begun, Err::<(), _>(TooLate));
    }

    #[tokio::test]
    async fn another_task_has_none_unless_it_is_carried_there() {
        Deadline::within(SECOND)
            .over(async {
                assert!(tokio::spawn(async { left() }).await.unwrap() > SECOND * 8);
                let carried = tokio::spawn(Deadline::carried(async { left() }));
                assert!(carried.await.unwrap() <= SECOND);
            })
            .await;
    }
}
