//! Moving issues through their workflow through the connector.

use atlassian_sandbox::FaultAction;
use serde_json::{Value, json};

use crate::connectors::jira::fixture::made;
use crate::connectors::tools::fixture::given;
use crate::data_center::fixture::connected;
use crate::support::faults::{answering, on_method};
use crate::support::{Answer, Browser, TestApp};

fn address(key: &str) -> String {
    format!("/connectors/jira/issues/{key}/transitions")
}

async fn moved(browser: &Browser, key: &str, body: Value) -> Answer {
    browser.post(&address(key), body).await
}

#[tokio::test]
async fn the_transitions_of_an_issue_are_listed() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = made(&browser, json!({"project_key": "OPS", "summary": "Moving"})).await;
    assert_eq!(
        browser.get(&address(&key)).await.json(),
        json!([
            {"id": "11", "name": "To Do", "to_status": "To Do", "fields": []},
            {"id": "21", "name": "In Progress", "to_status": "In Progress", "fields": []},
            {"id": "31", "name": "Done", "to_status": "Done", "fields": []},
        ])
    );
    let raw = browser
        .get(&format!("{}?format=raw", address(&key)))
        .await
        .json();
    assert_eq!(raw[2]["to"]["statusCategory"]["key"], "done");
}

#[tokio::test]
async fn an_issue_moves_by_id_or_by_name_in_any_case_with_a_comment() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = made(&browser, json!({"project_key": "OPS", "summary": "Moving"})).await;
    let by_name = moved(
        &browser,
        &key,
        json!({"transition": "in PROGRESS", "comment": "On **it**."}),
    )
    .await;
    assert_eq!(by_name.status, 200, "{}", by_name.body);
    assert_eq!(
        (&by_name.json()["key"], &by_name.json()["status"]),
        (&json!(key), &json!("In Progress"))
    );
    let comments = browser
        .get(&format!("/connectors/jira/issues/{key}/comments"))
        .await
        .json();
    assert_eq!(comments[0]["body"], "On **it**.");
    let by_id = moved(&browser, &key, json!({"transition": 31, "comment": null})).await;
    assert_eq!(by_id.json()["status"], "Done");
}

/// The field that the way to "Closed" demands, in every answer that shows it.
async fn demanded_everywhere(browser: &Browser, key: &str) {
    let listed = browser.read(&address(key)).await;
    let by_tool = given(browser, "jira_get_transitions", json!({"issue_key": key})).await;
    let include = json!({"issue_key": key, "include": "transitions"});
    let with_issue = given(browser, "jira_get_issue", include).await;
    for list in [&listed, &by_tool["items"], &with_issue["transitions"]] {
        let transitions = list.as_array().unwrap().iter();
        let demanding: Vec<&Value> = transitions
            .filter(|one| one["fields"] != json!([]))
            .collect();
        let [closing] = demanding.as_slice() else {
            panic!("{list}")
        };
        let fields = closing["fields"].as_array().unwrap();
        let demanded: Vec<&Value> = fields
            .iter()
            .filter(|one| one["required"] == true)
            .collect();
        let [field] = demanded.as_slice() else {
            panic!("{list}")
        };
        assert_eq!(
            (&field["id"], &field["name"], &field["required"]),
            (&json!("resolution"), &json!("Resolution"), &json!(true))
        );
        let allowed = field["allowed"].as_array().unwrap();
        assert!(
            allowed.contains(&json!("Fixed")) || allowed.contains(&json!("Done")),
            "{field}"
        );
    }
}

#[tokio::test]
async fn data_center_tells_the_fields_that_a_transition_demands_too() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    app.sandbox.clear_journal();
    let list = browser.get(&address("MILL-1")).await;
    assert_eq!(list.status, 200, "{}", list.body);
    assert!(
        list.json()
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["fields"].is_array())
    );
    assert!(
        app.sandbox.journal()[0]
            .query
            .contains("transitions.fields")
    );
}

/// Closes an issue of a project with approvals, with a text of several lines and one of one line on the screen.
async fn closed_with_a_text(browser: &Browser, project: &str, by_tool: bool) -> Value {
    let draft = json!({"project_key": project, "summary": "Moving"});
    let key = made(browser, draft).await;
    moved(browser, &key, json!({"transition": "Request approval"})).await;
    let fields = json!({"customfield_10030": TEXT, "customfield_10032": "**7**", "resolution": {"name": "Fixed"}});
    if by_tool {
        let args = json!({"issue_key": key, "transition_id": "2", "fields": fields});
        given(browser, "jira_transition_issue", args).await;
    } else {
        let body = json!({"transition": "Approve and close", "fields": fields});
        let answer = moved(browser, &key, body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
    let args = json!({"issue_key": key, "fields": "*all"});
    let read = given(browser, "jira_get_issue", args).await;
    assert_eq!(read["customfield_10030"], TEXT, "{read}");
    assert_eq!(read["customfield_10032"], "**7**", "one line is plain text");
    let raw = format!("/connectors/jira/issues/{key}?format=raw");
    browser.read(&raw).await["fields"].clone()
}

/// What is written on a screen, in Markdown.
const TEXT: &str = "## Cause\n\n- it **burned**\n- see [docs](https://example.com)";

#[tokio::test]
async fn a_text_of_several_lines_on_a_screen_takes_markdown() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for by_tool in [false, true] {
        let stored = closed_with_a_text(&browser, "CRM", by_tool).await;
        assert_eq!(stored["customfield_10030"]["type"], "doc", "{stored}");
    }
}

#[tokio::test]
async fn a_text_of_several_lines_on_a_screen_of_data_center_is_written_as_wiki_markup() {
    let app = TestApp::start_with_data_center(&[]).await;
    let browser = connected(&app, "mia").await;
    for by_tool in [false, true] {
        let stored = closed_with_a_text(&browser, "GATE", by_tool).await;
        let text = stored["customfield_10030"].as_str().unwrap();
        assert!(
            text.contains("h2. Cause") && text.contains("*burned*"),
            "{text}"
        );
    }
}

#[tokio::test]
async fn a_screen_gets_its_fields() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = made(&browser, json!({"project_key": "CRM", "summary": "Moving"})).await;
    moved(&browser, &key, json!({"transition": "Request approval"})).await;
    demanded_everywhere(&browser, &key).await;
    let without = moved(&browser, &key, json!({"transition": "Approve and close"})).await;
    assert_eq!(
        (without.status, without.error_code().as_str()),
        (400, "VALIDATION")
    );
    assert_eq!(without.json()["details"]["fields"], json!(["resolution"]));
    let body =
        json!({"transition": "Approve and close", "fields": {"resolution": {"name": "Fixed"}}});
    let with = moved(&browser, &key, body).await;
    assert_eq!(
        (with.status, &with.json()["status"]),
        (200, &json!("Closed"))
    );
}

