//! The chatbot server's documented routes that read from Jira, and who is refused at all of them.

use serde_json::{Value, json};

use crate::earlier::fixture::written;
use crate::support::TestApp;
use crate::support::faults::{answering, answering_text, on_api};

#[tokio::test]
async fn health_says_whether_jira_can_be_used() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    assert_eq!(
        browser.get("/api/jira/health").await.json(),
        json!({"status": "connected", "message": "Jira answers as Mia Krystof"})
    );
    app.sandbox
        .fault(on_api("/myself", answering_text(500, "secret words"), None));
    let broken = browser.get("/api/jira/health").await;
    assert_eq!(
        (broken.status, &broken.json()["status"]),
        (200, &json!("disconnected"))
    );
    assert!(!broken.body.contains("secret words"));
    browser.delete("/connectors/jira/connection").await;
    assert_eq!(
        browser.get("/api/jira/health").await.json(),
        json!({"status": "disconnected", "message": "Jira is not connected"})
    );
    let nobody = app.browser().get("/api/jira/health").await;
    assert_eq!(
        (nobody.status, nobody.json()),
        (
            200,
            json!({"status": "disconnected", "message": "nobody is logged in"})
        )
    );
}

#[tokio::test]
async fn projects_and_the_account_come_as_jira_gives_them() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let projects = browser.get("/api/jira/projects").await.json();
    let projects = projects["projects"].as_array().unwrap();
    assert!(projects.len() >= 28, "{}", projects.len());
    assert!(projects.iter().all(|one| one["projectTypeKey"].is_string()));
    let myself = browser.get("/api/jira/myself").await.json();
    assert_eq!(
        (&myself["displayName"], &myself["accountType"]),
        (&json!("Mia Krystof"), &json!("atlassian"))
    );
}

#[tokio::test]
async fn a_list_of_projects_walks_all_pages() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let page = |start: u64, last: bool| {
        let values: Vec<Value> = (start..start + 100)
            .map(|number| json!({"id": number.to_string(), "key": format!("P{number}")}))
            .collect();
        answering(
            200,
            &json!({"startAt": start, "isLast": last, "values": values}),
        )
    };
    for (start, last) in [(0, false), (100, false), (200, true)] {
        app.sandbox
            .fault(on_api("/project/search", page(start, last), Some(1)));
    }
    app.sandbox.clear_journal();
    let projects = browser.get("/api/auth/oauth/jira/projects").await.json();
    assert_eq!(projects.as_array().unwrap().len(), 300);
    assert_eq!(
        projects[299],
        json!({"id": "299", "key": "P299", "name": "P299"})
    );
    let starts: Vec<String> = app
        .sandbox
        .journal()
        .into_iter()
        .map(|call| call.query)
        .collect();
    assert_eq!(starts.len(), 3);
    assert!(starts[2].contains("startAt=200"), "{starts:?}");
}

#[tokio::test]
async fn a_search_gives_jiras_own_result_and_only_reads() {
    let app = TestApp::start_with(&[("READ_ONLY", "true")]).await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    let result = browser
        .post(
            "/api/jira/search",
            json!({"jql": "project in (WEB, APP, OPS) ORDER BY key"}),
        )
        .await;
    assert_eq!(result.status, 200, "{}", result.body);
    let result = result.json();
    assert_eq!(result["issues"].as_array().unwrap().len(), 20);
    assert!(result["issues"][0]["fields"]["status"]["name"].is_string());
    assert_eq!(
        written(&app)[0],
        json!({"jql": "project in (WEB, APP, OPS) ORDER BY key", "maxResults": 20, "fields":
            ["summary", "status", "assignee", "priority", "duedate", "created", "updated"]})
    );
    let next = json!({"jql": "project in (WEB, APP, OPS) ORDER BY key", "max_results": 3, "fields": ["summary"],
        "next_page_token": result["nextPageToken"]});
    let behind = browser.post("/api/jira/search", next).await.json();
    let issues = behind["issues"].as_array().unwrap();
    assert_eq!(issues.len(), 3);
    assert_ne!(issues[0]["key"], result["issues"][0]["key"]);
    assert_eq!(
        issues[0]["fields"]
            .as_object()
            .unwrap()
            .keys()
            .collect::<Vec<_>>(),
        ["summary"]
    );
}

