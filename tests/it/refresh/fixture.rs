//! What the tests of the refresh share: faults at the token endpoint, and what was asked there.

use std::time::Duration;

use atlassian_sandbox::{Fault, FaultAction, JournalEntry};
use serde_json::Value;

use crate::support::faults::on_api;
use crate::support::waiting::until;
use crate::support::{Browser, TestApp};

/// A call that needs an access token.
pub(crate) const READ: &str = "/api/atlassian/resources";
/// Where that call goes at Atlassian.
pub(crate) const READ_UPSTREAM: &str = "/oauth/token/accessible-resources";
/// A little longer than an access token lives.
pub(crate) const EXPIRY: Duration = Duration::from_secs(3601);
const FORCED: &str = "/api/oauth/atlassian/refresh";

/// Lets `action` happen to refreshes, and to refreshes only.
pub(crate) fn on_refresh(action: FaultAction, times: Option<u32>) -> Fault {
    Fault {
        method: Some(String::from("POST")),
        path_contains: String::from("/oauth/token"),
        body_contains: Some(String::from("refresh_token")),
        times,
        action,
    }
}

/// Lets `action` happen to the calls of [`READ`].
pub(crate) fn on_read(action: FaultAction, times: Option<u32>) -> Fault {
    on_api(READ_UPSTREAM, action, times)
}

impl TestApp {
    /// Every refresh that reached Atlassian, processed or not.
    pub(crate) fn refreshes(&self) -> Vec<JournalEntry> {
        let is_refresh = |entry: &JournalEntry| {
            entry.path == "/oauth/token" && entry.body.contains("\"refresh_token\"")
        };
        self.sandbox
            .journal()
            .into_iter()
            .filter(is_refresh)
            .collect()
    }

    /// The refresh tokens presented, in order.
    pub(crate) fn presented(&self) -> Vec<String> {
        let token = |entry: &JournalEntry| {
            let body: Value = serde_json::from_str(&entry.body).unwrap();
            body["refresh_token"].as_str().unwrap().to_owned()
        };
        self.refreshes().iter().map(token).collect()
    }

    /// The access tokens that [`READ`] was made with at Atlassian, in order.
    pub(crate) fn used_tokens(&self) -> Vec<String> {
        self.sandbox
            .journal()
            .iter()
            .filter(|entry| entry.path == READ_UPSTREAM)
            .map(|entry| entry.header("authorization").unwrap().to_owned())
            .collect()
    }

    /// Waits until `count` refreshes have reached Atlassian.
    pub(crate) async fn until_refreshing(&self, count: usize) {
        until("a refresh is under way", async || {
            self.refreshes().len() >= count
        })
        .await;
    }

    /// The one grant's generation and status.
    pub(crate) async fn grant_state(&self) -> (Option<i64>, Option<String>) {
        let mut raw = self.raw().await;
        (
            raw.number("SELECT generation FROM grants").await,
            raw.text("SELECT status FROM grants").await,
        )
    }

    /// A logged-in browser whose access token has just expired, and a clean journal.
    pub(crate) async fn expired(&self) -> Browser {
        let browser = self.logged_in("mia").await;
        self.advance(EXPIRY);
        self.sandbox.clear_journal();
        browser
    }
}

/// Asks for a refresh as a person does, and gives the answer's body.
pub(crate) async fn force(browser: &Browser) -> Value {
    let answer = browser.post(FORCED, serde_json::json!({})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["data"].clone()
}
