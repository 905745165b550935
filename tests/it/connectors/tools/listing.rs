//! Which tools are listed, with which arguments, for whom; and what arguments are refused.

use integration_backend::model::api_key::KeyScope;
use serde_json::{Value, json};

use crate::connectors::tools::fixture::invoke_by_key;
use crate::connectors::tools::fixture::{SPEAKING, invoke, names};
use crate::support::TestApp;

#[tokio::test]
async fn every_name_that_agents_know_is_listed_with_a_closed_schema() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let list = browser.get("/connectors/tools").await.json();
    insta::assert_snapshot!(names(&list).join(" "), @r"jira.search jira.create jira.projects confluence.search confluence.spaces confluence.create jira_get_all_projects jira_search_projects jira_search jira_search_fields jira_get_issue jira_create_issue jira_update_issue jira_add_comment jira_get_comments jira_delete_comment jira_upload_attachment jira_get_attachments jira_download_attachments jira_get_transitions jira_transition_issue jira_get_user_profile jira_get_current_user jira_search_users confluence_search confluence_get_spaces confluence_get_page confluence_get_page_children confluence_create_page confluence_update_page confluence_add_comment jira_count_issues jira_validate_jql jira_get_link_types jira_create_issue_link jira_remove_issue_link jira_create_remote_issue_link jira_get_worklog jira_add_worklog jira_get_issue_watchers jira_add_watcher jira_remove_watcher jira_get_project_versions jira_get_project_components jira_get_agile_boards jira_get_sprints_from_board confluence_get_comments confluence_get_page_versions confluence_move_page confluence_get_labels confluence_add_label confluence_remove_label confluence_get_page_history confluence_get_page_diff confluence_get_ancestors confluence_get_space_page_tree confluence_update_page_section confluence_get_inline_comments confluence_add_inline_comment confluence_reply_to_comment confluence_get_attachments confluence_upload_attachment confluence_download_attachment confluence_delete_attachment jira_batch_create_issues jira_batch_get_changelogs jira_get_issue_dates jira_link_to_epic jira_get_project_issue_types jira_get_create_fields jira_get_field_options jira_get_board_issues jira_get_sprint_issues jira_create_sprint jira_update_sprint jira_add_issues_to_sprint jira_move_issues_to_backlog");
    for tool in list.as_array().unwrap() {
        let name = tool["name"].as_str().unwrap();
        let schema = &tool["input_schema"];
        assert_eq!(schema["type"], "object", "{name}");
        if !matches!(name, "jira.create" | "confluence.create") {
            assert_eq!(schema["additionalProperties"], false, "{name}: {schema}");
        }
        assert!(!schema.to_string().contains("$ref"), "{name}: {schema}");
        assert!(
            tool["description"].as_str().unwrap().ends_with('.'),
            "{name}"
        );
        assert!(tool["read_only"].is_boolean());
    }
}

#[tokio::test]
async fn a_schema_is_made_from_the_type_of_the_arguments() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let list = browser.get("/connectors/tools").await.json();
    let search = list
        .as_array()
        .unwrap()
        .iter()
        .find(|tool| tool["name"] == "jira_search")
        .unwrap();
    let schema = &search["input_schema"];
    assert_eq!(schema["required"], json!(["jql"]));
    assert_eq!(schema["properties"]["limit"]["minimum"], 1);
    assert_eq!(schema["properties"]["limit"]["default"], 10);
    assert!(
        schema["properties"]["jql"]["description"]
            .as_str()
            .unwrap()
            .contains("JQL")
    );
}

#[tokio::test]
async fn tools_that_write_are_shown_and_given_only_to_those_who_may_write() {
    let app = TestApp::start().await;
    let script = app.browser();
    let reader = app.api_key("service", "default", &[KeyScope::Read]).await;
    let list = script
        .get_with("/connectors/tools", &[("authorization", &reader)])
        .await
        .json();
    let all_read = list
        .as_array()
        .unwrap()
        .iter()
        .all(|tool| tool["read_only"] == true);
    assert!(all_read && names(&list).contains(&"jira_get_issue"));
    let call = json!({"tool": "jira_create_issue", "args": {}});
    let refused = invoke_by_key(&script, &reader, &call).await;
    assert_eq!(
        (refused.status, refused.error_code().as_str()),
        (403, "FORBIDDEN")
    );
    assert_eq!(
        refused.json()["details"]["missing_scopes"],
        json!(["write"])
    );
    assert_eq!(app.browser().get("/connectors/tools").await.status, 401);

    let frozen = TestApp::start_with(&[("READ_ONLY", "true")]).await;
    let browser = frozen.logged_in("mia").await;
    let list = browser.get("/connectors/tools").await.json();
    assert!(!names(&list).contains(&"jira.create"));
    let refused = invoke(&browser, "jira.create", json!({})).await;
    assert_eq!(refused.status, 403);
}

