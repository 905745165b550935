//! No secret stands in any file of the database.

use std::fs;
use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{TestApp, parameter};

/// Every secret that passed between us and Atlassian, from the sandbox's journal.
fn exchanged(app: &TestApp) -> Vec<String> {
    let mut secrets = Vec::new();
    for call in app.sandbox.journal() {
        if let Some(bearer) = call
            .header("authorization")
            .and_then(|value| value.strip_prefix("Bearer "))
        {
            secrets.push(bearer.to_owned());
        }
        if call.path == "/oauth/token" {
            let body: Value = serde_json::from_str(&call.body).unwrap();
            let named = ["client_secret", "code", "code_verifier", "refresh_token"];
            secrets.extend(
                named
                    .iter()
                    .filter_map(|name| Some(body[*name].as_str()?.to_owned())),
            );
        }
    }
    secrets.sort();
    secrets.dedup();
    secrets
}

fn assert_absent(app: &TestApp, secrets: &[String]) {
    let mut files = 0;
    for entry in fs::read_dir(app.database_folder()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = fs::read(&path).unwrap();
        files += 1;
        for secret in secrets {
            assert!(secret.len() >= 10, "too short to look for: {secret}");
            let found = bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} stands in {}", path.display());
        }
    }
    assert!(files >= 2, "the database and its write-ahead log");
}

#[tokio::test]
async fn no_secret_of_a_login_stands_in_any_file_of_the_database() {
    let app = TestApp::start().await;
    let mut secrets = Vec::new();
    let browser = app.browser();
    for start in ["/auth/atlassian/login?site=acme", "/auth/jira/oauth/start"] {
        let started = browser.get(start).await;
        let body = started.json();
        let url = body["url"]
            .as_str()
            .or_else(|| body["auth_url"].as_str())
            .unwrap();
        secrets.push(parameter(url, "state").unwrap());
        let token = started.header("x-session-token");
        secrets.extend((!token.is_empty()).then(|| token.to_owned()));
        assert_absent(&app, &secrets);
        let callback = app.sandbox.consent(url, "mia", None).await.unwrap();
        browser.get(&callback).await;
        secrets.push(browser.cookie("ib_session").unwrap());
    }
    for _ in 0..2 {
        app.advance(Duration::from_mins(1));
        let renewed = browser
            .send("POST", "/api/oauth/atlassian/refresh", &[], None)
            .await;
        assert_eq!(renewed.status, 200, "{}", renewed.body);
    }
    browser.get("/api/atlassian/resources").await;
    secrets.extend(exchanged(&app));
    assert!(secrets.len() >= 14, "{secrets:?}");
    assert_absent(&app, &secrets);
}

#[tokio::test]
async fn no_api_token_stands_in_any_file_of_the_database() {
    let app = TestApp::start().await;
    let browser = app.browser();
    for token in ["classic-token-mia", "scoped-token-mia", "refused-token-mia"] {
        let body = json!({ "email": "mia@example.com", "api_token": token, "site": "acme" });
        browser.post("/auth/jira/api-token", body).await;
    }
    let secrets = [
        String::from("classic-token-mia"),
        String::from("scoped-token-mia"),
        String::from("refused-token-mia"),
        browser.cookie("ib_session").unwrap(),
    ];
    assert_absent(&app, &secrets);
}
