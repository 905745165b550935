//! The app's hourly points: what passes is counted by what came back, whatever its page's size was asked for with.

use integration_backend::model::api_key::KeyScope;
use serde_json::json;

use super::fixture::{Client, key_of};

const POINTS: u32 = 4000;

async fn left(client: &Client, admin: &str) -> u32 {
    let headers = [("authorization", admin)];
    let metrics = client.send_as("GET", "/metrics", &headers, None).await.body;
    let mut lines = metrics.lines();
    let line = lines.find_map(|line| line.strip_prefix("integration_backend_points_left "));
    line.unwrap().parse().unwrap()
}

#[tokio::test]
async fn what_passes_costs_what_atlassian_counts_for_it() {
    let points = POINTS.to_string();
    let settings = [("ATLASSIAN_POINTS_PER_HOUR", points.as_str())];
    let client = Client::start_with(&settings, &[KeyScope::Read, KeyScope::Write]).await;
    let admin = key_of(&client.app, &client.mia, &[KeyScope::Admin]).await;
    client.app.sandbox.set_behaviour(|behaviour| {
        behaviour.points_per_hour = POINTS;
        // What it tells of them would cover a mistake of ours.
        behaviour.silent_quota = true;
    });
    let search = json!({"jql": "project = WEB", "fields": ["summary"]}).to_string();
    let comment = json!({"body": "x"}).to_string();
    for (method, path, body) in [
        (
            "GET",
            "jira/-/rest/api/3/search/jql?jql=project%3DWEB",
            None,
        ),
        ("POST", "jira/-/rest/api/2/search/jql", Some(&search)),
        ("GET", "jira/-/rest/api/3/project/search", None),
        ("GET", "jira/-/rest/api/3/issue/WEB-1", None),
        ("GET", "jira/-/rest/api/3/issue/WEB-99999", None),
        (
            "POST",
            "jira/-/rest/api/2/issue/WEB-1/comment",
            Some(&comment),
        ),
        ("GET", "confluence/-/wiki/api/v2/spaces", None),
    ] {
        let before = (left(&client, &admin).await, used(&client));
        client
            .send(
                method,
                &format!("/ex/{path}"),
                &[],
                body.map(String::as_str),
            )
            .await;
        let after = (left(&client, &admin).await, used(&client));
        assert_eq!(before.0 - after.0, after.1 - before.1, "{method} {path}");
    }
}

fn used(client: &Client) -> u32 {
    let points = client.app.sandbox.points();
    let used = points.get("sandbox-client").copied().unwrap_or(0);
    u32::try_from(used).unwrap()
}
