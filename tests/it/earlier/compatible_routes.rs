//! What the earlier systems' frontends find: S2's live lists, S0's pings, S3's connect, S4's names.

use std::time::Duration;

use atlassian_sandbox::{Fault, FaultAction};
use integration_backend::http::caller::access::TABLE;
use integration_backend::http::earlier::aliases::ALIASES;
use integration_backend::http::router;
use serde_json::{Value, json};

use crate::support::{Answer, Browser, TestApp};

fn upstream(app: &TestApp, end: &str) -> usize {
    let journal = app.sandbox.journal();
    journal
        .iter()
        .filter(|call| call.path.ends_with(end))
        .count()
}

async fn disconnect(browser: &Browser) {
    for product in ["jira", "confluence"] {
        let path = format!("/connectors/{product}/connection");
        assert_eq!(browser.delete(&path).await.status, 200);
    }
}

/// An answer of S2's: the objects under `name`, and the next cursor.
fn objects(answer: &Answer, name: &str) -> (Vec<Value>, String) {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let body = answer.json();
    assert_eq!(body.as_object().unwrap().len(), 1, "{body}");
    let found = body[name].as_array().unwrap().clone();
    (found, answer.header("x-next-cursor").to_owned())
}

#[tokio::test]
async fn s2_lists_are_whole_and_in_atlassians_own_words() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let (spaces, next) = objects(&browser.get("/confluence/spaces").await, "spaces");
    assert!(spaces.len() >= 36 && next.is_empty());
    assert!(spaces.iter().all(|space| space["homepageId"].is_string()));
    let (projects, next) = objects(&browser.get("/jira/projects").await, "projects");
    assert!(projects.len() >= 10 && next.is_empty());
    assert!(
        projects
            .iter()
            .all(|project| project["projectTypeKey"].is_string())
    );
    let canonical = browser
        .get("/connectors/jira/projects?limit=100&format=raw")
        .await;
    assert_eq!(canonical.json(), json!(projects));
}

#[tokio::test]
async fn s2_lists_hold_a_thousand_entries_without_a_limit_and_then_a_cursor() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let of_page = |number: u32| {
        let results: Vec<Value> = (0..250)
            .map(
                |one| json!({"id": format!("{number}{one:03}"), "key": format!("K{number}X{one}")}),
            )
            .collect();
        json!({"results": results, "_links": {"next": format!("/wiki/api/v2/spaces?cursor=page{number}")}})
    };
    for number in 1..=4 {
        app.sandbox.fault(Fault {
            method: Some(String::from("GET")),
            path_contains: String::from("/spaces"),
            body_contains: None,
            times: Some(1),
            action: FaultAction::Status {
                status: 200,
                headers: vec![],
                body: of_page(number).to_string(),
            },
        });
    }
    app.sandbox.clear_journal();
    let answer = browser.get("/confluence/spaces").await;
    let (spaces, next) = objects(&answer, "spaces");
    assert_eq!(
        (spaces.len(), spaces[999]["id"].as_str()),
        (1000, Some("4249"))
    );
    assert!(answer.header("link").contains("/confluence/spaces?cursor="));
    let journal = app.sandbox.journal();
    let queries: Vec<&str> = journal.iter().map(|call| call.query.as_str()).collect();
    assert_eq!(queries.len(), 4);
    assert!(
        queries.iter().all(|query| query.contains("limit=250")),
        "{queries:?}"
    );
    assert!(queries[3].contains("cursor=page3"), "{queries:?}");
    app.sandbox.clear_journal();
    browser
        .get(&format!("/confluence/spaces?cursor={next}"))
        .await;
    assert!(app.sandbox.journal()[0].query.contains("cursor=page4"));
}

#[tokio::test]
async fn s2_lists_are_paged_as_every_list() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for (address, name, most) in [
        ("/jira/projects", "projects", 100),
        ("/confluence/spaces", "spaces", 250),
    ] {
        let (whole, _) = objects(&browser.get(address).await, name);
        let (mut page, mut seen) = (format!("{address}?limit=7"), Vec::new());
        loop {
            let (found, next) = objects(&browser.get(&page).await, name);
            assert!(found.len() <= 7);
            seen.extend(found);
            if next.is_empty() {
                break;
            }
            page = format!("{address}?limit=7&cursor={next}");
        }
        assert_eq!(seen, whole);
        for bad in [0, most + 1] {
            let answer = browser.get(&format!("{address}?limit={bad}")).await;
            assert_eq!(answer.json()["details"]["fields"], json!(["limit"]));
        }
        assert_eq!(
            browser.get(&format!("{address}?cursor=x")).await.status,
            422
        );
    }
}

