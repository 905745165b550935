//! `/metrics`: what is counted, who may read it, and that it names nobody.

use std::time::Duration;

use atlassian_sandbox::FaultAction;
use integration_backend::model::api_key::KeyScope;
use rstest::rstest;
use serde_json::json;

use crate::refresh::fixture::{EXPIRY, READ, force, on_refresh};
use crate::support::database::Database;
use crate::support::faults::{answering, on_api};
use crate::support::installation::{Installation, free_port};
use crate::support::{Answer, TestApp};

/// The value of the one series whose line holds all of `parts`; none when there is no such line.
fn value(text: &str, parts: &[&str]) -> Option<f64> {
    let mut lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && parts.iter().all(|part| line.contains(part)));
    let line = lines.next()?;
    assert_eq!(lines.next(), None, "{parts:?} names several series");
    line.rsplit(' ').next()?.parse().ok()
}

impl TestApp {
    async fn metrics(&self) -> String {
        let answer = self.browser().get("/metrics").await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(
            answer.header("content-type"),
            "text/plain; version=0.0.4; charset=utf-8"
        );
        answer.body
    }

    async fn operator_key(&self, scopes: &[KeyScope]) -> String {
        self.api_key("service", "default", scopes).await
    }
}

fn outcome(answer: &Answer) -> (u16, &str) {
    let kind = if answer.body.contains("integration_backend_build_info") {
        "metrics"
    } else {
        "none"
    };
    (answer.status, kind)
}

#[tokio::test]
async fn this_machine_reads_the_metrics_without_a_credential_and_others_need_an_admin_key() {
    let app = TestApp::start().await;
    assert_eq!(
        outcome(&app.browser().get("/metrics").await),
        (200, "metrics")
    );
    let far = app.browser().on_machine("192.168.1.20");
    assert_eq!(outcome(&far.get("/metrics").await), (401, "none"));
    let admin = app.operator_key(&[KeyScope::Admin]).await;
    let reader = app.operator_key(&[KeyScope::Read, KeyScope::Write]).await;
    for (key, expected) in [(&admin, (200, "metrics")), (&reader, (403, "none"))] {
        let answer = far.get_with("/metrics", &[("authorization", key)]).await;
        assert_eq!(outcome(&answer), expected);
    }
    let stale = [("authorization", "Bearer ibk_nobody-has-this-key")];
    for browser in [far, app.browser()] {
        let answer = browser.get_with("/metrics", &stale).await;
        assert_eq!(
            outcome(&answer),
            (401, "none"),
            "a bad key is never overlooked"
        );
    }
}

#[tokio::test]
async fn where_the_service_is_reached_from_elsewhere_being_on_the_machine_proves_nothing() {
    for base in ["https://ib.example", "https://192.168.1.9"] {
        let app = TestApp::start_with(&[("PUBLIC_BASE_URL", base)]).await;
        // As through a proxy on the same machine that adds no header and names the service locally.
        let proxied = app.browser().get("/metrics").await;
        assert_eq!(outcome(&proxied), (401, "none"), "{base}");
        let admin = app.operator_key(&[KeyScope::Admin]).await;
        let headers = [("authorization", admin.as_str())];
        let by_key = app.browser().get_with("/metrics", &headers).await;
        assert_eq!(outcome(&by_key), (200, "metrics"), "{base}");
    }
}

#[rstest]
#[case::behind_a_proxy("localhost:3001", "x-forwarded-for", "10.1.1.1")]
#[case::behind_another_proxy("localhost:3001", "forwarded", "for=10.1.1.1")]
#[case::under_a_foreign_name("rebound.example:3001", "accept", "*/*")]
#[case::for_a_foreign_page("localhost:3001", "origin", "https://evil.example")]
#[case::for_a_foreign_image("localhost:3001", "sec-fetch-site", "cross-site")]
#[tokio::test]
async fn this_machine_does_not_read_the_metrics_for_others(
    #[case] host: &str,
    #[case] header: &str,
    #[case] value: &str,
    #[values("session", "open")] mode: &str,
) {
    let app = TestApp::start_with(&[("AUTH_MODE", mode)]).await;
    let browser = app.browser().at(host);
    let answer = browser.get_with("/metrics", &[(header, value)]).await;
    assert!(matches!(answer.status, 401 | 403), "{}", answer.status);
    assert!(!answer.body.contains("build_info"));
}

