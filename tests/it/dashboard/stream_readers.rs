//! Who may read the dashboard's stream, how many at a time, and when it ends.

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use integration_backend::model::api_key::KeyScope;
use serde_json::json;

use crate::dashboard::fixture::{STREAM, listen};
use crate::support::TestApp;
use crate::support::installation::Installation;
use crate::support::listening::Listening;
use crate::support::waiting::until;

#[tokio::test]
async fn a_stream_ends_at_once_when_its_reader_logs_out_and_stays_for_others() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let another = app.logged_in("mia").await;
    let (mut stream, mut others) = (listen(&browser).await, listen(&another).await);
    stream.next().await.unwrap();
    others.next().await.unwrap();
    assert_eq!(browser.post("/auth/logout", json!({})).await.status, 204);
    let end = stream.next().await.unwrap();
    assert_eq!(
        (end.name.as_str(), &end.data),
        ("end", &json!({"reason": "signed_out"}))
    );
    assert!(stream.next().await.is_none());
    others.assert_silent().await;
    assert_eq!(browser.get(STREAM).await.status, 401);
}

#[tokio::test]
async fn a_stream_ends_when_the_session_lapses_and_does_not_keep_it_alive() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let mut stream = listen(&browser).await;
    stream.next().await.unwrap();
    for _ in 0..11 {
        app.advance(Duration::from_hours(1));
        app.app.live().look().await;
        tokio::task::yield_now().await;
    }
    stream.drain_connections().await;
    app.advance(Duration::from_hours(1));
    app.app.live().look().await;
    let end = stream.next().await.unwrap();
    assert_eq!(end.data, json!({"reason": "signed_out"}));
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn a_stream_of_a_key_ends_when_the_key_is_revoked() {
    let app = TestApp::start().await;
    let tenant = integration_backend::model::ids::TenantId::default();
    let (row, text) = app
        .app
        .api_keys()
        .create("service", tenant, vec![KeyScope::Read], None)
        .await
        .unwrap();
    let bearer = format!("Bearer {}", text.expose());
    let mut stream = app
        .browser()
        .listen(STREAM, &[("authorization", &bearer)])
        .await;
    assert_eq!(
        stream.next().await.unwrap().data["connections"][0]["status"],
        "not_connected"
    );
    app.app.api_keys().revoke(&row.id).await.unwrap();
    app.app.live().look().await;
    assert_eq!(stream.next().await.unwrap().name, "end");
    assert!(stream.next().await.is_none());
}

#[tokio::test]
async fn an_owner_has_eight_streams_at_a_time_and_a_place_is_free_when_one_leaves() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let omar = app.logged_in("omar").await;
    let mut streams = Vec::new();
    for _ in 0..8 {
        streams.push(listen(&browser).await);
    }
    assert_eq!(app.streams().await, "8");
    let refused = browser.get(STREAM).await;
    assert_eq!(
        (refused.status, refused.error_code().as_str()),
        (429, "RATE_LIMITED")
    );
    assert_eq!(refused.header("retry-after"), "15");
    let others = listen(&omar).await;
    drop(streams.pop());
    until("the place is free", async || app.streams().await == "8").await;
    streams.push(listen(&browser).await);
    assert_eq!(streams.last().unwrap().status, 200);
    drop(streams);
    drop(others);
    until("all have left", async || app.streams().await == "0").await;
}

#[tokio::test]
async fn a_stream_is_for_those_who_may_read_and_for_get_only() {
    let app = TestApp::start().await;
    let nobody = app.browser();
    assert_eq!(nobody.get(STREAM).await.status, 401);
    let head = nobody.send("HEAD", STREAM, &[], None).await;
    assert_eq!((head.status, head.header("allow")), (405, "GET"));
    assert_eq!(nobody.post(STREAM, json!({})).await.status, 405);
    let writer = app.api_key("service", "default", &[KeyScope::Write]).await;
    let answer = nobody.get_with(STREAM, &[("authorization", &writer)]).await;
    assert_eq!(answer.status, 403);
    let elsewhere = app.api_key("service", "acme", &[KeyScope::Read]).await;
    let named = nobody
        .get_with(
            "/dashboard/events?tenant=default",
            &[("authorization", &elsewhere)],
        )
        .await;
    assert_eq!(named.status, 403);
}

