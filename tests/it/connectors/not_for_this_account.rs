//! What may be read and not changed, and what is of another kind, is told as what it is, though the product says that it is not
//! there.

use serde_json::{Value, json};

use crate::connectors::confluence::fixture::made as made_page;
use crate::connectors::jira::fixture::made as made_issue;
use crate::connectors::tools::fixture::invoke;
use crate::data_center::fixture::connected;
use crate::mcp::every_tool::SCOPES;
use crate::support::faults::{answering, on_method};
use crate::support::{Answer, TestApp};

fn is_forbidden(answer: &Answer, what: &str) {
    assert_eq!(answer.status, 403, "{what}: {}", answer.body);
    assert!(
        answer.body.contains("may read this"),
        "{what}: {}",
        answer.body
    );
}

#[tokio::test]
async fn a_write_to_what_may_only_be_read_is_forbidden_and_not_missing() {
    let app = TestApp::start_with(&[("ATLASSIAN_SCOPES", SCOPES)]).await;
    let browser = app.logged_in("mia").await;
    let page = made_page(&browser, "Read only", "text").await;
    let issue = made_issue(
        &browser,
        json!({"project_key": "OPS", "summary": "Read only"}),
    )
    .await;
    let missing = json!({"errors": [{"status": 404, "code": "NOT_FOUND", "title": "Not Found"}]});
    for method in ["PUT", "POST", "DELETE"] {
        for path in ["/wiki/", "/rest/api/3/issue"] {
            app.sandbox
                .fault(on_method(method, path, answering(404, &missing), None));
        }
    }
    let path = format!("/connectors/confluence/pages/{page}");
    is_forbidden(&browser.put(&path, json!({"body": "new"})).await, "page");
    is_forbidden(&browser.put(&path, json!({"title": "New"})).await, "title");
    is_forbidden(&browser.delete(&path).await, "page deleted");
    let comments = format!("{path}/comments");
    is_forbidden(
        &browser.post(&comments, json!({"body": "x"})).await,
        "comment",
    );
    let path = format!("/connectors/jira/issues/{issue}");
    is_forbidden(&browser.put(&path, json!({"summary": "x"})).await, "issue");
    is_forbidden(&browser.delete(&path).await, "issue deleted");
    let comments = format!("{path}/comments");
    is_forbidden(
        &browser.post(&comments, json!({"body": "x"})).await,
        "comment",
    );
    let step = json!({"transition": "Done"});
    is_forbidden(
        &browser.post(&format!("{path}/transitions"), step).await,
        "step",
    );
    for (tool, args) in writing_tools(&page, &issue) {
        is_forbidden(&invoke(&browser, tool, args).await, tool);
    }
    // What is not there at all is missing as before.
    let nowhere = browser
        .put("/connectors/jira/issues/OPS-99999", json!({"summary": "x"}))
        .await;
    assert_eq!(nowhere.status, 404, "{}", nowhere.body);
}

