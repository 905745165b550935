//! People whom pages and comments mention: by name where the scopes allow, and by account in what is written.

use std::time::Duration;

use serde_json::{Value, json};

use crate::connectors::confluence::fixture::{address, made, put, stored};
use crate::support::faults::{answering_text, on_method};
use crate::support::{Browser, TestApp};

const MIA: &str = "5b10ac8d82e05b22cc7d4ef5";

fn mention(account: &str) -> String {
    format!("<ac:link><ri:user ri:account-id=\"{account}\" /></ac:link>")
}

async fn account_of(browser: &Browser, comments: &str) -> String {
    let comment = browser.post(comments, json!({"body": "mine"})).await.json();
    comment["author"]["account_id"].as_str().unwrap().to_owned()
}

async fn shown(browser: &Browser, id: &str) -> String {
    let page = browser.read(&address(id)).await;
    page["body"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn people_in_a_text_are_named_where_the_scopes_allow() {
    let app = TestApp::start().await;
    let (mia, omar) = (app.logged_in("mia").await, app.logged_in("omar").await);
    let discussed = made(&mia, "Discussed by Omar", "").await;
    let comments = format!("{}/comments", address(&discussed));
    let his = account_of(&omar, &comments).await;
    let text = format!("<p>ask {} or {}</p>", mention(MIA), mention(&his));
    let own = json!({"representation": "storage", "value": text});
    let id = made(&mia, "Mentioned", own.clone()).await;
    app.sandbox.clear_journal();
    assert_eq!(
        shown(&mia, &id).await,
        format!("ask @[Mia Krystof](accountid:{MIA}) or @[{his}](accountid:{his})"),
        "the caller's own name is known"
    );
    assert_eq!(app.sandbox.journal().len(), 1, "nobody is looked up");

    let with_names = "/auth/atlassian/login?site=acme&scope=read:user:confluence";
    app.complete(&mia, with_names, "mia").await;
    let named = format!("ask @[Mia Krystof](accountid:{MIA}) or @[Omar Haddad](accountid:{his})");
    assert_eq!(shown(&mia, &id).await, named);
    mia.post(&comments, json!({ "body": own })).await;
    let listed = mia.read(&comments).await;
    assert_eq!(listed[1]["body"], Value::from(named.as_str()));

    // Names are shown and mean nothing: the rest of the text stays byte for byte.
    let edited = named.replace("ask", "tell").replace("Omar Haddad", "Omar");
    let answer = put(&mia, &id, json!({ "body": edited })).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["body"], named.replace("ask", "tell"));
    let written = stored(&mia, &id).await["body"]["storage"]["value"].clone();
    let written = written.as_str().unwrap().replace("\"/>", "\" />");
    assert_eq!(written, text.replace("ask", "tell"));

    // Names are remembered for an hour.
    app.clock.advance(Duration::from_secs(3601));
    let fault = on_method("POST", "/users-bulk", answering_text(404, "{}"), Some(1));
    app.sandbox.fault(fault);
    let without = named.replace("ask", "tell").replace("Omar Haddad", &his);
    assert_eq!(
        shown(&mia, &id).await,
        without,
        "a page is worth reading without names"
    );
}
