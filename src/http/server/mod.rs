//! The accept loop: limits on connections and slow clients, and a graceful shutdown.

mod connection_slots;
mod guarded_stream;
pub mod open_files;
mod seats;
mod unread_body;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::HeaderValue;
use axum::http::header::CONNECTION;
use axum::response::Response;
use futures_util::FutureExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

use crate::http::server::connection_slots::ConnectionSlots;
use crate::http::server::guarded_stream::GuardedStream;
use crate::http::server::open_files::possible_connections;
use crate::http::server::seats::{Place, Seats};
use crate::http::server::unread_body::UnreadBody;
use crate::model::ip_range::IpRange;

/// How long running requests may take to finish after the shutdown began. Kubernetes kills
/// after 30 seconds unless told otherwise.
const DRAIN_TIMEOUT: Duration = Duration::from_secs(25);
/// How long before that a process which stops still answers on connections that are open: a proxy may
/// be sending on one of them, and a write whose connection ends is not sent again (RFC 9110 §9.2.2).
const LINGER: Duration = Duration::from_secs(1);
/// Connections in all, if the limit on open files allows as many.
const MOST_CONNECTIONS: usize = 10_000;
/// The largest request head. The longest address is 16 KiB, and cookies and headers come on top.
const LARGEST_HEAD: usize = 64 * 1024;

/// Limits on connections.
#[derive(Debug, Clone)]
pub struct ConnectionLimits {
    /// How long a client may take to send a request's head, from the moment it connects or has its
    /// last answer.
    pub head: Duration,
    /// How long a client may read nothing of an answer.
    pub write: Duration,
    /// Connections in all.
    pub connections: usize,
    /// Connections from one address.
    pub per_address: usize,
    /// Proxies, which may have any number of connections.
    pub proxies: Vec<IpRange>,
}

impl ConnectionLimits {
    /// The limits of production.
    pub fn new(proxies: Vec<IpRange>) -> Self {
        let connections = possible_connections(MOST_CONNECTIONS);
        Self {
            head: Duration::from_secs(10),
            write: Duration::from_secs(20),
            connections,
            per_address: (connections / 4).min(512),
            proxies,
        }
    }
}

/// Serves `router` on `listener` until `stop` is cancelled, and then, after the second in which open connections are
/// still answered, until the running requests are finished or 25 seconds more have passed.
///
/// HTTP/1.1 only: it is what browsers speak without TLS and what reverse proxies speak to us.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ConnectionLimits,
    stop: CancellationToken,
) {
    let reception = Reception {
        router,
        seats: Seats::new(limits.connections),
        slots: ConnectionSlots::new(limits.per_address, &limits.proxies),
        connections: GracefulShutdown::new(),
        stop: stop.clone(),
        limits,
    };
    loop {
        let place = tokio::select! {
            () = stop.cancelled() => break,
            place = reception.seats.next() => place,
        };
        let Some(place) = place else { break };
        let (stream, peer) = tokio::select! {
            () = stop.cancelled() => break,
            accepted = listener.accept() => match accepted {
                Ok(accepted) => accepted,
                Err(error) => {
                    pause_after_accept_error(&error).await;
                    continue;
                }
            },
        };
        reception.receive(place, stream, peer);
    }
    if let Err(error) = reception.receive_the_last(listener) {
        tracing::debug!(%error, "connections that waited were closed");
    }
    leave(reception.connections).await;
}

/// What becomes of connections.
struct Reception {
    router: Router,
    seats: Seats,
    slots: ConnectionSlots,
    connections: GracefulShutdown,
    stop: CancellationToken,
    limits: ConnectionLimits,
}

