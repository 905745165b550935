//! Asks a running service how it is, over loopback; for container health checks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Longer than the service looks at its database (4 s), and shorter than the container's `HEALTHCHECK` waits (6 s).
const TIMEOUT: Duration = Duration::from_secs(5);

/// Why the answer was not 200.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// Nobody answered.
    #[error("no answer from {0}: {1}")]
    Silent(SocketAddr, std::io::Error),
    /// The answer was another.
    #[error("not ready: {0}")]
    Refused(String),
}

/// Asks `path` of the service that listens on `host` and `port`; an unspecified address is asked
/// over loopback.
///
/// # Errors
/// When nobody answers in five seconds, or the answer is not 200.
pub async fn ask(host: IpAddr, port: u16, path: &str) -> Result<(), ProbeError> {
    let host = match host {
        IpAddr::V4(v4) if v4.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(v6) if v6.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        host => host,
    };
    let address = SocketAddr::new(host, port);
    let answer = tokio::time::timeout(TIMEOUT, exchange(address, path))
        .await
        .unwrap_or_else(|_| Err(std::io::ErrorKind::TimedOut.into()))
        .map_err(|error| ProbeError::Silent(address, error))?;
    if answer.starts_with("HTTP/1.1 200 ") {
        return Ok(());
    }
    let body = answer
        .split_once("\r\n\r\n")
        .map_or(answer.as_str(), |(_, body)| body);
    Err(ProbeError::Refused(reason(body)))
}

/// The reason in the service's own answer; somebody else's answer as it is, cut.
fn reason(body: &str) -> String {
    let own = serde_json::from_str::<serde_json::Value>(body).ok();
    let reason = own.as_ref().and_then(|body| body["reason"].as_str());
    reason.map_or_else(|| body.chars().take(200).collect(), str::to_owned)
}

async fn exchange(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address).await?;
    stream
        .write_all(
            format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")
                .as_bytes(),
        )
        .await?;
    let mut answer = String::new();
    stream.take(64 * 1024).read_to_string(&mut answer).await?;
    Ok(answer)
}
