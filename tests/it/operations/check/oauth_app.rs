//! Mistakes in the OAuth app, the clock and the addresses: each is named, with the field to change.

use std::time::Duration;

use atlassian_sandbox::DEFAULT_SCOPES;
use integration_backend::commands::check::Mark;

use crate::operations::check::fixture::{CALLBACK, check, console, wrong};
use crate::support::TestApp;

#[tokio::test]
async fn a_wrong_secret_is_told_from_a_dead_login_and_touches_no_login() {
    let app = TestApp::start_with(&[CALLBACK]).await;
    let mia = app.logged_in("mia").await;
    app.sandbox.rotate_secret("sandbox-client", "another");
    let report = check(&app, &[]).await;
    let (mark, text, advice) = wrong(&report, "client secret");
    assert_eq!(mark, Mark::Problem);
    insta::assert_snapshot!(text, @r"Atlassian does not accept ATLASSIAN_CLIENT_ID with ATLASSIAN_CLIENT_SECRET: logins and renewals fail");
    insta::assert_snapshot!(advice, @r"https://developer.atlassian.com/console/myapps/ -> your app -> Settings -> Authentication details: copy Client ID and Secret again; nobody has to log in again");
    assert_eq!(mia.get("/connectors/jira/projects").await.status, 200);
    let report = check(&app, &[("ATLASSIAN_CLIENT_SECRET", "another")]).await;
    assert_eq!(report.count(Mark::Problem), 0, "{report}");
}

#[tokio::test]
async fn an_id_without_a_secret_is_a_warning() {
    let app = TestApp::start_with(&[CALLBACK]).await;
    let report = check(&app, &[("ATLASSIAN_CLIENT_SECRET", "")]).await;
    let (mark, text, _) = wrong(&report, "client secret");
    assert_eq!(mark, Mark::Warning);
    assert!(
        text.starts_with("ATLASSIAN_CLIENT_SECRET is not set"),
        "{text}"
    );
}

#[tokio::test]
async fn a_callback_url_that_differs_is_named_with_the_field_in_the_console() {
    let app = TestApp::start_with(&[CALLBACK]).await;
    console(&app, |entry| {
        entry.redirect_uris = vec![String::from("http://localhost:3001/auth/callback")];
    });
    let report = check(&app, &[]).await;
    let (mark, text, advice) = wrong(&report, "callback URL");
    assert_eq!(mark, Mark::Problem);
    insta::assert_snapshot!(text, @r"Atlassian refuses http://localhost:3001/auth/atlassian/callback (atlassian, jira, confluence): logins cannot finish");
    insta::assert_snapshot!(advice, @r"https://developer.atlassian.com/console/myapps/ -> your app -> Authorization -> OAuth 2.0 (3LO) -> Callback URL: it must be http://localhost:3001/auth/atlassian/callback, letter by letter; or set ATLASSIAN_REDIRECT_URI to what stands there");
}

#[tokio::test]
async fn logins_with_callback_urls_of_their_own_are_warned_of_when_one_works() {
    let app = TestApp::start().await;
    console(&app, |_| {});
    let report = check(&app, &[]).await;
    assert_eq!(report.count(Mark::Problem), 0, "{report}");
    let (mark, text, advice) = wrong(&report, "callback URL");
    assert_eq!(mark, Mark::Warning);
    assert!(text.ends_with("/auth/jira/callback (jira): this login does not work"));
    assert!(advice.contains("set ATLASSIAN_REDIRECT_URI"), "{advice}");
}

#[tokio::test]
async fn a_callback_url_that_nobody_answers_is_a_problem() {
    let app = TestApp::start().await;
    let changes = [("ATLASSIAN_REDIRECT_URI", "http://localhost:3001/oauth/done")];
    let report = check(&app, &changes).await;
    let (mark, text, _) = wrong(&report, "callback URL");
    assert_eq!(mark, Mark::Problem);
    assert!(text.contains("no callback at /oauth/done"), "{text}");
    let changes = [(
        "ATLASSIAN_REDIRECT_URI",
        "http://127.0.0.1:3001/auth/atlassian/callback",
    )];
    let report = check(&app, &changes).await;
    let (_, text, _) = wrong(&report, "callback URL");
    assert!(
        text.contains("at another address than this service"),
        "{text}"
    );
}

#[tokio::test]
async fn scopes_that_are_not_enabled_are_named_one_by_one() {
    let app = TestApp::start_with(&[CALLBACK]).await;
    console(&app, |entry| {
        let all = DEFAULT_SCOPES.split_whitespace();
        let but = all.filter(|scope| !matches!(*scope, "write:jira-work" | "search:confluence"));
        entry.scopes = but.map(str::to_owned).collect();
    });
    let report = check(&app, &[]).await;
    let (mark, text, advice) = wrong(&report, "scopes");
    assert_eq!(mark, Mark::Problem);
    assert_eq!(
        text,
        "not enabled for the app: write:jira-work search:confluence"
    );
    assert!(advice.contains("-> Permissions: "), "{advice}");
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_named_with_its_distance() {
    let app = TestApp::start_with(&[CALLBACK]).await;
    app.clock.advance(Duration::from_secs(30));
    let (mark, text, _) = wrong(&check(&app, &[]).await, "clock");
    assert_eq!(mark, Mark::Warning);
    assert!(text.ends_with("seconds ahead of Atlassian's"), "{text}");
    app.clock.advance(Duration::from_mins(10));
    assert_eq!(wrong(&check(&app, &[]).await, "clock").0, Mark::Problem);
}

#[tokio::test]
async fn cookies_that_cannot_work_with_the_frontend_are_warned_of() {
    let app = TestApp::start().await;
    let address = |frontend: &'static str, public: &'static str| {
        [("APP_FRONTEND_URL", frontend), ("PUBLIC_BASE_URL", public)]
    };
    for (frontend, public, says) in [
        (
            "https://app.other.example",
            "https://ib.acme.example",
            "is on another site",
        ),
        (
            "http://app.acme.example",
            "https://ib.acme.example",
            "is http and this service https",
        ),
        (
            "http://127.0.0.1:5173",
            "http://localhost:3001",
            "is on another site",
        ),
    ] {
        let report = check(&app, &address(frontend, public)).await;
        let (mark, text, _) = wrong(&report, &format!("frontend {frontend}"));
        assert_eq!(mark, Mark::Warning);
        assert!(text.starts_with(says), "{frontend}: {text}");
    }
    let mut third_party = address("https://app.other.example", "https://ib.acme.example").to_vec();
    third_party.push(("SESSION_SAMESITE", "none"));
    let report = check(&app, &third_party).await;
    let (_, text, _) = wrong(&report, "frontend https://app.other.example");
    assert!(text.contains("third-party cookie"), "{text}");
    let report = check(
        &app,
        &address("https://app.acme.example", "https://ib.acme.example"),
    )
    .await;
    assert!(
        report
            .section("Address")
            .unwrap()
            .to_string()
            .contains("the session cookie works")
    );
    let report = check(&app, &[("SESSION_SAMESITE", "none")]).await;
    assert_eq!(wrong(&report, "session cookie").0, Mark::Warning);
    let report = check(&app, &[("PUBLIC_BASE_URL", "http://ib.acme.example")]).await;
    assert_eq!(wrong(&report, "public address").0, Mark::Problem);
}
