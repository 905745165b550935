//! Connections: which site, renewing, disconnecting.

use serde_json::json;

use crate::connections::fixture::{choose, connection, disconnect};
use crate::support::TestApp;
use crate::support::journey::{ACME, GLOBEX};

#[tokio::test]
async fn without_a_login_everything_is_not_connected() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let list = browser.get("/connectors").await.json();
    let nothing = |id: &str, title: &str| {
        json!({
            "id": id, "title": title, "connected": false, "status": "not_connected", "auth_method": null, "scopes": [],
            "site": null, "expires_at": null, "refreshed_at": null, "last_error": null,
        })
    };
    assert_eq!(
        list,
        json!([nothing("jira", "Jira"), nothing("confluence", "Confluence")])
    );
    let expected = json!({
        "connected": false, "status": "not_connected", "auth_method": null, "scopes": [], "site": null, "sites": [],
        "account": null, "expires_at": null, "refreshed_at": null, "error": null,
    });
    assert_eq!(connection(&browser, "jira").await, expected);
}

#[tokio::test]
async fn a_login_to_one_product_connects_that_product_only() {
    let app = TestApp::start().await;
    let browser = app.logged_in_by("/auth/jira/login", "omar").await;
    assert_eq!(connection(&browser, "jira").await["status"], "active");
    assert_eq!(
        connection(&browser, "confluence").await["status"],
        "not_connected"
    );
}

#[tokio::test]
async fn a_change_says_exactly_one_thing() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    for change in [
        json!({}),
        json!({ "unknown": 1 }),
        json!({ "rotate": false }),
        json!({ "cloud_id": ACME, "base_url": "acme" }),
        json!({ "cloud_id": ACME, "rotate": true }),
        json!({ "rotate": true, "email": "mia@example.com" }),
        json!({ "cloud_id": 7 }),
        json!([]),
    ] {
        let answer = browser
            .patch("/connectors/jira/connection", change.clone())
            .await;
        assert_eq!(
            (answer.status, answer.error_code()),
            (422, "VALIDATION".into()),
            "{change}"
        );
    }
    let pat = browser
        .patch("/connectors/jira/connection", json!({ "pat": "NjAx" }))
        .await;
    assert_eq!((pat.status, pat.error_code()), (400, "VALIDATION".into()));
}

#[tokio::test]
async fn changes_and_disconnecting_need_a_login_and_a_connection() {
    let app = TestApp::start().await;
    let nobody = app.browser();
    let answer = nobody
        .patch("/connectors/jira/connection", json!({ "rotate": true }))
        .await;
    assert_eq!(
        (answer.status, answer.error_code()),
        (401, "UNAUTHORIZED".into())
    );
    assert_eq!(
        nobody.delete("/connectors/jira/connection").await.status,
        401
    );
    let browser = app.logged_in_by("/auth/jira/login", "omar").await;
    for change in [json!({ "rotate": true }), json!({ "cloud_id": ACME })] {
        let answer = browser
            .patch("/connectors/confluence/connection", change)
            .await;
        assert_eq!(
            (answer.status, answer.error_code()),
            (409, "NOT_CONNECTED".into())
        );
        let login = answer.json()["details"]["login_url"]
            .as_str()
            .unwrap()
            .to_owned();
        assert_eq!(
            browser.get(&login).await.status,
            307,
            "{login} leads to a login"
        );
    }
}

#[tokio::test]
async fn an_unknown_provider_is_404_before_anything_else() {
    let app = TestApp::start().await;
    for browser in [app.browser(), app.logged_in("omar").await] {
        for (method, body) in [
            ("GET", None),
            ("DELETE", None),
            ("PATCH", Some("{")),
            ("PATCH", Some("{}")),
        ] {
            for provider in ["trello", "atlassian", "Jira"] {
                let path = format!("/connectors/{provider}/connection");
                let answer = browser
                    .send(method, &path, &[], body.map(str::to_owned))
                    .await;
                assert_eq!(
                    (answer.status, answer.error_code()),
                    (404, "NOT_FOUND".into()),
                    "{method} {path}"
                );
            }
        }
    }
}

