//! A sync: one walk through a connection's whole list, and how far it has come.

use super::ids::CloudId;
use super::product::Product;
use super::stored::{PageEntry, ProjectEntry};
use super::time::Timestamp;

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SyncState {
    /// It works, waits for its turn, or pauses.
    Running,
    /// It has seen the whole list.
    Succeeded,
    /// It has ended early.
    Failed,
}

impl SyncState {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Running, Self::Succeeded, Self::Failed];

    /// The word in rows and bodies.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Succeeded => "succeeded",
            Self::Failed => "failed",
        }
    }
}

/// A run: what it is for, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncRun {
    /// The run's id.
    pub id: String,
    /// Which list is walked through.
    pub product: Product,
    /// The connection it was started for…
    pub connection_id: String,
    /// …with the login it had then…
    pub grant_id: String,
    /// …and the site.
    pub cloud_id: CloudId,
    /// The user the rows are stored for.
    pub user_id: String,
    /// How it stands.
    pub state: SyncState,
    /// Where the next page begins; none at the start and at the end.
    pub walked_to: Option<String>,
    /// Whether the whole list has been seen.
    pub is_walked: bool,
    /// Entries seen.
    pub fetched: i64,
    /// Those of them that could not be read, or are too long to be stored.
    pub unread: i64,
    /// Rows made or changed.
    pub upserted: i64,
    /// Rows removed.
    pub removed: i64,
    /// Entries there are, as soon as that is known.
    pub total: Option<i64>,
    /// Why it ended early, or what it rests for: one plain sentence.
    pub error: Option<String>,
    /// When it was started.
    pub started_at: Timestamp,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// When a run for this owner and product last succeeded.
    pub synced_at: Option<Timestamp>,
    /// From when on somebody may take it.
    pub available_at: Timestamp,
    /// Whether a process is at work on it.
    pub is_held: bool,
    /// Grows each time a process takes it; an earlier holder can write no more.
    pub fence: i64,
}

impl SyncRun {
    /// Until when the run rests because Atlassian asked for it; none when it does not.
    pub(crate) fn paused_until(&self, now: Timestamp) -> Option<Timestamp> {
        let rests = self.state == SyncState::Running && !self.is_held && self.available_at > now;
        rests.then_some(self.available_at)
    }

    /// Why the run has failed; none when it has not.
    pub(crate) fn failure(&self) -> Option<&str> {
        self.error
            .as_deref()
            .filter(|_| self.state == SyncState::Failed)
    }

    /// What the run rests for; none when it does not.
    pub(crate) fn waits_for(&self, now: Timestamp) -> Option<&str> {
        self.error
            .as_deref()
            .filter(|_| self.paused_until(now).is_some())
    }
}

/// Entries of a list, to be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entries {
    /// Jira's projects.
    Projects(Vec<ProjectEntry>),
    /// Confluence's pages.
    Pages(Vec<PageEntry>),
}

/// One page of a whole list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListPage {
    /// What is to be stored of it.
    pub entries: Entries,
    /// How many entries came, those included that cannot be stored.
    pub count: i64,
    /// Where the next page begins; none on the last page.
    pub next: Option<String>,
    /// How many entries the whole list has, if that is told.
    pub total: Option<i64>,
}

impl ListPage {
    /// How many of its entries cannot be stored.
    pub(crate) fn unread(&self) -> i64 {
        let read = match &self.entries {
            Entries::Projects(projects) => projects.len(),
            Entries::Pages(pages) => pages.len(),
        };
        self.count - i64::try_from(read).unwrap_or(self.count)
    }
}

/// A run changed, or a new one began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncChange {
    /// Whose it is.
    pub scope: super::scope::Scope,
    /// Which list it walks through.
    pub product: Product,
}
