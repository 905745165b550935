//! Pages that tests make, change and read through the connector.

use std::time::Duration;

use atlassian_sandbox::{Fault, FaultAction, JournalEntry};
use serde_json::{Value, json};

use crate::support::directly::{self, MIA};
use crate::support::faults::on_method;
use crate::support::waiting::until;
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

/// The writes that reached Confluence with the word `late` in them, in order.
fn late_writes(app: &TestApp) -> Vec<JournalEntry> {
    let is_late = |call: &JournalEntry| call.method == "PUT" && call.body.contains("late");
    let calls = app.sandbox.journal().into_iter();
    calls.filter(is_late).collect()
}

/// Holds up the next write with the word `late` in it until `change` has been made to the page, so that it comes
/// too late; gives the answer to `late`.
pub(crate) async fn overtaken(
    app: &TestApp,
    browser: &Browser,
    id: &str,
    late: impl Future<Output = Answer>,
    change: Value,
) -> Answer {
    let before = late_writes(app).len();
    let held = FaultAction::Delay(Duration::from_millis(1500));
    app.sandbox.fault(Fault {
        body_contains: Some(String::from("late")),
        ..on_method("PUT", id, held, Some(1))
    });
    let other = async {
        until("the late write has left", async || {
            late_writes(app).len() > before
        })
        .await;
        let other = put(browser, id, change).await;
        assert_eq!(other.status, 200, "{}", other.body);
    };
    let answer = tokio::join!(late, other).0;
    let held = &late_writes(app)[before];
    assert_eq!(held.status, 409, "it was to come too late");
    answer
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
    let path = "/sites/acme.atlassian.net/wiki/rest/api/content/archive";
    let body = json!({"pages": [{ "id": id }]});
    let (status, answer) = directly::post(&app.sandbox.base_url(), path, MIA, &body).await;
    assert_eq!(status, 202, "{answer}");
}
