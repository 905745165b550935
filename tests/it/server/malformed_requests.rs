//! Requests that are malformed, ambiguous or too large, against the real program.

use std::fmt::Write as _;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use crate::server::raw_clients::{LOGIN, PATIENCE, WHOLE, said};
use crate::support::installation::Installation;

#[tokio::test]
async fn malformed_and_ambiguous_requests_are_refused_and_the_connection_ends() {
    let installation = Installation::new().await;
    let _process = installation.start().await;
    for (request, status) in malformed() {
        let answer = said(installation.connect().await, &request).await;
        assert_eq!(
            answer.statuses(),
            [status],
            "{request:?}: {}",
            answer.answer
        );
        assert!(answer.took < Duration::from_secs(5), "{request:?}");
    }
}

/// Requests and the one status that each may get.
fn malformed() -> Vec<(String, &'static str)> {
    let smuggled = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let chunked = format!("2\r\n{{}}\r\n0\r\n\r\n{smuggled}");
    let with = |one: &str, other: &str| format!("{LOGIN}{one}\r\n{other}\r\n\r\n{chunked}");
    let length = "content-length: 4";
    vec![
        // A request that two programs could cut differently is the last one on its connection.
        (with(length, "transfer-encoding: chunked"), "422"),
        (with("transfer-encoding: chunked", length), "422"),
        (
            with("transfer-encoding: chunked", "transfer-encoding: identity"),
            "400",
        ),
        (with("transfer-encoding: xchunked", length), "400"),
        (with("transfer-encoding : chunked", length), "400"),
        (with("transfer-encoding: chunked, gzip", length), "400"),
        (with(length, "content-length: 5"), "400"),
        (with("content-length: +4", "x: y"), "400"),
        (with("content-length: 4, 5", "x: y"), "400"),
        (with("content-length: -1", "x: y"), "400"),
        (with("content-length: 99999999999999999999", "x: y"), "400"),
        (
            format!("{LOGIN}transfer-encoding: chunked\r\n\r\nzz\r\n{smuggled}"),
            "400",
        ),
        (
            format!("{LOGIN}transfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n{smuggled}"),
            "400",
        ),
        (String::from("\u{0}\u{1}garbage\r\n\r\n"), "400"),
        (
            String::from("GET /healthz HTTP/9.9\r\nhost: localhost\r\n\r\n"),
            "400",
        ),
        (
            String::from("GET  /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n"),
            "400",
        ),
        (
            String::from("GET /healthz HTTP/1.1\r\nhost: localhost\r\n folded: x\r\n\r\n"),
            "400",
        ),
        (
            String::from("GET /healthz HTTP/1.1\r\nhost: localhost\r\nx\u{0}: y\r\n\r\n"),
            "400",
        ),
        (String::from("\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}"), "400"),
    ]
}

#[tokio::test]
async fn what_follows_on_a_connection_is_read_anew_and_every_request_names_one_host() {
    let installation = Installation::new().await;
    let _process = installation.start().await;
    let garbage = format!("{WHOLE}\u{1}\u{2}\u{3} garbage\r\n\r\n");
    let pipelined = said(installation.connect().await, &garbage).await;
    assert_eq!(pipelined.statuses(), ["200", "400"], "{}", pipelined.answer);
    for (hosts, version) in [
        ("", "1.1"),
        ("host: a.example\r\nhost: b.example\r\n", "1.1"),
        ("host: a.example\r\nhost: a.example\r\n", "1.1"),
        ("host: user@a.example\r\n", "1.1"),
    ] {
        let request = format!("GET /healthz HTTP/{version}\r\n{hosts}connection: close\r\n\r\n");
        let answer = said(installation.connect().await, &request).await;
        assert_eq!(answer.statuses(), ["400"], "{request:?}");
        assert!(
            answer.answer.contains("\"code\":\"VALIDATION\""),
            "{}",
            answer.answer
        );
    }
    let old = "GET /healthz HTTP/1.0\r\n\r\n";
    let old = said(installation.connect().await, old).await;
    assert!(old.answer.starts_with("HTTP/1.0 200 "), "{}", old.answer);
}

