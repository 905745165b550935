//! A call of every tool, played one after the other in a world of either kind.

use serde_json::{Value, json};

use crate::mcp::fixture::message;
use crate::support::Browser;

/// Those that all tools need.
pub(crate) const SCOPES: &str = "offline_access read:me read:jira-work write:jira-work read:jira-user read:space:confluence read:page:confluence write:page:confluence read:comment:confluence write:comment:confluence read:hierarchical-content:confluence search:confluence write:confluence-content read:board-scope:jira-software read:sprint:jira-software read:project:jira read:issue-details:jira write:sprint:jira-software write:board-scope:jira-software read:attachment:confluence write:confluence-file delete:attachment:confluence";

/// Every tool with arguments that succeed. `{comment}`, `{file}` and `{page}` stand for what was made before.
pub(crate) fn calls() -> Vec<(&'static str, Value)> {
    [
        of_issues(),
        of_work(),
        of_pages(),
        further(),
        of_plans(),
        of_pages_further(),
        of_texts(),
        of_files(),
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
            json!({"space_key": "ENG", "title": "New", "content": "# Plan\n\nHello"}),
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
            json!({"page_id": "{confluence_create_page}", "title": "Newer", "content": "# Plan\n\nBye"}),
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
    ]
}

fn of_plans() -> Vec<(&'static str, Value)> {
    vec![
        ("jira_get_project_versions", json!({"project_key": "WEB"})),
        ("jira_get_project_components", json!({"project_key": "WEB"})),
        (
            "jira_batch_create_issues",
            json!({"issues": "[{\"project_key\": \"WEB\", \"summary\": \"One\", \"issue_type\": \"Task\"}]"}),
        ),
        (
            "jira_batch_get_changelogs",
            json!({"issue_ids_or_keys": "WEB-1, WEB-2"}),
        ),
        ("jira_get_issue_dates", json!({"issue_key": "WEB-1"})),
        (
            "jira_link_to_epic",
            json!({"issue_key": "{jira_create_issue}", "epic_key": "{epic}"}),
        ),
        (
            "jira_get_project_issue_types",
            json!({"project_key": "WEB"}),
        ),
        (
            "jira_get_create_fields",
            json!({"project_key": "WEB", "issue_type_id": "{jira_get_project_issue_types}"}),
        ),
        (
            "jira_get_field_options",
            json!({"project_key": "WEB", "field_id": "priority"}),
        ),
        ("jira_get_agile_boards", json!({"project_key": "WEB"})),
        (
            "jira_get_board_issues",
            json!({"board_id": "{jira_get_agile_boards}"}),
        ),
        (
            "jira_get_sprints_from_board",
            json!({"board_id": "{jira_get_agile_boards}"}),
        ),
        (
            "jira_get_sprint_issues",
            json!({"sprint_id": "{jira_get_sprints_from_board}"}),
        ),
        (
            "jira_create_sprint",
            json!({"board_id": "{jira_get_agile_boards}", "name": "Next"}),
        ),
        (
            "jira_update_sprint",
            json!({"sprint_id": "{jira_create_sprint}", "goal": "Ship"}),
        ),
        (
            "jira_add_issues_to_sprint",
            json!({"sprint_id": "{jira_create_sprint}", "issue_keys": "WEB-2"}),
        ),
        (
            "jira_move_issues_to_backlog",
            json!({"issue_keys": ["WEB-2"]}),
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

fn of_texts() -> Vec<(&'static str, Value)> {
    vec![
        (
            "confluence_remove_label",
            json!({"page_id": "{confluence_create_page}", "name": "plan"}),
        ),
        (
            "confluence_get_ancestors",
            json!({"page_id": "{confluence_create_page}"}),
        ),
        (
            "confluence_get_space_page_tree",
            json!({"space_key": "ENG"}),
        ),
        (
            "confluence_get_page_history",
            json!({"page_id": "{confluence_create_page}", "version": 1}),
        ),
        (
            "confluence_get_page_diff",
            json!({"page_id": "{confluence_create_page}", "from_version": 1, "to_version": 2}),
        ),
        (
            "confluence_update_page_section",
            json!({"page_id": "{confluence_create_page}", "heading_text": "Plan", "new_content": "Better"}),
        ),
        (
            "confluence_add_inline_comment",
            json!({"page_id": "{confluence_create_page}", "body": "Why?", "text_selection": "Better"}),
        ),
        (
            "confluence_get_inline_comments",
            json!({"page_id": "{confluence_create_page}"}),
        ),
        (
            "confluence_reply_to_comment",
            json!({"comment_id": "{confluence_add_comment}", "body": "Indeed"}),
        ),
    ]
}

fn of_files() -> Vec<(&'static str, Value)> {
    vec![
        (
            "confluence_upload_attachment",
            json!({"content_id": "{confluence_create_page}", "filename": "a.txt",
                "content_base64": "SGVsbG8=", "comment": "First"}),
        ),
        (
            "confluence_get_attachments",
            json!({"content_id": "{confluence_create_page}"}),
        ),
        (
            "confluence_download_attachment",
            json!({"attachment_id": "{confluence_upload_attachment}"}),
        ),
        (
            "confluence_delete_attachment",
            json!({"attachment_id": "{confluence_upload_attachment}"}),
        ),
    ]
}

/// A tool, and what it answered.
pub(crate) struct Played {
    pub(crate) tool: &'static str,
    pub(crate) result: Value,
}

/// The result of a tool.
pub(crate) async fn call(browser: &Browser, tool: &str, arguments: Value) -> Value {
    let call = message("tools/call", json!({"name": tool, "arguments": arguments}));
    let answer = browser.post("/mcp?toolsets=all", call).await;
    assert_eq!(answer.status, 200, "{tool}: {}", answer.body);
    let mut answer = answer.json();
    assert!(answer["result"].is_object(), "{tool}: {answer}");
    answer["result"].take()
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

/// Calls every tool, in a project and a space of the browser's site.
pub(crate) async fn play(browser: &Browser, project: &str, space: &str) -> Vec<Played> {
    let here = |arguments: Value| {
        let text = arguments.to_string();
        let text = text.replace("WEB", project).replace("ENG", space);
        text.replace("\"web\"", &format!("\"{}\"", project.to_lowercase()))
    };
    let first = |result: Value, name: &str| {
        let found = &result["structuredContent"]["items"][0][name];
        let found = found.as_str().map(str::to_owned);
        found.unwrap_or_else(|| panic!("{result}"))
    };
    let home = json!({"query": format!("type = page AND space = {space}"), "limit": 1});
    let home = first(call(browser, "confluence_search", home).await, "id");
    let epic = json!({"jql": format!("project = {project} AND issuetype = Epic"), "limit": 1});
    let epic = first(call(browser, "jira_search", epic).await, "key");
    let mut made = vec![("home", home), ("epic", epic)];
    let mut played = Vec::new();
    for (tool, arguments) in calls() {
        let arguments = serde_json::from_str(&here(arguments)).unwrap();
        let arguments = filled(&arguments, &made);
        // A site that shows no links has none to remove.
        if arguments["link_id"] == "" {
            continue;
        }
        let result = call(browser, tool, arguments).await;
        made.extend(ids(&result["structuredContent"]).map(|id| (tool, id)));
        if tool == "jira_create_issue_link" {
            let fields = json!({"issue_key": format!("{project}-1"), "fields": "issuelinks"});
            let issue = call(browser, "jira_get_issue", fields).await;
            let links = &issue["structuredContent"]["issuelinks"];
            let id = links[0]["id"].as_str().unwrap_or_default();
            made.push(("link", id.to_owned()));
        }
        played.push(Played { tool, result });
    }
    played
}

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
