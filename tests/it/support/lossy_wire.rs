//! A wire to a database server that fails for a while: everything is lost on it, or every connection ends.
//! What is open while all is lost stays silent afterwards, too: TCP sends again after pauses of half a
//! minute. What is opened later works.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// The wire; it ends with the test.
pub struct LossyWire {
    address: SocketAddr,
    state: Arc<watch::Sender<State>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Whole,
    Lost,
    Cut,
}

impl LossyWire {
    /// A wire to `server`, such as `127.0.0.1:5432`.
    pub async fn to(server: &str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(watch::Sender::new(State::Whole));
        let (server, seen) = (server.to_owned(), state.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, server.clone(), seen.subscribe()));
            }
        });
        Self { address, state }
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

    /// From now on every connection ends at once.
    pub fn cut(&self) {
        self.state.send_replace(State::Cut);
    }

    /// From now on it works, for whoever connects.
    pub fn mend(&self) {
        self.state.send_replace(State::Whole);
    }
}

async fn carry(mut client: TcpStream, server: String, mut state: watch::Receiver<State>) {
    let mut server = TcpStream::connect(server).await.unwrap();
    let failed = tokio::select! {
        biased;
        failed = failure(&mut state) => failed,
        _ = tokio::io::copy_bidirectional(&mut client, &mut server) => return,
    };
    if failed == State::Lost {
        // Both ends stay open, and hear nothing any more.
        std::future::pending::<()>().await;
    }
}

async fn failure(state: &mut watch::Receiver<State>) -> State {
    match state.wait_for(|state| *state != State::Whole).await {
        Ok(state) => *state,
        // The test is over.
        Err(_) => State::Cut,
    }
}
