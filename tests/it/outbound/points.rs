//! The hourly points of the app, shared between its sites: a greedy sync beside a person of a quiet site.

use std::time::Duration;

use integration_backend::model::api_key::KeyScope;
use integration_backend::model::clock::Clock;
use serde_json::{Value, json};

use crate::outbound::fixture::LIST;
use crate::support::app::elsewhere;
use crate::support::journey::{ACME, GLOBEX};
use crate::support::waiting::until;
use crate::support::{Browser, TestApp};
use crate::sync::fixture::{ended, start, status};

const HOUR: i64 = 3_600_000;
/// What Atlassian gives the app in an hour here, and what of it syncs leave to people.
const POINTS: u32 = 4000;
const RESERVE: u64 = 800;
/// A page of a sync: a hundred projects and the call itself.
const PAGE: u64 = 101;

/// A minute after the beginning of an hour, of an app and its sites with more projects than it has points for.
async fn crowded(settings: &[(&str, &str)], tells: bool) -> TestApp {
    let app = TestApp::start_with(settings).await;
    app.sandbox.set_behaviour(|behaviour| {
        behaviour.points_per_hour = POINTS;
        behaviour.silent_quota = !tells;
    });
    app.sandbox.crowd("acme", 4000, 0);
    let into_the_hour = app.clock.now().millis().rem_euclid(HOUR);
    let left = u64::try_from(HOUR - into_the_hour).unwrap();
    app.advance(Duration::from_millis(left) + Duration::from_mins(1));
    app
}

/// Somebody of the quiet site.
async fn of_globex(app: &TestApp) -> Browser {
    let mia = app.logged_in("mia").await;
    let elsewhere = json!({"cloud_id": GLOBEX});
    let moved = mia.patch("/connectors/jira/connection", elsewhere).await;
    assert_eq!(moved.status, 200, "{}", moved.body);
    mia
}

/// Lets Omar sync Acme until nobody works on it any more.
async fn greedy(app: &TestApp) -> Browser {
    let omar = app.logged_in("omar").await;
    start(&omar, "jira").await;
    app.until_at_rest().await;
    omar
}

fn used(app: &TestApp) -> u64 {
    app.sandbox
        .points()
        .get("sandbox-client")
        .copied()
        .unwrap_or(0)
}

/// Whether Atlassian had to refuse a call.
fn was_stopped(app: &TestApp) -> bool {
    app.sandbox
        .journal()
        .iter()
        .any(|entry| entry.status == 429)
}

async fn metric(browser: &Browser, name: &str) -> u64 {
    let text = browser.get("/metrics").await.body;
    let line = text
        .lines()
        .find(|line| line.starts_with(&format!("{name} ")));
    let (_, value) = line
        .unwrap_or_else(|| panic!("no {name}: {text}"))
        .split_once(' ')
        .unwrap();
    value.parse().unwrap()
}

#[tokio::test]
async fn a_greedy_sync_takes_all_but_the_reserve_and_the_quiet_sites_person_is_never_refused() {
    let app = crowded(&[("ATLASSIAN_POINTS_PER_HOUR", "4000")], false).await;
    let mia = of_globex(&app).await;
    let omar = greedy(&app).await;
    let spent = used(&app);
    let most = u64::from(POINTS) - RESERVE;
    assert!((most - PAGE..=most).contains(&spent), "{spent}");
    let resting = status(&omar, "jira").await;
    assert_eq!(
        (&resting["status"], &resting["error"]),
        (&json!("running"), &Value::Null)
    );
    // The whole list, page by page, of the one; a list now and then of the other.
    let mut refused = 0;
    for round in 0..30 {
        for _ in 0..3 {
            let answer = omar.get(&format!("{LIST}?limit=50")).await;
            if answer.status == 200 {
                continue;
            }
            assert_eq!(
                (answer.status, answer.error_code().as_str()),
                (429, "RATE_LIMITED")
            );
            assert!(
                answer.body.contains("share of the points"),
                "{}",
                answer.body
            );
            let wait: u64 = answer.header("retry-after").parse().unwrap();
            assert!((1..=3600).contains(&wait), "{wait}");
            refused += 1;
        }
        let answer = mia.get(&format!("{LIST}?limit=2")).await;
        assert_eq!(answer.status, 200, "in round {round}: {}", answer.body);
        app.advance(Duration::from_mins(1));
    }
    assert!(refused > 20, "{refused}");
    assert!(used(&app) <= u64::from(POINTS));
    assert!(!was_stopped(&app), "Atlassian never had to refuse a call");
    // With the hour come new points, and the sync goes on from where it was.
    app.advance(Duration::from_mins(45));
    app.app.services().catalog.look_for_work();
    let end = ended(&omar, "jira").await;
    assert_eq!(end["status"], "succeeded", "{end}");
    assert!(end["fetched"].as_u64().unwrap() > 4000, "{end}");
    assert!(!was_stopped(&app));
}

#[tokio::test]
async fn without_the_budget_the_same_sync_stops_everybody_of_the_app() {
    let app = crowded(&[("ATLASSIAN_POINTS_PER_HOUR", "off")], false).await;
    let mia = of_globex(&app).await;
    greedy(&app).await;
    assert!(was_stopped(&app));
    assert_eq!(mia.get(&format!("{LIST}?limit=2")).await.status, 429);
}

