//! Clients that are slow, silent, malformed or greedy: against the real program with its real limits,
//! and against the same accept loop with shorter ones.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use integration_backend::http::edge::inside_the_edge;
use integration_backend::http::server::{ConnectionLimits, serve};
use integration_backend::http::wire::body::Body;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::support::TestApp;
use crate::support::installation::Installation;

const PATIENCE: Duration = Duration::from_secs(25);
const WHOLE: &str = "GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n";
const LOGIN: &str =
    "POST /auth/jira/api-token HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";

/// What a client got, and how long it took until the service closed.
struct Ended {
    answer: String,
    took: Duration,
}

impl Ended {
    fn statuses(&self) -> Vec<&str> {
        let heads = self.answer.match_indices("HTTP/1.1 ");
        heads.map(|(at, _)| &self.answer[at + 9..at + 12]).collect()
    }

    fn took_about(&self, seconds: u32) {
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
async fn ended(mut stream: TcpStream) -> Ended {
    let started = Instant::now();
    let mut answer = Vec::new();
    let closed = timeout(PATIENCE, stream.read_to_end(&mut answer)).await;
    let _reset = closed.expect("the service closes the connection");
    Ended {
        answer: String::from_utf8_lossy(&answer).into_owned(),
        took: started.elapsed(),
    }
}

async fn said(stream: TcpStream, text: &str) -> Ended {
    let mut stream = stream;
    let _reset = stream.write_all(text.as_bytes()).await;
    ended(stream).await
}

/// Sends one byte of `text` after the other, a few a second.
async fn dripped(stream: TcpStream, at_once: &str, text: &str) -> Ended {
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

#[tokio::test]
async fn the_real_program_waits_for_nobody_for_ever() {
    let installation = Installation::new().await;
    let _process = installation.start().await;
    let connect = async || installation.connect().await;
    let endless_header = format!("x-long: {}", "x".repeat(200));
    let (head, second_head, no_body, half_body, slow_body, unread) = tokio::join!(
        async {
            dripped(
                connect().await,
                "GET /healthz HTTP/1.1\r\n",
                &endless_header,
            )
            .await
        },
        async { dripped(connect().await, WHOLE, "GET /healthz HTTP/1.1\r\n\tx").await },
        async {
            said(
                connect().await,
                &format!("{LOGIN}content-length: 50\r\n\r\n"),
            )
            .await
        },
        async {
            said(
                connect().await,
                &format!("{LOGIN}content-length: 50\r\n\r\n{{"),
            )
            .await
        },
        async {
            let head = format!("{LOGIN}content-length: 200\r\n\r\n");
            dripped(
                connect().await,
                &head,
                &format!("{{\"x\": \"{}", "x".repeat(100)),
            )
            .await
        },
        // Routes that take no body do not wait for one.
        async {
            let head =
                "POST /auth/logout HTTP/1.1\r\nhost: localhost\r\ncontent-length: 50\r\n\r\n";
            said(connect().await, head).await
        },
    );
    assert_eq!(head.answer, "");
    head.took_about(10);
    assert_eq!(second_head.statuses(), ["200"]);
    second_head.took_about(10);
    for body in [no_body, half_body, slow_body] {
        assert_eq!(body.statuses(), ["408"], "{}", body.answer);
        assert!(
            body.answer.contains("the body did not arrive in time"),
            "{}",
            body.answer
        );
        body.took_about(15);
    }
    assert_eq!(unread.statuses(), ["204"], "{}", unread.answer);
    assert!(unread.took < Duration::from_secs(12), "{:?}", unread.took);
    assert_eq!(installation.browser().get("/healthz").await.status, 200);
}

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

/// The accept loop with a router of the test's own, as production builds it around its routes.
async fn serving(
    limits: ConnectionLimits,
    handler_timeout: Duration,
) -> (SocketAddr, CancellationToken) {
    let app = TestApp::start().await;
    let large = "x".repeat(32 * 1024 * 1024);
    let own = Router::new()
        .route("/large", get(move || async move { large }))
        .route(
            "/body",
            post(|Body(value): Body<Value>| async move { value.to_string() }),
        );
    let router = inside_the_edge(own, app.app.state(), handler_timeout);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let stop = CancellationToken::new();
    tokio::spawn(serve(listener, router, limits, stop.clone()));
    (address, stop)
}

fn short() -> ConnectionLimits {
    ConnectionLimits {
        head: Duration::from_secs(1),
        write: Duration::from_secs(1),
        ..ConnectionLimits::new(vec![])
    }
}

#[tokio::test]
async fn an_answer_that_nobody_reads_is_given_up() {
    let (address, _stop) = serving(short(), PATIENCE).await;
    let request = "GET /large HTTP/1.1\r\nhost: localhost\r\n\r\n";
    let mut slow = TcpStream::connect(address).await.unwrap();
    slow.write_all(request.as_bytes()).await.unwrap();
    let mut reading = TcpStream::connect(address).await.unwrap();
    reading.write_all(request.as_bytes()).await.unwrap();
    // Whoever reads, however slowly, gets on.
    let mut got = 0;
    let mut buffer = vec![0; 4 * 1024 * 1024];
    while got < 32 * 1024 * 1024 {
        sleep(Duration::from_millis(10)).await;
        let read = reading.read(&mut buffer).await.unwrap();
        assert!(read > 0, "cut off after {got}");
        got += read;
    }
    sleep(Duration::from_secs(2)).await;
    let mut rest = Vec::new();
    let _reset = timeout(PATIENCE, slow.read_to_end(&mut rest))
        .await
        .unwrap();
    assert!(rest.len() < 30 * 1024 * 1024, "{}", rest.len());
}

#[tokio::test]
async fn one_address_has_a_share_of_the_connections_and_a_proxy_all() {
    let limits = ConnectionLimits {
        head: PATIENCE,
        per_address: 3,
        ..short()
    };
    let (address, _stop) = serving(limits.clone(), PATIENCE).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        held.push(TcpStream::connect(address).await.unwrap());
    }
    let refused = said(TcpStream::connect(address).await.unwrap(), WHOLE).await;
    assert_eq!(refused.answer, "", "closed at once");
    held.pop();
    sleep(Duration::from_millis(200)).await;
    let mut again = TcpStream::connect(address).await.unwrap();
    again.write_all(WHOLE.as_bytes()).await.unwrap();
    let mut status = [0; 12];
    again.read_exact(&mut status).await.unwrap();
    assert_eq!(&status, b"HTTP/1.1 404", "served");

    let proxies = integration_backend::model::ip_range::IpRange::parse("127.0.0.0/8");
    let limits = ConnectionLimits {
        proxies: proxies.into_iter().collect(),
        ..limits
    };
    let (address, _stop) = serving(limits, PATIENCE).await;
    let mut held = Vec::new();
    for _ in 0..10 {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(WHOLE.as_bytes()).await.unwrap();
        stream.read_exact(&mut status).await.unwrap();
        held.push(stream);
    }
}

#[tokio::test]
async fn when_every_connection_is_taken_the_next_waits_for_one() {
    let limits = ConnectionLimits {
        head: Duration::from_secs(2),
        connections: 2,
        per_address: 2,
        ..short()
    };
    let (address, _stop) = serving(limits, PATIENCE).await;
    let _silent = TcpStream::connect(address).await.unwrap();
    let _too = TcpStream::connect(address).await.unwrap();
    sleep(Duration::from_millis(100)).await;
    let waits = TcpStream::connect(address).await.unwrap();
    let request = WHOLE.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n");
    let answer = said(waits, &request).await;
    assert_eq!(answer.statuses(), ["404"]);
    answer.took_about(2);
}

#[tokio::test]
async fn a_body_has_less_time_than_its_handler() {
    let (address, _stop) = serving(short(), Duration::from_secs(2)).await;
    let request = "POST /body HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n";
    let answer = dripped(TcpStream::connect(address).await.unwrap(), request, "[1,2").await;
    assert_eq!(answer.statuses(), ["408"], "{}", answer.answer);
    answer.took_about(1);
    let body = json!({ "a": 1 }).to_string();
    let request = request.replace(
        "content-length: 9",
        "content-length: 7\r\nconnection: close",
    );
    let answer = dripped(TcpStream::connect(address).await.unwrap(), &request, "").await;
    assert_eq!(answer.statuses(), ["408"]);
    let whole = format!("{request}{body}");
    assert_eq!(
        said(TcpStream::connect(address).await.unwrap(), &whole)
            .await
            .statuses(),
        ["200"]
    );
}
