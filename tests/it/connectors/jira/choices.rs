//! Values as people and models write them: choices in any letters and signs, numbers, lists in a text, nobody. What the
//! fields of the screen take decides.

use serde_json::{Value, json};

use crate::connectors::jira::fixture::made;
use crate::connectors::tools::fixture::{given, invoke};
use crate::data_center::fixture::connected;
use crate::support::{Browser, TestApp};

const REGION: &str = "customfield_10031";
const BUILD: &str = "customfield_10032";
const REVIEWER: &str = "customfield_10033";
const TESTERS: &str = "customfield_10034";

fn address(key: &str) -> String {
    format!("/connectors/jira/issues/{key}")
}

async fn fields(browser: &Browser, key: &str) -> Value {
    let raw = format!("{}?format=raw", address(key));
    browser.read(&raw).await["fields"].clone()
}

/// What became of the fields, however they were written: by both ways to make an issue, and both to change one.
async fn written(browser: &Browser, project: &str, values: &Value) -> Vec<Value> {
    let rest = json!({"project_key": project, "summary": "Values", "additional_fields": values});
    let tool = json!({"project_key": project, "summary": "Values", "issue_type": "Task", "additional_fields": values});
    let by_tool = given(browser, "jira_create_issue", tool).await;
    let by_tool = by_tool["id"].as_str().unwrap().to_owned();
    let mut keys = vec![made(browser, rest).await, by_tool];
    for further in ["fields", "additional_fields"] {
        let plain = json!({"project_key": project, "summary": "Values"});
        let key = made(browser, plain).await;
        let update = json!({"issue_key": key, further: values});
        given(browser, "jira_update_issue", update).await;
        keys.push(key);
    }
    let plain = json!({"project_key": project, "summary": "Values"});
    let key = made(browser, plain).await;
    let change = json!({ "additional_fields": values });
    let changed = browser.put(&address(&key), change).await;
    assert_eq!(changed.status, 200, "{values}: {}", changed.body);
    keys.push(key);
    let mut found = Vec::new();
    for key in keys {
        found.push(fields(browser, &key).await);
    }
    found
}

async fn choices_are_taken_as_people_write_them(browser: &Browser, project: &str) {
    for region in [
        json!("eu → berlin"),
        json!("EU > Berlin"),
        json!("EU / Berlin"),
        json!("EU - Berlin"),
        json!("Berlin"),
        json!({"parent": "EU", "child": "Berlin"}),
        json!({"value": "eu", "child": {"value": "BERLIN"}}),
        json!({"id": "10100", "child": {"id": "10101"}}),
        json!("10101"),
        json!(["EU", "Berlin"]),
    ] {
        let mut values = json!({});
        values["region"] = region.clone();
        for stored in written(browser, project, &values).await {
            assert_eq!(stored[REGION]["value"], "EU", "{region}");
            assert_eq!(stored[REGION]["child"]["value"], "Berlin", "{region}");
        }
    }
    let others = json!({"region": "us", "Build": 12, REVIEWER: "unassigned", TESTERS: "none"});
    for stored in written(browser, project, &others).await {
        assert_eq!(stored[REGION]["value"], "US");
        assert_eq!(stored[REGION]["child"], Value::Null);
        assert_eq!(stored[BUILD], "12");
        assert_eq!(stored[REVIEWER], Value::Null);
        assert_eq!(stored[TESTERS], Value::Null);
    }
    let numbers = json!({BUILD: true, "priority": "high"});
    for stored in written(browser, project, &numbers).await {
        assert_eq!(stored[BUILD], "true");
        assert_eq!(stored["priority"]["name"], "High");
    }
}

/// What fits nothing is told with what would.
async fn what_fits_nothing_is_refused(browser: &Browser, project: &str) {
    let key = made(
        browser,
        json!({"project_key": project, "summary": "Refused"}),
    )
    .await;
    for region in [
        json!("Rome"),
        json!("EU → Rome"),
        json!({"parent": "EU", "child": "Rome"}),
    ] {
        let values = json!({ REGION: region });
        let draft =
            json!({"project_key": project, "summary": "Refused", "additional_fields": values});
        let tool = json!({"project_key": project, "summary": "Refused", "issue_type": "Task", "additional_fields": values});
        for refused in [
            browser.post("/connectors/jira/create", draft).await,
            invoke(browser, "jira_create_issue", tool).await,
            browser
                .put(&address(&key), json!({ "additional_fields": values }))
                .await,
            invoke(
                browser,
                "jira_update_issue",
                json!({"issue_key": key, "fields": values}),
            )
            .await,
        ] {
            refused.assert_invalid(&[REGION], "no such region");
            let choices = "Region (customfield_10031) takes one of EU, EU → Berlin, EU → Paris, US, US → Austin, Elsewhere";
            assert!(refused.body.contains(choices), "{}", refused.body);
        }
    }
}

