//! Fields beyond the usual ones: texts of several lines in Markdown, choices below choices, by what the
//! field's schema says.

use serde_json::{Value, json};

use crate::connectors::jira::fixture::made;
use crate::connectors::tools::fixture::{given, invoke};
use crate::data_center::fixture::connected;
use crate::support::{Browser, TestApp};

/// Custom fields of the sandbox: a text of several lines, a choice with choices below it, a text of one line.
const CRITERIA: &str = "customfield_10030";
const REGION: &str = "customfield_10031";
const BUILD: &str = "customfield_10032";

const TEXT: &str = "## Done\n\n- it **works**\n- see [docs](https://example.com)";

fn address(key: &str) -> String {
    format!("/connectors/jira/issues/{key}")
}

/// The fields as Jira has them.
async fn raw(browser: &Browser, key: &str) -> Value {
    browser.read(&format!("{}?format=raw", address(key))).await["fields"].clone()
}

/// The fields as an agent reads them.
async fn shown(browser: &Browser, key: &str) -> Value {
    let args = json!({"issue_key": key, "fields": "*all"});
    given(browser, "jira_get_issue", args).await
}

/// Texts and choices, written and read, on either system.
async fn written_and_read(browser: &Browser, project: &str, is_cloud: bool) {
    let fields =
        json!({CRITERIA: TEXT, "environment": "on `linux`", REGION: "EU → Berlin", BUILD: "**7**"});
    let draft = json!({"project_key": project, "summary": "Fields", "additional_fields": fields});
    let key = made(browser, draft).await;
    let stored = raw(browser, &key).await;
    if is_cloud {
        assert_eq!(stored[CRITERIA]["type"], "doc", "{stored}");
        assert_eq!(stored["environment"]["type"], "doc", "{stored}");
    } else {
        assert!(
            stored[CRITERIA].as_str().unwrap().contains("h2. Done"),
            "{stored}"
        );
        assert_eq!(stored["environment"], "on {{linux}}");
    }
    assert_eq!(stored[REGION]["child"]["value"], "Berlin");
    assert_eq!(stored[BUILD], "**7**", "one line is plain text");
    let read = shown(browser, &key).await;
    assert_eq!(read[CRITERIA], TEXT, "{read}");
    assert_eq!(read["environment"], "on `linux`");
    assert_eq!(read[REGION], "EU → Berlin");
    assert_eq!(read[BUILD], "**7**");
    let found = given(
        browser,
        "jira_search",
        json!({"jql": format!("key = {key}"), "fields": "*all"}),
    )
    .await;
    assert_eq!(found["items"][0][CRITERIA], TEXT, "{found}");
    assert_eq!(found["items"][0][REGION], "EU → Berlin");

    let change = json!({"additional_fields": {CRITERIA: TEXT.replace("works", "holds"),
        REGION: {"value": "EU", "child": "Paris"}, BUILD: "8"}});
    let changed = browser.put(&address(&key), change).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    let read = shown(browser, &key).await;
    assert_eq!(read[CRITERIA], TEXT.replace("works", "holds"));
    assert_eq!(
        (&read[REGION], &read[BUILD]),
        (&json!("EU → Paris"), &json!("8"))
    );

    // A field is called by its id, or as people see it.
    let by_name = json!({"additional_fields": {"acceptance criteria": "- by **name**"}});
    let changed = browser.put(&address(&key), by_name).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(shown(browser, &key).await[CRITERIA], "- by **name**");

    by_tools(browser, project, &key).await;
    let cleared = json!({"additional_fields": {CRITERIA: null, REGION: null, "environment": null}});
    assert_eq!(browser.put(&address(&key), cleared).await.status, 200);
    let stored = raw(browser, &key).await;
    assert_eq!(
        (&stored[CRITERIA], &stored[REGION]),
        (&Value::Null, &Value::Null)
    );
}

/// The same by tools, where the fields stand among the others.
async fn by_tools(browser: &Browser, project: &str, key: &str) {
    let update = json!({"issue_key": key, "fields": {CRITERIA: TEXT, "environment": "_here_", REGION: "US"}});
    let updated = given(browser, "jira_update_issue", update).await;
    assert_eq!(updated[CRITERIA], TEXT, "{updated}");
    assert_eq!(
        (&updated["environment"], &updated[REGION]),
        (&json!("_here_"), &json!("US"))
    );
    let new = json!({"project_key": project, "summary": "By tool", "issue_type": "Task",
        "additional_fields": {CRITERIA: TEXT, REGION: "EU -> Paris"}});
    let made = given(browser, "jira_create_issue", new).await;
    let read = shown(browser, made["id"].as_str().unwrap()).await;
    assert_eq!(
        (&read[CRITERIA], &read[REGION]),
        (&json!(TEXT), &json!("EU → Paris"))
    );
}

#[tokio::test]
async fn texts_and_choices_are_written_as_they_are_read_on_cloud() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    written_and_read(&browser, "WEB", true).await;
}

