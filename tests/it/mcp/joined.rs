//! Keys that are limited to projects: no field joins an issue to another project, and no address leads to another site.

use atlassian_sandbox::{Fault, FaultAction};
use serde_json::{Value, json};

use crate::mcp::fixture::{message, text};
use crate::mcp::places::Limited;

async fn with_epic_fields() -> Limited {
    let limited = Limited::to(&["WEB"], &[]).await;
    limited.app.sandbox.fault(Fault {
        method: Some(String::from("GET")),
        path_contains: String::from("/rest/api/3/field"),
        body_contains: None,
        times: None,
        action: FaultAction::Status {
            status: 200,
            headers: Vec::new(),
            body: String::from(EPIC_FIELDS),
        },
    });
    limited
}

fn update(argument: &str, value: Value) -> (&'static str, Value) {
    let mut asked = json!({"issue_key": "WEB-1"});
    asked[argument] = value;
    ("jira_update_issue", asked)
}

#[tokio::test]
async fn no_field_joins_an_issue_to_another_project_however_it_is_written() {
    let limited = with_epic_fields().await;
    let mut refused = Vec::new();
    for name in [
        "parent",
        "Parent",
        "epicKey",
        "epic_link",
        "Epic Link",
        "customfield_10014",
        "Parent Link",
        "customfield_10800",
        "customfield_4",
    ] {
        for argument in ["fields", "additional_fields"] {
            refused.extend([
                update(argument, json!({name: "APP-1"})),
                update(argument, json!({name: {"key": "APP-1"}})),
                update(argument, json!(format!("{{\"{name}\": \"APP-1\"}}"))),
                update(argument, json!(format!("{{'{name}': 'APP-1'}}"))),
            ]);
        }
        let new = json!({"project_key": "WEB", "summary": "x", "issue_type": "Task",
            "additional_fields": format!("{{'{name}': 'APP-1'}}")});
        refused.push(("jira_create_issue", new));
        let done = json!({"issue_key": "WEB-1", "transition_id": "31", "fields": {name: "APP-1"}});
        refused.push(("jira_transition_issue", done));
    }
    for (tool, arguments) in refused {
        let result = limited.call(tool, arguments.clone()).await;
        assert_eq!(result["isError"], true, "{tool} {arguments}: {result}");
        let told = text(&result);
        // Python's way to write an object is not taken everywhere.
        assert!(
            told.starts_with("This API key is limited to the projects WEB")
                || (arguments.to_string().contains("{'") && told.contains("is malformed")),
            "{tool} {arguments}: {told}"
        );
    }
    assert_eq!(limited.writes(), Vec::<String>::new());
    // What says nothing of other issues is written, whatever it looks like.
    for fields in [
        json!({"summary": "APP-1"}),
        json!({"labels": ["APP-1"]}),
        json!({"parent": null}),
    ] {
        let (tool, asked) = update("fields", fields);
        let result = limited.call(tool, asked).await;
        assert_eq!(result["isError"], false, "{result}");
    }
}

/// What a company-managed site has to put issues below others.
const EPIC_FIELDS: &str = r#"[
    {"id": "parent", "name": "Parent", "schema": {"type": "issuelink", "system": "parent"}},
    {"id": "customfield_10014", "name": "Epic Link", "custom": true, "clauseNames": ["cf[10014]", "Epic Link"],
     "schema": {"type": "any", "custom": "com.pyxis.greenhopper.jira:gh-epic-link", "customId": 10014}},
    {"id": "customfield_10800", "name": "Parent Link", "custom": true, "clauseNames": ["cf[10800]", "Parent Link"],
     "schema": {"type": "any", "custom": "com.atlassian.jpo:jpo-custom-field-parent", "customId": 10800}}
]"#;

#[tokio::test]
async fn a_project_of_the_same_key_on_another_site_is_not_the_keys() {
    let limited = Limited::to(&["GEN"], &["GX"]).await;
    let there = [
        "https://globex.atlassian.net/browse/GEN-1",
        "globex.atlassian.net/browse/GEN-1",
    ];
    for address in there {
        let known = limited
            .mia
            .post(
                "/mcp/search",
                message(
                    "tools/call",
                    json!({"name": "fetch", "arguments": {"id": format!("jira:{address}")}}),
                ),
            )
            .await
            .json();
        assert_eq!(
            known["result"]["isError"], false,
            "the login reaches it: {known}"
        );
        for (tool, asked) in [
            ("fetch", json!({"id": format!("jira:{address}")})),
            ("fetch", json!({"id": address})),
            ("jira_get_issue", json!({"issue_key": address})),
            ("jira_get_comments", json!({"issue_key": address})),
            (
                "jira_batch_get_changelogs",
                json!({"issue_ids_or_keys": address}),
            ),
            ("jira_search", json!({"jql": address})),
            ("jira_count_issues", json!({"jql": address})),
        ] {
            let result = limited.call(tool, asked).await;
            assert_eq!(result["isError"], true, "{tool} {address}: {result}");
            assert!(
                text(&result).contains("API key is limited to"),
                "{tool}: {result}"
            );
        }
    }
    let asked = limited.app.sandbox.journal();
    let reads = asked
        .iter()
        .filter(|call| call.path.contains("/issue/GEN-1"));
    assert_eq!(reads.count(), there.len(), "those of Mia without the key");
}
