//! Syncs that go well: the whole list comes into the stored rows, and goes out of them again.

use std::time::Duration;

use atlassian_sandbox::FaultAction;
use integration_backend::model::api_key::KeyScope;
use integration_backend::model::product::Product;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::app::elsewhere;
use crate::support::database::Database;
use crate::support::faults::on_api;
use crate::support::journey::GLOBEX;
use crate::sync::fixture::{PAGES, ended, keys, start, status, stored_projects, sync_of, synced};

#[tokio::test]
async fn before_the_first_sync_there_is_nothing_to_tell() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    assert_eq!(
        status(&browser, "confluence").await,
        json!({
            "status": "idle", "started_at": null, "finished_at": null, "fetched": 0, "upserted": 0,
            "removed": 0, "total": null, "error": null, "paused_until": null, "waits_for": null,
        })
    );
    assert_eq!(app.rows("sync_runs").await, 0);
}

#[rstest]
#[tokio::test]
async fn thousands_of_projects_and_pages_come_in_whole_pages_and_are_told_as_they_come(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    app.sandbox.crowd("acme", 2500, 3000);
    let browser = app.logged_in("mia").await;
    let mut changes = app.app.services().catalog.sync_changes();
    app.sandbox.clear_journal();
    let begun = start(&browser, "jira").await;
    assert_eq!(begun["status"], "running");
    assert!(begun["started_at"].is_string() && begun["finished_at"].is_null());
    let jira = ended(&browser, "jira").await;
    let fetched = jira["fetched"].as_u64().unwrap();
    assert_eq!(jira["status"], "succeeded", "{jira}");
    assert!(fetched > 2520, "{jira}");
    assert_eq!(
        (&jira["upserted"], &jira["total"], &jira["removed"]),
        (&json!(fetched), &json!(fetched), &json!(0))
    );
    assert!(jira["finished_at"].is_string() && jira["error"].is_null());
    let expected: Vec<u64> = (0..fetched.div_ceil(100)).map(|page| page * 100).collect();
    assert_eq!(app.starts(), expected, "each page is asked for once");
    let stored = stored_projects(&browser).await;
    assert_eq!(stored.len() as u64, fetched);
    let first = &stored[keys(&stored).binary_search(&"C00001").unwrap()];
    assert_eq!(first["name"], "Crowd 1");
    assert!(first["lead"].is_string(), "{first}");
    assert!(first["url"].as_str().unwrap().ends_with("/browse/C00001"));

    let confluence = synced(&browser, "confluence").await;
    let pages = confluence["fetched"].as_u64().unwrap();
    assert!(pages > 3020, "{confluence}");
    assert_eq!(confluence["total"], json!(pages));
    assert_eq!(app.walked(PAGES).len() as u64, pages.div_ceil(250));
    let mut raw = app.raw().await;
    let rows = raw.number("SELECT COUNT(*) FROM stored_pages").await;
    assert_eq!(rows, Some(i64::try_from(pages).unwrap()));
    let fetch = browser
        .get("/integrations/confluence/pages/fetch?limit=2")
        .await
        .json();
    assert_eq!(
        (
            &fetch["synced_at"],
            fetch["items"].as_array().unwrap().len()
        ),
        (&confluence["finished_at"], 2)
    );
    assert_eq!(changes.recv().await.unwrap().product, Product::Jira);
}

#[rstest]
#[tokio::test]
async fn a_later_sync_removes_what_is_gone_and_leaves_callers_rows_alone(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    app.sandbox.crowd("acme", 700, 0);
    let browser = app.logged_in("mia").await;
    let before = synced(&browser, "jira").await["fetched"].as_u64().unwrap();
    for key in ["C00001", "C00699", "MINE"] {
        let body = json!({"key": key, "name": "By hand", "lead": "Ann"});
        assert_eq!(browser.post("/jira/projects", body).await.status, 201);
    }
    app.sandbox.crowd("acme", 50, 0);
    let after = synced(&browser, "jira").await;
    assert_eq!(after["fetched"], json!(before - 650));
    assert_eq!(after["removed"], json!(649), "all but the one made by hand");
    assert_eq!(after["upserted"], json!(before - 651));
    let stored = stored_projects(&browser).await;
    let by_hand: Vec<&Value> = stored
        .iter()
        .filter(|row| row["name"] == "By hand" && row["lead"] == "Ann")
        .collect();
    assert_eq!(by_hand.len(), 3, "{by_hand:?}");
    assert_eq!(stored.len() as u64, before - 650 + 2);
}