#[tokio::test]
async fn rotating_renews_the_tokens_and_within_thirty_seconds_gives_the_same_answer() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    app.advance(std::time::Duration::from_mins(10));
    let first = choose(&browser, "jira", json!({ "rotate": true })).await;
    assert_eq!(first["status"]["status"], "active");
    let again = browser
        .send("POST", "/api/oauth/atlassian/refresh", &[], None)
        .await;
    assert_eq!(again.status, 200);
    assert_eq!(again.json()["status"], "success");
    assert_eq!(again.json()["message"], "Token refreshed");
    assert_eq!(again.json()["data"]["expires_in"], 3600);
    assert_eq!(again.json()["data"]["token_type"], "Bearer");
    assert!(
        again.json()["data"]["scope"]
            .as_str()
            .unwrap()
            .contains("read:jira-work")
    );
    assert_eq!(app.sandbox.refresh_calls(), 1);
    app.advance(std::time::Duration::from_secs(31));
    browser
        .send("POST", "/api/oauth/atlassian/refresh", &[], None)
        .await;
    assert_eq!(app.sandbox.refresh_calls(), 2);
}

#[tokio::test]
async fn an_api_token_cannot_be_rotated_or_moved_to_another_site() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let login =
        json!({ "email": "mia@example.com", "api_token": "classic-token-mia", "site": "acme" });
    browser.post("/auth/jira/api-token", login).await;
    for change in [json!({ "rotate": true }), json!({ "cloud_id": GLOBEX })] {
        let answer = browser.patch("/connectors/jira/connection", change).await;
        assert_eq!(
            (answer.status, answer.error_code()),
            (422, "VALIDATION".into())
        );
    }
    let refresh = browser
        .send("POST", "/api/oauth/atlassian/refresh", &[], None)
        .await;
    // The login is there; it is its token that needs no renewing.
    assert_eq!(
        (refresh.status, refresh.error_code()),
        (422, "VALIDATION".into())
    );
    assert!(
        refresh.body.contains("needs no renewing"),
        "{}",
        refresh.body
    );
}

#[tokio::test]
async fn disconnecting_keeps_the_grant_while_the_other_product_uses_it_and_is_idempotent() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    for _ in 0..2 {
        let answer = browser.delete("/connectors/jira/connection").await;
        assert_eq!((answer.status, answer.json()), (200, json!({ "ok": true })));
        assert_eq!(app.rows("grants").await, 1);
    }
    assert_eq!(
        connection(&browser, "jira").await["status"],
        "not_connected"
    );
    assert_eq!(connection(&browser, "confluence").await["status"], "active");
    assert_eq!(browser.get("/api/atlassian/resources").await.status, 200);
    for _ in 0..2 {
        disconnect(&browser, "confluence").await;
        assert_eq!(app.rows("grants").await, 0);
    }
    assert_eq!(
        browser.get("/auth/session").await.json()["authenticated"],
        true
    );
    let gone = browser.get("/api/atlassian/resources").await;
    assert_eq!(
        (gone.status, gone.error_code()),
        (409, "NOT_CONNECTED".into())
    );
}

#[tokio::test]
async fn the_resources_are_the_sites_with_their_scopes() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    let body = browser.get("/api/atlassian/resources").await.json();
    assert_eq!(
        (&body["status"], &body["message"]),
        (&json!("success"), &json!("ok"))
    );
    let sites = body["data"].as_array().unwrap();
    assert_eq!(
        sites.len(),
        1,
        "one site once, though Atlassian lists it per product"
    );
    assert_eq!(sites[0]["id"], ACME);
    assert_eq!(sites[0]["name"], "Acme");
    assert_eq!(sites[0]["url"], "https://acme.atlassian.net");
    assert!(
        sites[0]["avatarUrl"]
            .as_str()
            .unwrap()
            .starts_with("https://")
    );
    let scopes = sites[0]["scopes"].as_array().unwrap();
    assert!(
        scopes.contains(&json!("read:jira-work"))
            && scopes.contains(&json!("read:page:confluence"))
    );
}

#[tokio::test]
async fn a_revoked_grant_shows_as_ended_and_a_new_login_heals_it() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    app.sandbox.revoke_grants("omar");
    let ended = browser.get("/api/atlassian/resources").await;
    assert_eq!(
        (ended.status, ended.error_code()),
        (401, "TOKEN_EXPIRED".into())
    );
    let login = ended.json()["details"]["login_url"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(login.starts_with("/auth/"), "{login}");
    for product in ["jira", "confluence"] {
        let body = connection(&browser, product).await;
        assert_eq!(
            (&body["status"], &body["connected"]),
            (&json!("reauth_required"), &json!(false))
        );
    }
    let session = browser.get("/auth/session").await.json();
    assert_eq!(
        session["authenticated"], true,
        "the session is ours and lives on"
    );
    app.log_in(&browser, "omar").await;
    assert_eq!(connection(&browser, "jira").await["status"], "active");
}
