//! Jira projects, JQL and paging.

use serde_json::{Value, json};

use super::{ALL, Bench, jira, text};

fn search(bench: &mut Bench, bearer: &str, jql: &str) -> super::Reply {
    bench.call("POST", &jira("search/jql"), bearer, Some(&json!({"jql": jql, "maxResults": 100, "fields": ["summary", "status", "assignee", "priority", "created"]})))
}

fn keys(reply: &super::Reply) -> Vec<String> {
    reply.value()["issues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|issue| text(issue, "/key").to_owned())
        .collect()
}

#[test]
fn projects_are_paged_with_addresses_of_the_gateway_and_clamped() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let first = bench
        .call("GET", &jira("project/search?maxResults=25"), &bearer, None)
        .value();
    assert_eq!(
        (
            first["values"].as_array().unwrap().len(),
            first["isLast"].clone()
        ),
        (25, json!(false))
    );
    assert!(text(&first, "/nextPage").starts_with(&format!(
        "https://api.atlassian.com{}?",
        jira("project/search")
    )));
    let rest = bench
        .call(
            "GET",
            &jira("project/search?maxResults=1000&startAt=25"),
            &bearer,
            None,
        )
        .value();
    assert_eq!(
        (rest["maxResults"].clone(), rest["isLast"].clone()),
        (json!(100), json!(true))
    );
    assert!(rest.get("nextPage").is_none());
    let found = bench
        .call("GET", &jira("project/search?query=payments"), &bearer, None)
        .value();
    assert_eq!(text(&found, "/values/0/key"), "PAY");
    assert_eq!(
        bench
            .call("GET", &jira("project/WEB"), &bearer, None)
            .status,
        200
    );
    assert_eq!(
        bench
            .call("GET", &jira("project/web"), &bearer, None)
            .status,
        404
    );
}

#[test]
fn a_hidden_project_does_not_exist_for_those_who_may_not_see_it() {
    let mut bench = Bench::new();
    let (mia, omar) = (bench.login("mia", ALL), bench.login("omar", ALL));
    assert_eq!(
        bench.call("GET", &jira("project/SEC"), &mia, None).status,
        200
    );
    assert_eq!(
        bench.call("GET", &jira("project/SEC"), &omar, None).status,
        404
    );
    let reply = search(&mut bench, &omar, "project = SEC");
    assert_eq!(
        (reply.status, text(&reply.value(), "/errorMessages/0")),
        (
            400,
            "The value 'SEC' does not exist for the field 'project'."
        )
    );
}

#[test]
fn a_search_is_paged_by_token_alone_and_finds_every_issue_once() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let mut body =
        json!({"jql": "created >= -3650d order by key", "maxResults": 50, "fields": ["summary"]});
    let (mut found, mut short_pages) = (Vec::new(), 0);
    loop {
        let reply = bench.call("POST", &jira("search/jql"), &bearer, Some(&body));
        let page = keys(&reply);
        let value = reply.value();
        assert!(value.get("total").is_none());
        short_pages += usize::from(page.len() < 50);
        found.extend(page);
        let Some(token) = value.get("nextPageToken").cloned() else {
            break;
        };
        assert_eq!(value["isLast"], false);
        body["nextPageToken"] = token;
    }
    let expected = bench.state.saved.world.sites[0].issues.len();
    assert_eq!(found.len(), expected);
    found.sort();
    found.dedup();
    assert_eq!(found.len(), expected);
    assert!(short_pages > 1, "short pages in the middle");
    body["jql"] = json!("project = WEB");
    body["nextPageToken"] = json!("nonsense");
    assert_eq!(
        bench
            .call("POST", &jira("search/jql"), &bearer, Some(&body))
            .status,
        400
    );
}