#[tokio::test]
async fn rows_of_another_site_and_of_another_user_stay() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    synced(&browser, "jira").await;
    let of_acme = stored_projects(&browser).await;
    let other = browser
        .post("/users", json!({"email": "ann@example.com"}))
        .await
        .json();
    let body = json!({"owner_id": other["id"], "key": "ANN", "name": "Ann's"});
    assert_eq!(browser.post("/jira/projects", body).await.status, 201);
    let moved = browser
        .patch("/connectors/jira/connection", json!({"cloud_id": GLOBEX}))
        .await;
    assert_eq!(moved.status, 200, "{}", moved.body);
    let globex = synced(&browser, "jira").await;
    assert_eq!(globex["removed"], json!(0));
    let now = stored_projects(&browser).await;
    let now = keys(&now);
    assert!(keys(&of_acme).iter().all(|key| now.contains(key)));
    assert!(now.len() > of_acme.len());
}

#[tokio::test]
async fn while_a_sync_runs_another_start_is_answered_with_it_on_every_replica() {
    let app = TestApp::start().await;
    let other = app.another_process().await;
    app.sandbox.crowd("acme", 500, 0);
    let browser = app.logged_in("mia").await;
    let there = elsewhere(&other, &browser);
    app.sandbox.clear_journal();
    app.on_projects(FaultAction::Delay(Duration::from_millis(200)), None);
    let starts = (0..8).map(|turn| start(if turn % 2 == 0 { &browser } else { &there }, "jira"));
    for answer in futures_util::future::join_all(starts).await {
        assert_eq!(answer["status"], "running");
    }
    let end = ended(&there, "jira").await;
    assert_eq!(end["status"], "succeeded", "{end}");
    assert_eq!(app.starts(), [0, 100, 200, 300, 400, 500]);
}

#[tokio::test]
async fn a_sync_needs_a_connection_with_a_site() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let unknown = browser.post("/connectors/bitbucket/sync", json!({})).await;
    assert_eq!(unknown.status, 404);
    assert_eq!(app.browser().get(&sync_of("jira")).await.status, 401);
    browser.delete("/connectors/jira/connection").await;
    let answer = browser.send("POST", &sync_of("jira"), &[], None).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (409, "NOT_CONNECTED")
    );
    let undecided = app.logged_in_by("/auth/atlassian/login", "mia").await;
    let answer = undecided.post(&sync_of("jira"), json!({})).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (409, "NOT_CONNECTED")
    );
    assert_eq!(
        answer.json()["details"]["sites"].as_array().unwrap().len(),
        2
    );
    assert_eq!(app.rows("sync_runs").await, 0);
}

#[tokio::test]
async fn a_key_of_the_service_syncs_the_connection_of_the_settings() {
    let app = TestApp::start_with(&[
        ("JIRA_URL", "https://acme.atlassian.net/"),
        ("JIRA_USERNAME", "mia@example.com"),
        ("JIRA_API_TOKEN", "classic-token-mia"),
    ])
    .await;
    let services = app.app.services();
    services
        .authorization
        .settle_service_account()
        .await
        .unwrap();
    let reading = app.api_key("service", "default", &[KeyScope::Read]).await;
    let writing = app
        .api_key("service", "default", &[KeyScope::Read, KeyScope::Write])
        .await;
    let other = app
        .api_key("local", "default", &[KeyScope::Read, KeyScope::Write])
        .await;
    let browser = app.browser();
    let sync = sync_of("jira");
    for (bearer, status) in [(&reading, 403), (&other, 409), (&writing, 202)] {
        let headers = [("authorization", bearer.as_str())];
        let answer = browser
            .send("POST", &sync, &headers, Some(String::from("{}")))
            .await;
        assert_eq!(answer.status, status, "{}", answer.body);
    }
    let headers = [("authorization", reading.as_str())];
    crate::support::waiting::until("the sync has succeeded", async || {
        browser.get_with(&sync, &headers).await.json()["status"] == "succeeded"
    })
    .await;
    let rows = "/integrations/jira/projects/fetch";
    let own = browser.get_with(rows, &headers).await.json();
    assert!(own["items"].as_array().unwrap().len() > 1, "{own}");
    let theirs = [("authorization", other.as_str())];
    let theirs = browser.get_with(rows, &theirs).await.json();
    assert_eq!(theirs["items"], json!([]));
}

