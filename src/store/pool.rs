//! One set of SQL statements for two databases: the pools and the macros that choose between them.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::postgres::{PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};

use super::error::StoreError;
use super::migrations;
use super::postgres;
use super::private_files::{keep_database_private, private_file};
use super::readers::Readers;
use super::silence::Silence;
use crate::model::database_url::DatabaseUrl;

/// How long a statement waits for a connection. Shorter than any request may take, so that a caller
/// hears that the database is busy rather than nothing.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// Connections to PostgreSQL. A server takes 100 by default
/// (<https://www.postgresql.org/docs/current/runtime-config-connection.html>): room for a few replicas.
const POSTGRES_CONNECTIONS: u32 = 16;
/// How long SQLite waits for the lock of another process, such as `keys create` beside the service.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Rows that SQLite reads ahead of us.
const ROW_BUFFER: usize = 256;
/// Connections that read from SQLite.
const SQLITE_READERS: u32 = 4;

/// The open database. SQLite has one writer and several read-only connections: it allows one writer
/// at a time (<https://sqlite.org/wal.html> §2.2), and our queue is served in order, while a connection
/// that waits for SQLite's lock only asks again and again until its timeout.
#[derive(Debug, Clone)]
pub(super) enum Pool {
    Sqlite {
        writer: SqlitePool,
        readers: Arc<Readers>,
    },
    Postgres(PgPool, Arc<Silence>),
}

/// Runs a statement that only reads.
macro_rules! on_reader {
    ($store:expr, |$db:ident| $body:expr) => {{
        let statement = $crate::store::statement::Statement::begin(&$store.meter, "read");
        let result: Result<_, $crate::store::error::StoreError> = match &$store.pool {
            $crate::store::pool::Pool::Sqlite { readers, .. } => match readers.lend().await {
                Ok(mut reader) => {
                    let $db = &mut *reader;
                    let result = async { Ok($body) }.await;
                    if result.is_ok() {
                        reader.give_back();
                    }
                    result
                }
                Err(error) => Err(error.into()),
            },
            $crate::store::pool::Pool::Postgres($db, silence) => {
                statement.answered(silence, async { Ok($body) }).await
            }
        };
        statement.checked(result)?
    }};
}

/// Runs a statement that writes. What it returns is read to the end, with `fetch_all`: on SQLite a
/// statement outside a transaction commits when it is stepped past its last row. `fetch_one` and
/// `fetch_optional` stop before that, and sqlx then resets the statement and ignores the error of the
/// reset, which is the error of the commit (a full or read-only disk). A test bans them here.
macro_rules! on_writer {
    ($store:expr, |$db:ident| $body:expr) => {{
        let statement = $crate::store::statement::Statement::writing(
            &$store.meter,
            "write",
            &$store.recently.writes,
        );
        let result: Result<_, $crate::store::error::StoreError> = match &$store.pool {
            $crate::store::pool::Pool::Sqlite { writer: $db, .. } => async { Ok($body) }.await,
            $crate::store::pool::Pool::Postgres($db, silence) => {
                statement.answered(silence, async { Ok($body) }).await
            }
        };
        statement.checked(result)?
    }};
}

/// Runs several statements as one transaction, as the last thing that its function does. The body is a
/// block that gives a `Result`; leaving it early, with `return` or `?`, rolls back and is what the function
/// gives.
///
/// On SQLite it takes the write lock at once: a transaction that reads first and finds, when it comes to
/// write, that another process has written since fails with `SQLITE_BUSY_SNAPSHOT`, however long the
/// busy timeout (<https://sqlite.org/isolation.html>).
macro_rules! in_transaction {
    ($store:expr, |$tx:ident| $body:expr) => {{
        let transaction = $crate::store::statement::Statement::writing(
            &$store.meter,
            "transaction",
            &$store.recently.writes,
        );
        match &$store.pool {
            $crate::store::pool::Pool::Sqlite { writer, .. } => {
                let begun = writer.begin_with("BEGIN IMMEDIATE").await;
                let mut $tx = transaction.checked(begun.map_err(Into::into))?;
                let value: Result<_, $crate::store::error::StoreError> = $body;
                transaction.checked($tx.commit().await.map_err(Into::into))?;
                value
            }
            $crate::store::pool::Pool::Postgres(pool, silence) => {
                let work = async {
                    let mut $tx = pool.begin().await?;
                    let value: Result<_, $crate::store::error::StoreError> = $body;
                    $tx.commit().await?;
                    value
                };
                transaction.checked(transaction.answered(silence, work).await)
            }
        }
    }};
}

pub(super) use {in_transaction, on_reader, on_writer};

