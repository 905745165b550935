//! One body that says two things of one field: it is refused, and neither wins in silence.

use rstest::rstest;
use serde_json::{Value, json};

use super::fixture::made;
use crate::support::TestApp;

#[tokio::test]
async fn what_only_the_further_fields_say_goes_before_what_is_usual() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for route in ["/connectors/jira/create", "/api/jira/issues"] {
        let body = json!({"project_key": "WEB", "summary": "Typed",
            "additional_fields": {"issuetype": {"name": "Bug"}, "project": {"key": "WEB"}}});
        let answer = browser.post(route, body).await;
        assert!(answer.status < 300, "{}", answer.body);
        let answer = answer.json();
        let key = answer.get("key").or_else(|| answer.get("id")).unwrap();
        let address = format!("/connectors/jira/issues/{}", key.as_str().unwrap());
        assert_eq!(browser.get(&address).await.json()["issue_type"], "Bug");
    }
}

#[rstest]
#[case("issue_type", json!("Task"), "issuetype", json!({"name": "Bug"}))]
#[case("project_key", json!("OPS"), "project", json!({"key": "WEB"}))]
#[case("summary", json!("One"), "summary", json!("Other"))]
#[case("due_date", json!("2026-02-28"), "duedate", json!("2026-03-01"))]
#[case("labels", json!(["a"]), "Labels", json!(["b"]))]
#[tokio::test]
async fn two_different_things_said_of_one_field_are_refused_with_both_names(
    #[case] ours: &str,
    #[case] value: Value,
    #[case] further: &str,
    #[case] other: Value,
) {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = made(&browser, json!({"project_key": "OPS", "summary": "One"})).await;
    app.sandbox.clear_journal();
    let mut body =
        json!({"project_key": "OPS", "summary": "One", "additional_fields": {further: other}});
    body[ours] = value.clone();
    let mut refused = vec![browser.post("/connectors/jira/create", body.clone()).await];
    if ours != "project_key" {
        let change = json!({ours: value, "additional_fields": {further: other}});
        let address = format!("/connectors/jira/issues/{key}");
        refused.push(browser.put(&address, change).await);
    }
    for answer in refused {
        assert_eq!(answer.status, 422, "{}", answer.body);
        let further = format!("additional_fields.{}", further.to_lowercase());
        assert_eq!(answer.json()["details"]["fields"], json!([ours, further]));
        assert!(
            answer.body.contains("say different things"),
            "{}",
            answer.body
        );
    }
    let journal = app.sandbox.journal();
    assert!(journal.iter().all(|call| call.method == "GET"));
}

#[rstest]
#[case(json!({"fields": {"customfield_1": "a"}, "additional_fields": {"customfield_1": "b"}}))]
#[case(json!({"fields": {"priority": "High"}, "additional_fields": {"priority": {"name": "Low"}}}))]
#[case(json!({"fields": {"parent": "WEB-1"}, "additional_fields": {"parent": "WEB-2"}}))]
#[case(json!({"fields": {"parent": "WEB-1", "epic_link": "WEB-2"}}))]
#[case(json!({"fields": {"components": ["API"]}, "components": "Web"}))]
#[case(json!({"fields": {"duedate": "2026-02-28", "due_date": "2026-03-01"}}))]
#[tokio::test]
async fn a_tool_refuses_arguments_that_contradict_each_other(#[case] mut args: Value) {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    args["issue_key"] = json!("WEB-1");
    let body = json!({"tool": "jira_update_issue", "args": args});
    let refused = browser.post("/connectors/tools/invoke", body).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(
        refused.body.contains("say different things"),
        "{}",
        refused.body
    );
}