/// Tools that write to this page or this issue.
fn writing_tools(page: &str, issue: &str) -> [(&'static str, Value); 7] {
    [
        (
            "confluence_update_page",
            json!({"page_id": page, "title": "Read only", "content": "y"}),
        ),
        (
            "confluence_add_comment",
            json!({"page_id": page, "body": "x"}),
        ),
        (
            "confluence_add_label",
            json!({"page_id": page, "name": "x"}),
        ),
        (
            "confluence_upload_attachment",
            json!({"content_id": page, "filename": "a.txt", "content_base64": "SGVsbG8="}),
        ),
        (
            "jira_update_issue",
            json!({"issue_key": issue, "fields": {"summary": "x"}}),
        ),
        ("jira_add_comment", json!({"issue_key": issue, "body": "x"})),
        (
            "jira_add_worklog",
            json!({"issue_key": issue, "time_spent": "1h"}),
        ),
    ]
}

#[tokio::test]
async fn what_is_no_page_says_so_to_every_tool_about_pages() {
    let scopes = format!("{SCOPES} read:folder:confluence");
    let app = TestApp::start_with(&[("ATLASSIAN_SCOPES", &scopes)]).await;
    let browser = app.logged_in("mia").await;
    let folder = json!({"tool": "confluence_search", "args": {"query": "type = folder"}});
    let found = browser
        .post("/connectors/tools/invoke", folder)
        .await
        .json();
    let id = found["items"][0]["id"].as_str().unwrap().to_owned();
    for tool in [
        "confluence_get_labels",
        "confluence_get_page_versions",
        "confluence_get_comments",
        "confluence_get_inline_comments",
        "confluence_add_comment",
        "confluence_add_label",
    ] {
        let mut args = json!({"page_id": id});
        match tool {
            "confluence_add_comment" => args["body"] = json!("x"),
            "confluence_add_label" => args["name"] = json!("x"),
            _ => {}
        }
        let refused = invoke(&browser, tool, args).await;
        assert_eq!(refused.status, 422, "{tool}: {}", refused.body);
        assert!(
            refused.body.contains("a folder"),
            "{tool}: {}",
            refused.body
        );
    }
}

#[tokio::test]
async fn a_list_that_ends_early_says_so() {
    let app = TestApp::start_with(&[("ATLASSIAN_SCOPES", SCOPES)]).await;
    let browser = app.logged_in("mia").await;
    let issue = made_issue(
        &browser,
        json!({"project_key": "OPS", "summary": "Watched"}),
    )
    .await;
    let page = made_page(&browser, "Labelled", "text").await;
    for (path, answer, tool, args) in [
        (
            "/watchers",
            json!({"watchCount": 5, "watchers": []}),
            "jira_get_issue_watchers",
            json!({"issue_key": issue}),
        ),
        (
            "/worklog",
            json!({"total": 5001, "worklogs": []}),
            "jira_get_worklog",
            json!({"issue_key": issue}),
        ),
        (
            "/labels",
            json!({"results": [{"id": "1", "name": "a"}], "_links": {"next": "/x?cursor=y"}}),
            "confluence_get_labels",
            json!({"page_id": page}),
        ),
    ] {
        app.sandbox
            .fault(on_method("GET", path, answering(200, &answer), None));
        let told = invoke(&browser, tool, args).await;
        assert_eq!(
            told.json()["truncated"],
            json!(true),
            "{tool}: {}",
            told.body
        );
        app.sandbox.clear_faults();
    }
}

#[tokio::test]
async fn a_list_that_jira_gives_in_parts_is_read_to_its_end() {
    let app = TestApp::start_with(&[("ATLASSIAN_SCOPES", SCOPES)]).await;
    let browser = app.logged_in("mia").await;
    let parts = [(0, true), (1, false)].map(|(start, goes_on)| {
        json!({"issueTypes": [{"id": format!("{start}"), "name": format!("Type {start}")}], "startAt": start, "maxResults": 1, "total": 2, "isLast": !goes_on})
    });
    app.sandbox.fault(on_method(
        "GET",
        "/createmeta/OPS/issuetypes",
        answering(200, &parts[0]),
        Some(1),
    ));
    app.sandbox.fault(on_method(
        "GET",
        "/createmeta/OPS/issuetypes",
        answering(200, &parts[1]),
        Some(1),
    ));
    let types = invoke(
        &browser,
        "jira_get_project_issue_types",
        json!({"project_key": "OPS"}),
    )
    .await;
    let names: Vec<Value> = types.json()["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].clone())
        .collect();
    assert_eq!(names, ["Type 0", "Type 1"]);
}

#[tokio::test]
async fn lists_that_are_too_large_for_confluence_are_asked_for_in_smaller_pages() {
    let app = TestApp::start().await;
    app.sandbox.crowd("acme", 0, 300);
    let browser = app.logged_in("mia").await;
    app.sandbox
        .set_behaviour(|behaviour| behaviour.largest_list = 60);
    for path in [
        "/connectors/confluence/spaces?limit=250",
        "/connectors/confluence/pages?limit=250",
        "/connectors/confluence/pages?space=ENG&limit=100",
    ] {
        let listed = browser.read(path).await;
        assert_ne!(listed, json!([]), "{path}");
    }
    // Once it is known, large pages are asked for no more.
    app.sandbox.clear_journal();
    browser.read("/connectors/confluence/pages?limit=250").await;
    let calls = app.sandbox.journal();
    assert!(calls.iter().all(|call| call.status == 200), "{calls:?}");
}

#[tokio::test]
async fn the_dates_of_an_issue_that_never_moved_have_its_one_status() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let issue = made_issue(&browser, json!({"project_key": "OPS", "summary": "Still"})).await;
    let dates = invoke(
        &browser,
        "jira_get_issue_dates",
        json!({"issue_key": issue}),
    )
    .await
    .json();
    assert_eq!(
        dates["statuses"],
        json!([{"status": dates["status"], "since": dates["created"]}])
    );
    let unknown = json!({"issue_ids_or_keys": issue, "fields": "nope"});
    let refused = invoke(&browser, "jira_batch_get_changelogs", unknown).await;
    refused.assert_invalid(&["fields"], "no such field");
}

#[tokio::test]
async fn a_comment_among_the_fields_of_a_transition_is_its_comment() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let issue = made_issue(&browser, json!({"project_key": "OPS", "summary": "Closed"})).await;
    let path = format!("/connectors/jira/issues/{issue}");
    let step = json!({"transition": "Done", "fields": {"comment": "**closed**"}});
    let moved = browser.post(&format!("{path}/transitions"), step).await;
    assert_eq!(moved.status, 200, "{}", moved.body);
    let said = browser.read(&format!("{path}/comments")).await;
    assert_eq!(said[0]["body"], "**closed**");
    let two = json!({"transition": "To Do", "comment": "a", "fields": {"comment": "b"}});
    let refused = browser.post(&format!("{path}/transitions"), two).await;
    refused.assert_invalid(&["fields"], "two comments");
}

