//! The file of a SQLite database: whether it is still the one that was opened, and whether it is sound.

use std::fs;
use std::path::{Path, PathBuf};

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::Store;
use super::error::StoreError;
use super::process_lock::file_beside;
use crate::model::database_url::DatabaseUrl;

/// Which file was opened: SQLite goes on writing into it when somebody has deleted or replaced it, and
/// all of that is lost with the last process that holds it (<https://sqlite.org/howtocorrupt.html> §2.4).
#[derive(Debug, Clone)]
pub(super) struct DatabaseFile {
    path: PathBuf,
    identity: Identity,
}

/// The device and the inode; none where the system tells none.
type Identity = Option<(u64, u64)>;

impl DatabaseFile {
    /// The file behind an open database; none for a database server.
    pub(super) fn of(database: &DatabaseUrl) -> Option<Self> {
        match database {
            DatabaseUrl::Sqlite(path) => Some(Self {
                path: path.clone(),
                identity: identity(path),
            }),
            DatabaseUrl::Postgres(_) => None,
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

impl Store {
    /// Whether the database's path still leads to the file that was opened.
    pub(crate) async fn has_its_file(&self) -> bool {
        let Some(file) = self.file.clone() else {
            return true;
        };
        let is_same = move || identity(&file.path) == file.identity;
        tokio::task::spawn_blocking(is_same).await.unwrap_or(false)
    }
}

#[cfg(unix)]
fn identity(path: &Path) -> Identity {
    use std::os::unix::fs::MetadataExt;
    let file = fs::metadata(path).ok()?;
    Some((file.dev(), file.ino()))
}

#[cfg(not(unix))]
fn identity(_: &Path) -> Identity {
    None
}

/// Looks a database over that its last process did not close, before anything is written to it: a copy
/// that was laid over a journal of another state is a damaged file that SQLite opens without a word.
///
/// # Errors
/// When it is damaged, or cannot be read.
pub(super) async fn refuse_damaged(path: &Path, is_alone: bool) -> Result<(), StoreError> {
    let journal = fs::metadata(journal(path));
    let was_closed = journal.map_or(true, |journal| journal.len() == 0);
    if !is_alone || was_closed || !path.exists() {
        return Ok(());
    }
    tracing::info!("the database was not closed the last time; looking it over");
    match findings(path).await? {
        None => Ok(()),
        Some(finding) => Err(StoreError::Damaged {
            path: path.to_owned(),
            finding,
        }),
    }
}

/// The write-ahead log beside a database (<https://sqlite.org/wal.html> §4).
pub(super) fn journal(database: &Path) -> PathBuf {
    file_beside(database, "-wal")
}

/// What `quick_check` finds wrong in a database (<https://sqlite.org/pragma.html#pragma_quick_check>).
///
/// # Errors
/// When it cannot be opened.
pub(super) async fn findings(path: &Path) -> Result<Option<String>, StoreError> {
    // Read-only, because closing would write the journal into the database.
    let options = SqliteConnectOptions::new().filename(path).read_only(true);
    let mut connection = options.disable_statement_logging().connect().await?;
    let found = sqlx::query_scalar::<_, String>("PRAGMA quick_check(1)")
        .fetch_all(&mut connection)
        .await;
    connection.close().await?;
    match found {
        Ok(lines) => Ok(lines.into_iter().find(|line| line != "ok")),
        // "malformed", "not a database": a finding, too.
        Err(sqlx::Error::Database(error)) => Ok(Some(error.message().to_owned())),
        Err(error) => Err(error.into()),
    }
}
