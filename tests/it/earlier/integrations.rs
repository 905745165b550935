//! S0's pings and S3's connect: the truth about a connection, and where to go.

use std::time::Duration;

use serde_json::json;

use crate::connections::fixture::disconnect;
use crate::support::faults::{answering_text, on_api};
use crate::support::{Browser, TestApp};

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
    assert_eq!(app.upstream("/spaces"), 1);
    omar.get(path).await;
    assert_eq!(app.upstream("/spaces"), 2, "another's finding is another's");
    mia.get("/api/v1/integrations/jira/ping").await;
    assert_eq!(app.upstream("/project/search"), 1);
    app.advance(Duration::from_secs(9));
    mia.get(path).await;
    assert_eq!(app.upstream("/spaces"), 2);
    app.advance(Duration::from_secs(2));
    mia.get(path).await;
    assert_eq!(app.upstream("/spaces"), 3);
}

#[tokio::test]
async fn s0_pings_never_fail() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let path = "/api/v1/integrations/jira/ping";
    for (status, reachable) in [(500, false), (403, true)] {
        app.sandbox.clear_faults();
        app.sandbox.fault(on_api(
            "/project/search",
            answering_text(status, "{}"),
            None,
        ));
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
    for product in ["jira", "confluence"] {
        disconnect(&browser, product).await;
    }
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
