//! Answers of Atlassian that are none, with 200: no tool takes them for nothing, for a number, or for done. And what tools tell of doubles and cuts.

use atlassian_sandbox::FaultAction;
use rstest::rstest;
use serde_json::{Value, json};

use crate::connectors::tools::fixture::invoke;
use crate::data_center::fixture::connected;
use crate::mcp::every_tool::SCOPES;
use crate::support::faults::{answering_text, on_api};
use crate::support::{Browser, TestApp};

const FAILURE: &str = r#"{"errorMessages":["Something went wrong"],"errors":{}}"#;

/// An answer in JSON with status 200.
fn saying(body: &str) -> FaultAction {
    let FaultAction::Status { status, body, .. } = answering_text(200, body) else {
        unreachable!()
    };
    let json = (
        String::from("content-type"),
        String::from("application/json"),
    );
    FaultAction::Status {
        status,
        headers: vec![json],
        body,
    }
}

/// The tools that read, with what they need to do it.
fn reads(issue: &str, project: &str, page: &str) -> Vec<(&'static str, Value)> {
    vec![
        (
            "jira_search",
            json!({"jql": format!("project = {project}")}),
        ),
        (
            "jira_count_issues",
            json!({"jql": format!("project = {project}")}),
        ),
        (
            "jira_validate_jql",
            json!({"jql": format!("project = {project}")}),
        ),
        ("jira_get_link_types", json!({})),
        ("jira_get_worklog", json!({"issue_key": issue})),
        ("jira_get_issue_watchers", json!({"issue_key": issue})),
        ("jira_get_project_versions", json!({"project_key": project})),
        (
            "jira_get_project_components",
            json!({"project_key": project}),
        ),
        ("jira_get_agile_boards", json!({})),
        ("jira_get_sprints_from_board", json!({"board_id": "1"})),
        (
            "jira_get_board_issues",
            json!({"board_id": "1", "jql": format!("project = {project}")}),
        ),
        (
            "jira_get_project_issue_types",
            json!({"project_key": project}),
        ),
        (
            "jira_batch_get_changelogs",
            json!({"issue_ids_or_keys": [issue]}),
        ),
        ("confluence_get_page_versions", json!({"page_id": page})),
        ("confluence_get_labels", json!({"page_id": page})),
        ("confluence_get_ancestors", json!({"page_id": page})),
        (
            "confluence_get_page_history",
            json!({"page_id": page, "version": 1}),
        ),
    ]
}

/// The tools that write, with what they need to do it.
fn writes(issue: &str, project: &str, page: &str) -> Vec<(&'static str, Value)> {
    vec![
        (
            "jira_create_remote_issue_link",
            json!({"issue_key": issue, "url": "https://x.example/", "title": "x"}),
        ),
        ("jira_create_sprint", json!({"board_id": "1", "name": "S"})),
        (
            "jira_add_worklog",
            json!({"issue_key": issue, "time_spent": "1h"}),
        ),
        (
            "jira_batch_create_issues",
            json!({"issues": [{"project_key": project, "summary": "x", "issue_type": "Task"}]}),
        ),
        (
            "confluence_add_comment",
            json!({"page_id": page, "body": "x"}),
        ),
        (
            "confluence_reply_to_comment",
            json!({"comment_id": "98765", "body": "x"}),
        ),
    ]
}

async fn none_is_taken(app: &TestApp, browser: &Browser, calls: Vec<(&str, Value)>) {
    let mut taken = Vec::new();
    for body in [FAILURE, "{}", "\"ok\"", "5"] {
        app.sandbox.clear_faults();
        app.sandbox.fault(on_api("/rest/", saying(body), None));
        app.sandbox
            .fault(on_api("/wiki/api/v2", saying(body), None));
        for (tool, args) in &calls {
            let answer = invoke(browser, tool, args.clone()).await;
            if !matches!(answer.status, 422 | 502) {
                taken.push(format!(
                    "{tool} of {body}: {} {}",
                    answer.status, answer.body
                ));
            }
        }
    }
    assert!(taken.is_empty(), "{}", taken.join("\n"));
}

#[rstest]
#[case::cloud(false)]
#[case::data_center(true)]
#[tokio::test]
async fn an_answer_that_is_none_is_neither_nothing_nor_done(#[case] on_data_center: bool) {
    let app = TestApp::start_with_data_center(&[]).await;
    let (browser, (issue, project, page)) = if on_data_center {
        (connected(&app, "mia").await, ("MILL-1", "MILL", "98765"))
    } else {
        (app.logged_in("mia").await, ("WEB-1", "WEB", "98522"))
    };
    none_is_taken(&app, &browser, reads(issue, project, page)).await;
    none_is_taken(&app, &browser, writes(issue, project, page)).await;
}

#[tokio::test]
async fn changes_that_are_left_out_are_told_for_each_issue() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for summary in ["One", "Two"] {
        let update = json!({"issue_key": "WEB-1", "fields": {"summary": summary}});
        assert_eq!(
            invoke(&browser, "jira_update_issue", update).await.status,
            200
        );
    }
    for (limit, is_cut) in [(1, json!(true)), (50, Value::Null)] {
        let args = json!({"issue_ids_or_keys": "WEB-1", "limit": limit});
        let found = invoke(&browser, "jira_batch_get_changelogs", args)
            .await
            .json();
        assert_eq!(found["items"][0]["truncated"], is_cut, "{limit}: {found}");
    }
}

#[tokio::test]
async fn the_same_web_link_again_is_the_same_link_and_a_label_goes_by_its_name() {
    let app = TestApp::start_with(&[("ATLASSIAN_SCOPES", SCOPES)]).await;
    let browser = app.logged_in("mia").await;
    let link = json!({"issue_key": "WEB-1", "url": "https://x.example/same", "title": "T"});
    let mut ids = Vec::new();
    for _ in 0..2 {
        let made = invoke(&browser, "jira_create_remote_issue_link", link.clone()).await;
        ids.push(made.json()["id"].clone());
    }
    assert_eq!(ids[0], ids[1]);
    for name in ["UPPER", " spaced "] {
        let label = json!({"page_id": "98522", "name": name});
        let added = invoke(&browser, "confluence_add_label", label.clone()).await;
        assert_eq!(added.status, 200, "{name}: {}", added.body);
        let removed = invoke(&browser, "confluence_remove_label", label).await;
        assert_eq!(removed.status, 200, "{name}: {}", removed.body);
    }
}
