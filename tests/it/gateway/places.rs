//! Keys that are limited to projects or spaces: tools are held to them, and all else is refused.

use integration_backend::model::api_key::KeyScope;
use integration_backend::model::ids::TenantId;
use integration_backend::model::key_limits::KeyLimits;
use serde_json::{Value, json};

use super::fixture::{Client, assert_ours};
use crate::support::Answer;

async fn limited(projects: &[&str], spaces: &[&str]) -> Client {
    let mut client = Client::start().await;
    let session = client.mia.get("/auth/session").await.json();
    let texts = |keys: &[&str]| keys.iter().map(ToString::to_string).collect();
    let limits = KeyLimits {
        projects: texts(projects),
        spaces: texts(spaces),
        ..KeyLimits::default()
    };
    let owner = session["user"]["id"].as_str().unwrap();
    let scopes = vec![KeyScope::Read, KeyScope::Write];
    let keys = client.app.app.api_keys();
    let made = keys.create_narrowed(owner, TenantId::default(), scopes, limits, None);
    client.authorization = format!("Bearer {}", made.await.unwrap().1.expose());
    client
}

async fn invoked(client: &Client, tool: &str, arguments: Value) -> Answer {
    let body = json!({"tool": tool, "args": arguments}).to_string();
    let path = "/connectors/tools/invoke";
    client.send("POST", path, &[], Some(&body)).await
}