impl Pool {
    pub(super) async fn open(database: &DatabaseUrl) -> Result<Self, StoreError> {
        match database {
            DatabaseUrl::Sqlite(path) => open_sqlite(path).await,
            DatabaseUrl::Postgres(address) => {
                let options = postgres::options(address.expose())?;
                // A pool that gets no connection says only that it timed out.
                postgres::reach(&options).await?;
                let silence = Arc::new(Silence::default());
                let before = silence.clone();
                let pool = PgPoolOptions::new()
                    .max_connections(POSTGRES_CONNECTIONS)
                    .acquire_timeout(ACQUIRE_TIMEOUT)
                    // Its own test waits for an answer without an end.
                    .test_before_acquire(false)
                    .before_acquire(move |connection, state| {
                        let silence = before.clone();
                        Box::pin(
                            async move { silence.before_use(connection, state.idle_for).await },
                        )
                    })
                    .after_release(|connection, _| Box::pin(Silence::after_use(connection)))
                    .connect_with(options)
                    .await?;
                Ok(Self::Postgres(pool, silence))
            }
        }
    }

    pub(super) async fn migrate(&self) -> Result<(), StoreError> {
        let migrator = migrations::migrator();
        match self {
            Self::Sqlite { writer, .. } => migrator.run(writer).await?,
            Self::Postgres(pool, _) => migrator.run(pool).await?,
        }
        Ok(())
    }

    pub(super) async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool, _) => pool.close().await,
        }
    }
}

/// The connections of one pool, at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PoolState {
    /// Which pool: `writer`, `readers`, or `shared` where one serves both.
    pub name: &'static str,
    /// Connections waiting for work.
    pub idle: u32,
    /// Connections at work.
    pub busy: u32,
    /// Most connections it may open.
    pub limit: u32,
}

impl PoolState {
    fn of<D: sqlx::Database>(name: &'static str, pool: &sqlx::Pool<D>) -> Self {
        let idle = u32::try_from(pool.num_idle()).unwrap_or(u32::MAX);
        Self {
            name,
            idle,
            busy: pool.size().saturating_sub(idle),
            limit: pool.options().get_max_connections(),
        }
    }
}

impl Pool {
    /// The connections of each pool.
    pub(super) fn states(&self) -> Vec<PoolState> {
        match self {
            Self::Sqlite { writer, readers } => vec![
                PoolState::of("writer", writer),
                PoolState {
                    name: "readers",
                    idle: readers.idle_now(),
                    busy: readers.lent().0,
                    limit: readers.lent().1,
                },
            ],
            Self::Postgres(pool, _) => vec![PoolState::of("shared", pool)],
        }
    }
}

/// How many migrations this program knows.
pub(super) fn known_migrations() -> i64 {
    i64::try_from(migrations::COUNT).unwrap_or(i64::MAX)
}

async fn open_sqlite(path: &Path) -> Result<Pool, StoreError> {
    match private_file(path) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            keep_database_private(path);
        }
        Err(error) => return Err(sqlx::Error::Io(error).into()),
        Ok(_) => {}
    }
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        // With NORMAL, WAL loses commits at a power failure (https://sqlite.org/pragma.html#pragma_synchronous):
        // a rotated refresh token that is lost ends the login.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        // More than the longest page of a list and one: sqlx hands rows over through a channel, and stops
        // to wait for its reader where the channel is full.
        .row_buffer_size(ROW_BUFFER)
        .disable_statement_logging();
    // Only an empty file can be told so; the upkeep then gives its free pages back.
    let is_empty = std::fs::metadata(path).is_ok_and(|file| file.len() == 0);
    let writing = if is_empty {
        options.clone().auto_vacuum(SqliteAutoVacuum::Incremental)
    } else {
        options.clone()
    };
    let writer = SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        // A local file does not hang up: a question before every statement would only cost.
        .test_before_acquire(false)
        .connect_with(writing)
        .await?;
    let readers = Readers::new(options, SQLITE_READERS, ACQUIRE_TIMEOUT);
    Ok(Pool::Sqlite {
        writer,
        readers: Arc::new(readers),
    })
}

#[cfg(test)]
mod tests {
    /// SQLite reads the value of a bare bound `LIMIT` while it plans (`sqlite3ExprIsInteger`), so it plans such a statement
    /// anew whenever it is bound again. What is added to the value makes it an expression, which it does not look into.
    #[test]
    fn no_statement_binds_a_bare_limit() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/store");
        let mut checked = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            for after in text.split("LIMIT $").skip(1) {
                let rest = after.trim_start_matches(|letter: char| letter.is_ascii_digit());
                if rest.len() < after.len() {
                    checked += 1;
                    assert!(
                        rest.starts_with(" + 0"),
                        "{}: LIMIT ${after:.20}",
                        path.display()
                    );
                }
            }
        }
        assert!(checked > 10, "only {checked} limits were found");
    }
}
