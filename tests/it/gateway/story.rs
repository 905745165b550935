//! Stories of keys: one whose login dies, is renewed, and which is revoked in the middle of a download; and a contractor's for
//! a week.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use integration_backend::model::api_key::KeyScope;
use integration_backend::model::ids::TenantId;
use tower::ServiceExt;

use super::files::uploaded;
use super::fixture::{Client, assert_ours};

const MYSELF: &str = "/ex/jira/-/rest/api/3/myself";

/// A key that reads, as its id and the header that carries it.
async fn reader(client: &Client, lifetime: Option<Duration>) -> (String, String) {
    let session = client.mia.get("/auth/session").await.json();
    let owner = session["user"]["id"].as_str().unwrap();
    let keys = client.app.app.api_keys();
    let made = keys.create(owner, TenantId::default(), vec![KeyScope::Read], lifetime);
    let (key, text) = made.await.unwrap();
    (key.id, format!("Bearer {}", text.expose()))
}

fn download(path: &str, authorization: &str) -> Request<Body> {
    Request::get(path)
        .header("host", "localhost:3001")
        .header("authorization", authorization)
        .body(Body::empty())
        .unwrap()
}

#[tokio::test]
async fn a_key_outlives_its_login_and_opens_nothing_once_it_is_revoked() {
    let mut client = Client::start().await;
    let content = "y".repeat(3 * 1024 * 1024);
    let file = uploaded(&client, &content).await;
    let id = file["id"].as_str().unwrap();
    let path = format!("/ex/jira/-/rest/api/3/attachment/content/{id}?redirect=false");
    let (key, authorization) = reader(&client, None).await;
    client.authorization.clone_from(&authorization);
    assert_eq!(client.get(MYSELF).await.status, 200);

    // Atlassian ends the login. The key is good, and the sentence that clients show says what to do.
    client.app.sandbox.revoke_grants("mia");
    for _ in 0..2 {
        let dead = client.get(MYSELF).await;
        assert_ours(&dead, 401, "TOKEN_EXPIRED");
        let told = dead.json()["errorMessages"][0].as_str().unwrap().to_owned();
        assert!(told.contains("log in again"), "{told}");
        let login = dead.json()["details"]["login_url"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(login.contains("/auth/"), "{login}");
    }
    assert_eq!(client.app.sandbox.refresh_calls(), 1, "no loop");

    // Mia logs in again; nobody touches the key.
    client.app.log_in(&client.mia, "mia").await;
    assert_eq!(client.get(MYSELF).await.status, 200);

    // Her new token is renewed by itself, whether it has run out or is refused.
    let before = client.app.sandbox.refresh_calls();
    client.app.advance(Duration::from_hours(2));
    assert_eq!(client.get(MYSELF).await.status, 200);
    client.app.sandbox.expire_access_tokens();
    assert_eq!(client.get(MYSELF).await.status, 200);
    assert_eq!(client.app.sandbox.refresh_calls(), before + 2);

    // Revoked in the middle of a download: what was allowed when it began ends, and nothing else begins.
    let router = client.app.router();
    let answer = router
        .oneshot(download(&path, &authorization))
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    let mut body = answer.into_body();
    let first = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(client.app.app.api_keys().revoke(&key).await.unwrap());
    let rest = body.collect().await.unwrap().to_bytes();
    assert_eq!(first.len() + rest.len(), content.len());
    client.app.sandbox.clear_journal();
    for address in [path.as_str(), MYSELF] {
        assert_ours(&client.get(address).await, 401, "UNAUTHORIZED");
    }
    let part = [
        ("range", "bytes=0-9"),
        ("authorization", authorization.as_str()),
    ];
    let part = client.send_as("GET", &path, &part, None).await;
    assert_eq!(part.status, 401, "nor a part of what was read before");
    client.app.assert_nothing_sent();
}

#[tokio::test]
async fn a_contractors_key_reads_for_a_week_and_opens_nothing_afterwards() {
    const WEEK: Duration = Duration::from_hours(7 * 24);
    const ALMOST_A_DAY: Duration = Duration::from_secs(24 * 3600 - 1);
    let mut client = Client::start().await;
    let (key, authorization) = reader(&client, Some(WEEK)).await;
    client.authorization.clone_from(&authorization);
    let search = r#"{"jql":"project = WEB","fields":["summary"]}"#;
    for day in 0..7 {
        assert_eq!(client.get(MYSELF).await.status, 200, "day {day}");
        let found = "/ex/jira/-/rest/api/3/search/jql";
        let found = client.send("POST", found, &[], Some(search)).await;
        assert_eq!(found.status, 200, "day {day}: {}", found.body);
        client.app.advance(ALMOST_A_DAY);
    }
    // Nothing is touched, whichever way a program tries.
    client.app.sandbox.clear_journal();
    for (method, path) in [
        ("POST", "jira/-/rest/api/3/issue"),
        ("PUT", "jira/-/rest/api/3/issue/WEB-1"),
        ("DELETE", "jira/-/rest/api/3/issue/WEB-1"),
        ("POST", "jira/-/rest/api/3/issue/WEB-1/attachments"),
        ("POST", "confluence/-/wiki/api/v2/pages"),
        ("DELETE", "confluence/-/wiki/api/v2/pages/98522"),
    ] {
        let address = format!("/ex/{path}");
        let answer = client.send(method, &address, &[], Some("{}")).await;
        assert_ours(&answer, 403, "FORBIDDEN");
    }
    client.app.advance(Duration::from_secs(7));
    for path in [MYSELF, "/me", "/ex/jira/-/browse/WEB-1"] {
        assert_ours(&client.get(path).await, 401, "UNAUTHORIZED");
    }
    client.app.assert_nothing_sent();
    let keys = client.app.app.api_keys();
    assert!(
        keys.revoke(&key).await.unwrap(),
        "it is listed until somebody takes it away"
    );
}