#[test]
fn a_token_belongs_to_its_query() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let first = bench.call(
        "POST",
        &jira("search/jql"),
        &bearer,
        Some(&json!({"jql": "project = WEB", "maxResults": 2})),
    );
    let body = json!({"jql": "project = APP", "maxResults": 2, "nextPageToken": first.value()["nextPageToken"]});
    assert_eq!(
        bench
            .call("POST", &jira("search/jql"), &bearer, Some(&body))
            .status,
        400
    );
}

#[test]
fn without_fields_only_ids_come_and_a_stray_start_at_is_an_error() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let body = json!({"jql": "project = WEB", "maxResults": 1});
    let reply = bench
        .call("POST", &jira("search/jql"), &bearer, Some(&body))
        .value();
    let issue = reply["issues"][0].as_object().unwrap();
    assert_eq!(issue.keys().collect::<Vec<_>>(), ["id"]);
    let body = json!({"jql": "project = WEB", "startAt": 0});
    assert_eq!(
        bench
            .call("POST", &jira("search/jql"), &bearer, Some(&body))
            .status,
        400
    );
}

#[test]
fn unbounded_and_broken_queries_are_refused_with_messages() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    for (jql, message) in [
        ("", "Unbounded JQL"),
        ("order by created", "Unbounded JQL"),
        ("foo = 1", "Field 'foo' does not exist"),
        (
            "status = Nowhere",
            "The value 'Nowhere' does not exist for the field 'status'.",
        ),
        ("assignee = nobody", "The value 'nobody' does not exist"),
        (
            "summary = x",
            "The operator '=' is not supported by the 'summary' field.",
        ),
        ("created > yesterdayish", "Date value 'yesterdayish'"),
        (
            "key = WEB-99999",
            "An issue with key 'WEB-99999' does not exist for field 'key'.",
        ),
        (
            "project = WEB order by nonsense",
            "Field 'nonsense' does not exist",
        ),
    ] {
        let reply = search(&mut bench, &bearer, jql);
        assert_eq!(reply.status, 400, "{jql}");
        assert!(
            text(&reply.value(), "/errorMessages/0").contains(message),
            "{jql}: {}",
            reply.value()
        );
    }
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "a table of queries, each with the same count made by hand"
)]
fn the_evaluator_agrees_with_counting_by_hand() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let me = bench.state.saved.world.account("mia").unwrap().id.clone();
    let issues = bench.state.saved.world.sites[0].issues.clone();
    let web: Vec<_> = issues
        .iter()
        .filter(|issue| issue.key.starts_with("WEB-"))
        .collect();
    let count = |bench: &mut Bench, jql: &str| -> Value {
        bench
            .call(
                "POST",
                &jira("search/approximate-count"),
                &bearer,
                Some(&json!({"jql": jql})),
            )
            .value()["count"]
            .clone()
    };
    let cases: Vec<(&str, usize)> = vec![
        ("project = web", web.len()),
        (
            "project in (WEB, \"Mobile App\")",
            issues
                .iter()
                .filter(|issue| issue.key.starts_with("WEB-") || issue.key.starts_with("APP-"))
                .count(),
        ),
        (
            "project = WEB and assignee = currentUser()",
            web.iter()
                .filter(|issue| issue.assignee.as_ref() == Some(&me))
                .count(),
        ),
        (
            "project = WEB and assignee is empty",
            web.iter().filter(|issue| issue.assignee.is_none()).count(),
        ),
        (
            "project = WEB and assignee != currentUser()",
            web.iter()
                .filter(|issue| issue.assignee.as_ref().is_some_and(|id| *id != me))
                .count(),
        ),
        (
            "project = WEB and not assignee = currentUser()",
            web.iter()
                .filter(|issue| issue.assignee.as_ref() != Some(&me))
                .count(),
        ),
        (
            "project = WEB and (issuetype = Bug or type = Epic)",
            web.iter()
                .filter(|issue| matches!(issue.kind.as_str(), "10003" | "10000"))
                .count(),
        ),
        (
            "project = WEB and statusCategory = Done",
            web.iter().filter(|issue| issue.status == "10001").count(),
        ),
        (
            "project = WEB and priority >= High",
            web.iter()
                .filter(|issue| matches!(issue.priority.as_str(), "1" | "2"))
                .count(),
        ),
        (
            "project = WEB and priority < Medium",
            web.iter()
                .filter(|issue| matches!(issue.priority.as_str(), "4" | "5"))
                .count(),
        ),
        (
            "project = WEB and created >= -100d",
            web.iter()
                .filter(|issue| issue.created >= bench.state.now() - 100 * crate::clock::DAY)
                .count(),
        ),
        (
            "labels in (backend, ux)",
            issues
                .iter()
                .filter(|issue| {
                    issue
                        .labels
                        .iter()
                        .any(|label| label == "backend" || label == "ux")
                })
                .count(),
        ),
        (
            "summary ~ \"session timeout\"",
            issues
                .iter()
                .filter(|issue| issue.summary.contains("session timeout"))
                .count(),
        ),
        (
            "parent is not empty",
            issues.iter().filter(|issue| issue.parent.is_some()).count(),
        ),
    ];
    for (jql, expected) in cases {
        assert_eq!(count(&mut bench, jql), json!(expected), "{jql}");
    }
}

