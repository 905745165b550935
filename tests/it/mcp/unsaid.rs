//! A key that is limited to projects cannot ask by a query what there is elsewhere.

use serde_json::json;

use crate::mcp::fixture::text;
use crate::mcp::places::Limited;

#[tokio::test]
async fn what_is_elsewhere_and_what_is_nowhere_is_no_hit() {
    let limited = Limited::to(&["APP"], &[]).await;
    for jql in [
        "project = DOC",
        "project = NOPE",
        "project = 'Secret Thing'",
        "key = DOC-99999",
        "fixVersion = 'never made'",
    ] {
        let found = limited.call("jira_search", json!({"jql": jql})).await;
        assert_eq!(found["structuredContent"]["items"], json!([]), "{jql}");
        let count = limited.call("jira_count_issues", json!({"jql": jql})).await;
        assert_eq!(
            count["structuredContent"],
            json!({"count": 0}),
            "{jql}: {count}"
        );
    }
}

#[tokio::test]
async fn what_hangs_on_an_issue_elsewhere_is_not_told_and_a_mistake_in_the_query_is() {
    let limited = Limited::to(&["APP"], &[]).await;
    let asked = |jql: &str| json!({ "jql": jql });
    for jql in [
        "issue in linkedIssues(DOC-3)",
        "issue in linkedIssues( 'doc-3' )",
    ] {
        let refused = limited.call("jira_search", asked(jql)).await;
        assert_eq!(refused["isError"], true, "{jql}: {refused}");
        let told = &refused["_meta"]["io.integration-backend/error"]["code"];
        assert_eq!(told, "FORBIDDEN", "{refused}");
    }
    let own = limited
        .call("jira_search", asked("issue in linkedIssues(APP-1)"))
        .await;
    assert_ne!(own["isError"], true, "{own}");
    let wrong = limited.call("jira_search", asked("projekt = APP")).await;
    assert!(text(&wrong).contains("projekt"), "{wrong}");
}
