//! The starts of a login: how each answers, what it asks of Atlassian, what it refuses.

use std::collections::BTreeMap;

use url::Url;

use crate::support::app::ORIGIN;
use crate::support::{TestApp, parameter, with_query};

pub(crate) const STARTS: [(&str, &str); 7] = [
    ("/auth/jira/login", "jira_oauth_state"),
    ("/auth/confluence/login", "confluence_oauth_state"),
    ("/auth/atlassian/login", "atlassian_oauth_state"),
    ("/auth/jira/oauth/start", "jira_oauth_state"),
    ("/auth/confluence/oauth/start", "confluence_oauth_state"),
    ("/api/v1/auth/atlassian/login", "atlassian_oauth_state"),
    ("/api/oauth/atlassian/login", "atlassian_oauth_state"),
];

#[tokio::test]
async fn a_login_start_redirects_browsers_and_answers_programs_unless_told_otherwise() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let program = browser.get("/auth/jira/login").await;
    assert_eq!(program.status, 200);
    assert!(program.json()["url"].is_string());
    assert_eq!(browser.navigate("/auth/jira/login").await.status, 307);
    assert_eq!(
        browser.get("/auth/jira/login?redirect=true").await.status,
        307
    );
    let told = browser.navigate("/auth/jira/login?redirect=false").await;
    assert_eq!(told.status, 200);
    // Old browsers say what they are only in Accept; a fetch is a fetch whatever it accepts.
    let old = [("accept", "text/html,application/xhtml+xml")];
    assert_eq!(browser.get_with("/auth/jira/login", &old).await.status, 307);
    let fetch = [("accept", "text/html"), ("sec-fetch-mode", "cors")];
    assert_eq!(
        browser.get_with("/auth/jira/login", &fetch).await.status,
        200
    );
}

#[tokio::test]
async fn the_other_starts_answer_as_their_systems_did() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for product in ["jira", "confluence"] {
        let start = browser.get(&format!("/auth/{product}/oauth/start")).await;
        assert_eq!(start.status, 200);
        assert!(start.json()["auth_url"].is_string());
        assert!(start.header("x-session-token").starts_with("ibs_"));
    }
    assert_eq!(
        browser.get("/api/v1/auth/atlassian/login").await.status,
        302
    );
    assert_eq!(browser.get("/api/oauth/atlassian/login").await.status, 307);
    let login = browser.get("/auth/jira/login").await;
    assert_eq!(
        login.header("x-session-token"),
        "",
        "only the start made for it hands a token out"
    );
}

#[tokio::test]
async fn every_start_sets_the_state_cookie_of_its_provider_and_no_session() {
    let app = TestApp::start().await;
    for (start, cookie) in STARTS {
        let browser = app.browser();
        app.authorize_url(&browser, start).await;
        assert!(browser.cookie(cookie).is_some(), "{start}");
        assert_eq!(browser.cookie("ib_session"), None, "{start}");
    }
    app.assert_nothing_sent();
}

#[tokio::test]
async fn the_authorize_address_has_exactly_the_documented_parameters() {
    let app = TestApp::start().await;
    for (provider, callback) in [
        ("jira", "/auth/jira/callback"),
        ("confluence", "/auth/confluence/callback"),
        ("atlassian", "/auth/atlassian/callback"),
    ] {
        let start = format!("/auth/{provider}/login?state=the-callers");
        let url = app.authorize_url(&app.browser(), &start).await;
        assert!(!url.contains('+'), "Atlassian shows %20 between scopes");
        let url = Url::parse(&url).unwrap();
        assert_eq!(url.path(), "/authorize");
        let pairs: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let given: BTreeMap<String, String> = pairs.iter().cloned().collect();
        assert_eq!(given.len(), pairs.len(), "no parameter stands twice");
        let names: Vec<&str> = given.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "audience",
                "client_id",
                "code_challenge",
                "code_challenge_method",
                "prompt",
                "redirect_uri",
                "response_type",
                "scope",
                "state"
            ]
        );
        assert_eq!(given["audience"], "api.atlassian.com");
        assert_eq!(given["client_id"], "sandbox-client");
        assert_eq!(
            given["code_challenge"].len(),
            43,
            "SHA-256 as base64url, RFC 7636"
        );
        assert_eq!(given["code_challenge_method"], "S256");
        assert_eq!(given["prompt"], "consent");
        assert_eq!(given["redirect_uri"], format!("{ORIGIN}{callback}"));
        assert_eq!(given["response_type"], "code");
        assert!(given["state"].len() >= 43, "32 random bytes");
        assert_ne!(given["state"], "the-callers");
    }
}

