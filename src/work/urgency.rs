//! Whether somebody waits for a piece of work, known wherever it calls out: who waits goes first.

tokio::task_local! {
    static OF_THIS_WORK: Urgency;
}

/// How urgent a piece of work is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Urgency {
    /// A person or program waits for its answer. Work that nobody has called otherwise is this.
    Interactive,
    /// It can wait, as a sync can.
    Background,
}

impl Urgency {
    /// That of the work which asks.
    pub(crate) fn of_this_work() -> Self {
        OF_THIS_WORK
            .try_with(|urgency| *urgency)
            .unwrap_or(Self::Interactive)
    }

    /// Does `work`, and everything it waits for, with this urgency.
    pub(crate) async fn over<F: Future>(self, work: F) -> F::Output {
        OF_THIS_WORK.scope(self, work).await
    }
}
