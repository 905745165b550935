//! The dashboard's stream: a snapshot, then every change.

use std::time::Duration;

use rstest::rstest;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::connections::fixture::disconnect;
use crate::dashboard::fixture::{STREAM, listen, named};
use crate::refresh::fixture::force;
use crate::support::TestApp;
use crate::support::app::elsewhere;
use crate::support::database::Database;

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
    disconnect(&omar, "jira").await;
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
    disconnect(&mia, "jira").await;
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
    disconnect(&browser, "confluence").await;
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
             "upserted": 0, "removed": 0, "total": null, "error": null, "paused_until": null, "waits_for": null},
            {"product": "confluence", "status": "idle", "started_at": null, "finished_at": null, "fetched": 0,
             "upserted": 0, "removed": 0, "total": null, "error": null, "paused_until": null, "waits_for": null},
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
