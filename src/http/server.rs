//! The accept loop: connections that say nothing, or half a request, are closed; shutting down lets
//! requests finish.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

/// How long a client may take to send a request's head, from the moment it connects.
const HEADER_TIMEOUT: Duration = Duration::from_secs(10);
/// How long requests under way may take to finish after the shutdown began.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(25);
const MOST_CONNECTIONS: usize = 10_000;
const LARGEST_HEAD: usize = 64 * 1024;

/// Serves `router` on `listener` until `stop` is cancelled, and then until the requests under way
/// are finished or 25 seconds have passed.
///
/// HTTP/1.1 only: it is what browsers speak without TLS and what reverse proxies speak to us.
pub async fn serve(listener: TcpListener, router: Router, stop: CancellationToken) {
    let connections = GracefulShutdown::new();
    let permits = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let permit = tokio::select! {
            () = stop.cancelled() => break,
            permit = permits.clone().acquire_owned() => permit,
        };
        let (stream, peer) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    pause_after(&error).await;
                    continue;
                }
            },
        };
        let connection = connections.watch(connection(stream, peer, router.clone()));
        tokio::spawn(async move {
            let _permit = permit;
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }
    drop(listener);
    if tokio::time::timeout(DRAIN_TIMEOUT, connections.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests did not finish in 25 seconds and were cut off");
    }
}

type Service = TowerToHyperService<axum::middleware::AddExtension<Router, ConnectInfo<SocketAddr>>>;

fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
) -> http1::Connection<TokioIo<TcpStream>, Service> {
    let _ = stream.set_nodelay(true);
    let service = tower::Layer::layer(&axum::Extension(ConnectInfo(peer)), router);
    http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIMEOUT)
        .max_buf_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
}

/// Errors of single connections pass at once; without file descriptors it helps to wait a little.
async fn pause_after(error: &io::Error) {
    let of_one_connection = matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    );
    if !of_one_connection {
        tracing::error!(%error, "new connections cannot be accepted just now");
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}
