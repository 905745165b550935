//! Syncs that are interrupted: by crashes, quotas, failures and people. What is gone at Atlassian is
//! removed here only after the whole list was seen.

use std::time::Duration;

use atlassian_sandbox::FaultAction;
use rstest::rstest;
use serde_json::{Value, json};

use crate::support::app::elsewhere;
use crate::support::database::Database;
use crate::support::faults::{answering, on_api};
use crate::support::journey::GLOBEX;
use crate::support::waiting::until;
use crate::support::{Browser, TestApp};
use crate::sync::fixture::{PAGES, ended, start, status, stored_projects, sync_of, synced};

const MINUTE: Duration = Duration::from_mins(1);

/// Goes on with what rests, once its pause is over.
fn go_on(app: &TestApp) {
    app.advance(MINUTE * 2);
    app.app.services().catalog.look_for_work();
}

/// A site whose projects were synced and of which many have gone since; and a run that rests after the
/// first page of what is left.
async fn shrunk_and_at_rest(app: &TestApp) -> (Browser, usize) {
    app.sandbox.crowd("acme", 300, 0);
    let browser = app.logged_in("mia").await;
    synced(&browser, "jira").await;
    let before = stored_projects(&browser).await.len();
    app.sandbox.crowd("acme", 120, 0);
    app.sandbox.clear_journal();
    app.rests_after_its_first_page(&browser).await;
    (browser, before)
}

async fn failed_and_removed_nothing(browser: &Browser, before: usize) -> String {
    let end = ended(browser, "jira").await;
    assert_eq!(
        (&end["status"], &end["removed"]),
        (&json!("failed"), &json!(0)),
        "{end}"
    );
    assert!(end["finished_at"].is_string());
    assert_eq!(stored_projects(browser).await.len(), before);
    end["error"].as_str().unwrap().to_owned()
}

#[rstest]
#[tokio::test]
async fn a_run_that_rested_goes_on_where_it_was_and_then_removes(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let (browser, before) = shrunk_and_at_rest(&app).await;
    app.app.services().catalog.look_for_work();
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(app.starts(), [0], "it rests");
    assert_eq!(stored_projects(&browser).await.len(), before);
    go_on(&app);
    let end = ended(&browser, "jira").await;
    assert_eq!(
        (&end["status"], &end["removed"]),
        (&json!("succeeded"), &json!(180)),
        "{end}"
    );
    assert_eq!(app.starts(), [0, 100]);
}

#[rstest]
#[tokio::test]
async fn another_process_goes_on_from_the_stored_cursor(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    app.sandbox.crowd("acme", 520, 0);
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    app.rests_after_its_first_page(&browser).await;
    let other = app.another_process().await;
    let there = elsewhere(&other, &browser);
    app.advance(MINUTE * 2);
    other.services().catalog.look_for_work();
    let end = ended(&there, "jira").await;
    assert_eq!(end["status"], "succeeded", "{end}");
    assert_eq!(end["fetched"], end["total"]);
    assert_eq!(app.starts(), [0, 100, 200, 300, 400, 500]);
}

#[rstest]
#[tokio::test]
async fn a_process_that_hangs_loses_its_run_after_the_lease_and_cannot_spoil_it_any_more(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[("UPSTREAM_TIMEOUT", "3")]).await;
    let (browser, before) = shrunk_and_at_rest(&app).await;
    app.on_projects(FaultAction::Hang, Some(1));
    go_on(&app);
    until("the second page is asked for", async || {
        app.starts() == [0, 100]
    })
    .await;
    let other = app.another_process().await;
    let there = elsewhere(&other, &browser);
    other.services().catalog.look_for_work();
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(app.starts(), [0, 100], "the lease holds");
    app.advance(MINUTE * 4);
    other.services().catalog.look_for_work();
    let end = ended(&there, "jira").await;
    assert_eq!(
        (&end["status"], &end["removed"]),
        (&json!("succeeded"), &json!(180)),
        "{end}"
    );
    assert_eq!(app.starts(), [0, 100, 100]);
    tokio::time::sleep(Duration::from_millis(3300)).await;
    assert_eq!(
        status(&browser, "jira").await,
        end,
        "the late failure counts for nothing"
    );
    assert_eq!(stored_projects(&browser).await.len(), before - 180);
}

