//! How a login ends: four endings, each with success and with every failure.

use atlassian_sandbox::FaultAction;
use rstest::rstest;

use crate::support::app::{FRONTEND, ORIGIN};
use crate::support::faults::on_api;
use crate::support::{Answer, Browser, TestApp, parameter};

#[tokio::test]
async fn the_redirect_ending_goes_to_the_return_url_else_to_the_frontend_else_to_our_own_page() {
    let bare = TestApp::start().await;
    let with_frontend = TestApp::start_with(&[("APP_FRONTEND_URL", FRONTEND)]).await;
    let with_folder =
        TestApp::start_with(&[("APP_FRONTEND_URL", "http://localhost:3000/app/")]).await;
    for (app, start, expected) in [
        (
            &bare,
            "/auth/jira/login",
            "http://localhost:3001/connected?connected=jira&provider=jira&status=success",
        ),
        (
            &bare,
            "/auth/confluence/login?state=a%26b",
            "http://localhost:3001/connected?connected=confluence&provider=confluence&status=success&state=a%26b",
        ),
        (
            &bare,
            "/auth/atlassian/login?return_url=/done",
            "http://localhost:3001/done?connected=atlassian&provider=atlassian&status=success",
        ),
        (
            &bare,
            "/auth/jira/login?state=s&return_url=http://localhost:3000/done?a=1",
            "http://localhost:3000/done?a=1&connected=jira&provider=jira&status=success&state=s",
        ),
        (
            &with_frontend,
            "/auth/jira/login",
            "http://localhost:3000/login?connected=jira&provider=jira&status=success",
        ),
        (
            &with_frontend,
            "/auth/jira/login?return_url=/x",
            "http://localhost:3001/x?connected=jira&provider=jira&status=success",
        ),
        (
            &with_folder,
            "/auth/jira/login",
            "http://localhost:3000/app/login?connected=jira&provider=jira&status=success",
        ),
    ] {
        let browser = app.browser();
        let ended = app.complete(&browser, start, "omar").await;
        assert_eq!((ended.status, ended.header("location")), (303, expected));
        assert!(browser.cookie("ib_session").is_some());
    }
}

#[tokio::test]
async fn a_login_that_reaches_several_sites_says_that_one_must_be_chosen() {
    let app = TestApp::start().await;
    let ended = app
        .complete(&app.browser(), "/auth/atlassian/login?state=s", "mia")
        .await;
    let expected = format!(
        "{ORIGIN}/connected?connected=atlassian&provider=atlassian&status=success&needs_site=1&state=s"
    );
    assert_eq!(ended.header("location"), expected);
}

#[tokio::test]
async fn a_login_in_another_namespace_ends_where_its_connections_are_shown() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let start = "/auth/atlassian/login?tenant=other&state=s";
    let ended = app.complete(&browser, start, "mia").await;
    let expected = format!(
        "{ORIGIN}/dashboard/token?tenant=other&connected=atlassian&provider=atlassian&status=success&needs_site=1&state=s"
    );
    assert_eq!(ended.header("location"), expected);
    let headers = [("sec-fetch-mode", "navigate")];
    let page = browser
        .get_with("/dashboard/token?tenant=other&needs_site=1", &headers)
        .await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Use this site"), "{}", page.body);
    assert!(page.body.contains("data-tenant=\"other\""), "{}", page.body);
}

#[tokio::test]
async fn the_persistence_backends_ending_goes_to_the_frontend_exactly_as_it_was_set() {
    for (frontend, expected) in [
        (
            "",
            "http://localhost:3001/connected?provider=atlassian&status=success&state=s",
        ),
        (
            "http://localhost:3000",
            "http://localhost:3000?provider=atlassian&status=success&state=s",
        ),
        (
            "http://localhost:3000/",
            "http://localhost:3000/?provider=atlassian&status=success&state=s",
        ),
        (
            "http://localhost:3000/app?tab=1",
            "http://localhost:3000/app?tab=1&provider=atlassian&status=success&state=s",
        ),
    ] {
        let app = TestApp::start_with(&[("APP_FRONTEND_URL", frontend)]).await;
        let ended = app
            .complete(&app.browser(), "/api/oauth/atlassian/login?state=s", "omar")
            .await;
        assert_eq!((ended.status, ended.header("location")), (303, expected));
    }
}

