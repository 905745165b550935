//! Credentials: good and bad ones, several at once, tokens handed out before the login.

use crate::login::sessions::{knows, knows_token};
use crate::support::TestApp;

#[tokio::test]
async fn a_bad_cookie_counts_as_none() {
    let app = TestApp::start().await;
    let long = format!("ibs_{}", "a".repeat(4000));
    for bad in [
        "",
        "x",
        "ibs_",
        "ibs_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        long.as_str(),
    ] {
        let browser = app.browser();
        browser.set_cookie("ib_session", bad);
        assert!(!knows(&browser).await);
        assert_eq!(browser.get("/connectors").await.status, 200);
        let refused = browser.get("/api/atlassian/resources").await;
        assert_eq!(
            (refused.status, refused.error_code()),
            (401, "UNAUTHORIZED".into())
        );
    }
}

#[tokio::test]
async fn a_bad_explicit_credential_is_401_even_beside_a_good_cookie_but_not_on_public_routes() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    let cookie = browser.cookie("ib_session").unwrap();
    let as_bearer = format!("Bearer {cookie}");
    for bad in [
        ("x-session-token", "ibs_wrong"),
        ("authorization", "Bearer ibk_wrong"),
        ("authorization", "Bearer eyJhbGciOiJSUzI1NiJ9.x.y"),
        ("authorization", as_bearer.as_str()),
        ("authorization", "Basic ibk_wrong"),
        ("authorization", "ibk_wrong"),
    ] {
        for (method, path) in [
            ("GET", "/api/atlassian/resources"),
            ("POST", "/api/oauth/atlassian/refresh"),
            ("DELETE", "/connectors/jira/connection"),
        ] {
            let answer = browser.send(method, path, &[bad], None).await;
            assert_eq!(
                (answer.status, answer.error_code()),
                (401, "UNAUTHORIZED".into()),
                "{bad:?} {path}"
            );
        }
        for path in [
            "/auth/session",
            "/api/v1/auth/status",
            "/connectors",
            "/connectors/jira/connection",
            "/connected",
        ] {
            let answer = browser.get_with(path, &[bad]).await;
            assert_eq!(answer.status, 200, "{bad:?} {path}");
        }
        let session = browser.get_with("/auth/session", &[bad]).await.json();
        assert_eq!(session["authenticated"], false, "{bad:?}");
    }
}

#[tokio::test]
async fn what_authorizes_at_a_proxy_in_front_is_no_credential_here() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let token = browser.cookie("ib_session").unwrap();
    for foreign in [
        "Basic b21hckBleGFtcGxlLmNvbTp4",
        "basic dTpw",
        "Negotiate YIIJvwYGKwYBBQUCoIIJ",
        "NTLM TlRMTVNTUAAB",
        "Digest username=\"mia\", realm=\"proxy\"",
        "AWS4-HMAC-SHA256 Credential=AKID/20261128/eu/es/aws4_request",
        "Token abc",
        "Basic",
        "Bearer",
    ] {
        let proxys = ("authorization", foreign);
        let session = browser.get_with("/auth/session", &[proxys]).await.json();
        assert_eq!(session["authenticated"], true, "{foreign}");
        let answer = browser
            .get_with("/api/atlassian/resources", &[proxys])
            .await;
        assert_eq!(answer.status, 200, "{foreign}: {}", answer.body);
        let both = [("x-session-token", token.as_str()), proxys];
        let answer = app.browser().get_with("/auth/session", &both).await;
        assert_eq!(answer.json()["authenticated"], true, "{foreign}");
        let answer = app
            .browser()
            .get_with("/api/atlassian/resources", &[proxys])
            .await;
        assert_eq!(answer.status, 401, "{foreign} is nobody");
    }
}

#[tokio::test]
async fn a_bearer_token_that_is_no_key_is_refused_with_a_sentence_that_says_so() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let token = browser.cookie("ib_session").unwrap();
    let proxys = ("authorization", "Bearer eyJhbGciOiJSUzI1NiJ9.x.y");
    for caller in [&browser, &app.browser()] {
        let answer = caller.get_with("/api/atlassian/resources", &[proxys]).await;
        assert_eq!(answer.status, 401, "{}", answer.body);
        assert!(answer.body.contains("ibk_"), "{}", answer.body);
        assert!(!answer.body.contains("eyJ"), "{}", answer.body);
    }
    let both = [("x-session-token", token.as_str()), proxys];
    let answer = app.browser().get_with("/auth/session", &both).await;
    assert_eq!(answer.status, 400, "{}", answer.body);
}

