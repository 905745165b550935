//! What a key may not do is refused here, and nothing is sent.

use atlassian_sandbox::FaultAction;
use integration_backend::model::api_key::KeyScope;
use serde_json::json;

use super::fixture::{Client, assert_ours};
use crate::support::TestApp;
use crate::support::faults::{answering, on_api};

const ISSUE: &str =
    r#"{"fields":{"project":{"key":"WEB"},"issuetype":{"name":"Task"},"summary":"x"}}"#;

#[tokio::test]
async fn a_key_that_may_only_read_changes_nothing() {
    let client = Client::start_with(&[], &[KeyScope::Read]).await;
    for (method, path) in [
        ("POST", "rest/api/3/issue"),
        ("PUT", "rest/api/2/issue/WEB-1"),
        ("DELETE", "rest/api/latest/issue/WEB-1"),
        ("POST", "rest/api/3/issue/WEB-1/comment"),
        ("POST", "rest/api/3/issue/WEB-1/transitions"),
        ("POST", "rest/api/3/issue/WEB-1/attachments"),
        ("PUT", "rest/api/3/issue/WEB-1/assignee"),
    ] {
        let address = format!("/ex/jira/-/{path}");
        let answer = client.send(method, &address, &[], Some(ISSUE)).await;
        assert_ours(&answer, 403, "FORBIDDEN");
        assert_eq!(answer.json()["details"]["missing_scopes"], json!(["write"]));
    }
    client.app.assert_nothing_sent();
    let search = json!({"jql": "project = WEB", "fields": ["summary"]}).to_string();
    let address = "/ex/jira/-/rest/api/3/search/jql";
    let found = client.send("POST", address, &[], Some(&search)).await;
    assert_eq!(found.status, 200, "a POST that reads: {}", found.body);
}

#[tokio::test]
async fn a_key_that_may_only_write_does_not_read() {
    let client = Client::start_with(&[], &[KeyScope::Write]).await;
    let answer = client.get("/ex/jira/-/rest/api/3/myself").await;
    assert_ours(&answer, 403, "FORBIDDEN");
    client.app.assert_nothing_sent();
    let made = client
        .send("POST", "/ex/jira/-/rest/api/3/issue", &[], Some(ISSUE))
        .await;
    assert_eq!(made.status, 201, "{}", made.body);
}

#[tokio::test]
async fn read_only_holds_for_the_gateway() {
    let all = [KeyScope::Read, KeyScope::Write, KeyScope::Admin];
    let settings = [("READ_ONLY", "true"), ("GATEWAY_ADMIN", "true")];
    let client = Client::start_with(&settings, &all).await;
    for (method, path) in [
        ("POST", "rest/api/3/issue"),
        ("POST", "rest/api/3/user"),
        ("DELETE", "rest/api/3/webhook"),
    ] {
        let address = format!("/ex/jira/-/{path}");
        let answer = client.send(method, &address, &[], Some(ISSUE)).await;
        assert_ours(&answer, 403, "FORBIDDEN");
        assert!(answer.body.contains("READ_ONLY"), "{}", answer.body);
    }
    client.app.assert_nothing_sent();
    let read = client.get("/ex/jira/-/rest/api/3/myself").await;
    assert_eq!(read.status, 200);
}

#[tokio::test]
async fn what_administrators_do_needs_an_admins_key_and_the_operators_word() {
    let admin = [KeyScope::Read, KeyScope::Write, KeyScope::Admin];
    let path = "/ex/jira/-/rest/api/3/group/bulk";
    for (setting, scopes, passes) in [
        ("false", &admin[..], false),
        ("true", &admin[..2], false),
        ("true", &admin[..], true),
    ] {
        let client = Client::start_with(&[("GATEWAY_ADMIN", setting)], scopes).await;
        client
            .app
            .sandbox
            .fault(on_api("/group/bulk", answering(200, &json!({})), None));
        let answer = client.get(path).await;
        if passes {
            assert_eq!(answer.status, 200, "{}", answer.body);
            client.app.sandbox.clear_objections();
        } else {
            assert_ours(&answer, 403, "FORBIDDEN");
            client.app.assert_nothing_sent();
        }
    }
}

