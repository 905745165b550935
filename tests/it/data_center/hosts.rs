//! Which Data Center hosts are called, and that no other host ever is.

use atlassian_sandbox::FaultAction;
use serde_json::json;

use crate::connections::fixture::connection;
use crate::data_center::fixture::{connect, connected};
use crate::support::TestApp;
use crate::support::app::elsewhere;
use crate::support::faults::on_api;

#[tokio::test]
async fn a_base_url_names_the_host_and_its_context_path() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = app.logged_in("omar").await;
    let host = app.sandbox.data_center_url();
    for (product, base_url) in [
        ("jira", format!("{host}/jira")),
        ("confluence", format!("{host}/confluence/")),
        ("jira", host.strip_prefix("http://").unwrap().to_owned()),
    ] {
        app.sandbox.clear_journal();
        let pat = format!("{product}-pat-mia");
        let answer = connect(&browser, product, json!({"pat": pat, "base_url": base_url})).await;
        assert_eq!(answer.status, 200, "{base_url}: {}", answer.body);
        let url = connection(&browser, product).await["site"]["url"].clone();
        let expected = base_url.trim_end_matches('/').replace("http://", "");
        assert_eq!(url, format!("http://{expected}"));
        let context = expected.split_once('/').map_or("", |(_, context)| context);
        let path = app.sandbox.journal()[0].path.clone();
        assert!(path.trim_start_matches('/').starts_with(context), "{path}");
    }
    let answer = browser.get("/connectors/confluence/pages/393217").await;
    assert_ne!(answer.status, 500);
    let path = app.sandbox.journal().last().unwrap().path.clone();
    assert!(path.starts_with("/confluence/rest/api/"), "{path}");
}

#[tokio::test]
async fn any_other_base_url_is_refused_with_no_call_at_all() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = app.logged_in("omar").await;
    app.sandbox.clear_journal();
    let host = app.sandbox.data_center_url();
    let name = host.strip_prefix("http://").unwrap().to_owned();
    let port = name.rsplit_once(':').unwrap().1.to_owned();
    let cloud = app.sandbox.base_url();
    for base_url in [
        String::new(),
        String::from("acme"),
        String::from("https://acme.atlassian.net"),
        format!("https://{name}"),
        format!("http://localhost:{port}"),
        format!("http://127.1:{port}"),
        format!("http://0x7f000001:{port}"),
        format!("http://[::ffff:127.0.0.1]:{port}"),
        String::from("http://127.0.0.1"),
        cloud.clone(),
        format!("{cloud}/{name}"),
        format!("http://{name}@evil.example"),
        format!("http://mia:pw@{name}"),
        format!("http://{name}.evil.example"),
        format!("http://evil.example#{name}"),
        format!("{host}?x=1"),
        format!("{host}#x"),
        format!("{host}//"),
        format!("{host}/../x"),
        format!("{host}/%2e%2e/x"),
        format!("{host}/a\\b"),
        format!("{host}/jira/.."),
        format!(" {host}"),
        format!("{host}\n"),
        format!("{host}\t/jira"),
        format!("http:\\\\{name}"),
        format!("http:/{name}"),
        format!("http:///{name}"),
        format!("//{name}"),
        format!("file://{name}"),
        String::from("http://169.254.169.254/latest"),
        String::from("https://*.example.com"),
    ] {
        let body = json!({"pat": "jira-pat-mia", "base_url": base_url});
        let answer = connect(&browser, "jira", body).await;
        assert_eq!(answer.status, 422, "{base_url:?}: {}", answer.body);
        assert_eq!(answer.json()["details"]["fields"], json!(["base_url"]));
    }
    app.assert_nothing_sent();
}

#[tokio::test]
async fn of_several_hosts_one_must_be_named() {
    let app = TestApp::start().await;
    let hosts = format!("{},jira.example.com", app.sandbox.data_center_url());
    let settings = [
        ("ALLOWED_UPSTREAM_HOSTS", hosts.as_str()),
        ("ENABLE_JIRA_PAT", "true"),
    ];
    let browser = app.logged_in("omar").await;
    let other = app.another_process_with(&settings).await;
    let session = browser.cookie("ib_session").unwrap();
    let browser = crate::support::Browser::new(other.router());
    browser.set_cookie("ib_session", &session);
    app.sandbox.clear_journal();
    let answer = connect(&browser, "jira", json!({"pat": "jira-pat-mia"})).await;
    assert_eq!(answer.json()["details"]["fields"], json!(["base_url"]));
    app.assert_nothing_sent();
    let body = json!({"pat": "jira-pat-mia", "base_url": app.sandbox.data_center_url()});
    assert_eq!(connect(&browser, "jira", body).await.status, 200);
}