/// What a tool gives somebody without limits, so that a refusal is none for another reason.
async fn unlimited(client: &Client, tool: &str, arguments: Value) -> Value {
    let body = json!({"tool": tool, "args": arguments});
    let answer = client.mia.post("/connectors/tools/invoke", body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

#[tokio::test]
async fn a_key_for_projects_is_refused_wherever_it_could_not_be_held_to_them() {
    let client = limited(&["WEB"], &[]).await;
    for path in [
        "/ex/jira/-/rest/api/3/issue/WEB-1",
        "/ex/jira/-/rest/api/3/search/jql?jql=project%3DWEB",
        "/ex/confluence/-/wiki/api/v2/pages",
    ] {
        let answer = client.get(path).await;
        assert_ours(&answer, 403, "FORBIDDEN");
        assert!(
            answer.body.contains("limited to projects or spaces"),
            "{}",
            answer.body
        );
    }
    for path in [
        "/connectors/jira/issues/WEB-1",
        "/connectors/jira/projects",
        "/api/jira/myself",
    ] {
        let answer = client.get(path).await;
        assert_eq!(answer.status, 403, "{path}: {}", answer.body);
    }
    client.app.assert_nothing_sent();
    assert_eq!(client.get("/connectors/tools").await.status, 200);
}

#[tokio::test]
async fn searches_find_nothing_elsewhere_whatever_they_ask_for() {
    let client = limited(&["WEB"], &["ENG"]).await;
    let everything = json!({"jql": "key in (WEB-1, APP-1)"});
    let all = unlimited(&client, "jira_search", everything).await;
    let is_web = |issue: &Value| issue["key"].as_str().unwrap().starts_with("WEB-");
    let all = all["items"].as_array().unwrap().clone();
    assert!(all.iter().any(is_web) && !all.iter().all(is_web));
    for jql in [
        "created > 1970-01-02",
        "project = APP",
        "project = APP OR project = WEB",
        "project = WEB) OR (project = APP",
        "key = APP-1",
        "APP-1",
        "ORDER BY key",
        "project = WEB OR key = APP-1 ORDER BY key",
    ] {
        let answer = invoked(&client, "jira_search", json!({"jql": jql, "limit": 100})).await;
        let found = answer.json()["items"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        assert!(found.iter().all(is_web), "{jql}: {}", answer.body);
        let connector = invoked(&client, "jira.search", json!({"q": jql, "limit": 100})).await;
        assert!(
            !connector.body.contains("\"APP-"),
            "{jql}: {}",
            connector.body
        );
    }
    let named = json!({"jql": "created > 1970-01-02", "projects_filter": "WEB,APP"});
    assert_eq!(invoked(&client, "jira_search", named).await.status, 403);
    let address = json!({"jql": "https://acme.atlassian.net/browse/APP-1"});
    assert_eq!(invoked(&client, "jira_search", address).await.status, 403);
}

#[tokio::test]
async fn an_address_of_an_allowed_place_is_as_good_as_its_name() {
    let client = limited(&["WEB"], &["ENG"]).await;
    let page = unlimited(
        &client,
        "confluence_search",
        json!({"query": "type = page and space = ENG"}),
    )
    .await["items"][0]
        .clone();
    let elsewhere = unlimited(
        &client,
        "confluence_search",
        json!({"query": "type = page and space = OPS"}),
    )
    .await["items"][0]
        .clone();
    for (tool, arguments, status) in [
        (
            "jira_get_issue",
            json!({"issue_key": "https://acme.atlassian.net/browse/WEB-1"}),
            200,
        ),
        (
            "jira_get_issue",
            json!({"issue_key": "https://acme.atlassian.net/browse/APP-1"}),
            403,
        ),
        (
            "jira_get_issue",
            json!({"issue_key": "https://globex.atlassian.net/browse/WEB-1"}),
            403,
        ),
        (
            "jira_batch_get_changelogs",
            json!({"issue_ids_or_keys": ["https://acme.atlassian.net/browse/WEB-1"]}),
            200,
        ),
        (
            "jira_batch_get_changelogs",
            json!({"issue_ids_or_keys": ["WEB-1", "https://acme.atlassian.net/browse/APP-1"]}),
            403,
        ),
        ("confluence_get_page", json!({"page_id": page["url"]}), 200),
        (
            "confluence_get_page",
            json!({"page_id": elsewhere["url"]}),
            403,
        ),
        (
            "confluence_get_page",
            json!({"page_id": "https://acme.atlassian.net/wiki/display/ENG/Home"}),
            403,
        ),
    ] {
        let answer = invoked(&client, tool, arguments.clone()).await;
        assert_eq!(answer.status, status, "{tool} {arguments}: {}", answer.body);
    }
}

#[tokio::test]
async fn lists_show_nothing_elsewhere() {
    let client = limited(&["WEB"], &["ENG"]).await;
    for query in ["type = page", "space = OPS", "type = page) OR (space = OPS"] {
        let answer = invoked(
            &client,
            "confluence_search",
            json!({"query": query, "limit": 50}),
        )
        .await;
        assert!(
            !answer.body.contains("/spaces/OPS"),
            "{query}: {}",
            answer.body
        );
    }
    let spaces = invoked(&client, "confluence_get_spaces", json!({}))
        .await
        .json();
    let keys: Vec<&str> = spaces["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["key"].as_str().unwrap())
        .collect();
    assert_eq!(keys, ["ENG"]);
    for (tool, arguments) in [
        ("jira_get_all_projects", json!({})),
        ("jira_search_projects", json!({"query": "a"})),
        ("jira.projects", json!({})),
        ("confluence.spaces", json!({})),
    ] {
        let answer = invoked(&client, tool, arguments).await;
        assert_eq!(answer.status, 200, "{tool}: {}", answer.body);
        let items = answer.json()["items"].as_array().unwrap().clone();
        let mut keys = items.iter().map(|one| one["key"].as_str().unwrap());
        assert!(
            keys.all(|key| ["WEB", "ENG"].contains(&key)),
            "{tool}: {}",
            answer.body
        );
    }
}

#[tokio::test]
async fn an_issue_of_another_project_is_neither_read_nor_changed() {
    let client = limited(&["WEB"], &[]).await;
    for (tool, more) in [
        ("jira_get_issue", json!({})),
        ("jira_update_issue", json!({"fields": {"summary": "x"}})),
        ("jira_add_comment", json!({"body": "x"})),
        ("jira_get_comments", json!({})),
        ("jira_delete_comment", json!({"comment_id": "1"})),
        ("jira_get_attachments", json!({})),
        ("jira_download_attachments", json!({})),
        ("jira_get_transitions", json!({})),
        ("jira_transition_issue", json!({"transition_id": "1"})),
    ] {
        let mut arguments = more.as_object().unwrap().clone();
        arguments.insert(String::from("issue_key"), json!("APP-1"));
        let answer = invoked(&client, tool, Value::Object(arguments)).await;
        assert_eq!(answer.status, 403, "{tool}: {}", answer.body);
        assert!(
            answer.body.contains("limited to the projects WEB"),
            "{}",
            answer.body
        );
    }
    let writes = client
        .sent()
        .into_iter()
        .filter(|call| !call.starts_with("GET "));
    assert_eq!(writes.collect::<Vec<_>>(), Vec::<String>::new());
    let read = invoked(&client, "jira_get_issue", json!({"issue_key": "WEB-1"})).await;
    assert_eq!(read.status, 200, "{}", read.body);
    let people = invoked(&client, "jira_search_users", json!({"query": "mia"})).await;
    assert_eq!(people.status, 200, "{}", people.body);
}

#[tokio::test]
async fn an_issue_is_made_in_the_keys_project_and_not_moved_or_joined_to_others() {
    let client = limited(&["WEB"], &[]).await;
    let new = |project: &str, more: Value| json!({"project_key": project, "summary": "x", "issue_type": "Task", "additional_fields": more});
    for arguments in [
        new("APP", json!({})),
        new("WEB", json!({"project": {"key": "APP"}})),
        new("WEB", json!({"Project": "APP"})),
        new("WEB", json!({"parent": {"key": "APP-1"}})),
        new("WEB", json!({"parent": "APP-1"})),
        new("WEB", json!({"parent": {"id": "10001"}})),
        new("WEB", json!({"issuelinks": []})),
        new("WEB", json!("{\"project\": {\"key\": \"APP\"}}")),
    ] {
        let answer = invoked(&client, "jira_create_issue", arguments.clone()).await;
        assert_eq!(answer.status, 403, "{arguments}: {}", answer.body);
    }
    let update = json!({"issue_key": "WEB-1", "fields": {"parent": "APP-1"}});
    assert_eq!(
        invoked(&client, "jira_update_issue", update).await.status,
        403
    );
    let own =
        json!({"tool": "jira.create", "args": {"project_key": "WEB", "summary": "x"}}).to_string();
    let refused = client
        .send("POST", "/connectors/tools/invoke", &[], Some(&own))
        .await;
    assert_eq!(refused.status, 403, "{}", refused.body);
    let writes = client
        .sent()
        .into_iter()
        .filter(|call| !call.starts_with("GET "));
    assert_eq!(writes.collect::<Vec<_>>(), Vec::<String>::new());
    let made = invoked(
        &client,
        "jira_create_issue",
        new("WEB", json!({"labels": ["a"]})),
    )
    .await;
    assert_eq!(made.status, 200, "{}", made.body);
}

#[tokio::test]
async fn a_page_of_another_space_is_neither_read_nor_changed() {
    let client = limited(&[], &["ENG"]).await;
    let page = |answer: &Value| answer["items"][0]["id"].as_str().unwrap().to_owned();
    let search =
        |space: &str| json!({"query": format!("type = page AND space = {space}"), "limit": 1});
    let other = page(&unlimited(&client, "confluence_search", search("OPS")).await);
    let own = page(&unlimited(&client, "confluence_search", search("ENG")).await);
    client.app.sandbox.clear_journal();
    for (tool, arguments) in [
        ("confluence_get_page", json!({"page_id": other})),
        (
            "confluence_get_page",
            json!({"title": "Home", "space_key": "OPS"}),
        ),
        ("confluence_get_page_children", json!({"parent_id": other})),
        (
            "confluence_add_comment",
            json!({"page_id": other, "body": "x"}),
        ),
        (
            "confluence_update_page",
            json!({"page_id": other, "title": "x", "content": "x"}),
        ),
        (
            "confluence_update_page",
            json!({"page_id": own, "title": "x", "content": "x", "parent_id": other}),
        ),
        (
            "confluence_create_page",
            json!({"space_key": "OPS", "title": "x", "content": "x"}),
        ),
        (
            "confluence_create_page",
            json!({"space_key": "ENG", "title": "x", "content": "x", "parent_id": other}),
        ),
        (
            "confluence.create",
            json!({"space_key": "ENG", "title": "x", "body": "x"}),
        ),
        ("jira_search", json!({"jql": "project = WEB"})),
    ] {
        let answer = invoked(&client, tool, arguments.clone()).await;
        assert_eq!(answer.status, 403, "{tool} {arguments}: {}", answer.body);
    }
    let writes = client
        .sent()
        .into_iter()
        .filter(|call| !call.starts_with("GET "));
    assert_eq!(writes.collect::<Vec<_>>(), Vec::<String>::new());
    for (tool, arguments) in [
        ("confluence_get_page", json!({"page_id": own})),
        ("confluence_get_page_children", json!({"parent_id": own})),
        (
            "confluence_create_page",
            json!({"space_key": "ENG", "title": "A new one", "content": "x", "parent_id": own}),
        ),
    ] {
        let answer = invoked(&client, tool, arguments).await;
        assert_eq!(answer.status, 200, "{tool}: {}", answer.body);
    }
}
