//! Settings of the listening side: addresses, proxies, limits.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

use super::address::{WebAddress, origin_url};
use super::error::SettingsError;
use super::sources::Sources;
use super::values::{duration_or_off, flag, list_of, port, whole_number};
use super::variables::{
    ALLOW_INSECURE_HTTP, HOST, METRICS_ADDR, PORT, PUBLIC_BASE_URL, RATE_LIMIT_PER_MINUTE,
    SHUTDOWN_DELAY, TRUSTED_PROXIES,
};
use crate::model::ip_range::IpRange;

/// Kubernetes kills a pod after 30 seconds where nothing else is set (`terminationGracePeriodSeconds`): a longer
/// delay is a mistake.
const LONGEST_DELAY: Duration = Duration::from_secs(30);

/// Where the service listens and how it is reached.
#[derive(Debug, Clone)]
pub struct ListenerSettings {
    /// Address to listen on; `localhost` has become 127.0.0.1.
    pub host: IpAddr,
    /// Port to listen on; 0 for any free one.
    pub port: u16,
    /// Where browsers reach the service: its text has neither path nor slash at its end.
    pub public_base_url: WebAddress,
    /// Networks whose X-Forwarded-For and X-Forwarded-Proto count.
    pub trusted_proxies: Vec<IpRange>,
    /// Most requests of one principal a minute; absent for no limit.
    pub rate_limit_per_minute: Option<u32>,
    /// Own address of the metrics.
    pub metrics_address: Option<SocketAddr>,
    /// Whether logins work over plain http on other hosts than loopback.
    pub allow_insecure_http: bool,
    /// How long new connections are still taken after the signal to stop, while `/ready/process` is 503 already.
    pub shutdown_delay: Duration,
}

pub(super) fn load(sources: &Sources<'_>) -> Result<ListenerSettings, SettingsError> {
    let port = sources.read(PORT, port)?;
    let public_base_url = match sources.read_given(PUBLIC_BASE_URL, origin_url)? {
        Some(url) => url,
        None => origin_url(&format!("http://localhost:{port}"))
            .map_err(|problem| sources.value_or_default(PUBLIC_BASE_URL).refuse(problem))?,
    };
    let per_minute = sources.read(RATE_LIMIT_PER_MINUTE, whole_number(0..=10_000_000))?;
    Ok(ListenerSettings {
        host: sources.read(HOST, listening_host)?,
        port,
        public_base_url,
        trusted_proxies: sources
            .read_given(TRUSTED_PROXIES, list_of(ip_range))?
            .unwrap_or_default(),
        rate_limit_per_minute: (per_minute > 0).then_some(per_minute),
        metrics_address: sources.read_given(METRICS_ADDR, socket_address)?,
        allow_insecure_http: sources.read(ALLOW_INSECURE_HTTP, flag)?,
        shutdown_delay: sources.read(SHUTDOWN_DELAY, shutdown_delay)?,
    })
}

/// No longer than a service manager waits before it kills.
fn shutdown_delay(text: &str) -> Result<Duration, String> {
    let delay = duration_or_off(text)?.unwrap_or_default();
    if delay > LONGEST_DELAY {
        return Err(String::from("must be at most 30 seconds"));
    }
    Ok(delay)
}

fn ip_range(text: &str) -> Result<IpRange, String> {
    IpRange::parse(text)
        .ok_or_else(|| "must be an address or network such as 10.0.0.1 or 10.0.0.0/8".to_owned())
}

fn listening_host(text: &str) -> Result<IpAddr, String> {
    if text.eq_ignore_ascii_case("localhost") {
        return Ok(IpAddr::V4(Ipv4Addr::LOCALHOST));
    }
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or(text);
    bare.parse()
        .map_err(|_| "must be an IP address such as 127.0.0.1 or 0.0.0.0, or localhost".to_owned())
}

/// `address:port`, or a port alone on 127.0.0.1.
fn socket_address(text: &str) -> Result<SocketAddr, String> {
    let (host, number) = text.rsplit_once(':').unwrap_or(("", text));
    let host = if host.is_empty() { "localhost" } else { host };
    match (listening_host(host), number.parse()) {
        (Ok(host), Ok(number)) => Ok(SocketAddr::new(host, number)),
        _ => Err("must be an address and port such as 127.0.0.1:9100".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("localhost", Some("127.0.0.1"))]
    #[case("0.0.0.0", Some("0.0.0.0"))]
    #[case("[::1]", Some("::1"))]
    #[case("::", Some("::"))]
    #[case("example.com", None)]
    fn the_host_is_an_address_or_localhost(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(
            listening_host(text).ok(),
            expected.map(|text| text.parse().unwrap())
        );
    }

    #[rstest]
    #[case("127.0.0.1:9100", Some("127.0.0.1:9100"))]
    #[case("9100", Some("127.0.0.1:9100"))]
    #[case(":9100", Some("127.0.0.1:9100"))]
    #[case("[::1]:9100", Some("[::1]:9100"))]
    #[case("127.0.0.1", None)]
    fn the_metrics_address_needs_a_port(#[case] text: &str, #[case] expected: Option<&str>) {
        assert_eq!(
            socket_address(text).ok(),
            expected.map(|text| text.parse().unwrap())
        );
    }

    #[test]
    fn the_public_base_url_follows_the_port() {
        let listener = load(&Sources::new(&|_| None, Some("API_PORT=8000")).unwrap()).unwrap();
        assert_eq!(listener.public_base_url.text(), "http://localhost:8000");
        assert_eq!(listener.rate_limit_per_minute, Some(6000));
    }
}
