//! Tools as an agent invokes them.

use serde_json::{Value, json};

use crate::support::{Answer, Browser};

const INVOKE: &str = "/connectors/tools/invoke";

pub(crate) async fn invoke(browser: &Browser, tool: &str, args: Value) -> Answer {
    let call = json!({ "tool": tool, "args": args });
    browser.post(INVOKE, call).await
}

/// The same with a key, as a script calls it.
pub(crate) async fn invoke_by_key(script: &Browser, bearer: &str, call: &Value) -> Answer {
    let headers = [("authorization", bearer)];
    script.post_with(INVOKE, &headers, call).await
}

/// The object that a tool gave, after checking that it did.
pub(crate) async fn given(browser: &Browser, tool: &str, args: Value) -> Value {
    let answer = invoke(browser, tool, args).await;
    assert_eq!(answer.status, 200, "{tool}: {}", answer.body);
    answer.json()
}

pub(crate) fn names(list: &Value) -> Vec<&str> {
    let list = list.as_array().unwrap().iter();
    list.map(|tool| tool["name"].as_str().unwrap()).collect()
}

/// Arguments whose names say all there is to say, with the description of their tool: a model's context pays for every word.
pub(crate) const SPEAKING: [&str; 58] = [
    "account_id",
    "attachment_id",
    "board_id",
    "board_name",
    "body",
    "comment",
    "comment_id",
    "comment_limit",
    "contains",
    "content",
    "content_base64",
    "content_id",
    "cursor",
    "end_date",
    "epic_key",
    "filename",
    "from_version",
    "goal",
    "heading_text",
    "icon_url",
    "include_archived",
    "include_content",
    "include_folders",
    "include_metadata",
    "include_status_changes",
    "inward_issue_key",
    "issue_key",
    "issue_type_id",
    "jql",
    "keyword",
    "limit",
    "link_id",
    "max_results",
    "media_type",
    "name",
    "name_filter",
    "outward_issue_key",
    "page_id",
    "page_token",
    "parent_id",
    "project_key",
    "query",
    "return_fields",
    "return_limit",
    "space_key",
    "sprint_id",
    "start",
    "start_date",
    "summary",
    "target_parent_id",
    "title",
    "to_version",
    "url",
    "username",
    "validate_only",
    "values_only",
    "version",
    "version_comment",
];
