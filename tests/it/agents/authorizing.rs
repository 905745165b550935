//! The person in the middle: asked before anything is given, on our own page, and by nobody else's.

use std::time::Duration;

use integration_backend::model::api_key::KeyScope;

use crate::agents::fixture::{Client, REDIRECT, decide, decide_from, error, hidden, refused};
use crate::support::{TestApp, parameter, with_query};

const ISSUER: &str = "http://localhost:3001";

#[tokio::test]
async fn who_is_not_logged_in_logs_in_first_and_comes_back_to_the_question() {
    let app = TestApp::start().await;
    let client = Client::registered(&app).await;
    let browser = app.browser();
    let long = "s".repeat(3_000);
    let page = browser.navigate(&client.address(&[("state", &long)])).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Inspector &#60;b&#62;"), "{}", page.body);
    let start = page.body.split("href=\"/auth/atlassian/login?").nth(1);
    let query = start.unwrap().split('"').next().unwrap();
    let start = format!("/auth/atlassian/login?{}", query.replace("&#38;", "&"));
    let callback = app.callback_url(&browser, &start, "omar").await;
    let back = browser.get(&callback).await;
    assert_eq!(back.status, 303, "{}", back.body);
    let question = browser.navigate(back.header("location")).await;
    assert_eq!(question.status, 200, "{}", question.body);
    let answer = decide(&browser, &question, "write").await;
    let location = answer.header("location");
    assert!(
        location.starts_with(&format!("{REDIRECT}?code=ibo_")),
        "{location}"
    );
    assert_eq!(parameter(location, "state"), Some(long));
    assert_eq!(parameter(location, "iss").as_deref(), Some(ISSUER));
}

#[tokio::test]
async fn the_page_says_who_asks_where_the_answer_goes_and_what_is_at_stake() {
    let app = TestApp::start().await;
    let client = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    let page = mia.navigate(&client.address(&[])).await;
    assert_eq!(page.status, 200);
    for said in [
        "It says it is <strong class=\"claimed\">Inspector &#60;b&#62;</strong>",
        "<strong class=\"host\">127.0.0.1:33418</strong>",
        "Nobody has checked its name",
        "any program there can say that it is this one",
        "Mia Krystof",
        "acme.atlassian.net",
        "Allow reading and writing",
        "Do not let it in",
    ] {
        assert!(page.body.contains(said), "{said}: {}", page.body);
    }
    let policy = page.header("content-security-policy");
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("default-src 'none'"));
    assert_eq!(page.header("referrer-policy"), "same-origin");
    assert_eq!(page.header("cache-control"), "no-store");
}

#[tokio::test]
async fn a_person_may_allow_less_or_nothing() {
    let app = TestApp::start().await;
    let client = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    let page = mia.navigate(&client.address(&[])).await;
    let denied = decide(&mia, &page, "deny").await;
    let location = denied.header("location");
    assert_eq!(denied.status, 303);
    assert_eq!(
        parameter(location, "error").as_deref(),
        Some("access_denied")
    );
    assert_eq!(
        parameter(location, "state").as_deref(),
        Some("a state & more")
    );
    assert_eq!(parameter(location, "iss").as_deref(), Some(ISSUER));
    assert_eq!(parameter(location, "code"), None);
    let allowed = decide(&mia, &page, "read").await;
    let code = parameter(allowed.header("location"), "code").unwrap();
    assert_eq!(client.exchange(&code).await.json()["scope"], "read");
    // Clients refuse a token that can do more than they asked for.
    let page = mia.navigate(&client.address(&[("scope", "read")])).await;
    assert!(page.body.contains("It does not ask to write") && !page.body.contains("allow-write"));
    assert_eq!(decide(&mia, &page, "write").await.status, 403);
    let allowed = decide(&mia, &page, "read").await;
    let code = parameter(allowed.header("location"), "code").unwrap();
    assert_eq!(client.exchange(&code).await.json()["scope"], "read");
    let page = mia.navigate(&client.address(&[])).await;
    assert_eq!(decide(&mia, &page, "everything").await.status, 403);
}

#[tokio::test]
async fn a_service_that_only_reads_lets_nobody_in_to_write() {
    let app = TestApp::start_with(&[("READ_ONLY", "true")]).await;
    let client = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    let page = mia.navigate(&client.address(&[])).await;
    assert!(!page.body.contains("allow-write") && page.body.contains("read-only"));
    assert_eq!(decide(&mia, &page, "write").await.status, 403);
    let allowed = decide(&mia, &page, "read").await;
    let code = parameter(allowed.header("location"), "code").unwrap();
    assert_eq!(client.exchange(&code).await.json()["scope"], "read");
}

