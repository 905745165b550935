//! Addresses at the gateway: which lead where, and those that could be read in two ways, for which nothing is sent.

use integration_backend::model::api_key::KeyScope;
use serde_json::json;

use super::fixture::{Client, assert_ours, key_of};

#[tokio::test]
async fn an_address_that_could_be_read_in_two_ways_is_refused() {
    let client = Client::start().await;
    let many = format!("rest/api/3{}", "/issue".repeat(1000));
    for path in [
        "rest/api/3/../3/myself",
        "rest/api/3/./myself",
        "rest/api/3/%2e%2e/myself",
        "rest/api/3/%2E%2E%2Fmyself",
        "rest/api/3/issue/%2e%2e",
        "rest/api/3/issue/WEB-1%2fcomment",
        "rest/api/3/issue/WEB-1%5Ccomment",
        "rest/api/3/issue/%252e%252e",
        "rest/api/3/issue/WEB-1%252Fcomment",
        "rest/api/3/issue/%0d%0aX-Evil:%201",
        "rest/api/3/issue/%ff%fe",
        "rest//api/3/myself",
        "/rest/api/3/myself",
        "rest/api/3/myself//",
        "rest/api/3/issue/%00",
        many.as_str(),
    ] {
        for product in ["jira", "confluence"] {
            let answer = client.get(&format!("/ex/{product}/-/{path}")).await;
            let (status, code) = match path {
                _ if path.len() > 1000 => (403, "FORBIDDEN"),
                // The edge says so of every address.
                "rest/api/3/issue/%00" => (404, "NOT_FOUND"),
                _ => (400, "VALIDATION"),
            };
            assert_ours(&answer, status, code);
        }
    }
    client.app.assert_nothing_sent();
}

/// Mia's login reaches both sites; acme is the one that was chosen.
#[tokio::test]
async fn another_site_of_the_same_login_is_called_by_its_own_name_alone() {
    let client = Client::start().await;
    let (acme, globex) = (
        client.cloud_id("acme").await,
        client.cloud_id("globex").await,
    );
    for (named, meant) in [
        ("-", &acme),
        ("acme.atlassian.net", &acme),
        ("globex.atlassian.net", &globex),
        (globex.as_str(), &globex),
    ] {
        client.app.sandbox.clear_journal();
        let path = format!("/ex/jira/{named}/rest/api/3/myself");
        let answer = client.get(&path).await;
        assert_eq!(answer.status, 200, "{named}: {}", answer.body);
        let sent = client.sent();
        assert_eq!(sent, [format!("GET /ex/jira/{meant}/rest/api/3/myself")]);
        let own = answer.json()["self"].as_str().unwrap().to_owned();
        let here = format!("http://localhost:3001/ex/jira/{named}/rest/");
        assert!(own.starts_with(&here), "{own}");
    }
    // A login that was given for one of them reaches that one.
    let app = &client.app;
    let omar = app.logged_in("omar").await;
    let key = key_of(app, &omar, &[KeyScope::Read, KeyScope::Write]).await;
    app.sandbox.clear_journal();
    for method in ["GET", "PUT"] {
        let path = format!("/ex/jira/{globex}/rest/api/3/issue/WEB-1");
        let headers = [("authorization", key.as_str())];
        let refused = client.send_as(method, &path, &headers, Some("{}")).await;
        assert_ours(&refused, 404, "NOT_FOUND");
    }
    app.assert_nothing_sent();
}

#[tokio::test]
async fn an_odd_segment_stays_one_segment() {
    let client = Client::start().await;
    for (segment, sent) in [
        ("WEB-1;jsessionid=1", "WEB-1%3Bjsessionid=1"),
        ("a+b,c", "a+b,c"),
        ("a%2Bb", "a%2Bb"),
        ("a%3Fb", "a%3Fb"),
        ("a%23b", "a%23b"),
        ("%40evil.example", "%40evil.example"),
        ("%C3%A9", "%C3%A9"),
    ] {
        client.app.sandbox.clear_journal();
        let answer = client
            .get(&format!("/ex/jira/-/rest/api/3/issue/{segment}"))
            .await;
        assert_eq!(answer.status, 404, "{segment}: {}", answer.body);
        let path = client.app.sandbox.journal()[0].path.clone();
        assert!(
            path.ends_with(&format!("/rest/api/3/issue/{sent}")),
            "{path}"
        );
    }
}

/// As `api.atlassian.com` serves it, and clients' documents tell people to write it.
#[tokio::test]
async fn confluence_is_reached_with_and_without_wiki() {
    let client = Client::start().await;
    for (path, sent) in [
        ("api/v2/spaces?limit=1", "/wiki/api/v2/spaces"),
        ("wiki/api/v2/spaces?limit=1", "/wiki/api/v2/spaces"),
        ("rest/api/search?cql=type%3Dpage", "/wiki/rest/api/search"),
        // Some programs put it behind a base that has it.
        ("wiki/wiki/api/v2/spaces?limit=1", "/wiki/api/v2/spaces"),
        (
            "wiki/wiki/rest/api/search?cql=type%3Dpage",
            "/wiki/rest/api/search",
        ),
    ] {
        client.app.sandbox.clear_journal();
        client.get(&format!("/ex/confluence/-/{path}")).await;
        let journal = client.app.sandbox.journal();
        assert!(journal[0].path.ends_with(sent), "{path}: {journal:?}");
    }
    let page = json!({"spaceId": "1", "title": "x"}).to_string();
    let path = "/ex/confluence/-/api/v2/pages";
    client.app.sandbox.clear_journal();
    client.send("POST", path, &[], Some(&page)).await;
    let journal = client.app.sandbox.journal();
    assert!(
        journal[0].path.ends_with("/wiki/api/v2/pages"),
        "{journal:?}"
    );
    for path in [
        "api/v3/spaces",
        "api/v2",
        "api/v2/nothing",
        "wiki/wiki/wiki/api/v2/spaces",
    ] {
        let answer = client.get(&format!("/ex/confluence/-/{path}")).await;
        assert_ours(&answer, 403, "FORBIDDEN");
    }
}

#[tokio::test]
async fn what_the_router_refuses_is_told_in_the_form_of_the_gateway() {
    let client = Client::start().await;
    for path in ["/ex/jira/-", "/ex/jira", "/ex/trello/-/1/boards"] {
        let answer = client.get(path).await;
        assert_ours(&answer, 404, "NOT_FOUND");
    }
    let nameless = client.get("/ex/jira//rest/api/3/myself").await;
    assert_ours(&nameless, 400, "VALIDATION");
    let long = format!("/ex/jira/-/rest/api/3/myself?x={}", "a".repeat(20_000));
    assert_ours(&client.get(&long).await, 414, "VALIDATION");
    client.app.assert_nothing_sent();
}
