//! Issues that tests make through the connector.

use serde_json::Value;

use crate::support::Browser;

/// Makes an issue and gives its key.
pub(crate) async fn made(browser: &Browser, body: Value) -> String {
    let answer = browser.post("/connectors/jira/create", body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.json()["id"].as_str().unwrap().to_owned()
}
