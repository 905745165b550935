//! Mia, connected to both products on two sites, and programs with keys of hers.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use integration_backend::model::api_key::KeyScope;

use crate::support::{Answer, Browser, TestApp};

/// A program that calls the gateway.
pub(crate) struct Client {
    pub(crate) app: TestApp,
    pub(crate) mia: Browser,
    browser: Browser,
    pub(crate) authorization: String,
}

impl Client {
    /// With a key that may read and write.
    pub(crate) async fn start() -> Self {
        Self::start_with(&[], &[KeyScope::Read, KeyScope::Write]).await
    }

    pub(crate) async fn start_with(settings: &[(&str, &str)], scopes: &[KeyScope]) -> Self {
        Self::of(TestApp::start_with(settings).await, scopes).await
    }

    pub(crate) async fn of(app: TestApp, scopes: &[KeyScope]) -> Self {
        let mia = app.logged_in("mia").await;
        let authorization = key_of(&app, &mia, scopes).await;
        app.sandbox.clear_journal();
        Self {
            browser: app.browser(),
            app,
            mia,
            authorization,
        }
    }

    /// The key in the form in which it is a password.
    pub(crate) fn basic(&self, user: &str) -> String {
        let key = self.authorization.trim_start_matches("Bearer ");
        format!("Basic {}", STANDARD.encode(format!("{user}:{key}")))
    }

    pub(crate) async fn get(&self, address: &str) -> Answer {
        self.send("GET", address, &[], None).await
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        address: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> Answer {
        let own = ("authorization", self.authorization.as_str());
        let headers: Vec<_> = headers.iter().copied().chain([own]).collect();
        let body = body.map(str::to_owned);
        self.browser.send(method, address, &headers, body).await
    }

    /// The same with other credentials.
    pub(crate) async fn send_as(
        &self,
        method: &str,
        address: &str,
        headers: &[(&str, &str)],
        body: Option<&str>,
    ) -> Answer {
        let body = body.map(str::to_owned);
        self.browser.send(method, address, headers, body).await
    }

    /// The cloud id of a site that Mia's login reaches.
    pub(crate) async fn cloud_id(&self, name: &str) -> String {
        let sites = self.get("/oauth/token/accessible-resources").await.json();
        let sites = sites.as_array().unwrap().clone();
        let site = sites
            .iter()
            .find(|site| site["url"].as_str().unwrap().contains(name));
        site.unwrap()["id"].as_str().unwrap().to_owned()
    }

    /// What reached Atlassian's APIs, as method and path.
    pub(crate) fn sent(&self) -> Vec<String> {
        let journal = self.app.sandbox.journal();
        let calls = journal
            .iter()
            .filter(|call| !call.path.starts_with("/oauth/"));
        calls
            .map(|call| format!("{} {}", call.method, call.path))
            .collect()
    }

    /// Asserts that no call carried the key, and every call a token of Atlassian's.
    pub(crate) fn assert_key_stays_here(&self) {
        let key = self.authorization.trim_start_matches("Bearer ");
        for call in self.app.sandbox.journal() {
            let text = format!("{call:?}");
            assert!(!text.contains(key), "{text}");
            let ours = call.header("user-agent").unwrap_or_default();
            assert!(ours.starts_with("integration-backend/"), "{text}");
        }
    }
}

/// A key of the person in this browser, as the `Authorization` header carries it.
pub(crate) async fn key_of(app: &TestApp, browser: &Browser, scopes: &[KeyScope]) -> String {
    let session = browser.get("/auth/session").await.json();
    let id = session["user"]["id"].as_str().unwrap().to_owned();
    app.api_key(&id, "default", scopes).await
}

/// Asserts that a failure is ours, in the form that clients of Atlassian's read.
#[track_caller]
pub(crate) fn assert_ours(answer: &Answer, status: u16, code: &str) {
    assert_eq!(answer.status, status, "{}", answer.body);
    assert_eq!(answer.error_code(), code, "{}", answer.body);
    let body = answer.json();
    assert_eq!(body["errorMessages"][0], body["message"]);
    assert_eq!(body["errors"], serde_json::json!({}));
    assert_eq!(
        answer.header("content-type"),
        "application/json;charset=UTF-8"
    );
}