#[tokio::test]
async fn every_start_asks_for_the_same_scopes_because_a_consent_replaces_the_one_before() {
    let app = TestApp::start().await;
    let mut asked = Vec::new();
    for (start, _) in STARTS {
        let url = app.authorize_url(&app.browser(), start).await;
        asked.push(parameter(&url, "scope").unwrap());
    }
    assert!(asked.iter().all(|scopes| *scopes == asked[0]), "{asked:?}");
    let scopes: Vec<&str> = asked[0].split(' ').collect();
    for needed in [
        "offline_access",
        "read:me",
        "read:jira-work",
        "read:page:confluence",
    ] {
        assert!(scopes.contains(&needed), "{needed}");
    }
}

#[tokio::test]
async fn scope_adds_to_the_usual_scopes_and_never_replaces_them() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let usual = app.authorize_url(&browser, "/auth/jira/login").await;
    let usual = parameter(&usual, "scope").unwrap();
    for name in ["scope", "scopes"] {
        let extra = [(name, "read:jira-work manage:jira-configuration")];
        let start = with_query("/auth/jira/login", &extra);
        let url = app.authorize_url(&browser, &start).await;
        let expected = format!("{usual} manage:jira-configuration");
        assert_eq!(parameter(&url, "scope").unwrap(), expected);
    }
    for hostile in ["read:\"me\"", "read:me\\", "read:mé", &"x".repeat(101)] {
        let answer = browser
            .get(&with_query("/auth/jira/login", &[("scope", hostile)]))
            .await;
        assert_eq!(
            (answer.status, answer.error_code()),
            (422, "VALIDATION".into())
        );
        assert_eq!(answer.json()["details"]["fields"][0], "scope");
    }
}

#[tokio::test]
async fn without_pkce_no_challenge_is_sent() {
    let app = TestApp::start_with(&[("ENABLE_OAUTH_PKCE", "false")]).await;
    let browser = app.browser();
    let url = app.authorize_url(&browser, "/auth/jira/login").await;
    assert_eq!(parameter(&url, "code_challenge"), None);
    assert_eq!(parameter(&url, "code_challenge_method"), None);
    let callback = app.sandbox.consent(&url, "omar", None).await.unwrap();
    assert_eq!(browser.get(&callback).await.status, 303);
    assert!(!app.sandbox.journal()[0].body.contains("code_verifier"));
}

#[tokio::test]
async fn no_two_starts_share_a_state_or_a_challenge() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let one = app.authorize_url(&browser, "/auth/jira/login").await;
    let other = app.authorize_url(&browser, "/auth/jira/login").await;
    for name in ["state", "code_challenge"] {
        assert_ne!(parameter(&one, name), parameter(&other, name));
    }
}

#[tokio::test]
async fn without_a_client_every_start_is_400_and_sets_no_cookie() {
    let app =
        TestApp::start_with(&[("ATLASSIAN_CLIENT_ID", ""), ("ATLASSIAN_CLIENT_SECRET", "")]).await;
    for (start, _) in STARTS {
        let answer = app.browser().get(start).await;
        assert_eq!(
            (answer.status, answer.error_code()),
            (400, "VALIDATION".into())
        );
        assert_eq!(answer.header("set-cookie"), "");
    }
}

#[tokio::test]
async fn a_client_id_without_a_secret_can_start() {
    let app = TestApp::start_with(&[("ATLASSIAN_CLIENT_SECRET", "")]).await;
    assert_eq!(app.browser().get("/auth/jira/login").await.status, 200);
}
