//! What an API answer says about the token it was asked with, and what happens around a refresh under way.

use std::time::Duration;

use atlassian_sandbox::FaultAction;
use rstest::rstest;
use serde_json::{Value, json};

use crate::connections::fixture::connection;
use crate::refresh::fixture::{EXPIRY, READ, on_read, on_refresh};
use crate::support::TestApp;
use crate::support::app::elsewhere;
use crate::support::database::Database;
use crate::support::faults::{answering, on_api};
use crate::support::waiting::until;

const PROJECTS: &str = "/connectors/jira/projects";
const SEALED_TOKEN: &str = "SELECT access_token_sealed FROM grants";

fn slow() -> FaultAction {
    FaultAction::Delay(Duration::from_millis(900))
}

#[tokio::test]
async fn a_401_on_a_live_token_costs_one_refresh_and_one_retry() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.expire_access_tokens();
    app.sandbox.clear_journal();
    assert_eq!(browser.get(READ).await.status, 200);
    assert_eq!(app.refreshes().len(), 1);
    let used = app.used_tokens();
    assert_eq!(used.len(), 2);
    assert_ne!(used[0], used[1]);
}

#[tokio::test]
async fn a_401_on_the_renewed_token_too_is_told_and_ends_no_login() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    let body = json!({"code": 401, "message": "Unauthorized"});
    app.sandbox.fault(on_read(answering(401, &body), None));
    let answer = browser.get(READ).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (401, "TOKEN_EXPIRED")
    );
    assert_eq!(app.refreshes().len(), 1);
    assert_eq!(app.used_tokens().len(), 2);
    assert_eq!(app.grant_state().await.1.as_deref(), Some("active"));
    assert_eq!(browser.get(READ).await.status, 401);
    assert_eq!((app.refreshes().len(), app.used_tokens().len()), (1, 2));
    // The list of sites says nothing about calls to a product.
    is_active(&connection(&browser, "jira").await);
    app.sandbox.clear_faults();
    app.advance(Duration::from_secs(11));
    assert_eq!(browser.get(READ).await.status, 200);
}

fn sent_to_jira(app: &TestApp) -> usize {
    let journal = app.sandbox.journal();
    let sent = journal
        .iter()
        .filter(|one| one.path.starts_with("/ex/jira/"));
    sent.count()
}

fn is_refused(seen: &Value) {
    assert_eq!(seen["status"], "reauth_required");
    assert_eq!(
        seen["error"],
        "Atlassian renews this login but refuses calls with it; log in again"
    );
}

fn is_active(seen: &Value) {
    assert_eq!(
        (&seen["status"], &seen["error"]),
        (&json!("active"), &json!(null))
    );
}

#[tokio::test]
async fn a_product_that_refuses_a_renewed_login_costs_no_further_renewal_and_is_told_by_itself() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    let body = json!({"code": 401, "message": "Unauthorized"});
    app.sandbox
        .fault(on_api("/ex/jira/", answering(401, &body), None));
    for _ in 0..8 {
        let answer = browser.get(PROJECTS).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (401, "TOKEN_EXPIRED")
        );
    }
    assert_eq!((app.refreshes().len(), sent_to_jira(&app)), (1, 2));
    is_refused(&connection(&browser, "jira").await);
    let pages = "/connectors/confluence/spaces";
    assert_eq!(browser.get(pages).await.status, 200);
    is_refused(&connection(&browser, "jira").await);
    is_active(&connection(&browser, "confluence").await);
    let status = browser.read("/api/auth/oauth/token/status").await;
    assert_eq!(status["status"], "error", "{status}");
    let page = browser.get("/connected").await.body;
    assert!(page.contains("Atlassian refuses calls with this login"));
    // Now and then one call is sent, to see, and never with a token that was renewed for it.
    for round in 1..4 {
        app.advance(Duration::from_secs(11));
        app.sandbox.clear_journal();
        for _ in 0..3 {
            assert_eq!(browser.get(PROJECTS).await.status, 401);
        }
        let sent = sent_to_jira(&app);
        assert_eq!((app.refreshes().len(), sent), (0, 1), "round {round}");
    }
    app.sandbox.clear_faults();
    app.advance(Duration::from_secs(11));
    assert_eq!(browser.get(PROJECTS).await.status, 200);
    is_active(&connection(&browser, "jira").await);
    assert_eq!(browser.get(PROJECTS).await.status, 200);
}