#[tokio::test]
async fn what_is_not_offered_is_not_passed_on() {
    let all = [KeyScope::Read, KeyScope::Write, KeyScope::Admin];
    let client = Client::start_with(&[("GATEWAY_ADMIN", "true")], &all).await;
    for path in [
        "jira/-/rest/auth/1/session",
        "jira/-/rest/servicedeskapi/request",
        "jira/-/rest/dev-status/latest/issue/detail",
        "jira/-/rest/internal/api/latest/worklog/bulk",
        "jira/-/rest/api/3/app/field/value",
        "jira/-/rest/api/3/no/such/thing",
        "jira/-/secure/admin/ViewUsers.jspa",
        "confluence/-/rest/experimental/content/1/version",
        "confluence/-/rest/api/accessmode",
        "jira/-/rest/api/3/issue/WEB-1/pinned-comments",
        "jira/-/wiki/no/such/thing",
        "confluence/-/gateway/api/graphql",
        "jira/-/_edge/tenant_info",
    ] {
        let answer = client.get(&format!("/ex/{path}")).await;
        assert_ours(&answer, 403, "FORBIDDEN");
        assert_eq!(answer.json()["details"]["reason"], "not_offered", "{path}");
    }
    let patched = client
        .send(
            "PATCH",
            "/ex/jira/-/rest/api/3/issue/WEB-1",
            &[],
            Some("{}"),
        )
        .await;
    assert_ours(&patched, 405, "VALIDATION");
    client.app.assert_nothing_sent();
}

#[tokio::test]
async fn a_scope_that_was_not_granted_is_named_without_a_call() {
    let client = Client::start().await;
    let boards = client.get("/ex/jira/-/rest/agile/1.0/board").await;
    assert_ours(&boards, 403, "FORBIDDEN");
    assert_eq!(
        boards.json()["details"]["missing_scopes"],
        json!(["read:board-scope:jira-software", "read:project:jira"])
    );
    client.app.assert_nothing_sent();
}

#[tokio::test]
async fn a_scope_that_atlassian_misses_is_named_and_costs_no_refresh() {
    let client = Client::start().await;
    let mismatch = json!({"code": 401, "message": "Unauthorized; scope does not match"});
    client
        .app
        .sandbox
        .fault(on_api("/myself", answering(401, &mismatch), None));
    let answer = client.get("/ex/jira/-/rest/api/3/myself").await;
    assert_ours(&answer, 403, "FORBIDDEN");
    assert!(
        answer
            .body
            .contains("although this login has read:jira-user: it may not offer this operation"),
        "{}",
        answer.body
    );
    assert_eq!(client.app.sandbox.refresh_calls(), 0);
}

#[tokio::test]
async fn a_site_of_somebody_elses_is_not_there_and_nothing_is_sent() {
    let client = Client::start().await;
    for site in [
        "11111111-2222-3333-4444-555555555555",
        "evil.atlassian.net",
        "acme.atlassian.net.evil.example",
        "dc:jira.corp.example",
        "dc%3A127.0.0.1",
        "api.atlassian.com",
        "acme",
        "%20",
    ] {
        let answer = client
            .get(&format!("/ex/jira/{site}/rest/api/3/myself"))
            .await;
        assert_ours(&answer, 404, "NOT_FOUND");
    }
    client.app.assert_nothing_sent();
}

#[tokio::test]
async fn a_site_that_the_operator_does_not_allow_is_not_there() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let key = super::fixture::key_of(&app, &mia, &[KeyScope::Read]).await;
    let narrow = app
        .another_process_with(&[("ALLOWED_SITES", "other.atlassian.net")])
        .await;
    app.sandbox.clear_journal();
    let browser = crate::support::Browser::new(narrow.router());
    let headers = [("authorization", key.as_str())];
    for (site, status) in [("acme.atlassian.net", 404), ("-", 403)] {
        let address = format!("/ex/jira/{site}/rest/api/3/myself");
        let answer = browser.get_with(&address, &headers).await;
        assert_eq!(answer.status, status, "{site}: {}", answer.body);
    }
    let sites = browser
        .get_with("/oauth/token/accessible-resources", &headers)
        .await;
    assert_eq!(sites.body, "[]");
    app.assert_nothing_sent();
}

