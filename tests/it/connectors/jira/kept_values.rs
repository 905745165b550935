//! What fills a field stays unless somebody says that it shall go: a value that Jira refuses empties nothing, and a choice is
//! never another one that only looks alike.

use serde_json::{Value, json};

use crate::connectors::jira::fixture::made;
use crate::connectors::tools::fixture::invoke;
use crate::data_center::fixture::connected;
use crate::support::{Browser, TestApp};

const REGION: &str = "customfield_10031";
const REVIEWER: &str = "customfield_10033";
const TESTERS: &str = "customfield_10034";

fn address(key: &str) -> String {
    format!("/connectors/jira/issues/{key}")
}

async fn fields(browser: &Browser, key: &str) -> Value {
    let raw = format!("{}?format=raw", address(key));
    browser.read(&raw).await["fields"].clone()
}

/// Fields, filled, with what is sent to them that no program means.
async fn nothing_is_emptied_by_what_jira_refuses(browser: &Browser, project: &str) {
    let filled = json!({"project_key": project, "summary": "Filled", "assignee": "Omar",
        "additional_fields": {REGION: "EU → Berlin", REVIEWER: "Omar", TESTERS: "Omar", "fixVersions": [], "components": []}});
    let key = made(browser, filled).await;
    let before = fields(browser, &key).await;
    for field in [REGION, REVIEWER, TESTERS, "assignee"] {
        for value in [
            json!([null]),
            json!([null, null]),
            json!([""]),
            json!([" "]),
            json!([[]]),
            json!([{}]),
            json!(["null"]),
            json!("null"),
            json!("undefined"),
            json!("-"),
            json!({}),
        ] {
            let sent = json!({"additional_fields": {field: value}});
            let refused = browser.put(&address(&key), sent).await;
            assert!(
                (400..500).contains(&refused.status),
                "{field} {value}: {}",
                refused.body
            );
            let tool = json!({"issue_key": key, "additional_fields": {field: value}});
            let refused = invoke(browser, "jira_update_issue", tool).await;
            assert!(
                (400..500).contains(&refused.status),
                "{field} {value}: {}",
                refused.body
            );
            assert_eq!(
                fields(browser, &key).await[field],
                before[field],
                "{field} {value}"
            );
        }
    }
    for (field, empty) in [
        (REGION, "none"),
        (REVIEWER, "unassigned"),
        ("assignee", "none"),
    ] {
        let cleared = browser
            .put(&address(&key), json!({"additional_fields": {field: empty}}))
            .await;
        assert_eq!(cleared.status, 200, "{field}: {}", cleared.body);
        assert_eq!(fields(browser, &key).await[field], Value::Null, "{field}");
    }
}

#[tokio::test]
async fn a_value_that_is_refused_empties_no_field_on_cloud() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    nothing_is_emptied_by_what_jira_refuses(&browser, "WEB").await;
}

#[tokio::test]
async fn a_value_that_is_refused_empties_no_field_on_data_center() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    nothing_is_emptied_by_what_jira_refuses(&browser, "MILL").await;
}

#[tokio::test]
async fn lists_of_things_with_names_keep_theirs_too() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let filled = json!({"project_key": "APP", "summary": "Filled", "components": ["Checkout"]});
    let key = made(&browser, filled).await;
    let release = fields(&browser, "APP-1").await["fixVersions"][0]["name"].clone();
    let of_release = json!({"additional_fields": {"fixVersions": [release]}});
    if release.is_string() {
        assert_eq!(browser.put(&address(&key), of_release).await.status, 200);
    }
    let before = fields(&browser, &key).await;
    for field in ["components", "fixVersions"] {
        for value in [
            json!([null]),
            json!([""]),
            json!([[]]),
            json!("null"),
            json!(["null"]),
            json!("-"),
            json!(true),
            json!(7),
        ] {
            let sent = json!({"additional_fields": {field: value}});
            let refused = browser.put(&address(&key), sent).await;
            assert!(
                (400..500).contains(&refused.status),
                "{field} {value}: {}",
                refused.body
            );
            assert_eq!(
                fields(&browser, &key).await[field],
                before[field],
                "{field} {value}"
            );
        }
    }
    let cleared = browser.put(&address(&key), json!({"components": []})).await;
    assert_eq!(cleared.status, 200, "{}", cleared.body);
    assert_eq!(fields(&browser, &key).await["components"], json!([]));
}

#[tokio::test]
async fn one_field_under_two_names_is_refused() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = made(&browser, json!({"project_key": "WEB", "summary": "Twice"})).await;
    for (one, other) in [
        (
            json!({"duedate": "2026-12-24"}),
            json!({"Due date": "2026-12-25"}),
        ),
        (json!({REGION: "US"}), json!({"Region": "EU → Berlin"})),
        (json!({"labels": ["a"]}), json!({"Labels": ["b"]})),
        (json!({"Build": "1"}), json!({"build": "2"})),
    ] {
        let mut both = one.as_object().cloned().unwrap();
        both.extend(other.as_object().cloned().unwrap());
        let refused = browser
            .put(&address(&key), json!({"additional_fields": both}))
            .await;
        assert_eq!(refused.status, 422, "{both:?}: {}", refused.body);
        assert!(
            refused.body.contains("say different things"),
            "{}",
            refused.body
        );
        let draft = json!({"project_key": "WEB", "summary": "Twice", "additional_fields": both});
        assert_eq!(
            browser.post("/connectors/jira/create", draft).await.status,
            422
        );
    }
    let same = json!({"additional_fields": {"duedate": "2026-12-24", "Due date": "2026-12-24"}});
    assert_eq!(browser.put(&address(&key), same).await.status, 200);
}

#[tokio::test]
async fn a_new_issue_says_that_nobody_shall_have_it() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for (assignee, sent) in [
        (json!("unassigned"), Some(Value::Null)),
        (json!("none"), Some(Value::Null)),
        (json!(""), None),
        (json!(null), None),
    ] {
        app.sandbox.clear_journal();
        let draft = json!({"project_key": "WEB", "summary": "Nobody's", "assignee": assignee});
        made(&browser, draft).await;
        let journal = app.sandbox.journal();
        let call = journal.iter().find(|call| call.method == "POST").unwrap();
        let body: Value = serde_json::from_str(&call.body).unwrap();
        assert_eq!(body["fields"].get("assignee"), sent.as_ref(), "{assignee}");
    }
}

#[tokio::test]
async fn a_word_for_nothing_does_not_replace_a_text() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let draft = json!({"project_key": "WEB", "summary": "Kept", "description": "keep **me**"});
    let key = made(&browser, draft).await;
    let before = fields(&browser, &key).await["description"].clone();
    for word in ["null", "None", " undefined "] {
        let refused = browser
            .put(&address(&key), json!({"description": word}))
            .await;
        refused.assert_invalid(
            &["description"],
            "is the word that programs write for nothing",
        );
        assert_eq!(
            fields(&browser, &key).await["description"],
            before,
            "{word}"
        );
        let page = json!({"page_id": "98363", "title": "Renamed", "content": word});
        let refused = invoke(&browser, "confluence_update_page", page).await;
        assert_eq!(refused.status, 422, "{word}: {}", refused.body);
    }
    let meant = json!({"description": "null", "replace": true});
    assert_eq!(browser.put(&address(&key), meant).await.status, 200);
}
