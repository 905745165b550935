//! Narrowed keys: every tool is held to the places of the key, or refused on purpose.

use super::*;
use crate::service::tools::registry;

fn jira(keys: &[&str], rule: Rule) -> Confined {
    let limits = KeyLimits {
        projects: keys.iter().map(ToString::to_string).collect(),
        ..KeyLimits::default()
    };
    Confined {
        jira: Places::of(&limits, Product::Jira),
        confluence: Places::of(&limits, Product::Confluence),
        product: Some(Product::Jira),
        rule,
    }
}

#[test]
fn every_tool_is_held_or_refused_on_purpose() {
    let refused: Vec<&str> = registry::all()
        .iter()
        .filter(|tool| rule(tool.usual_name()).is_none())
        .map(|tool| tool.name)
        .collect();
    assert_eq!(
        refused,
        [
            "jira.create",
            "confluence.create",
            "jira_validate_jql",
            "confluence_reply_to_comment",
            "confluence_download_attachment",
            "confluence_delete_attachment",
            "jira_batch_create_issues",
            "jira_get_sprint_issues",
            "jira_update_sprint",
            "jira_add_issues_to_sprint",
        ]
    );
}

#[test]
fn issues_of_other_projects_are_left_out_however_deep_they_are() {
    let confined = jira(&["WEB"], Rule::Among("projects_filter"));
    let items = vec![
        json!({"key": "WEB-1", "parent": {"key": "OPS-2", "summary": "secret"},
            "issuelinks": [{"type": "Blocks", "outwardIssue": {"key": "OPS-3"}}, {"inwardIssue": {"key": "WEB-2"}}],
            "subtasks": [{"key": "OPS-4"}, {"key": "WEB-5"}], "labels": ["OPS-1"], "fixVersions": ["1-0"]}),
        json!({"key": "OPS-1", "summary": "secret"}),
        json!({"id": "OPS-1", "type": "issue"}),
    ];
    let outcome = Outcome::List {
        items,
        next: None,
        truncated: false,
    };
    let Outcome::List { items, .. } = confined.shown(outcome).unwrap() else {
        panic!("a list");
    };
    assert_eq!(
        items,
        [
            json!({"key": "WEB-1", "issuelinks": [{"type": "Blocks"}, {"inwardIssue": {"key": "WEB-2"}}],
            "subtasks": [{"key": "WEB-5"}], "labels": ["OPS-1"], "fixVersions": ["1-0"]})
        ]
    );
    let moved = Outcome::Object(Map::from_iter([(String::from("key"), json!("OPS-9"))]));
    assert!(confined.shown(moved).is_err());
}

#[test]
fn a_search_looks_in_the_keys_places_or_in_some_of_them() {
    let confined = jira(&["WEB", "APP"], Rule::Among("projects_filter"));
    for (given, expected) in [
        (json!(null), Some(json!(["WEB", "APP"]))),
        (json!("web"), Some(json!(["web"]))),
        (json!(["APP"]), Some(json!(["APP"]))),
        (json!(""), Some(json!(["WEB", "APP"]))),
        (json!("WEB, OPS"), None),
        (json!(["OPS"]), None),
        (json!([7]), None),
        (json!({"a": 1}), None),
    ] {
        let mut arguments = Map::from_iter([(String::from("projects_filter"), given.clone())]);
        let held = confined.jira.look_among(&mut arguments, "projects_filter");
        let found = held.ok().map(|()| arguments["projects_filter"].clone());
        assert_eq!(found, expected, "{given}");
    }
}