#[tokio::test]
async fn a_quota_holds_everybody_back_and_the_wait_is_told() {
    let client = Client::start().await;
    let limit = |after: &str, reason: &str| FaultAction::RateLimit {
        retry_after: after.to_owned(),
        reason: reason.to_owned(),
    };
    let path = "/ex/jira/-/rest/api/3/myself";
    client
        .app
        .sandbox
        .fault(on_api("/myself", limit("0", "jira-burst-based"), Some(1)));
    let burst = client.get(path).await;
    assert_eq!((burst.status, burst.header("retry-after")), (429, "1"));
    assert_eq!(burst.json()["message"], "Rate limit exceeded");
    assert_eq!(
        client.get(path).await.status,
        200,
        "a burst holds nobody back"
    );

    let quota = limit("60", "jira-quota-tenant-based");
    client.app.sandbox.fault(on_api("/myself", quota, Some(1)));
    let first = client.get(path).await;
    assert_eq!((first.status, first.header("retry-after")), (429, "60"));
    client.app.sandbox.clear_journal();
    let second = client.get(path).await;
    assert_ours(&second, 429, "RATE_LIMITED");
    let wait: u64 = second.header("retry-after").parse().unwrap();
    assert!((1..=60).contains(&wait), "{wait}");
    client.app.assert_nothing_sent();
}

#[tokio::test]
async fn what_atlassian_has_removed_is_told_with_what_serves_in_its_place() {
    let client = Client::start().await;
    for (method, path, serving) in [
        ("GET", "content?limit=1", "GET /wiki/api/v2/pages"),
        ("GET", "content/98522", "GET /wiki/api/v2/pages/{id}"),
        ("PUT", "content/98522", "PUT /wiki/api/v2/pages/{id}"),
        (
            "GET",
            "content/98522/child/page",
            "GET /wiki/api/v2/pages/{id}/children",
        ),
        ("GET", "space?limit=1", "GET /wiki/api/v2/spaces"),
        (
            "GET",
            "space/ENG/content",
            "GET /wiki/api/v2/spaces/{id}/pages",
        ),
    ] {
        let address = format!("/ex/confluence/-/wiki/rest/api/{path}");
        let body = (method == "PUT").then_some("{}");
        let answer = client.send(method, &address, &[], body).await;
        assert_ours(&answer, 410, "NOT_FOUND");
        let told = answer.json();
        assert_eq!(told["details"]["reason"], "removed", "{path}");
        assert_eq!(told["details"]["in_its_place"], serving, "{path}");
        assert!(told["details"]["missing_scopes"].is_null(), "{told}");
    }
    client.app.assert_nothing_sent();
}

#[tokio::test]
async fn the_way_to_a_file_of_a_page_in_the_cloud_is_told() {
    let client = Client::start().await;
    for (path, way) in [
        (
            "confluence/-/download/attachments/1/x.png",
            "child/attachment/{attachmentId}/download",
        ),
        (
            "confluence/-/wiki/download/attachments/1/x.png",
            "child/attachment/{attachmentId}/download",
        ),
    ] {
        let answer = client.get(&format!("/ex/{path}")).await;
        assert_ours(&answer, 404, "NOT_FOUND");
        let message = answer.json()["message"].as_str().unwrap().to_owned();
        assert!(message.ends_with(way), "{path}: {message}");
    }
    client.app.assert_nothing_sent();
}

#[tokio::test]
async fn an_address_without_a_site_says_so() {
    let client = Client::start().await;
    for path in ["jira/rest/api/2/myself", "confluence/wiki/api/v2/spaces"] {
        let answer = client.get(&format!("/ex/{path}")).await;
        assert_ours(&answer, 404, "NOT_FOUND");
        assert!(
            answer.body.contains("the site is missing"),
            "{}",
            answer.body
        );
    }
    client.app.assert_nothing_sent();
}

#[tokio::test]
async fn one_base_serves_both_products_as_a_site_does() {
    let client = Client::start().await;
    for (path, sent) in [
        ("jira/-/wiki/api/v2/spaces", "/ex/confluence/"),
        ("confluence/-/rest/api/3/myself", "/ex/jira/"),
        ("jira/-/rest/api/latest/myself", "/ex/jira/"),
    ] {
        client.app.sandbox.clear_journal();
        let answer = client.get(&format!("/ex/{path}")).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert!(
            client.sent()[0].contains(sent),
            "{path}: {:?}",
            client.sent()
        );
    }
}