#[tokio::test]
async fn texts_and_choices_are_written_as_they_are_read_on_data_center() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    written_and_read(&browser, "MILL", false).await;
}

#[tokio::test]
async fn jira_is_asked_for_the_fields_only_where_a_value_could_be_either() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let document = json!({"type": "doc", "version": 1, "content": []});
    app.sandbox.clear_journal();
    let fields = json!({CRITERIA: document, "environment": "x", REGION: {"value": "EU"}});
    let draft = json!({"project_key": "WEB", "summary": "Own", "additional_fields": fields});
    let key = made(&browser, draft).await;
    let own = json!({"fields": {CRITERIA: "text"}});
    let refused = browser.put(&address(&key), own).await;
    assert_eq!(refused.status, 400, "Jira's own form is passed on as it is");
    assert!(
        refused.body.contains("Atlassian Document"),
        "{}",
        refused.body
    );
    let asked = app.sandbox.journal();
    assert!(asked.iter().all(|call| !call.path.ends_with("/field")));
}

#[tokio::test]
async fn an_edit_of_any_text_keeps_what_markdown_cannot_say_or_is_refused() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = made(
        &browser,
        json!({"project_key": "WEB", "summary": "Lossless"}),
    )
    .await;
    let status =
        json!({"type": "status", "attrs": {"text": "DONE", "color": "green", "localId": "s1"}});
    let document = |words: &str| {
        json!({"type": "doc", "version": 1, "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": words}, status]}]})
    };
    let own = json!({"fields": {CRITERIA: document("plain "), "environment": document("plain ")}});
    assert_eq!(browser.put(&address(&key), own).await.status, 200);
    let read = shown(&browser, &key).await;
    for field in [CRITERIA, "environment"] {
        let text = read[field].as_str().unwrap();
        let edited = json!({"additional_fields": {field: text.replace("plain", "simple")}});
        let answer = browser.put(&address(&key), edited).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(raw(&browser, &key).await[field], document("simple "));

        let foreign = "[x](keep:status-00000000)";
        let refused = browser
            .put(
                &address(&key),
                json!({"additional_fields": {field: foreign}}),
            )
            .await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        assert_eq!(refused.json()["details"]["fields"], json!([field]));
        let update = json!({"issue_key": key, "fields": {field: foreign}});
        let refused = invoke(&browser, "jira_update_issue", update).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        let draft =
            json!({"project_key": "WEB", "summary": "New", "additional_fields": {field: foreign}});
        let refused = browser.post("/connectors/jira/create", draft).await;
        assert_eq!(refused.status, 422, "{}", refused.body);
    }
}

#[tokio::test]
async fn a_due_date_is_a_day_or_a_time_or_none_on_every_route_and_tool() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let draft = json!({"project_key": "WEB", "summary": "Due", "due_date": "2026-01-31T00:00:00Z"});
    let key = made(&browser, draft).await;
    let path = format!("/connectors/jira/issues/{key}");
    let due = async || browser.read(&path).await["due_date"].clone();
    assert_eq!(due().await, "2026-01-31");
    for (change, expected) in [
        (json!({"due_date": "2026-02-28"}), json!("2026-02-28")),
        (
            json!({"due_date": "2026-03-01T23:30:00+05:00"}),
            json!("2026-03-01"),
        ),
        (
            json!({"due_date": "2026-03-02 10:00:00Z"}),
            json!("2026-03-02"),
        ),
        (json!({"due_date": ""}), Value::Null),
        (
            json!({"additional_fields": {"duedate": "2026-03-03T10:00:00Z"}}),
            json!("2026-03-03"),
        ),
        (json!({"due_date": "none"}), Value::Null),
        (
            json!({"additional_fields": {"duedate": "2026-03-04"}}),
            json!("2026-03-04"),
        ),
        (
            json!({"additional_fields": {"duedate": "none"}}),
            Value::Null,
        ),
        (json!({"due_date": "2026-03-05"}), json!("2026-03-05")),
        (json!({"due_date": null}), Value::Null),
    ] {
        let answer = browser.put(&path, change.clone()).await;
        assert_eq!(answer.status, 200, "{change}: {}", answer.body);
        assert_eq!(due().await, expected, "{change}");
    }
    for bad in [
        "tomorrow",
        "2026-02-30",
        "2026-02-28T",
        "28.02.2026",
        "2026-02-28T10:00",
    ] {
        let answer = browser.put(&path, json!({"due_date": bad})).await;
        answer.assert_invalid(&["due_date"], "must be a day like 2026-02-28, or a time");
    }
    let empty = json!({"project_key": "WEB", "summary": "No day", "due_date": ""});
    let key = made(&browser, empty).await;
    let path = format!("/connectors/jira/issues/{key}");
    assert_eq!(browser.read(&path).await["due_date"], Value::Null);
}
