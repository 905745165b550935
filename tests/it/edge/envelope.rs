//! What every answer has in common: the error envelope, request ids, headers, limits.

use std::time::Duration;

use axum::Router;
use axum::routing::get;
use integration_backend::http::edge::inside_the_edge;
use rstest::rstest;

use crate::support::{Answer, Browser, TestApp};

pub(crate) fn assert_common_headers(answer: &Answer) {
    assert!(!answer.header("x-request-id").is_empty());
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("cache-control"), "no-store");
}

#[rstest]
#[case::unknown("GET", "/no/such/path", 404, "NOT_FOUND")]
#[case::slash("GET", "/health/", 404, "NOT_FOUND")]
#[case::dots("GET", "/auth/../health", 404, "NOT_FOUND")]
#[case::unknown_file("GET", "/docs/no-such-file.js", 404, "NOT_FOUND")]
#[case::method("POST", "/health", 405, "VALIDATION")]
#[case::put("PUT", "/connectors", 405, "VALIDATION")]
#[case::made_up("BREW", "/connectors", 405, "VALIDATION")]
#[case::nobody("GET", "/api/atlassian/resources", 401, "UNAUTHORIZED")]
#[case::query("GET", "/auth/jira/login?redirect=7", 422, "VALIDATION")]
#[tokio::test]
async fn every_refusal_is_an_envelope(
    #[case] method: &str,
    #[case] path: &str,
    #[case] status: u16,
    #[case] code: &str,
) {
    let app = TestApp::start().await;
    let answer = app.browser().send(method, path, &[], None).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (status, code)
    );
    assert_common_headers(&answer);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("allow").is_empty(), status != 405);
    let known = [
        "status",
        "code",
        "message",
        "detail",
        "retry_after",
        "details",
        "request_id",
    ];
    for field in answer.json().as_object().unwrap().keys() {
        assert!(known.contains(&field.as_str()), "{field}");
    }
}

#[tokio::test]
async fn successes_have_the_common_headers_too() {
    let app = TestApp::start().await;
    for path in [
        "/",
        "/healthz",
        "/auth/session",
        "/connectors",
        "/login",
        "/auth/jira/login",
    ] {
        assert_common_headers(&app.browser().get(path).await);
    }
    assert_common_headers(&app.browser().send("POST", "/auth/logout", &[], None).await);
}

/// Files of the program are the same for everybody and change with it only: whoever has one gets it no second time.
#[rstest]
#[case("/openapi.json", "no-cache")]
#[case("/docs", "no-cache")]
#[case("/docs/swagger-ui.css", "max-age=3600")]
#[case("/static/pages.css", "public, max-age=300")]
#[case("/static/parts/call.js", "public, max-age=300")]
#[case("/favicon.ico", "public, max-age=300")]
#[tokio::test]
async fn a_file_that_is_known_is_not_sent_again(#[case] path: &str, #[case] caching: &str) {
    let app = TestApp::start().await;
    let first = app.browser().get(path).await;
    assert_eq!(first.status, 200);
    assert_eq!(first.header("cache-control"), caching);
    let tag = first.header("etag");
    assert!(tag.starts_with('"') && !first.body.is_empty(), "{tag}");
    for known in [tag, "*", &format!("\"other\", W/{tag}")] {
        let again = [("if-none-match", known)];
        let answer = app.browser().get_with(path, &again).await;
        assert_eq!((answer.status, answer.body.as_str()), (304, ""), "{known}");
        assert_eq!(answer.header("etag"), tag);
        assert_eq!(answer.header("cache-control"), caching);
        assert_eq!(answer.header("content-type"), "");
    }
    let other = [("if-none-match", "\"other\"")];
    let answer = app.browser().get_with(path, &other).await;
    assert_eq!((answer.status, answer.body), (200, first.body));
}

