//! Which web pages may read our answers (CORS) and act with a person's cookie (CSRF).

use rstest::rstest;

use crate::support::app::{FRONTEND, ORIGIN};
use crate::support::{Answer, TestApp};

const EVIL: &str = "https://evil.example";

/// What an answer lets a page of another origin do: the allowed origin, and whether with cookies.
fn allowed(answer: &Answer) -> (&str, &str) {
    assert!(vary(answer).contains(&"Origin"), "Vary: Origin always");
    (
        answer.header("access-control-allow-origin"),
        answer.header("access-control-allow-credentials"),
    )
}

fn vary(answer: &Answer) -> Vec<&str> {
    let values = answer.headers.get_all("vary").iter();
    values.map(|value| value.to_str().unwrap()).collect()
}

#[rstest]
#[case::listed(FRONTEND, (FRONTEND, "true"))]
#[case::listed_address("http://127.0.0.1:3000", ("http://127.0.0.1:3000", "true"))]
#[case::own(ORIGIN, (ORIGIN, "true"))]
#[case::other(EVIL, ("*", ""))]
#[case::null("null", ("", ""))]
#[case::longer("http://localhost:3000.evil.example", ("*", ""))]
#[case::other_port("http://localhost:30000", ("*", ""))]
#[case::other_scheme("https://localhost:3000", ("*", ""))]
#[case::upper_case("HTTP://LOCALHOST:3000", ("*", ""))]
#[tokio::test]
async fn by_default_the_frontend_may_use_cookies_and_others_read_without(
    #[case] origin: &str,
    #[case] expected: (&str, &str),
) {
    let app = TestApp::start().await;
    for path in [
        "/health",
        "/connectors",
        "/no/such/path",
        "/api/atlassian/resources",
        "/login",
        "/openapi.json",
    ] {
        let answer = app.browser().get_with(path, &[("origin", origin)]).await;
        assert_eq!(allowed(&answer), expected, "{path}");
    }
    let none = app.browser().get("/health").await;
    assert_eq!(allowed(&none), ("", ""));
}

/// What a page of this origin gets from a route for everybody.
async fn health(app: &TestApp, origin: &str) -> Answer {
    let headers = [("origin", origin)];
    app.browser().get_with("/health", &headers).await
}

#[tokio::test]
async fn a_list_replaces_the_star() {
    let app = TestApp::start_with(&[("CORS_ORIGINS", "https://app.example")]).await;
    assert_eq!(
        allowed(&health(&app, "https://app.example").await),
        ("https://app.example", "true")
    );
    assert_eq!(allowed(&health(&app, EVIL).await), ("", ""));
    assert_eq!(allowed(&health(&app, "null").await), ("", ""));
}

#[tokio::test]
async fn a_star_in_the_list_never_gives_credentials_to_others() {
    let app = TestApp::start_with(&[("CORS_ORIGINS", "*,https://app.example")]).await;
    assert_eq!(
        allowed(&health(&app, "https://app.example").await),
        ("https://app.example", "true")
    );
    assert_eq!(allowed(&health(&app, EVIL).await), ("*", ""));
}

#[tokio::test]
async fn a_preflight_needs_no_credential_and_names_what_is_allowed() {
    let app = TestApp::start().await;
    for path in [
        "/connectors/jira/connection",
        "/auth/jira/api-token",
        "/no/such/path",
    ] {
        let headers = [
            ("origin", FRONTEND),
            ("access-control-request-method", "PATCH"),
            (
                "access-control-request-headers",
                "content-type,x-session-token",
            ),
        ];
        let answer = app.browser().send("OPTIONS", path, &headers, None).await;
        assert_eq!((answer.status, answer.body.as_str()), (204, ""));
        assert_eq!(allowed(&answer), (FRONTEND, "true"));
        assert_eq!(
            answer.header("access-control-allow-methods"),
            "GET, HEAD, POST, PUT, PATCH, DELETE"
        );
        assert_eq!(
            answer.header("access-control-allow-headers"),
            "Content-Type, Authorization, X-Session-Token, X-Tenant-Id, X-Request-Id, Idempotency-Key, If-Match, MCP-Protocol-Version, Mcp-Method, Mcp-Name, Mcp-Session-Id, Last-Event-ID, X-MCP-Toolsets, X-MCP-Readonly, traceparent, tracestate, baggage, sentry-trace"
        );
        assert_eq!(answer.header("access-control-max-age"), "600");
    }
    let null = [("origin", "null"), ("access-control-request-method", "GET")];
    let answer = app
        .browser()
        .send("OPTIONS", "/connectors", &null, None)
        .await;
    assert_eq!(allowed(&answer), ("", ""));
    assert_eq!(answer.header("access-control-allow-methods"), "");
}

