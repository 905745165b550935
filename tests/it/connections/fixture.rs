//! A person's connections: looked at, changed and given up.

use serde_json::Value;

use crate::support::Browser;

/// The connection as its route shows it.
pub(crate) async fn connection(browser: &Browser, product: &str) -> Value {
    browser
        .read(&format!("/connectors/{product}/connection"))
        .await
}

/// Changes a connection, which must succeed.
pub(crate) async fn choose(browser: &Browser, product: &str, change: Value) -> Value {
    let answer = browser
        .patch(&format!("/connectors/{product}/connection"), change)
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

/// Gives a connection up.
pub(crate) async fn disconnect(browser: &Browser, product: &str) {
    let path = format!("/connectors/{product}/connection");
    let answer = browser.delete(&path).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}
