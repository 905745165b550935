//! Names that nobody knows: where one would have changed what is written or found, it is refused and never left out.

use rstest::rstest;
use serde_json::{Value, json};

use crate::connectors::confluence::fixture::made as made_page;
use crate::support::TestApp;

#[rstest]
#[case("internal", json!(true))]
#[case("public", json!(false))]
#[case("jsdPublic", json!(false))]
#[case("properties", json!([{"key": "sd.public.comment", "value": {"internal": true}}]))]
#[case("visibilty", json!({"type": "role", "value": "Administrators"}))]
#[case("Visibility", json!({"type": "role", "value": "Administrators"}))]
#[case("restricted_to", json!("Administrators"))]
#[tokio::test]
async fn a_comment_that_was_to_be_hidden_is_not_shown_to_everybody(
    #[case] name: &str,
    #[case] value: Value,
) {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for path in [
        "/connectors/jira/issues/WEB-1/comments",
        "/api/jira/issues/WEB-1/comments",
    ] {
        let mut body =
            json!({"body": "root password is hunter2", "comment": "root password is hunter2"});
        body[name] = value.clone();
        let refused = browser.post(path, body).await;
        assert_eq!(refused.status, 422, "{path}: {}", refused.body);
        assert!(refused.body.contains(name), "{}", refused.body);
    }
    let written = app
        .sandbox
        .journal()
        .iter()
        .any(|call| call.method == "POST" && call.path.ends_with("/comment"));
    assert!(!written);
}

#[rstest]
#[case("confluence/create", "content", "content is unknown")]
#[case("confluence/create", "status", "status is unknown")]
#[case("confluence/create", "parentId", "parent_id may be meant")]
#[case("jira/create", "issuetype", "issue_type may be meant")]
#[case("jira/create", "duedate", "due_date may be meant")]
#[case("jira/create", "label", "labels may be meant")]
#[case("jira/create", "customfield_10016", "additional_fields takes further")]
#[case("jira/issues/WEB-1", "fixVersions", "additional_fields takes further")]
#[case("jira/issues/WEB-1", "status", "status is unknown")]
#[case("jira/issues/WEB-1/transitions", "resolution", "resolution is unknown")]
#[case("jira/issues/WEB-1/transitions", "visibility", "visibility is unknown")]
#[tokio::test]
async fn a_write_refuses_what_it_would_have_left_out_and_names_what_may_be_meant(
    #[case] route: &str,
    #[case] name: &str,
    #[case] said: &str,
) {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let mut body = match route {
        "confluence/create" => json!({"space_key": "ENG", "title": "Named"}),
        "jira/create" => json!({"project_key": "OPS", "summary": "Named"}),
        "jira/issues/WEB-1" => json!({"summary": "Named"}),
        _ => json!({"transition": "Done"}),
    };
    body[name] = json!("x");
    let path = format!("/connectors/{route}");
    let answer = if route.ends_with("WEB-1") {
        browser.put(&path, body).await
    } else {
        browser.post(&path, body).await
    };
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert!(answer.body.contains(said), "{}", answer.body);
}

#[rstest]
#[case("jira/create", "security_level", "additional_fields takes further")]
#[case("jira/create", "epic", "parent may be meant")]
#[case("jira/create", "epic_link", "parent may be meant")]
#[case("jira/create", "parent_key", "parent may be meant")]
#[case("jira/create", "due", "due_date may be meant")]
#[case("jira/create", "story_points", "additional_fields takes further")]
#[case("jira/create", "sprint", "additional_fields takes further")]
#[case("jira/create", "estimate", "additional_fields takes further")]
#[case("jira/create", "correlationId", "additional_fields takes further")]
#[case(
    "jira/issues/WEB-1",
    "key_of_anything",
    "additional_fields takes further"
)]
#[case("jira/issues/WEB-1/transitions", "assignee", "fields takes the fields")]
#[case(
    "jira/issues/WEB-1/comments",
    "clientRequestId",
    "known are body, visibility"
)]
#[case("confluence/create", "labels", "known are space_key")]
#[case("confluence/pages/PAGE", "minor_edit", "known are title")]
#[case("confluence/pages/PAGE/comments", "inline", "known are body")]
#[tokio::test]
async fn every_member_that_is_not_taken_is_refused_whatever_its_name(
    #[case] route: &str,
    #[case] name: &str,
    #[case] said: &str,
) {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let page = made_page(&browser, "Odd", "Text.").await;
    app.sandbox.clear_journal();
    let mut body = match route {
        "jira/create" => json!({"project_key": "OPS", "summary": "Odd"}),
        "jira/issues/WEB-1" => json!({"summary": "Odd"}),
        "jira/issues/WEB-1/transitions" => json!({"transition": "Done"}),
        "confluence/create" => json!({"space_key": "ENG", "title": "Other"}),
        "confluence/pages/PAGE" => json!({"title": "Odder"}),
        _ => json!({"body": "Said."}),
    };
    body[name] = json!("x");
    let path = format!("/connectors/{}", route.replace("PAGE", &page));
    let answer = if route.ends_with("WEB-1") || route.ends_with("PAGE") {
        browser.put(&path, body).await
    } else {
        browser.post(&path, body).await
    };
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert_eq!(answer.json()["details"]["fields"], json!([name]));
    assert!(answer.body.contains(said), "{}", answer.body);
    let journal = app.sandbox.journal();
    assert!(journal.iter().all(|call| call.method == "GET"));
}

