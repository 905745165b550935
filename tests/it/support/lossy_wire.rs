//! A wire to a database server that fails for a while: everything is lost on it, or every connection ends.
//! What is open while all is lost stays silent afterwards, too: TCP sends again after pauses of half a
//! minute. What is opened later works.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// The wire; it ends with the test.
pub struct LossyWire {
    address: SocketAddr,
    state: Arc<watch::Sender<State>>,
    fatal: Fatal,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Whole,
    Lost,
    Cut,
}

/// Words in a message at which everything begins to be lost.
type Fatal = Arc<Mutex<Option<String>>>;

impl LossyWire {
    /// A wire to `server`, such as `127.0.0.1:5432`.
    pub async fn to(server: &str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(watch::Sender::new(State::Whole));
        let fatal = Fatal::default();
        let (server, seen, words) = (server.to_owned(), state.clone(), fatal.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, server.clone(), seen.clone(), words.clone()));
            }
        });
        Self {
            address,
            state,
            fatal,
        }
    }

    /// The same database, by this wire.
    pub fn url(&self, direct: &str) -> String {
        let (_, rest) = direct.split_once('@').unwrap();
        let (server, _) = rest.split_once('/').unwrap();
        direct.replace(server, &self.address.to_string())
    }

    /// From now on everything is lost.
    pub fn lose(&self) {
        self.state.send_replace(State::Lost);
    }

    /// The next message with these words is lost, and from then on everything.
    pub fn lose_at(&self, words: &str) {
        *self.fatal.lock().unwrap() = Some(words.to_owned());
    }

    /// Whether everything is lost just now.
    pub fn is_lost(&self) -> bool {
        *self.state.borrow() == State::Lost
    }

    /// From now on every connection ends at once.
    pub fn cut(&self) {
        self.state.send_replace(State::Cut);
    }

    /// From now on it works, for whoever connects.
    pub fn mend(&self) {
        self.state.send_replace(State::Whole);
    }
}

async fn carry(
    mut client: TcpStream,
    server: String,
    sender: Arc<watch::Sender<State>>,
    fatal: Fatal,
) {
    let mut state = sender.subscribe();
    let mut server = TcpStream::connect(server).await.unwrap();
    let (mut asks, mut hears) = client.split();
    let (mut answers, mut obeys) = server.split();
    let there = async {
        let mut message = vec![0; 64 * 1024];
        while let Ok(length @ 1..) = asks.read(&mut message).await {
            if holds(&fatal, &message[..length]) {
                sender.send_replace(State::Lost);
                std::future::pending::<()>().await;
            }
            if obeys.write_all(&message[..length]).await.is_err() {
                break;
            }
        }
    };
    let failed = tokio::select! {
        biased;
        failed = failure(&mut state) => failed,
        () = there => return,
        _ = tokio::io::copy(&mut answers, &mut hears) => return,
    };
    if failed == State::Lost {
        // Both ends stay open, and hear nothing any more.
        std::future::pending::<()>().await;
    }
}

/// Whether a message holds the fatal words, which count once.
fn holds(fatal: &Fatal, message: &[u8]) -> bool {
    let mut words = fatal.lock().unwrap();
    let found = words.as_ref().is_some_and(|words| {
        message
            .windows(words.len())
            .any(|part| part == words.as_bytes())
    });
    if found {
        *words = None;
    }
    found
}

async fn failure(state: &mut watch::Receiver<State>) -> State {
    match state.wait_for(|state| *state != State::Whole).await {
        Ok(state) => *state,
        // The test is over.
        Err(_) => State::Cut,
    }
}
