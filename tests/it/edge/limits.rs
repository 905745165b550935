//! How often anybody may call: callers, addresses, starts, failed logins, guessed credentials.

use std::time::Duration;

use atlassian_sandbox::FaultAction;
use integration_backend::http::caller::access::TABLE;
use rstest::rstest;
use serde_json::json;

use crate::login::api_token::login;
use crate::login::start::STARTS;
use crate::support::browser::Answer;
use crate::support::faults::on_api;
use crate::support::{Browser, TestApp};

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

async fn limited(per_minute: &str) -> TestApp {
    TestApp::start_with(&[("RATE_LIMIT_PER_MINUTE", per_minute)]).await
}

/// Asserts that an answer is the refusal of a limit, and gives the seconds it asks to wait.
fn refused(answer: &Answer) -> u64 {
    assert_eq!(answer.status, 429, "{}", answer.body);
    assert_eq!(answer.error_code(), "RATE_LIMITED");
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert_eq!(answer.json()["retry_after"], wait);
    assert!(wait > 0);
    wait
}

#[tokio::test]
async fn a_caller_who_asks_too_often_is_told_truly_when_to_come_back() {
    let app = limited("12").await;
    let mia = app.logged_in("mia").await;
    app.clock.advance(MINUTE);
    for _ in 0..12 {
        assert_eq!(mia.get("/connectors").await.status, 200);
    }
    let wait = refused(&mia.get("/connectors").await);
    assert_eq!(wait, 5, "one in five seconds");
    app.clock.advance(SECOND * u32::try_from(wait - 1).unwrap());
    refused(&mia.get("/connectors/jira/projects").await);
    app.clock.advance(SECOND);
    assert_eq!(
        mia.get("/connectors/jira/projects?limit=1").await.status,
        200
    );
    refused(&mia.get("/connectors").await);
}

#[tokio::test]
async fn callers_count_for_themselves_wherever_they_come_from() {
    let app = limited("6").await;
    let (mia, omar) = (app.logged_in("mia").await, app.logged_in("omar").await);
    app.clock.advance(MINUTE);
    let mia = mia.on_machine("192.0.2.1");
    for _ in 0..6 {
        assert_eq!(mia.get("/connectors").await.status, 200);
    }
    let mia = mia.on_machine("192.0.2.2");
    refused(&mia.get("/connectors").await);
    // Neither the others nor strangers behind the same address are concerned, and the other way round.
    let omar = omar.on_machine("192.0.2.2");
    let stranger = app.browser().on_machine("192.0.2.2");
    for _ in 0..6 {
        assert_eq!(stranger.get("/connectors").await.status, 200);
    }
    refused(&stranger.get("/connectors").await);
    for _ in 0..3 {
        assert_eq!(omar.get("/connectors").await.status, 200, "a public route");
        let own = omar.get("/connectors/jira/projects?limit=1").await;
        assert_eq!(own.status, 200, "{}", own.body);
    }
    refused(&omar.get("/connectors").await);
}

#[tokio::test]
async fn strangers_are_counted_by_address_and_a_network_of_ipv6_is_one() {
    let app = limited("3").await;
    let at = |address: &str| app.browser().on_machine(address);
    for last in 1..=3 {
        let answer = at(&format!("2001:db8:1:2::{last}")).get("/login").await;
        assert_eq!(answer.status, 200);
    }
    refused(&at("2001:db8:1:2:ffff::9").get("/login").await);
    assert_eq!(at("2001:db8:1:3::1").get("/login").await.status, 200);
    for _ in 0..3 {
        assert_eq!(at("192.0.2.1").get("/docs").await.status, 200);
    }
    refused(&at("::ffff:192.0.2.1").get("/docs").await);
    assert_eq!(at("192.0.2.2").get("/docs").await.status, 200);
}

#[tokio::test]
async fn every_route_but_the_probes_counts() {
    let app = limited("1").await;
    for (method, route, _) in TABLE {
        let path = route
            .replace("{provider}", "jira")
            .replace("{product}", "jira")
            .replace("{*file}", "swagger-ui.css")
            .replace(['{', '}'], "");
        let browser = app.browser();
        let before = browser.get("/login").await;
        assert_eq!(before.status, 200);
        for headers in [&[][..], &[("x-session-token", "ibs_none")]] {
            let answer = browser.send(method, &path, headers, None).await;
            if ["/healthz", "/health", "/api/health"].contains(route) || route.starts_with("/ready")
            {
                assert_eq!(answer.status, 200, "{route}");
            } else {
                refused(&answer);
            }
        }
    }
}

#[tokio::test]
async fn what_does_not_exist_is_said_before_any_limit() {
    let app = limited("1").await;
    let browser = app.browser();
    assert_eq!(browser.get("/login").await.status, 200);
    assert_eq!(browser.get("/nowhere").await.status, 404);
    assert_eq!(browser.delete("/login").await.status, 405);
}