#[tokio::test]
async fn a_new_login_is_used_at_once_where_the_one_before_was_refused() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let body = json!({"code": 401, "message": "Unauthorized"});
    app.sandbox
        .fault(on_api("/ex/jira/", answering(401, &body), None));
    assert_eq!(browser.get(PROJECTS).await.status, 401);
    is_refused(&connection(&browser, "jira").await);
    app.sandbox.clear_faults();
    let again = app.logged_in("mia").await;
    is_active(&connection(&again, "jira").await);
    assert_eq!(again.get(PROJECTS).await.status, 200);
}

#[tokio::test]
async fn a_401_after_somebody_elses_refresh_is_retried_with_theirs() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let other = app.another_process().await;
    app.sandbox
        .set_behaviour(|behaviour| behaviour.refresh_kills_access = true);
    app.advance(Duration::from_mins(1));
    app.sandbox.clear_journal();
    app.sandbox.fault(on_read(slow(), Some(1)));
    let elsewhere = crate::support::app::elsewhere(&other, &browser);
    let (answer, ()) = tokio::join!(browser.get(READ), async {
        until("the call is on its way", async || {
            app.used_tokens().len() == 1
        })
        .await;
        crate::refresh::fixture::force(&elsewhere).await;
    });
    assert_eq!(answer.status, 200);
    assert_eq!(app.refreshes().len(), 1);
}

#[tokio::test]
async fn a_missing_scope_costs_no_token_call() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    let body = json!({"code": 401, "message": "Unauthorized; scope does not match"});
    app.sandbox.fault(on_read(answering(401, &body), None));
    let answer = browser.get(READ).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (403, "FORBIDDEN")
    );
    app.settled().await;
    assert_eq!(app.sandbox.token_calls(), 0);
    assert_eq!(app.used_tokens().len(), 1);
}

#[rstest]
#[case::not_found(404)]
#[case::forbidden(403)]
#[case::gone(410)]
#[tokio::test]
async fn five_refusals_of_a_live_token_cost_no_token_call(#[case] status: u16) {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    let body = json!({"errorMessages": ["no"]});
    let refusal = answering(status, &body);
    app.sandbox
        .fault(on_api("/rest/api/3/issue/", refusal, None));
    for _ in 0..5 {
        let answer = browser.get("/connectors/jira/issues/WEB-1").await;
        assert!(answer.status >= 400, "{}", answer.status);
    }
    app.settled().await;
    assert_eq!(app.sandbox.token_calls(), 0);
}

#[tokio::test]
async fn five_refusals_of_the_list_of_sites_cost_no_token_call() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    app.sandbox.clear_journal();
    let refusal = answering(403, &json!({"message": "no"}));
    app.sandbox
        .fault(on_api("/accessible-resources", refusal, None));
    for _ in 0..5 {
        assert_eq!(browser.get("/api/atlassian/resources").await.status, 403);
    }
    app.settled().await;
    assert_eq!(app.sandbox.token_calls(), 0);
}

#[tokio::test]
async fn five_missing_issues_cost_no_token_call() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    for _ in 0..5 {
        let answer = browser.get("/connectors/jira/issues/WEB-99999").await;
        assert_eq!(answer.status, 404);
    }
    app.settled().await;
    assert_eq!(app.sandbox.token_calls(), 0);
}

#[rstest]
#[case::v2_answers_404("/connectors/confluence/spaces", "/wiki/api/v2/")]
#[case::v1_answers_403("/connectors/confluence/search?q=guide", "/wiki/rest/api/")]
#[tokio::test]
async fn a_token_that_expires_on_its_way_is_renewed_whatever_the_gateway_calls_it(
    #[case] path: &str,
    #[case] upstream: &str,
) {
    let app = TestApp::start_with(&[("TOKEN_REFRESH_MARGIN", "1")]).await;
    let browser = app.logged_in("mia").await;
    app.sandbox
        .set_behaviour(|behaviour| behaviour.expired_quirk = true);
    app.advance(EXPIRY.saturating_sub(Duration::from_secs(3)));
    app.sandbox.clear_journal();
    app.sandbox.fault(on_api(upstream, slow(), Some(1)));
    let (answer, ()) = tokio::join!(browser.get(path), async {
        until("the call is on its way", async || {
            app.sandbox
                .journal()
                .iter()
                .any(|entry| entry.path.contains(upstream))
        })
        .await;
        app.advance(Duration::from_secs(5));
    });
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(app.refreshes().len(), 1);
}

