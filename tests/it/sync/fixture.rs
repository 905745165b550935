//! What the tests of syncs share: crowded sites, waiting for a run, and looking at what was asked.

use atlassian_sandbox::FaultAction;
use serde_json::{Value, json};

use crate::support::faults::on_api;
use crate::support::waiting::until;
use crate::support::{Browser, TestApp};

pub(crate) const PROJECTS: &str = "/project/search";
pub(crate) const PAGES: &str = "/wiki/api/v2/pages";

/// Where a product's sync is started and looked at.
pub(crate) fn sync_of(product: &str) -> String {
    format!("/connectors/{product}/sync")
}

pub(crate) async fn start(browser: &Browser, product: &str) -> Value {
    let answer = browser.post(&sync_of(product), json!({})).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    answer.json()
}

pub(crate) async fn status(browser: &Browser, product: &str) -> Value {
    browser.read(&sync_of(product)).await
}

/// Waits for the end of the run under way.
pub(crate) async fn ended(browser: &Browser, product: &str) -> Value {
    until("the sync ends", async || {
        status(browser, product).await["status"] != "running"
    })
    .await;
    status(browser, product).await
}

/// A whole sync that must succeed.
pub(crate) async fn synced(browser: &Browser, product: &str) -> Value {
    start(browser, product).await;
    let end = ended(browser, product).await;
    assert_eq!(end["status"], "succeeded", "{end}");
    end
}

/// The projects stored for the caller's own user, by key.
pub(crate) async fn stored_projects(browser: &Browser) -> Vec<Value> {
    fetched(browser, "/integrations/jira/projects/fetch").await
}

/// The stored rows that a `fetch` route gives, page by page to the end.
pub(crate) async fn fetched(browser: &Browser, first: &str) -> Vec<Value> {
    let mut address = first.to_owned();
    let mut seen = Vec::new();
    loop {
        let page = browser.get(&address).await;
        assert_eq!(page.status, 200, "{}", page.body);
        seen.extend(page.json()["items"].as_array().unwrap().clone());
        match page.header("link").split_once('>') {
            None => return seen,
            Some((link, _)) => link.trim_start_matches('<').clone_into(&mut address),
        }
    }
}

pub(crate) fn keys(rows: &[Value]) -> Vec<&str> {
    rows.iter()
        .map(|row| row["key"].as_str().unwrap())
        .collect()
}

impl TestApp {
    /// The queries of the calls to a list, in order, answered or not.
    pub(crate) fn walked(&self, list: &str) -> Vec<String> {
        let journal = self.sandbox.journal().into_iter();
        journal
            .filter(|entry| entry.path.ends_with(list))
            .map(|entry| entry.query)
            .collect()
    }

    /// Where each page of the projects began that was asked for.
    pub(crate) fn starts(&self) -> Vec<u64> {
        let start = |query: &String| {
            url::form_urlencoded::parse(query.as_bytes())
                .find(|(name, _)| name == "startAt")
                .map(|(_, value)| value.parse().unwrap())
                .unwrap()
        };
        self.walked(PROJECTS).iter().map(start).collect()
    }

    /// Starts a sync of Jira and lets it come to rest after its first page, because the quota is near.
    pub(crate) async fn rests_after_its_first_page(&self, browser: &Browser) {
        self.sandbox
            .set_behaviour(|behaviour| behaviour.near_limit = true);
        start(browser, "jira").await;
        self.until_at_rest().await;
        self.sandbox
            .set_behaviour(|behaviour| behaviour.near_limit = false);
        let resting = status(browser, "jira").await;
        assert_eq!(
            (&resting["status"], &resting["fetched"], &resting["error"]),
            (&json!("running"), &json!(100), &Value::Null)
        );
        let reason = "less than a fifth of Atlassian's quota is left, and people come first";
        assert_eq!(resting["waits_for"], reason, "{resting}");
        assert!(resting["paused_until"].is_string(), "{resting}");
    }

    /// Waits until nobody holds a run.
    pub(crate) async fn until_at_rest(&self) {
        until("the run is at rest", async || {
            let mut raw = self.raw().await;
            let held = "SELECT COUNT(*) FROM sync_runs WHERE lease_owner IS NOT NULL OR fence = 0";
            raw.number(held).await == Some(0)
        })
        .await;
    }

    /// Lets `action` happen to every call for projects from now on.
    pub(crate) fn on_projects(&self, action: FaultAction, times: Option<u32>) {
        self.sandbox.fault(on_api(PROJECTS, action, times));
    }
}