#[tokio::test]
async fn a_malformed_search_is_refused_before_anything_is_sent() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    for (body, field) in [
        ("{}", "jql"),
        (r#"{"jql":null}"#, "jql"),
        (r#"{"jql":"a = (b"}"#, "jql"),
        (r#"{"jql":"a = b","max_results":0}"#, "max_results"),
        (r#"{"jql":"a = b","max_results":1001}"#, "max_results"),
        (
            r#"{"jql":"a = b","max_results":1000000000000000000000000000000}"#,
            "max_results",
        ),
        (r#"{"jql":"a = b","max_results":-1}"#, "max_results"),
        (r#"{"jql":"a = b","fields":[null]}"#, "fields[0]"),
        (r#"{"jql":"a = b","fields":["a\u0007b"]}"#, "fields"),
    ] {
        let answer = browser
            .send("POST", "/api/jira/search", &[], Some(body.to_owned()))
            .await;
        answer.assert_invalid(&[field], body);
    }
    app.assert_nothing_sent();
}

#[tokio::test]
async fn the_panel_reads_small_projects_and_issues() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let projects = browser.get("/api/auth/oauth/jira/projects").await.json();
    assert_eq!(
        projects[0].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["id", "key", "name"]
    );
    let newest = browser.get("/api/auth/oauth/jira/issues").await.json();
    let newest = newest.as_array().unwrap();
    assert_eq!(newest.len(), 10);
    assert_eq!(
        newest[0].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["assignee", "key", "status", "summary", "updated"]
    );
    let times: Vec<&str> = newest
        .iter()
        .map(|one| one["updated"].as_str().unwrap())
        .collect();
    assert!(times.is_sorted_by(|one, next| one >= next), "{times:?}");
    let web = browser
        .get("/api/auth/oauth/jira/issues?project_key=WEB&max_results=3")
        .await
        .json();
    let web = web.as_array().unwrap();
    assert_eq!(web.len(), 3);
    assert!(
        web.iter()
            .all(|one| one["key"].as_str().unwrap().starts_with("WEB-"))
    );
    let all = browser
        .get("/api/auth/oauth/jira/issues?project_key=&max_results=250")
        .await
        .json();
    assert_eq!(all.as_array().unwrap().len(), 250);
}

#[tokio::test]
async fn a_hostile_or_oversized_question_of_the_panel_is_refused() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    app.sandbox.clear_journal();
    for (query, field) in [
        (
            "project_key=WEB%22)%20OR%20(project%20%3D%20%22APP",
            "project_key",
        ),
        ("project_key=WEB-1", "project_key"),
        ("max_results=0", "max_results"),
        ("max_results=1001", "max_results"),
        ("max_results=1000000000000000000000000000000", "max_results"),
        ("max_results=ten", "max_results"),
    ] {
        let answer = browser
            .get(&format!("/api/auth/oauth/jira/issues?{query}"))
            .await;
        answer.assert_invalid(&[field], query);
    }
    app.assert_nothing_sent();
}

#[tokio::test]
async fn without_a_connection_each_route_tells_the_way_to_one() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    browser.delete("/connectors/jira/connection").await;
    for answer in [
        browser.get("/api/jira/projects").await,
        browser.get("/api/jira/myself").await,
        browser.get("/api/jira/issues/WEB-1").await,
        browser.get("/api/jira/issues/WEB-1/transitions").await,
        browser
            .post("/api/jira/search", json!({"jql": "project = WEB"}))
            .await,
        browser.get("/api/auth/oauth/jira/projects").await,
        browser.get("/api/auth/oauth/jira/issues").await,
    ] {
        assert_eq!(
            (answer.status, answer.error_code().as_str()),
            (409, "NOT_CONNECTED")
        );
        assert_eq!(
            answer.json()["details"]["login_url"],
            "/auth/jira/login?redirect=true"
        );
    }
}

#[tokio::test]
async fn nobody_can_push_a_token_in() {
    let app = TestApp::start().await;
    let browser = app.logged_in("mia").await;
    let pushed = browser
        .post(
            "/api/jira/oauth/token",
            json!({"access_token": "x", "token_type": "Bearer"}),
        )
        .await;
    assert_eq!(
        (pushed.status, pushed.error_code().as_str()),
        (404, "NOT_FOUND")
    );
}