/// Arguments that are missing, unknown, malformed or out of range, and which of them is named.
fn refusals() -> Vec<(&'static str, Value, &'static str)> {
    vec![
        ("jira_search", json!({}), "jql"),
        (
            "jira_search",
            json!({"jql": "project = APP", "limit": "many"}),
            "limit",
        ),
        (
            "jira_search",
            json!({"jql": "project = APP", "limit": 0}),
            "limit",
        ),
        (
            "jira_search",
            json!({"jql": "project = APP", "start_at": 5}),
            "start_at",
        ),
        (
            "jira_search",
            json!({"jql": "project = APP", "startAt": 5}),
            "startAt",
        ),
        (
            "jira_search",
            json!({"jql": "project = APP", "page_token": "x"}),
            "page_token",
        ),
        (
            "jira_search_projects",
            json!({"query": "a", "max_results": 51}),
            "max_results",
        ),
        (
            "jira_get_issue",
            json!({"issue_key": "APP-1", "comment_limit": 101}),
            "comment_limit",
        ),
        (
            "jira_get_issue",
            json!({"issue_key": "APP-1", "include": "worklogs"}),
            "include",
        ),
        (
            "jira_update_issue",
            json!({"issue_key": "APP-1", "attachments": "/etc/passwd"}),
            "attachments",
        ),
        (
            "jira_update_issue",
            json!({"issue_key": "APP-1", "fields": "not json"}),
            "fields",
        ),
        (
            "jira_add_comment",
            json!({"issue_key": "APP-1", "body": ""}),
            "body",
        ),
        ("jira_get_current_user", json!({"surprise": 1}), "surprise"),
    ]
}

#[tokio::test]
async fn a_tool_that_does_not_exist_is_404_and_bad_arguments_are_422_by_name() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    assert_eq!(
        invoke(&browser, "jira.destroy", json!({})).await.status,
        404
    );
    let shapeless = [json!([]), json!("q")].map(|args| ("jira.search", args, "args"));
    for (tool, args, field) in refusals().into_iter().chain(shapeless) {
        let refused = invoke(&browser, tool, args.clone()).await;
        assert_eq!(refused.status, 422, "{tool} {args}: {}", refused.body);
        assert_eq!(
            refused.json()["details"]["fields"],
            json!([field]),
            "{tool} {args}"
        );
    }
    let not_json = browser
        .send(
            "POST",
            "/connectors/tools/invoke",
            &[],
            Some(String::from("{")),
        )
        .await;
    assert_eq!(not_json.status, 400);
}

/// The rules of the models' APIs, and of clients: `OpenAI`'s and Anthropic's names and forms, Gemini's schemas, and what the Model
/// Context Protocol has of a tool.
const FORMS: [(&str, &[&str], &str, &str); 3] = [
    ("openai", &["function", "type"], "/function", "parameters"),
    (
        "anthropic",
        &["description", "input_schema", "name"],
        "",
        "input_schema",
    ),
    (
        "mcp",
        &[
            "annotations",
            "description",
            "inputSchema",
            "name",
            "outputSchema",
            "title",
        ],
        "",
        "inputSchema",
    ),
];

fn check_definition(tool: &Value, schema: &str) {
    let name = tool["name"].as_str().unwrap();
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    assert!(
        (1..=64).contains(&name.len()) && name.bytes().all(is_plain),
        "{name}"
    );
    let description = tool["description"].as_str().unwrap();
    assert!((10..=1024).contains(&description.len()), "{name}");
    let schema = &tool[schema];
    assert_eq!(schema["type"], "object", "{name}");
    for needed in schema["required"].as_array().into_iter().flatten() {
        let needed = needed.as_str().unwrap();
        assert!(schema["properties"][needed].is_object(), "{name} {needed}");
    }
    for (argument, property) in schema["properties"].as_object().unwrap() {
        let kind = property["type"]
            .as_str()
            .unwrap_or_else(|| panic!("{name} {argument}: {property}"));
        // Gemini refuses a list without a type of its entries.
        assert!(
            kind != "array" || property["items"]["type"].is_string(),
            "{name} {argument}: {property}"
        );
        let is_told = property["description"].is_string() || SPEAKING.contains(&argument.as_str());
        assert!(is_told, "{name} {argument}");
        for word in [
            "oneOf", "anyOf", "allOf", "pattern", "$ref", "format", "example", "nullable",
        ] {
            assert!(
                property.get(word).is_none(),
                "{name} {argument}: {property}"
            );
        }
    }
}

#[tokio::test]
async fn the_list_can_be_handed_to_every_model_as_it_is() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for (style, members, place, schema) in FORMS {
        for (set, number) in [("usual", 71), ("rovo", 26), ("search", 2)] {
            let path = format!("/connectors/tools?style={style}&set={set}");
            let list = browser.read(&path).await;
            let tools = list.as_array().unwrap();
            assert_eq!(tools.len(), number, "{path}");
            for tool in tools {
                let known: Vec<&str> = tool
                    .as_object()
                    .unwrap()
                    .keys()
                    .map(String::as_str)
                    .collect();
                assert_eq!(known, members, "{path}");
                assert!(style != "openai" || tool["type"] == "function");
                check_definition(tool.pointer(place).unwrap(), schema);
            }
        }
    }
    for wrong in ["style=other", "set=other"] {
        let path = format!("/connectors/tools?{wrong}");
        assert_eq!(browser.get(&path).await.status, 422);
    }
}

/// Whoever narrows a list for a model must not get tools that write without a word.
#[tokio::test]
async fn a_list_is_narrowed_as_it_is_at_mcp_and_an_unknown_parameter_is_refused() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let narrowed = browser
        .read("/connectors/tools?toolsets=jira_comments,confluence_comments&readonly=1")
        .await;
    assert_eq!(
        names(&narrowed).join(" "),
        "jira_get_comments confluence_get_comments confluence_get_inline_comments"
    );
    let all = browser.read("/connectors/tools?readonly=false").await;
    assert!(names(&all).contains(&"jira_delete_comment"));
    for (query, field) in [
        ("toolsets=nope", "toolsets"),
        ("product=jira", "product"),
        ("read_only=1", "read_only"),
    ] {
        let refused = browser.get(&format!("/connectors/tools?{query}")).await;
        assert_eq!(refused.status, 422, "{query}: {}", refused.body);
        assert_eq!(refused.json()["details"]["fields"], json!([field]));
    }
}
