//! A wire to a database server on which everything is lost for a while. What is open then stays silent
//! afterwards, too: TCP sends again after pauses of half a minute. What is opened later works.

use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// The wire; it ends with the test.
pub struct LossyWire {
    address: SocketAddr,
    is_lost: Arc<watch::Sender<bool>>,
}

impl LossyWire {
    /// A wire to `server`, such as `127.0.0.1:5432`.
    pub async fn to(server: &str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let is_lost = Arc::new(watch::Sender::new(false));
        let (server, state) = (server.to_owned(), is_lost.clone());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(carry(client, server.clone(), state.subscribe()));
            }
        });
        Self { address, is_lost }
    }

    /// The same database, by this wire.
    pub fn url(&self, direct: &str) -> String {
        let (_, rest) = direct.split_once('@').unwrap();
        let (server, _) = rest.split_once('/').unwrap();
        direct.replace(server, &self.address.to_string())
    }

    /// From now on everything is lost.
    pub fn lose(&self) {
        self.is_lost.send_replace(true);
    }

    /// From now on it works, for whoever connects.
    pub fn mend(&self) {
        self.is_lost.send_replace(false);
    }
}

async fn carry(mut client: TcpStream, server: String, mut is_lost: watch::Receiver<bool>) {
    let mut server = TcpStream::connect(server).await.unwrap();
    tokio::select! {
        biased;
        () = lost(&mut is_lost) => {}
        _ = tokio::io::copy_bidirectional(&mut client, &mut server) => return,
    }
    // Both ends stay open, and hear nothing any more.
    std::future::pending::<()>().await;
}

async fn lost(is_lost: &mut watch::Receiver<bool>) {
    let _ends_with_the_test = is_lost.wait_for(|lost| *lost).await.is_ok();
}