#[tokio::test]
async fn the_operators_own_address_of_a_product_counts_as_listed_and_as_meant() {
    let app = TestApp::start().await;
    let jira = format!("{}/jira", app.sandbox.data_center_url());
    let settings = [("JIRA_URL", jira.as_str()), ("ENABLE_JIRA_PAT", "true")];
    let browser = app.logged_in("omar").await;
    let other = app.another_process_with(&settings).await;
    let session = browser.cookie("ib_session").unwrap();
    let browser = crate::support::Browser::new(other.router());
    browser.set_cookie("ib_session", &session);
    let answer = connect(&browser, "jira", json!({"pat": "jira-pat-mia"})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["status"]["site"]["url"], jira);
}

#[tokio::test]
async fn a_redirect_of_the_data_center_is_not_followed() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = app.logged_in("omar").await;
    app.sandbox.clear_journal();
    app.sandbox.fault(on_api(
        "/rest/api/2/myself",
        FaultAction::Redirect(format!("{}/me", app.sandbox.base_url())),
        Some(1),
    ));
    let answer = connect(&browser, "jira", json!({"pat": "jira-pat-mia"})).await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert_eq!(answer.json()["details"]["fields"], json!(["base_url"]));
    assert_eq!(app.sandbox.journal().len(), 1);
}

#[tokio::test]
async fn an_address_where_no_jira_answers_is_told() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = app.logged_in("omar").await;
    let base_url = format!("{}/wrong", app.sandbox.data_center_url());
    let answer = connect(
        &browser,
        "jira",
        json!({"pat": "jira-pat-mia", "base_url": base_url}),
    )
    .await;
    assert_eq!(answer.status, 422);
    assert_eq!(answer.json()["details"]["fields"], json!(["base_url"]));
    assert!(answer.body.contains("context path"));
}

#[tokio::test]
async fn a_host_that_is_taken_off_the_list_gets_no_token_any_more() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    let other = app
        .another_process_with(&[("ALLOWED_UPSTREAM_HOSTS", "jira.example.com")])
        .await;
    let session = browser.cookie("ib_session").unwrap();
    let browser = crate::support::Browser::new(other.router());
    browser.set_cookie("ib_session", &session);
    for path in ["/connectors/jira/projects", "/connectors/confluence/spaces"] {
        let answer = browser.get(path).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (403, "FORBIDDEN")
        );
        assert!(answer.body.contains("ALLOWED_UPSTREAM_HOSTS"));
    }
    app.assert_nothing_sent();
}

#[tokio::test]
async fn allowed_sites_hold_for_data_centers_too() {
    let app = TestApp::start_with_data_center(&[("ALLOWED_SITES", "acme")]).await;
    let browser = app.logged_in("omar").await;
    app.sandbox.clear_journal();
    let answer = connect(&browser, "jira", json!({"pat": "jira-pat-mia"})).await;
    assert_eq!(answer.status, 403);
    app.assert_nothing_sent();
}

#[tokio::test]
async fn a_host_that_the_operator_took_off_the_list_is_not_green() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    let other = app
        .another_process_with(&[("ALLOWED_UPSTREAM_HOSTS", "jira.example.com")])
        .await;
    let there = elsewhere(&other, &browser);
    app.sandbox.clear_journal();
    for product in ["jira", "confluence"] {
        assert_eq!(connection(&browser, product).await["status"], "active");
        let seen = connection(&there, product).await;
        assert_eq!(
            (&seen["status"], &seen["error"]),
            (
                &json!("error"),
                &json!(
                    "this Data Center host may not be called any more; its operator has taken it off ALLOWED_UPSTREAM_HOSTS"
                )
            )
        );
    }
    app.assert_nothing_sent();
}
