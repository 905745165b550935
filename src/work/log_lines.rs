//! Where log lines go, and how many of them were lost: what the log itself cannot say.

use std::io::{self, Write};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use tracing_appender::non_blocking::{ErrorCounter, NonBlocking, NonBlockingBuilder, WorkerGuard};

/// Lines that may wait for a reader that is slow; what comes on top is dropped.
const WAITING_LINES: usize = 8_192;

/// Lines that the system did not take.
static REFUSED: AtomicU64 = AtomicU64::new(0);
/// Lines that found no place in the queue.
static DROPPED: OnceLock<ErrorCounter> = OnceLock::new();

/// A writer to standard error that never fails and never waits: a log pipe whose reader has ended or
/// stands still, or a full disk, must end or hold up no request. The lines are written by a thread of
/// its own, until the guard is dropped.
pub(crate) fn writer() -> (NonBlocking, WorkerGuard) {
    let (writer, guard) = NonBlockingBuilder::default()
        .lossy(true)
        .buffered_lines_limit(WAITING_LINES)
        .thread_name("log")
        .finish(Forgiving(io::stderr()));
    // Of a second start (as in tests) nothing is counted.
    let _ = DROPPED.set(writer.error_counter());
    (writer, guard)
}

/// How many lines were lost since the process started.
pub(crate) fn lost() -> u64 {
    let dropped = DROPPED.get().map_or(0, ErrorCounter::dropped_lines);
    let dropped = u64::try_from(dropped).unwrap_or(u64::MAX);
    REFUSED.load(Ordering::Relaxed).saturating_add(dropped)
}

/// Takes every line, whatever becomes of it: after an error the worker would count nothing.
struct Forgiving<W>(W);

impl<W: Write> Write for Forgiving<W> {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.0.write_all(line).is_err() {
            REFUSED.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        // What cannot be flushed was counted when it was written.
        let _ = self.0.flush();
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Full;

    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::Error::from(io::ErrorKind::StorageFull))
        }

        fn flush(&mut self) -> io::Result<()> {
            Err(io::Error::from(io::ErrorKind::BrokenPipe))
        }
    }

    #[test]
    fn a_line_that_cannot_be_written_is_counted_and_harms_nobody() {
        let before = lost();
        let mut writer = Forgiving(Full);
        writer.write_all(b"a line\n").unwrap();
        writer.flush().unwrap();
        assert_eq!(lost(), before + 1);
    }
}
