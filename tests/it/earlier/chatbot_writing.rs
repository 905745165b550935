//! The chatbot server's documented routes that write to Jira, in the shapes its clients know.

use serde_json::{Value, json};

use crate::earlier::fixture::written;
use crate::support::{Browser, TestApp};

/// Makes an issue as the chatbot's client does and gives its key.
async fn made(browser: &Browser, body: Value) -> String {
    let answer = browser.post("/api/jira/issues", body).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()["key"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_issue_is_made_from_the_chatbots_body_and_read_as_jira_gives_it() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    let key = made(
        &browser,
        json!({"summary": "From the chat", "project_key": "WEB", "description": "It **burns**.",
            "issue_type": "Task", "assignee": null, "components": ["Checkout"], "due_date": "2027-02-28",
            "priority": "High", "labels": [], "additional_fields": {}}),
    )
    .await;
    let fields = &written(&app)[0]["fields"];
    assert_eq!(fields["description"]["type"], "doc");
    assert_eq!(
        fields.as_object().unwrap().keys().collect::<Vec<_>>(),
        [
            "components",
            "description",
            "duedate",
            "issuetype",
            "priority",
            "project",
            "summary"
        ]
    );
    let issue = browser.get(&format!("/api/jira/issues/{key}")).await.json();
    assert_eq!(issue["fields"]["summary"], "From the chat");
    assert_eq!(issue["fields"]["components"][0]["name"], "Checkout");
    let missing = browser.get("/api/jira/issues/WEB-99999").await;
    assert_eq!(
        (missing.status, missing.error_code().as_str()),
        (404, "NOT_FOUND")
    );
    let without = browser
        .post(
            "/api/jira/issues",
            json!({"summary": "", "project_key": "WEB"}),
        )
        .await;
    assert_eq!(
        (without.status, &without.json()["details"]["fields"]),
        (422, &json!(["summary"]))
    );
}

#[tokio::test]
async fn a_change_passes_over_what_is_empty() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = made(
        &browser,
        json!({"summary": "Before", "project_key": "WEB", "description": "Stays", "labels": ["a"]}),
    )
    .await;
    app.sandbox.clear_journal();
    let address = format!("/api/jira/issues/{key}");
    let body = json!({"summary": "After", "description": "", "assignee": null, "components": [],
        "due_date": null, "priority": null, "labels": null, "additional_fields": {}});
    let answer = browser.put(&address, body.clone()).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["fields"]["summary"], "After");
    assert_eq!(answer.json()["fields"]["labels"], json!(["a"]));
    assert_eq!(written(&app), [json!({"fields": {"summary": "After"}})]);
    let nothing = browser.put(&address, json!({"summary": ""})).await;
    assert_eq!(
        (nothing.status, nothing.error_code().as_str()),
        (422, "VALIDATION")
    );
}

#[tokio::test]
async fn a_comment_and_a_transition_answer_jiras_own_objects() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let key = made(&browser, json!({"summary": "Moving", "project_key": "OPS"})).await;
    let address = format!("/api/jira/issues/{key}");
    let comment = browser
        .post(
            &format!("{address}/comments"),
            json!({"body": "On **it**."}),
        )
        .await;
    assert_eq!(comment.status, 200, "{}", comment.body);
    assert_eq!(comment.json()["body"]["type"], "doc");
    let transitions = browser.get(&format!("{address}/transitions")).await.json();
    assert_eq!(transitions["transitions"][2]["to"]["name"], "Done");
    let moved = browser
        .post(
            &format!("{address}/transitions"),
            json!({"transition_id": "31", "comment": "Done."}),
        )
        .await;
    assert_eq!(moved.status, 200, "{}", moved.body);
    assert_eq!(moved.json()["fields"]["status"]["name"], "Done");
    for (body, fields) in [
        (json!({"transition_id": "99"}), json!(["transition_id"])),
        (
            json!({"transition": "31"}),
            json!(["transition_id", "transition"]),
        ),
        (json!({"transition_id": null}), json!(["transition_id"])),
    ] {
        let answer = browser.post(&format!("{address}/transitions"), body).await;
        assert_eq!(
            (answer.status, &answer.json()["details"]["fields"]),
            (422, &fields)
        );
    }
    let empty = browser
        .post(&format!("{address}/comments"), json!({"body": ""}))
        .await;
    assert_eq!(
        (empty.status, &empty.json()["details"]["fields"]),
        (422, &json!(["body"]))
    );
}