#[tokio::test]
async fn a_refusal_that_does_not_pass_ends_the_run_and_removes_nothing() {
    let app = TestApp::start().await;
    let (browser, before) = shrunk_and_at_rest(&app).await;
    app.on_projects(answering(402, &json!({})), None);
    go_on(&app);
    let error = failed_and_removed_nothing(&browser, before).await;
    assert_eq!(
        error,
        "Atlassian answered with status 402; nothing was removed"
    );
    app.sandbox.clear_faults();
    assert_eq!(synced(&browser, "jira").await["removed"], json!(180));
}

#[tokio::test]
async fn a_place_that_atlassian_no_longer_knows_is_not_the_end_of_the_run() {
    let app = TestApp::start().await;
    let (browser, _) = shrunk_and_at_rest(&app).await;
    app.on_projects(answering(400, &json!({})), Some(1));
    go_on(&app);
    let end = ended(&browser, "jira").await;
    assert_eq!(
        (&end["status"], &end["removed"], &end["fetched"]),
        (&json!("succeeded"), &json!(180), &end["total"]),
        "{end}"
    );
    assert_eq!(app.starts(), [0, 100, 0, 100], "from the beginning");
}

#[tokio::test]
async fn a_run_starts_over_once_and_no_more() {
    let app = TestApp::start().await;
    let (browser, before) = shrunk_and_at_rest(&app).await;
    app.on_projects(answering(400, &json!({})), None);
    go_on(&app);
    failed_and_removed_nothing(&browser, before).await;
    assert_eq!(app.starts(), [0, 100, 0]);
}

#[tokio::test]
async fn nonsense_ends_the_run_and_removes_nothing() {
    let app = TestApp::start().await;
    let (browser, before) = shrunk_and_at_rest(&app).await;
    // What is no JSON at all comes from whoever stands in front, and passes.
    let without_a_list = FaultAction::Status {
        status: 200,
        headers: vec![],
        body: String::from(r#"{"values": "none"}"#),
    };
    app.on_projects(without_a_list, None);
    go_on(&app);
    failed_and_removed_nothing(&browser, before).await;
}

#[tokio::test]
async fn another_site_in_the_middle_ends_the_run_and_removes_nothing() {
    let app = TestApp::start().await;
    let (browser, before) = shrunk_and_at_rest(&app).await;
    let moved = browser
        .patch("/connectors/jira/connection", json!({"cloud_id": GLOBEX}))
        .await;
    assert_eq!(moved.status, 200, "{}", moved.body);
    go_on(&app);
    let error = failed_and_removed_nothing(&browser, before).await;
    assert_eq!(
        error,
        "the connection to Jira was changed or removed while its list was being read; nothing was removed here"
    );
    assert_eq!(app.starts().len(), 1, "the other site is not asked");
}

#[tokio::test]
async fn a_disconnect_in_the_middle_ends_the_run_and_removes_nothing() {
    let app = TestApp::start().await;
    let (browser, before) = shrunk_and_at_rest(&app).await;
    browser.delete("/connectors/jira/connection").await;
    go_on(&app);
    failed_and_removed_nothing(&browser, before).await;
    let again = browser.post(&sync_of("jira"), json!({})).await;
    assert_eq!(again.status, 409);
}

#[tokio::test]
async fn another_login_in_the_middle_replaces_the_run() {
    let app = TestApp::start().await;
    let (browser, _) = shrunk_and_at_rest(&app).await;
    browser
        .patch("/connectors/jira/connection", json!({"cloud_id": GLOBEX}))
        .await;
    start(&browser, "jira").await;
    let end = ended(&browser, "jira").await;
    assert_eq!(
        (&end["status"], &end["removed"]),
        (&json!("succeeded"), &json!(0)),
        "the other site's rows stay: {end}"
    );
}

#[tokio::test]
async fn a_login_that_has_ended_is_said() {
    let app = TestApp::start().await;
    let (browser, before) = shrunk_and_at_rest(&app).await;
    app.sandbox.revoke_grants("mia");
    go_on(&app);
    let error = failed_and_removed_nothing(&browser, before).await;
    assert_eq!(
        error,
        "the login to Jira has ended; log in again; nothing was removed"
    );
    let again = browser.post(&sync_of("jira"), json!({})).await;
    assert_eq!(
        (again.status, again.error_code().as_str()),
        (401, "TOKEN_EXPIRED")
    );
}

#[tokio::test]
async fn a_429_is_waited_for_as_long_as_it_asks() {
    let app = TestApp::start().await;
    let (browser, _) = shrunk_and_at_rest(&app).await;
    let limit = FaultAction::RateLimit {
        retry_after: String::from("600"),
        reason: String::from("jira-burst-based"),
    };
    app.on_projects(limit, Some(1));
    go_on(&app);
    until("the limit is met", async || app.starts() == [0, 100]).await;
    app.until_at_rest().await;
    go_on(&app);
    tokio::time::sleep(Duration::from_millis(100)).await;
    assert_eq!(app.starts(), [0, 100], "ten minutes are not over");
    assert_eq!(status(&browser, "jira").await["status"], "running");
    app.advance(MINUTE * 10);
    app.app.services().catalog.look_for_work();
    let end = ended(&browser, "jira").await;
    assert_eq!(end["status"], "succeeded", "{end}");
    assert_eq!(app.starts(), [0, 100, 100]);
}

#[tokio::test]
async fn a_project_that_goes_away_during_the_walk_costs_no_other_its_row() {
    let app = TestApp::start().await;
    app.sandbox.crowd("acme", 150, 0);
    let browser = app.logged_in("mia").await;
    synced(&browser, "jira").await;
    let before = stored_projects(&browser).await;
    app.rests_after_its_first_page(&browser).await;
    // Everything behind moves up, past the place where the walk will go on.
    app.sandbox.crowd("acme", 0, 0);
    go_on(&app);
    let end = ended(&browser, "jira").await;
    assert_eq!(
        (&end["status"], &end["removed"]),
        (&json!("succeeded"), &json!(0)),
        "{end}"
    );
    assert_eq!(stored_projects(&browser).await.len(), before.len());
    assert_eq!(synced(&browser, "jira").await["removed"], json!(150));
}

#[tokio::test]
async fn an_empty_list_removes_nothing() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    synced(&browser, "jira").await;
    let before = stored_projects(&browser).await.len();
    let nothing = json!({"values": [], "total": 0, "isLast": true});
    app.on_projects(answering(200, &nothing), Some(1));
    let end = synced(&browser, "jira").await;
    assert_eq!((&end["fetched"], &end["removed"]), (&json!(0), &json!(0)));
    assert_eq!(stored_projects(&browser).await.len(), before);
}

