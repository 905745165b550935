//! Pages that tests make, change and read through the connector.

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::{Answer, Browser, TestApp};

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

/// Puts a page into the archive, as its owner does in Confluence itself.
pub(crate) async fn archive(app: &TestApp, id: &str) {
    let host = app.sandbox.base_url().replace("http://", "");
    let body = json!({"pages": [{ "id": id }]}).to_string();
    let request = format!(
        "POST /sites/acme.atlassian.net/wiki/rest/api/content/archive HTTP/1.1\r\nHost: {host}\r\n\
         Authorization: Basic bWlhQGV4YW1wbGUuY29tOmNsYXNzaWMtdG9rZW4tbWlh\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(&host).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
}