#[tokio::test]
async fn an_explicit_credential_beats_the_cookie() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let omar = app.logged_in("omar").await;
    let token = mia.cookie("ib_session").unwrap();
    let session = omar
        .get_with("/auth/session", &[("x-session-token", &token)])
        .await;
    assert_eq!(session.json()["user"]["display_name"], "Mia Krystof");
}

#[tokio::test]
async fn two_different_explicit_credentials_are_400_and_the_same_twice_is_one() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await.cookie("ib_session").unwrap();
    let omar = app.logged_in("omar").await.cookie("ib_session").unwrap();
    let browser = app.browser();
    for pair in [
        [
            ("x-session-token", mia.as_str()),
            ("x-session-token", omar.as_str()),
        ],
        [
            ("x-session-token", mia.as_str()),
            ("authorization", "Bearer ibk_x"),
        ],
        [
            ("authorization", "Bearer ibk_x"),
            ("authorization", "Bearer ibk_y"),
        ],
    ] {
        for path in ["/auth/session", "/api/atlassian/resources"] {
            let answer = browser.get_with(path, &pair).await;
            assert_eq!(
                (answer.status, answer.error_code()),
                (400, "VALIDATION".into()),
                "{pair:?} {path}"
            );
        }
    }
    let same = [
        ("x-session-token", mia.as_str()),
        ("x-session-token", mia.as_str()),
    ];
    assert_eq!(
        browser
            .get_with("/api/atlassian/resources", &same)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn a_token_handed_out_at_the_start_is_worth_nothing_until_its_own_browser_finishes() {
    let app = TestApp::start().await;
    let (attacker, victim) = (app.browser(), app.browser());
    let start = attacker.get("/auth/jira/oauth/start").await;
    let token = start.header("x-session-token").to_owned();
    assert!(!knows_token(&app, &token).await);
    let refused = app
        .browser()
        .get_with("/api/atlassian/resources", &[("x-session-token", &token)])
        .await;
    assert_eq!(refused.status, 401);
    // The victim consents, but in a browser without the cookie of that start.
    let url = start.json()["auth_url"].as_str().unwrap().to_owned();
    let callback = app.sandbox.consent(&url, "mia", None).await.unwrap();
    assert_eq!(victim.get(&callback).await.status, 422);
    assert!(!knows_token(&app, &token).await);
    // Nor does the victim's own login bring it to life.
    app.log_in(&victim, "mia").await;
    assert!(!knows_token(&app, &token).await);
}

#[tokio::test]
async fn a_token_handed_out_at_the_start_becomes_a_session_and_the_cookie_gets_another_id() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let start = browser.get("/auth/confluence/oauth/start").await;
    let token = start.header("x-session-token").to_owned();
    let url = start.json()["auth_url"].as_str().unwrap().to_owned();
    let callback = app.sandbox.consent(&url, "omar", None).await.unwrap();
    assert_eq!(browser.get(&callback).await.status, 200);
    assert_ne!(browser.cookie("ib_session").unwrap(), token);
    assert!(knows_token(&app, &token).await);
    assert!(knows(&browser).await);
    // One login, one logout.
    let headers = [("x-session-token", token.as_str())];
    assert_eq!(
        app.browser()
            .send("POST", "/auth/logout", &headers, None)
            .await
            .status,
        204
    );
    assert!(!knows_token(&app, &token).await);
    assert!(!knows(&browser).await);
}

#[tokio::test]
async fn a_failed_login_leaves_the_token_of_its_start_worthless() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let start = browser.get("/auth/jira/oauth/start").await;
    let url = start.json()["auth_url"].as_str().unwrap().to_owned();
    let callback = app.sandbox.decline(&url).await.unwrap();
    assert_eq!(browser.get(&callback).await.status, 400);
    assert!(!knows_token(&app, start.header("x-session-token")).await);
}
