//! Bodies that break off, drip or never end: nobody takes half an answer for a whole one, and nothing hangs.

use std::time::Duration;

use axum::body::Body;
use http_body_util::BodyExt;
use tower::ServiceExt;

use super::fixture::{Client, key_of};
use crate::support::TestApp;
use crate::support::faults::on_api;
use crate::support::upstream::{Raw, RawUpstream};
use atlassian_sandbox::FaultAction;
use integration_backend::model::api_key::KeyScope;

/// A gateway in front of a server that answers byte for byte what it is told to.
async fn in_front_of(upstream: &RawUpstream) -> (TestApp, integration_backend::app::App, String) {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let key = key_of(&app, &mia, &[KeyScope::Read, KeyScope::Write]).await;
    let url = upstream.url();
    let process = app
        .another_process_with(&[("ATLASSIAN_API_URL", &url)])
        .await;
    (app, process, key)
}

async fn asked(
    process: &integration_backend::app::App,
    key: &str,
    path: &str,
) -> axum::response::Response {
    let request = axum::http::Request::get(path)
        .header("host", "localhost:3001")
        .header("authorization", key)
        .body(Body::empty())
        .unwrap();
    process.router().oneshot(request).await.unwrap()
}

const MYSELF: &str = "/ex/jira/-/rest/api/3/myself";

#[tokio::test]
async fn an_answer_that_breaks_off_breaks_off() {
    let upstream = RawUpstream::start().await;
    let (_app, process, key) = in_front_of(&upstream).await;
    for head in ["content-length: 500", "transfer-encoding: chunked"] {
        let body = if head.contains("chunked") {
            "10\r\n{\"self\":\"https:/\r\n"
        } else {
            "{\"self\":\"https:/"
        };
        let bytes =
            format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n{head}\r\n\r\n{body}");
        upstream.answer([Raw::Bytes(bytes.into_bytes())]);
        let answer = asked(&process, &key, MYSELF).await;
        assert_eq!(answer.status(), 200);
        assert!(answer.into_body().collect().await.is_err(), "{head}");
    }
}

#[tokio::test]
async fn an_answer_passes_while_it_still_comes() {
    let upstream = RawUpstream::start().await;
    let (_app, process, key) = in_front_of(&upstream).await;
    let part = vec![b' '; 64 * 1024];
    let head =
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000000000\r\n\r\n";
    upstream.answer([Raw::Endless(head.to_vec(), part, Duration::from_millis(1))]);
    let answer = asked(&process, &key, MYSELF).await;
    let mut body = answer.into_body();
    let mut taken = 0;
    while taken < 4 * 1024 * 1024 {
        let frame = body.frame().await.unwrap().unwrap();
        taken += frame.data_ref().map_or(0, axum::body::Bytes::len);
    }
    drop(body);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let before = upstream.repeated();
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert!(
        upstream.repeated() - before < 40,
        "nobody reads it any more"
    );
}

#[tokio::test]
async fn a_compressed_answer_is_inflated_and_its_addresses_lead_here() {
    use std::io::Write;
    let upstream = RawUpstream::start().await;
    let (_app, process, key) = in_front_of(&upstream).await;
    let mut zip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zip.write_all(br#"{"self":"https://acme.atlassian.net/rest/api/3/user"}"#)
        .unwrap();
    let zip = zip.finish().unwrap();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\ncontent-length: {}\r\n\r\n",
        zip.len()
    );
    upstream.answer([Raw::Bytes([head.into_bytes(), zip].concat())]);
    let answer = asked(&process, &key, MYSELF).await;
    assert!(!answer.headers().contains_key("content-encoding"));
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(
        body.as_ref(),
        br#"{"self":"http://localhost:3001/ex/jira/-/rest/api/3/user"}"#
    );
    assert!(upstream.heads()[0].contains("accept-encoding: gzip"));
}

