//! Persistence: all SQL, one file per table; the vault seals and opens here.

pub mod agent_clients;
pub mod agent_codes;
pub mod agents;
pub(crate) mod api_keys;
pub(crate) mod backup;
mod bookkeeping;
pub(crate) mod connections;
pub(crate) mod copying;
mod counts;
mod database_file;
pub mod error;
pub mod flows;
pub mod grant_events;
mod grant_rows;
pub mod grants;
pub(crate) mod health;
pub mod idempotency_keys;
pub mod logins;
mod migrations;
pub(crate) mod moves;
mod numbered_lock;
pub(crate) mod people;
mod pool;
pub(crate) mod postgres;
pub(crate) mod private_files;
mod process_lock;
pub mod processes;
pub mod prune;
mod readers;
pub(crate) mod recent;
pub mod refreshes;
pub mod registry;
pub mod rotation;
mod row;
pub mod sealed_columns;
mod session_lock;
pub mod sessions;
mod silence;
pub(crate) mod sqlite_file;
mod statement;
pub mod stored;
pub mod sync_leases;
pub mod sync_runs;
pub(crate) mod synced;
pub mod user_rows;
pub mod vault;
pub(crate) mod vault_key_file;

use std::sync::Arc;
use std::time::Duration;

use crate::model::clock::SharedClock;
use crate::model::database_url::DatabaseUrl;
use crate::work::meter::Meter;
use database_file::DatabaseFile;
use error::StoreError;
use numbered_lock::NumberedLock;
use pool::Pool;
use process_lock::ProcessLock;
use processes::{Process, new_number};
use recent::Recently;
use session_lock::SessionLock;
use vault::Vault;

/// How long a process tries to take leave of a database that does not answer.
const FAREWELL: Duration = Duration::from_secs(2);

/// The store: every table of one database, with the vault that seals its secrets.
#[derive(Debug, Clone)]
pub struct Store {
    pool: Pool,
    vault: Arc<Vault>,
    clock: SharedClock,
    meter: Meter,
    /// What was read a moment ago.
    recently: Arc<Recently>,
    /// This process, as its leases name it.
    process: Arc<Process>,
    /// Held for as long as the store is open.
    process_lock: Option<Arc<ProcessLock>>,
    /// The file that was opened, for SQLite.
    file: Option<DatabaseFile>,
    /// Whether it was opened for a copy, also where no service may start.
    is_moving: bool,
}

impl Store {
    /// Opens the database, brings its schema up to date and proves that the vault's key is the one
    /// its secrets were sealed with.
    ///
    /// # Errors
    /// When the database cannot be opened or migrated, was migrated by a program too new for this
    /// one, or holds secrets that the vault cannot open.
    pub async fn open(
        database: &DatabaseUrl,
        vault: Vault,
        clock: SharedClock,
    ) -> Result<Self, StoreError> {
        let lock = match database {
            DatabaseUrl::Sqlite(path) => {
                Some(ProcessLock::take(path).await.map_err(sqlx::Error::Io)?)
            }
            DatabaseUrl::Postgres(_) => None,
        };
        let is_alone = lock.as_ref().is_some_and(|lock| lock.is_alone);
        let mut store = Self::prepare(database, vault, clock, is_alone).await?;
        store.join(is_alone).await?;
        if is_alone {
            store.end_what_was_under_way().await?;
        }
        if let Some(lock) = lock {
            let lock = lock.share().await.map_err(sqlx::Error::Io)?;
            store.process_lock = Some(Arc::new(lock));
        }
        Ok(store)
    }

    /// Opens the database for a copy to or from another one, also where no service may start; on SQLite
    /// for this process alone.
    ///
    /// # Errors
    /// As [`Store::open`], and when a process has the SQLite file open.
    pub(crate) async fn open_to_move(
        database: &DatabaseUrl,
        vault: Vault,
        clock: SharedClock,
    ) -> Result<Self, StoreError> {
        let lock = match database {
            DatabaseUrl::Sqlite(path) => {
                let lock = ProcessLock::try_alone(path).map_err(sqlx::Error::Io)?;
                Some(lock.ok_or(StoreError::InUse)?)
            }
            DatabaseUrl::Postgres(_) => None,
        };
        let is_alone = lock.is_some();
        let store = Self {
            is_moving: true,
            process_lock: lock.map(Arc::new),
            ..Self::prepare(database, vault, clock, is_alone).await?
        };
        store.join(is_alone).await?;
        Ok(store)
    }

    /// Opens the database and brings its schema up to date.
    async fn prepare(
        database: &DatabaseUrl,
        vault: Vault,
        clock: SharedClock,
        is_alone: bool,
    ) -> Result<Self, StoreError> {
        if let DatabaseUrl::Sqlite(path) = database {
            database_file::refuse_damaged(path, is_alone).await?;
        }
        let pool = Pool::open(database).await?;
        let process = Box::pin(this_process(database, is_alone)).await?;
        let store = Self {
            file: DatabaseFile::of(database),
            pool,
            vault: Arc::new(vault),
            clock,
            meter: Meter::default(),
            recently: Arc::default(),
            process: Arc::new(process),
            process_lock: None,
            is_moving: false,
        };
        store.refuse_newer_schema().await?;
        store.pool.migrate().await?;
        Ok(store)
    }

    /// The same store, telling `meter` how its statements go.
    #[must_use]
    pub(crate) fn measured(self, meter: Meter) -> Self {
        Self { meter, ..self }
    }

    /// The clock its times are taken from.
    pub(crate) fn clock(&self) -> &SharedClock {
        &self.clock
    }

    /// The vault, for signing keys derived from it.
    pub(crate) fn vault(&self) -> &Vault {
        &self.vault
    }

    /// Closes every connection, after the statements under way.
    pub async fn close(&self) {
        // A process that does not say goodbye is found dead by its lock.
        let _ = tokio::time::timeout(FAREWELL, self.leave()).await;
        self.process.let_go();
        self.pool.close().await;
    }
}

/// Shows this process to the others on the database.
async fn this_process(database: &DatabaseUrl, is_alone: bool) -> Result<Process, StoreError> {
    let number = new_number()?;
    Ok(match database {
        DatabaseUrl::Sqlite(path) => {
            if is_alone {
                NumberedLock::sweep(path);
            }
            Process::with_file(number, NumberedLock::take(path, number))
        }
        DatabaseUrl::Postgres(address) => {
            let options = postgres::options(address.expose())?;
            Process::with_session(number, SessionLock::take(options, number).await)
        }
    })
}
