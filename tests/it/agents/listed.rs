//! What a person sees of their agents, and how they take it back.

use serde_json::json;

use crate::agents::fixture::{Client, error, refused};
use crate::support::TestApp;

#[tokio::test]
async fn a_person_sees_their_own_agents_and_takes_back_what_is_theirs() {
    let app = TestApp::start().await;
    let client = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    let omar = app.logged_in("omar").await;
    let tokens = client.tokens(&mia).await;
    let agents = mia.read("/agents").await;
    let agent = &agents[0];
    let id = agent["id"].as_str().unwrap();
    assert_eq!(
        agents,
        json!([{
            "id": id, "name": "Inspector <b>", "host": "127.0.0.1:33418", "client_id": client.id,
            "scopes": ["read", "write"], "created_at": app.clock_text(), "used_at": null,
            "expires_at": agent["expires_at"],
        }])
    );
    assert_eq!(omar.read("/agents").await, json!([]));
    let path = format!("/agents/{id}");
    assert_eq!(omar.delete(&path).await.status, 404);
    let elsewhere = mia
        .send("DELETE", &path, &[("x-tenant-id", "acme")], None)
        .await;
    assert_eq!(elsewhere.status, 404);
    let foreign = [("origin", "https://evil.example")];
    assert_eq!(mia.send("DELETE", &path, &foreign, None).await.status, 403);
    assert_eq!(mia.delete(&path).await.status, 200);
    assert_eq!(mia.delete(&path).await.status, 404);
    let renewed = client.refresh(&tokens.refresh).await;
    assert_eq!(error(&renewed), refused(400, "invalid_grant"));
}

#[tokio::test]
async fn agents_go_with_their_owners_last_connection() {
    let app = TestApp::start().await;
    let client = Client::registered(&app).await;
    let mia = app.logged_in("mia").await;
    let tokens = client.tokens(&mia).await;
    assert_eq!(mia.delete("/connectors/jira/connection").await.status, 200);
    assert_eq!(mia.read("/agents").await.as_array().unwrap().len(), 1);
    assert_eq!(
        mia.delete("/connectors/confluence/connection").await.status,
        200
    );
    assert_eq!(mia.read("/agents").await, json!([]));
    assert_eq!(
        error(&client.refresh(&tokens.refresh).await),
        refused(400, "invalid_grant")
    );
    for table in [
        "agents",
        "agent_codes",
        "agent_access_tokens",
        "agent_refresh_tokens",
    ] {
        assert_eq!(app.rows(table).await, 0, "{table}");
    }
}