#[tokio::test]
async fn pages_may_read_the_headers_of_our_answers() {
    let app = TestApp::start().await;
    for origin in [FRONTEND, EVIL] {
        let answer = app
            .browser()
            .get_with("/health", &[("origin", origin)])
            .await;
        assert_eq!(
            answer.header("access-control-expose-headers"),
            "X-Session-Token, X-Request-Id, X-Next-Cursor, Link, Retry-After, Location, ETag, Idempotent-Replayed, WWW-Authenticate, MCP-Protocol-Version"
        );
    }
}

/// Everything a browser may be made to send with a person's cookie that changes something.
const WRITES: [(&str, &str, Option<&str>); 5] = [
    ("DELETE", "/connectors/jira/connection", None),
    (
        "PATCH",
        "/connectors/jira/connection",
        Some(r#"{"rotate":true}"#),
    ),
    ("POST", "/api/oauth/atlassian/refresh", None),
    ("POST", "/auth/logout", None),
    (
        "POST",
        "/auth/jira/api-token",
        Some(r#"{"email":"mia@example.com","api_token":"classic-token-mia","site":"acme"}"#),
    ),
];

#[rstest]
#[case::origin(&[("origin", EVIL)])]
#[case::null(&[("origin", "null")])]
#[case::origin_beats_fetch_site(&[("origin", EVIL), ("sec-fetch-site", "same-origin")])]
#[case::cross_site(&[("sec-fetch-site", "cross-site")])]
#[case::same_site(&[("sec-fetch-site", "same-site")])]
#[case::form(&[("origin", EVIL), ("content-type", "text/plain")])]
#[tokio::test]
async fn a_foreign_page_cannot_write_with_a_persons_cookie(#[case] headers: &[(&str, &str)]) {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    app.sandbox.clear_journal();
    for (method, path, body) in WRITES {
        let answer = browser
            .send(method, path, headers, body.map(str::to_owned))
            .await;
        assert_eq!(
            (answer.status, answer.error_code()),
            (403, "FORBIDDEN".into()),
            "{method} {path}"
        );
    }
    app.assert_nothing_sent();
    assert_eq!(app.rows("sessions").await, 1);
    assert_eq!(app.rows("connections").await, 2);
}

#[rstest]
#[case::own(&[("origin", ORIGIN), ("sec-fetch-site", "same-origin")])]
#[case::listed(&[("origin", FRONTEND), ("sec-fetch-site", "same-site")])]
#[case::same_origin(&[("sec-fetch-site", "same-origin")])]
#[case::typed(&[("sec-fetch-site", "none")])]
#[case::program(&[])]
#[tokio::test]
async fn our_own_and_listed_pages_and_programs_can_write(#[case] headers: &[(&str, &str)]) {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    for (method, path, body) in WRITES {
        let answer = browser
            .send(method, path, headers, body.map(str::to_owned))
            .await;
        // Without Jira's connection there is nothing to rotate.
        let expected = if method == "PATCH" { 409 } else { 204 };
        assert!(
            answer.status <= 204 || answer.status == expected,
            "{method} {path}: {}",
            answer.body
        );
    }
}

#[tokio::test]
async fn an_explicit_token_is_no_ambient_authority_so_its_page_does_not_matter() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    let token = browser.cookie("ib_session").unwrap();
    let headers = [
        ("x-session-token", token.as_str()),
        ("origin", EVIL),
        ("sec-fetch-site", "cross-site"),
    ];
    let program = app.browser();
    for (method, path) in [
        ("POST", "/api/oauth/atlassian/refresh"),
        ("DELETE", "/connectors/jira/connection"),
        ("POST", "/auth/logout"),
    ] {
        let answer = program.send(method, path, &headers, None).await;
        assert!(answer.status < 300, "{method} {path}: {}", answer.body);
        assert_eq!(allowed(&answer), ("*", ""));
    }
}

