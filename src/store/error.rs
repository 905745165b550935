//! What can go wrong in the store.

use std::path::PathBuf;

use super::vault::VaultError;
use crate::model::secret::NoRandomness;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database did not do it: it is gone, full, locked or read-only.
    #[error("the database is not available: {0}")]
    Unavailable(#[source] sqlx::Error),
    /// The PostgreSQL server is not there, or lets nobody in.
    #[error("PostgreSQL at {address} cannot be used: {problem}")]
    Server {
        /// Its host and port; never a password.
        address: String,
        /// What it or the system says.
        problem: String,
    },
    /// The schema could not be brought up to date.
    #[error("the database could not be migrated: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A newer program has changed the schema in a way this one does not understand.
    #[error(
        "the database was migrated by a newer version of this program; start that version or restore a backup from before it"
    )]
    SchemaTooNew,
    /// The migrations in the database are not ours.
    #[error(
        "the database is another program's, which keeps its own list of migrations in it; name another database in INTEGRATION_DB_URL"
    )]
    AnotherPrograms,
    /// Another process has the database open, which is wanted for one alone.
    #[error("a process has it open; stop the service first")]
    InUse,
    /// The database was moved to another one, or is not complete: no service may start on it.
    #[error("{0}")]
    Moved(String),
    /// A row holds what no version of this program writes.
    #[error("the database holds a row that cannot be read: {0}")]
    Corrupt(&'static str),
    /// The database's file is damaged.
    #[error(
        "the database {} is damaged ({finding}): restore a backup with: integration-backend restore FILE", path.display()
    )]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the check found.
        finding: String,
    },
    /// The vault could not seal or open.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// Somebody else changed the row again and again.
    #[error("the row changed while it was being written")]
    Contended,
}

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::ColumnDecode { .. }
            | sqlx::Error::Decode(_)
            | sqlx::Error::ColumnNotFound(_) => Self::Corrupt("a column has an unexpected type"),
            other => Self::Unavailable(other),
        }
    }
}

impl From<NoRandomness> for StoreError {
    fn from(_: NoRandomness) -> Self {
        Self::Vault(VaultError::NoRandomness)
    }
}
