//! Files on their way to Atlassian: sent once more with a newer token, and slow ones stand in nobody's way.

use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::http::Request;
use futures_util::stream;
use futures_util::{FutureExt, StreamExt};
use integration_backend::model::api_key::KeyScope;
use tower::ServiceExt;

use super::files::{BOUNDARY, form};
use super::fixture::{Client, assert_ours};
use crate::support::Answer;

const ATTACHMENTS: &str = "/ex/jira/-/rest/api/3/issue/WEB-1/attachments";
const MEBIBYTE: usize = 1024 * 1024;

fn upload(client: &Client, length: Option<usize>, body: Body) -> Request<Body> {
    let request = Request::post(ATTACHMENTS)
        .header("host", "localhost:3001")
        .header("authorization", &client.authorization)
        .header(BOUNDARY.0, BOUNDARY.1);
    let request = match length {
        Some(length) => request.header("content-length", length),
        None => request.header("transfer-encoding", "chunked"),
    };
    request.body(body).unwrap()
}

/// The body in parts, as it comes from a socket.
fn in_parts(text: &str) -> Body {
    let parts: Vec<Bytes> = text
        .as_bytes()
        .chunks(100_000)
        .map(Bytes::copy_from_slice)
        .collect();
    Body::from_stream(stream::iter(parts).map(Ok::<_, std::io::Error>))
}

/// The bodies that reached Atlassian's uploads.
fn arrived(client: &Client) -> Vec<(u16, usize)> {
    let journal = client.app.sandbox.journal();
    let uploads = journal
        .iter()
        .filter(|call| call.path.ends_with("/attachments"));
    uploads.map(|call| (call.status, call.body.len())).collect()
}

/// A form with a boundary of its own, as every try of a client has.
async fn try_upload(client: &Client, key: &str, boundary: &str, content: &str) -> Answer {
    let kind = format!("multipart/form-data; boundary=\"{boundary}\"");
    let body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\n\r\n{content}\r\n--{boundary}--\r\n"
    );
    let length = body.len().to_string();
    let headers = [
        ("content-type", kind.as_str()),
        ("content-length", length.as_str()),
        ("idempotency-key", key),
    ];
    client
        .send("POST", ATTACHMENTS, &headers, Some(&body))
        .await
}

#[tokio::test]
async fn a_file_that_is_sent_again_under_its_key_is_uploaded_once() {
    let client = Client::start().await;
    let first = try_upload(&client, "u1", "one", "Hello").await;
    assert_eq!(first.status, 200, "{}", first.body);
    let again = try_upload(&client, "u1", "another", "Hello").await;
    assert_eq!(
        (again.status, again.body.as_str()),
        (200, first.body.as_str())
    );
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(arrived(&client).len(), 1);
    let other = try_upload(&client, "u1", "one", "Other").await;
    assert_eq!(other.status, 422, "{}", other.body);
    assert_eq!(arrived(&client).len(), 1);
}

#[tokio::test]
async fn a_large_file_that_meets_a_dead_token_is_sent_once_more() {
    let client = Client::start().await;
    for known in [true, false] {
        client.app.sandbox.expire_access_tokens();
        client.app.sandbox.clear_journal();
        let body = form(&"x".repeat(9 * MEBIBYTE));
        let length = known.then_some(body.len());
        let request = upload(&client, length, in_parts(&body));
        let answer = client.app.router().oneshot(request).await.unwrap();
        assert_eq!(answer.status(), 200, "length told: {known}");
        assert_eq!(client.app.sandbox.refresh_calls(), 1);
        let arrived = arrived(&client);
        assert_eq!(arrived.len(), 2, "{arrived:?}");
        assert_eq!(arrived[1], (200, body.len()));
    }
}

#[tokio::test]
async fn a_file_that_atlassian_refuses_is_not_sent_again() {
    let client = Client::start().await;
    let body = form(&"x".repeat(2 * MEBIBYTE));
    let address = ATTACHMENTS.replace("WEB-1", "WEB-99999");
    let mut request = upload(&client, Some(body.len()), in_parts(&body));
    *request.uri_mut() = address.parse().unwrap();
    let answer = client.app.router().oneshot(request).await.unwrap();
    assert_eq!(
        (answer.status(), arrived(&client).len()),
        (404.try_into().unwrap(), 1)
    );
}

#[tokio::test]
async fn slow_uploads_keep_nobody_from_calling() {
    let settings = [("UPSTREAM_MAX_CONCURRENCY", "1")];
    let client = Client::start_with(&settings, &[KeyScope::Read, KeyScope::Write]).await;
    let begun = stream::iter([Ok::<_, std::io::Error>(Bytes::from_static(b"--XX\r\n"))]);
    let never_ends = Body::from_stream(begun.chain(stream::pending()));
    let request = upload(&client, Some(2 * MEBIBYTE), never_ends);
    let mut slow = Box::pin(client.app.router().oneshot(request));
    let waited = tokio::time::timeout(Duration::from_millis(500), &mut slow).await;
    assert!(waited.is_err(), "it is on its way");
    let other = client.get("/ex/jira/-/rest/api/3/myself").await;
    assert_eq!(other.status, 200, "{}", other.body);
    assert!(slow.now_or_never().is_none());
}

#[tokio::test]
async fn a_dead_login_is_told_before_the_file_is_read() {
    let client = Client::start().await;
    client.app.sandbox.revoke_grants("mia");
    let first = client.get("/ex/jira/-/rest/api/3/myself").await;
    assert_ours(&first, 401, "TOKEN_EXPIRED");
    let body = Body::from_stream(stream::pending::<Result<Bytes, std::io::Error>>());
    let request = upload(&client, Some(2 * MEBIBYTE), body);
    let answer = client.app.router().oneshot(request).await.unwrap();
    assert_eq!(answer.status(), 401, "without a byte of the file");
}