#[tokio::test]
async fn the_page_ending_shows_a_page_or_json_as_asked_at_the_start_or_at_the_callback() {
    let app = TestApp::start().await;
    let page = app
        .complete(&app.browser(), "/api/v1/auth/atlassian/login", "omar")
        .await;
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.body.contains("You are logged in"));
    let browser = app.browser();
    let at_start = app
        .complete(&browser, "/api/v1/auth/atlassian/login?format=json", "omar")
        .await;
    assert!(browser.cookie("ib_session").is_some());
    let callback = app
        .callback_url(&browser, "/api/v1/auth/atlassian/login", "omar")
        .await;
    let at_callback = browser.get(&format!("{callback}&format=json")).await;
    for answer in [at_start, at_callback] {
        assert_eq!(answer.status, 200, "{}", answer.body);
        let body = answer.json();
        assert_eq!(body["success"], true);
        let tokens = body["tokens"].as_object().unwrap();
        assert_eq!(tokens["token_type"], "Bearer");
        assert_eq!(tokens["expires_in"], 3600);
        assert_eq!(tokens["access_token_present"], true);
        assert_eq!(tokens["refresh_token_present"], true);
        assert!(tokens["scope"].as_str().unwrap().contains("read:jira-work"));
        assert_eq!(tokens.len(), 5);
    }
}

#[tokio::test]
async fn the_session_token_ending_answers_the_token_handed_out_at_the_start() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let start = browser.get("/auth/jira/oauth/start").await;
    let url = start.json()["auth_url"].as_str().unwrap().to_owned();
    let callback = app.sandbox.consent(&url, "omar", None).await.unwrap();
    let ended = browser.get(&callback).await;
    assert_eq!(ended.status, 200);
    assert_eq!(
        ended.json()["session_token"],
        start.header("x-session-token")
    );
    assert_eq!(ended.json().as_object().unwrap().len(), 1);
    assert!(browser.cookie("ib_session").is_some());
}

/// What can go wrong between the consent and the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Declined,
    /// What Atlassian says in the callback.
    Told(&'static str),
    CodeRefused,
    NoSecret,
    WrongSecret,
    NotAllowed,
    NoSite,
    SitesGarbled,
    IdentityGarbled,
    TokensUnavailable,
    SitesUnavailable,
    IdentityUnavailable,
}

impl Trouble {
    fn settings(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::NoSecret => &[("ATLASSIAN_CLIENT_SECRET", "")],
            Self::NotAllowed => &[("ALLOWED_SITES", "globex.atlassian.net")],
            Self::NoSite => &[("ATLASSIAN_SCOPES", "read:me offline_access")],
            _ => &[],
        }
    }

    fn arrange(self, app: &TestApp) {
        let busy = FaultAction::RateLimit {
            retry_after: String::from("7"),
            reason: String::from("jira-burst-based"),
        };
        let (path, action) = match self {
            Self::WrongSecret => return app.sandbox.rotate_secret("sandbox-client", "another"),
            Self::SitesGarbled => ("/oauth/token/accessible-resources", FaultAction::Garbage),
            Self::IdentityGarbled => ("/me", FaultAction::Garbage),
            Self::TokensUnavailable => ("/oauth/token", busy),
            Self::SitesUnavailable => ("/oauth/token/accessible-resources", busy),
            Self::IdentityUnavailable => ("/me", busy),
            _ => return,
        };
        app.sandbox.fault(on_api(path, action, None));
    }

    async fn login(self, app: &TestApp, browser: &Browser, start: &str) -> Answer {
        let url = app.authorize_url(browser, start).await;
        let state = parameter(&url, "state").unwrap();
        let callback = match self {
            Self::Declined => app.sandbox.decline(&url).await.unwrap(),
            Self::Told(error) => format!("/auth/jira/callback?error={error}&state={state}"),
            Self::CodeRefused => format!("/auth/jira/callback?code=made-up&state={state}"),
            _ => app.sandbox.consent(&url, "omar", None).await.unwrap(),
        };
        browser.get(&callback).await
    }
}