#[test]
fn results_come_in_the_asked_order() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let reply = search(&mut bench, &bearer, "project = WEB order by created asc").value();
    let dates: Vec<&str> = reply["issues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|issue| text(issue, "/fields/created"))
        .collect();
    assert!(dates.is_sorted());
    assert!(dates[0].ends_with("+0000"));
    let reply = search(
        &mut bench,
        &bearer,
        "project = WEB order by priority desc, key",
    )
    .value();
    let order: Vec<&str> = reply["issues"]
        .as_array()
        .unwrap()
        .iter()
        .map(|issue| text(issue, "/fields/priority/id"))
        .collect();
    assert!(order.is_sorted());
}

#[test]
fn jql_parse_gives_a_structure_or_errors_for_each_query() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let body = json!({"queries": ["project = WEB and labels in (a, b) order by updated desc", "project = A) OR (project = B"]});
    let reply = bench
        .call("POST", &jira("jql/parse"), &bearer, Some(&body))
        .value();
    assert_eq!(text(&reply, "/queries/0/structure/where/operator"), "and");
    assert_eq!(
        text(&reply, "/queries/0/structure/orderBy/fields/0/direction"),
        "desc"
    );
    assert!(reply["queries"][1]["errors"].is_array());
}

#[test]
fn a_lagging_index_finds_a_new_issue_only_by_reconciling() {
    let mut bench = Bench::new();
    bench.state.behaviour.index_lag_seconds = 60;
    let bearer = bench.login("mia", ALL);
    let fields = json!({"fields": {"project": {"key": "WEB"}, "issuetype": {"name": "Task"}, "summary": "Zebra crossing"}});
    let made = bench
        .call("POST", &jira("issue"), &bearer, Some(&fields))
        .value();
    let mut body = json!({"jql": "summary ~ zebra", "fields": ["summary"]});
    let count = |bench: &mut Bench, body: &Value| {
        bench
            .call("POST", &jira("search/jql"), &bearer, Some(body))
            .value()["issues"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!(count(&mut bench, &body), 0);
    body["reconcileIssues"] = json!([text(&made, "/id").parse::<u64>().unwrap()]);
    assert_eq!(count(&mut bench, &body), 1);
}

#[test]
fn all_navigable_fields_come_when_they_are_asked_for_but_for_those_excluded() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let body = json!({"jql": "key = WEB-1", "fields": ["*navigable", "-description"]});
    let found = bench
        .call("POST", &jira("search/jql"), &bearer, Some(&body))
        .value();
    let fields = found["issues"][0]["fields"].as_object().unwrap();
    for (name, is_there) in [
        ("summary", true),
        ("issuelinks", true),
        ("comment", false),
        ("description", false),
    ] {
        assert_eq!(fields.contains_key(name), is_there, "{name}");
    }
}
