//! What the table says that a tool needs is what it asks of Atlassian.

use integration_backend::model::product::Product;
use integration_backend::policy::{self, Operation};
use integration_backend::service::needed_by;
use serde_json::{Value, json};

use super::fixture::Client;
use crate::support::faults::{answering, on_api};

/// The operations that were asked for.
fn operations(client: &Client) -> Vec<&'static Operation> {
    let journal = client.app.sandbox.journal();
    let operations = journal.iter().filter_map(|call| {
        let path: Vec<&str> = call.path.split('/').skip(1).collect();
        let (product, path) = match path.as_slice() {
            ["ex", "jira", _, path @ ..] => (Product::Jira, path),
            ["ex", "confluence", _, path @ ..] => (Product::Confluence, path),
            _ => return None,
        };
        policy::find(product, &call.method, path)
    });
    operations.collect()
}

async fn done(client: &Client, tool: &str, arguments: &Value) -> Value {
    let body = json!({"tool": tool, "args": arguments}).to_string();
    let path = "/connectors/tools/invoke";
    let answer = client.send("POST", path, &[], Some(&body)).await;
    assert_eq!(answer.status, 200, "{tool}: {}", answer.body);
    answer.json()
}

#[tokio::test]
async fn a_tool_asks_for_what_the_table_says_that_it_needs() {
    let client = Client::start().await;
    let page = json!({"query": "type = page AND space = ENG", "limit": 1});
    let page = done(&client, "confluence_search", &page).await["items"][0]["id"].clone();
    let comment = json!({"issue_key": "WEB-1", "body": "x"});
    let comment = done(&client, "jira_add_comment", &comment).await["id"].clone();
    let mia = done(&client, "jira_get_current_user", &json!({})).await["account_id"].clone();
    let step = json!({"issue_key": "WEB-1"});
    let step = done(&client, "jira_get_transitions", &step).await["items"][0]["id"].clone();
    for (tool, arguments) in every_tool(&page, &comment, &mia, &step) {
        client.app.sandbox.clear_journal();
        done(&client, tool, &arguments).await;
        let asked: Vec<&str> = operations(&client)
            .into_iter()
            .map(|operation| operation.label.as_str())
            .collect();
        let needed = needed_by(tool);
        assert!(!needed.is_empty(), "{tool} stands in no table");
        for operation in needed {
            assert!(
                asked.contains(&operation),
                "{tool} does not ask for {operation}: {asked:?}"
            );
        }
    }
}

/// Every tool with arguments that it can be run with.
fn every_tool(
    page: &Value,
    comment: &Value,
    mia: &Value,
    step: &Value,
) -> Vec<(&'static str, Value)> {
    [tools_of_jira(comment, mia, step), tools_of_confluence(page)].concat()
}

/// Jira's tools, likewise.
fn tools_of_jira(comment: &Value, mia: &Value, step: &Value) -> Vec<(&'static str, Value)> {
    vec![
        ("jira.search", json!({"q": "project = WEB"})),
        ("jira_search", json!({"jql": "project = WEB"})),
        ("jira.projects", json!({})),
        ("jira_get_all_projects", json!({})),
        ("jira_search_projects", json!({"query": "a"})),
        ("jira.create", json!({"project_key": "WEB", "summary": "x"})),
        (
            "jira_create_issue",
            json!({"project_key": "WEB", "summary": "x", "issue_type": "Task"}),
        ),
        ("jira_search_fields", json!({"keyword": "summary"})),
        ("jira_get_issue", json!({"issue_key": "WEB-1"})),
        (
            "jira_update_issue",
            json!({"issue_key": "WEB-1", "fields": {"summary": "x"}}),
        ),
        (
            "jira_add_comment",
            json!({"issue_key": "WEB-1", "body": "x"}),
        ),
        ("jira_get_comments", json!({"issue_key": "WEB-1"})),
        (
            "jira_delete_comment",
            json!({"issue_key": "WEB-1", "comment_id": comment}),
        ),
        (
            "jira_upload_attachment",
            json!({"issue_key": "WEB-1", "filename": "a.txt", "content_base64": "eA=="}),
        ),
        ("jira_get_attachments", json!({"issue_key": "WEB-1"})),
        ("jira_download_attachments", json!({"issue_key": "WEB-1"})),
        ("jira_get_transitions", json!({"issue_key": "WEB-1"})),
        (
            "jira_transition_issue",
            json!({"issue_key": "WEB-1", "transition_id": step}),
        ),
        ("jira_get_current_user", json!({})),
        ("jira_get_user_profile", json!({"user_identifier": mia})),
        ("jira_search_users", json!({"query": "mia"})),
    ]
}

/// Confluence's tools, likewise.
fn tools_of_confluence(page: &Value) -> Vec<(&'static str, Value)> {
    vec![
        ("confluence.search", json!({"q": "type = page"})),
        ("confluence_search", json!({"query": "type = page"})),
        ("confluence.spaces", json!({})),
        ("confluence_get_spaces", json!({})),
        (
            "confluence.create",
            json!({"space_key": "ENG", "title": "One", "body": "x"}),
        ),
        (
            "confluence_create_page",
            json!({"space_key": "ENG", "title": "Two", "content": "x"}),
        ),
        ("confluence_get_page", json!({"page_id": page})),
        ("confluence_get_page_children", json!({"parent_id": page})),
        (
            "confluence_update_page",
            json!({"page_id": page, "title": "Three", "content": "x", "replace": true}),
        ),
        (
            "confluence_add_comment",
            json!({"page_id": page, "body": "x"}),
        ),
    ]
}

#[tokio::test]
async fn a_scope_that_atlassian_speaks_of_is_named_as_the_table_has_it_whatever_was_called() {
    let client = Client::start().await;
    let mismatch = json!({"code": 401, "message": "Unauthorized; scope does not match"});
    for path in ["/rest/", "/wiki/"] {
        client
            .app
            .sandbox
            .fault(on_api(path, answering(401, &mismatch), None));
    }
    let (page, number) = (json!("98400"), json!("1"));
    for (tool, arguments) in every_tool(&page, &number, &json!("5b10ac8d"), &number) {
        client.app.sandbox.clear_journal();
        let body = json!({"tool": tool, "args": arguments}).to_string();
        let path = "/connectors/tools/invoke";
        let answer = client.send("POST", path, &[], Some(&body)).await;
        assert_eq!(answer.status, 403, "{tool}: {}", answer.body);
        let told = answer.json();
        let missing = told["details"]["missing_scopes"].clone();
        let asked = operations(&client);
        let is_named = asked.iter().any(|one| {
            let all = one.scopes();
            // A login that has them lacks none: they are named, and not called missing.
            let has = format!("although this login has {}: ", all.join(" "));
            !all.is_empty()
                && (missing == json!(all) || told["message"].as_str().unwrap().contains(&has))
        });
        assert!(is_named, "{tool}: {told} is of none of {asked:?}");
    }
}
