//! A server that answers byte for byte what a test tells it to, and keeps what it was asked.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What becomes of one request.
#[derive(Debug, Clone)]
pub enum Raw {
    /// These bytes, and the end.
    Bytes(Vec<u8>),
    /// These bytes, after a while.
    Later(Duration, Vec<u8>),
    /// The first bytes, then the second again and again with a pause between them.
    Endless(Vec<u8>, Vec<u8>, Duration),
    /// Nothing, and no end.
    Silent,
}

/// The server; it ends with the test.
pub struct RawUpstream {
    address: SocketAddr,
    inner: Arc<Inner>,
}

#[derive(Default)]
struct Inner {
    answers: Mutex<VecDeque<Raw>>,
    heads: Mutex<Vec<String>>,
    connections: AtomicUsize,
    repeated: AtomicUsize,
}

impl RawUpstream {
    pub async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let inner = Arc::<Inner>::default();
        let shared = inner.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                shared.connections.fetch_add(1, Ordering::SeqCst);
                let shared = shared.clone();
                // A client that goes away in the middle is what many tests wait for.
                tokio::spawn(async move { shared.serve(stream).await.ok() });
            }
        });
        Self { address, inner }
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers from now on in this order; the last one stays.
    pub fn answer(&self, answers: impl IntoIterator<Item = Raw>) {
        *self.inner.answers.lock().unwrap() = answers.into_iter().collect();
        self.inner.heads.lock().unwrap().clear();
        self.inner.connections.store(0, Ordering::SeqCst);
        self.inner.repeated.store(0, Ordering::SeqCst);
    }

    /// The heads of the requests since then.
    pub fn heads(&self) -> Vec<String> {
        self.inner.heads.lock().unwrap().clone()
    }

    /// The connections since then.
    pub fn connections(&self) -> usize {
        self.inner.connections.load(Ordering::SeqCst)
    }

    /// How often an endless answer was gone on with since then.
    pub fn repeated(&self) -> usize {
        self.inner.repeated.load(Ordering::SeqCst)
    }
}

impl Inner {
    async fn serve(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(stream.read_u8().await?);
        }
        let head = String::from_utf8_lossy(&head).into_owned();
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse().unwrap())
        });
        let mut body = vec![0; length.unwrap_or(0)];
        stream.read_exact(&mut body).await?;
        self.heads.lock().unwrap().push(head);
        let answer = {
            let mut answers = self.answers.lock().unwrap();
            let last = answers.len() < 2;
            let next = if last {
                answers.front().cloned()
            } else {
                answers.pop_front()
            };
            next.unwrap_or(Raw::Silent)
        };
        match answer {
            Raw::Bytes(bytes) => stream.write_all(&bytes).await?,
            Raw::Later(wait, bytes) => {
                tokio::time::sleep(wait).await;
                stream.write_all(&bytes).await?;
            }
            Raw::Endless(first, again, pause) => {
                stream.write_all(&first).await?;
                loop {
                    stream.write_all(&again).await?;
                    self.repeated.fetch_add(1, Ordering::SeqCst);
                    tokio::time::sleep(pause).await;
                }
            }
            Raw::Silent => std::future::pending().await,
        }
        stream.shutdown().await?;
        // What is left unread would turn the end into a reset.
        tokio::io::copy(&mut stream, &mut tokio::io::sink()).await?;
        Ok(())
    }
}

/// A whole answer with these header lines, its length and this body.
pub fn response(status: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let length = format!("content-length: {}", body.len());
    let mut headers = headers.to_vec();
    headers.push(&length);
    head_and(status, &headers, body)
}

/// An answer with exactly these header lines and this body.
pub fn head_and(status: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let mut bytes = format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\n").into_bytes();
    for line in headers {
        bytes.extend_from_slice(line.as_bytes());
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"\r\n");
    bytes.extend_from_slice(body);
    bytes
}
