//! Those who are connected by a token, at the routes that are about OAuth: they are told the truth.

use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn a_token_needs_no_renewing_and_has_its_site() {
    let app = TestApp::start().await;
    let browser = app.browser();
    let login =
        json!({"email": "mia@example.com", "api_token": "classic-token-mia", "site": " acme "});
    let answer = browser.post("/auth/jira/api-token", login).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    for path in [
        "/api/oauth/atlassian/refresh",
        "/api/auth/jira/refresh",
        "/api/auth/oauth/token/refresh",
    ] {
        let refused = browser.post(path, json!({})).await;
        assert_eq!(refused.status, 422, "{path}: {}", refused.body);
        assert!(
            refused.body.contains(
                "Jira is connected with an API token, which cannot be renewed and needs no renewing"
            ),
            "{}",
            refused.body
        );
    }
    let sites = browser.read("/api/atlassian/resources").await;
    assert_eq!(sites["data"].as_array().map(Vec::len), Some(1), "{sites}");
    assert_eq!(sites["data"][0]["url"], "https://acme.atlassian.net");
    let nobody = app.browser();
    let refused = nobody.post("/api/oauth/atlassian/refresh", json!({})).await;
    assert_eq!(refused.status, 401, "{}", refused.body);
}
