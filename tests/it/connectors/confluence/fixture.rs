//! Pages that tests make, change and read through the connector.

use serde_json::{Value, json};

use crate::support::{Answer, Browser};

/// Asks for a page to be made.
pub(crate) async fn make(browser: &Browser, title: &str, body: impl Into<Value>) -> Answer {
    let page = json!({"space_key": "ENG", "title": title, "body": body.into()});
    browser.post("/connectors/confluence/create", page).await
}

/// Makes a page and gives its id.
pub(crate) async fn made(browser: &Browser, title: &str, body: impl Into<Value>) -> String {
    let made = make(browser, title, body).await;
    assert_eq!(made.status, 201, "{}", made.body);
    made.json()["id"].as_str().unwrap().to_owned()
}

pub(crate) async fn put(browser: &Browser, id: &str, body: Value) -> Answer {
    browser.put(&address(id), body).await
}

pub(crate) fn address(id: &str) -> String {
    format!("/connectors/confluence/pages/{id}")
}

/// The page as it is stored, in storage format.
pub(crate) async fn stored(browser: &Browser, id: &str) -> Value {
    browser
        .get(&format!("{}?format=raw", address(id)))
        .await
        .json()
}
