//! People whom issues and comments mention: shown and written by their right names.

use std::time::Duration;

use serde_json::{Value, json};

use crate::connectors::jira::fixture::made;
use crate::connectors::tools::fixture::given;
use crate::support::faults::{answering_text, on_api};
use crate::support::{Browser, TestApp};

const OMAR: &str = "712020:8f1f8f0e-2d1a-4c53-9a55-6a8b7f1d3c20";

/// A document that mentions an account, as another app has written it.
fn asking(account: &str, name: Option<&str>) -> Value {
    let mut attrs = json!({ "id": account });
    if let Some(name) = name {
        attrs["text"] = json!(name);
    }
    json!({"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [
        {"type": "text", "text": "ask "}, {"type": "mention", "attrs": attrs}]}]})
}

async fn asked(browser: &Browser) -> String {
    let fields = json!({"project": {"key": "WEB"}, "summary": "Who", "issuetype": {"name": "Task"},
        "description": asking(OMAR, None), "customfield_10030": asking(OMAR, Some(&format!("@{OMAR}")))});
    made(browser, json!({ "fields": fields })).await
}

fn address(key: &str) -> String {
    format!("/connectors/jira/issues/{key}")
}

fn look_ups(app: &TestApp) -> usize {
    let journal = app.sandbox.journal();
    let of_people = journal
        .iter()
        .filter(|call| call.path.ends_with("/user/bulk"));
    of_people.count()
}

#[tokio::test]
async fn people_whom_issues_and_comments_mention_are_shown_by_their_names() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = asked(&browser).await;
    let comments = format!("{}/comments", address(&key));
    let comment = json!({ "body": asking(OMAR, Some("")) });
    let named = format!("ask @[Omar Haddad](accountid:{OMAR})");
    let written = browser.post(&comments, comment).await;
    assert_eq!(
        (written.status, &written.json()["body"]),
        (201, &json!(named))
    );
    app.sandbox.clear_journal();
    for _ in 0..2 {
        assert_eq!(browser.read(&address(&key)).await["description"], named);
        assert_eq!(browser.read(&comments).await[0]["body"], named);
    }
    assert_eq!(look_ups(&app), 0, "it was looked up once");
    let tool = json!({"issue_key": key, "fields": "*all"});
    let whole = given(&browser, "jira_get_issue", tool).await;
    for field in ["description", "customfield_10030"] {
        assert_eq!(whole[field], named, "{field}");
    }
    assert_eq!(whole["comments"][0]["body"], named);
    let found = json!({"jql": format!("key = {key}")});
    let found = given(&browser, "jira_search", found).await;
    assert_eq!(found["items"][0]["description"], named, "{found}");

    // What Jira holds is shown as it is, and names are no change.
    let raw = format!("{}?format=raw", address(&key));
    let stored = browser.read(&raw).await["fields"]["description"].clone();
    assert_eq!(stored, asking(OMAR, None));
    let change = json!({"description": named.replace("ask", "tell")});
    let changed = browser.put(&address(&key), change).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(changed.json()["description"], named.replace("ask", "tell"));
    let mut expected = asking(OMAR, None);
    expected["content"][0]["content"][0]["text"] = json!("tell ");
    assert_eq!(browser.read(&raw).await["fields"]["description"], expected);
}

#[tokio::test]
async fn a_name_is_asked_for_anew_after_an_hour_and_what_fails_fails_no_read() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = asked(&browser).await;
    let named = format!("ask @[Omar Haddad](accountid:{OMAR})");
    app.sandbox.clear_journal();
    assert_eq!(browser.read(&address(&key)).await["description"], named);
    assert_eq!(look_ups(&app), 1);
    app.clock.advance(Duration::from_secs(3599));
    assert_eq!(browser.read(&address(&key)).await["description"], named);
    assert_eq!(look_ups(&app), 1);
    app.clock.advance(Duration::from_secs(2));
    assert_eq!(browser.read(&address(&key)).await["description"], named);
    assert_eq!(look_ups(&app), 2);

    app.clock.advance(Duration::from_secs(3601));
    let nameless = format!("ask @[{OMAR}](accountid:{OMAR})");
    for (status, body) in [(400, "{}"), (404, "<html>"), (403, "{}")] {
        app.sandbox.clear_faults();
        app.sandbox
            .fault(on_api("/user/bulk", answering_text(status, body), None));
        let read = browser.get(&address(&key)).await;
        assert_eq!(read.status, 200, "{status}: {}", read.body);
        assert_eq!(read.json()["description"], nameless, "{status}");
    }
    // What was refused is not asked for again at once.
    app.sandbox.clear_faults();
    app.sandbox.clear_journal();
    assert_eq!(browser.read(&address(&key)).await["description"], nameless);
    assert_eq!(look_ups(&app), 0);
    app.clock.advance(Duration::from_secs(601));
    assert_eq!(browser.read(&address(&key)).await["description"], named);
}