#[tokio::test]
async fn what_has_not_changed_is_told_without_a_body() {
    let upstream = RawUpstream::start().await;
    let (_app, process, key) = in_front_of(&upstream).await;
    let bytes = b"HTTP/1.1 304 Not Modified\r\netag: \"7\"\r\n\r\n";
    upstream.answer([Raw::Bytes(bytes.to_vec())]);
    let request = axum::http::Request::get(MYSELF)
        .header("host", "localhost:3001")
        .header("authorization", &key)
        .header("if-none-match", "\"7\"")
        .body(Body::empty())
        .unwrap();
    let answer = process.router().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 304);
    assert_eq!(answer.headers()["etag"], "\"7\"");
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    assert!(body.is_empty());
    assert!(upstream.heads()[0].contains("if-none-match: \"7\""));
}

#[tokio::test]
async fn a_part_of_a_file_is_asked_for_and_passed_as_it_is() {
    let upstream = RawUpstream::start().await;
    let (_app, process, key) = in_front_of(&upstream).await;
    let bytes = b"HTTP/1.1 206 Partial Content\r\ncontent-type: application/json\r\ncontent-range: bytes 0-9/100\r\netag: \"e\"\r\ncontent-length: 10\r\n\r\n\"self\":\"ht";
    upstream.answer([Raw::Bytes(bytes.to_vec())]);
    let request = axum::http::Request::get("/ex/jira/-/rest/api/3/attachment/content/1")
        .header("host", "localhost:3001")
        .header("authorization", &key)
        .header("range", "bytes=0-9")
        .header("if-range", "\"e\"")
        .body(Body::empty())
        .unwrap();
    let answer = process.router().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 206);
    assert_eq!(answer.headers()["content-range"], "bytes 0-9/100");
    assert_eq!(answer.headers()["content-length"], "10");
    assert_eq!(answer.headers()["etag"], "\"e\"");
    let body = answer.into_body().collect().await.unwrap().to_bytes();
    assert_eq!(body.as_ref(), b"\"self\":\"ht");
    assert!(upstream.heads()[0].contains("range: bytes=0-9"));
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_waited_for_no_longer_than_the_setting_says() {
    let client = Client::start_with(&[("UPSTREAM_TIMEOUT", "1")], &[KeyScope::Read]).await;
    client
        .app
        .sandbox
        .fault(on_api("/myself", FaultAction::Hang, None));
    let answer = client.get(MYSELF).await;
    super::fixture::assert_ours(&answer, 504, "VENDOR_ERROR");
}

#[tokio::test]
async fn an_upload_that_breaks_off_is_no_upload() {
    let client = Client::start().await;
    let parts = futures_util::stream::iter([
        Ok::<_, std::io::Error>(axum::body::Bytes::from("x".repeat(1000))),
        Err(std::io::Error::other("gone")),
    ]);
    let request = axum::http::Request::post("/ex/jira/-/rest/api/3/issue/WEB-1/attachments")
        .header("host", "localhost:3001")
        .header("authorization", &client.authorization)
        .header("content-type", "multipart/form-data; boundary=XX")
        .header("transfer-encoding", "chunked")
        .body(Body::from_stream(parts))
        .unwrap();
    let answer = client.app.router().oneshot(request).await.unwrap();
    assert!(answer.status().is_server_error(), "{}", answer.status());
    assert!(
        client
            .app
            .sandbox
            .journal()
            .iter()
            .all(|call| !call.path.ends_with("/attachments") || call.status != 200)
    );
}

#[tokio::test]
async fn an_answer_that_stops_coming_is_ended_after_a_minute() {
    let upstream = RawUpstream::start().await;
    let (_app, process, key) = in_front_of(&upstream).await;
    let head =
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{\"a\":";
    let stops = Raw::Endless(head.to_vec(), Vec::new(), Duration::from_hours(1));
    upstream.answer([stops]);
    let started = tokio::time::Instant::now();
    let answer = asked(&process, &key, MYSELF).await;
    assert_eq!(answer.status(), 200);
    let patience = Duration::from_secs(90);
    let whole = tokio::time::timeout(patience, answer.into_body().collect()).await;
    assert!(whole.unwrap().is_err(), "half an answer is none");
    let took = started.elapsed().as_secs();
    assert!((55..80).contains(&took), "{took}");
}