#[tokio::test]
async fn s2_lists_answer_401_to_nobody_and_to_whoever_is_not_connected() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    disconnect(&browser).await;
    for (address, login) in [
        ("/jira/projects", "/auth/jira/login?redirect=true"),
        ("/confluence/spaces", "/auth/confluence/login?redirect=true"),
    ] {
        let nobody = app.browser().get(address).await;
        assert_eq!(
            (nobody.status, nobody.error_code().as_str()),
            (401, "UNAUTHORIZED")
        );
        let answer = browser.get(address).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (401, "NOT_CONNECTED")
        );
        assert_eq!(answer.json()["details"]["login_url"], login);
    }
}

#[tokio::test]
async fn half_of_an_s2_list_is_never_given_as_the_whole() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.fault(Fault {
        method: None,
        path_contains: String::from("/spaces"),
        body_contains: None,
        times: None,
        action: FaultAction::Status {
            status: 500,
            headers: vec![],
            body: String::from("{}"),
        },
    });
    let answer = browser.get("/confluence/spaces").await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (502, "VENDOR_ERROR")
    );
}

#[tokio::test]
async fn s0_pings_tell_nobody_no_more_than_the_settings() {
    let app = TestApp::start().await;
    for product in ["jira", "confluence"] {
        let answer = app
            .browser()
            .get(&format!("/api/v1/integrations/{product}/ping"))
            .await;
        assert_eq!(
            answer.json(),
            json!({"service": product, "configured": false, "base_url": null, "connected": false,
                "reachable": null, "latency_ms": null})
        );
    }
    let set = app
        .another_process_with(&[
            ("JIRA_BASE_URL", "https://acme.atlassian.net/"),
            ("CONFLUENCE_BASE_URL", "https://acme.atlassian.net/wiki"),
        ])
        .await;
    let browser = Browser::new(set.router());
    for (product, address) in [
        ("jira", "https://acme.atlassian.net"),
        ("confluence", "https://acme.atlassian.net/wiki"),
    ] {
        let answer = browser
            .get_with(
                &format!("/api/v1/integrations/{product}/ping"),
                &[("authorization", "Bearer stale")],
            )
            .await
            .json();
        assert_eq!(
            (
                &answer["configured"],
                &answer["base_url"],
                &answer["connected"]
            ),
            (&json!(true), &json!(address), &json!(false))
        );
    }
    let unknown = browser.get("/api/v1/integrations/trello/ping").await;
    assert_eq!(unknown.status, 404);
    assert_eq!(app.sandbox.journal().len(), 0);
}

#[tokio::test]
async fn s0_pings_call_the_product_at_most_once_in_ten_seconds_for_each_connection() {
    let app = TestApp::start().await;
    let (mia, omar) = (app.logged_in("mia").await, app.logged_in("omar").await);
    app.sandbox.clear_journal();
    let path = "/api/v1/integrations/confluence/ping";
    for _ in 0..3 {
        let answer = mia.get(path).await.json();
        assert_eq!(
            (&answer["connected"], &answer["reachable"]),
            (&json!(true), &json!(true))
        );
        assert!(answer["latency_ms"].is_u64(), "{answer}");
        assert!(answer["base_url"].as_str().unwrap().ends_with("/wiki"));
    }
    assert_eq!(upstream(&app, "/spaces"), 1);
    omar.get(path).await;
    assert_eq!(
        upstream(&app, "/spaces"),
        2,
        "another's finding is another's"
    );
    mia.get("/api/v1/integrations/jira/ping").await;
    assert_eq!(upstream(&app, "/project/search"), 1);
    app.advance(Duration::from_secs(9));
    mia.get(path).await;
    assert_eq!(upstream(&app, "/spaces"), 2);
    app.advance(Duration::from_secs(2));
    mia.get(path).await;
    assert_eq!(upstream(&app, "/spaces"), 3);
}

#[tokio::test]
async fn s0_pings_never_fail() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let path = "/api/v1/integrations/jira/ping";
    for (status, reachable) in [(500, false), (403, true)] {
        app.sandbox.clear_faults();
        app.sandbox.fault(Fault {
            method: None,
            path_contains: String::from("/project/search"),
            body_contains: None,
            times: None,
            action: FaultAction::Status {
                status,
                headers: vec![],
                body: String::from("{}"),
            },
        });
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 200);
        let body = answer.json();
        assert_eq!(
            (&body["connected"], &body["reachable"]),
            (&json!(true), &json!(reachable))
        );
        assert_eq!(body["latency_ms"].is_u64(), reachable, "{body}");
        app.advance(Duration::from_secs(11));
    }
    disconnect(&browser).await;
    let body = browser.get(path).await.json();
    assert_eq!(
        (&body["connected"], &body["reachable"]),
        (&json!(false), &json!(null))
    );
}

