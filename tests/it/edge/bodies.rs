//! Bodies of requests: their media type, size, depth and values.

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use rstest::rstest;
use serde_json::json;
use tower::ServiceExt;

use crate::edge::envelope::assert_common_headers;
use crate::login::api_token::login;
use crate::support::TestApp;

const MIB: usize = 1024 * 1024;

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
async fn a_byte_order_mark_before_the_json_is_ignored() {
    let app = TestApp::start().await;
    let json = [("content-type", "application/json")];
    let body = format!("\u{feff}{}", login("classic-token-mia"));
    let answer = app
        .browser()
        .send("POST", "/auth/jira/api-token", &json, Some(body))
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
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
async fn numbers_and_truth_values_may_stand_as_texts_as_in_a_query() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let search =
        |most: serde_json::Value| json!({"jql": "project in (WEB, APP, OPS)", "max_results": most});
    for most in [json!(2), json!("2")] {
        let found = browser.post("/api/jira/search", search(most)).await;
        assert_eq!(found.status, 200, "{}", found.body);
        assert_eq!(found.json()["issues"].as_array().unwrap().len(), 2);
    }
    for (most, why) in [
        (json!("two"), "max_results must be a number"),
        (json!(true), "max_results must be a number"),
        (json!("1001"), "max_results must be between 1 and 1000"),
    ] {
        let refused = browser.post("/api/jira/search", search(most)).await;
        refused.assert_invalid(&["max_results"], why);
        assert_eq!(refused.json()["message"], why);
    }
    let path = "/connectors/jira/connection";
    let renewed = browser.patch(path, json!({"rotate": "true"})).await;
    assert_eq!(renewed.status, 200, "{}", renewed.body);
    let path = "/connectors/jira/issues/WEB-1";
    for (replace, status) in [("False", 200), ("yes", 422)] {
        let change = json!({"summary": "Renamed", "replace": replace});
        let answer = browser.put(path, change).await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
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
        answer.assert_invalid(&[field], "");
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
async fn unknown_fields_are_refused_by_name() {
    let app = TestApp::start().await;
    let body = json!({
        "email": "mia@example.com", "api_token": "classic-token-mia", "site": "acme", "remember_me": true,
    });
    let refused = app.browser().post("/auth/jira/api-token", body).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert_eq!(refused.json()["details"]["fields"], json!(["remember_me"]));
    assert!(
        refused.body.contains("known are email, api_token, site"),
        "{}",
        refused.body
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
    let headers = [("content-type", media_type)];
    let body = login("classic-token-mia");
    let answer = app
        .browser()
        .post_with("/auth/jira/api-token", &headers, &body)
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
    let headers = [("content-type", media_type)];
    let body = login("classic-token-mia");
    let answer = app
        .browser()
        .post_with("/auth/jira/api-token", &headers, &body)
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