#[tokio::test]
async fn a_process_learns_from_atlassians_answers_what_another_has_used() {
    let app = crowded(&[("ATLASSIAN_POINTS_PER_HOUR", "4000")], true).await;
    let mia = of_globex(&app).await;
    let other = app.another_process().await;
    let there = elsewhere(&other, &mia);
    assert_eq!(
        metric(&there, "integration_backend_points_left").await,
        4000
    );
    greedy(&app).await;
    assert_eq!(there.get(&format!("{LIST}?limit=2")).await.status, 200);
    let left = metric(&there, "integration_backend_points_left").await;
    assert_eq!(left, u64::from(POINTS) - used(&app));
    assert_eq!(
        metric(&there, "integration_backend_points_limit").await,
        4000
    );
    assert_eq!(
        metric(&there, "integration_backend_points_reserve").await,
        RESERVE
    );
    let page = there.get("/operator").await.body;
    assert!(
        page.contains(&format!("{left} of 4000 points are left")),
        "{page}"
    );
    assert!(page.contains("as Atlassian says"), "{page}");
}

#[tokio::test]
async fn a_process_that_was_given_more_than_the_app_has_learns_of_it() {
    let app = crowded(&[], true).await;
    greedy(&app).await;
    let spent = used(&app);
    assert!(spent <= u64::from(POINTS) - RESERVE, "{spent}");
    assert!(!was_stopped(&app));
}

#[tokio::test]
async fn two_syncs_share_what_is_scarce() {
    let app = crowded(&[("ATLASSIAN_POINTS_PER_HOUR", "4000")], false).await;
    app.sandbox.crowd("globex", 4000, 0);
    let mia = of_globex(&app).await;
    let omar = app.logged_in("omar").await;
    start(&omar, "jira").await;
    start(&mia, "jira").await;
    for _ in 0..58 {
        app.until_at_rest().await;
        app.advance(Duration::from_mins(1));
        app.app.services().catalog.look_for_work();
    }
    let mut fetched = Vec::new();
    for browser in [&omar, &mia] {
        fetched.push(status(browser, "jira").await["fetched"].as_u64().unwrap());
    }
    assert!(
        fetched.iter().all(|fetched| *fetched >= 1000),
        "{fetched:?}"
    );
    assert!(fetched.iter().sum::<u64>() >= 2500, "{fetched:?}");
    assert!(used(&app) <= u64::from(POINTS) - RESERVE);
    assert!(!was_stopped(&app));
}

#[tokio::test]
async fn a_token_of_somebodys_own_costs_the_app_nothing() {
    let app = crowded(&[("ATLASSIAN_POINTS_PER_HOUR", "4000")], true).await;
    let browser = app.browser();
    let login =
        json!({"email": "mia@example.com", "api_token": "scoped-token-mia", "site": "acme"});
    let answer = browser.post("/auth/jira/api-token", login).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(browser.get(LIST).await.status, 200);
    assert_eq!(used(&app), 0);
    assert_eq!(
        metric(&browser, "integration_backend_points_left").await,
        4000
    );
}

#[tokio::test]
async fn the_operators_page_shows_the_points_and_the_sites_to_the_operator_alone() {
    let app = crowded(&[("ATLASSIAN_POINTS_PER_HOUR", "4000")], false).await;
    let (mia, omar) = (of_globex(&app).await, app.logged_in("omar").await);
    for browser in [&mia, &omar, &omar] {
        assert_eq!(browser.get(LIST).await.status, 200);
    }
    let page = app.browser().get("/operator/").await;
    assert_eq!(page.status, 200, "{}", page.body);
    let left = u64::from(POINTS) - used(&app);
    for text in [
        "sandbox-client",
        &format!("{left} of 4000 points are left"),
        "by this program's own count",
        &format!("Kept for people and programs who wait for an answer: {RESERVE}"),
    ] {
        assert!(page.body.contains(text), "{text}: {}", page.body);
    }
    let place = |site| {
        page.body
            .find(site)
            .unwrap_or_else(|| panic!("{}", page.body))
    };
    assert!(place(ACME) < place(GLOBEX), "the dearest first");
    let public = app
        .another_process_with(&[("PUBLIC_BASE_URL", "https://backend.example.com")])
        .await;
    let stranger = Browser::new(public.router());
    assert_eq!(stranger.get("/operator").await.status, 401);
    for (scope, status) in [(KeyScope::Read, 403), (KeyScope::Admin, 200)] {
        let key = app.api_key("service", "default", &[scope]).await;
        let shown = stranger
            .get_with("/operator", &[("authorization", &key)])
            .await;
        assert_eq!(shown.status, status, "{}", shown.body);
    }
    let off = app
        .another_process_with(&[("ATLASSIAN_POINTS_PER_HOUR", "off")])
        .await;
    let page = Browser::new(off.router()).get("/operator").await;
    assert!(
        page.body.contains("Points are not counted here"),
        "{}",
        page.body
    );
}

#[tokio::test]
async fn a_sync_that_waits_says_until_when_and_stops_at_once() {
    let app = crowded(&[("ATLASSIAN_POINTS_PER_HOUR", "4000")], false).await;
    let omar = greedy(&app).await;
    let mut raw = app.raw().await;
    let until_when = "SELECT available_at FROM sync_runs";
    let until_when = raw.number(until_when).await.unwrap();
    let turn = (app.clock_millis().div_euclid(HOUR) + 1) * HOUR;
    assert!(
        (turn..turn + HOUR / 4).contains(&until_when),
        "{until_when} and {turn}"
    );
    let held_back = "integration_backend_points_held_back_total{urgency=\"background\"}";
    assert_eq!(metric(&omar, held_back).await, 1);
    until("the process stops", async || app.app.is_idle()).await;
}
