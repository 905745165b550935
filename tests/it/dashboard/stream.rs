//! The dashboard's stream: a snapshot, then every change, to those who may see it for as long as they may.

use std::time::Duration;

use integration_backend::model::api_key::KeyScope;
use rstest::rstest;
use serde_json::{Value, json};
use tokio_util::sync::CancellationToken;

use crate::callers::access::key;
use crate::refresh::fixture::{elsewhere, force, until};
use crate::support::database::Database;
use crate::support::installation::Installation;
use crate::support::listening::{Heard, Listening};
use crate::support::{Browser, TestApp};

const STREAM: &str = "/dashboard/events";

impl TestApp {
    /// How many streams the operator sees.
    async fn streams(&self) -> String {
        let text = self.browser().get("/metrics").await.body;
        let line = text
            .lines()
            .find(|line| line.starts_with("integration_backend_event_streams "));
        line.unwrap().rsplit(' ').next().unwrap().to_owned()
    }
}

async fn listen(browser: &Browser) -> Listening {
    browser.listen(STREAM, &[]).await
}

fn named<'a>(events: &'a [Heard], name: &str) -> Vec<&'a Value> {
    let events = events.iter().filter(|event| event.name == name);
    events.map(|event| &event.data).collect()
}

#[tokio::test]
async fn a_stream_begins_with_how_everything_is() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let mut stream = listen(&browser).await;
    assert_eq!(stream.header("content-type"), "text/event-stream");
    assert_eq!(stream.header("cache-control"), "no-store");
    assert_eq!(stream.header("x-accel-buffering"), "no");
    let first = stream.next().await.unwrap();
    assert_eq!(
        (first.name.as_str(), first.id.as_deref()),
        ("snapshot", Some("1"))
    );
    assert!((2000..=4000).contains(&first.retry.unwrap()));
    let snapshot = first.data;
    assert_eq!(snapshot["now"], app.clock_text());
    assert_eq!(snapshot["resumed"], false);
    let jira = &snapshot["connections"][0];
    for (key, value) in [
        ("id", json!("jira")),
        ("title", json!("Jira")),
        ("status", json!("active")),
        ("connected", json!(true)),
        ("auth_method", json!("oauth")),
        ("refresh_status", json!("waiting")),
        ("refreshes_attempted", json!(0)),
    ] {
        assert_eq!(jira[key], value, "{key}");
    }
    assert_eq!(jira["site"]["name"], "Acme");
    assert!(jira["expires_at"].is_string() && jira["refresh_due_at"].is_string());
    assert_eq!(snapshot["connections"][1]["id"], "confluence");
    assert_eq!(
        snapshot["statistics"],
        json!({"attempted": 0, "succeeded": 0, "failed": 0, "hours": []})
    );
    let event = json!([{
        "id": 1, "event_type": "info", "product": null, "timestamp": app.clock_text(),
        "message": "Connected to Jira and Confluence by logging in with Atlassian.",
    }]);
    assert_eq!(snapshot["events"], event);
}

#[tokio::test]
async fn a_refresh_arrives_as_it_happens_with_the_connections_and_the_statistics() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let mut stream = listen(&browser).await;
    let before = stream.next().await.unwrap().data;
    app.advance(Duration::from_secs(31));
    force(&browser).await;
    let events = stream.take(4).await;
    let connections = named(&events, "connection");
    assert_eq!(connections.len(), 2, "{events:?}");
    assert_ne!(
        connections[0]["expires_at"],
        before["connections"][0]["expires_at"]
    );
    assert_eq!(connections[0]["refreshes_succeeded"], 1);
    let told = named(&events, "token-event");
    assert_eq!(told[0]["event_type"], "refresh");
    let id = events
        .iter()
        .find(|event| event.name == "token-event")
        .unwrap()
        .id
        .clone();
    assert_eq!(id.as_deref(), Some("2"));
    let statistics = named(&events, "stats")[0];
    assert_eq!(
        (&statistics["attempted"], &statistics["succeeded"]),
        (&json!(1), &json!(1))
    );
    assert_eq!(statistics["hours"][0]["succeeded"], 1);
    assert_eq!(
        browser.get("/dashboard/statistics").await.json(),
        *statistics
    );
}

#[tokio::test]
async fn a_disconnect_and_a_site_arrive_and_other_peoples_do_not() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let omar = app.logged_in("omar").await;
    let mut stream = listen(&mia).await;
    stream.next().await.unwrap();
    assert_eq!(omar.delete("/connectors/jira/connection").await.status, 200);
    let in_acme = [("x-tenant-id", "acme")];
    mia.send("DELETE", "/connectors/jira/connection", &in_acme, None)
        .await;
    let globex = json!({"cloud_id": crate::support::journey::GLOBEX});
    assert_eq!(
        mia.patch("/connectors/jira/connection", globex)
            .await
            .status,
        200
    );
    let events = stream.take(2).await;
    assert_eq!(named(&events, "connection")[0]["site"]["name"], "Globex");
    assert_eq!(named(&events, "token-event")[0]["product"], "jira");
    assert_eq!(mia.delete("/connectors/jira/connection").await.status, 200);
    let events = stream.take(2).await;
    assert_eq!(named(&events, "connection")[0]["status"], "not_connected");
    assert_eq!(
        named(&events, "token-event")[0]["message"],
        "Disconnected from Jira."
    );
    stream.assert_silent().await;
}