#[rstest]
#[case("POST", "/connectors/jira/create", json!({"fields": {"project": {"key": "OPS"}, "summary": "x"}, "labels": ["a"]}), "labels")]
#[case("PUT", "/connectors/jira/issues/WEB-1", json!({"fields": {"summary": "x"}, "assignee": "me"}), "assignee")]
#[case("POST", "/connectors/confluence/create", json!({"spaceId": "98306", "title": "x", "labels": ["a"]}), "labels")]
#[case("POST", "/connectors/tools/invoke", json!({"tool": "jira_get_issue", "args": {"issue_key": "WEB-1"}, "arg": {}}), "arg")]
#[case("PATCH", "/connectors/jira/connection", json!({"rotate": true, "sites": "x"}), "sites")]
#[case("POST", "/auth/jira/api-token", json!({"email": "mia@example.com", "api_token": "x", "url": "y"}), "url")]
#[case("POST", "/users", json!({"email": "mia@example.com", "name": "Mia"}), "name")]
#[case("POST", "/jira/projects", json!({"key": "EX", "name": "Example", "leader": "Mia"}), "leader")]
#[tokio::test]
async fn other_forms_and_other_routes_refuse_what_they_do_not_take(
    #[case] method: &str,
    #[case] path: &str,
    #[case] body: Value,
    #[case] name: &str,
) {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let answer = browser
        .send(method, path, &[], Some(body.to_string()))
        .await;
    assert_eq!(answer.status, 422, "{}", answer.body);
    assert_eq!(answer.json()["details"]["fields"], json!([name]));
    assert!(answer.body.contains("is unknown"), "{}", answer.body);
}

#[tokio::test]
async fn a_parameter_that_would_have_narrowed_or_paged_a_list_is_refused() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for path in [
        "/connectors/jira/search?jql=project%3DTRAIN",
        "/connectors/jira/search?query=x",
        "/connectors/jira/search?Q=x",
        "/connectors/jira/search?q=release&startAt=3",
        "/connectors/jira/search?q=release&page=2",
        "/connectors/jira/search?q=release&offset=3",
        "/connectors/jira/projects?start=2",
        "/connectors/jira/issues/WEB-1/comments?orderBy=-created",
        "/connectors/confluence/search?q=release&space=ENG",
        "/connectors/confluence/search?cql=space%3DENG",
        "/connectors/confluence/pages?space_key=ENG",
        "/connectors/jira/search?q=release&limits=3",
    ] {
        let refused = browser.get(path).await;
        assert_eq!(refused.status, 422, "{path}: {}", refused.body);
        assert!(refused.body.contains("is unknown"), "{}", refused.body);
    }
    for path in [
        "/connectors/jira/search?q=release&_=1700000000&utm_source=mail&fbclid=x",
        "/connectors/jira/search?q=release&startAt=",
        "/api/jira/issues?project_key=WEB",
        "/api/auth/oauth/jira/issues?project=WEB",
    ] {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_parameter_of_a_write_that_would_have_been_left_out_is_refused() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for (method, address, body) in [
        (
            "DELETE",
            "/connectors/jira/issues/WEB-1?subtasks=true",
            None,
        ),
        (
            "DELETE",
            "/connectors/jira/issues/WEB-1?delete_subtask=true",
            None,
        ),
        (
            "PUT",
            "/connectors/jira/issues/WEB-1?notifyUsers=false",
            Some(json!({"summary": "Quiet"})),
        ),
        (
            "POST",
            "/connectors/jira/create?updateHistory=true",
            Some(json!({"project_key": "OPS", "summary": "x"})),
        ),
    ] {
        let body = body.map(|body| body.to_string());
        let refused = browser.send(method, address, &[], body).await;
        assert_eq!(refused.status, 422, "{address}: {}", refused.body);
        assert!(refused.body.contains("is unknown"), "{}", refused.body);
    }
    let body = json!({"summary": "Tracked"}).to_string();
    let address = "/connectors/jira/issues/WEB-1?_=1700000000&utm_source=mail";
    let answer = browser.send("PUT", address, &[], Some(body)).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[rstest]
#[case("jira", json!({"projects": "WEB"}))]
#[case("jira", json!({"project": "WEB", "Status": "Done"}))]
#[case("jira", json!({"assignees": "me"}))]
#[case("confluence", json!({"spaces": "ENG"}))]
#[case("confluence", json!({"project": "ENG"}))]
#[tokio::test]
async fn a_filter_that_is_unknown_is_refused(#[case] product: &str, #[case] filters: Value) {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let text: String =
        url::form_urlencoded::byte_serialize(filters.to_string().as_bytes()).collect();
    let path = format!("/connectors/{product}/search?q=release&filters={text}");
    let refused = browser.get(&path).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("known are"), "{}", refused.body);
}

