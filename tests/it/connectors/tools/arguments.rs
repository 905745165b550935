//! Arguments as models write them: what can only mean one thing is taken, and what is wrong is told.

use serde_json::{Value, json};

use crate::connectors::tools::fixture::{given, invoke};
use crate::support::TestApp;

#[tokio::test]
async fn numbers_truths_lists_and_texts_are_taken_in_any_dress() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let page = &browser.read("/connectors/confluence/pages?limit=1").await[0];
    let id: u64 = page["id"].as_str().unwrap().parse().unwrap();
    let read = given(&browser, "confluence_get_page", json!({"page_id": id})).await;
    assert_eq!(read["id"], page["id"]);
    let found = given(
        &browser,
        "jira_search",
        json!({"jql": "project = WEB", "limit": "2", "use_display_names": "true",
            "fields": ["summary"], "projects_filter": ["WEB"], "page_token": "", "expand": ""}),
    )
    .await;
    let items = found["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    for item in items {
        let names: Vec<&String> = item.as_object().unwrap().keys().collect();
        assert_eq!(names, ["id", "key", "summary"]);
    }
    // A cursor belongs to its list however the arguments are dressed.
    let next = json!({"jql": "project = WEB", "limit": 2, "use_display_names": true,
        "fields": ["summary"], "projects_filter": ["WEB"], "page_token": found["next_cursor"]});
    given(&browser, "jira_search", next).await;
    let new = json!({"project_key": "APP", "summary": 404, "issue_type": "Task", "components": ["Reports"], "assignee": ""});
    let key = given(&browser, "jira_create_issue", new).await["id"].clone();
    let issue = given(
        &browser,
        "jira_get_issue",
        json!({"issue_key": key, "fields": "*all"}),
    )
    .await;
    assert_eq!(
        (&issue["summary"], &issue["components"]),
        (&json!("404"), &json!(["Reports"]))
    );
}

#[tokio::test]
async fn a_person_is_named_as_texts_show_them() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let profile = async |named: &str| {
        let asked = json!({"user_identifier": named});
        given(&browser, "jira_get_user_profile", asked).await["account_id"].clone()
    };
    let mia = profile("Mia Krystof").await;
    let id = mia.as_str().unwrap();
    for named in [
        format!("@[Mia Krystof](accountid:{id})"),
        format!("[~accountid:{id}]"),
        String::from("Mia  Krystof"),
        String::from("Mia\u{a0}Krystof"),
    ] {
        assert_eq!(profile(&named).await, mia, "{named}");
    }
}

#[tokio::test]
async fn further_fields_may_be_said_in_few_words() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let new = json!({"project_key": "WEB", "summary": "Few words", "issue_type": "Task",
        "additional_fields": {"priority": "High", "labels": "a,b"}});
    let key = given(&browser, "jira_create_issue", new).await["id"].clone();
    let asked = json!({"issue_key": key, "fields": "priority,labels"});
    let issue = given(&browser, "jira_get_issue", asked).await;
    assert_eq!(
        (&issue["priority"], &issue["labels"]),
        (&json!("High"), &json!(["a", "b"]))
    );
}

#[tokio::test]
async fn what_is_wrong_with_an_argument_says_what_would_be_right() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for (fields, words) in [
        (json!({}), "fields must name a field to change"),
        (json!("{'summary': 'x'}"), "it must be a JSON object"),
    ] {
        let change = json!({"issue_key": "WEB-1", "fields": fields});
        let answer = invoke(&browser, "jira_update_issue", change).await;
        answer.assert_invalid(&["fields"], words);
        assert!(answer.body.contains(words), "{}", answer.body);
    }
}

#[tokio::test]
async fn a_list_of_issues_always_has_their_keys() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for fields in [json!([]), json!("id"), json!("summary")] {
        let asked = json!({"jql": "project = WEB", "limit": 1, "fields": fields});
        let found = given(&browser, "jira_search", asked).await;
        assert!(found["items"][0]["key"].is_string(), "{fields}: {found}");
    }
}

#[tokio::test]
async fn a_tool_is_known_by_its_name_however_it_is_spelled() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for name in ["jira-search", "JIRA_SEARCH", "mcp__atlassian__jira_search"] {
        let answer = invoke(&browser, name, json!({})).await;
        assert_eq!(answer.status, 404, "{}", answer.body);
        assert!(
            answer.body.contains("; jira_search may be meant"),
            "{}",
            answer.body
        );
    }
}

