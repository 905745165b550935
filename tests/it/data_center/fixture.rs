//! People who have connected the sandbox's Data Center.

use serde_json::{Value, json};

use crate::support::{Answer, Browser, TestApp};

pub(crate) async fn connect(browser: &Browser, product: &str, body: Value) -> Answer {
    browser
        .patch(&format!("/connectors/{product}/connection"), body)
        .await
}

/// A person who is logged in to Cloud as Omar and has connected both products of the Data Center
/// as `account`.
pub(crate) async fn connected(app: &TestApp, account: &str) -> Browser {
    let browser = app.logged_in("omar").await;
    for product in ["jira", "confluence"] {
        let pat = format!("{product}-pat-{account}");
        let answer = connect(&browser, product, json!({ "pat": pat })).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    app.sandbox.clear_journal();
    browser
}