#[tokio::test]
async fn head_answers_like_get_without_a_body() {
    let app = TestApp::start().await;
    for path in [
        "/",
        "/health",
        "/healthz",
        "/ready",
        "/ready/process",
        "/connectors",
        "/auth/session",
        "/openapi.json",
        "/login",
    ] {
        let answer = app.browser().send("HEAD", path, &[], None).await;
        assert_eq!((answer.status, answer.body.as_str()), (200, ""), "{path}");
    }
}

#[rstest]
#[case::plain("abc-DEF_1.2", true)]
#[case::longest(&"x".repeat(128), true)]
#[case::too_long(&"x".repeat(129), false)]
#[case::empty("", false)]
#[case::space("a b", false)]
#[case::markup("<script>", false)]
#[case::quote("a\"b", false)]
#[case::tab("a\tb", false)]
#[tokio::test]
async fn a_request_id_is_echoed_if_it_is_plain_and_replaced_if_not(
    #[case] given: &str,
    #[case] echoed: bool,
) {
    let app = TestApp::start().await;
    for path in ["/health", "/no/such/path"] {
        let answer = app
            .browser()
            .get_with(path, &[("x-request-id", given)])
            .await;
        assert_eq!(answer.header("x-request-id") == given, echoed);
        assert!(!answer.header("x-request-id").is_empty());
        assert_eq!(answer.headers.get_all("x-request-id").iter().count(), 1);
    }
}

#[tokio::test]
async fn two_requests_have_different_ids() {
    let app = TestApp::start().await;
    let (one, other) = (
        app.browser().get("/health").await,
        app.browser().get("/health").await,
    );
    assert_ne!(one.header("x-request-id"), other.header("x-request-id"));
}

#[tokio::test]
async fn an_address_without_end_is_refused_in_the_envelope() {
    let app = TestApp::start().await;
    let long = format!("/health?x={}", "a".repeat(20_000));
    let answer = app.browser().get(&long).await;
    assert_eq!(
        (answer.status, answer.error_code()),
        (414, "VALIDATION".into())
    );
}

#[tokio::test]
async fn unknown_addresses_and_methods_come_before_the_credential() {
    let app = TestApp::start().await;
    for bad in [
        ("x-session-token", "ibs_wrong"),
        ("authorization", "Bearer x"),
    ] {
        assert_eq!(
            app.browser().get_with("/no/such/path", &[bad]).await.status,
            404
        );
        assert_eq!(
            app.browser()
                .send("PUT", "/connectors", &[bad], None)
                .await
                .status,
            405
        );
    }
}

#[tokio::test]
async fn times_are_rfc_3339_in_utc() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    let list = browser.get("/connectors").await.json();
    for field in ["expires_at", "refreshed_at"] {
        let text = list[0][field].as_str().unwrap();
        let shape: String = text
            .chars()
            .map(|c| if c.is_ascii_digit() { '0' } else { c })
            .collect();
        assert_eq!(shape, "0000-00-00T00:00:00Z", "{text}");
    }
}

pub(crate) async fn broken() {
    panic!("the secret word is swordfish");
}

#[tokio::test]
async fn a_handler_that_panics_or_never_ends_is_answered_in_the_envelope() {
    let app = TestApp::start().await;
    let routes = Router::new()
        .route("/broken", get(broken))
        .route("/endless", get(std::future::pending::<()>));
    let soon = Duration::from_millis(50);
    let browser = Browser::new(inside_the_edge(routes, app.app.state(), soon));
    let panicked = browser.get("/broken").await;
    assert_eq!(
        (panicked.status, panicked.error_code().as_str()),
        (500, "INTERNAL_ERROR")
    );
    assert!(!panicked.body.contains("swordfish"));
    let given_up = browser.get("/endless").await;
    assert_eq!(
        (given_up.status, given_up.error_code().as_str()),
        (503, "INTERNAL_ERROR")
    );
    assert_eq!(given_up.header("retry-after"), "5");
}
