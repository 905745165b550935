//! Calls that find out whether Atlassian can be reached and how it takes us; they change nothing there.

use std::error::Error;

use reqwest::header::{ACCEPT, DATE, HeaderMap};

use super::Atlassian;
use crate::model::time::Timestamp;

/// Why no answer came, as finely as an operator can do something about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoAnswer {
    /// The certificate is not signed by anybody this machine trusts.
    #[error("its certificate is not trusted here")]
    Untrusted,
    /// The name has no address, or only private ones.
    #[error("its name has no public address here")]
    UnknownName,
    /// The proxy did not open the way.
    #[error("the proxy does not let the call through")]
    Proxy,
    /// It took too long.
    #[error("no answer came in time")]
    Timeout,
    /// No connection came about, or it broke.
    #[error("no connection could be made")]
    Unreachable,
}

impl Atlassian {
    /// The status with which the authorization server takes an authorize URL. Nothing is followed.
    ///
    /// # Errors
    /// When no answer came.
    pub(crate) async fn authorize_status(&self, authorize_url: &str) -> Result<u16, NoAnswer> {
        let request = self.http.get(authorize_url).header(ACCEPT, "text/html");
        let response = request.send().await.map_err(|error| no_answer(&error))?;
        Ok(response.status().as_u16())
    }

    /// The time at Atlassian, as its gateway dates its answers; none when it does not say.
    ///
    /// # Errors
    /// When no answer came.
    pub(crate) async fn gateway_time(&self) -> Result<Option<Timestamp>, NoAnswer> {
        let address = format!("{}/oauth/token/accessible-resources", self.endpoints.api());
        let request = self.http.get(address).header(ACCEPT, "application/json");
        let response = request.send().await.map_err(|error| no_answer(&error))?;
        Ok(dated(response.headers()))
    }
}

fn dated(headers: &HeaderMap) -> Option<Timestamp> {
    Timestamp::parse_http_date(headers.get(DATE)?.to_str().ok()?)
}

/// Reads the chain of causes; only fixed sentences leave, never what stands in it.
fn no_answer(error: &reqwest::Error) -> NoAnswer {
    if error.is_timeout() {
        return NoAnswer::Timeout;
    }
    let mut causes = String::new();
    let mut cause = error.source();
    while let Some(current) = cause {
        causes.push_str(&current.to_string().to_ascii_lowercase());
        causes.push('\n');
        cause = current.source();
    }
    let holds = |words: &[&str]| words.iter().any(|word| causes.contains(word));
    if holds(&["certificate", "unknownissuer"]) {
        NoAnswer::Untrusted
    } else if holds(&["tunnel", "proxy"]) {
        NoAnswer::Proxy
    } else if holds(&["dns error", "no public address", "lookup address"]) {
        NoAnswer::UnknownName
    } else {
        NoAnswer::Unreachable
    }
}