#[tokio::test]
async fn s3_connect_tells_the_truth_and_where_to_go() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let nobody = app.browser();
    let nothing = nobody
        .send("POST", "/integrations/jira/connect", &[], None)
        .await;
    assert_eq!(
        nothing.json(),
        json!({"provider": "jira", "base_url": null, "connected": false, "redirect_url": "/auth/jira/login"})
    );
    let body = json!({"email": "mia@example.com", "display_name": "Mia"});
    let connected = browser
        .post("/integrations/confluence/connect", body)
        .await
        .json();
    assert_eq!(
        (
            &connected["provider"],
            &connected["connected"],
            &connected["redirect_url"]
        ),
        (
            &json!("confluence"),
            &json!(true),
            &json!("/auth/confluence/login")
        )
    );
    let address = connected["base_url"].as_str().unwrap();
    assert!(
        address.contains("acme.atlassian.net") && address.ends_with("/wiki"),
        "{address}"
    );
    let set = app
        .another_process_with(&[("ATLASSIAN_CLOUD_BASE_URL", "https://acme.atlassian.net")])
        .await;
    let answer = Browser::new(set.router())
        .post("/integrations/confluence/connect", json!({}))
        .await
        .json();
    assert_eq!(answer["base_url"], "https://acme.atlassian.net/wiki");
}

#[tokio::test]
async fn s3_connect_checks_a_body_that_it_does_not_use() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let path = "/integrations/jira/connect";
    for (body, status) in [("[1]", 422), ("\"x\"", 422), ("{", 400)] {
        let answer = browser.send("POST", path, &[], Some(body.to_owned())).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (status, "VALIDATION")
        );
    }
    let form = [("content-type", "text/plain")];
    let answer = browser
        .send("POST", path, &form, Some(String::from("{}")))
        .await;
    assert_eq!(answer.status, 415);
    assert_eq!(browser.get(path).await.status, 405);
}

#[test]
fn every_other_name_is_a_route_that_admits_whom_its_route_admits() {
    let document = serde_json::to_value(router::document()).unwrap();
    let access = |(method, path): (&str, &str)| {
        let documented = &document["paths"][path][method.to_lowercase()];
        assert!(documented.is_object(), "{method} {path}");
        let row = TABLE
            .iter()
            .find(|(known, template, _)| *known == method && *template == path);
        row.unwrap_or_else(|| panic!("{method} {path}")).2
    };
    for alias in ALIASES {
        assert_eq!(access(alias.name), access(alias.of), "{:?}", alias.name);
        let others = ALIASES.iter().filter(|other| other.name == alias.of);
        assert_eq!(
            others.count(),
            0,
            "{:?} stands for another alias",
            alias.name
        );
    }
}

#[tokio::test]
async fn s4_names_log_in_renew_and_disconnect() {
    let app = TestApp::start().await;
    let browser = app
        .logged_in_by("/api/auth/jira/login?site=acme", "mia")
        .await;
    let state = browser.get("/connectors/jira/connection").await.json();
    assert_eq!(state["status"], "active");
    let start = app.browser().navigate("/api/auth/atlassian/login").await;
    assert_eq!(start.status, 307);
    app.advance(Duration::from_mins(1));
    let tokens = app.sandbox.refresh_calls();
    let renewed = browser
        .send("POST", "/api/auth/jira/refresh", &[], None)
        .await;
    let body = renewed.json();
    assert_eq!(
        (
            &body["status"],
            &body["message"],
            &body["data"]["token_type"]
        ),
        (
            &json!("success"),
            &json!("Token refreshed"),
            &json!("Bearer")
        ),
        "{body}"
    );
    assert_eq!(app.sandbox.refresh_calls(), tokens + 1);
    let other = browser
        .send("POST", "/api/auth/confluence/refresh", &[], None)
        .await;
    assert_eq!(
        (other.status, other.error_code().as_str()),
        (409, "NOT_CONNECTED")
    );
    for _ in 0..2 {
        let ended = browser
            .send("POST", "/api/auth/jira/logout", &[], None)
            .await;
        assert_eq!((ended.status, ended.json()), (200, json!({"ok": true})));
    }
    let state = browser.get("/connectors/jira/connection").await.json();
    assert_eq!(state["status"], "not_connected");
    assert!(browser.get("/auth/session").await.json()["authenticated"] == true);
    for (method, path, status) in [
        ("POST", "/api/auth/trello/refresh", 404),
        ("POST", "/api/auth/atlassian/logout", 404),
        ("GET", "/api/auth/trello/login", 404),
        ("GET", "/api/auth/jira/logout", 405),
        ("POST", "/api/auth/jira/callback", 405),
    ] {
        let answer = browser.send(method, path, &[], None).await;
        assert_eq!(answer.status, status, "{method} {path}");
    }
}