#[tokio::test]
async fn in_open_mode_our_own_page_listens_and_a_foreign_one_does_not() {
    let app = TestApp::start_with(&[("AUTH_MODE", "open")]).await;
    let browser = app.browser();
    for own in [
        [
            ("sec-fetch-site", "same-origin"),
            ("accept", "text/event-stream"),
        ],
        [
            ("origin", "http://localhost:3001"),
            ("sec-fetch-site", "same-origin"),
        ],
    ] {
        let mut stream = browser.listen(STREAM, &own).await;
        assert_eq!(stream.next().await.unwrap().name, "snapshot");
    }
    for foreign in [
        [
            ("sec-fetch-site", "cross-site"),
            ("accept", "text/event-stream"),
        ],
        [
            ("origin", "https://evil.example"),
            ("sec-fetch-site", "cross-site"),
        ],
    ] {
        assert_eq!(browser.get_with(STREAM, &foreign).await.status, 403);
    }
}

#[tokio::test]
async fn a_stream_of_the_real_program_outlives_the_heartbeat_and_ends_when_the_program_does() {
    let installation = Installation::new().await;
    let mut process = installation.start().await;
    let browser = installation.logged_in().await;
    let cookie = browser.cookie("ib_session").unwrap();
    let mut stream = installation.connect().await;
    let request = format!(
        "GET {STREAM} HTTP/1.1\r\nhost: localhost:{}\r\ncookie: ib_session={cookie}\r\n\r\n",
        installation.port
    );
    let mut heard = String::new();
    tokio::io::AsyncWriteExt::write_all(&mut stream, request.as_bytes())
        .await
        .unwrap();
    let mut until_heard = async |what: &str, patience: u64| {
        let mut bytes = [0; 4096];
        while !heard.contains(what) {
            let read = tokio::io::AsyncReadExt::read(&mut stream, &mut bytes);
            let count = tokio::time::timeout(Duration::from_secs(patience), read)
                .await
                .unwrap_or_else(|_| panic!("no {what}"))
                .unwrap();
            assert!(count > 0, "closed before {what}");
            heard.push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
    };
    until_heard("event: snapshot", 5).await;
    // Another process on this database: the program finds its news by itself.
    let tamper = "UPDATE grants SET refreshes_succeeded = 7";
    let mut raw = crate::support::raw_database::Raw::open(&installation.database.url()).await;
    raw.run(tamper).await;
    until_heard("\"refreshes_succeeded\":7", 19).await;
    until_heard(": still here", 19).await;
    process.signal("TERM");
    until_heard("{\"reason\":\"restarting\"}", 3).await;
    let status = process.ended(Duration::from_secs(3)).await;
    assert_eq!(status.code(), Some(0));
}

#[tokio::test]
async fn many_dashboards_that_look_for_themselves_do_not_all_ask_at_the_same_moment() {
    let app = TestApp::start().await;
    let mut streams = Vec::new();
    for person in ["mia", "omar", "lea"] {
        let browser = app.logged_in(person).await;
        for _ in 0..8 {
            let mut stream = listen(&browser).await;
            stream.next().await.unwrap();
            streams.push(stream);
        }
    }
    // Of what happened before they came all are told at once.
    app.app.live().look().await;
    for _ in 0..3 {
        join_all(streams.iter_mut().map(Listening::assert_silent)).await;
    }
    // What nobody tells them of, and each finds when it looks.
    app.raw()
        .await
        .run("UPDATE connections SET site_name = 'Renamed'")
        .await;
    app.advance(Duration::from_secs(16));
    app.app.live().look().await;
    let seen = join_all(streams.iter_mut().map(async |stream| {
        let event = stream.next().await.unwrap();
        assert_eq!(event.name, "connection");
        Instant::now()
    }))
    .await;
    let (first, last) = (seen.iter().min().unwrap(), seen.iter().max().unwrap());
    let apart = last.duration_since(*first);
    assert!(apart > Duration::from_millis(120), "{apart:?}");
}
