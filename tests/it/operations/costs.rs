//! What a request costs, counted and not timed: statements, opened secrets and calls to Atlassian.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use serde_json::json;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::support::{Browser, TestApp};

/// Counts what the store tells of itself.
#[derive(Clone, Default)]
struct Counter {
    statements: Arc<AtomicUsize>,
    opened: Arc<AtomicUsize>,
}

impl Subscriber for Counter {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target().starts_with("integration_backend::store")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        match event.metadata().target() {
            "integration_backend::store::statement" => self.statements.fetch_add(1, Relaxed),
            "integration_backend::store::vault" => self.opened.fetch_add(1, Relaxed),
            _ => 0,
        };
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// What one request costs once everything it needs is known; the first one may have to find out more. Something was
/// written since, so who calls and through which connection is looked up anew.
///
/// Counted twice, and the more counts: while tests beside this one begin and end their own subscribers, an event can go unseen.
async fn cost(app: &TestApp, browser: &Browser, line: &str, number: usize) -> String {
    let (method, rest) = line.split_once(' ').unwrap();
    let path = rest.split_once(' ').map_or(rest, |(path, _)| path);
    let one = counted(app, browser, line, number * 2).await;
    let other = counted(app, browser, line, number * 2 + 1).await;
    let most = |place: usize| one[place].max(other[place]);
    format!("{} {} {}  {method} {path}", most(0), most(1), most(2))
}

/// The statements, opened secrets and calls of Atlassian.
async fn counted(app: &TestApp, browser: &Browser, line: &str, number: usize) -> [usize; 3] {
    let (method, rest) = line.split_once(' ').unwrap();
    let (path, body) = rest.split_once(' ').unwrap_or((rest, ""));
    let key = format!("{path}#{number}");
    let keyed = [("idempotency-key", key.as_str())];
    let ask = async |headers: &[(&str, &str)]| {
        if method == "GET" {
            return browser.get(path).await;
        }
        let body = serde_json::from_str(body).unwrap();
        browser.post_with(path, headers, &body).await
    };
    assert!(ask(&[]).await.status < 300, "{line}");
    app.settled().await;
    let email = format!("{number}@example.com");
    browser.post("/users", json!({"email": email})).await;
    app.settled().await;
    app.sandbox.clear_journal();
    let counter = Counter::default();
    let guard = tracing::subscriber::set_default(counter.clone());
    let headers = if method == "POST" { &keyed[..] } else { &[] };
    let answer = ask(headers).await;
    drop(guard);
    assert!(answer.status < 300, "{line}: {}", answer.body);
    let (statements, opened) = (
        counter.statements.load(Relaxed),
        counter.opened.load(Relaxed),
    );
    [statements, opened, app.sandbox.journal().len()]
}

#[tokio::test]
async fn a_request_costs_no_more_than_it_did() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let made = browser
        .post("/users", json!({"email": "ann@example.com"}))
        .await;
    let user = made.json()["id"].as_str().unwrap().to_owned();
    let mut table = String::from("statements, opened secrets, calls of Atlassian\n");
    let mut lines: Vec<String> = [
        "GET /healthz",
        "GET /openapi.json",
        "GET /static/pages.css",
        "GET /auth/session",
        "GET /connectors",
        "GET /connectors/jira/connection",
        "GET /connectors/jira/projects",
        "GET /connectors/jira/search?q=login",
        "GET /connectors/jira/issues/APP-1",
        "GET /connectors/confluence/spaces",
        "GET /connectors/confluence/search?q=release",
        "GET /integrations/jira/projects/fetch",
        "GET /dashboard/statistics",
        r#"POST /connectors/jira/create {"project_key": "APP", "summary": "counted"}"#,
    ]
    .map(String::from)
    .into();
    lines.push(format!("GET /jira/projects/{user}"));
    let project = json!({"owner_id": user, "key": "EX", "name": "Example"});
    lines.insert(0, format!("POST /jira/projects {project}"));
    for (number, line) in lines.iter().enumerate() {
        writeln!(
            table,
            "{}",
            cost(&app, &browser, line, number)
                .await
                .replace(&user, "{user}")
        )
        .unwrap();
    }
    insta::assert_snapshot!(table, @"
    statements, opened secrets, calls of Atlassian
    5 0 0  POST /jira/projects
    0 0 0  GET /healthz
    0 0 0  GET /openapi.json
    0 0 0  GET /static/pages.css
    2 0 0  GET /auth/session
    2 0 0  GET /connectors
    2 0 0  GET /connectors/jira/connection
    2 1 1  GET /connectors/jira/projects
    2 1 1  GET /connectors/jira/search?q=login
    2 1 1  GET /connectors/jira/issues/APP-1
    2 1 1  GET /connectors/confluence/spaces
    2 1 1  GET /connectors/confluence/search?q=release
    4 0 0  GET /integrations/jira/projects/fetch
    5 0 0  GET /dashboard/statistics
    4 1 1  POST /connectors/jira/create
    2 0 0  GET /jira/projects/{user}
    ");
}

#[tokio::test]
async fn who_calls_and_through_what_is_looked_up_once_in_a_moment() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for path in [
        "/auth/session",
        "/connectors/jira/projects",
        "/ex/jira/-/rest/api/3/project/search",
    ] {
        let looked_up = path == "/auth/session";
        let mut costs = Vec::new();
        // A busy machine may take longer than the moment lasts.
        for _ in 0..50 {
            assert_eq!(browser.get(path).await.status, 200, "{path}");
            let counter = Counter::default();
            let guard = tracing::subscriber::set_default(counter.clone());
            assert_eq!(browser.get(path).await.status, 200, "{path}");
            drop(guard);
            costs.push(counter.statements.load(Relaxed));
        }
        let least = costs.iter().min().copied();
        assert_eq!(least, Some(usize::from(looked_up)), "{path}: {costs:?}");
    }
}
