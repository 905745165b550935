//! The account itself, other people, single projects and their issue types through the connector.

use std::collections::BTreeSet;

use atlassian_sandbox::NewPerson;
use serde_json::{Value, json};

use crate::connectors::tools::fixture::{given, invoke};
use crate::data_center::fixture::connected;
use crate::support::TestApp;
use crate::support::faults::{answering, on_method};

pub(crate) fn answers(app: &TestApp, path: &str, body: &Value) {
    app.sandbox
        .fault(on_method("GET", path, answering(200, body), None));
}

#[tokio::test]
async fn the_account_shows_itself() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let myself = browser.get("/connectors/jira/myself").await.json();
    assert_eq!(
        myself.as_object().unwrap().keys().collect::<Vec<_>>(),
        [
            "account_id",
            "avatar_url",
            "display_name",
            "email",
            "time_zone"
        ]
    );
    assert_eq!(myself["display_name"], "Mia Krystof");
    assert_eq!(myself["email"], "mia@example.com");
    assert!(
        myself["avatar_url"]
            .as_str()
            .unwrap()
            .starts_with("https://")
    );
    let raw = browser
        .get("/connectors/jira/myself?format=raw")
        .await
        .json();
    assert_eq!(raw["accountId"], myself["account_id"]);
    assert_eq!(raw["accountType"], "atlassian");
}

#[tokio::test]
async fn people_are_found_by_the_beginning_of_their_name() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let found = browser.get("/connectors/jira/users?q=kry").await.json();
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert_eq!(
        found[0].as_object().unwrap().keys().collect::<Vec<_>>(),
        [
            "account_id",
            "account_type",
            "active",
            "avatar_url",
            "display_name"
        ]
    );
    assert_eq!(found[0]["display_name"], "Mia Krystof");
    assert_eq!(
        (&found[0]["active"], &found[0]["account_type"]),
        (&json!(true), &json!("atlassian"))
    );
    let nobody = browser.get("/connectors/jira/users?q=zzzz").await;
    assert_eq!((nobody.status, nobody.json()), (200, json!([])));
    let raw = browser
        .get("/connectors/jira/users?q=kry&format=raw")
        .await
        .json();
    assert_eq!(raw[0]["accountId"], found[0]["account_id"]);
}

pub(crate) fn newcomer(name: &str, active: bool, kind: &str) -> NewPerson {
    NewPerson {
        name: name.to_owned(),
        active,
        kind: kind.to_owned(),
    }
}

#[tokio::test]
async fn a_name_fits_the_one_colleague_whoever_else_has_it() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for (active, kind) in [(false, "atlassian"), (true, "app"), (true, "customer")] {
        app.sandbox
            .add_person("acme", &newcomer("Omar Haddad", active, kind));
    }
    let found = browser.read("/connectors/jira/users?q=omar").await;
    let told: BTreeSet<(bool, &str)> = found
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let kind = one["account_type"].as_str().unwrap();
            (one["active"].as_bool().unwrap(), kind)
        })
        .collect();
    let kinds = [
        (false, "atlassian"),
        (true, "app"),
        (true, "atlassian"),
        (true, "customer"),
    ];
    assert_eq!(told, BTreeSet::from(kinds));
    let omar = "712020:8f1f8f0e-2d1a-4c53-9a55-6a8b7f1d3c20";
    for name in ["Omar Haddad", "omar haddad", "Omar"] {
        let draft = json!({"project_key": "WEB", "summary": "Given", "issue_type": "Task", "assignee": name});
        let made = given(&browser, "jira_create_issue", draft).await;
        let key = made["id"].as_str().unwrap();
        let issue = browser
            .read(&format!("/connectors/jira/issues/{key}"))
            .await;
        assert_eq!(issue["assignee"]["account_id"], omar, "{name}");
        let update = json!({"issue_key": key, "fields": {"assignee": name}});
        given(&browser, "jira_update_issue", update).await;
        let profile = json!({"user_identifier": name});
        let profile = given(&browser, "jira_get_user_profile", profile).await;
        assert_eq!(profile["account_id"], omar, "{name}");
    }
    // Two colleagues of one name are told apart by nobody but the caller.
    app.sandbox
        .add_person("acme", &newcomer("Omar Haddad", true, "atlassian"));
    let draft = json!({"project_key": "WEB", "summary": "Given", "issue_type": "Task", "assignee": "Omar Haddad"});
    let refused = invoke(&browser, "jira_create_issue", draft).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains(omar), "{}", refused.body);
    // Who has left can still be looked up.
    app.sandbox
        .add_person("acme", &newcomer("Ada Gone", false, "atlassian"));
    let profile = json!({"user_identifier": "Ada Gone"});
    let profile = given(&browser, "jira_get_user_profile", profile).await;
    assert_eq!(profile["display_name"], "Ada Gone");
}

#[tokio::test]
async fn data_center_tells_who_is_active() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    let found = browser.read("/connectors/jira/users?q=mia").await;
    assert_eq!(
        (&found[0]["active"], &found[0]["account_type"]),
        (&json!(true), &Value::Null)
    );
}

#[tokio::test]
async fn people_come_page_by_page_and_a_nameless_one_does_not_hide_the_others() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    answers(
        &app,
        "/user/search",
        &json!([{"accountId": "1"}, {"displayName": "no account"}]),
    );
    let page = browser.get("/connectors/jira/users?q=m&limit=2").await;
    assert_eq!(
        page.json(),
        json!([{"account_id": "1", "display_name": null, "avatar_url": null, "active": null, "account_type": null}])
    );
    let cursor = page.header("x-next-cursor");
    app.sandbox.clear_journal();
    let next = format!("/connectors/jira/users?q=m&cursor={cursor}");
    assert_eq!(browser.get(&next).await.status, 200);
    let query = app.sandbox.journal()[0].query.clone();
    assert!(
        query.contains("startAt=2") && query.contains("maxResults=2"),
        "{query}"
    );
    let other = browser
        .get(&format!("/connectors/jira/users?q=n&cursor={cursor}"))
        .await;
    assert_eq!(other.status, 422);
}