#[tokio::test]
async fn an_unknown_client_or_address_gets_a_page_and_is_sent_nowhere() {
    let app = TestApp::start().await;
    let client = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    let forged = client.id.replacen('.', ".x", 1);
    for changes in [
        [("client_id", "nobody")],
        [("client_id", "ibp_\u{0}")],
        [("client_id", forged.as_str())],
        [("client_id", "")],
        [("redirect_uri", "https://evil.example/cb")],
        [("redirect_uri", "http://127.0.0.1:33418/other")],
        [("redirect_uri", "http://localhost:33418/callback")],
        [("redirect_uri", "http://127.0.0.1:33418/callback#x")],
        [("redirect_uri", "javascript:alert(1)")],
        [("client_id", "https://evil.example/client.json")],
        [("client_id", "https://claude.ai@evil.example/client.json")],
    ] {
        let page = mia.navigate(&client.address(&changes)).await;
        assert_eq!(page.status, 400, "{changes:?}");
        assert_eq!(page.header("location"), "", "{changes:?}");
        assert!(page.body.contains("No program was let in"), "{changes:?}");
    }
    let twice = format!("{}&redirect_uri=https://evil.example/", client.address(&[]));
    assert_eq!(mia.navigate(&twice).await.status, 400);
}

#[tokio::test]
async fn what_else_is_wrong_the_client_is_told_at_its_own_address() {
    let app = TestApp::start().await;
    let client = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    for (changes, expected) in [
        ([("response_type", "token")], "unsupported_response_type"),
        ([("code_challenge", "")], "invalid_request"),
        ([("code_challenge_method", "plain")], "invalid_request"),
        ([("code_challenge_method", "")], "invalid_request"),
        ([("code_challenge", "short")], "invalid_request"),
        ([("resource", "https://evil.example/mcp")], "invalid_target"),
        (
            [("resource", "http://localhost:3001/connectors")],
            "invalid_target",
        ),
    ] {
        let answer = mia.navigate(&client.address(&changes)).await;
        let location = answer.header("location");
        assert_eq!(answer.status, 303, "{changes:?}");
        assert!(location.starts_with(REDIRECT), "{location}");
        assert_eq!(
            parameter(location, "error").as_deref(),
            Some(expected),
            "{changes:?}"
        );
        assert_eq!(
            parameter(location, "state").as_deref(),
            Some("a state & more")
        );
        assert_eq!(parameter(location, "iss").as_deref(), Some(ISSUER));
    }
    for resource in [
        "",
        "http://localhost:3001",
        "http://LOCALHOST:3001/MCP/",
        "http://localhost:3001/mcp?toolsets=jira_issues",
        "http://localhost:3001/mcp/rovo",
    ] {
        let page = mia
            .navigate(&client.address(&[("resource", resource)]))
            .await;
        assert_eq!(page.status, 200, "{resource}");
    }
}

#[tokio::test]
async fn on_the_persons_machine_the_port_may_be_another_than_the_registered_one() {
    let app = TestApp::start().await;
    let client = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    let elsewhere = "http://127.0.0.1:50123/callback";
    let page = mia
        .navigate(&client.address(&[("redirect_uri", elsewhere)]))
        .await;
    let answer = decide(&mia, &page, "write").await;
    assert!(answer.header("location").starts_with(elsewhere));
}

#[tokio::test]
async fn no_other_page_and_no_other_person_consents() {
    let app = TestApp::start().await;
    let client = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    let omar = app.logged_in("omar").await;
    let page = mia.navigate(&client.address(&[])).await;
    // A listed frontend may act with Mia's cookie, and yet not consent for her.
    for origin in ["https://evil.example", "null", "http://localhost:3000"] {
        let answer = decide_from(&mia, &page, "write", origin).await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (403, ""),
            "{origin}"
        );
    }
    let of_omar = decide(&omar, &page, "write").await;
    assert_eq!((of_omar.status, of_omar.header("location")), (403, ""));
    // The form of one request is not that of another.
    let other = client.address(&[("state", "other")]);
    let other = other.split_once('?').unwrap().1.to_owned();
    let fields = [
        ("request", other.as_str()),
        ("shown_at", &hidden(&page, "shown_at")),
        ("seal", &hidden(&page, "seal")),
        ("decision", "write"),
    ];
    let body = with_query("", &fields).trim_start_matches('?').to_owned();
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("origin", "http://localhost:3001"),
    ];
    let planted = mia.send("POST", "/authorize", &headers, Some(body)).await;
    assert_eq!((planted.status, planted.header("location")), (403, ""));
    // Nor does a page last.
    app.advance(Duration::from_mins(10));
    assert_eq!(decide(&mia, &page, "write").await.status, 403);
}

#[tokio::test]
async fn an_api_key_consents_to_nothing() {
    let app = TestApp::start().await;
    let client = Client::registered(&app).await;
    let key = app.api_key("service", "default", &[KeyScope::Read]).await;
    let browser = app.browser();
    let page = browser
        .get_with(&client.address(&[]), &[("authorization", &key)])
        .await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Log in") && !page.body.contains("allow-write"));
}

#[tokio::test]
async fn who_has_nothing_connected_is_asked_to_connect_first() {
    let app = TestApp::start().await;
    let client = Client::registered(&app).await;
    let omar = app.logged_in("omar").await;
    let code = client.code(&omar, &[]).await;
    for product in ["jira", "confluence"] {
        let path = format!("/connectors/{product}/connection");
        assert_eq!(omar.delete(&path).await.status, 200);
    }
    let page = omar.navigate(&client.address(&[])).await;
    assert!(page.body.contains("connect first"), "{}", page.body);
    // The code of before went with the last connection.
    let answer = client.exchange(&code).await;
    assert_eq!(error(&answer), refused(400, "invalid_grant"));
}