#[rstest]
#[case("1")]
#[case("0")]
#[tokio::test]
async fn preflights_and_probes_are_free(#[case] per_minute: &str) {
    let app = limited(per_minute).await;
    let browser = app.browser();
    let preflight = [
        ("origin", "http://localhost:3000"),
        ("access-control-request-method", "POST"),
    ];
    for _ in 0..20 {
        let answer = browser
            .send("OPTIONS", "/connectors", &preflight, None)
            .await;
        assert!(answer.status < 300, "{}", answer.status);
        assert_eq!(browser.get("/healthz").await.status, 200);
    }
}

#[tokio::test]
async fn zero_turns_the_general_limit_off_and_no_other() {
    let app = limited("0").await;
    let browser = app.browser();
    for _ in 0..1500 {
        assert_eq!(browser.get("/connectors").await.status, 200);
    }
    for _ in 0..30 {
        assert_eq!(browser.get("/auth/jira/login").await.status, 200);
    }
    refused(&browser.get("/auth/jira/login").await);
}

#[tokio::test]
async fn a_page_with_all_its_files_is_within_the_default() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for _ in 0..1000 {
        assert_eq!(browser.get("/static/pages.css").await.status, 200);
    }
    assert_eq!(refused(&browser.get("/static/pages.css").await), 1);
}

#[tokio::test]
async fn thirty_logins_a_minute_can_be_started_from_one_address() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for round in 0..30 {
        let (start, _) = STARTS[round % STARTS.len()];
        let answer = browser.get(start).await;
        assert!(answer.status < 400, "{}", answer.body);
    }
    app.clock.advance(SECOND * 20);
    for (start, _) in STARTS {
        let answer = browser.get(start).await;
        assert_eq!(refused(&answer), 40, "{start}");
        assert_eq!(answer.header("set-cookie"), "");
        assert_eq!(answer.header("x-session-token"), "");
    }
    assert_eq!(app.rows("flows").await, 30);
    assert_eq!(app.browser().get("/auth/jira/login").await.status, 200);
    app.clock.advance(SECOND * 40);
    assert_eq!(browser.get("/auth/jira/login").await.status, 200);
}

async fn fail(browser: &Browser, email: &str) -> Answer {
    let body = json!({ "email": email, "api_token": "wrong", "site": "acme" });
    browser.post("/auth/jira/api-token", body).await
}

#[tokio::test]
async fn five_failed_token_logins_a_minute_and_thirty_an_hour_from_one_address() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let mut emails = (0..).map(|number| format!("person{number}@example.com"));
    let mut first = None;
    for minute in 0..6 {
        for _ in 0..5 {
            let answer = fail(&browser, &emails.next().unwrap()).await;
            assert_eq!(answer.status, 401, "{minute}: {}", answer.body);
            let mut body = answer.json();
            body["request_id"].take();
            assert_eq!(*first.get_or_insert(body.clone()), body, "all are alike");
        }
        app.sandbox.clear_journal();
        let answer = fail(&browser, &emails.next().unwrap()).await;
        let expected = if minute < 5 { 60 } else { 3600 - 5 * 60 };
        assert_eq!(refused(&answer), expected, "{minute}");
        // The right token would not help, and nothing is asked of Atlassian.
        let right = login("classic-token-mia");
        refused(&browser.post("/auth/jira/api-token", right.clone()).await);
        app.assert_nothing_sent();
        assert_eq!(
            app.browser()
                .post("/auth/jira/api-token", right)
                .await
                .status,
            200
        );
        app.clock.advance(MINUTE);
    }
    app.clock.advance(MINUTE * 54);
    assert_eq!(fail(&browser, &emails.next().unwrap()).await.status, 401);
}

#[tokio::test]
async fn ten_failed_token_logins_an_hour_under_one_email_wherever_they_come_from() {
    let app = TestApp::start().await;
    for attempt in 0..10 {
        let email = ["mia@example.com", "MIA@Example.com"][attempt % 2];
        assert_eq!(fail(&app.browser(), email).await.status, 401);
    }
    app.sandbox.clear_journal();
    let answer = fail(&app.browser(), "mia@example.com").await;
    assert_eq!(refused(&answer), 3600);
    assert!(!answer.body.contains("mia"), "{}", answer.body);
    app.assert_nothing_sent();
    assert_eq!(fail(&app.browser(), "omar@example.com").await.status, 401);
    app.clock.advance(HOUR);
    assert_eq!(fail(&app.browser(), "mia@example.com").await.status, 401);
}

#[tokio::test]
async fn attaching_a_token_counts_against_the_same_limits() {
    let app = TestApp::start().await;
    let browser = app.logged_in("omar").await;
    let wrong = login("wrong");
    for attempt in 0..5 {
        let answer = if attempt % 2 == 0 {
            browser
                .patch("/connectors/jira/connection", wrong.clone())
                .await
        } else {
            browser.post("/auth/jira/api-token", wrong.clone()).await
        };
        assert!(matches!(answer.status, 401 | 422), "{}", answer.body);
    }
    let right = login("classic-token-mia");
    refused(
        &browser
            .patch("/connectors/jira/connection", right.clone())
            .await,
    );
    refused(&browser.post("/auth/jira/api-token", right).await);
    assert_eq!(
        browser.get("/connectors").await.status,
        200,
        "all else goes on"
    );
}