#[tokio::test]
async fn an_api_token_that_no_longer_counts_removes_nothing() {
    let app = TestApp::start().await;
    app.sandbox.crowd("acme", 30, 0);
    let browser = app.browser();
    let login =
        json!({"email": "mia@example.com", "api_token": "classic-token-mia", "site": "acme"});
    let answer = browser.post("/auth/jira/api-token", login).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    synced(&browser, "jira").await;
    let before = stored_projects(&browser).await.len();
    app.sandbox.crowd("acme", 10, 0);
    app.sandbox
        .fault(on_api("/myself", answering(401, &json!({})), Some(2)));
    start(&browser, "jira").await;
    let error = failed_and_removed_nothing(&browser, before).await;
    assert!(error.contains("make a new one"), "{error}");
    let refused = browser.post(&sync_of("jira"), json!({})).await;
    assert_eq!(refused.status, 401, "{}", refused.body);
    let login =
        json!({"email": "mia@example.com", "api_token": "classic-token-mia", "site": "acme"});
    let answer = browser.post("/auth/jira/api-token", login).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(synced(&browser, "jira").await["removed"], json!(20));
}

#[tokio::test]
async fn a_process_works_on_two_runs_at_once_and_the_third_waits_for_its_turn() {
    let app = TestApp::start_with(&[("UPSTREAM_TIMEOUT", "2")]).await;
    let mia = app.logged_in("mia").await;
    let omar = app.logged_in("omar").await;
    app.sandbox.clear_journal();
    for list in ["/project/search", PAGES] {
        app.sandbox.fault(on_api(list, FaultAction::Hang, Some(1)));
    }
    start(&mia, "jira").await;
    start(&mia, "confluence").await;
    until("both are at work", async || {
        app.starts().len() + app.walked(PAGES).len() == 2
    })
    .await;
    assert_eq!(start(&omar, "jira").await["status"], "running");
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert_eq!(app.starts().len() + app.walked(PAGES).len(), 2);
    let third = ended(&omar, "jira").await;
    assert_eq!(third["status"], "succeeded", "{third}");
    assert_eq!(status(&mia, "jira").await["status"], "running", "it rests");
    go_on(&app);
    for product in ["jira", "confluence"] {
        let end: Value = ended(&mia, product).await;
        assert_eq!(end["status"], "succeeded", "{end}");
    }
}
