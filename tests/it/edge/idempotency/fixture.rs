//! Creates with a key, and what came of them at Atlassian.

use atlassian_sandbox::{Fault, FaultAction};
use serde_json::{Value, json};

use crate::support::faults::on_method;
use crate::support::{Answer, Browser, TestApp};

pub(crate) const JIRA: &str = "/connectors/jira/create";
pub(crate) const CONFLUENCE: &str = "/connectors/confluence/create";

pub(crate) fn issue(summary: &str) -> Value {
    json!({"project_key": "WEB", "summary": summary})
}

pub(crate) async fn send(browser: &Browser, route: &str, key: &str, body: &Value) -> Answer {
    let headers = [("idempotency-key", key)];
    browser.post_with(route, &headers, body).await
}

/// How many creates reached Atlassian, processed or not.
pub(crate) fn creates(app: &TestApp) -> usize {
    let is_create = |path: &str| path.ends_with("/rest/api/3/issue") || path.ends_with("/pages");
    app.sandbox
        .journal()
        .iter()
        .filter(|call| call.method == "POST" && is_create(&call.path))
        .count()
}

pub(crate) fn on_create(action: FaultAction, times: Option<u32>) -> Fault {
    on_method("POST", "/rest/api/3/issue", action, times)
}

pub(crate) fn is_replay(answer: &Answer) -> bool {
    answer.header("idempotent-replayed") == "true"
}

pub(crate) fn assert_unknown(answer: &Answer) {
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (504, "VENDOR_ERROR"),
        "{}",
        answer.body
    );
    assert_eq!(answer.json()["details"]["outcome"], "unknown");
}
