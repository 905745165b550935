//! JQL about the past and by functions, held against the issues as they were made.

use serde_json::{Value, json};

use super::{ALL, Bench, agile, jira, text};

fn search(bench: &mut Bench, bearer: &str, jql: &str) -> super::Reply {
    let body = json!({"jql": jql, "maxResults": 100, "fields": ["summary"]});
    bench.call("POST", &jira("search/jql"), bearer, Some(&body))
}

fn keys(reply: &super::Reply) -> Vec<String> {
    let found = reply.value();
    let issues = found["issues"].as_array().cloned().unwrap_or_default();
    issues
        .iter()
        .map(|issue| text(issue, "/key").to_owned())
        .collect()
}

/// Moves an issue from To Do to In Progress, and gives its key.
fn moved(bench: &mut Bench, bearer: &str) -> String {
    let found = search(bench, bearer, "project = WEB and status = \"To Do\"");
    let key = keys(&found)[0].clone();
    let path = jira(&format!("issue/{key}/transitions"));
    let open = bench.call("GET", &path, bearer, None).value();
    let step = open["transitions"]
        .as_array()
        .unwrap()
        .iter()
        .find(|step| step["to"]["name"] == "In Progress")
        .map(|step| step["id"].clone())
        .unwrap();
    let moved = bench.call(
        "POST",
        &path,
        bearer,
        Some(&json!({"transition": {"id": step}})),
    );
    assert_eq!(moved.status, 204);
    let planned = bench.call(
        "POST",
        &agile("sprint/12/issue"),
        bearer,
        Some(&json!({"issues": [key]})),
    );
    assert_eq!(planned.status, 204);
    key
}

#[test]
fn the_past_is_found_as_it_was() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let key = moved(&mut bench, &bearer);
    let me = "5b10ac8d82e05b22cc7d4ef5";
    for (jql, holds) in [
        ("status was \"To Do\"", true),
        ("status was Done", false),
        ("status was not Done", true),
        ("status was in (\"To Do\", Done) before now()", true),
        ("status was not in (\"To Do\")", false),
        ("status was \"In Progress\" after -1d", true),
        ("status was \"In Progress\" before -1d", false),
        ("status was \"To Do\" during (-2000d, -1d)", true),
        ("status changed", true),
        ("status changed after -1d by currentUser()", true),
        ("status changed before -1d", false),
        (
            "status changed from \"To Do\" to \"In Progress\" on now()",
            true,
        ),
        ("status changed to Done", false),
        ("assignee changed", false),
        ("sprint in openSprints()", true),
        ("sprint in closedSprints()", false),
        ("sprint is EMPTY", false),
        ("issue in linkedIssues(WEB-1)", false),
        ("reporter in membersOf(\"jira-users\")", true),
    ] {
        let reply = search(&mut bench, &bearer, &format!("key = {key} and ({jql})"));
        assert_eq!(reply.status, 200, "{jql}: {}", reply.value());
        assert_eq!(!keys(&reply).is_empty(), holds, "{jql}");
    }
    let by = format!("key = {key} and status changed by \"{me}\"");
    assert_eq!(keys(&search(&mut bench, &bearer, &by)), [key]);
}

#[test]
fn what_has_no_past_and_what_is_unknown_are_refused() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    for (jql, message) in [
        (
            "summary was x",
            "History searches do not support the 'summary' field.",
        ),
        (
            "labels changed",
            "History searches do not support the 'labels' field.",
        ),
        (
            "status was Nowhere",
            "The value 'Nowhere' does not exist for the field 'status'.",
        ),
        (
            "issue in linkedIssues(WEB-99999)",
            "Issue 'WEB-99999' could not be found in function 'linkedIssues'.",
        ),
        ("status in Done", "does not support the non-list value"),
        ("status changed Done", "Expecting either 'OR' or 'AND'"),
    ] {
        let reply = search(&mut bench, &bearer, jql);
        assert_eq!(reply.status, 400, "{jql}");
        let told: Value = reply.value();
        let said = text(&told, "/errorMessages/0");
        assert!(said.contains(message), "{jql}: {said}");
    }
}

#[test]
fn a_moment_may_be_given_in_milliseconds() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let all = keys(&search(
        &mut bench,
        &bearer,
        "project = WEB and updated > 0",
    ));
    assert!(!all.is_empty());
    let day = keys(&search(
        &mut bench,
        &bearer,
        "project = WEB and created >= \"1970-01-01\"",
    ));
    assert_eq!(all, day);
    let future = "project = WEB and updated > 99999999999999";
    let none = search(&mut bench, &bearer, future);
    assert_eq!((none.status, keys(&none).len()), (200, 0));
}
