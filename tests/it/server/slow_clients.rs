//! Clients that are slow, silent or many: against the real program with its real limits, and against the same
//! accept loop with shorter ones.

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
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;

use crate::server::raw_clients::{LOGIN, PATIENCE, WHOLE, dripped, said};
use crate::support::TestApp;
use crate::support::installation::Installation;

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
    let request = WHOLE
        .replace("/healthz", "/elsewhere")
        .replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n");
    let answer = said(waits, &request).await;
    assert_eq!(answer.statuses(), ["404"]);
    answer.took_about(2);
}

#[tokio::test]
async fn when_every_connection_is_taken_a_probe_for_life_is_answered_and_the_surplus_is_closed() {
    let limits = ConnectionLimits {
        head: Duration::from_secs(20),
        connections: 2,
        per_address: 100,
        ..short()
    };
    let (address, _stop) = serving(limits, PATIENCE).await;
    let mut silent = Vec::new();
    for _ in 0..6 {
        silent.push(TcpStream::connect(address).await.unwrap());
    }
    sleep(Duration::from_millis(100)).await;
    for _ in 0..20 {
        let stream = TcpStream::connect(address).await.unwrap();
        let answer = said(stream, WHOLE).await;
        assert_eq!(
            answer.statuses(),
            ["404"],
            "the router of this test has none"
        );
        assert!(answer.took < Duration::from_secs(1), "{:?}", answer.took);
    }
    sleep(Duration::from_millis(1200)).await;
    let surplus = TcpStream::connect(address).await.unwrap();
    let answer = said(surplus, &WHOLE.replace("/healthz", "/elsewhere")).await;
    assert_eq!(answer.answer, "", "closed");
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