#[rstest]
#[case(Trouble::Declined, "access_denied")]
#[case(Trouble::Told("server_error"), "temporarily_unavailable")]
#[case(Trouble::Told("temporarily_unavailable"), "temporarily_unavailable")]
#[case(Trouble::Told("invalid_scope"), "invalid_scope")]
#[case(Trouble::Told("unauthorized_client"), "server_misconfigured")]
#[case(Trouble::Told("invalid_request"), "exchange_failed")]
#[case(Trouble::CodeRefused, "exchange_failed")]
#[case(Trouble::NoSecret, "client_secret_missing")]
#[case(Trouble::WrongSecret, "server_misconfigured")]
#[case(Trouble::NotAllowed, "not_allowed")]
#[case(Trouble::NoSite, "no_site")]
#[case(Trouble::SitesGarbled, "identity_unavailable")]
#[case(Trouble::IdentityGarbled, "identity_unavailable")]
#[case(Trouble::TokensUnavailable, "temporarily_unavailable")]
#[case(Trouble::SitesUnavailable, "temporarily_unavailable")]
#[case(Trouble::IdentityUnavailable, "temporarily_unavailable")]
#[tokio::test]
async fn a_failed_login_tells_its_reason_in_every_ending_and_leaves_nothing_behind(
    #[case] trouble: Trouble,
    #[case] error: &str,
) {
    let app = TestApp::start_with(trouble.settings()).await;
    trouble.arrange(&app);
    let browser = app.browser();
    let ended = trouble
        .login(
            &app,
            &browser,
            "/auth/jira/login?state=s&return_url=/done?a=1",
        )
        .await;
    let expected = format!("{ORIGIN}/done?a=1&error={error}&provider=jira&status=error&state=s");
    assert_eq!(
        (ended.status, ended.header("location")),
        (303, expected.as_str())
    );
    let ended = trouble
        .login(&app, &browser, "/api/oauth/atlassian/login?state=s")
        .await;
    let expected =
        format!("{ORIGIN}/connected?provider=atlassian&status=error&error={error}&state=s");
    assert_eq!(
        (ended.status, ended.header("location")),
        (303, expected.as_str())
    );
    let status = if error == "access_denied" { 400 } else { 502 };
    let code = if error == "access_denied" {
        "VALIDATION"
    } else {
        "VENDOR_ERROR"
    };
    let page = trouble
        .login(&app, &browser, "/api/v1/auth/atlassian/login")
        .await;
    assert_eq!(page.status, status);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.body.contains("Start again"));
    for start in [
        "/api/v1/auth/atlassian/login?format=json",
        "/auth/jira/oauth/start",
    ] {
        let ended = trouble.login(&app, &browser, start).await;
        assert_eq!(
            (ended.status, ended.error_code().as_str()),
            (status, code),
            "{start}"
        );
        assert_eq!(ended.json()["details"]["error"], error);
    }
    assert_eq!(browser.cookie("ib_session"), None);
    app.assert_nothing_stored().await;
}

#[tokio::test]
async fn a_person_who_reaches_the_product_on_no_site_is_told_so() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let url = app.authorize_url(&browser, "/auth/jira/login").await;
    let callback = app
        .sandbox
        .consent(&url, "lea", Some(&["globex.atlassian.net"]))
        .await
        .unwrap();
    let ended = browser.get(&callback).await;
    assert!(
        ended.header("location").contains("error=no_site"),
        "{}",
        ended.header("location")
    );
    app.assert_nothing_stored().await;
}

#[tokio::test]
async fn a_person_on_an_allowed_site_gets_in_and_sees_only_allowed_sites() {
    let app = TestApp::start_with(&[("ALLOWED_SITES", "acme.atlassian.net")]).await;
    let browser = app.browser();
    let ended = app.complete(&browser, "/auth/atlassian/login", "mia").await;
    assert!(
        !ended.header("location").contains("needs_site"),
        "one allowed site needs no choice"
    );
    let connection = browser.get("/connectors/jira/connection").await.json();
    assert_eq!(connection["site"]["name"], "Acme");
    assert_eq!(connection["sites"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn an_app_without_the_identity_api_learns_from_jira_who_it_is() {
    let scopes = "read:jira-work write:jira-work read:jira-user offline_access";
    let app = TestApp::start_with(&[("ATLASSIAN_SCOPES", scopes)]).await;
    let browser = app.logged_in_by("/auth/jira/login", "omar").await;
    let user = browser.get("/auth/session").await.json();
    assert_eq!(
        user["user"]["account_id"],
        "712020:8f1f8f0e-2d1a-4c53-9a55-6a8b7f1d3c20"
    );
}

#[tokio::test]
async fn no_token_stands_in_an_address_and_no_atlassian_token_in_any_answer() {
    let app = TestApp::start().await;
    let mut answers = Vec::new();
    for start in [
        "/auth/jira/login",
        "/auth/atlassian/login?return_url=/done",
        "/auth/jira/oauth/start",
        "/api/v1/auth/atlassian/login",
        "/api/v1/auth/atlassian/login?format=json",
        "/api/oauth/atlassian/login",
    ] {
        let browser = app.browser();
        answers.push(app.complete(&browser, start, "omar").await);
        for path in [
            "/auth/session",
            "/connectors",
            "/connectors/jira/connection",
            "/connected",
            "/api/atlassian/resources",
        ] {
            answers.push(browser.get(path).await);
        }
    }
    let bearers: Vec<String> = app
        .sandbox
        .journal()
        .iter()
        .filter_map(|call| {
            call.header("authorization")?
                .strip_prefix("Bearer ")
                .map(str::to_owned)
        })
        .collect();
    assert!(bearers.len() >= 12);
    for answer in &answers {
        assert!(
            !answer.header("location").contains("ibs_"),
            "{}",
            answer.header("location")
        );
        let whole = format!("{:?} {}", answer.headers, answer.body);
        assert!(
            !bearers.iter().any(|bearer| whole.contains(bearer)),
            "{whole}"
        );
    }
}