#[tokio::test]
async fn what_one_login_was_told_of_people_is_nothing_for_another() {
    let app = TestApp::start().await;
    let (mia, lea) = (app.logged_in("mia").await, app.logged_in("lea").await);
    let key = asked(&mia).await;
    app.sandbox.clear_journal();
    for (browser, asked) in [(&mia, 1), (&lea, 2), (&mia, 2), (&lea, 2)] {
        browser.read(&address(&key)).await;
        assert_eq!(look_ups(&app), asked);
    }
}

#[tokio::test]
async fn who_is_mentioned_in_a_text_that_is_written_is_called_by_their_right_name() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let text = format!("ask [~accountid:{OMAR}]");
    let issue = json!({"project_key": "WEB", "summary": "Who", "description": text,
        "additional_fields": {"customfield_10030": format!("ask @[Nobody](accountid:{OMAR})")}});
    let key = made(&browser, issue).await;
    let right = asking(OMAR, Some("@Omar Haddad"));
    let raw = browser.read(&format!("{}?format=raw", address(&key))).await["fields"].clone();
    assert_eq!(raw["description"], right);
    assert_eq!(raw["customfield_10030"], right);
    let comments = format!("{}/comments", address(&key));
    let written = browser.post(&comments, json!({ "body": text })).await;
    assert_eq!(written.status, 201, "{}", written.body);
    let moved = json!({"transition": "In Progress", "comment": text});
    let moved = browser
        .post(&format!("{}/transitions", address(&key)), moved)
        .await;
    assert_eq!(moved.status, 200, "{}", moved.body);
    for comment in browser
        .read(&format!("{comments}?format=raw"))
        .await
        .as_array()
        .unwrap()
    {
        assert_eq!(comment["body"], right);
    }
    // One who is added by an edit; the others stay as they are.
    let other = json!({"fields": {"description": asking(OMAR, Some("@Omi"))}});
    browser.put(&address(&key), other).await;
    let shown = browser.read(&address(&key)).await["description"].clone();
    let added = format!(
        "{} and [~accountid:5f7c1a2b3d4e5f6071829304]",
        shown.as_str().unwrap()
    );
    let edited = browser
        .put(&address(&key), json!({ "description": added }))
        .await;
    assert_eq!(edited.status, 200, "{}", edited.body);
    let text = edited.json()["description"].clone();
    assert_eq!(
        text,
        format!(
            "ask @[Omi](accountid:{OMAR}) and @[Léa Fontaine](accountid:5f7c1a2b3d4e5f6071829304)"
        )
    );
}

#[tokio::test]
async fn whom_the_comment_of_a_work_log_or_a_link_mentions_has_their_right_name() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let omar = "712020:8f1f8f0e-2d1a-4c53-9a55-6a8b7f1d3c20";
    let text = format!("ask @[Bob](accountid:{omar})");
    for (tool, args) in [
        (
            "jira_add_worklog",
            json!({"issue_key": "WEB-1", "time_spent": "1h", "comment": text}),
        ),
        (
            "jira_create_issue_link",
            json!({"link_type": "Blocks", "inward_issue_key": "WEB-1", "outward_issue_key": "WEB-2", "comment": text}),
        ),
    ] {
        app.sandbox.clear_journal();
        given(&browser, tool, args).await;
        let journal = app.sandbox.journal();
        let sent = journal
            .iter()
            .find(|call| call.body.contains(omar))
            .unwrap();
        assert!(sent.body.contains("@Omar Haddad"), "{tool}: {}", sent.body);
    }
}
