//! Versions of Jira's API, and the addresses in its answers.

use serde_json::json;

use super::{ACME, ALL, Bench, agile, basic, jira, text};

fn version(number: &str, path: &str) -> String {
    jira(path).replace("/api/3/", &format!("/api/{number}/"))
}

/// <https://developer.atlassian.com/cloud/jira/platform/rest/v2/intro/>: the same operations, texts as markup.
#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one way from its beginning to its end"
)]
fn texts_are_markup_in_version_2_and_documents_in_version_3() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let fields = json!({"project": {"key": "WEB"}, "issuetype": {"name": "Task"}, "summary": "x", "description": "h1. Title\n\n*bold*"});
    let made = bench.call(
        "POST",
        &version("2", "issue"),
        &bearer,
        Some(&json!({"fields": fields})),
    );
    assert_eq!(made.status, 201, "{}", made.value());
    let key = text(&made.value(), "/key").to_owned();
    let path = format!("issue/{key}");
    let issue = |bench: &mut Bench, number: &str| {
        bench
            .call("GET", &version(number, &path), &bearer, None)
            .value()
    };
    for number in ["2", "latest"] {
        let found = issue(&mut bench, number);
        assert_eq!(text(&found, "/fields/description"), "h1. Title\n\n*bold*");
    }
    let found = issue(&mut bench, "3");
    assert_eq!(
        text(&found, "/fields/description/content/0/type"),
        "heading"
    );

    let document = json!({"type": "doc", "version": 1, "content": []});
    let refused = bench.call(
        "PUT",
        &version("2", &path),
        &bearer,
        Some(&json!({"fields": {"description": document}})),
    );
    assert_eq!(
        (
            refused.status,
            text(&refused.value(), "/errors/description")
        ),
        (400, "Operation value must be a string")
    );
    let emptied = bench.call(
        "PUT",
        &version("2", &path),
        &bearer,
        Some(&json!({"fields": {"description": ""}})),
    );
    assert_eq!(emptied.status, 204);
    assert_eq!(issue(&mut bench, "2")["fields"]["description"], json!(null));

    let comments = version("2", &format!("{path}/comment"));
    let made = bench.call(
        "POST",
        &comments,
        &bearer,
        Some(&json!({"body": "as *typed*"})),
    );
    assert_eq!(
        (made.status, text(&made.value(), "/body")),
        (201, "as *typed*")
    );
    let refused = bench.call("POST", &comments, &bearer, Some(&json!({"body": document})));
    assert_eq!(refused.status, 400);
    let edited = json!({"update": {"comment": [{"add": {"body": "another"}}], "environment": [{"set": "here"}]}});
    assert_eq!(
        bench
            .call("PUT", &version("2", &path), &bearer, Some(&edited))
            .status,
        204
    );
    let found = issue(&mut bench, "2");
    assert_eq!(text(&found, "/fields/comment/comments/1/body"), "another");
    assert_eq!(text(&found, "/fields/environment"), "here");
}

/// <https://developer.atlassian.com/changelog/#CHANGE-2046>
#[test]
fn the_old_search_is_gone_in_every_version() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    for number in ["2", "3", "latest"] {
        let path = version(number, "search?jql=project%3DWEB");
        assert_eq!(bench.call("GET", &path, &bearer, None).status, 410);
        let path = version(number, "search/jql?jql=project%3DWEB&fields=description");
        assert_eq!(bench.call("GET", &path, &bearer, None).status, 200);
    }
}

#[test]
#[expect(
    clippy::too_many_lines,
    reason = "one way from its beginning to its end"
)]
fn addresses_are_those_of_the_way_the_call_came_in() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let classic = basic("mia", "classic");
    let gateway = format!("https://api.atlassian.com/ex/jira/{ACME}");
    let site = "/sites/acme.atlassian.net/rest/api/2/issue/WEB-1";
    for (target, authorization, begins) in [
        (
            jira("issue/WEB-1"),
            &bearer,
            format!("{gateway}/rest/api/3/"),
        ),
        (
            version("2", "issue/WEB-1"),
            &bearer,
            format!("{gateway}/rest/api/2/"),
        ),
        (
            version("latest", "issue/WEB-1"),
            &bearer,
            format!("{gateway}/rest/api/latest/"),
        ),
        (
            site.to_owned(),
            &classic,
            "https://acme.atlassian.net/rest/api/2/".to_owned(),
        ),
        (
            jira("issue/WEB-1"),
            &basic("mia", "scoped"),
            "https://acme.atlassian.net/rest/api/3/".to_owned(),
        ),
    ] {
        let issue = bench.call("GET", &target, authorization, None).value();
        for pointer in [
            "/self",
            "/fields/project/self",
            "/fields/status/self",
            "/fields/reporter/self",
        ] {
            assert!(
                text(&issue, pointer).starts_with(&begins),
                "{target} {pointer} {issue}"
            );
        }
    }
    let board = bench.call("GET", &agile("board/1"), &bearer, None).value();
    assert_eq!(
        text(&board, "/self"),
        format!("{gateway}/rest/agile/1.0/board/1")
    );
    let projects = bench
        .call("GET", &jira("project/search?maxResults=1"), &bearer, None)
        .value();
    assert!(text(&projects, "/nextPage").starts_with(&gateway));
    let server = bench
        .call("GET", &version("2", "serverInfo"), &bearer, None)
        .value();
    assert_eq!(text(&server, "/deploymentType"), "Cloud");

    bench.state.base_url = "http://127.0.0.1:1".to_owned();
    bench.state.behaviour.own_addresses = true;
    let issue = bench
        .call("GET", &jira("issue/WEB-1"), &bearer, None)
        .value();
    assert!(text(&issue, "/self").starts_with(&format!(
        "http://127.0.0.1:1/ex/jira/{ACME}/rest/api/3/issue/"
    )));
    let issue = bench.call("GET", site, &classic, None).value();
    assert!(
        text(&issue, "/self")
            .starts_with("http://127.0.0.1:1/sites/acme.atlassian.net/rest/api/2/issue/")
    );
}

#[test]
fn what_was_made_says_where_it_is() {
    let mut bench = Bench::new();
    let bearer = bench.login("mia", ALL);
    let fields = json!({"project": {"key": "WEB"}, "issuetype": {"name": "Task"}, "summary": "x"});
    let made = bench.call(
        "POST",
        &version("2", "issue"),
        &bearer,
        Some(&json!({"fields": fields})),
    );
    let location = made
        .headers
        .iter()
        .find(|(name, _)| name == "location")
        .unwrap();
    assert_eq!(location.1, text(&made.value(), "/self"));
    assert!(location.1.starts_with(&format!(
        "https://api.atlassian.com/ex/jira/{ACME}/rest/api/2/issue/"
    )));
}
