//! Calls of every tool about what lies in another project or space than a key is limited to.

use serde_json::{Value, json};

pub(crate) fn about_other_issues() -> Vec<(&'static str, Value)> {
    let about = [
        ("jira_get_issue", json!({})),
        ("jira_update_issue", json!({"fields": {"summary": "x"}})),
        ("jira_add_comment", json!({"body": "x"})),
        ("jira_get_comments", json!({})),
        ("jira_delete_comment", json!({"comment_id": "1"})),
        (
            "jira_upload_attachment",
            json!({"filename": "x", "content_base64": "SGk="}),
        ),
        ("jira_get_attachments", json!({})),
        ("jira_download_attachments", json!({})),
        ("jira_get_transitions", json!({})),
        ("jira_transition_issue", json!({"transition_id": "1"})),
        (
            "jira_create_remote_issue_link",
            json!({"url": "https://x.example", "title": "x"}),
        ),
        ("jira_add_worklog", json!({"time_spent": "1h"})),
        ("jira_get_worklog", json!({})),
        ("jira_add_watcher", json!({"user_identifier": "me"})),
        ("jira_get_issue_watchers", json!({})),
        ("jira_remove_watcher", json!({"account_id": "me"})),
        ("jira_get_issue_dates", json!({})),
    ];
    about
        .map(|(tool, mut arguments)| {
            arguments["issue_key"] = json!("APP-1");
            (tool, arguments)
        })
        .to_vec()
}

pub(crate) fn about_other_projects(board: &str, link: &str) -> Vec<(&'static str, Value)> {
    let link_to = |inward: &str, outward: &str| json!({"link_type": "Blocks", "inward_issue_key": inward, "outward_issue_key": outward});
    vec![
        (
            "jira_search",
            json!({"jql": "project = APP", "projects_filter": "APP"}),
        ),
        (
            "jira_create_issue",
            json!({"project_key": "APP", "summary": "x", "issue_type": "Task"}),
        ),
        ("jira_create_issue_link", link_to("WEB-1", "APP-1")),
        ("jira_create_issue_link", link_to("APP-1", "WEB-1")),
        ("jira_remove_issue_link", json!({"link_id": link})),
        ("jira_get_project_versions", json!({"project_key": "APP"})),
        ("jira_get_project_components", json!({"project_key": "APP"})),
        ("jira_get_agile_boards", json!({"project_key": "APP"})),
        ("jira_get_sprints_from_board", json!({"board_id": board})),
        ("fetch", json!({"id": "jira:APP-1"})),
        ("fetch", json!({"id": "APP-1"})),
    ]
}

/// The same of tools about plans.
pub(crate) fn about_other_plans(board: &str) -> Vec<(&'static str, Value)> {
    vec![
        (
            "jira_batch_get_changelogs",
            json!({"issue_ids_or_keys": "WEB-1, APP-1"}),
        ),
        (
            "jira_link_to_epic",
            json!({"issue_key": "WEB-1", "epic_key": "APP-1"}),
        ),
        (
            "jira_move_issues_to_backlog",
            json!({"issue_keys": ["WEB-1", "APP-1"]}),
        ),
        (
            "jira_get_project_issue_types",
            json!({"project_key": "APP"}),
        ),
        (
            "jira_get_create_fields",
            json!({"project_key": "APP", "issue_type_id": "10001"}),
        ),
        (
            "jira_get_field_options",
            json!({"project_key": "APP", "field_id": "priority"}),
        ),
        ("jira_get_board_issues", json!({"board_id": board})),
        (
            "jira_create_sprint",
            json!({"board_id": board, "name": "x"}),
        ),
    ]
}

/// The same of tools about what belongs to a page.
pub(crate) fn about_more_of_other_pages(other: &str) -> Vec<(&'static str, Value)> {
    let more = [
        ("confluence_remove_label", json!({"name": "x"})),
        ("confluence_get_ancestors", json!({})),
        ("confluence_get_page_history", json!({"version": 1})),
        (
            "confluence_get_page_diff",
            json!({"from_version": 1, "to_version": 1}),
        ),
        (
            "confluence_update_page_section",
            json!({"heading_text": "x", "new_content": "x"}),
        ),
        ("confluence_get_inline_comments", json!({})),
        (
            "confluence_add_inline_comment",
            json!({"body": "x", "text_selection": "x"}),
        ),
    ];
    let files = [
        ("confluence_get_attachments", json!({"content_id": other})),
        (
            "confluence_upload_attachment",
            json!({"content_id": other, "filename": "x", "content_base64": "SGk="}),
        ),
        (
            "confluence_get_space_page_tree",
            json!({"space_key": "OPS"}),
        ),
    ];
    let more = more.map(|(tool, mut arguments)| {
        arguments["page_id"] = json!(other);
        (tool, arguments)
    });
    more.into_iter().chain(files).collect()
}

pub(crate) fn about_other_pages(other: &str, own: &str) -> Vec<(&'static str, Value)> {
    vec![
        (
            "confluence_search",
            json!({"query": "x", "spaces_filter": "OPS"}),
        ),
        ("confluence_get_spaces", json!({"keys": "OPS"})),
        (
            "confluence_create_page",
            json!({"space_key": "OPS", "title": "x", "content": "x"}),
        ),
        ("confluence_get_page", json!({"page_id": other})),
        (
            "confluence_get_page",
            json!({"title": "Home", "space_key": "OPS"}),
        ),
        ("confluence_get_page_children", json!({"parent_id": other})),
        (
            "confluence_update_page",
            json!({"page_id": other, "title": "x", "content": "x"}),
        ),
        (
            "confluence_add_comment",
            json!({"page_id": other, "body": "x"}),
        ),
        ("confluence_get_comments", json!({"page_id": other})),
        ("confluence_get_page_versions", json!({"page_id": other})),
        ("confluence_get_labels", json!({"page_id": other})),
        (
            "confluence_add_label",
            json!({"page_id": other, "name": "x"}),
        ),
        (
            "confluence_move_page",
            json!({"page_id": own, "target_parent_id": other}),
        ),
        (
            "confluence_move_page",
            json!({"page_id": other, "target_parent_id": own}),
        ),
        ("fetch", json!({"id": format!("confluence:{other}")})),
    ]
}
