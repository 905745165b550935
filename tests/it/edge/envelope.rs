//! What every answer has in common: the error envelope, request ids, headers, limits.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::routing::get;
use http_body_util::BodyExt;
use integration_backend::http::edge::inside_the_edge;
use rstest::rstest;
use serde_json::json;
use tower::ServiceExt;

use crate::support::{Answer, Browser, TestApp};

const MIB: usize = 1024 * 1024;

fn assert_common_headers(answer: &Answer) {
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
        "/openapi.json",
        "/login",
        "/auth/jira/login",
    ] {
        assert_common_headers(&app.browser().get(path).await);
    }
    assert_common_headers(&app.browser().send("POST", "/auth/logout", &[], None).await);
}

#[tokio::test]
async fn head_answers_like_get_without_a_body() {
    let app = TestApp::start().await;
    for path in [
        "/",
        "/health",
        "/healthz",
        "/ready",
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

#[rstest]
#[case::empty("")]
#[case::cut("{\"email\":")]
#[case::words("email=mia&api_token=secret-value")]
#[case::trailing("{} {}")]
#[case::comma("{\"email\":\"a\",}")]
#[case::nan("{\"email\":NaN}")]
#[tokio::test]
async fn a_body_that_is_not_json_is_400_and_never_echoed(#[case] body: &str) {
    let app = TestApp::start().await;
    let json = [("content-type", "application/json")];
    let answer = app
        .browser()
        .send("POST", "/auth/jira/api-token", &json, Some(body.to_owned()))
        .await;
    assert_eq!(
        (answer.status, answer.error_code()),
        (400, "VALIDATION".into()),
        "{}",
        answer.body
    );
    assert!(!answer.body.contains("secret"));
}

#[tokio::test]
async fn a_body_nested_without_end_is_refused() {
    let app = TestApp::start().await;
    let deep = "[".repeat(100_000);
    let answer = app
        .browser()
        .send("POST", "/auth/jira/api-token", &[], Some(deep))
        .await;
    assert!(matches!(answer.status, 400 | 422), "{}", answer.status);
    answer.error_code();
}

#[tokio::test]
async fn a_value_of_the_wrong_type_is_422_names_the_field_and_never_echoes_the_value() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for (field, body) in [
        ("email", json!({ "email": 4711, "api_token": "t" })),
        (
            "api_token",
            json!({ "email": "e", "api_token": ["secret-value"] }),
        ),
        (
            "site",
            json!({ "email": "e", "api_token": "t", "site": { "secret-value": true } }),
        ),
        ("api_token", json!({ "email": "e" })),
    ] {
        let answer = browser.post("/auth/jira/api-token", body).await;
        assert_eq!(
            (answer.status, answer.error_code()),
            (422, "VALIDATION".into())
        );
        assert_eq!(answer.json()["details"]["fields"], json!([field]));
        assert!(
            !answer.body.contains("secret-value") && !answer.body.contains("4711"),
            "{}",
            answer.body
        );
    }
    let twice = String::from(r#"{"email":"a","email":"secret-value","api_token":"t"}"#);
    let answer = browser
        .send("POST", "/auth/jira/api-token", &[], Some(twice))
        .await;
    assert_eq!(answer.status, 422);
    assert!(!answer.body.contains("secret-value"));
}

#[tokio::test]
async fn unknown_fields_are_ignored() {
    let app = TestApp::start().await;
    let body = json!({
        "email": "mia@example.com", "api_token": "classic-token-mia", "site": "acme", "remember_me": true,
    });
    assert_eq!(
        app.browser()
            .post("/auth/jira/api-token", body)
            .await
            .status,
        200
    );
}

#[rstest]
#[case("text/plain")]
#[case("application/x-www-form-urlencoded")]
#[case("multipart/form-data; boundary=x")]
#[case("application/jsonp")]
#[case("")]
#[tokio::test]
async fn a_body_of_another_media_type_is_415(#[case] media_type: &str) {
    let app = TestApp::start().await;
    let body = r#"{"email":"mia@example.com","api_token":"classic-token-mia","site":"acme"}"#;
    let headers = [("content-type", media_type)];
    let answer = app
        .browser()
        .send(
            "POST",
            "/auth/jira/api-token",
            &headers,
            Some(body.to_owned()),
        )
        .await;
    assert_eq!(
        (answer.status, answer.error_code()),
        (415, "VALIDATION".into())
    );
    app.assert_nothing_sent();
}

#[rstest]
#[case("application/json")]
#[case("application/json; charset=utf-8")]
#[case("Application/JSON")]
#[tokio::test]
async fn json_may_be_written_in_any_case_and_with_a_charset(#[case] media_type: &str) {
    let app = TestApp::start().await;
    let body = r#"{"email":"mia@example.com","api_token":"classic-token-mia","site":"acme"}"#;
    let headers = [("content-type", media_type)];
    let answer = app
        .browser()
        .send(
            "POST",
            "/auth/jira/api-token",
            &headers,
            Some(body.to_owned()),
        )
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn a_post_without_a_body_needs_no_content_type() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    assert_eq!(
        browser
            .send("POST", "/api/oauth/atlassian/refresh", &[], None)
            .await
            .status,
        200
    );
    assert_eq!(
        browser.send("POST", "/auth/logout", &[], None).await.status,
        204
    );
}

#[tokio::test]
async fn a_body_over_one_mebibyte_is_413_whether_its_length_is_announced_or_not() {
    let app = TestApp::start().await;
    let json = |size: usize| format!("{{\"email\":\"{}\"}}", "a".repeat(size - 12));
    let announced = [
        ("content-length", "1048577"),
        ("content-type", "application/json"),
    ];
    let large = app
        .browser()
        .send(
            "POST",
            "/auth/jira/api-token",
            &announced,
            Some(json(MIB + 1)),
        )
        .await;
    assert_eq!(
        (large.status, large.error_code()),
        (413, "VALIDATION".into())
    );
    assert_common_headers(&large);
    let chunk = axum::body::Bytes::from(vec![b' '; 64 * 1024]);
    let chunks = (0..17).map(move |_| Ok::<_, std::io::Error>(chunk.clone()));
    let request = Request::post("/auth/jira/api-token")
        .header("host", "localhost:3001")
        .header("content-type", "application/json")
        .body(Body::from_stream(futures_util::stream::iter(chunks)))
        .unwrap();
    let response = app.router().oneshot(request).await.unwrap();
    assert_eq!(response.status().as_u16(), 413);
    let body = response.into_body().collect().await.unwrap().to_bytes();
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(body["code"], "VALIDATION");
    let fits = app
        .browser()
        .post(
            "/auth/jira/api-token",
            serde_json::from_str(&json(MIB)).unwrap(),
        )
        .await;
    assert_eq!(fits.status, 422, "read in full; its token is missing");
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

async fn broken() {
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
