//! Logging in with an API token, and adding one to a login.

use rstest::rstest;
use serde_json::{Value, json};

use crate::support::{Browser, TestApp};

pub(crate) fn login(token: &str) -> Value {
    json!({ "email": "mia@example.com", "api_token": token, "site": "acme" })
}

#[rstest]
#[case("jira", "classic-token-mia")]
#[case("jira", "scoped-token-mia")]
#[case("confluence", "classic-token-mia")]
#[case("confluence", "scoped-token-mia")]
#[tokio::test]
async fn classic_and_scoped_tokens_log_in(#[case] product: &str, #[case] token: &str) {
    let app = TestApp::start().await;
    let browser = app.browser();
    let answer = browser
        .post(&format!("/auth/{product}/api-token"), login(token))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let session = answer.json()["session_token"].as_str().unwrap().to_owned();
    assert!(session.starts_with("ibs_"));
    assert_eq!(answer.header("x-session-token"), session);
    assert_eq!(
        browser.cookie("ib_session").as_deref(),
        Some(session.as_str())
    );
    let connection = browser
        .get(&format!("/connectors/{product}/connection"))
        .await
        .json();
    assert_eq!(connection["status"], "active");
    assert_eq!(connection["auth_method"], "api_token");
    assert_eq!(connection["site"]["url"], "https://acme.atlassian.net");
    assert_eq!(connection["expires_at"], Value::Null);
    let user = browser.get("/auth/session").await.json()["user"].clone();
    assert_eq!(user["account_id"], "5b10ac8d82e05b22cc7d4ef5");
    assert_eq!(app.rows("connections").await, 1);
    let headers = [("x-session-token", session.as_str())];
    let by_header = app.browser().get_with("/auth/session", &headers).await;
    assert_eq!(by_header.json()["authenticated"], true);
}

#[rstest]
#[case("mia@example.com", "wrong")]
#[case("omar@example.com", "classic-token-mia")]
#[case("nobody@example.com", "classic-token-mia")]
#[tokio::test]
async fn a_refused_token_is_one_identical_401_and_nothing_is_kept(
    #[case] email: &str,
    #[case] token: &str,
) {
    let app = TestApp::start().await;
    for product in ["jira", "confluence"] {
        let browser = app.browser();
        let body = json!({ "email": email, "api_token": token, "site": "acme.atlassian.net" });
        let answer = browser
            .post(&format!("/auth/{product}/api-token"), body)
            .await;
        assert_eq!(
            (answer.status, answer.error_code()),
            (401, "UNAUTHORIZED".into())
        );
        assert_eq!(
            answer.json()["message"],
            "Atlassian does not accept this e-mail address and API token on this site"
        );
        assert!(!answer.body.contains(token) && !answer.body.contains(email));
        assert_eq!(browser.cookie("ib_session"), None);
    }
    app.assert_nothing_stored().await;
}

#[tokio::test]
async fn a_person_without_the_product_is_refused() {
    let app = TestApp::start().await;
    let body =
        json!({ "email": "omar@example.com", "api_token": "classic-token-omar", "site": "globex" });
    let answer = app.browser().post("/auth/jira/api-token", body).await;
    assert_eq!(answer.status, 401, "{}", answer.body);
    app.assert_nothing_stored().await;
}

#[tokio::test]
async fn a_token_that_does_not_tell_whose_it_is_logs_nobody_in() {
    let app = TestApp::start().await;
    for product in ["jira", "confluence"] {
        let answer = app
            .browser()
            .post(
                &format!("/auth/{product}/api-token"),
                login("narrow-token-mia"),
            )
            .await;
        assert_eq!(
            (answer.status, answer.error_code()),
            (422, "VALIDATION".into())
        );
        assert_eq!(answer.json()["details"]["fields"][0], "api_token");
    }
    app.assert_nothing_stored().await;
}

#[tokio::test]
async fn an_api_token_is_another_person_than_the_oauth_login_of_the_same_account() {
    let app = TestApp::start().await;
    let oauth = app.logged_in("mia").await;
    let token = app.browser();
    token
        .post("/auth/jira/api-token", login("classic-token-mia"))
        .await;
    let id = async |browser: &Browser| {
        let session = browser.get("/auth/session").await.json();
        assert_eq!(session["user"]["account_id"], "5b10ac8d82e05b22cc7d4ef5");
        session["user"]["id"].as_str().unwrap().to_owned()
    };
    assert_ne!(id(&oauth).await, id(&token).await);
    let other = token.get("/connectors/confluence/connection").await.json();
    assert_eq!(
        other["status"], "not_connected",
        "the OAuth login's connections are not the token's"
    );
    assert_eq!(
        oauth.get("/connectors/jira/connection").await.json()["auth_method"],
        "oauth"
    );
}

#[tokio::test]
async fn the_same_token_twice_is_the_same_person() {
    let app = TestApp::start().await;
    for _ in 0..2 {
        app.browser()
            .post("/auth/jira/api-token", login("classic-token-mia"))
            .await;
    }
    assert_eq!(app.rows("people").await, 1);
    assert_eq!(app.rows("grants").await, 1);
}

