//! The two small routes that clients ask first, and the forms in which a key may come.

use integration_backend::model::api_key::KeyScope;
use integration_backend::model::ids::TenantId;

use super::fixture::{Client, assert_ours};

const ISSUE: &str = "/ex/jira/-/rest/api/3/myself";

#[tokio::test]
async fn the_sites_are_those_of_the_callers_own_logins_in_atlassians_form() {
    let client = Client::start().await;
    let sites = client.get("/oauth/token/accessible-resources").await;
    assert_eq!(sites.status, 200, "{}", sites.body);
    let sites = sites.json();
    let of = |scope: &str| {
        let all = sites.as_array().unwrap().iter();
        let with = all.filter(|site| site["scopes"].to_string().contains(scope));
        with.map(|site| site["url"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert!(of("jira-work").contains(&String::from("https://acme.atlassian.net")));
    assert!(of(":confluence").contains(&String::from("https://acme.atlassian.net")));
    assert_eq!(client.sent(), Vec::<String>::new(), "asked of nobody");

    let me = client.get("/me").await.json();
    assert_eq!(me["name"], "Mia Krystof");
    assert_eq!(me["account_type"], "atlassian");
    assert_eq!(me["account_status"], "active");
    assert!(!me["account_id"].as_str().unwrap().is_empty());
}

#[tokio::test]
async fn a_key_may_be_a_bearer_token_or_a_password() {
    let client = Client::start().await;
    let key = client
        .authorization
        .trim_start_matches("Bearer ")
        .to_owned();
    let as_name = {
        use base64::Engine;
        let pair = format!("{key}:");
        format!(
            "Basic {}",
            base64::engine::general_purpose::STANDARD.encode(pair)
        )
    };
    for value in [
        client.authorization.clone(),
        client.basic("mia@example.com"),
        client.basic(""),
        as_name,
    ] {
        let answer = client
            .send_as("GET", ISSUE, &[("authorization", &value)], None)
            .await;
        assert_eq!(answer.status, 200, "{value}: {}", answer.body);
        assert_eq!(answer.json()["displayName"], "Mia Krystof");
    }
    client.assert_key_stays_here();
    let basic = client.basic("x");
    let elsewhere = client
        .send_as(
            "GET",
            "/connectors/jira/projects",
            &[("authorization", &basic)],
            None,
        )
        .await;
    assert_eq!(elsewhere.status, 401, "a password is for the gateway only");
}

#[tokio::test]
async fn without_a_key_both_ways_to_show_one_are_named() {
    let client = Client::start().await;
    for headers in [
        &[][..],
        &[("authorization", "Bearer ibk_wrong")],
        &[("authorization", "Basic bWlhOmlia193cm9uZw==")],
        &[("authorization", "Bearer eyJhbGciOi.some.token")],
    ] {
        let answer = client.send_as("GET", ISSUE, headers, None).await;
        assert_ours(&answer, 401, "UNAUTHORIZED");
        let ways: Vec<&str> = answer
            .headers
            .get_all("www-authenticate")
            .iter()
            .map(|value| value.to_str().unwrap())
            .collect();
        assert!(ways[0].starts_with("Bearer ") && ways[1].starts_with("Basic "));
    }
    client.app.assert_nothing_sent();
}

#[tokio::test]
async fn a_password_that_a_foreign_page_made_the_browser_send_counts_for_nothing() {
    let client = Client::start().await;
    let basic = client.basic("mia");
    for foreign in [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ] {
        for method in ["GET", "POST"] {
            let headers = [("authorization", basic.as_str()), foreign];
            let address = "/ex/jira/-/rest/api/3/search/jql";
            let body = (method == "POST").then_some("{}");
            let answer = client.send_as(method, address, &headers, body).await;
            assert_eq!(answer.status, 401, "{method} {foreign:?}");
        }
    }
    client.app.assert_nothing_sent();
}

#[tokio::test]
async fn a_cookie_reads_for_pages_of_ours_and_changes_nothing() {
    let client = Client::start().await;
    let issue = r#"{"fields":{"project":{"key":"WEB"},"issuetype":{"name":"Task"},"summary":"x"}}"#;
    let write = client
        .mia
        .send(
            "POST",
            "/ex/jira/-/rest/api/3/issue",
            &[],
            Some(issue.into()),
        )
        .await;
    assert_ours(&write, 403, "FORBIDDEN");
    let foreign = [("origin", "https://evil.example")];
    let read = client.mia.get_with(ISSUE, &foreign).await;
    assert_ours(&read, 403, "FORBIDDEN");
    client.app.assert_nothing_sent();
    let listed = [("origin", "http://localhost:3000")];
    let read = client.mia.get_with(ISSUE, &listed).await;
    assert_eq!(read.status, 200, "{}", read.body);
}

#[tokio::test]
async fn in_open_mode_a_client_may_send_any_credential() {
    use base64::Engine;

    let app = crate::support::TestApp::start_with(&[("AUTH_MODE", "open")]).await;
    let browser = app.browser();
    app.log_in(&browser, "mia").await;
    for value in ["Basic bWlhOnNlY3JldA==", "Bearer whatever"] {
        let answer = browser.get_with(ISSUE, &[("authorization", value)]).await;
        assert_eq!(answer.status, 200, "{value}: {}", answer.body);
    }
    // Who sends a narrow secret of ours is not taken for the machine's owner.
    let pair = base64::engine::general_purpose::STANDARD.encode("me:ibm_agent");
    let agent = format!("Basic {pair}");
    for value in [
        "Bearer ibm_agent",
        "Bearer ibk_wrong",
        "Bearer ibs_session",
        agent.as_str(),
    ] {
        let answer = browser.get_with(ISSUE, &[("authorization", value)]).await;
        assert_eq!(answer.status, 401, "{value}: {}", answer.body);
    }
    let foreign = [
        ("authorization", "Bearer whatever"),
        ("origin", "https://evil.example"),
    ];
    assert_eq!(browser.get_with(ISSUE, &foreign).await.status, 403);
}

#[tokio::test]
async fn a_key_that_was_revoked_opens_nothing_any_more() {
    let mut client = Client::start().await;
    let session = client.mia.get("/auth/session").await.json();
    let keys = client.app.app.api_keys();
    let scopes = vec![KeyScope::Read];
    let owner = session["user"]["id"].as_str().unwrap();
    let (key, text) = keys
        .create(owner, TenantId::default(), scopes, None)
        .await
        .unwrap();
    client.authorization = format!("Bearer {}", text.expose());
    assert_eq!(client.get(ISSUE).await.status, 200);
    assert!(client.app.app.api_keys().revoke(&key.id).await.unwrap());
    client.app.sandbox.clear_journal();
    assert_ours(&client.get(ISSUE).await, 401, "UNAUTHORIZED");
    client.app.assert_nothing_sent();
}

#[tokio::test]
async fn a_person_who_is_connected_to_nothing_is_told_so() {
    let client = Client::start().await;
    let omar = client.app.logged_in("omar").await;
    for product in ["jira", "confluence"] {
        let path = format!("/connectors/{product}/connection");
        assert_eq!(omar.delete(&path).await.status, 200);
    }
    let key = super::fixture::key_of(&client.app, &omar, &[KeyScope::Read]).await;
    client.app.sandbox.clear_journal();
    let headers = [("authorization", key.as_str())];
    let answer = client.send_as("GET", ISSUE, &headers, None).await;
    assert_ours(&answer, 409, "NOT_CONNECTED");
    let sites = client
        .send_as("GET", "/oauth/token/accessible-resources", &headers, None)
        .await;
    assert_eq!(sites.body, "[]");
    client.app.assert_nothing_sent();
}