#[tokio::test]
async fn requests_are_counted_by_route_method_and_class_of_status() {
    let app = TestApp::start().await;
    let browser = app.browser();
    browser.get("/healthz").await;
    browser.get("/healthz").await;
    browser.get("/no/such/place/mia@example.com").await;
    browser.send("BREW", "/healthz", &[], None).await;
    browser.get("/connectors/jira/issues/SECRET-1").await;
    let text = app.metrics().await;
    let counted = |route: &str, method: &str, status: &str| {
        let name = "integration_backend_http_requests_total{";
        value(
            &text,
            &[
                name,
                &format!("route=\"{route}\""),
                &format!("method=\"{method}\""),
                &format!("status=\"{status}\""),
            ],
        )
    };
    assert_eq!(counted("/healthz", "GET", "2xx"), Some(2.0));
    assert_eq!(counted("unmatched", "GET", "4xx"), Some(1.0));
    assert_eq!(counted("/healthz", "OTHER", "4xx"), Some(1.0));
    assert_eq!(
        counted("/connectors/jira/issues/{key}", "GET", "4xx"),
        Some(1.0)
    );
    let took = value(
        &text,
        &[
            "http_request_duration_seconds_bucket",
            "route=\"/healthz\"",
            "method=\"GET\"",
            "le=\"+Inf\"",
        ],
    );
    assert_eq!(took, Some(2.0));
    assert_eq!(
        value(&text, &["integration_backend_http_requests_in_flight "]),
        Some(1.0),
        "the scrape itself"
    );
    assert!(!text.contains("SECRET-1"));
}

#[rstest]
#[tokio::test]
async fn a_login_and_a_call_show_up_without_naming_anybody(
    #[values(Database::Sqlite, Database::Postgres)] kind: Database,
) {
    let app = TestApp::start_on(kind, &[]).await;
    let browser = app.logged_in("mia").await;
    let user = browser.get("/auth/session").await.json()["user"].clone();
    let tenant = [("x-tenant-id", "umbrella-tenant")];
    assert_eq!(browser.get_with("/connectors", &tenant).await.status, 200);
    assert_eq!(
        browser
            .get("/connectors/jira/projects?limit=1")
            .await
            .status,
        200
    );
    assert_eq!(
        browser
            .get("/connectors/jira/issues/APP-404404")
            .await
            .status,
        404
    );
    let text = app.metrics().await;
    let counted = |parts: &[&str]| value(&text, parts);
    assert_eq!(
        counted(&[
            "token_calls_total",
            "purpose=\"exchange\"",
            "outcome=\"ok\""
        ]),
        Some(1.0)
    );
    assert_eq!(
        counted(&[
            "upstream_requests_total",
            "product=\"identity\"",
            "operation=\"sites\"",
            "outcome=\"ok\""
        ]),
        Some(1.0)
    );
    assert_eq!(
        counted(&[
            "upstream_requests_total",
            "product=\"jira\"",
            "operation=\"project search\"",
            "outcome=\"ok\""
        ]),
        Some(1.0)
    );
    assert_eq!(
        counted(&[
            "upstream_requests_total",
            "product=\"jira\"",
            "operation=\"issue\"",
            "outcome=\"not_found\""
        ]),
        Some(1.0)
    );
    assert_eq!(counted(&["integration_backend_sessions "]), Some(1.0));
    assert_eq!(
        counted(&["integration_backend_grants{status=\"active\"}"]),
        Some(1.0)
    );
    assert_eq!(counted(&["integration_backend_store_up "]), Some(1.0));
    assert!(
        counted(&[
            "store_statement_duration_seconds_count",
            "kind=\"transaction\""
        ])
        .unwrap()
            >= 1.0
    );
    let raw_ids = app.raw().await.text("SELECT id FROM grants").await.unwrap();
    let names = [
        user["id"].as_str().unwrap(),
        user["account_id"].as_str().unwrap(),
        user["email"].as_str().unwrap(),
        &raw_ids,
        "umbrella-tenant",
        "atlassian.net",
        "acme",
        "404404",
        crate::support::journey::ACME,
        "sandbox-client",
    ];
    for name in names {
        assert!(!text.contains(name), "the metrics name {name}");
    }
}

/// How many refreshes ended like this.
async fn ended(app: &TestApp, outcome: &str) -> Option<f64> {
    let label = format!("outcome=\"{outcome}\"");
    let name = "integration_backend_refreshes_total{";
    value(&app.metrics().await, &[name, &label])
}