#[tokio::test]
async fn the_fields_of_a_screen_may_be_called_as_people_see_them() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = made(&browser, json!({"project_key": "CRM", "summary": "Moving"})).await;
    moved(&browser, &key, json!({"transition": "Request approval"})).await;
    let fields = json!({"Resolution": {"name": "Fixed"}, "resolution": {"name": "Fixed"}});
    let twice = json!({"transition": "Approve and close", "fields": fields});
    let refused = moved(&browser, &key, twice).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    let once =
        json!({"transition": "Approve and close", "fields": {"Resolution": {"name": "Fixed"}}});
    let done = moved(&browser, &key, once).await;
    assert_eq!(done.status, 200, "{}", done.body);
}

#[tokio::test]
async fn a_transition_that_is_not_possible_now_is_told_with_those_that_are() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = made(&browser, json!({"project_key": "CRM", "summary": "Moving"})).await;
    app.sandbox.clear_journal();
    for wanted in [
        json!("Approve and close"),
        json!("2"),
        json!("Nonsense"),
        json!(99),
    ] {
        let answer = moved(&browser, &key, json!({"transition": wanted})).await;
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (422, "VALIDATION")
        );
        let told = answer.json();
        assert_eq!(told["details"]["fields"], json!(["transition"]));
        assert_eq!(
            told["message"],
            "this issue has no such transition now; possible are Request approval (4, to Waiting for approval)"
        );
    }
    assert!(
        app.sandbox
            .journal()
            .iter()
            .all(|call| call.method == "GET")
    );
}

#[tokio::test]
async fn a_name_that_two_transitions_have_is_not_guessed() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let twice = json!({"transitions": [
        {"id": "5", "name": "Close", "to": {"name": "Done"}},
        {"id": "6", "name": "close", "to": {"name": "Rejected"}},
        {"name": "no id"},
    ]});
    app.sandbox.fault(on_method(
        "GET",
        "/transitions",
        answering(200, &twice),
        None,
    ));
    app.sandbox.clear_journal();
    let answer = moved(&browser, "OPS-1", json!({"transition": "CLOSE"})).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (422, "VALIDATION")
    );
    assert_eq!(
        answer.json()["message"],
        "several transitions have this name; name one by its id: Close (5, to Done), close (6, to Rejected)"
    );
    assert_eq!(app.sandbox.journal().len(), 1);
}

#[tokio::test]
async fn whoever_may_only_read_has_no_transitions() {
    let app = TestApp::start().await;
    let omar = app.logged_in("omar").await;
    let list = omar.get(&address("LEG-1")).await;
    assert_eq!((list.status, list.json()), (200, json!([])));
    let answer = moved(&omar, "LEG-1", json!({"transition": "Done"})).await;
    assert_eq!(answer.status, 422);
    assert_eq!(
        answer.json()["message"],
        "this issue has no transition that this account can make now"
    );
}

#[tokio::test]
async fn a_malformed_transition_is_refused_before_anything_is_sent() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    for (body, field) in [
        (json!({}), "transition"),
        (json!({"transition": null}), "transition"),
        (json!({"transition": {"id": ["31"]}}), "transition"),
        (json!({"transition": " "}), "transition"),
        (json!({"transition": "Done", "comment": ["x"]}), "comment"),
        (json!({"transition": "Done", "fields": "x"}), "fields"),
        (json!([]), "body"),
    ] {
        let answer = moved(&browser, "OPS-1", body).await;
        answer.assert_invalid(&[field], "");
    }
    let hostile = moved(&browser, "OPS-1%2F..", json!({"transition": "Done"})).await;
    assert_eq!(hostile.status, 404);
    app.assert_nothing_sent();
}

#[tokio::test]
async fn a_transition_without_an_answer_is_not_sent_again() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = made(&browser, json!({"project_key": "OPS", "summary": "Moving"})).await;
    app.sandbox.fault(on_method(
        "POST",
        "/transitions",
        FaultAction::ProcessThenDrop,
        None,
    ));
    app.sandbox.clear_journal();
    let answer = moved(&browser, &key, json!({"transition": "Done"})).await;
    assert_eq!(
        (answer.status, answer.error_code().as_str()),
        (502, "VENDOR_ERROR")
    );
    let posts = app
        .sandbox
        .journal()
        .iter()
        .filter(|call| call.method == "POST")
        .count();
    assert_eq!(posts, 1);
}
