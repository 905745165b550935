//! Clients that write bytes of their own, and what they got until the service closed.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::{Instant, sleep, timeout};

pub(crate) const PATIENCE: Duration = Duration::from_secs(25);
pub(crate) const WHOLE: &str = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";

pub(crate) const LOGIN: &str =
    "POST /auth/jira/api-token HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";

/// What a client got, and how long it took until the service closed.
pub(crate) struct Ended {
    pub(crate) answer: String,
    pub(crate) took: Duration,
}

impl Ended {
    pub(crate) fn statuses(&self) -> Vec<&str> {
        let heads = self.answer.match_indices("HTTP/1.1 ");
        heads.map(|(at, _)| &self.answer[at + 9..at + 12]).collect()
    }

    pub(crate) fn took_about(&self, seconds: u32) {
        let took = self.took.as_secs_f64();
        let expected = f64::from(seconds);
        assert!(
            (expected - 1.0..expected + 4.0).contains(&took),
            "{took}: {}",
            self.answer
        );
    }
}

/// Reads until the service closes.
pub(crate) async fn ended(mut stream: TcpStream) -> Ended {
    let started = Instant::now();
    let mut answer = Vec::new();
    let closed = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    let _reset = closed.expect("the service closes the connection");
    Ended {
        answer: String::from_utf8_lossy(&answer).into_owned(),
        took: started.elapsed(),
    }
}

pub(crate) async fn said(stream: TcpStream, text: &str) -> Ended {
    let mut stream = stream;
    let _reset = stream.write_all(text.as_bytes()).await;
    ended(stream).await
}

/// Sends one byte of `text` after the other, a few a second.
pub(crate) async fn dripped(stream: TcpStream, at_once: &str, text: &str) -> Ended {
    let started = Instant::now();
    let (mut reader, mut writer) = stream.into_split();
    writer.write_all(at_once.as_bytes()).await.unwrap();
    let text = text.to_owned();
    let drips = tokio::spawn(async move {
        for byte in text.bytes() {
            if writer.write_all(&[byte]).await.is_err() {
                return;
            }
            sleep(Duration::from_millis(300)).await;
        }
        sleep(PATIENCE).await;
    });
    let mut answer = Vec::new();
    let closed = timeout(PATIENCE, reader.read_to_end(&mut answer)).await;
    let _reset = closed.expect("the service closes the connection");
    drips.abort();
    Ended {
        answer: String::from_utf8_lossy(&answer).into_owned(),
        took: started.elapsed(),
    }
}
