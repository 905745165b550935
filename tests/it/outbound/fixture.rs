//! A server that takes Atlassian's place and means no good.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use integration_backend::app::App;
use serde_json::json;

use crate::refresh::fixture::READ;
use crate::support::app::elsewhere;
use crate::support::upstream::{Raw, RawUpstream, head_and, response};
use crate::support::{Answer, Browser, TestApp};

pub(crate) const MIB: usize = 1024 * 1024;

/// One call that is never sent twice.
pub(crate) const WRITE: &str = "/connectors/jira/issues/EX-1/comments";

pub(crate) const LIST: &str = "/connectors/jira/projects";
pub(crate) const REFRESH: &str = "/api/oauth/atlassian/refresh";

/// Somebody logged in, and a second process that takes the server for Atlassian.
pub(crate) struct Stage {
    pub(crate) app: TestApp,
    pub(crate) upstream: RawUpstream,
    pub(crate) browser: Browser,
    _process: App,
}

impl Stage {
    /// The server stands in for what these settings name.
    pub(crate) async fn set(replaced: &[&str], timeout: &str) -> Self {
        let app = TestApp::start().await;
        let browser = app.logged_in("mia").await;
        let upstream = RawUpstream::start().await;
        let url = upstream.url();
        let mut settings = vec![("UPSTREAM_TIMEOUT", timeout)];
        settings.extend(replaced.iter().map(|name| (*name, url.as_str())));
        let process = app.another_process_with(&settings).await;
        Self {
            browser: elsewhere(&process, &browser),
            app,
            upstream,
            _process: process,
        }
    }

    pub(crate) async fn gateway(timeout: &str) -> Self {
        Self::set(&["ATLASSIAN_API_URL"], timeout).await
    }

    pub(crate) async fn write(&self, answer: Raw) -> Answer {
        self.upstream.answer([answer]);
        self.browser.post(WRITE, json!({"body": "Hello"})).await
    }

    pub(crate) async fn read_identity(&self, answer: Raw) -> Answer {
        self.upstream.answer([answer]);
        self.browser.get(READ).await
    }
}

#[track_caller]
pub(crate) fn is_vendors(answer: &Answer, status: u16, what: &str) {
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (status, "VENDOR_ERROR"),
        "{what}: {}",
        answer.body
    );
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub(crate) fn bytes(status: &str, headers: &[&str], body: &[u8]) -> Raw {
    Raw::Bytes(response(status, headers, body))
}

pub(crate) fn exactly(headers: &[&str], body: &[u8]) -> Raw {
    Raw::Bytes(head_and("200 OK", headers, body))
}

pub(crate) const EMPTY_LIST: &[u8] = br#"{"values":[],"isLast":true}"#;
