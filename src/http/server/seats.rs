//! The seats of all connections together. When every one is taken, a probe for life is answered all the
//! same, a few others wait for a seat, and the rest are closed.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Connections beyond the seats, whose first words are looked at.
const SPARE: usize = 8;
/// How many of them may wait for a seat; the others stay free for probes.
const WAITING: usize = 4;
/// How long a client has for its first words where others wait.
const FIRST_WORDS: Duration = Duration::from_millis(200);
const PROBE: &[u8] = b"GET /healthz ";

/// All seats of a listener.
#[derive(Debug, Clone)]
pub(super) struct Seats {
    own: Arc<Semaphore>,
    spare: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

/// A place for the next connection; free again when dropped.
#[derive(Debug)]
pub(super) struct Place {
    /// To say what it wants, and not a seat.
    is_spare: bool,
    _permit: OwnedSemaphorePermit,
}

impl Place {
    fn new(is_spare: bool, permit: OwnedSemaphorePermit) -> Self {
        Self {
            is_spare,
            _permit: permit,
        }
    }

    /// Whether a connection here gets one answer only.
    pub(super) const fn is_spare(&self) -> bool {
        self.is_spare
    }
}

impl Seats {
    pub(super) fn new(seats: usize) -> Self {
        Self {
            own: Arc::new(Semaphore::new(seats)),
            spare: Arc::new(Semaphore::new(SPARE)),
            waiting: Arc::new(Semaphore::new(WAITING)),
        }
    }

    /// The place of the next connection: a seat if one is free.
    pub(super) async fn next(&self) -> Option<Place> {
        tokio::select! {
            biased;
            seat = self.own.clone().acquire_owned() => seat.ok().map(|seat| Place::new(false, seat)),
            spare = self.spare.clone().acquire_owned() => spare.ok().map(|spare| Place::new(true, spare)),
        }
    }

    /// Where a connection is served; none: nowhere, and it is closed.
    pub(super) async fn settle(&self, place: Place, stream: &TcpStream) -> Option<Place> {
        if !place.is_spare {
            return Some(place);
        }
        let probes = tokio::time::timeout(FIRST_WORDS, is_probe(stream)).await;
        if probes == Ok(true) {
            return Some(place);
        }
        let Ok(_turn) = self.waiting.clone().try_acquire_owned() else {
            tracing::debug!("all connections are taken; the newest is closed");
            return None;
        };
        let seat = self.own.clone().acquire_owned().await;
        seat.ok().map(|seat| Place::new(false, seat))
    }
}

/// Whether a client asks whether the process lives. Its words stay where they are.
async fn is_probe(stream: &TcpStream) -> bool {
    let mut words = [0_u8; PROBE.len()];
    loop {
        let count = stream.peek(&mut words).await.unwrap_or(0);
        if count == 0 || words[..count] != PROBE[..count] {
            return false;
        }
        if count == PROBE.len() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