#[tokio::test]
async fn choices_are_taken_as_people_write_them_on_cloud() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    choices_are_taken_as_people_write_them(&browser, "WEB").await;
}

#[tokio::test]
async fn choices_are_taken_as_people_write_them_on_data_center() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    choices_are_taken_as_people_write_them(&browser, "MILL").await;
}

#[tokio::test]
async fn a_value_that_fits_nothing_is_refused_with_the_choices_on_both_kinds_of_sites() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    what_fits_nothing_is_refused(&browser, "WEB").await;
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    what_fits_nothing_is_refused(&browser, "MILL").await;
}

#[tokio::test]
async fn components_types_and_numbers_are_known_in_any_letters() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let types = browser.read("/connectors/jira/projects/APP/issue-types");
    assert!(types.await.to_string().contains("Story"));
    let draft = json!({"project_key": "APP", "summary": "Story", "issue_type": "story", "priority": "low",
        "components": ["checkout"], "additional_fields": {"Story point estimate": "5"}});
    let key = made(&browser, draft).await;
    let stored = fields(&browser, &key).await;
    assert_eq!(stored["components"][0]["name"], "Checkout");
    assert_eq!(stored["issuetype"]["name"], "Story");
    assert_eq!(stored["priority"]["name"], "Low");
    assert_eq!(stored["customfield_10016"], 5.0);
    let unknown = json!({"project_key": "APP", "summary": "Story", "components": ["Chekout"]});
    let refused = browser.post("/connectors/jira/create", unknown).await;
    refused.assert_invalid(&["components"], "no such component");
    assert!(refused.body.contains("Checkout"), "{}", refused.body);
    let unknown = json!({"project_key": "APP", "summary": "Story", "issue_type": "Saga"});
    let refused = browser.post("/connectors/jira/create", unknown).await;
    refused.assert_invalid(&["issue_type"], "no such type");
    assert!(refused.body.contains("Task"), "{}", refused.body);
    let urgent = json!({"priority": "Urgent"});
    let refused = browser.put(&address(&key), urgent).await;
    refused.assert_invalid(&["priority"], "no such priority");
    assert!(refused.body.contains("High"), "{}", refused.body);
}

#[tokio::test]
async fn the_screen_is_asked_for_only_where_jira_refused_a_value() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    let fields = json!({REGION: "EU → Berlin", "priority": "High"});
    let draft = json!({"project_key": "WEB", "summary": "Exact", "additional_fields": fields});
    let key = made(&browser, draft).await;
    let two_lines = json!({"fields": {"summary": "a\nb"}});
    let refused = browser.put(&address(&key), two_lines).await;
    assert_eq!(refused.status, 400, "{}", refused.body);
    let journal = app.sandbox.journal();
    assert!(journal.iter().all(|call| !call.path.contains("meta")));
    // Where it cannot be read, Jira's own refusal stands.
    app.sandbox.clear_journal();
    let wrong = json!({"additional_fields": {REGION: "Rome"}});
    let refused = browser.put(&address(&key), wrong).await;
    refused.assert_invalid(&[REGION], "no such region");
    let journal = app.sandbox.journal();
    let metadata = journal
        .iter()
        .filter(|call| call.path.ends_with("editmeta"));
    assert_eq!(metadata.count(), 1);
}

#[tokio::test]
async fn nobody_has_many_names() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for nobody in [json!("Unassigned"), json!("none"), json!(""), Value::Null] {
        let draft = json!({"project_key": "WEB", "summary": "Nobody's", "assignee": nobody});
        let key = made(&browser, draft).await;
        assert_eq!(fields(&browser, &key).await["assignee"], Value::Null);
        let given = browser.put(&address(&key), json!({"assignee": "me"})).await;
        assert_eq!(given.status, 200, "{}", given.body);
        let taken = browser
            .put(&address(&key), json!({"assignee": nobody}))
            .await;
        assert_eq!(taken.status, 200, "{nobody}: {}", taken.body);
        assert_eq!(fields(&browser, &key).await["assignee"], Value::Null);
    }
}