#[tokio::test]
async fn an_empty_assignee_takes_the_issue_from_everybody() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let new =
        json!({"project_key": "APP", "summary": "Mine", "issue_type": "Task", "assignee": "me"});
    let key = given(&browser, "jira_create_issue", new).await["id"].clone();
    let change = json!({"issue_key": key, "fields": {"assignee": ""}});
    assert_eq!(
        given(&browser, "jira_update_issue", change).await["assignee"],
        Value::Null
    );
    let address = format!("/connectors/jira/issues/{}", key.as_str().unwrap());
    browser.put(&address, json!({"assignee": "me"})).await;
    let changed = browser.put(&address, json!({"assignee": ""})).await;
    assert_eq!(changed.json()["assignee"], Value::Null, "{}", changed.body);
}

#[tokio::test]
async fn numbers_lists_and_truths_are_taken_in_whatever_they_are_wrapped() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let two = json!({"jql": "project = WEB", "limit": 2, "fields": "summary,status"});
    let wanted = given(&browser, "jira_search", two).await["items"].clone();
    for (limit, fields) in [
        (json!("2"), json!(["summary", "status"])),
        (json!(" 2 "), json!("[\"summary\", \"status\"]")),
        (json!(2.0), json!(" summary , status ")),
        (json!([2]), json!("summary,status,")),
        (json!("2"), json!("Summary, Status")),
    ] {
        let args = json!({"jql": "project = WEB", "limit": limit, "fields": fields});
        let found = given(&browser, "jira_search", args.clone()).await;
        let items = found["items"].as_array().unwrap();
        assert_eq!(items.len(), 2, "{args}");
        assert_eq!(items[0]["key"], wanted[0]["key"], "{args}");
        let as_asked = |name: &str| {
            items[0]
                .as_object()
                .unwrap()
                .keys()
                .any(|key| key.eq_ignore_ascii_case(name))
        };
        assert!(as_asked("summary") && as_asked("status"), "{args}: {found}");
    }
    for truth in [
        json!(true),
        json!("true"),
        json!("True"),
        json!(" TRUE "),
        json!(1),
        json!("yes"),
    ] {
        let args = json!({"issue_key": "WEB-1", "use_display_names": truth});
        let shown = given(&browser, "jira_get_issue", args).await;
        assert!(
            shown.get("Summary").is_some() || shown.get("summary").is_some(),
            "{truth}"
        );
    }
}

#[tokio::test]
async fn names_and_nobody_are_taken_in_whatever_they_are_wrapped() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for list in [
        json!(["Reports"]),
        json!("Reports"),
        json!("[\"Reports\"]"),
        json!(["Reports", ""]),
    ] {
        let new =
            json!({"project_key": "APP", "summary": "x", "issue_type": "Task", "components": list});
        let key = given(&browser, "jira_create_issue", new).await["id"].clone();
        let args = json!({"issue_key": key, "fields": "components"});
        let shown = given(&browser, "jira_get_issue", args).await;
        assert_eq!(shown["components"], json!(["Reports"]), "{list}");
    }
    for nobody in [json!(""), json!("  "), json!(null)] {
        let new =
            json!({"project_key": "APP", "summary": "x", "issue_type": "Task", "assignee": nobody});
        let key = given(&browser, "jira_create_issue", new).await["id"].clone();
        let mine = json!({"issue_key": key, "fields": {"assignee": "me"}});
        given(&browser, "jira_update_issue", mine).await;
        let change = json!({"issue_key": key, "fields": {"assignee": nobody}});
        let changed = given(&browser, "jira_update_issue", change).await;
        assert_eq!(changed["assignee"], Value::Null, "{nobody}");
    }
}

#[tokio::test]
async fn a_refusal_says_what_is_wrong_with_which_argument() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for (tool, args, fields, sentence) in [
        (
            "jira_create_issue",
            json!({"summary": "x"}),
            json!(["project_key", "issue_type"]),
            "project_key is missing; issue_type is missing",
        ),
        (
            "jira_search",
            json!({"jql": "x = 1", "limit": "many"}),
            json!(["limit"]),
            "limit is malformed: it must be a whole number",
        ),
        (
            "jira_search",
            json!({"jql": "x = 1", "limit": -1}),
            json!(["limit"]),
            "limit is out of range: it must be at least 1",
        ),
        (
            "jira_get_issue",
            json!({"issueKey": "EX-1"}),
            json!(["issueKey", "issue_key"]),
            "there is no argument issueKey; issue_key may be meant",
        ),
        (
            "jira_get_issue",
            json!({"issue_key": "EX-1", "comment_limit": 1000}),
            json!(["comment_limit"]),
            "comment_limit is out of range: it must be from 0 to 100",
        ),
        (
            "confluence_search",
            json!({"query": "x", "limit": 51}),
            json!(["limit"]),
            "limit is out of range: it must be from 1 to 50",
        ),
    ] {
        let refused = invoke(&browser, tool, args.clone()).await;
        assert_eq!(refused.status, 422, "{tool} {args}");
        let told = refused.json();
        assert_eq!(told["details"]["fields"], fields, "{tool} {args}");
        assert!(
            refused.body.contains(sentence),
            "{tool} {args}: {}",
            refused.body
        );
    }
}