#[tokio::test]
async fn a_login_that_works_and_an_outage_are_no_failures() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for _ in 0..12 {
        let answer = app
            .browser()
            .on_machine("192.0.2.1")
            .post("/auth/jira/api-token", login("classic-token-mia"))
            .await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let malformed = json!({ "email": "mia", "api_token": "x", "site": "acme" });
    for _ in 0..12 {
        let answer = browser
            .post("/auth/jira/api-token", malformed.clone())
            .await;
        assert_eq!(answer.status, 422, "nobody was asked");
    }
    app.sandbox.fault(on_api("/", FaultAction::Drop, None));
    for _ in 0..6 {
        let answer = browser.post("/auth/jira/api-token", login("wrong")).await;
        assert_eq!(answer.status, 502, "{}", answer.body);
    }
    app.sandbox.clear_faults();
    assert_eq!(fail(&browser, "mia@example.com").await.status, 401);
}

#[tokio::test]
async fn simultaneous_tries_do_not_slip_through() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let tries = (0..40).map(|number| {
        let browser = &browser;
        async move {
            fail(browser, &format!("person{number}@example.com"))
                .await
                .status
        }
    });
    let statuses = futures_util::future::join_all(tries).await;
    let refused_by_atlassian = statuses.iter().filter(|status| **status == 401).count();
    assert_eq!(refused_by_atlassian, 5, "{statuses:?}");
}

#[tokio::test]
async fn guessing_sessions_and_keys_ends_and_refuses_nobody_who_has_a_good_one() {
    let app = TestApp::start().await;
    let guesser = app.browser().on_machine("192.0.2.1");
    let guess = async |number: usize| {
        let token = format!("ibs_{number:043}");
        let key = format!("Bearer ibk_{number:043}");
        let headers = [
            [("x-session-token", token.as_str())],
            [("authorization", key.as_str())],
        ];
        let projects = "/connectors/jira/projects";
        guesser.get_with(projects, &headers[number % 2]).await
    };
    for number in 0..100 {
        assert_eq!(guess(number).await.status, 401, "{number}");
    }
    for number in 100..103 {
        assert_eq!(refused(&guess(number).await), 1);
    }
    // None of these was ever seen from there.
    let mia = app.logged_in("mia").await.on_machine("192.0.2.1");
    let projects = "/connectors/jira/projects?limit=1";
    assert_eq!(mia.get(projects).await.status, 200);
    let token = mia.cookie("ib_session").unwrap();
    let id = mia.get("/auth/session").await.json()["user"]["id"].clone();
    let scopes = [integration_backend::model::api_key::KeyScope::Read];
    let key = app.api_key(id.as_str().unwrap(), "default", &scopes).await;
    for header in [("x-session-token", &token), ("authorization", &key)] {
        let header = (header.0, header.1.as_str());
        let answer = guesser.get_with(projects, &[header]).await;
        assert_eq!(answer.status, 200, "{}: {}", header.0, answer.body);
    }
    assert_eq!(guesser.get("/login").await.status, 200, "others go on");
    app.clock.advance(SECOND);
    assert_eq!(guess(103).await.status, 401);
}

#[tokio::test]
async fn a_bad_cookie_counts_as_none_however_often_it_comes() {
    let app = TestApp::start().await;
    let stale = app.browser().on_machine("192.0.2.1");
    stale.set_cookie("ib_session", "ibs_stale");
    for round in 0..150 {
        for (path, status) in [("/login", 200), ("/auth/session", 200), ("/users", 401)] {
            let answer = stale.get(path).await;
            assert_eq!(answer.status, status, "{round} {path}: {}", answer.body);
        }
    }
    // Nor does it count against those who show something else, and on public routes neither does a bad
    // token.
    let bad = [("x-session-token", "ibs_none")];
    for round in 0..150 {
        let answer = stale.get_with("/auth/session", &bad).await;
        assert_eq!(answer.status, 200, "{round}: {}", answer.body);
    }
    assert_eq!(stale.get_with("/users", &bad).await.status, 401);
}

#[tokio::test]
async fn open_mode_counts_its_owner_once_and_strangers_by_address() {
    let settings = [("AUTH_MODE", "open"), ("RATE_LIMIT_PER_MINUTE", "4")];
    let app = TestApp::start_with(&settings).await;
    for _ in 0..4 {
        assert_eq!(app.browser().get("/connectors").await.status, 200);
    }
    refused(&app.browser().get("/connectors").await);
    let far = app.browser().on_machine("192.0.2.1");
    for _ in 0..4 {
        assert_eq!(far.get("/connectors/jira/projects").await.status, 403);
    }
    refused(&far.get("/connectors/jira/projects").await);
}