#[tokio::test]
async fn a_reader_who_returns_gets_what_they_missed_and_one_with_a_strange_id_everything() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let mut stream = listen(&browser).await;
    stream.next().await.unwrap();
    drop(stream);
    app.advance(Duration::from_secs(31));
    force(&browser).await;
    assert_eq!(
        browser
            .delete("/connectors/confluence/connection")
            .await
            .status,
        200
    );
    let mut resumed = browser.listen(STREAM, &[("last-event-id", "1")]).await;
    let snapshot = resumed.next().await.unwrap();
    assert_eq!(
        (
            snapshot.id.as_deref(),
            &snapshot.data["resumed"],
            &snapshot.data["events"]
        ),
        (Some("1"), &json!(true), &json!([]))
    );
    let missed = resumed.take(2).await;
    let ids: Vec<_> = missed
        .iter()
        .map(|event| event.id.clone().unwrap())
        .collect();
    assert_eq!(ids, ["2", "3"]);
    assert_eq!(missed[1].data["message"], "Disconnected from Confluence.");
    resumed.assert_silent().await;
    for strange in ["999", "-1", "0", "x", ""] {
        let mut stream = browser.listen(STREAM, &[("last-event-id", strange)]).await;
        let snapshot = stream.next().await.unwrap();
        assert_eq!(snapshot.id.as_deref(), Some("3"), "{strange}");
        assert_eq!(snapshot.data["events"].as_array().unwrap().len(), 3);
    }
}

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

#[rstest]
#[tokio::test]
async fn what_another_process_does_arrives(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let other = app.another_process().await;
    let browser = app.logged_in("mia").await;
    let mut stream = listen(&browser).await;
    stream.next().await.unwrap();
    app.app.live().look().await;
    stream.assert_silent().await;
    app.advance(Duration::from_secs(31));
    force(&elsewhere(&other, &browser)).await;
    stream.assert_silent().await;
    app.app.live().look().await;
    let events = stream.take(4).await;
    assert_eq!(named(&events, "token-event")[0]["event_type"], "refresh");
    app.advance(Duration::from_secs(2));
    app.app.live().look().await;
    stream.assert_silent().await;
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
    let writer = key(&app, "service", "default", &[KeyScope::Write]).await;
    let answer = nobody.get_with(STREAM, &[("authorization", &writer)]).await;
    assert_eq!(answer.status, 403);
    let elsewhere = key(&app, "service", "acme", &[KeyScope::Read]).await;
    let named = nobody
        .get_with(
            "/dashboard/events?tenant=default",
            &[("authorization", &elsewhere)],
        )
        .await;
    assert_eq!(named.status, 403);
}

#[tokio::test]
async fn the_namespace_may_stand_in_the_query() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let mut stream = mia.listen("/dashboard/events?tenant=acme", &[]).await;
    let snapshot = stream.next().await.unwrap().data;
    assert_eq!(
        (&snapshot["connections"][0]["status"], &snapshot["events"]),
        (&json!("not_connected"), &json!([]))
    );
    for bad in ["", "a%20b", "-x"] {
        let answer = mia.get(&format!("/dashboard/events?tenant={bad}")).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (422, "VALIDATION"),
            "{bad}"
        );
    }
    let both = mia
        .get_with(
            "/dashboard/events?tenant=acme",
            &[("x-tenant-id", "default")],
        )
        .await;
    assert_eq!(both.status, 422);
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
async fn a_sync_is_told_as_it_goes_on() {
    let app = TestApp::start().await;
    app.sandbox.crowd("acme", 250, 0);
    let browser = app.logged_in("omar").await;
    let syncs = app.app.services().catalog.sync_changes();
    let stop = CancellationToken::new();
    tokio::spawn(app.app.live().clone().follow_syncs(syncs, stop.clone()));
    let mut stream = listen(&browser).await;
    let snapshot = stream.next().await.unwrap().data;
    assert_eq!(
        snapshot["syncs"],
        json!([
            {"product": "jira", "status": "idle", "started_at": null, "finished_at": null, "fetched": 0,
             "upserted": 0, "removed": 0, "total": null, "error": null, "paused_until": null},
            {"product": "confluence", "status": "idle", "started_at": null, "finished_at": null, "fetched": 0,
             "upserted": 0, "removed": 0, "total": null, "error": null, "paused_until": null},
        ])
    );
    let begun = browser.post("/connectors/jira/sync", json!({})).await;
    assert_eq!(begun.status, 202, "{}", begun.body);
    let mut told = Vec::new();
    loop {
        let event = stream.next().await.unwrap();
        assert_eq!(event.name, "sync", "{event:?}");
        assert_eq!(event.data["product"], "jira");
        told.push(event.data["fetched"].as_u64().unwrap());
        if event.data["status"] == "succeeded" {
            break;
        }
    }
    assert!(told.is_sorted() && *told.last().unwrap() > 250, "{told:?}");
    stop.cancel();
}
