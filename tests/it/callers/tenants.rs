//! Tenants are namespaces inside what a caller may see; they never give access.

use rstest::rstest;
use serde_json::Value;

use crate::login::api_token::login;
use crate::support::{Browser, TestApp};

const MALFORMED: [&str; 10] = [
    "-a",
    ".a",
    "_a",
    "a b",
    "a/b",
    "a:b",
    "ä",
    "a\tb",
    "../x",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
];

async fn status(browser: &Browser, tenant: &str) -> Value {
    let headers = [("x-tenant-id", tenant)];
    let answer = browser
        .get_with("/connectors/jira/connection", &headers)
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["status"].clone()
}

#[tokio::test]
async fn an_empty_name_counts_as_none() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    assert_eq!(
        status(&browser, "").await,
        status(&browser, "default").await
    );
    assert_eq!(status(&browser, "").await, "active");
}

#[tokio::test]
async fn a_login_belongs_to_the_tenant_named_at_its_start_and_to_no_other() {
    let app = TestApp::start().await;
    let browser = app
        .logged_in_by("/auth/jira/login?tenant=acme", "omar")
        .await;
    assert_eq!(status(&browser, "acme").await, "active");
    assert_eq!(status(&browser, "default").await, "not_connected");
    assert_eq!(status(&browser, "ACME").await, "not_connected");
    let session = browser
        .get_with("/auth/session", &[("x-tenant-id", "acme")])
        .await
        .json();
    assert_eq!(session["tenant"], "acme");
    assert_eq!(session["connections"].as_array().unwrap().len(), 1);
    assert_eq!(
        browser.get("/auth/session").await.json()["connections"]
            .as_array()
            .unwrap()
            .len(),
        0
    );
}

#[tokio::test]
async fn the_callback_takes_the_tenant_from_the_flow_only() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let callback = app
        .callback_url(&browser, "/auth/jira/login?tenant=acme", "omar")
        .await;
    let moved = format!("{callback}&tenant=other");
    let ended = browser.get_with(&moved, &[("x-tenant-id", "other")]).await;
    assert_eq!(ended.status, 303, "{}", ended.body);
    assert_eq!(status(&browser, "acme").await, "active");
    assert_eq!(status(&browser, "other").await, "not_connected");
}

#[tokio::test]
async fn a_person_has_connections_of_their_own_in_each_tenant() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    app.complete(&browser, "/auth/jira/login?tenant=acme", "omar")
        .await;
    assert_eq!(app.rows("people").await, 1);
    assert_eq!(app.rows("grants").await, 2);
    let acme = [("x-tenant-id", "acme")];
    assert_eq!(
        browser
            .send("DELETE", "/connectors/jira/connection", &acme, None)
            .await
            .status,
        200
    );
    assert_eq!(status(&browser, "acme").await, "not_connected");
    assert_eq!(status(&browser, "default").await, "active");
}

#[rstest]
#[case::header("x-tenant-id", "acme")]
#[case::header_default("x-tenant-id", "default")]
#[case::forwarded_user("x-forwarded-user", "mia")]
#[case::user("x-user-id", "5b10ac8d82e05b22cc7d4ef5")]
#[case::owner("x-owner-id", "5b10ac8d82e05b22cc7d4ef5")]
#[case::account("x-atlassian-account-id", "5b10ac8d82e05b22cc7d4ef5")]
#[case::forwarded_for("x-forwarded-for", "127.0.0.1")]
#[tokio::test]
async fn another_person_sees_nothing_by_any_header(#[case] header: &str, #[case] value: &str) {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    app.complete(&mia, "/auth/atlassian/login?tenant=acme&site=acme", "mia")
        .await;
    // Omar has an identity, but no connections of his own.
    let omar = app.logged_in("omar").await;
    omar.delete("/connectors/jira/connection").await;
    omar.delete("/connectors/confluence/connection").await;
    let headers = [(header, value)];
    for browser in [&omar, &app.browser()] {
        let list = browser.get_with("/connectors", &headers).await.json();
        assert!(
            list.as_array()
                .unwrap()
                .iter()
                .all(|one| one["status"] == "not_connected"),
            "{list}"
        );
        let refused = browser.get_with("/api/atlassian/resources", &headers).await;
        assert!(matches!(refused.status, 401 | 409), "{}", refused.body);
        browser
            .send("DELETE", "/connectors/jira/connection", &headers, None)
            .await;
        browser.send("POST", "/auth/logout", &headers, None).await;
    }
    assert_eq!(status(&mia, "default").await, "active");
    assert_eq!(status(&mia, "acme").await, "active");
}

#[tokio::test]
async fn a_malformed_tenant_is_422_everywhere() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    for bad in MALFORMED {
        if bad.is_ascii() {
            for (method, path) in [
                ("GET", "/auth/session"),
                ("GET", "/connectors"),
                ("GET", "/auth/jira/login"),
                ("GET", "/api/atlassian/resources"),
                ("DELETE", "/connectors/jira/connection"),
            ] {
                let answer = browser
                    .send(method, path, &[("x-tenant-id", bad)], None)
                    .await;
                assert_eq!(
                    (answer.status, answer.error_code()),
                    (422, "VALIDATION".into()),
                    "{bad:?} {path}"
                );
                assert_eq!(answer.json()["details"]["fields"][0], "X-Tenant-Id");
            }
        }
        let start = crate::support::with_query("/auth/jira/login", &[("tenant", bad)]);
        let answer = browser.get(&start).await;
        assert_eq!(
            (answer.status, answer.error_code()),
            (422, "VALIDATION".into()),
            "{bad:?}"
        );
        assert_eq!(answer.json()["details"]["fields"][0], "tenant");
    }
    assert_eq!(status(&browser, "default").await, "active");
}

#[tokio::test]
async fn a_repeated_tenant_header_is_422() {
    let app = TestApp::start().await;
    for other in ["acme", "globex"] {
        let headers = [("x-tenant-id", "acme"), ("x-tenant-id", other)];
        assert_eq!(
            app.browser().get_with("/connectors", &headers).await.status,
            422
        );
        assert_eq!(
            app.browser()
                .get_with("/auth/jira/login", &headers)
                .await
                .status,
            422
        );
    }
}

#[tokio::test]
async fn a_start_with_two_different_tenants_is_422_and_with_the_same_twice_fine() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let header = [("x-tenant-id", "acme")];
    let conflict = browser
        .get_with("/auth/jira/login?tenant=globex", &header)
        .await;
    assert_eq!(
        (conflict.status, conflict.error_code()),
        (422, "VALIDATION".into())
    );
    let explicit_default = browser
        .get_with(
            "/auth/jira/login?tenant=acme",
            &[("x-tenant-id", "default")],
        )
        .await;
    assert_eq!(explicit_default.status, 422);
    assert_eq!(
        browser
            .get_with("/auth/jira/login?tenant=acme", &header)
            .await
            .status,
        200
    );
    assert_eq!(
        browser.get_with("/auth/jira/login", &header).await.status,
        200
    );
}

#[tokio::test]
async fn an_api_token_login_belongs_to_the_tenant_of_its_header() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let headers = [("x-tenant-id", "acme")];
    let body = login("classic-token-mia");
    let answer = browser
        .post_with("/auth/jira/api-token", &headers, &body)
        .await;
    assert_eq!(answer.status, 200);
    assert_eq!(status(&browser, "acme").await, "active");
    assert_eq!(status(&browser, "default").await, "not_connected");
}
