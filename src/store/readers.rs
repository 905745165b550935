//! Read-only connections to SQLite, lent one at a time.
//!
//! sqlx's own pool asks a connection for a sign of life whenever it comes back, by a message to the connection's
//! thread: as much work as a short statement, and a local file cannot hang up.

use std::ops::{Deref, DerefMut};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use sqlx::ConnectOptions;
use sqlx::Connection;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use tokio::sync::{Semaphore, SemaphorePermit};

/// The connections of one file. They are opened when they are needed first, and then kept.
#[derive(Debug)]
pub(super) struct Readers {
    options: SqliteConnectOptions,
    most: u32,
    /// How long a statement waits for a connection.
    patience: Duration,
    seats: Semaphore,
    idle: Mutex<Vec<SqliteConnection>>,
}

impl Readers {
    /// At most `most` connections with these options.
    pub(super) fn new(options: SqliteConnectOptions, most: u32, patience: Duration) -> Self {
        Self {
            options: options.read_only(true),
            most,
            patience,
            seats: Semaphore::new(usize::try_from(most).unwrap_or(1)),
            idle: Mutex::default(),
        }
    }

    /// Lends a connection.
    ///
    /// # Errors
    /// `PoolTimedOut` when none becomes free in time, `PoolClosed` once it is closed, and what opening says.
    pub(super) async fn lend(&self) -> Result<Reader<'_>, sqlx::Error> {
        let seat = tokio::time::timeout(self.patience, self.seats.acquire());
        let seat = seat.await.map_err(|_| sqlx::Error::PoolTimedOut)?;
        let seat = seat.map_err(|_| sqlx::Error::PoolClosed)?;
        let idle = self.idle().pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.options.connect().await?,
        };
        Ok(Reader {
            connection,
            readers: self,
            _seat: seat,
        })
    }

    /// How many are lent, and how many may be.
    pub(super) fn lent(&self) -> (u32, u32) {
        let free = u32::try_from(self.seats.available_permits()).unwrap_or(self.most);
        (self.most.saturating_sub(free), self.most)
    }

    /// How many are open and not lent.
    pub(super) fn idle_now(&self) -> u32 {
        u32::try_from(self.idle().len()).unwrap_or(u32::MAX)
    }

    /// Closes what is not lent, and lends no more; what is lent closes when it comes back.
    pub(super) async fn close(&self) {
        self.seats.close();
        let idle = std::mem::take(&mut *self.idle());
        for connection in idle {
            if let Err(error) = connection.close().await {
                tracing::debug!(%error, "a connection to SQLite was not closed in order");
            }
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<SqliteConnection>> {
        // Each change is one step, so a panic elsewhere leaves the list whole.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection that is lent. Only one that is given back is lent again: one whose statement failed, or whose
/// reader went away in the middle, is closed.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    connection: SqliteConnection,
    readers: &'a Readers,
    _seat: SemaphorePermit<'a>,
}

impl Reader<'_> {
    /// Gives the connection back after a statement that was read to its end.
    pub(super) fn give_back(self) {
        if !self.readers.seats.is_closed() {
            self.readers.idle().push(self.connection);
        }
    }
}

impl Deref for Reader<'_> {
    type Target = SqliteConnection;

    fn deref(&self) -> &SqliteConnection {
        &self.connection
    }
}

impl DerefMut for Reader<'_> {
    fn deref_mut(&mut self) -> &mut SqliteConnection {
        &mut self.connection
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn readers(most: u32) -> Readers {
        let options = SqliteConnectOptions::new().in_memory(true);
        Readers::new(options, most, Duration::from_millis(50))
    }

    async fn one(reader: &mut SqliteConnection) -> i64 {
        let one = sqlx::query_scalar("SELECT 1");
        one.fetch_one(reader).await.unwrap()
    }

    #[tokio::test]
    async fn what_is_given_back_is_lent_again_and_what_is_dropped_is_not() {
        let readers = readers(2);
        let mut first = readers.lend().await.unwrap();
        assert_eq!(one(&mut first).await, 1);
        assert_eq!(readers.lent(), (1, 2));
        first.give_back();
        assert_eq!((readers.lent(), readers.idle_now()), ((0, 2), 1));
        drop(readers.lend().await.unwrap());
        assert_eq!((readers.lent(), readers.idle_now()), ((0, 2), 0));
        assert_eq!(one(&mut readers.lend().await.unwrap()).await, 1);
    }

    #[tokio::test]
    async fn no_more_are_lent_than_there_may_be() {
        let readers = readers(1);
        let held = readers.lend().await.unwrap();
        let refused = readers.lend().await.unwrap_err();
        assert!(matches!(refused, sqlx::Error::PoolTimedOut), "{refused}");
        held.give_back();
        readers.lend().await.unwrap().give_back();
    }

    #[tokio::test]
    async fn after_the_end_none_is_lent_and_none_is_kept() {
        let readers = readers(2);
        let held = readers.lend().await.unwrap();
        readers.lend().await.unwrap().give_back();
        readers.close().await;
        assert_eq!(readers.idle_now(), 0);
        held.give_back();
        assert_eq!(readers.idle_now(), 0);
        let refused = readers.lend().await.unwrap_err();
        assert!(matches!(refused, sqlx::Error::PoolClosed), "{refused}");
    }

    #[tokio::test]
    async fn they_write_nothing() {
        let readers = readers(1);
        let mut reader = readers.lend().await.unwrap();
        let refused = sqlx::query("CREATE TABLE t (a TEXT)").execute(&mut *reader);
        assert!(refused.await.unwrap_err().to_string().contains("readonly"));
    }
}
