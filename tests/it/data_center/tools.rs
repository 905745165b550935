//! Every agents' tool on a Data Center: it works, or says why it cannot.

use serde_json::{Value, json};

use crate::connectors::tools::fixture::invoke;
use crate::data_center::fixture::connected;
use crate::mcp::every_tool::{faults, play};
use crate::mcp::fixture::{message, text};
use crate::support::faults::{answering, answering_text, on_api, on_method};
use crate::support::{Browser, TestApp};

/// What a Data Center has not, and what is said then.
const REFUSALS: [(&str, &str); 1] = [(
    "confluence_add_inline_comment",
    "takes comments on words of a page from its own pages only",
)];

#[tokio::test]
async fn every_tool_works_or_says_why_it_cannot() {
    let app = TestApp::start_with_data_center(&[]).await;
    let file = on_api("/download/attachments/", answering_text(200, "Hello"), None);
    app.sandbox.fault(file);
    let told = json!({"id": "att1", "type": "attachment", "title": "a.txt", "container": {"id": "1"},
        "metadata": {"mediaType": "text/plain"}, "extensions": {"fileSize": 5}});
    let told = answering(200, &told);
    app.sandbox
        .fault(on_method("GET", "/rest/api/content/att", told, None));
    let mia = connected(&app, "mia").await;
    let list = message("tools/list", json!({}));
    let list = mia.post("/mcp?toolsets=all", list).await.json();
    let tools = list["result"]["tools"].as_array().unwrap();
    let mut wrong = Vec::new();
    for one in play(&mia, "MILL", "PLANT").await {
        let refusal = REFUSALS.iter().find(|(tool, _)| *tool == one.tool);
        let told = text(&one.result);
        let fits = match refusal {
            Some((_, why)) => {
                one.result["isError"] == true && told.to_lowercase().contains(&why.to_lowercase())
            }
            None => one.result["isError"] == false,
        };
        if !fits {
            wrong.push(format!("{}: {told}", one.tool));
        } else if refusal.is_none() {
            let known = tools.iter().find(|known| known["name"] == one.tool);
            let schema: &Value = &known.unwrap()["outputSchema"];
            wrong.extend(faults(schema, &one.result["structuredContent"], one.tool));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What a tool gives on the Data Center, after checking that it did.
async fn given(browser: &Browser, tool: &str, arguments: Value) -> Value {
    let call = message("tools/call", json!({"name": tool, "arguments": arguments}));
    let mut answer = browser.post("/mcp?toolsets=all", call).await.json();
    let mut result = answer["result"].take();
    assert_eq!(result["isError"], false, "{tool}: {result}");
    result["structuredContent"].take()
}

#[tokio::test]
async fn a_data_center_counts_checks_and_tells_versions_in_its_own_way() {
    let app = TestApp::start_with_data_center(&[]).await;
    let mia = connected(&app, "mia").await;
    let count = given(&mia, "jira_count_issues", json!({"jql": "project = MILL"})).await;
    assert!(count["count"].as_u64().unwrap() > 3, "{count}");
    let good = given(&mia, "jira_validate_jql", json!({"jql": "project = MILL"})).await;
    assert_eq!(good, json!({"valid": true, "errors": []}));
    let bad = given(
        &mia,
        "jira_validate_jql",
        json!({"jql": "project = MILL AND"}),
    )
    .await;
    assert_eq!(bad["valid"], false);
    assert!(bad["errors"][0].is_string(), "{bad}");
    let page = json!({"space_key": "PLANT", "title": "Versions", "content": "x"});
    let page = given(&mia, "confluence_create_page", page).await;
    let versions = given(
        &mia,
        "confluence_get_page_versions",
        json!({"page_id": page["id"]}),
    )
    .await;
    let first = &versions["items"][0];
    assert_eq!(
        (&first["version"], &first["author_id"]),
        (&json!(1), &json!("mia"))
    );
    assert!(first["created"].is_string(), "{versions}");
    let label = json!({"page_id": page["id"], "name": "plan"});
    let label = given(&mia, "confluence_add_label", label).await;
    assert_eq!(label["items"][0]["name"], "plan");
}

#[tokio::test]
async fn the_comment_of_a_work_log_is_markdown_in_both_directions() {
    let app = TestApp::start_with_data_center(&[]).await;
    let mia = connected(&app, "mia").await;
    let comment = "did **it**\n\n- a";
    let entry = json!({"issue_key": "MILL-1", "time_spent": "1h", "comment": comment});
    let entry = given(&mia, "jira_add_worklog", entry).await;
    assert_eq!(entry["comment"], comment);
    let listed = given(&mia, "jira_get_worklog", json!({"issue_key": "MILL-1"})).await;
    let last = listed["items"].as_array().unwrap().last().unwrap();
    assert_eq!(
        (&last["id"], &last["comment"]),
        (&entry["id"], &json!(comment))
    );
}

#[tokio::test]
async fn a_label_that_a_page_has_not_is_not_taken_off() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    let found = given(
        &browser,
        "confluence_search",
        json!({"query": "type = page"}),
    )
    .await;
    let page = found["items"][0]["id"].as_str().unwrap();
    given(
        &browser,
        "confluence_add_label",
        json!({"page_id": page, "name": "kept"}),
    )
    .await;
    for (name, status) in [("nope", 404), ("", 422), ("kept", 200)] {
        let args = json!({"page_id": page, "name": name});
        let answer = invoke(&browser, "confluence_remove_label", args).await;
        assert_eq!(answer.status, status, "{name:?}: {}", answer.body);
    }
}

const LATE: &str = "2026-11-20T00:30:00.000+02:00";
const IN_UTC: &str = "2026-11-19T22:30:00Z";

#[tokio::test]
async fn times_of_sprints_and_of_versions_are_told_in_utc() {
    let app = TestApp::start_with_data_center(&[]).await;
    let mia = connected(&app, "mia").await;
    let sprint = json!({"id": 3, "name": "S", "state": "closed", "startDate": LATE, "endDate": LATE, "completeDate": LATE});
    let sprints = answering(
        200,
        &json!({"values": [sprint], "isLast": true, "startAt": 0}),
    );
    app.sandbox
        .fault(on_method("GET", "/sprint", sprints, None));
    let sprints = given(
        &mia,
        "jira_get_sprints_from_board",
        json!({"board_id": "1"}),
    )
    .await;
    for time in ["start_date", "end_date", "complete_date"] {
        assert_eq!(sprints["items"][0][time], IN_UTC, "{time}: {sprints}");
    }
    let page = json!({"space_key": "PLANT", "title": "Late", "content": "x"});
    let page = given(&mia, "confluence_create_page", page).await;
    let version = json!({"number": 1, "when": LATE, "message": "", "by": {"username": "mia"}});
    let versions = answering(200, &json!({"results": [version], "size": 1}));
    app.sandbox
        .fault(on_method("GET", "/version", versions, None));
    let versions = json!({"page_id": page["id"]});
    let versions = given(&mia, "confluence_get_page_versions", versions).await;
    assert_eq!(versions["items"][0]["created"], IN_UTC, "{versions}");
}

#[tokio::test]
async fn the_sprint_of_an_issue_of_a_board_is_an_object_with_times_in_utc() {
    let app = TestApp::start_with_data_center(&[]).await;
    let mia = connected(&app, "mia").await;
    let text = format!(
        "com.atlassian.greenhopper.service.sprint.Sprint@1[id=318,rapidViewId=174,state=ACTIVE,name=GSC, Sprint 30,startDate={LATE},endDate=<null>,goal=Scope, Links,]"
    );
    let issue = json!({"id": "1", "key": "MILL-1", "fields": {"summary": "x", "customfield_10020": [text]}});
    let found = answering(200, &json!({"issues": [issue], "total": 1, "startAt": 0}));
    for path in ["/board/1/issue", "/rest/api/2/search"] {
        app.sandbox.fault(on_api(path, found.clone(), None));
    }
    for (tool, args) in [
        (
            "jira_get_board_issues",
            json!({"board_id": "1", "jql": "project = MILL", "fields": "*all"}),
        ),
        (
            "jira_search",
            json!({"jql": "project = MILL", "fields": "*all"}),
        ),
    ] {
        let issues = given(&mia, tool, args).await;
        let sprint = issues["items"][0].to_string();
        assert!(
            sprint.contains("GSC, Sprint 30") && !sprint.contains("greenhopper"),
            "{tool}: {issues}"
        );
        assert!(!sprint.contains("+02:00"), "{tool}: {issues}");
    }
}