impl Reception {
    /// Serves a connection, on a task of its own, if there is room for it.
    fn receive(&self, place: Place, stream: TcpStream, peer: SocketAddr) {
        let (seats, slots) = (self.seats.clone(), self.slots.clone());
        let (router, limits) = (self.router.clone(), self.limits.clone());
        let watcher = self.connections.watcher();
        let leaving = self.stop.clone();
        tokio::spawn(async move {
            let settled = tokio::select! {
                biased;
                settled = seats.settle(place, &stream) => settled,
                () = leaving.cancelled() => None,
            };
            let Some(place) = settled else {
                return;
            };
            let keep_alive = !place.is_spare();
            let slot = slots.take(peer.ip());
            if keep_alive && slot.is_none() {
                tracing::debug!("an address has too many connections; the newest is closed");
                return;
            }
            let _places = (place, slot);
            let client = Client {
                peer,
                router,
                leaving,
            };
            let connection = serve_connection(stream, client, &limits, keep_alive);
            if let Err(error) = watcher.watch(connection).await {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }

    /// Serves those whose connections the system has already taken for us, and then takes no more. When a
    /// listener is closed they are reset (listen(2)), with the requests that were sent on them.
    fn receive_the_last(&self, listener: TcpListener) -> io::Result<()> {
        // The system is asked itself: the runtime learns of a connection a moment later.
        let listener = listener.into_std()?;
        while let Ok((stream, peer)) = listener.accept() {
            let Some(Some(place)) = self.seats.next().now_or_never() else {
                break;
            };
            stream.set_nonblocking(true)?;
            self.receive(place, TcpStream::from_std(stream)?, peer);
        }
        Ok(())
    }
}

/// Ends the connections: those under way when they have answered, the others after a moment.
async fn leave(connections: GracefulShutdown) {
    let all_gone = async {
        while connections.count() > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    // Whoever sends nothing more in this time is cut off between two requests.
    let _ = tokio::time::timeout(LINGER, all_gone).await;
    if tokio::time::timeout(DRAIN_TIMEOUT, connections.shutdown())
        .await
        .is_err()
    {
        tracing::warn!("some requests did not finish in 26 seconds and were cut off");
    }
}

/// Who sends requests on a connection, and who answers them.
struct Client {
    peer: SocketAddr,
    router: Router,
    leaving: CancellationToken,
}

impl hyper::service::Service<Request<Incoming>> for Client {
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    /// Once the process leaves, answers close their connection, so that no client sends its next request to it.
    fn call(&self, request: Request<Incoming>) -> Self::Future {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let (request, unread) = UnreadBody::of(request);
        let answer = tower::Service::call(&mut self.router.clone(), request);
        let leaving = self.leaving.clone();
        Box::pin(async move {
            let mut response = answer.await?;
            unread.settle(&mut response).await;
            if leaving.is_cancelled() {
                let close = HeaderValue::from_static("close");
                response.headers_mut().insert(CONNECTION, close);
            }
            Ok(response)
        })
    }
}

fn serve_connection(
    stream: TcpStream,
    client: Client,
    limits: &ConnectionLimits,
    keep_alive: bool,
) -> http1::Connection<TokioIo<GuardedStream>, Client> {
    // Answers are written whole, so Nagle's algorithm would only delay them; a failure costs no
    // more than that.
    let _ = stream.set_nodelay(true);
    let stream = GuardedStream::new(stream, limits.write);
    // The most headers are hyper's 100 (browsers and proxies send some thirty): were they set here, it would make room for
    // them in memory with each request. hyper measures `header_read_timeout` only with a timer, and panics if one is set without the
    // other.
    http1::Builder::new()
        .timer(TokioTimer::new())
        .keep_alive(keep_alive)
        .header_read_timeout(limits.head)
        .max_buf_size(LARGEST_HEAD)
        .max_header_size(LARGEST_HEAD)
        .serve_connection(TokioIo::new(stream), client)
}

/// Waits after an error that is not about one connection. `accept(2)` reports the errors of a
/// connection that broke before it was taken, and those pass at once. Without file descriptors
/// (`EMFILE`) the next try would fail, too, and the loop would spin.
async fn pause_after_accept_error(error: &io::Error) {
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
