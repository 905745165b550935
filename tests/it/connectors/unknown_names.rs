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

#[tokio::test]
async fn a_field_that_means_nothing_to_anybody_counts_for_nothing() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let issue = json!({"project_key": "OPS", "summary": "Odd", "correlationId": "7", "source": "form", "status": null});
    let made = browser.post("/connectors/jira/create", issue).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let id = made_page(&browser, "Odd", "Text.").await;
    let comment = json!({"body": "Said.", "clientRequestId": "7"});
    let path = format!("/connectors/confluence/pages/{id}/comments");
    assert_eq!(browser.post(&path, comment).await.status, 201);
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
