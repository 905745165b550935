//! What models call arguments that a tool has under another name, or within another argument: they know the same things from
//! other servers and from Atlassian's own API.

use serde_json::{Map, Value};

use crate::model::nearest::is_same;

/// Names for one thing. Whoever sends one of them means the one that the tool has.
const SAME: &[&[&str]] = &[
    &[
        "body",
        "content",
        "comment",
        "text",
        "markdown",
        "comment_body",
        "message",
    ],
    &["content", "body", "text", "markdown", "html"],
    &["new_content", "content", "body", "text", "markdown"],
    &["description", "body", "details"],
    &[
        "query",
        "cql",
        "q",
        "search",
        "search_string",
        "keyword",
        "text",
        "words",
    ],
    &["query", "jql", "q", "cql", "search"],
    &[
        "issue_key",
        "issue_id",
        "issue",
        "key",
        "id",
        "issue_id_or_key",
        "ticket",
        "issue_key_or_id",
    ],
    &["page_id", "id", "content_id", "page", "page_url", "url"],
    &["content_id", "page_id", "id", "page"],
    &["comment_id", "id", "comment"],
    &["attachment_id", "id", "attachment", "file_id"],
    &["board_id", "id", "board"],
    &["sprint_id", "id", "sprint"],
    &["link_id", "id", "link"],
    &[
        "parent_id",
        "page_id",
        "id",
        "parent",
        "parent_page_id",
        "ancestor_id",
    ],
    &[
        "target_parent_id",
        "parent_id",
        "new_parent_id",
        "target_id",
        "parent",
    ],
    &["name", "label", "labels", "title"],
    &[
        "limit",
        "max_results",
        "page_size",
        "count",
        "first",
        "per_page",
        "return_limit",
        "size",
        "top",
    ],
    &["max_results", "limit", "page_size", "count", "per_page"],
    &[
        "cursor",
        "page_token",
        "next_cursor",
        "next_page_token",
        "token",
        "start_at",
        "offset",
        "page",
        "after",
    ],
    &[
        "page_token",
        "cursor",
        "next_cursor",
        "next_page_token",
        "token",
        "start_at",
        "offset",
        "page",
        "after",
    ],
    &["start", "next_start", "offset", "cursor"],
    &[
        "transition_id",
        "status",
        "transition",
        "transition_name",
        "to_status",
        "to",
        "state",
    ],
    &["state", "status"],
    &[
        "project_key",
        "project",
        "project_id",
        "project_id_or_key",
        "key",
    ],
    &["space_key", "space", "space_id", "key"],
    &["spaces_filter", "space_key", "space", "spaces"],
    &["projects_filter", "project_key", "project", "projects"],
    &[
        "user_identifier",
        "account_id",
        "user",
        "username",
        "email",
        "user_id",
        "id",
        "name",
    ],
    &[
        "account_id",
        "user",
        "username",
        "user_id",
        "accountid",
        "user_identifier",
    ],
    &[
        "username",
        "user",
        "account_id",
        "user_id",
        "user_identifier",
    ],
    &["issue_type", "type", "issuetype", "issue_type_name"],
    &["issue_keys", "issues", "keys", "issue_key", "issue_ids"],
    &[
        "issue_ids_or_keys",
        "issue_keys",
        "issues",
        "keys",
        "issue_key",
    ],
    &["epic_key", "epic", "parent", "epic_id", "epic_link"],
    &[
        "heading_text",
        "heading",
        "section",
        "section_title",
        "title",
    ],
    &[
        "text_selection",
        "selection",
        "inline_text",
        "text",
        "inline_original_selection",
    ],
    &[
        "content_base64",
        "content",
        "data",
        "base64",
        "file_content",
        "bytes",
    ],
    &["filename", "file_name", "name", "title"],
    &["link_type", "type", "name", "link_type_name"],
    &[
        "inward_issue_key",
        "inward_issue",
        "from_issue",
        "source",
        "inward",
    ],
    &[
        "outward_issue_key",
        "outward_issue",
        "to_issue",
        "target",
        "outward",
    ],
    &["time_spent", "time", "duration", "time_spent_seconds"],
    &["version", "version_number", "page_version"],
];

/// Fields of an issue, which are members of an argument for fields.
const FIELDS: &[&str] = &[
    "summary",
    "description",
    "assignee",
    "reporter",
    "priority",
    "labels",
    "components",
    "component",
    "parent",
    "epic",
    "epic_link",
    "epic_key",
    "due_date",
    "fix_versions",
    "fix_version",
    "versions",
    "affects_versions",
    "environment",
    "security",
    "timetracking",
    "time_tracking",
    "original_estimate",
    "resolution",
    "story_points",
    "sprint",
    "issuetype",
];