#[tokio::test]
async fn a_caller_who_is_logged_in_keeps_their_identity_and_gets_the_connection() {
    let app = TestApp::start().await;
    let browser = app.logged_in_by("/auth/jira/login", "omar").await;
    let before = browser.cookie("ib_session");
    let answer = browser
        .post("/auth/confluence/api-token", login("classic-token-mia"))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(browser.cookie("ib_session"), before);
    let another = app
        .browser()
        .get_with(
            "/auth/session",
            &[("x-session-token", answer.header("x-session-token"))],
        )
        .await;
    assert_eq!(another.json()["user"]["display_name"], "Omar Haddad");
    let session = browser.get("/auth/session").await.json();
    assert_eq!(session["user"]["display_name"], "Omar Haddad");
    assert_eq!(
        browser.get("/connectors/jira/connection").await.json()["auth_method"],
        "oauth"
    );
    let confluence = browser
        .get("/connectors/confluence/connection")
        .await
        .json();
    assert_eq!(confluence["auth_method"], "api_token");
    assert_eq!(confluence["account"]["display_name"], "Mia Krystof");
    assert_eq!(
        app.rows("people").await,
        1,
        "no person was made of the token"
    );
}

#[tokio::test]
async fn a_good_token_on_a_site_without_the_product_is_not_said_to_be_bad() {
    let app = TestApp::start().await;
    let mut login =
        json!({"email": "lea@example.com", "api_token": "classic-token-lea", "site": "globex"});
    // More often than bad tokens may be tried for one address.
    for _ in 0..12 {
        let answer = app
            .browser()
            .post("/auth/jira/api-token", login.clone())
            .await;
        assert_eq!(
            (answer.status, answer.error_code()),
            (422, "VALIDATION".into())
        );
        assert_eq!(answer.json()["details"]["fields"], json!(["site"]));
        assert_eq!(
            answer.json()["message"],
            "the token is good, and this account has no Jira on globex.atlassian.net, which answers for Confluence only; choose another site, or ask its administrator for access to Jira"
        );
    }
    let there = app
        .browser()
        .post("/auth/confluence/api-token", login.clone())
        .await;
    assert_eq!(there.status, 200);
    login["api_token"] = json!("wrong");
    let answer = app.browser().post("/auth/jira/api-token", login).await;
    assert_eq!(answer.json()["details"]["reason"], "credential_rejected");
}

#[tokio::test]
async fn a_token_can_be_added_on_the_connection_too_and_a_refused_one_is_422() {
    let app = TestApp::start().await;
    let browser = app.logged_in_by("/auth/jira/login", "omar").await;
    let refused = browser
        .patch("/connectors/jira/connection", login("wrong"))
        .await;
    assert_eq!(
        (refused.status, refused.error_code()),
        (422, "VALIDATION".into())
    );
    assert_eq!(refused.json()["details"]["reason"], "credential_rejected");
    assert_eq!(
        browser.get("/connectors/jira/connection").await.json()["auth_method"],
        "oauth"
    );
    let taken = browser
        .patch("/connectors/jira/connection", login("scoped-token-mia"))
        .await;
    assert_eq!(taken.status, 200, "{}", taken.body);
    assert_eq!(taken.json()["ok"], true);
    assert_eq!(taken.json()["provider"], "jira");
    assert_eq!(taken.json()["status"]["auth_method"], "api_token");
    for (missing, body) in [
        ("email", json!({ "api_token": "x", "site": "acme" })),
        (
            "api_token",
            json!({ "email": "mia@example.com", "site": "acme" }),
        ),
    ] {
        let answer = browser.patch("/connectors/jira/connection", body).await;
        assert_eq!(answer.status, 422);
        assert_eq!(answer.json()["details"]["fields"][0], missing);
    }
}

#[tokio::test]
async fn a_caller_who_attaches_a_second_product_gets_another_token_of_the_same_person() {
    let app = TestApp::start().await;
    let script = app.browser();
    let body =
        json!({"email": "mia@example.com", "api_token": "classic-token-mia", "site": "acme"});
    let first = script.post("/auth/jira/api-token", body.clone()).await;
    let token = first.json()["session_token"].as_str().unwrap().to_owned();
    let by_token = [("x-session-token", token.as_str())];
    let other = app.browser();
    let second = other
        .send(
            "POST",
            "/auth/confluence/api-token",
            &by_token,
            Some(body.to_string()),
        )
        .await;
    assert_eq!((second.status, second.header("set-cookie")), (200, ""));
    let again = second.json()["session_token"].as_str().unwrap().to_owned();
    assert_ne!(again, token);
    for token in [token, again] {
        let header = [("x-session-token", token.as_str())];
        assert_eq!(
            other
                .get_with("/connectors/jira/projects?limit=1", &header)
                .await
                .status,
            200
        );
        assert_eq!(
            other
                .get_with("/connectors/confluence/spaces?limit=1", &header)
                .await
                .status,
            200
        );
    }
}