#[tokio::test]
async fn too_much_of_anything_is_refused() {
    let installation = Installation::new().await;
    let _process = installation.start().await;
    let close = "host: localhost\r\nconnection: close\r\n";
    let long = |length: usize| format!("GET /{} HTTP/1.1\r\n{close}\r\n", "a".repeat(length));
    let answer = said(installation.connect().await, &long(16 * 1024)).await;
    assert_eq!(answer.statuses(), ["414"]);
    assert!(
        answer.answer.contains("\"code\":\"VALIDATION\""),
        "{}",
        answer.answer
    );
    let answer = said(installation.connect().await, &long(100 * 1024)).await;
    assert!(
        matches!(answer.statuses()[..], ["414" | "431"]),
        "{}",
        answer.answer
    );
    let mut many = format!("GET /healthz HTTP/1.1\r\n{close}");
    for number in 0..120 {
        write!(many, "x-{number}: y\r\n").unwrap();
    }
    let answer = said(installation.connect().await, &format!("{many}\r\n")).await;
    assert_eq!(answer.statuses(), ["431"], "{}", answer.answer);
    let wide = format!(
        "GET /healthz HTTP/1.1\r\n{close}x: {}\r\n\r\n",
        "x".repeat(80 * 1024)
    );
    let answer = said(installation.connect().await, &wide).await;
    assert_eq!(answer.statuses(), ["431"], "{}", answer.answer);
    let twice = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nx-request-id: a\r\nx-request-id: b\r\n\r\n";
    assert_eq!(
        said(installation.connect().await, twice).await.statuses(),
        ["200"]
    );
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused_and_the_client_gets_to_read_why() {
    let installation = Installation::new().await;
    let _process = installation.start().await;
    let size = 3 * 1024 * 1024;
    let announced = format!("{LOGIN}content-length: {size}\r\n\r\n{}", "x".repeat(size));
    let asked = format!("{LOGIN}content-length: {size}\r\nexpect: 100-continue\r\n\r\n");
    let mut chunked = format!("{LOGIN}transfer-encoding: chunked\r\n\r\n");
    for _ in 0..48 {
        write!(chunked, "10000\r\n{}\r\n", "x".repeat(65_536)).unwrap();
    }
    chunked.push_str("0\r\n\r\n");
    for request in [announced, asked, chunked] {
        let (mut reader, mut writer) = installation.connect().await.into_split();
        let writing = tokio::spawn(async move {
            let _reset = writer.write_all(request.as_bytes()).await;
            writer
        });
        let mut answer = Vec::new();
        timeout(PATIENCE, reader.read_to_end(&mut answer))
            .await
            .unwrap()
            .unwrap();
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
        assert!(
            answer.contains("the body must not be larger than 1 MiB"),
            "{answer}"
        );
        drop(writing.await.unwrap());
    }
    let asked =
        format!("{LOGIN}content-length: 2\r\nexpect: 100-continue\r\nconnection: close\r\n\r\n");
    let mut stream = installation.connect().await;
    stream.write_all(asked.as_bytes()).await.unwrap();
    let mut told = [0; 21];
    stream.read_exact(&mut told).await.unwrap();
    assert_eq!(&told, b"HTTP/1.1 100 Continue");
    assert_eq!(said(stream, "{}").await.statuses(), ["422"]);
}

#[tokio::test]
async fn json_that_is_nested_without_end_is_400() {
    let installation = Installation::new().await;
    let _process = installation.start().await;
    let browser = installation.logged_in().await;
    let half = 500 * 1024;
    let closed = format!("{}{}", "[".repeat(half), "]".repeat(half));
    let objects = format!("{}1{}", "{\"a\":".repeat(150_000), "}".repeat(150_000));
    for inner in ["[".repeat(1000 * 1000), closed, objects] {
        for body in [
            inner.clone(),
            format!("{{\"fields\": {inner}}}"),
            format!("{{\"unknown\": {inner}}}"),
        ] {
            let sent = browser
                .send("POST", "/connectors/jira/create", &[], Some(body))
                .await;
            assert_eq!(sent.status, 400, "{}", sent.body);
            assert_eq!(sent.error_code(), "VALIDATION");
        }
    }
    assert_eq!(browser.get("/healthz").await.status, 200, "it lives");
}
