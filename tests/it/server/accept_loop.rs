//! The accept loop of the real program: connections that say nothing do not stay.

use std::fmt::Write as _;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::support::installation::Installation;

/// Sends `text`, and gives how long it took until the service closed, and what it answered.
async fn closed_after(mut stream: TcpStream, text: &str) -> (Duration, String) {
    let started = Instant::now();
    stream.write_all(text.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    let _closed_or_reset = tokio::time::timeout(Duration::from_secs(20), read)
        .await
        .expect("the service closes it");
    (
        started.elapsed(),
        String::from_utf8_lossy(&answer).into_owned(),
    )
}

#[tokio::test]
async fn silent_half_sent_and_idle_connections_are_closed_after_ten_seconds() {
    let installation = Installation::new().await;
    let _process = installation.start().await;
    let whole = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let (silent, half, idle) = tokio::join!(
        closed_after(installation.connect().await, ""),
        closed_after(installation.connect().await, &whole[..30]),
        closed_after(installation.connect().await, whole),
    );
    for (took, _) in [&silent, &half, &idle] {
        assert!((8..=15).contains(&took.as_secs()), "{took:?}");
    }
    assert!(idle.1.starts_with("HTTP/1.1 200 "), "{}", idle.1);
}

#[tokio::test]
async fn a_head_that_never_ends_is_refused() {
    let installation = Installation::new().await;
    let _process = installation.start().await;
    let mut stream = installation.connect().await;
    let mut head = String::from("GET /healthz HTTP/1.1\r\nhost: localhost\r\n");
    for number in 0..2000 {
        write!(head, "x-{number}: {}\r\n", "x".repeat(60)).unwrap();
    }
    let _written_or_reset = stream.write_all(head.as_bytes()).await;
    let mut answer = Vec::new();
    let read = stream.read_to_end(&mut answer);
    let _closed_or_reset = tokio::time::timeout(Duration::from_secs(5), read)
        .await
        .expect("it is refused at once");
    let answer = String::from_utf8_lossy(&answer);
    assert!(
        answer.is_empty() || answer.starts_with("HTTP/1.1 431 "),
        "{answer}"
    );
    assert_eq!(installation.browser().get("/healthz").await.status, 200);
}
