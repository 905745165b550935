//! A database server that falls silent: noticed soon, and forgotten with every connection on which it did.
//!
//! Where packets are lost, TCP sends again after longer and longer pauses, half a minute apart before long;
//! a connection from before the silence may keep them when everything works again, while a new one works
//! at once.

use std::io;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sqlx::Connection;
use sqlx::postgres::PgConnection;
use tokio::time::{Instant, timeout};

/// How long the server may take to say that it is there.
const PING: Duration = Duration::from_secs(2);

/// When the server was last found silent.
#[derive(Debug, Default)]
pub(super) struct Silence(Mutex<Option<Instant>>);

impl Silence {
    /// The server has not answered on a connection.
    pub(super) fn noticed(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn noticed_ago(&self) -> Option<Duration> {
        let noticed = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noticed.map(|at| at.elapsed())
    }

    /// Whether a connection that was idle for so long can be used. An error: it is thrown away, without
    /// a word to the server.
    pub(super) async fn before_use(
        &self,
        connection: &mut PgConnection,
        idle_for: Duration,
    ) -> Result<bool, sqlx::Error> {
        // Nothing was heard on it since.
        if self.noticed_ago().is_some_and(|ago| idle_for > ago) {
            return Err(silent());
        }
        self.ping(connection).await
    }

    /// Whether a connection that comes back from its work can be kept. The pool asks it by itself, but
    /// without an end, and keeps its place meanwhile: whoever gave up waiting for a lost answer would take
    /// one place after the other from everybody. A slow answer is no silence.
    pub(super) async fn after_use(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
        let answered = timeout(PING, connection.ping()).await;
        answered.map_err(|_| silent())?.map(|()| true)
    }

    async fn ping(&self, connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
        let Ok(answered) = timeout(PING, connection.ping()).await else {
            self.noticed();
            return Err(silent());
        };
        answered.map(|()| true)
    }
}

/// What a statement fails with that the server did not answer.
pub(super) fn silent() -> sqlx::Error {
    sqlx::Error::Io(io::Error::new(
        io::ErrorKind::TimedOut,
        "the database server does not answer",
    ))
}
