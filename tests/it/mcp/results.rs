//! Every tool's result fits what its definition says about it, and is what a model can use.

use serde_json::{Value, json};

use crate::mcp::fixture::{call, legacy, names, text};
use crate::support::{Browser, TestApp};

/// Those that all tools need.
pub(crate) const SCOPES: &str = "offline_access read:me read:jira-work write:jira-work read:jira-user read:space:confluence read:page:confluence write:page:confluence read:comment:confluence write:comment:confluence read:hierarchical-content:confluence search:confluence write:confluence-content read:board-scope:jira-software read:sprint:jira-software read:project:jira";

/// Every tool with arguments that succeed. `{comment}`, `{file}` and `{page}` stand for what was made before.
pub(crate) fn calls() -> Vec<(&'static str, Value)> {
    [
        of_issues(),
        of_work(),
        of_pages(),
        further(),
        of_pages_further(),
    ]
    .concat()
}

fn of_issues() -> Vec<(&'static str, Value)> {
    vec![
        ("jira_get_all_projects", json!({})),
        ("jira_search_projects", json!({"query": "web"})),
        (
            "jira_search",
            json!({"jql": "project = WEB ORDER BY key", "fields": "summary", "limit": 3}),
        ),
        ("jira_search_fields", json!({"keyword": "story"})),
        ("jira_get_issue", json!({"issue_key": "WEB-1"})),
        (
            "jira_create_issue",
            json!({"project_key": "WEB", "issue_type": "Task", "summary": "New"}),
        ),
        (
            "jira_update_issue",
            json!({"issue_key": "WEB-1", "fields": {"labels": ["a"]}, "return_fields": "labels"}),
        ),
        (
            "jira_add_comment",
            json!({"issue_key": "WEB-1", "body": "**Hi**"}),
        ),
        ("jira_get_comments", json!({"issue_key": "WEB-1"})),
    ]
}

fn of_work() -> Vec<(&'static str, Value)> {
    vec![
        (
            "jira_delete_comment",
            json!({"issue_key": "WEB-1", "comment_id": "{jira_add_comment}"}),
        ),
        (
            "jira_upload_attachment",
            json!({"issue_key": "WEB-1", "filename": "note.txt", "content_base64": "SGVsbG8="}),
        ),
        ("jira_get_attachments", json!({"issue_key": "WEB-1"})),
        (
            "jira_download_attachments",
            json!({"issue_key": "WEB-1", "attachments": "{jira_upload_attachment}"}),
        ),
        ("jira_get_transitions", json!({"issue_key": "WEB-1"})),
        (
            "jira_transition_issue",
            json!({"issue_key": "WEB-1", "transition_id": "Done"}),
        ),
        (
            "jira_get_user_profile",
            json!({"user_identifier": "Mia Krystof"}),
        ),
        ("jira_get_current_user", json!({})),
        ("jira_search_users", json!({"query": "Mia"})),
    ]
}

fn of_pages() -> Vec<(&'static str, Value)> {
    vec![
        (
            "confluence_search",
            json!({"query": "type = page", "limit": 2}),
        ),
        ("confluence_get_spaces", json!({})),
        (
            "confluence_create_page",
            json!({"space_key": "ENG", "title": "New", "content": "Hello"}),
        ),
        (
            "confluence_get_page",
            json!({"page_id": "{confluence_create_page}"}),
        ),
        (
            "confluence_get_page_children",
            json!({"parent_id": "{confluence_create_page}"}),
        ),
        (
            "confluence_update_page",
            json!({"page_id": "{confluence_create_page}", "title": "Newer", "content": "Bye"}),
        ),
        (
            "confluence_add_comment",
            json!({"page_id": "{confluence_create_page}", "body": "Nice"}),
        ),
    ]
}

fn further() -> Vec<(&'static str, Value)> {
    vec![
        ("jira_count_issues", json!({"jql": "project = WEB"})),
        ("jira_validate_jql", json!({"jql": "project = WEB"})),
        ("jira_get_link_types", json!({"name_filter": "block"})),
        (
            "jira_create_issue_link",
            json!({"link_type": "Blocks", "inward_issue_key": "WEB-1", "outward_issue_key": "WEB-2"}),
        ),
        ("jira_remove_issue_link", json!({"link_id": "{link}"})),
        (
            "jira_create_remote_issue_link",
            json!({"issue_key": "WEB-1", "url": "https://example.com/", "title": "Plan"}),
        ),
        (
            "jira_add_worklog",
            json!({"issue_key": "WEB-1", "time_spent": "1h", "comment": "**Done**"}),
        ),
        ("jira_get_worklog", json!({"issue_key": "WEB-1"})),
        (
            "jira_add_watcher",
            json!({"issue_key": "WEB-1", "user_identifier": "me"}),
        ),
        ("jira_get_issue_watchers", json!({"issue_key": "WEB-1"})),
        (
            "jira_remove_watcher",
            json!({"issue_key": "WEB-1", "account_id": "{jira_add_watcher}"}),
        ),
        ("jira_get_project_versions", json!({"project_key": "WEB"})),
        ("jira_get_project_components", json!({"project_key": "WEB"})),
        ("jira_get_agile_boards", json!({})),
        (
            "jira_get_sprints_from_board",
            json!({"board_id": "{jira_get_agile_boards}"}),
        ),
    ]
}

