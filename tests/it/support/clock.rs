//! The clock of the tests: it stands still until it is moved, and the database server's goes with it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use integration_backend::model::clock::{Clock, SystemClock};
use integration_backend::model::time::Timestamp;

use super::database::TestDatabase;

/// A clock for a process and for the database server behind it.
#[derive(Debug)]
pub struct TestClock {
    start: Timestamp,
    /// How far the process's clock has been moved, in milliseconds.
    moved: AtomicI64,
    /// Where the server reads its time from; none where the database has no clock of its own.
    server: Option<PathBuf>,
}

impl TestClock {
    /// The present, for `database` too.
    pub async fn of(database: &TestDatabase) -> Self {
        let clock = Self {
            start: SystemClock.now(),
            moved: AtomicI64::new(0),
            server: database.read_time_from_file().await,
        };
        clock.show_server();
        clock
    }

    /// Moves both clocks forward.
    pub fn advance(&self, by: Duration) {
        self.advance_alone(by);
        self.show_server();
    }

    /// Moves both clocks back, as somebody does who sets a wrong clock right.
    pub fn set_back(&self, by: Duration) {
        self.set_back_alone(by);
        self.show_server();
    }

    /// Moves the process's clock forward, and leaves the server's where it is.
    pub fn advance_alone(&self, by: Duration) {
        self.moved.fetch_add(millis(by), Ordering::SeqCst);
    }

    /// Moves the process's clock back, and leaves the server's where it is.
    pub fn set_back_alone(&self, by: Duration) {
        self.moved.fetch_sub(millis(by), Ordering::SeqCst);
    }

    fn show_server(&self) {
        let Some(file) = &self.server else { return };
        // The server must not read half a number.
        let next = file.with_extension("next");
        std::fs::write(&next, self.now().millis().to_string()).unwrap();
        std::fs::rename(&next, file).unwrap();
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        let moved = self.moved.load(Ordering::SeqCst);
        let by = Duration::from_millis(moved.unsigned_abs());
        if moved < 0 {
            self.start.minus(by)
        } else {
            self.start.plus(by)
        }
    }
}

fn millis(by: Duration) -> i64 {
    i64::try_from(by.as_millis()).unwrap()
}