#[tokio::test]
async fn reading_with_a_cookie_from_a_foreign_page_works_but_the_page_cannot_see_it() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    let answer = browser.get_with("/auth/session", &[("origin", EVIL)]).await;
    assert_eq!(answer.status, 200);
    // A browser hides an answer to a request with cookies unless credentials are allowed.
    assert_eq!(allowed(&answer), ("*", ""));
}

#[tokio::test]
async fn a_foreign_page_cannot_log_anybody_out_even_without_their_cookie() {
    let app = TestApp::start().await;
    let headers = [
        ("origin", "https://evil.example"),
        ("sec-fetch-site", "cross-site"),
    ];
    let answer = app
        .browser()
        .send("POST", "/auth/logout", &headers, None)
        .await;
    assert_eq!(answer.status, 204);
    assert_eq!(answer.header("set-cookie"), "");
}

#[tokio::test]
async fn on_https_no_origin_of_this_machine_is_listed_by_default() {
    let settings = [("PUBLIC_BASE_URL", "https://ib.example")];
    let app = TestApp::start_with(&settings).await;
    assert_eq!(allowed(&health(&app, FRONTEND).await), ("*", ""));
    let path = "/auth/jira/login?return_url=http%3A%2F%2Flocalhost%3A3000%2F";
    let browser = app.browser().at("ib.example").on_https();
    assert_eq!(browser.get(path).await.status, 400);
}

#[tokio::test]
async fn two_origins_are_refused() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    for origins in [[FRONTEND, EVIL], [EVIL, FRONTEND], [FRONTEND, FRONTEND]] {
        let headers = origins.map(|origin| ("origin", origin));
        let path = "/api/oauth/atlassian/refresh";
        let answer = mia.send("POST", path, &headers, None).await;
        assert_eq!(answer.status, 400, "{origins:?}: {}", answer.body);
        assert_eq!(mia.get_with("/health", &headers).await.status, 400);
    }
}

#[tokio::test]
async fn a_cookie_of_ours_that_stands_twice_is_refused() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let good = mia.cookie("ib_session").unwrap();
    let state = "jira_oauth_state=x; jira_oauth_state=y";
    for cookies in [
        format!("ib_session={good}; ib_session=ibs_planted"),
        format!("ib_session=ibs_planted; a=b; ib_session={good}"),
        format!("ib_session={good};ib_session={good}"),
        state.to_owned(),
    ] {
        let headers = [("cookie", cookies.as_str())];
        let answer = mia.get_with("/auth/session", &headers).await;
        assert_eq!(answer.status, 400, "{cookies}: {}", answer.body);
        assert!(answer.json()["message"].as_str().unwrap().contains("twice"));
    }
    let split = [
        ("cookie", format!("ib_session={good}")),
        ("cookie", String::from("ib_session=x")),
    ];
    let split = split
        .each_ref()
        .map(|(name, value)| (*name, value.as_str()));
    assert_eq!(mia.get_with("/auth/session", &split).await.status, 400);
    // Of somebody else's cookies nothing depends.
    let others = format!("theme=1; theme=2; ib_session={good}");
    let answer = mia.get_with("/auth/session", &[("cookie", &others)]).await;
    assert_eq!(answer.json()["authenticated"], true);
}