fn of_pages_further() -> Vec<(&'static str, Value)> {
    vec![
        (
            "confluence_get_comments",
            json!({"page_id": "{confluence_create_page}"}),
        ),
        (
            "confluence_get_page_versions",
            json!({"page_id": "{confluence_create_page}"}),
        ),
        (
            "confluence_add_label",
            json!({"page_id": "{confluence_create_page}", "name": "plan"}),
        ),
        (
            "confluence_get_labels",
            json!({"page_id": "{confluence_create_page}"}),
        ),
        (
            "confluence_move_page",
            json!({"page_id": "{confluence_create_page}", "target_parent_id": "{home}"}),
        ),
    ]
}

/// What the sandbox's world has none of.
const EMPTY: [&str; 1] = ["confluence_get_page_children"];

/// What a value lacks of a schema, in the words of JSON Schema that our schemas use.
pub(crate) fn faults(schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let is_of_type = match schema["type"].as_str() {
        None => true,
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("boolean") => value.is_boolean(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some(other) => panic!("the test does not know the type {other}"),
    };
    if !is_of_type {
        faults.push(format!("{at} is no {}: {value}", schema["type"]));
    }
    for name in schema["required"].as_array().into_iter().flatten() {
        let name = name.as_str().unwrap();
        if value.get(name).is_none() {
            faults.push(format!("{at}.{name} is missing in {value}"));
        }
    }
    for (name, inner) in schema["properties"].as_object().into_iter().flatten() {
        if let Some(member) = value.get(name) {
            faults.extend(self::faults(inner, member, &format!("{at}.{name}")));
        }
    }
    if let Some(inner) = schema.get("items") {
        for entry in value.as_array().into_iter().flatten() {
            faults.extend(self::faults(inner, entry, &format!("{at}[]")));
        }
    }
    faults
}

/// The arguments with the ids of what earlier calls made.
pub(crate) fn filled(arguments: &Value, made: &[(&str, String)]) -> Value {
    let text = made.iter().fold(arguments.to_string(), |text, (name, id)| {
        text.replace(&format!("{{{name}}}"), id)
    });
    serde_json::from_str(&text).unwrap()
}

/// What further calls name it by.
pub(crate) fn ids(result: &Value) -> impl Iterator<Item = String> {
    let ids = [
        &result["id"],
        &result["account_id"],
        &result["items"][0]["id"],
    ];
    ids.map(|id| id.as_str().map(str::to_owned))
        .into_iter()
        .flatten()
}

async fn definitions(browser: &Browser) -> Value {
    let address = "/mcp?toolsets=all";
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    browser.post(address, list).await.json()
}

#[tokio::test]
async fn every_result_fits_the_output_schema_of_its_tool() {
    let app = TestApp::start_with(&[("ATLASSIAN_SCOPES", SCOPES)]).await;
    let mia = app.logged_in("mia").await;
    let list = definitions(&mia).await;
    let home = call(
        &mia,
        "confluence_search",
        json!({"query": "type = page AND space = ENG", "limit": 1}),
    )
    .await;
    let home = home["structuredContent"]["items"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut made = vec![("home", home)];
    let mut wrong = Vec::new();
    let calls = calls();
    for (tool, arguments) in &calls {
        let asked = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call",
            "params": {"name": tool, "arguments": filled(arguments, &made)}});
        let answer = mia.post("/mcp?toolsets=all", asked).await.json();
        let result = &answer["result"];
        if result["isError"] != false {
            wrong.push(format!("{tool}: {answer}"));
            continue;
        }
        let structured = &result["structuredContent"];
        made.extend(ids(structured).map(|id| (*tool, id)));
        if *tool == "jira_create_issue_link" {
            let fields = json!({"issue_key": "WEB-1", "fields": "issuelinks"});
            let issue = call(&mia, "jira_get_issue", fields).await;
            let links = &issue["structuredContent"]["issuelinks"];
            let id = links[0]["id"].as_str().unwrap_or_else(|| panic!("{issue}"));
            made.push(("link", id.to_owned()));
        }
        assert_eq!(
            serde_json::from_str::<Value>(text(result)).unwrap(),
            *structured
        );
        let tools = list["result"]["tools"].as_array().unwrap();
        let definition = tools.iter().find(|known| known["name"] == *tool).unwrap();
        wrong.extend(faults(&definition["outputSchema"], structured, tool));
        let is_list = definition["outputSchema"]["properties"]["items"].is_object();
        if is_list && structured["items"] == json!([]) && !EMPTY.contains(tool) {
            wrong.push(format!("{tool} gave nothing to look at"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let mut tried: Vec<&str> = calls.iter().map(|(tool, _)| *tool).collect();
    let mut listed = names(&list);
    tried.sort_unstable();
    listed.sort_unstable();
    assert_eq!(tried, listed, "each tool has a call in this test");
}

#[tokio::test]
async fn arguments_that_are_not_listed_are_still_taken_or_refused_by_name() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let list = legacy(&mia, "tools/list", json!({})).await.json();
    let tools = list["result"]["tools"].as_array().unwrap();
    let issue = tools.iter().find(|tool| tool["name"] == "jira_get_issue");
    assert!(
        issue.unwrap()["inputSchema"]["properties"]
            .get("properties")
            .is_none()
    );
    let asked = json!({"issue_key": "WEB-1", "update_history": true});
    assert_eq!(call(&mia, "jira_get_issue", asked).await["isError"], false);
    let asked = json!({"issue_key": "WEB-1", "properties": "x"});
    let refused = call(&mia, "jira_get_issue", asked).await;
    assert!(
        text(&refused).contains("Properties are not offered here"),
        "{refused}"
    );
}