#[tokio::test]
async fn a_sync_is_its_owners_in_one_namespace() {
    let app = TestApp::start().await;
    let mia = app.logged_in("mia").await;
    let omar = app.logged_in("omar").await;
    synced(&mia, "jira").await;
    assert_eq!(status(&omar, "jira").await["status"], "idle");
    assert!(stored_projects(&omar).await.is_empty());
    let elsewhere = [("x-tenant-id", "acme")];
    let answer = mia.get_with(&sync_of("jira"), &elsewhere).await;
    assert_eq!(answer.json()["status"], "idle");
}

#[tokio::test]
async fn what_an_account_may_not_see_is_not_stored_for_it() {
    let app = TestApp::start().await;
    let omar = app.logged_in("omar").await;
    synced(&omar, "jira").await;
    assert!(!keys(&stored_projects(&omar).await).contains(&"SEC"));
    let mia = app.logged_in("mia").await;
    synced(&mia, "jira").await;
    assert!(keys(&stored_projects(&mia).await).contains(&"SEC"));
}

#[tokio::test]
async fn connections_that_are_due_are_synced_once_an_interval_however_many_replicas_look() {
    let app = TestApp::start_with(&[("SYNC_INTERVAL", "15m")]).await;
    let other = app.another_process().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    for (round, wait) in [(1, 0), (2, 17), (3, 17)] {
        app.advance(Duration::from_mins(wait));
        app.app.services().catalog.look_for_work();
        other.services().catalog.look_for_work();
        crate::support::waiting::until("both lists are walked", async || {
            app.starts().len() >= round && app.walked(PAGES).len() >= round
        })
        .await;
        for product in ["jira", "confluence"] {
            let end = ended(&browser, product).await;
            assert_eq!(end["status"], "succeeded", "{end}");
        }
        app.app.services().catalog.look_for_work();
        app.until_at_rest().await;
        assert_eq!(
            (app.starts().len(), app.walked(PAGES).len()),
            (round, round)
        );
    }
}

#[tokio::test]
async fn a_scheduled_sync_finds_out_that_a_refused_product_is_answered_again() {
    let app = TestApp::start_with(&[("SYNC_INTERVAL", "15m")]).await;
    let browser = app.logged_in("mia").await;
    app.app.services().catalog.look_for_work();
    crate::support::waiting::until("the first has ended", async || {
        status(&browser, "jira").await["status"] == "succeeded"
    })
    .await;
    let refused = FaultAction::Status {
        status: 401,
        headers: Vec::new(),
        body: json!({"code": 401, "message": "Unauthorized"}).to_string(),
    };
    app.sandbox.fault(on_api("/ex/jira/", refused, None));
    let list = "/connectors/jira/projects";
    assert_eq!(browser.get(list).await.status, 401);
    let standing = async || browser.read("/connectors/jira/connection").await["status"].clone();
    assert_eq!(standing().await, "reauth_required");
    let held = browser.post(&sync_of("jira"), json!({})).await;
    assert_eq!(
        (held.status, held.error_code().as_str()),
        (401, "TOKEN_EXPIRED")
    );
    for (still_refused, status) in [(true, "failed"), (false, "succeeded")] {
        if !still_refused {
            app.sandbox.clear_faults();
        }
        app.sandbox.clear_journal();
        app.advance(Duration::from_mins(17));
        app.app.services().catalog.look_for_work();
        crate::support::waiting::until("Jira is tried", async || !app.starts().is_empty()).await;
        let end = ended(&browser, "jira").await;
        assert_eq!(end["status"], status, "{end}");
        if still_refused {
            assert_eq!(app.starts().len(), 2, "to see, and with a new token");
        }
    }
    assert_eq!(standing().await, "active", "nobody had to call");
}

#[tokio::test]
async fn without_an_interval_nothing_is_synced_unasked() {
    let app = TestApp::start().await;
    app.logged_in("mia").await;
    app.app.services().catalog.look_for_work();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(app.rows("sync_runs").await, 0);
}