#[tokio::test]
async fn fields_are_named_as_people_know_them_or_refused() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let points = json!({"project_key": "WEB", "summary": "Sized", "issue_type": "Story", "additional_fields": {"customfield_10016": 5}});
    let key = given(&browser, "jira_create_issue", points).await["id"].clone();
    let key = key.as_str().unwrap();
    let jql = format!("key = {key}");
    let wanted = json!({"jql": jql, "fields": "summary,Story point estimate"});
    let found = given(&browser, "jira_search", wanted).await;
    assert_eq!(found["items"][0]["Story point estimate"], 5.0, "{found}");
    let one = json!({"issue_key": key, "fields": ["story_point_estimate"]});
    assert_eq!(
        given(&browser, "jira_get_issue", one).await["story_point_estimate"],
        5.0
    );
    let address = crate::support::with_query(
        "/connectors/jira/search",
        &[("q", &jql), ("fields", "Story point estimate,duedate")],
    );
    let hits = browser.read(&address).await;
    assert_eq!(hits[0]["metadata"]["fields"]["Story point estimate"], 5.0);
    let raw = json!({"jql": jql, "fields": ["Story point estimate"]});
    let raw = browser.post("/api/jira/search", raw).await.json();
    assert_eq!(raw["issues"][0]["fields"]["customfield_10016"], 5.0);
    for (tool, args) in [
        (
            "jira_search",
            json!({"jql": jql, "fields": "summary,Severity"}),
        ),
        (
            "jira_get_issue",
            json!({"issue_key": key, "fields": "Severity"}),
        ),
    ] {
        let refused = invoke(&browser, tool, args).await;
        assert_eq!(refused.status, 422);
        assert_eq!(refused.json()["details"]["fields"], json!(["fields"]));
        assert!(
            refused.body.contains("Severity, which is unknown here"),
            "{}",
            refused.body
        );
    }
    let refused = browser
        .get("/connectors/jira/search?q=x&fields=Sumary")
        .await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.body.contains("Summary may be meant"),
        "{}",
        refused.body
    );
    // What is unknown is refused before anything is written.
    let change =
        json!({"issue_key": key, "fields": {"summary": "Changed"}, "return_fields": "Severity"});
    assert_eq!(
        invoke(&browser, "jira_update_issue", change).await.status,
        422
    );
    let kept = given(&browser, "jira_get_issue", json!({"issue_key": key})).await;
    assert_eq!(kept["summary"], "Sized");
}

#[tokio::test]
async fn a_list_may_be_written_as_a_text_in_every_language_of_lists() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    for fields in [
        "summary, status",
        "[summary, status]",
        "['summary', 'status']",
        "[\"summary\", \"status\"]",
        "'summary','status'",
    ] {
        let read = json!({"issue_key": "APP-1", "fields": fields, "comment_limit": 0});
        let issue = given(&browser, "jira_get_issue", read).await;
        assert!(
            issue["summary"].is_string() && issue["status"].is_string(),
            "{fields}: {issue}"
        );
        assert!(issue["priority"].is_null(), "{fields}: {issue}");
    }
    let new = json!({"project_key": "APP", "summary": "Listed", "labels": "['one', \"two\"]"});
    let made = browser.post("/connectors/jira/create", new).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let key = made.json()["id"].as_str().unwrap().to_owned();
    let labels = || async {
        browser
            .read(&format!("/connectors/jira/issues/{key}"))
            .await["labels"]
            .clone()
    };
    assert_eq!(labels().await, json!(["one", "two"]));
    let change = json!({"issue_key": key, "fields": {"labels": "[three, four]"}});
    given(&browser, "jira_update_issue", change).await;
    // Jira sorts them.
    assert_eq!(labels().await, json!(["four", "three"]));
}
