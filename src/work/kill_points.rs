//! Places in a refresh, in a move to another database, or where an agent gets tokens, at which a test lets this process die as by a power
//! failure. Release builds have none.

/// Such a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum KillPoint {
    /// The lease is about to be taken.
    BeforeLease,
    /// The lease is in the database.
    LeaseCommitted,
    /// Atlassian's answer is here, in memory only.
    AnswerReceived,
    /// The new tokens are about to be committed.
    BeforeCommit,
    /// The new tokens are in the database.
    AfterCommit,
    /// Those who wait are about to be told.
    BeforeTelling,
    /// No service starts on the database that is left any more.
    SourceClosed,
    /// Nor on the one that is moved to.
    TargetClosed,
    /// Every row is there.
    RowsCopied,
    /// Services may start on the new database.
    TargetOpened,
    /// The move is about to be forgotten.
    BeforeUndo,
    /// It is forgotten.
    AfterUndo,
    /// Tokens were made for an agent's code, and nobody was told of them.
    AgentTokensMade,
    /// An agent's refresh token was replaced, and nobody was told of the new one.
    AgentTokenReplaced,
}

impl KillPoint {
    /// Comes by here: nothing happens but in tests.
    #[cfg(not(debug_assertions))]
    pub(crate) const fn pass(self) {}

    /// Comes by here, and dies where `INTEGRATION_TEST_KILL_AT` says so, such as `before-commit:3`: the
    /// third time. No destructor runs, as with SIGKILL; the system closes what is open.
    #[cfg(debug_assertions)]
    pub(crate) fn pass(self) {
        if ordered::is_the_last(self.name()) {
            std::process::abort();
        }
    }

    #[cfg(debug_assertions)]
    const fn name(self) -> &'static str {
        match self {
            Self::BeforeLease => "before-lease",
            Self::LeaseCommitted => "lease-committed",
            Self::AnswerReceived => "answer-received",
            Self::BeforeCommit => "before-commit",
            Self::AfterCommit => "after-commit",
            Self::BeforeTelling => "before-telling",
            Self::SourceClosed => "source-closed",
            Self::TargetClosed => "target-closed",
            Self::RowsCopied => "rows-copied",
            Self::TargetOpened => "target-opened",
            Self::BeforeUndo => "before-undo",
            Self::AfterUndo => "after-undo",
            Self::AgentTokensMade => "agent-tokens-made",
            Self::AgentTokenReplaced => "agent-token-replaced",
        }
    }
}

/// What a test ordered.
#[cfg(debug_assertions)]
mod ordered {
    use std::sync::LazyLock;
    use std::sync::atomic::{AtomicU32, Ordering};

    /// The place, and how often it is still passed alive.
    static ORDER: LazyLock<Option<(String, AtomicU32)>> = LazyLock::new(read);

    #[expect(
        clippy::disallowed_methods,
        reason = "no setting of the service: tests alone know it"
    )]
    fn read() -> Option<(String, AtomicU32)> {
        let order = std::env::var("INTEGRATION_TEST_KILL_AT").ok()?;
        let (place, times) = order.split_once(':')?;
        Some((place.to_owned(), AtomicU32::new(times.parse().ok()?)))
    }

    pub(super) fn is_the_last(place: &str) -> bool {
        ORDER.as_ref().is_some_and(|(ordered, times)| {
            ordered == place && times.fetch_sub(1, Ordering::SeqCst) == 1
        })
    }
}
