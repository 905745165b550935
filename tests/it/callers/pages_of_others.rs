//! A page that is open shows one person; in another tab of the same browser somebody else may have logged in since.

use serde_json::json;

use crate::connections::fixture::connection;
use crate::support::journey::GLOBEX;
use crate::support::{Answer, Browser, TestApp};

const CONNECTION: &str = "/connectors/jira/connection";

/// Whom the page shows, as it tells its scripts.
async fn shown_on(browser: &Browser, page: &str) -> String {
    let page = browser.navigate(page).await.body;
    let (_, rest) = page.split_once("data-owner=\"").expect("whose page it is");
    rest.split('"').next().unwrap().to_owned()
}

async fn ask(browser: &Browser, method: &str, path: &str, owner: &str) -> Answer {
    let headers = [("x-page-of", owner)];
    let body = (method == "PATCH").then(|| json!({"cloud_id": GLOBEX}).to_string());
    browser.send(method, path, &headers, body).await
}

#[tokio::test]
async fn what_the_first_persons_page_asks_for_is_refused_once_somebody_else_is_logged_in() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let mia = shown_on(&browser, "/connected").await;
    assert_eq!(shown_on(&browser, "/dashboard").await, mia);
    assert_eq!(ask(&browser, "GET", CONNECTION, &mia).await.status, 200);
    app.log_in(&browser, "omar").await;
    let omar = shown_on(&browser, "/connected").await;
    assert_ne!(mia, omar);
    for (method, path) in [
        ("DELETE", CONNECTION),
        ("PATCH", CONNECTION),
        ("POST", "/auth/logout"),
        ("GET", CONNECTION),
        ("GET", "/connectors"),
    ] {
        let answer = ask(&browser, method, path, &mia).await;
        assert_eq!(
            (answer.status, answer.json()["message"].as_str()),
            (
                403,
                Some("somebody else is logged in now: load the page again; nothing was changed")
            ),
            "{method} {path}"
        );
    }
    let seen = connection(&browser, "jira").await;
    assert_eq!(seen["status"], "active");
    assert_ne!(seen["site"]["cloud_id"], GLOBEX);
    for (method, path, status) in [("DELETE", CONNECTION, 200), ("POST", "/auth/logout", 204)] {
        let answer = ask(&browser, method, path, &omar).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
    }
}