/// What is meant by an argument that a tool does not have, as the end of a sentence about it.
pub(super) fn meant(name: &str, properties: &Map<String, Value>) -> Option<String> {
    let same = |known: &&str| is_same(name, known);
    let named = SAME.iter().filter(|group| group.iter().any(&same));
    let own = named
        .filter_map(|group| group.first())
        .find(|own| properties.contains_key(**own));
    if let Some(own) = own {
        return Some(format!("{own} may be meant"));
    }
    let is_field = FIELDS.iter().any(&same) || name.starts_with("customfield_");
    let is_object = |argument: &&str| {
        properties
            .get(*argument)
            .is_some_and(|one| one["type"] == "object")
    };
    let holder = ["fields", "additional_fields"].into_iter().find(is_object);
    holder
        .filter(|_| is_field)
        .map(|holder| format!("it belongs into {holder}"))
}

/// A person, as answers show them, by the name that arguments take.
pub(super) fn person(argument: &str, value: &Value) -> Option<Value> {
    let is_person = ["assignee", "username", "account_id", "user_identifier"].contains(&argument);
    let shown = value.as_object().filter(|_| is_person)?;
    let names = [
        "account_id",
        "accountId",
        "id",
        "name",
        "key",
        "email",
        "emailAddress",
        "display_name",
        "displayName",
    ];
    names
        .into_iter()
        .find_map(|name| shown.get(name).filter(|value| value.is_string()).cloned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::service::error::ServiceError;
    use crate::service::tools::Tools;

    fn told(tool: &str, arguments: serde_json::Value) -> String {
        let tool = Tools::named(tool).unwrap();
        match tool.fitted(arguments) {
            Err(ServiceError::Validation { message, .. }) => message,
            other => panic!("{}: {other:?}", tool.name),
        }
    }

    #[test]
    fn a_wrong_name_is_told_with_the_right_one() {
        for (tool, wrong, right) in [
            (
                "jira_create_issue",
                "labels",
                "it belongs into additional_fields",
            ),
            (
                "jira_create_issue",
                "priority",
                "it belongs into additional_fields",
            ),
            (
                "jira_create_issue",
                "parent",
                "it belongs into additional_fields",
            ),
            (
                "jira_create_issue",
                "customfield_10016",
                "it belongs into additional_fields",
            ),
            (
                "jira_create_issue",
                "dueDate",
                "it belongs into additional_fields",
            ),
            ("jira_create_issue", "type", "issue_type may be meant"),
            ("jira_create_issue", "project", "project_key may be meant"),
            ("jira_update_issue", "summary", "it belongs into fields"),
            ("jira_update_issue", "assignee", "it belongs into fields"),
            ("jira_get_issue", "issue_id", "issue_key may be meant"),
            ("jira_get_issue", "id", "issue_key may be meant"),
            ("jira_search", "maxResults", "limit may be meant"),
            (
                "jira_transition_issue",
                "status",
                "transition_id may be meant",
            ),
            (
                "jira_transition_issue",
                "resolution",
                "it belongs into fields",
            ),
            ("jira_add_comment", "comment", "body may be meant"),
            ("confluence_create_page", "body", "content may be meant"),
            ("confluence_create_page", "space", "space_key may be meant"),
            ("confluence_get_page", "id", "page_id may be meant"),
            ("confluence_add_label", "label", "name may be meant"),
            ("confluence_search", "cql", "query may be meant"),
            (
                "confluence_move_page",
                "parent_id",
                "target_parent_id may be meant",
            ),
            ("jira_link_to_epic", "parent", "epic_key may be meant"),
        ] {
            let message = told(tool, json!({ wrong: "x" }));
            let sentence = format!("there is no argument {wrong}; {right}");
            assert!(message.contains(&sentence), "{tool} {wrong}: {message}");
        }
    }

    #[test]
    fn a_person_may_be_the_object_that_answers_show() {
        let tool = Tools::named("jira_create_issue").unwrap();
        let person = json!({"account_id": "5b10a", "display_name": "Mia"});
        let given =
            json!({"project_key": "APP", "issue_type": "Task", "summary": "x", "assignee": person});
        assert_eq!(tool.fitted(given).unwrap()["assignee"], "5b10a");
    }
}