#[tokio::test]
async fn a_search_for_people_needs_something_to_look_for() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    let long = "x".repeat(256);
    for (query, field) in [
        ("", "q"),
        ("q=", "q"),
        ("q=%20", "q"),
        (&format!("q={long}"), "q"),
        ("q=m&limit=0", "limit"),
        ("q=m&limit=101", "limit"),
        ("q=m&format=xml", "format"),
    ] {
        let answer = browser
            .get(&format!("/connectors/jira/users?{query}"))
            .await;
        answer.assert_invalid(&[field], query);
    }
    app.assert_nothing_sent();
}

#[tokio::test]
async fn one_project_has_the_shape_of_the_list() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let listed = browser
        .get("/connectors/jira/projects?q=web&limit=1")
        .await
        .json();
    let project = browser.get("/connectors/jira/projects/WEB").await;
    assert_eq!((project.status, project.json()), (200, listed[0].clone()));
    let by_number = format!(
        "/connectors/jira/projects/{}",
        listed[0]["id"].as_str().unwrap()
    );
    assert_eq!(browser.get(&by_number).await.json(), listed[0]);
    let raw = browser
        .get("/connectors/jira/projects/WEB?format=raw")
        .await
        .json();
    assert_eq!(raw["style"], "classic");
}

#[tokio::test]
async fn the_issue_types_of_a_project_are_listed() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let types = browser
        .get("/connectors/jira/projects/WEB/issue-types")
        .await
        .json();
    assert_eq!(
        types[0].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["description", "id", "name", "subtask"]
    );
    let names: BTreeSet<(&str, bool)> = types
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            (
                one["name"].as_str().unwrap(),
                one["subtask"].as_bool().unwrap(),
            )
        })
        .collect();
    assert!(
        names.contains(&("Bug", false)) && names.contains(&("Sub-task", true)),
        "{names:?}"
    );
    let raw = browser
        .get("/connectors/jira/projects/WEB/issue-types?format=raw")
        .await
        .json();
    assert!(raw[0]["iconUrl"].is_string());
    answers(
        &app,
        "/project/WEB",
        &json!({"id": "1", "key": "WEB", "issueTypes": [{"id": 7}, {"name": "x"}]}),
    );
    assert_eq!(
        browser
            .get("/connectors/jira/projects/WEB/issue-types")
            .await
            .json(),
        json!([{"id": "7", "name": "7", "subtask": false, "description": null}])
    );
}

#[tokio::test]
async fn a_project_that_is_hidden_or_hostile_is_not_found() {
    let app = TestApp::start().await;
    let omar = app.logged_in("omar").await;
    for below in ["", "/issue-types"] {
        let hidden = omar
            .get(&format!("/connectors/jira/projects/SEC{below}"))
            .await;
        assert_eq!(
            (hidden.status, hidden.error_code().as_str()),
            (404, "NOT_FOUND")
        );
        app.sandbox.clear_journal();
        for key in [
            "..%2fmyself",
            "%2e%2e",
            "WEB%3Fx",
            "WEB-1",
            "WEB%00",
            "%EF%BC%B7EB",
            "9x",
        ] {
            let answer = omar
                .get(&format!("/connectors/jira/projects/{key}{below}"))
                .await;
            assert_eq!(
                (answer.status, answer.error_code().as_str()),
                (404, "NOT_FOUND"),
                "{key}"
            );
        }
        app.assert_nothing_sent();
    }
}

#[tokio::test]
async fn a_project_or_issue_without_a_key_does_not_hide_the_others() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    answers(
        &app,
        "/project/search",
        &json!({"isLast": false, "values": [{"id": "1"}, {"id": "2", "key": "B"}, null, 7]}),
    );
    let page = browser.get("/connectors/jira/projects?limit=4").await;
    assert_eq!(page.status, 200, "{}", page.body);
    let keys: Vec<Value> = page
        .json()
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["key"].clone())
        .collect();
    assert_eq!(keys, ["B"]);
    assert!(!page.header("x-next-cursor").is_empty());
    app.sandbox.fault(on_method(
        "POST",
        "/search/jql",
        answering(
            200,
            &json!({"isLast": true, "issues": [{"id": "1"}, {"id": "2", "key": "B-1"}]}),
        ),
        None,
    ));
    let hits = browser.get("/connectors/jira/search?q=x").await.json();
    assert_eq!(
        (hits.as_array().unwrap().len(), &hits[0]["id"]),
        (1, &json!("B-1"))
    );
}

#[tokio::test]
async fn without_a_connection_reading_tells_the_way_to_one() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    browser.delete("/connectors/jira/connection").await;
    for address in [
        "/connectors/jira/myself",
        "/connectors/jira/users?q=m",
        "/connectors/jira/projects/WEB",
        "/connectors/jira/projects/WEB/issue-types",
        "/connectors/jira/issues/WEB-1/comments",
        "/connectors/jira/issues/WEB-1/comments/1",
        "/connectors/jira/issues/WEB-1/transitions",
    ] {
        let answer = browser.get(address).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (409, "NOT_CONNECTED"),
            "{address}"
        );
        assert_eq!(app.browser().get(address).await.status, 401, "{address}");
    }
}
