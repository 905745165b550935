//! Open mode: one developer on one machine, and nobody through their browser.

use integration_backend::config;
use serde_json::json;

use crate::connections::fixture::disconnect;
use crate::support::{Browser, TestApp};

async fn open() -> TestApp {
    TestApp::start_with(&[("AUTH_MODE", "open")]).await
}

/// Connects the one owner by logging in as Mia.
async fn connect(app: &TestApp, browser: &Browser) {
    app.log_in(browser, "mia").await;
}

#[tokio::test]
async fn a_login_in_the_browser_belongs_to_local_and_curl_sees_the_same() {
    let app = open().await;
    connect(&app, &app.browser()).await;
    let curl = app.browser();
    assert_eq!(
        curl.get("/connectors/jira/projects?limit=1").await.status,
        200
    );
    let session = curl.get("/auth/session").await.json();
    assert_eq!(
        (
            &session["authenticated"],
            &session["user"],
            &session["auth_mode"]
        ),
        (&json!(true), &json!(null), &json!("open"))
    );
}

#[tokio::test]
async fn another_machine_another_name_and_a_proxy_have_no_authority() {
    let app = open().await;
    connect(&app, &app.browser()).await;
    let far = app.browser().on_machine("192.168.1.20");
    assert_eq!(far.get("/connectors/jira/projects").await.status, 403);
    let rebound = app.browser().at("evil.example:3001");
    assert_eq!(rebound.get("/connectors/jira/projects").await.status, 403);
    let here = app.browser();
    for header in [
        "forwarded",
        "x-forwarded-for",
        "x-forwarded-host",
        "x-real-ip",
        "via",
        "cf-connecting-ip",
    ] {
        let answer = here
            .get_with("/connectors/jira/projects", &[(header, "1.2.3.4")])
            .await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (403, "FORBIDDEN"),
            "{header}"
        );
    }
}

#[tokio::test]
async fn a_foreign_page_has_no_authority_not_even_to_look() {
    let app = open().await;
    connect(&app, &app.browser()).await;
    let here = app.browser();
    for origin in [
        "https://evil.example",
        "null",
        "http://localhost:3000.evil.example",
        "http://localhost:9999",
    ] {
        assert_eq!(
            here.get_with("/connectors/jira/projects", &[("origin", origin)])
                .await
                .status,
            403,
            "{origin}"
        );
    }
    let foreign = [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-mode", "no-cors"),
    ];
    assert_eq!(
        here.get_with("/connectors/jira/projects", &foreign)
            .await
            .status,
        403
    );
    let typed = [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-mode", "navigate"),
        ("sec-fetch-dest", "document"),
    ];
    assert_eq!(
        here.get_with("/connectors/jira/projects", &typed)
            .await
            .status,
        403,
        "data is no destination"
    );
    assert_eq!(here.get_with("/connected", &typed).await.status, 200);
}

#[tokio::test]
async fn own_and_listed_pages_act_and_public_routes_stay_public_without_showing_anything() {
    let app = open().await;
    connect(&app, &app.browser()).await;
    let here = app.browser();
    for origin in ["http://localhost:3000", "http://localhost:3001"] {
        assert_eq!(
            here.get_with("/connectors/jira/projects?limit=1", &[("origin", origin)])
                .await
                .status,
            200,
            "{origin}"
        );
    }
    let other_name = app.browser().at("127.0.0.1:3001");
    assert_eq!(
        other_name
            .get_with(
                "/connectors/jira/projects?limit=1",
                &[("origin", "http://127.0.0.1:3001")]
            )
            .await
            .status,
        200
    );
    let far = app.browser().on_machine("10.0.0.9");
    let list = far.get("/connectors").await;
    assert_eq!(list.status, 200);
    assert!(
        list.json()
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["connected"] == false)
    );
}

#[tokio::test]
async fn writes_need_a_page_that_may_act() {
    let app = open().await;
    connect(&app, &app.browser()).await;
    let here = app.browser();
    let refused = here
        .send(
            "DELETE",
            "/connectors/jira/connection",
            &[("origin", "https://evil.example")],
            None,
        )
        .await;
    assert_eq!(refused.status, 403);
    disconnect(&here, "jira").await;
}

#[tokio::test]
async fn our_pages_may_act_on_each_name_of_this_machine_and_foreign_ones_on_none() {
    let app = open().await;
    connect(&app, &app.browser()).await;
    let rotate = Some(json!({ "rotate": true }).to_string());
    for host in ["localhost:3001", "127.0.0.1:3001", "[::1]:3001"] {
        let here = app.browser().at(host);
        for (origin, status) in [
            (format!("http://{host}"), 200),
            (format!("https://{host}"), 403),
            (format!("http://{host}.evil.example"), 403),
            (String::from("http://127.0.0.1:9999"), 403),
        ] {
            let answer = here
                .send(
                    "PATCH",
                    "/connectors/jira/connection",
                    &[("origin", &origin)],
                    rotate.clone(),
                )
                .await;
            assert_eq!(answer.status, status, "{origin} at {host}");
        }
    }
    let rebound = app.browser().at("evil.example:3001");
    let headers = [("origin", "http://evil.example:3001")];
    let answer = rebound
        .send("PATCH", "/connectors/jira/connection", &headers, rotate)
        .await;
    assert_eq!(answer.status, 403);
}

#[tokio::test]
async fn a_session_of_open_mode_is_worth_nothing_when_that_mode_is_over() {
    let app = open().await;
    let browser = app.browser();
    let start = browser.get("/auth/jira/oauth/start?site=acme").await;
    let token = start.header("x-session-token").to_owned();
    let callback = app
        .sandbox
        .consent(start.json()["auth_url"].as_str().unwrap(), "mia", None)
        .await
        .unwrap();
    assert_eq!(
        browser.get(&callback).await.json()["session_token"],
        token.as_str()
    );
    let by_token = [("x-session-token", token.as_str())];
    assert_eq!(
        app.browser()
            .get_with("/connectors/jira/projects?limit=1", &by_token)
            .await
            .status,
        200
    );
    let closed = app.another_process_with(&[("AUTH_MODE", "session")]).await;
    let answer = Browser::new(closed.router())
        .get_with("/connectors/jira/projects", &by_token)
        .await;
    assert_eq!(answer.status, 401);
}

#[test]
fn open_mode_does_not_start_where_others_could_reach_it() {
    for (name, value) in [
        ("HOST", "0.0.0.0"),
        ("PUBLIC_BASE_URL", "https://api.example.com"),
        ("APP_FRONTEND_URL", "https://app.example.com"),
        ("CORS_ORIGINS", "https://app.example.com"),
    ] {
        let get = |asked: &str| match asked {
            "AUTH_MODE" => Some(String::from("open")),
            asked if asked == name => Some(value.to_owned()),
            _ => None,
        };
        let error = config::load(&get, None).unwrap_err().to_string();
        assert!(error.contains(name) && !error.contains('\n'), "{error}");
    }
}
