//! Fields that hold people take them by name: the reporter, and fields that the site has added.

use atlassian_sandbox::NewPerson;
use serde_json::{Value, json};

use crate::connectors::jira::fixture::made;
use crate::connectors::tools::fixture::{given, invoke};
use crate::data_center::fixture::connected;
use crate::support::faults::{answering, on_api};
use crate::support::{Browser, TestApp};

const OMAR: &str = "712020:8f1f8f0e-2d1a-4c53-9a55-6a8b7f1d3c20";

async fn fields(browser: &Browser, key: &str) -> Value {
    let raw = format!("/connectors/jira/issues/{key}?format=raw");
    browser.read(&raw).await["fields"].clone()
}

#[tokio::test]
async fn the_reporter_and_further_people_are_called_by_name() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let people = json!({"reporter": "Omar Haddad", "Reviewer": "omar haddad",
        "customfield_10034": ["Omar Haddad", format!("@[Mia](accountid:5b10ac8d82e05b22cc7d4ef5)")]});
    let by_rest = json!({"project_key": "WEB", "summary": "People", "additional_fields": people});
    let by_tool = json!({"project_key": "WEB", "summary": "People", "issue_type": "Task",
        "additional_fields": people});
    let by_tool = given(&browser, "jira_create_issue", by_tool).await;
    let by_tool = by_tool["id"].as_str().unwrap().to_owned();
    for key in [made(&browser, by_rest).await, by_tool] {
        let written = fields(&browser, &key).await;
        assert_eq!(written["reporter"]["accountId"], OMAR);
        assert_eq!(written["customfield_10033"]["accountId"], OMAR);
        let testers = &written["customfield_10034"];
        assert_eq!(testers[0]["accountId"], OMAR);
        assert_eq!(testers[1]["displayName"], "Mia Krystof");

        let change = json!({"additional_fields": {"reporter": "me", "Testers": "Léa Fontaine, Omar Haddad"}});
        let address = format!("/connectors/jira/issues/{key}");
        let changed = browser.put(&address, change).await;
        assert_eq!(changed.status, 200, "{}", changed.body);
        let update = json!({"issue_key": key, "fields": {"Reviewer": "Léa Fontaine"}});
        given(&browser, "jira_update_issue", update).await;
        let written = fields(&browser, &key).await;
        assert_eq!(written["reporter"]["displayName"], "Mia Krystof");
        assert_eq!(written["customfield_10033"]["displayName"], "Léa Fontaine");
        assert_eq!(
            written["customfield_10034"][0]["displayName"],
            "Léa Fontaine"
        );
        assert_eq!(written["customfield_10034"][1]["accountId"], OMAR);
        // Jira's own form stays Jira's own, and nobody is nobody.
        let own =
            json!({"issue_key": key, "fields": {"reporter": {"accountId": OMAR}, "Reviewer": ""}});
        given(&browser, "jira_update_issue", own).await;
        let written = fields(&browser, &key).await;
        assert_eq!(written["reporter"]["accountId"], OMAR);
        assert_eq!(written["customfield_10033"], Value::Null);
    }
    // As models write them who have seen Jira's answers.
    let draft = json!({"project_key": "WEB", "summary": "People", "additional_fields":
        {"reporter": {"name": "Omar Haddad"}, "Reviewer": {"displayName": "Omar Haddad"}}});
    let key = made(&browser, draft).await;
    let update = json!({"issue_key": key, "fields": {"assignee": {"displayName": "Omar Haddad"}}});
    given(&browser, "jira_update_issue", update).await;
    let written = fields(&browser, &key).await;
    for field in ["reporter", "customfield_10033", "assignee"] {
        assert_eq!(written[field]["accountId"], OMAR, "{field}");
    }
    let many = json!({"additional_fields": {"Testers": vec!["Omar Haddad"; 21]}});
    app.sandbox.clear_journal();
    let refused = browser
        .put(&format!("/connectors/jira/issues/{key}"), many)
        .await;
    refused.assert_invalid(&["customfield_10034"], "more people than are looked up");
    let unknown = json!({"project_key": "WEB", "summary": "People", "issue_type": "Task",
        "additional_fields": {"reporter": "Nobody Known"}});
    let refused = invoke(&browser, "jira_create_issue", unknown).await;
    refused.assert_invalid(&["reporter"], "a reporter whom nobody knows");
}