#[tokio::test]
async fn refreshes_are_counted_by_how_they_ended() {
    let app = TestApp::start().await;
    for outcome in [
        "renewed",
        "dead",
        "later",
        "client_rejected",
        "commit_failed",
        "lease_lost",
    ] {
        let from_the_start = ended(&app, outcome).await;
        assert_eq!(from_the_start, Some(0.0), "{outcome}");
    }
    let browser = app.logged_in("mia").await;
    app.advance(Duration::from_secs(31));
    force(&browser).await;
    assert_eq!(ended(&app, "renewed").await, Some(1.0));
    app.advance(EXPIRY);
    let asked_to_wait = FaultAction::Status {
        status: 429,
        headers: vec![(String::from("retry-after"), String::from("60"))],
        body: String::new(),
    };
    app.sandbox.fault(on_refresh(asked_to_wait, Some(1)));
    assert_eq!(browser.get(READ).await.status, 503);
    assert_eq!(ended(&app, "later").await, Some(1.0));
    app.advance(Duration::from_secs(61));
    let rejected = json!({"error": "access_denied", "error_description": "Unauthorized"});
    app.sandbox
        .fault(on_refresh(answering(403, &rejected), Some(1)));
    assert_eq!(browser.get(READ).await.status, 503);
    assert_eq!(ended(&app, "client_rejected").await, Some(1.0));
}

#[tokio::test]
async fn a_dead_grant_is_counted_when_rows_are_counted_next() {
    let app = TestApp::start().await;
    let browser = app.expired().await;
    app.metrics().await;
    let dead =
        json!({"error": "unauthorized_client", "error_description": "refresh_token is invalid"});
    app.sandbox
        .fault(on_refresh(answering(403, &dead), Some(1)));
    assert_eq!(browser.get(READ).await.status, 401);
    assert_eq!(ended(&app, "dead").await, Some(1.0));
    let dead_grants = async || {
        let series = "integration_backend_grants{status=\"reauth_required\"}";
        value(&app.metrics().await, &[series])
    };
    let counted_before = dead_grants().await;
    assert_eq!(counted_before, Some(0.0), "every 15 seconds at most");
    app.advance(Duration::from_secs(15));
    assert_eq!(dead_grants().await, Some(1.0));
}

#[tokio::test]
async fn atlassians_rate_limits_are_counted_by_their_kind() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let limited = FaultAction::Status {
        status: 429,
        headers: vec![
            (String::from("retry-after"), String::from("120")),
            (
                String::from("ratelimit-reason"),
                String::from("jira-quota-tenant-based"),
            ),
        ],
        body: String::new(),
    };
    app.sandbox
        .fault(on_api("/project/search", limited, Some(1)));
    for _ in 0..2 {
        assert_eq!(browser.get("/connectors/jira/projects").await.status, 429);
    }
    let text = app.metrics().await;
    let counted = |kind: &str| {
        value(
            &text,
            &[
                "rate_limited_total{by=\"atlassian\"",
                &format!("kind=\"{kind}\""),
            ],
        )
    };
    assert_eq!(
        (counted("site_quota"), counted("paused"), counted("burst")),
        (Some(1.0), Some(1.0), Some(0.0))
    );
}

#[tokio::test]
async fn a_database_that_fails_shows_and_the_scrape_answers_all_the_same() {
    let app = TestApp::start().await;
    assert_eq!(value(&app.metrics().await, &["store_up "]), Some(1.0));
    app.tamper("DROP TABLE sessions").await;
    app.advance(Duration::from_secs(15));
    let text = app.metrics().await;
    assert_eq!(value(&text, &["store_up "]), Some(0.0));
    assert_eq!(
        value(&text, &["store_errors_total", "reason=\"failed\""]),
        Some(1.0)
    );
}

#[tokio::test]
async fn the_metrics_have_a_listener_of_their_own_when_the_operator_names_one() {
    let installation = Installation::new().await;
    let port = free_port();
    let mut command = installation.command(&[]);
    command.env("METRICS_ADDR", format!("127.0.0.1:{port}"));
    let process = installation.start_command(command).await;
    let own = Installation::browser_at(port).at(&format!("localhost:{port}"));
    assert_eq!(outcome(&own.get("/metrics").await), (200, "metrics"));
    let elsewhere = own.get("/health").await;
    assert_eq!(
        (elsewhere.status, elsewhere.error_code().as_str()),
        (404, "NOT_FOUND")
    );
    assert_eq!(own.post("/metrics", json!({})).await.status, 405);
    let forwarded = own
        .get_with("/metrics", &[("x-forwarded-for", "10.1.1.1")])
        .await;
    assert_eq!(outcome(&forwarded), (401, "none"));
    assert_eq!(
        outcome(&installation.browser().get("/metrics").await),
        (200, "metrics")
    );
    process.stop().await;
}

#[tokio::test]
async fn an_address_for_the_metrics_that_is_taken_stops_the_start_in_one_line() {
    let installation = Installation::new().await;
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut command = installation.command(&[]);
    command.env("METRICS_ADDR", taken.local_addr().unwrap().to_string());
    let (code, said) = installation.outcome(command).await;
    assert_eq!(code, Some(1));
    let line = said.lines().last().unwrap();
    assert!(line.contains("METRICS_ADDR"), "{line}");
}