#[tokio::test]
async fn a_post_that_a_401_turned_away_is_sent_once_more_and_makes_one_issue() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.expire_access_tokens();
    app.sandbox.clear_journal();
    let issue = json!({"project_key": "WEB", "summary": "once"});
    let answer = browser.post("/connectors/jira/create", issue).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
    assert_eq!(app.refreshes().len(), 1);
    let statuses: Vec<u16> = app
        .sandbox
        .journal()
        .iter()
        .filter(|entry| entry.method == "POST" && entry.path.ends_with("/rest/api/3/issue"))
        .map(|entry| entry.status)
        .collect();
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1);
    assert!(statuses.len() <= 2, "{statuses:?}");
}

#[rstest]
#[tokio::test]
async fn a_new_login_is_not_overwritten_by_a_refresh_under_way(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.expired().await;
    app.sandbox.fault(on_refresh(slow(), None));
    let again = app.browser();
    let (answer, of_login) = tokio::join!(browser.get(READ), async {
        app.until_refreshing(1).await;
        app.log_in(&again, "mia").await;
        app.raw().await.text(SEALED_TOKEN).await
    });
    assert_eq!(answer.status, 200, "served with the new login's token");
    let kept = app.raw().await.text(SEALED_TOKEN).await;
    assert_eq!(kept, of_login);
    assert_eq!(app.grant_state().await, (Some(2), Some("active".into())));
    assert_eq!(again.get(READ).await.status, 200);
    assert_eq!(app.refreshes().len(), 1);
}

#[rstest]
#[tokio::test]
async fn a_late_word_that_the_old_token_is_dead_does_not_end_a_newer_login(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.expired().await;
    app.sandbox.revoke_grants("mia");
    app.sandbox.fault(on_refresh(slow(), None));
    let (answer, ()) = tokio::join!(browser.get(READ), async {
        app.until_refreshing(1).await;
        app.log_in(&app.browser(), "mia").await;
    });
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(app.refreshes()[0].status, 403, "the old one is dead");
    assert_eq!(app.grant_state().await, (Some(2), Some("active".into())));
    assert_eq!(app.refreshes().len(), 1);
}

#[rstest]
#[tokio::test]
async fn connections_deleted_during_a_refresh_stay_deleted(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.expired().await;
    app.sandbox.fault(on_refresh(slow(), None));
    let (answer, ()) = tokio::join!(browser.get(READ), async {
        app.until_refreshing(1).await;
        for product in ["jira", "confluence"] {
            let path = format!("/connectors/{product}/connection");
            assert_eq!(browser.delete(&path).await.status, 200);
        }
    });
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (409, "NOT_CONNECTED")
    );
    let mut raw = app.raw().await;
    assert_eq!(raw.number("SELECT COUNT(*) FROM grants").await, Some(0));
    assert_eq!(
        raw.number("SELECT COUNT(*) FROM connections").await,
        Some(0)
    );
}

#[tokio::test]
async fn deleting_one_connection_during_a_refresh_keeps_the_grant_of_the_other() {
    let app = TestApp::start().await;
    let browser = app.expired().await;
    app.sandbox.fault(on_refresh(slow(), None));
    let (answer, deleted) = tokio::join!(browser.get(READ), async {
        app.until_refreshing(1).await;
        browser.delete("/connectors/confluence/connection").await
    });
    assert_eq!((answer.status, deleted.status), (200, 200));
    assert_eq!(app.grant_state().await, (Some(2), Some("active".into())));
    assert_eq!(browser.get(READ).await.status, 200);
    assert_eq!(app.refreshes().len(), 1);
}

/// A refresh that another process's has made needless lands with that one's token, which may have been
/// refused since.
#[tokio::test]
async fn nobody_is_given_the_token_again_that_was_just_refused() {
    let app = TestApp::start().await;
    let other = app.another_process().await;
    let browser = app.expired().await;
    let there = elsewhere(&other, &browser);
    let slow = FaultAction::Delay(Duration::from_millis(600));
    app.sandbox.fault(on_refresh(slow, Some(1)));
    let waits = async {
        app.until_refreshing(1).await;
        browser.get(READ).await
    };
    let late = async {
        until("the other process has renewed it", async || {
            app.grant_state().await.0 == Some(2)
        })
        .await;
        app.sandbox.expire_access_tokens();
        browser.get(READ).await
    };
    let (_, _, late) = futures_util::future::join3(there.get(READ), waits, late).await;
    assert_eq!(late.status, 200, "{}", late.body);
    assert_eq!(app.refreshes().len(), 2);
}