#[tokio::test]
async fn what_would_be_refused_of_a_batch_is_told_before_it_is_made() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let issues = json!([
        {"project_key": "OPS", "summary": "a", "issue_type": "Task"},
        {"project_key": "OPS", "summary": "b", "issue_type": "Nope"},
        {"project_key": "NOWHERE", "summary": "c", "issue_type": "Task"},
    ]);
    let args = json!({"issues": issues, "validate_only": true});
    let told = invoke(&browser, "jira_batch_create_issues", args)
        .await
        .json();
    assert_eq!(
        (&told["valid"], &told["created"]),
        (&json!(1), &json!([])),
        "{told}"
    );
    let places: Vec<&Value> = told["failed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["index"])
        .collect();
    assert_eq!(places, [&json!(1), &json!(2)]);
    let named = json!([
        {"project_key": "OPS", "summary": "a", "issue_type": "Task"},
        {"project_key": "OPS", "summary": "b", "issue_type": "Task", "assignee": "Nobody Here"},
    ]);
    let refused = invoke(
        &browser,
        "jira_batch_create_issues",
        json!({"issues": named}),
    )
    .await;
    refused.assert_invalid(&["issues[1].assignee"], "which of them");
}

#[tokio::test]
async fn a_parent_that_is_not_there_is_no_missing_right() {
    for on_data_center in [false, true] {
        let app = TestApp::start_with_data_center(&[]).await;
        let (browser, space) = if on_data_center {
            (connected(&app, "mia").await, "PLANT")
        } else {
            (app.logged_in("mia").await, "ENG")
        };
        let page = json!({"space_key": space, "title": "Of an orphan", "body": "x"});
        let made = browser.post("/connectors/confluence/create", page).await;
        let id = made.json()["id"].as_str().unwrap().to_owned();
        let path = format!("/connectors/confluence/pages/{id}");
        let moved = browser.put(&path, json!({"parent_id": "99999999"})).await;
        moved.assert_invalid(&["parent_id"], "there is nothing with the id 99999999");
        let args = json!({"page_id": id, "target_parent_id": "99999999"});
        let moved = invoke(&browser, "confluence_move_page", args).await;
        assert_eq!(moved.status, 422, "{}", moved.body);
        assert!(moved.body.contains("99999999"), "{}", moved.body);
        let page =
            json!({"space_key": space, "title": "Orphan", "body": "x", "parent_id": "99999999"});
        let made = browser.post("/connectors/confluence/create", page).await;
        assert!(
            made.body.contains("there is nothing with the id 99999999"),
            "{}",
            made.body
        );
        assert_eq!(made.status, 422);
    }
}