#[tokio::test]
async fn a_field_that_nobody_knows_is_told_before_anything_is_written() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for (name, said) in [
        ("Story Points", "Story point estimate may be meant"),
        ("Regionn", "Region may be meant"),
        ("Nonsense", "Nonsense: this field is unknown here"),
    ] {
        let body = json!({"additional_fields": {name: 5}});
        let refused = browser.put("/connectors/jira/issues/WEB-1", body).await;
        // As Jira refuses it.
        assert_eq!(refused.status, 400, "{}", refused.body);
        assert_eq!(refused.json()["details"]["fields"], json!([name]));
        assert!(refused.body.contains(said), "{}", refused.body);
    }
    let journal = app.sandbox.journal();
    assert!(journal.iter().all(|call| call.method != "PUT"));
}

#[tokio::test]
async fn a_name_that_two_fields_have_is_refused_when_it_is_read_too() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let field = |id: &str| json!({"id": id, "key": id, "name": "Severity", "custom": true, "clauseNames": ["Severity"], "schema": {"type": "string"}});
    let fields = json!([field("customfield_10901"), field("customfield_10902")]);
    app.sandbox.fault(crate::support::faults::on_api(
        "/field",
        crate::support::faults::answering(200, &fields),
        None,
    ));
    for path in [
        "/connectors/jira/search?q=key%20%3D%20WEB-1&fields=Severity",
        "/connectors/jira/search?q=key%20%3D%20WEB-1&fields=summary,severity",
    ] {
        let refused = browser.get(path).await;
        refused.assert_invalid(&["fields"], path);
        let both = "use one of customfield_10901, customfield_10902";
        assert!(refused.body.contains(both), "{}", refused.body);
    }
    for tool in [
        json!({"tool": "jira_get_issue", "args": {"issue_key": "WEB-1", "fields": "Severity"}}),
        json!({"tool": "jira_search", "args": {"jql": "key = WEB-1", "fields": "Severity"}}),
    ] {
        let refused = browser.post("/connectors/tools/invoke", tool).await;
        refused.assert_invalid(&["fields"], "a tool");
    }
}

#[tokio::test]
async fn what_cannot_be_cleared_is_told_in_words_and_labels_may_stand_in_one_text() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let issue = "/connectors/jira/issues/WEB-1";
    let refused = browser.put(issue, json!({"priority": null})).await;
    refused.assert_invalid(&["priority"], "a priority");
    assert!(
        refused.body.contains("priority cannot be cleared"),
        "{}",
        refused.body
    );
    let changed = browser.put(issue, json!({"labels": "one, two"})).await;
    assert_eq!(changed.json()["labels"], json!(["one", "two"]));
    let long = browser
        .put(issue, json!({"labels": ["x".repeat(300)]}))
        .await;
    assert!(
        long.body.contains("at most 255 characters"),
        "{}",
        long.body
    );

    let top = made_page(&browser, "Above", "Text.").await;
    let page = format!("/connectors/confluence/pages/{top}");
    let below = json!({"space_key": "ENG", "title": "Below", "body": "x", "parent_id": top});
    let below = browser
        .post("/connectors/confluence/create", below)
        .await
        .json();
    let below = format!(
        "/connectors/confluence/pages/{}",
        below["id"].as_str().unwrap()
    );
    for (member, said) in [
        ("body", "an empty text empties it"),
        ("parent_id", "the id of another page moves it"),
        (
            "title",
            "title is unknown to a change, unless it repeats what is there",
        ),
    ] {
        let mut body = json!({"title": "Changed", "message": "why", "body": "new"});
        body[member] = Value::Null;
        let refused = browser.put(&below, body).await;
        refused.assert_invalid(&[member], member);
        assert!(refused.body.contains(said), "{}", refused.body);
    }
    // What was read may be sent back, also where it is null.
    let mut read = browser.read(&page).await;
    let parent = read["parent_id"].clone();
    read["title"] = json!("Above all");
    let changed = browser.put(&page, read).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
    assert_eq!(changed.json()["parent_id"], parent);
}