#[tokio::test]
async fn data_center_takes_people_by_name_too() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    let draft = json!({"project_key": "MILL", "summary": "People", "additional_fields":
        {"reporter": "Omar Haddad", "Reviewer": "Omar Haddad", "Testers": ["Omar Haddad", "mia"]}});
    let key = made(&browser, draft).await;
    let written = fields(&browser, &key).await;
    for field in ["reporter", "customfield_10033"] {
        assert_eq!(written[field]["name"], "omar", "{field}");
    }
    assert_eq!(written["customfield_10034"][1]["name"], "mia");
}

#[tokio::test]
async fn a_name_with_a_comma_is_one_person_and_a_user_name_counts_on_data_center() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for name in ["Haddad, Omar", "Haddad, Zoe"] {
        let person = NewPerson {
            name: name.to_owned(),
            active: true,
            kind: String::from("atlassian"),
        };
        app.sandbox.add_person("acme", &person);
    }
    let draft = json!({"project_key": "WEB", "summary": "People",
        "additional_fields": {"Testers": "Haddad, Zoe"}});
    let key = made(&browser, draft).await;
    let testers = &fields(&browser, &key).await["customfield_10034"];
    assert_eq!(testers.as_array().unwrap().len(), 1);
    assert_eq!(testers[0]["displayName"], "Haddad, Zoe");

    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    // "lea" stands in no other name, "mia" is one alone: the user name itself decides.
    for user in ["mia", "lea", "omar"] {
        let tool = json!({"project_key": "MILL", "summary": "Given", "issue_type": "Task", "assignee": user});
        let made = given(&browser, "jira_create_issue", tool).await;
        let given = fields(&browser, made["id"].as_str().unwrap()).await;
        assert_eq!(given["assignee"]["name"], user);
    }
}

#[tokio::test]
async fn a_name_is_the_same_however_it_is_typed() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for name in ["José García", "Pat O'Brien", "Ana D\u{2019}Souza"] {
        let person = NewPerson {
            name: name.to_owned(),
            active: true,
            kind: String::from("atlassian"),
        };
        app.sandbox.add_person("acme", &person);
    }
    for (typed, meant) in [
        ("Jose\u{301} Garci\u{301}a", "José García"),
        ("josé\u{a0}garcía", "José García"),
        (" José   García ", "José García"),
        ("Pat O\u{2019}Brien", "Pat O'Brien"),
        ("Ana D'Souza", "Ana D\u{2019}Souza"),
    ] {
        let profile = json!({"user_identifier": typed});
        let profile = given(&browser, "jira_get_user_profile", profile).await;
        assert_eq!(profile["display_name"], meant, "{typed:?}");
    }
}

#[tokio::test]
async fn whoever_may_not_look_for_people_may_still_assign_them_by_name() {
    let cloud = TestApp::start().await;
    let data_center = TestApp::start_with_data_center(&[]).await;
    for (app, browser, project, part) in [
        (&cloud, cloud.logged_in("mia").await, "WEB", "accountId"),
        (
            &data_center,
            connected(&data_center, "mia").await,
            "MILL",
            "name",
        ),
    ] {
        app.sandbox
            .fault(on_api("/user/search", answering(200, &json!([])), None));
        let omar = if part == "name" { "omar" } else { OMAR };
        let draft = json!({"project_key": project, "summary": "Given", "assignee": "Omar Haddad"});
        let key = made(&browser, draft).await;
        assert_eq!(fields(&browser, &key).await["assignee"][part], omar);
        let path = format!("/connectors/jira/issues/{key}");
        let taken = browser.put(&path, json!({ "assignee": null })).await;
        assert_eq!(taken.status, 200, "{}", taken.body);
        let update = json!({"issue_key": key, "fields": {"assignee": "omar haddad"}});
        given(&browser, "jira_update_issue", update).await;
        assert_eq!(fields(&browser, &key).await["assignee"][part], omar);
        let nobody = json!({"assignee": "Nobody Known"});
        let refused = browser.put(&path, nobody).await;
        refused.assert_invalid(&["assignee"], "nobody has the name");
    }
}
